/* lua_uuid.h - mz.uuid: new UUIDs. */
#ifndef MZ_SCRIPT_LUA_UUID_H
#define MZ_SCRIPT_LUA_UUID_H

#include <lua.h>

/* Return the module, as a function that Lua calls. */
int mz_lua_uuid_open(lua_State *lua);

#endif
