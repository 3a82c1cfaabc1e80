#include "script/lua_cursor.h"

#include <stdlib.h>

#include "sqlite/overlap.h"

static const char schema_changed[] =
    "something in it changed the schema or set a savepoint";
static const char fed_itself[] =
    "something in it wrote rows that the loop might have met again";

enum { LEFT_MAX = 64 }; /* open cursors before one looks for those left */

/* Loops that were left wait for the garbage collector, which sees nothing of
 * what SQLite holds for them. */
static void collect_left(lua_State *lua, struct mz_sandbox *sandbox) {
  if (sandbox->cursors < sandbox->cursors_wanted)
    return;
  (void)lua_gc(lua, LUA_GCCOLLECT);
  sandbox->cursors_wanted =
      sandbox->cursors < LEFT_MAX / 2 ? LEFT_MAX : 2 * sandbox->cursors;
}

void mz_lua_cursor_start(lua_State *lua, struct mz_lua_cursor *cursor) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  collect_left(lua, sandbox);
  cursor->busy = true;
  cursor->closed = NULL;
  cursor->serial = ++sandbox->loops;
  cursor->next = sandbox->open;
  sandbox->open = cursor;
  sandbox->cursors++;
}

void mz_lua_cursor_stop(lua_State *lua, struct mz_lua_cursor *cursor) {
  struct mz_lua_cursor **link = &mz_sandbox_of(lua)->open;
  if (!cursor->busy)
    return;
  while (*link && *link != cursor)
    link = &(*link)->next;
  if (*link) {
    *link = cursor->next;
    mz_sandbox_of(lua)->cursors--;
  }
  cursor->busy = false;
  if (cursor->statement)
    mz_statement_reset(cursor->statement);
}

static void close_cursor(struct mz_lua_cursor *cursor, const char *reason) {
  mz_statement_reset(cursor->statement);
  cursor->closed = reason;
}

/* Close every open cursor, so that a table can be dropped. */
static bool close_all(void *context) {
  const struct mz_sandbox *sandbox = context;
  for (struct mz_lua_cursor *cursor = sandbox->open; cursor;
       cursor = cursor->next)
    close_cursor(cursor, schema_changed);
  return sandbox->open;
}

void mz_lua_cursor_close_writers(lua_State *lua) {
  struct mz_lua_cursor *cursor = mz_sandbox_of(lua)->open;
  for (; cursor; cursor = cursor->next)
    if (!mz_statement_is_readonly(cursor->statement))
      close_cursor(cursor, schema_changed);
}

static enum mz_status close_if_fed(struct mz_lua_cursor *cursor,
                                   const struct mz_statement *writer,
                                   struct mz_error *err) {
  bool fed = false;
  enum mz_status status = MZ_OK;
  if (cursor->statement == writer || !cursor->statement->active)
    return MZ_OK;
  status = mz_overlap_find(cursor->statement, writer, &fed, err);
  if (!status && fed)
    close_cursor(cursor, fed_itself);
  return status;
}

/* Before writer runs; once for each cursor, which are the newest first. */
static enum mz_status check_write(void *context, struct mz_statement *writer,
                                  struct mz_error *err) {
  const struct mz_sandbox *sandbox = context;
  struct mz_lua_cursor *cursor = sandbox->open;
  enum mz_status status = MZ_OK;
  for (; cursor && cursor->serial > writer->checked && !status;
       cursor = cursor->next)
    status = close_if_fed(cursor, writer, err);
  if (!status)
    writer->checked = sandbox->loops;
  return status;
}

void mz_lua_cursor_watch(lua_State *lua) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  struct mz_database *database = sandbox->database;
  database->unlock = close_all;
  database->unlock_context = sandbox;
  database->check_write = check_write;
  sandbox->cursors_wanted = LEFT_MAX;
  database->check_context = sandbox;
}
