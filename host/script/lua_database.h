/* lua_database.h - db, what a migration's up and down are given. */
#ifndef MZ_SCRIPT_LUA_DATABASE_H
#define MZ_SCRIPT_LUA_DATABASE_H

#include <lua.h>

/* Push db for the sandbox's database, with all its methods. */
void mz_lua_database_push(lua_State *lua);

#endif
