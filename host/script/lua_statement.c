#include "script/lua_statement.h"

#include <lauxlib.h>
#include <string.h>

#include "base/buf.h"
#include "script/lua_error.h"
#include "script/lua_params.h"
#include "script/lua_value.h"
#include "sqlite/diagnose.h"
#include "sqlite/script.h"
#include "sqlite/token.h"

#define STATEMENT_TYPE "mz.statement"

enum { KEPT_MAX = 128 };

static const char kept_key = 0; /* names the kept statements in the registry */

inline void mz_lua_statement_enter(lua_State *lua) {
  mz_sandbox_check(lua);
  if (mz_sandbox_of(lua)->inside > 0)
    mz_lua_error_misuse(lua,
                        "db cannot be used inside a function that SQL calls");
}

/* ---- compiling ---------------------------------------------------------- */

static void finish_error(struct mz_sandbox *sandbox, const char *sql,
                         size_t size) {
  struct mz_error *err = &sandbox->err;
  if (err->status == MZ_EMIGRATION)
    (void)mz_diagnose(sandbox->database, sql, size, err);
  mz_error_add(&err->sql, "%s", sql);
}

static void refuse_kind(lua_State *lua, const struct mz_statement *statement) {
  if (statement->kind == MZ_STATEMENT_FOREIGN_KEYS)
    mz_lua_error_misuse(lua, "foreign_keys cannot be set inside a "
                             "transaction: write foreign_keys = true into the "
                             "migration's table");
  if (statement->kind == MZ_STATEMENT_BEGIN ||
      statement->kind == MZ_STATEMENT_COMMIT ||
      statement->kind == MZ_STATEMENT_ROLLBACK ||
      statement->kind == MZ_STATEMENT_SAVEPOINT)
    mz_lua_error_misuse(lua, "a migration may not begin or end a transaction; "
                             "use db:savepoint() for a part that may fail");
}

static void check_single(lua_State *lua, const char *rest, const char *end) {
  struct mz_token token;
  while (mz_token_next_solid(&rest, end, &token))
    if (token.kind != MZ_TOKEN_SEMICOLON)
      mz_lua_error_misuse(lua, "there is more than one statement; only "
                               "db:exec() without parameters runs several");
}

const char *mz_lua_statement_text(lua_State *lua, int index, size_t *size) {
  struct mz_script script = {.text = luaL_checklstring(lua, index, size)};
  script.size = *size;
  if (strlen(script.text) != *size)
    mz_lua_error_misuse(lua, "the SQL has a NUL byte");
  if (mz_script_check(&script, mz_lua_error_slot(lua)))
    mz_lua_error_raise(lua);
  return script.text;
}

struct mz_lua_statement *mz_lua_statement_new(lua_State *lua, int index) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  struct mz_lua_statement *made = NULL;
  size_t size = 0;
  size_t used = 0;
  const char *sql = mz_lua_statement_text(lua, index, &size);
  made = lua_newuserdatauv(lua, sizeof *made, 1);
  *made = (struct mz_lua_statement){.recompiled = -1};
  luaL_setmetatable(lua, STATEMENT_TYPE);
  if (mz_statement_prepare(&made->cursor.statement, sandbox->database, sql,
                           size, &used, mz_lua_error_slot(lua))) {
    finish_error(sandbox, sql, size);
    mz_lua_error_raise(lua);
  }
  if (!made->cursor.statement)
    mz_lua_error_misuse(lua, "the SQL is empty");
  check_single(lua, sql + used, sql + size);
  refuse_kind(lua, made->cursor.statement);
  return made;
}

static void close_statement(struct mz_lua_statement *used) {
  mz_statement_close(used->cursor.statement);
  used->cursor.statement = NULL;
}

/* Put an empty store in the place of the one at index, whose statements are
 * closed here: the garbage collector knows nothing of the memory they hold. */
static void replace_store(lua_State *lua, int store) {
  lua_pushnil(lua);
  while (lua_next(lua, store)) {
    struct mz_lua_statement *used = lua_touserdata(lua, -1);
    if (used && !used->cursor.busy)
      close_statement(used);
    lua_pop(lua, 1);
  }
  lua_createtable(lua, 1, KEPT_MAX);
  lua_pushvalue(lua, -1);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &kept_key);
  lua_replace(lua, store);
}

/* Keep the statement at the top under the SQL at index. */
static void keep(lua_State *lua, int store, int index) {
  lua_Integer count = 0;
  lua_rawgeti(lua, store, 1);
  count = lua_tointeger(lua, -1) + 1;
  lua_pop(lua, 1);
  if (count > KEPT_MAX) {
    replace_store(lua, store);
    count = 1;
  }
  lua_pushinteger(lua, count);
  lua_rawseti(lua, store, 1);
  lua_pushvalue(lua, index);
  lua_pushvalue(lua, -2);
  lua_rawset(lua, store);
}

struct mz_lua_statement *mz_lua_statement_get(lua_State *lua, int index) {
  struct mz_lua_statement *used = NULL;
  int store = 0;
  luaL_checktype(lua, index, LUA_TSTRING);
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &kept_key);
  store = lua_gettop(lua);
  lua_pushvalue(lua, index);
  lua_rawget(lua, store);
  used = lua_touserdata(lua, -1);
  if (used && used->cursor.busy) /* by a loop that was left, perhaps */
    (void)lua_gc(lua, LUA_GCSTEP, 0);
  if (!used || used->cursor.busy) {
    lua_pop(lua, 1);
    used = mz_lua_statement_new(lua, index);
    keep(lua, store, index);
  }
  lua_remove(lua, store);
  return used;
}

/* ---- running ------------------------------------------------------------ */

MZ_SLOW static void raise_step(lua_State *lua, struct mz_lua_statement *used) {
  struct mz_error *err = &mz_sandbox_of(lua)->err;
  mz_lua_cursor_stop(lua, &used->cursor);
  if (mz_sandbox_of(lua)->thrown && !err->status) /* by a collation */
    mz_lua_error_raise(lua);
  if (!err->sql)
    err->sql = mz_statement_expanded(used->cursor.statement);
  if (err->status == MZ_EMIGRATION && err->sql)
    (void)mz_diagnose(mz_sandbox_of(lua)->database, err->sql, strlen(err->sql),
                      err);
  mz_lua_error_raise(lua);
}

inline bool mz_lua_statement_step(lua_State *lua,
                                  struct mz_lua_statement *used) {
  bool row = false;
  if (mz_statement_step(used->cursor.statement, &row, mz_lua_error_slot(lua)) ||
      mz_sandbox_of(lua)->thrown)
    raise_step(lua, used);
  return row;
}

int64_t mz_lua_statement_run(lua_State *lua, struct mz_lua_statement *used,
                             int first) {
  mz_lua_params_bind(lua, used->cursor.statement, first, false);
  while (mz_lua_statement_step(lua, used))
    ;
  return used->cursor.statement->changes;
}

/* ---- rows --------------------------------------------------------------- */

static void check_names(lua_State *lua, int names, int count) {
  lua_createtable(lua, 0, count);
  for (int i = 1; i <= count; i++) {
    lua_rawgeti(lua, names, i);
    lua_pushvalue(lua, -1);
    if (lua_rawget(lua, -3) != LUA_TNIL) {
      lua_pop(lua, 1);
      mz_lua_error_misuse(lua,
                          "two columns are called %s: name one of them "
                          "with AS",
                          lua_tostring(lua, -1));
    }
    lua_pop(lua, 1);
    lua_pushboolean(lua, 1);
    lua_rawset(lua, -3);
  }
  lua_pop(lua, 1);
}

/* Push the array of column names, kept with the statement at index. */
static void push_names(lua_State *lua, int index,
                       struct mz_lua_statement *used) {
  int recompiled = mz_statement_recompiled(used->cursor.statement);
  int count = used->cursor.statement->columns;
  lua_getiuservalue(lua, index, 1);
  if (recompiled == used->recompiled)
    return;
  lua_pop(lua, 1);
  lua_createtable(lua, count, 0);
  for (int i = 0; i < count; i++) {
    lua_pushstring(lua, mz_statement_name(used->cursor.statement, i));
    lua_rawseti(lua, -2, i + 1);
  }
  check_names(lua, lua_gettop(lua), count);
  lua_pushvalue(lua, -1);
  lua_setiuservalue(lua, index, 1);
  used->recompiled = recompiled;
}

static void push_row(lua_State *lua, int names,
                     const struct mz_statement *statement) {
  struct mz_value value;
  lua_createtable(lua, 0, statement->columns);
  for (int i = 0; i < statement->columns; i++) {
    mz_statement_column(statement, i, &value);
    if (value.type == MZ_NULL)
      continue;
    lua_rawgeti(lua, names, i + 1);
    mz_lua_value_push_value(lua, &value);
    lua_rawset(lua, -3);
  }
}

int mz_lua_statement_first(lua_State *lua, struct mz_lua_statement *used,
                           int first, bool whole) {
  const struct mz_statement *statement = used->cursor.statement;
  mz_lua_params_bind(lua, used->cursor.statement, first, false);
  mz_lua_cursor_start(lua, &used->cursor);
  if (!mz_lua_statement_step(lua, used))
    lua_pushnil(lua);
  else if (whole) {
    push_names(lua, 1, used);
    push_row(lua, lua_gettop(lua), statement);
  } else
    mz_lua_value_push(lua, statement, 0);
  mz_lua_cursor_stop(lua, &used->cursor);
  return 1;
}

/* Whether another loop has begun with the statement since this one, whose
 * number is its second upvalue. */
static bool is_over(lua_State *lua, const struct mz_lua_statement *used) {
  return used->loops > 1 &&
         used->loops != lua_tointeger(lua, lua_upvalueindex(2));
}

/* The cursor of a loop, its first upvalue, on its next row; NULL at the end
 * of the rows. */
static struct mz_lua_statement *next_row(lua_State *lua) {
  struct mz_lua_statement *used = lua_touserdata(lua, lua_upvalueindex(1));
  if (!used->cursor.busy || is_over(lua, used))
    return NULL;
  mz_lua_statement_enter(lua);
  if (used->cursor.closed)
    mz_lua_error_misuse(lua,
                        "the rows of this loop were closed, for %s: collect "
                        "the rows first",
                        used->cursor.closed);
  if (mz_lua_statement_step(lua, used))
    return used;
  mz_lua_cursor_stop(lua, &used->cursor);
  return NULL;
}

static int next_values(lua_State *lua) {
  const struct mz_lua_statement *used = next_row(lua);
  int count = used ? used->cursor.statement->columns : 0;
  if (!used)
    return 0;
  if (count >= LUA_MINSTACK)
    luaL_checkstack(lua, count, "too many columns");
  mz_lua_value_push_row(lua, used->cursor.statement);
  if (lua_isnil(lua, -count)) { /* nil would end the loop */
    mz_lua_value_push_null(lua);
    lua_replace(lua, -count - 1);
  }
  return count;
}

static int next_table(lua_State *lua) {
  struct mz_lua_statement *used = next_row(lua);
  if (!used)
    return 0;
  if (mz_statement_recompiled(used->cursor.statement) != used->recompiled) {
    push_names(lua, lua_upvalueindex(1), used);
    lua_replace(lua, lua_upvalueindex(3));
  }
  push_row(lua, lua_upvalueindex(3), used->cursor.statement);
  return 1;
}

int mz_lua_statement_loop(lua_State *lua, int index, int first, bool names) {
  struct mz_lua_statement *used = lua_touserdata(lua, index);
  mz_lua_params_bind(lua, used->cursor.statement, first, true);
  if (used->cursor.statement->columns == 0)
    mz_lua_error_misuse(lua, "the statement returns no rows: use db:exec()");
  lua_pushvalue(lua, index);
  lua_pushinteger(lua, ++used->loops);
  if (names)
    push_names(lua, index, used);
  lua_pushcclosure(lua, names ? next_table : next_values, names ? 3 : 2);
  mz_lua_cursor_start(lua, &used->cursor);
  return 1;
}

/* ---- methods ------------------------------------------------------------ */

/* The statement at index 1. Looking its type up by name, as luaL_checkudata()
 * does, costs more than binding a value. */
static struct mz_lua_statement *check_statement(lua_State *lua) {
  struct mz_lua_statement *used = lua_touserdata(lua, 1);
  bool same = used && lua_getmetatable(lua, 1);
  if (same) {
    same = lua_topointer(lua, -1) == mz_sandbox_of(lua)->statement_type;
    lua_pop(lua, 1);
  }
  return same ? used : luaL_checkudata(lua, 1, STATEMENT_TYPE);
}

/* The statement at index 1, replaced by another one for the same SQL where a
 * loop is reading it, or was left while it did. */
static struct mz_lua_statement *take_idle(lua_State *lua) {
  struct mz_lua_statement *used = check_statement(lua);
  mz_lua_statement_enter(lua);
  if (!used->cursor.busy)
    return used;
  lua_pushstring(lua, mz_statement_sql(used->cursor.statement));
  used = mz_lua_statement_get(lua, lua_gettop(lua));
  lua_replace(lua, 1);
  lua_pop(lua, 1);
  return used;
}

static int statement_exec(lua_State *lua) {
  struct mz_lua_statement *used = take_idle(lua);
  lua_pushinteger(lua, mz_lua_statement_run(lua, used, 2));
  return 1;
}

static int statement_rows(lua_State *lua) {
  (void)take_idle(lua);
  return mz_lua_statement_loop(lua, 1, 2, true);
}

static int statement_urows(lua_State *lua) {
  (void)take_idle(lua);
  return mz_lua_statement_loop(lua, 1, 2, false);
}

static int statement_row(lua_State *lua) {
  return mz_lua_statement_first(lua, take_idle(lua), 2, true);
}

static int statement_value(lua_State *lua) {
  return mz_lua_statement_first(lua, take_idle(lua), 2, false);
}

/* __close: the end of a block with local s <close>. */
static int statement_close(lua_State *lua) {
  struct mz_lua_statement *used = luaL_checkudata(lua, 1, STATEMENT_TYPE);
  mz_lua_cursor_stop(lua, &used->cursor);
  return 0;
}

static int statement_collect(lua_State *lua) {
  (void)statement_close(lua);
  close_statement(lua_touserdata(lua, 1));
  return 0;
}

void mz_lua_statement_open(lua_State *lua) {
  static const luaL_Reg methods[] = {
      {"exec", statement_exec},   {"row", statement_row},
      {"rows", statement_rows},   {"urows", statement_urows},
      {"value", statement_value}, {NULL, NULL}};
  static const luaL_Reg meta[] = {
      {"__close", statement_close}, {"__gc", statement_collect}, {NULL, NULL}};
  luaL_newmetatable(lua, STATEMENT_TYPE);
  mz_sandbox_of(lua)->statement_type = lua_topointer(lua, -1);
  luaL_setfuncs(lua, meta, 0);
  luaL_newlib(lua, methods);
  lua_setfield(lua, -2, "__index");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 1);
  lua_newtable(lua);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &kept_key);
  mz_lua_cursor_watch(lua);
}
