/* engine_lua.h - migrations in Lua.
 *
 * One sandbox for each check and each run, opened, called and closed in one
 * function. */
#ifndef MZ_SCRIPT_ENGINE_LUA_H
#define MZ_SCRIPT_ENGINE_LUA_H

#include "script/engine.h"

extern const struct mz_engine mz_engine_lua;

/* The keys that a migration's table may have, ended by NULL. */
extern const char *const mz_engine_lua_keys[];

#endif
