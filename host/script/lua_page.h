/* lua_page.h - some rows of a query, copied so that its cursor can be closed.
 *
 * The memory is used again for the next page; a page ends early where its
 * texts and blobs grow large. */
#ifndef MZ_SCRIPT_LUA_PAGE_H
#define MZ_SCRIPT_LUA_PAGE_H

#include "base/buf.h"
#include "script/lua_statement.h"

/* Starts zeroed. */
struct mz_lua_page {
  struct mz_value *cells; /* row by row */
  size_t capacity;
  size_t count;
  size_t rows;
  int columns;
  struct mz_buf bytes; /* of the texts and blobs */
};

/* Fill the page with the next rows of used, at most limit, from its start,
 * and reset it. Returns whether there may be more. Raises an error object. */
bool mz_lua_page_read(lua_State *lua, struct mz_lua_page *page,
                      struct mz_lua_statement *used, size_t limit);

/* The cells of a row, from 0. */
const struct mz_value *mz_lua_page_row(const struct mz_lua_page *page,
                                       size_t row);

void mz_lua_page_release(struct mz_lua_page *page);

#endif
