/* lua_convert.h - one UPDATE through a function of Lua.
 *
 * Its WHERE calls mzlua_changed(key, columns), which calls the function and
 * tells whether anything changes; for these rows its SET takes the new values
 * from mzlua_result(index). So the statement must ask for the one right after
 * the other, row by row. */
#ifndef MZ_SCRIPT_LUA_CONVERT_H
#define MZ_SCRIPT_LUA_CONVERT_H

#include <lua.h>

/* convert_prepare(): have the functions, without which sql doesn't compile. */
int mz_lua_convert_prepare(lua_State *lua);

/* convert(sql, function, table, key, columns, params): run sql, where key and
 * columns are arrays of names; params are those of sql, a list or a table by
 * name. Returns how many rows were changed, and for how many the function was
 * called. Raises what the function raises, with the row's name. */
int mz_lua_convert(lua_State *lua);

#endif
