#include "script/lua_page.h"

#include <stdlib.h>

#include "base/mem.h"
#include "script/lua_error.h"

enum { BYTES_MAX = 1 << 20 }; /* after which a page is full */

static bool has_bytes(const struct mz_value *value) {
  return value->type == MZ_TEXT || value->type == MZ_BLOB;
}

/* Make room for a row. */
static bool grow(struct mz_lua_page *page) {
  void *cells = page->cells;
  bool grown = true;
  while (grown && page->count + (size_t)page->columns > page->capacity)
    grown = mz_mem_grow(&cells, &page->capacity, page->capacity,
                        sizeof *page->cells);
  page->cells = cells;
  return grown;
}

static void add_row(struct mz_lua_page *page,
                    const struct mz_statement *statement) {
  for (int i = 0; i < page->columns; i++) {
    struct mz_value *cell = &page->cells[page->count++];
    mz_statement_column(statement, i, cell);
    if (has_bytes(cell) && !cell->bytes.data)
      page->bytes.failed = true;
    else if (has_bytes(cell))
      mz_buf_add(&page->bytes, cell->bytes.data, cell->bytes.size);
  }
  page->rows++;
}

/* Point the cells to their bytes, which may have moved while they grew. */
static void point(struct mz_lua_page *page) {
  const char *next = page->bytes.data ? page->bytes.data : "";
  for (size_t i = 0; i < page->count; i++) {
    struct mz_value *cell = &page->cells[i];
    if (!has_bytes(cell))
      continue;
    cell->bytes.data = next;
    next += cell->bytes.size;
  }
}

bool mz_lua_page_read(lua_State *lua, struct mz_lua_page *page,
                      struct mz_lua_statement *used, size_t limit) {
  bool more = true;
  page->count = page->rows = page->bytes.size = 0;
  page->columns = used->cursor.statement->columns;
  while (page->rows < limit && page->bytes.size < BYTES_MAX &&
         (more = mz_lua_statement_step(lua, used))) {
    if (!grow(page))
      page->bytes.failed = true;
    else
      add_row(page, used->cursor.statement);
    if (page->bytes.failed)
      break;
  }
  mz_statement_reset(used->cursor.statement);
  if (page->bytes.failed)
    mz_lua_error_misuse(lua, "out of memory");
  point(page);
  return more;
}

const struct mz_value *mz_lua_page_row(const struct mz_lua_page *page,
                                       size_t row) {
  return &page->cells[row * (size_t)page->columns];
}

void mz_lua_page_release(struct mz_lua_page *page) {
  free(page->cells);
  mz_buf_release(&page->bytes);
  *page = (struct mz_lua_page){.rows = 0};
}
