/* lua_time.h - mz.time: times as seconds since 1970 UTC. */
#ifndef MZ_SCRIPT_LUA_TIME_H
#define MZ_SCRIPT_LUA_TIME_H

#include <lua.h>

/* Push the table of its functions. */
int mz_lua_time_open(lua_State *lua);

#endif
