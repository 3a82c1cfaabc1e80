/* lua_mz.h - mz, what every migration may use. */
#ifndef MZ_SCRIPT_LUA_MZ_H
#define MZ_SCRIPT_LUA_MZ_H

#include <lua.h>

/* Set the global mz, and print, which logs. */
void mz_lua_mz_open(lua_State *lua);

#endif
