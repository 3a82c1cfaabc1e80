/* lua_list.h - table.move, insert and remove, which can be stopped.
 *
 * The library's own count to whatever they are told, or a __len says, where no
 * hook is called. */
#ifndef MZ_SCRIPT_LUA_LIST_H
#define MZ_SCRIPT_LUA_LIST_H

#include <lua.h>

/* Replace them in the library of tables at the top. */
void mz_lua_list_open(lua_State *lua);

#endif
