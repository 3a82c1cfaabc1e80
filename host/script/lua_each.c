#include "script/lua_each.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "script/lua_change.h"
#include "script/lua_error.h"
#include "script/lua_page.h"
#include "script/lua_params.h"
#include "script/lua_rethrow.h"
#include "script/lua_row.h"
#include "script/lua_value.h"

/* Slots of the stack; below EACH they are the arguments. */
enum {
  FIRST = 1,
  NEXT,
  FUNCTION,
  TABLE,
  KEY,
  COLUMNS,
  INDEX,
  BUILD,
  LAST,
  PARAMS,
  ON_ERROR,
  LABEL,
  BATCH,
  TOTAL,
  EACH,
  UPDATES /* the statements, by the columns that they set */
};

enum { STACK = 32, TELL_MS = 200 };

struct each {
  struct mz_database *database;
  struct mz_lua_page page;
  size_t at;                  /* the row of the page that is next */
  const struct mz_value *row; /* that is being worked on */
  size_t limit;               /* rows of the next page */
  size_t batch;
  int keys;
  int columns; /* with the key */
  bool stale;  /* something else was written since the page was read */
  int64_t own; /* changes by the update of the row */
  lua_Integer scanned;
  lua_Integer changed;
  lua_Integer skipped;
  int64_t told;                  /* milliseconds of some clock */
  struct mz_lua_statement *used; /* that sets those in used_set */
  int used_count;
  unsigned short used_set[MZ_CHANGE_COLUMNS];
  struct mz_lua_change change;
};

/* ---- one row, in a frame of its own -------------------------------------- */

static struct each *each_of(lua_State *lua) {
  return lua_touserdata(lua, EACH);
}

/* Push the row as a table. A rowid that is no column has no name there. */
static void push_row(lua_State *lua, const struct each *each) {
  int first = lua_rawgeti(lua, COLUMNS, 1) == LUA_TSTRING ? 0 : 1;
  lua_pop(lua, 1);
  lua_createtable(lua, 0, each->columns - first);
  for (int i = first; i < each->columns; i++) {
    if (each->row[i].type == MZ_NULL)
      continue;
    lua_rawgeti(lua, COLUMNS, i + 1);
    mz_lua_value_push_value(lua, &each->row[i]);
    lua_rawset(lua, -3);
  }
}

static bool is_usable(const struct mz_lua_statement *used) {
  return used && used->cursor.statement && !used->cursor.busy;
}

/* The UPDATE of the columns that change, compiled before or now. */
static struct mz_lua_statement *find_update(lua_State *lua,
                                            const struct each *each) {
  struct mz_lua_statement *used = NULL;
  int name = 0;
  lua_pushlstring(lua, (const char *)each->change.set,
                  (size_t)each->change.count * sizeof *each->change.set);
  name = lua_gettop(lua);
  lua_pushvalue(lua, name);
  lua_rawget(lua, UPDATES);
  used = lua_touserdata(lua, -1);
  if (is_usable(used))
    return used;
  lua_pushvalue(lua, BUILD);
  lua_createtable(lua, each->change.count, 0);
  for (int i = 0; i < each->change.count; i++) {
    lua_rawgeti(lua, COLUMNS, each->change.set[i] + 1);
    lua_rawseti(lua, -2, i + 1);
  }
  lua_call(lua, 1, 1);
  used = mz_lua_statement_get(lua, lua_gettop(lua));
  lua_pushvalue(lua, name);
  lua_pushvalue(lua, -2);
  lua_rawset(lua, UPDATES);
  return used;
}

static void bind(lua_State *lua, struct mz_statement *statement, int parameter,
                 const struct mz_value *value, bool copy) {
  if (mz_statement_bind(statement, parameter, value, copy,
                        mz_lua_error_slot(lua)))
    mz_lua_error_raise(lua);
}

/* The same, at once where it is that of the row before. */
static struct mz_lua_statement *take_update(lua_State *lua, struct each *each) {
  size_t size = (size_t)each->change.count * sizeof *each->change.set;
  if (is_usable(each->used) && each->change.count == each->used_count &&
      memcmp(each->change.set, each->used_set, size) == 0)
    return each->used;
  each->used = find_update(lua, each);
  each->used_count = each->change.count;
  memcpy(each->used_set, each->change.set, size);
  return each->used;
}

static void update(lua_State *lua, struct each *each) {
  struct mz_lua_statement *used = take_update(lua, each);
  struct mz_statement *statement = used->cursor.statement;
  for (int i = 0; i < each->change.count; i++)
    bind(lua, statement, i + 1, &each->change.values[each->change.set[i]],
         false);
  for (int i = 0; i < each->keys; i++)
    bind(lua, statement, each->change.count + i + 1, &each->row[i], false);
  while (mz_lua_statement_step(lua, used))
    ;
  each->own = statement->changes;
  each->changed += statement->changes;
}

/* Hand the row to the function and write what changes. */
static void work_on_row(lua_State *lua, struct each *each) {
  int64_t before = mz_database_changes(each->database);
  each->own = 0;
  lua_pushvalue(lua, FUNCTION);
  push_row(lua, each);
  lua_call(lua, 1, 1);
  if (!lua_isnil(lua, -1)) {
    if (!lua_istable(lua, -1))
      mz_lua_error_misuse(lua,
                          "the function must return a table of changes or "
                          "nil, not a %s",
                          luaL_typename(lua, -1));
    mz_lua_change_take(lua, &each->change, each->row, lua_gettop(lua));
    if (each->change.count > 0)
      update(lua, each);
  }
  each->stale = mz_database_changes(each->database) != before + each->own;
  lua_settop(lua, UPDATES);
}

/* Called with the slots up to UPDATES: work on the rows of the page, or on the
 * next one where a row may fail. */
static int work(lua_State *lua) {
  struct each *each = each_of(lua);
  do {
    mz_sandbox_check(lua);
    each->row = mz_lua_page_row(&each->page, each->at);
    each->scanned++;
    work_on_row(lua, each);
    each->at++;
  } while (!each->stale && each->at < each->page.rows &&
           lua_isnil(lua, ON_ERROR));
  return 0;
}

/* ---- rows that fail ------------------------------------------------------ */

/* Run sql, one of the program's own. */
static void run_own(lua_State *lua, struct each *each, const char *sql) {
  enum mz_status status = MZ_OK;
  mz_database_guard(each->database, false);
  status = mz_database_exec(each->database, sql, mz_lua_error_slot(lua));
  mz_database_guard(each->database, true);
  if (status)
    mz_lua_error_raise(lua);
}

static void begin_row(lua_State *lua, struct each *each) {
  if (lua_isnil(lua, ON_ERROR))
    return;
  mz_lua_cursor_close_writers(lua);
  run_own(lua, each, "SAVEPOINT mzlua_row");
}

static void end_row(lua_State *lua, struct each *each) {
  if (lua_isnil(lua, ON_ERROR))
    return;
  mz_lua_cursor_close_writers(lua);
  run_own(lua, each, "RELEASE mzlua_row");
}

/* Raise the error at the top with the row's name, or pass over the row. Where
 * the script has ended itself, what it did is kept. */
static void handle(lua_State *lua, struct each *each) {
  const struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  if (sandbox->skipped && !sandbox->tripped) {
    end_row(lua, each);
    (void)mz_lua_rethrow(lua);
  }
  mz_lua_row_push_name(lua, lua_tostring(lua, TABLE), KEY, each->row);
  mz_lua_row_name_error(lua);
  if (lua_isnil(lua, ON_ERROR) || sandbox->tripped ||
      !mz_database_in_transaction(each->database))
    (void)mz_lua_rethrow(lua);
  run_own(lua, each, "ROLLBACK TO mzlua_row; RELEASE mzlua_row");
  each->skipped++;
  each->stale = true;
  if (!lua_isfunction(lua, ON_ERROR))
    return;
  lua_pushvalue(lua, ON_ERROR);
  lua_insert(lua, -2);
  push_row(lua, each);
  lua_call(lua, 2, 0);
}

static void work_protected(lua_State *lua, struct each *each) {
  begin_row(lua, each);
  lua_pushcfunction(lua, work);
  for (int i = FIRST; i <= UPDATES; i++)
    lua_pushvalue(lua, i);
  if (mz_lua_rethrow_call(lua, UPDATES, 0) != LUA_OK)
    handle(lua, each);
  else
    end_row(lua, each);
  lua_settop(lua, UPDATES);
}

/* ---- pages --------------------------------------------------------------- */

static int64_t milliseconds(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void tell(lua_State *lua, struct each *each, bool end) {
  const struct mz_run *run = mz_sandbox_of(lua)->run;
  int64_t now = run->progress ? milliseconds() : 0;
  if (!run->progress || (!end && now - each->told < TELL_MS))
    return;
  each->told = now;
  run->progress(run->log_context, lua_tostring(lua, LABEL), each->scanned,
                lua_tointeger(lua, TOTAL));
}

/* Bind the values of PARAMS, a list or a table by name, to the first count
 * parameters, and the last ones to the bound. */
static void bind_params(lua_State *lua, struct mz_statement *statement,
                        int behind) {
  int all = mz_statement_parameters(statement);
  int bound = (int)lua_rawlen(lua, LAST);
  int count = all - bound - behind;
  struct mz_value value;
  mz_lua_params_bind_table(lua, statement, PARAMS, count);
  for (int i = 1; i <= bound; i++) {
    lua_rawgeti(lua, LAST, i);
    (void)mz_lua_value_get(lua, -1, &value);
    bind(lua, statement, all - bound + i, &value, true);
    lua_pop(lua, 1);
  }
}

/* Push a statement of its own for the SQL at index. */
static struct mz_lua_statement *prepare(lua_State *lua, int index, int behind) {
  struct mz_lua_statement *used = mz_lua_statement_new(lua, index);
  bind_params(lua, used->cursor.statement, behind);
  return used;
}

/* Bind the key of the row worked on last, behind which the next page begins. */
static void bind_position(lua_State *lua, const struct each *each,
                          struct mz_statement *statement) {
  int first = mz_statement_parameters(statement) - (int)lua_rawlen(lua, LAST) -
              each->keys;
  for (int i = 0; i < each->keys; i++)
    bind(lua, statement, first + i + 1, &each->row[i], true);
}

static void work_on_page(lua_State *lua, struct each *each) {
  each->stale = false;
  for (each->at = 0; each->at < each->page.rows && !each->stale;)
    work_protected(lua, each);
  /* Where each row's own writes make it stale, reading ahead is in vain. */
  each->limit = each->stale                     ? 1
                : each->limit * 2 < each->batch ? each->limit * 2
                                                : each->batch;
  tell(lua, each, false);
}

static int run(lua_State *lua) {
  struct each *each = each_of(lua);
  struct mz_lua_statement *first = NULL;
  struct mz_lua_statement *next = NULL;
  bool more = false;
  luaL_checkstack(lua, UPDATES + STACK, "too many values");
  lua_newtable(lua);
  first = prepare(lua, FIRST, 0);
  lua_replace(lua, FIRST);
  next = prepare(lua, NEXT, each->keys);
  lua_replace(lua, NEXT);
  more = mz_lua_page_read(lua, &each->page, first, each->limit);
  work_on_page(lua, each);
  while (more || each->stale) {
    bind_position(lua, each, next->cursor.statement);
    more = mz_lua_page_read(lua, &each->page, next, each->limit);
    work_on_page(lua, each);
  }
  tell(lua, each, true);
  return 0;
}

static void push_counts(lua_State *lua, const struct each *each) {
  lua_pushinteger(lua, each->scanned);
  lua_pushinteger(lua, each->changed);
  lua_pushinteger(lua, each->skipped);
}

int mz_lua_each(lua_State *lua) {
  struct each *each = NULL;
  int code = LUA_OK;
  mz_lua_statement_enter(lua);
  lua_settop(lua, TOTAL);
  each = lua_newuserdatauv(lua, sizeof *each, 0);
  memset(each, 0, sizeof *each);
  each->database = mz_sandbox_of(lua)->database;
  each->keys = (int)lua_rawlen(lua, KEY);
  each->columns = (int)lua_rawlen(lua, COLUMNS);
  each->change.table = lua_tostring(lua, TABLE);
  each->change.index = INDEX;
  each->change.keys = each->keys;
  each->change.columns = each->columns;
  each->batch = (size_t)lua_tointeger(lua, BATCH);
  each->limit = each->batch;
  if (each->columns > MZ_CHANGE_COLUMNS)
    return mz_lua_error_misuse(lua, "%s has more than %d columns",
                               lua_tostring(lua, TABLE),
                               (int)MZ_CHANGE_COLUMNS);
  lua_pushcfunction(lua, run);
  for (int i = FIRST; i <= EACH; i++)
    lua_pushvalue(lua, i);
  code = mz_lua_rethrow_call(lua, EACH, 0);
  mz_lua_page_release(&each->page);
  if (code != LUA_OK)
    return mz_lua_rethrow(lua);
  push_counts(lua, each);
  return 3;
}

int mz_lua_each_watched(lua_State *lua) {
  lua_pushboolean(lua, mz_sandbox_of(lua)->run->progress != NULL);
  return 1;
}
