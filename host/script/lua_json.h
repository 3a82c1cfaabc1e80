/* lua_json.h - mz.json: texts of JSON as Lua values and back. */
#ifndef MZ_SCRIPT_LUA_JSON_H
#define MZ_SCRIPT_LUA_JSON_H

#include <lua.h>

/* The keys that the options of mz.json.encode may have, ended by NULL. */
extern const char *const mz_lua_json_options[];

/* Return the module, as a function that Lua calls. */
int mz_lua_json_open(lua_State *lua);

#endif
