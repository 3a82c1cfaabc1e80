/* lua_insert.h - db:insert(table, rows) and db:upsert(table, key, rows).
 *
 * rows is one row, a table of values by column; a list of them; or a function
 * that returns one each time it is called, and nil at the end. */
#ifndef MZ_SCRIPT_LUA_INSERT_H
#define MZ_SCRIPT_LUA_INSERT_H

#include <lua.h>

/* db:insert(table, rows): returns the rowid of one row, otherwise how many
 * there were. A column that isn't there gets its default; mz.null is NULL.
 * Raises an error object. */
int mz_lua_insert(lua_State *lua);

/* upsert(db, table, key, rows), with a key that was found to be one, a list of
 * columns: returns how many rows were inserted or changed. */
int mz_lua_insert_upsert(lua_State *lua);

#endif
