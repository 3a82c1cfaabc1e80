#include "script/lua_database.h"

#include <lauxlib.h>
#include <string.h>

#include "script/lua_error.h"
#include "script/lua_insert.h"
#include "script/lua_module.h"
#include "script/lua_params.h"
#include "script/lua_statement.h"
#include "script/lua_value.h"
#include "script/lua_writer.h"
#include "sqlite/script.h"

#define DATABASE_TYPE "mz.database"

static struct mz_sandbox *check_database(lua_State *lua) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  if (lua_touserdata(lua, 1) != sandbox->object)
    luaL_checkudata(lua, 1, DATABASE_TYPE);
  mz_lua_statement_enter(lua);
  return sandbox;
}

/* Put the statement for the SQL at index 2 below everything else: its
 * arguments then are at 4 and up. */
static struct mz_lua_statement *take_statement(lua_State *lua) {
  struct mz_lua_statement *used = NULL;
  (void)check_database(lua);
  used = mz_lua_statement_get(lua, 2);
  lua_insert(lua, 1);
  return used;
}

static int run_script(lua_State *lua) {
  struct mz_sandbox *sandbox = check_database(lua);
  struct mz_script script = {.file = NULL};
  int64_t changes = 0;
  script.text = mz_lua_statement_text(lua, 2, &script.size);
  if (mz_script_run(sandbox->database, &script, &changes,
                    mz_lua_error_slot(lua)) ||
      sandbox->thrown)
    return mz_lua_error_raise(lua);
  lua_pushinteger(lua, changes);
  return 1;
}

/* db:exec(sql, ...): rows changed. */
static int database_exec(lua_State *lua) {
  struct mz_lua_statement *used = NULL;
  if (lua_gettop(lua) <= 2)
    return run_script(lua);
  used = take_statement(lua);
  lua_pushinteger(lua, mz_lua_statement_run(lua, used, 4));
  return 1;
}

static int database_rows(lua_State *lua) {
  (void)take_statement(lua);
  return mz_lua_statement_loop(lua, 1, 4, true);
}

static int database_urows(lua_State *lua) {
  (void)take_statement(lua);
  return mz_lua_statement_loop(lua, 1, 4, false);
}

static int database_row(lua_State *lua) {
  return mz_lua_statement_first(lua, take_statement(lua), 4, true);
}

static int database_value(lua_State *lua) {
  return mz_lua_statement_first(lua, take_statement(lua), 4, false);
}

/* db:prepare(sql): a statement that is compiled once. */
static int database_prepare(lua_State *lua) {
  (void)check_database(lua);
  (void)mz_lua_statement_new(lua, 2);
  return 1;
}

static int database_insert(lua_State *lua) {
  (void)check_database(lua);
  return mz_lua_insert(lua);
}

/* Run sql, one of the program's own statements. */
static void run_own(lua_State *lua, const char *sql) {
  struct mz_database *database = mz_sandbox_of(lua)->database;
  enum mz_status status = MZ_OK;
  mz_database_guard(database, false);
  status = mz_database_exec(database, sql, mz_lua_error_slot(lua));
  mz_database_guard(database, true);
  if (status)
    mz_lua_error_raise(lua);
}

/* db:savepoint(fn): what fn returns; when it raises, its changes are undone
 * and the error is raised on. */
static int database_savepoint(lua_State *lua) {
  const struct mz_sandbox *sandbox = check_database(lua);
  int code = LUA_OK;
  luaL_checktype(lua, 2, LUA_TFUNCTION);
  lua_settop(lua, 2);
  if (!mz_database_in_transaction(sandbox->database))
    return mz_lua_error_misuse(lua, "the migration's transaction has ended "
                                    "already");
  mz_lua_cursor_close_writers(lua);
  run_own(lua, "SAVEPOINT mzlua_savepoint");
  lua_insert(lua, 1);
  code = lua_pcall(lua, 1, LUA_MULTRET, 0);
  if (code == LUA_OK || (sandbox->skipped && !sandbox->tripped)) {
    mz_lua_cursor_close_writers(lua);
    run_own(lua, "RELEASE mzlua_savepoint");
    mz_sandbox_check(lua);
    return lua_gettop(lua);
  }
  if (mz_database_in_transaction(sandbox->database))
    run_own(lua, "ROLLBACK TO mzlua_savepoint; RELEASE mzlua_savepoint");
  return lua_error(lua);
}

static void new_type(lua_State *lua) {
  static const luaL_Reg methods[] = {{"exec", database_exec},
                                     {"insert", database_insert},
                                     {"prepare", database_prepare},
                                     {"row", database_row},
                                     {"rows", database_rows},
                                     {"savepoint", database_savepoint},
                                     {"urows", database_urows},
                                     {"value", database_value},
                                     {NULL, NULL}};
  luaL_newmetatable(lua, DATABASE_TYPE);
  luaL_newlib(lua, methods);
  mz_lua_module_attach_methods(lua);
  lua_setfield(lua, -2, "__index");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 1);
}

void mz_lua_database_push(lua_State *lua) {
  mz_lua_statement_open(lua);
  mz_lua_writer_open(lua);
  new_type(lua);
  mz_sandbox_of(lua)->object = lua_newuserdatauv(lua, 0, 0);
  luaL_setmetatable(lua, DATABASE_TYPE);
}
