/* lua_row.h - rows that are read and written again: are two values the same,
 * and which row did it fail for? */
#ifndef MZ_SCRIPT_LUA_ROW_H
#define MZ_SCRIPT_LUA_ROW_H

#include "sqlite/statement.h"

#include <lua.h>

/* Whether a and b are the same, in type as well: 1 is neither 1.0 nor '1'. */
bool mz_lua_row_same(const struct mz_value *a, const struct mz_value *b);

/* Push "table id 7" for the row of the table with these values in the columns
 * of the array at index, as many as that has. */
void mz_lua_row_push_name(lua_State *lua, const char *table, int index,
                          const struct mz_value *values);

/* Name the row in the error at the top: its name is the string above it, which
 * is popped. What stopped the sandbox just now names it as well. */
void mz_lua_row_name_error(lua_State *lua);

#endif
