/* lua_text.h - mz.text: text as people write it. */
#ifndef MZ_SCRIPT_LUA_TEXT_H
#define MZ_SCRIPT_LUA_TEXT_H

#include <lua.h>

/* Push the table of its functions. */
int mz_lua_text_open(lua_State *lua);

#endif
