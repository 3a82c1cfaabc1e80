/* lua_pattern.h - find, match, gmatch and gsub, as Lua's own string library
 * has them, but that a signal and the limit of instructions stop.
 *
 * They differ in one thing: no pattern is too complex. */
#ifndef MZ_SCRIPT_LUA_PATTERN_H
#define MZ_SCRIPT_LUA_PATTERN_H

#include <lua.h>

/* Replace those four of the library, the table at the top of the stack. lua
 * belongs to a sandbox. */
void mz_lua_pattern_open(lua_State *lua);

#endif
