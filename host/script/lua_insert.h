/* lua_insert.h - db:insert(table, row or rows). */
#ifndef MZ_SCRIPT_LUA_INSERT_H
#define MZ_SCRIPT_LUA_INSERT_H

#include <lua.h>

/* db:insert(table, row) inserts one row, a table of columns, and returns its
 * rowid; db:insert(table, {row, ...}) inserts several and returns how many,
 * for an empty list 0. A column that isn't there gets its default; mz.null is
 * NULL. Raises an error object. */
int mz_lua_insert(lua_State *lua);

#endif
