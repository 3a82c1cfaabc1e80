/* test_lua_meta.c - lua/meta/mz.lua lists all that is registered, and no
 * more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <lauxlib.h>
#include <lualib.h>

#include "script/config.h"
#include "script/engine_lua.h"
#include "script/lua_database.h"
#include "script/lua_error.h"
#include "script/lua_json.h"
#include "script/lua_library.h"
#include "script/lua_module.h"
#include "script/lua_mz.h"
#include "script/lua_rethrow.h"
#include "support.h"

struct fixture {
  void *support;
  lua_State *meta; /* the lists of lua/meta/mz.lua at 1 */
  struct mz_migration migration;
  struct mz_run run;
  struct mz_database *database;
  struct mz_sandbox *sandbox; /* with db at 1 */
};

static int setup(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  lua_State *lua = NULL;
  *state = fixture;
  (void)support_setup(&fixture->support);
  fixture->meta = luaL_newstate();
  luaL_openlibs(fixture->meta);
  assert_int_equal(luaL_loadfile(fixture->meta, "tests/lua/meta_names.lua"), 0);
  lua_pushstring(fixture->meta, "lua/meta/mz.lua");
  assert_int_equal(lua_pcall(fixture->meta, 1, 1, 0), LUA_OK);
  fixture->run.migration = &fixture->migration;
  fixture->database = support_open(fixture->support);
  assert_int_equal(mz_sandbox_open(&fixture->sandbox, &fixture->run, NULL), 0);
  fixture->sandbox->database = fixture->database;
  lua = fixture->sandbox->lua;
  mz_lua_error_open(lua);
  mz_lua_library_open(lua);
  mz_lua_mz_open(lua);
  mz_lua_database_push(lua);
  return 0;
}

static int teardown(void **state) {
  struct fixture *fixture = *state;
  mz_sandbox_close(fixture->sandbox);
  mz_database_close(fixture->database);
  lua_close(fixture->meta);
  (void)support_teardown(&fixture->support);
  free(fixture);
  return 0;
}

/* Assert that the meta file lists exactly the names in the array at the top
 * of lua for class; pops it. */
static void expect_listed(const struct fixture *fixture, const char *class,
                          lua_State *lua) {
  lua_getfield(lua, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(lua, -1, LUA_TABLIBNAME);
  lua_getfield(lua, -1, "sort");
  lua_pushvalue(lua, -4);
  lua_call(lua, 1, 0);
  lua_getfield(lua, -1, "concat");
  lua_pushvalue(lua, -4);
  lua_pushstring(lua, " ");
  lua_call(lua, 2, 1);
  assert_int_equal(lua_getfield(fixture->meta, 1, class), LUA_TSTRING);
  assert_string_equal(lua_tostring(fixture->meta, -1), lua_tostring(lua, -1));
  lua_pop(lua, 4);
}

/* The same for the keys of the table at the top of lua. */
static void expect_keys(const struct fixture *fixture, const char *class,
                        lua_State *lua) {
  lua_Integer count = 0;
  lua_newtable(lua);
  lua_pushnil(lua);
  while (lua_next(lua, -3)) {
    lua_pop(lua, 1);
    lua_pushvalue(lua, -1);
    lua_rawseti(lua, -3, ++count);
  }
  expect_listed(fixture, class, lua);
  lua_pop(lua, 1);
}

static void expect_names(const struct fixture *fixture, const char *class,
                         const char *const *names) {
  lua_State *lua = fixture->sandbox->lua;
  lua_newtable(lua);
  for (lua_Integer i = 1; *names; names++, i++) {
    lua_pushstring(lua, *names);
    lua_rawseti(lua, -2, i);
  }
  expect_listed(fixture, class, lua);
}

static void methods_of_db_and_of_statements_are_listed(void **state) {
  const struct fixture *fixture = *state;
  lua_State *lua = fixture->sandbox->lua;
  assert_int_equal(lua_getfield(lua, 1, "tables"), LUA_TFUNCTION);
  assert_int_equal(lua_getmetatable(lua, 1), 1);
  lua_getfield(lua, -1, "__index");
  expect_keys(fixture, "mz.Database", lua);
  lua_getfield(lua, 1, "prepare");
  lua_pushvalue(lua, 1);
  lua_pushstring(lua, "SELECT 1");
  lua_call(lua, 2, 1);
  assert_int_equal(lua_getmetatable(lua, -1), 1);
  assert_int_equal(lua_getfield(lua, -1, "__close"), LUA_TFUNCTION);
  lua_getfield(lua, -2, "__index");
  expect_keys(fixture, "mz.Statement", lua);
}

static void what_mz_has_is_listed(void **state) {
  const struct fixture *fixture = *state;
  lua_State *lua = fixture->sandbox->lua;
  char class[64];
  lua_getglobal(lua, "mz");
  for (const char *const *name = mz_lua_module_names; *name; name++) {
    assert_int_equal(lua_getfield(lua, -1, *name), LUA_TTABLE);
    (void)snprintf(class, sizeof class, "mz.%s", *name);
    expect_keys(fixture, class, lua);
  }
  for (const char *const *name = mz_lua_module_functions; *name; name++) {
    assert_int_equal(lua_getfield(lua, -1, *name), LUA_TFUNCTION);
    lua_pop(lua, 1);
  }
  expect_keys(fixture, "mz", lua);
}

static int raise_all(lua_State *lua) {
  struct mz_error *err = mz_lua_error_slot(lua);
  mz_error_add(&err->code, "code");
  mz_error_add(&err->note, "note");
  mz_error_add(&err->hint, "hint");
  mz_error_add(&err->details, "details");
  mz_error_add(&err->sql, "sql");
  (void)mz_error_set(err, MZ_EMIGRATION, "message");
  return mz_lua_error_raise(lua);
}

static void fields_of_errors_are_listed(void **state) {
  const struct fixture *fixture = *state;
  lua_State *lua = fixture->sandbox->lua;
  assert_int_equal(luaL_loadbuffer(lua, "(...)()", 7, "@file"), LUA_OK);
  lua_pushcfunction(lua, raise_all);
  assert_int_equal(lua_pcall(lua, 1, 0, 0), LUA_ERRRUN);
  lua_pushliteral(lua, "row");
  mz_lua_rethrow_name(lua);
  expect_keys(fixture, "mz.Error", lua);
}

static void fields_of_columns_are_listed(void **state) {
  const struct fixture *fixture = *state;
  lua_State *lua = fixture->sandbox->lua;
  assert_int_equal(luaL_loadstring(lua,
                                   "local db = ...\n"
                                   "db:exec('CREATE TABLE t (a DEFAULT 1)')\n"
                                   "return db:columns('t')[1]"),
                   LUA_OK);
  lua_pushvalue(lua, 1);
  lua_call(lua, 1, 1);
  expect_keys(fixture, "mz.Column", lua);
}

static void keys_of_migrations_and_settings_are_listed(void **state) {
  expect_names(*state, "mz.Migration", mz_engine_lua_keys);
  expect_names(*state, "mz.Settings", mz_config_keys);
  expect_names(*state, "mz.Baseline", mz_config_baseline_keys);
  expect_names(*state, "mz.Limits", mz_config_limits_keys);
  expect_names(*state, "mz.JsonOptions", mz_lua_json_options);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(
          methods_of_db_and_of_statements_are_listed, setup, teardown),
      cmocka_unit_test_setup_teardown(what_mz_has_is_listed, setup, teardown),
      cmocka_unit_test_setup_teardown(fields_of_errors_are_listed, setup,
                                      teardown),
      cmocka_unit_test_setup_teardown(fields_of_columns_are_listed, setup,
                                      teardown),
      cmocka_unit_test_setup_teardown(
          keys_of_migrations_and_settings_are_listed, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
