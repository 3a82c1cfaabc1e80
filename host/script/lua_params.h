/* lua_params.h - the parameters of a statement from Lua's arguments.
 *
 * Positional ones take one argument each, nil included; named ones take one
 * table. A missing, an extra or a misspelt one raises: SQLite would bind NULL
 * without a word. */
#ifndef MZ_SCRIPT_LUA_PARAMS_H
#define MZ_SCRIPT_LUA_PARAMS_H

#include "sqlite/statement.h"

#include <lua.h>

/* Bind the arguments from first to the top of the stack. With copy, texts and
 * blobs are copied; else they must stay on the stack until the statement is
 * reset. Raises an error object. */
void mz_lua_params_bind(lua_State *lua, struct mz_statement *statement,
                        int first, bool copy);

/* Bind the first count parameters to the values of the table, a list or by
 * name, copying them. Raises where there are others. */
void mz_lua_params_bind_table(lua_State *lua, struct mz_statement *statement,
                              int table, int count);

#endif
