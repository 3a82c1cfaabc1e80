/* lua_each.h - a table's rows, read page by page and written again.
 *
 * A page is closed before any of its rows is worked on, and read anew where
 * something else than the rows' own updates was written meanwhile: so a row is
 * always seen as it is. */
#ifndef MZ_SCRIPT_LUA_EACH_H
#define MZ_SCRIPT_LUA_EACH_H

#include <lua.h>

/* each(first, next, function, table, key, columns, index, build, last, params,
 * on_error, label, batch, total): first and next are the queries for the first
 * page and for those behind a key, whose last parameters are the values of
 * that key and those in last. Their columns are key and columns, arrays of
 * names; index has the number of each, negative where it can't be set, 0 where
 * it isn't read. build(names) gives an UPDATE of these columns by key.
 * on_error is nil, true to pass over the row, or a function. Returns how many
 * rows were read, changed and passed over. */
int mz_lua_each(lua_State *lua);

/* watched(): whether somebody wants to know how far it is. */
int mz_lua_each_watched(lua_State *lua);

#endif
