/* lua_hash.h - mz.hash: digests of strings and blobs. */
#ifndef MZ_SCRIPT_LUA_HASH_H
#define MZ_SCRIPT_LUA_HASH_H

#include <lua.h>

/* Return the module, as a function that Lua calls. */
int mz_lua_hash_open(lua_State *lua);

#endif
