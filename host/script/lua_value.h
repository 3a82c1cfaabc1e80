/* lua_value.h - SQL values as Lua values and back.
 *
 * INTEGER is an integer, REAL a float, TEXT a string, BLOB a blob object and
 * NULL nil, or mz.null where a value must stand. Nothing is ever converted on
 * the way. */
#ifndef MZ_SCRIPT_LUA_VALUE_H
#define MZ_SCRIPT_LUA_VALUE_H

#include "sqlite/statement.h"

#include <lua.h>

/* Push the cell of statement's current row in column index, from 0. */
void mz_lua_value_push(lua_State *lua, const struct mz_statement *statement,
                       int index);

void mz_lua_value_push_value(lua_State *lua, const struct mz_value *value);

/* Push all the cells of statement's current row; the caller has made room. */
void mz_lua_value_push_row(lua_State *lua,
                           const struct mz_statement *statement);

/* Set *value from the Lua value at index, whose bytes it shares; a boolean
 * becomes 0 or 1. Returns NULL, or why the value cannot be one of SQL. */
const char *mz_lua_value_get(lua_State *lua, int index, struct mz_value *value);

/* Push a blob object with the size bytes at data. */
void mz_lua_value_push_blob(lua_State *lua, const char *data, size_t size);

/* Push mz.null. */
void mz_lua_value_push_null(lua_State *lua);

/* Whether the value at index is mz.null. */
bool mz_lua_value_is_null(lua_State *lua, int index);

/* What the value at index is, for a message: "a table", "mz.null". */
const char *mz_lua_value_name(lua_State *lua, int index);

/* Create the metatables of blob objects and mz.null. */
void mz_lua_value_open(lua_State *lua);

#endif
