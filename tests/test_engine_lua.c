/* test_engine_lua.c - what a Lua migration's file may return, its checksum,
 * and how up and down run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "lua_case.h"
#include "script/engine_lua.h"

static void expect(void **state, const char *text, enum mz_status expected,
                   const char *error) {
  struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  enum mz_status status = lua_case_file(support, text, NULL, &err);
  char *shown = status ? lua_case_error(support, &err) : strdup("");
  bool same =
      strcmp(shown, error) == 0 && status == expected && err.status == expected;
  if (!same)
    print_error("%s\ngave %d, %s", text, (int)status, shown);
  free(shown);
  mz_error_release(&err);
  support_remove_database(support);
  assert_true(same);
}

static void what_is_no_migration_is_refused(void **state) {
  static const struct {
    const char *text;
    const char *error;
  } cases[] = {
      {"", "FILE:0:0: a migration returns a table with up and down, not a "
           "nil\n"},
      {"return 'SELECT 1'",
       "FILE:0:0: a migration returns a table with up and down, not a "
       "string\n"},
      {"return { }", "FILE:0:0: a migration needs up\n"},
      {"return { down = 'x' }", "FILE:0:0: a migration needs up\n"},
      {"return { up = 1 }",
       "FILE:0:0: up must be a function or a string of SQL, not a number\n"},
      {"return { up = 'x', down = {} }",
       "FILE:0:0: down must be a function or a string of SQL, not a table\n"},
      {"return { up = 'x\\0y' }", "FILE:0:0: the SQL of up has a NUL byte\n"},
      {"return { up = 'x', dwon = 'y' }",
       "FILE:0:0: unknown key \"dwon\" in a migration; is \"down\" meant?\n"},
      {"return { up = 'x', nothing_like_it = 1 }",
       "FILE:0:0: unknown key \"nothing_like_it\" in a migration\n"},
      {"return { 'SELECT 1' }",
       "FILE:0:0: a migration has a key that is not a name but a number\n"},
      {"return { up = 'x', foreign_keys = 1 }",
       "FILE:0:0: foreign_keys must be a boolean, not a number\n"},
      {"return { up = 'x', transaction = 'off' }",
       "FILE:0:0: transaction must be a boolean, not a string\n"},
      {"return { up = 'x', transaction = false }",
       "FILE:0:0: transaction = false is not for Lua: write a file of SQL that "
       "says -- mzlua: transaction=off\n"},
      {"return { up = 'x', test = 1 }",
       "FILE:0:0: test must be a table, not a number\n"},
      {"return {\n  up = = 1 }", "FILE:2:0: unexpected symbol near '='\n"},
      {"\nerror('at once')", "FILE:2:0: at once\n"},
      {"local n = db.name", "FILE:1:0: attempt to index a nil value (global "
                            "'db')\n"},
      {"\x1BLua", "FILE:0:0: attempt to load a binary chunk (mode is 't')\n"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    expect(state, cases[i].text, MZ_EUSAGE, cases[i].error);
}

static void what_is_a_migration_runs(void **state) {
  static const char *const texts[] = {
      "return { up = '' }",
      "return { up = mz.noop, down = mz.noop, test = {}, transaction = true }",
      "return { up = 'CREATE TABLE t (v); INSERT INTO t VALUES (1)' }",
      "return { up = 'BEGIN; CREATE TABLE t (v); COMMIT' }",
      "return setmetatable({}, { __index = { up = 'CREATE TABLE t (v)' } })",
      "local up <const> = 'CREATE TABLE t (v)'\r\nreturn { up = up }\r\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    expect(state, texts[i], MZ_OK, "");
}

static void an_error_in_a_string_of_sql_names_it(void **state) {
  expect(state, "return { up = 'SELECT 1; DELETE FROM nowhere' }",
         MZ_EMIGRATION, "FILE:1:38: no such table: nowhere\n");
  expect(state, "return { up = 'COMMIT' }", MZ_EMIGRATION,
         "FILE:1:16: a migration may not begin or end a transaction\n"
         "hint: remove it: mzlua runs each migration in one transaction; one "
         "BEGIN ... COMMIT around the whole file is fine\n");
  expect(state, "return {\n  up = [[\nSELECT 1;\n\n  SELECT x FROM t;]] }",
         MZ_EMIGRATION, "FILE:5:17: no such table: t\n");
}

/* It is not in the file as it stands, or more than once. */
static void a_string_of_sql_without_a_place_is_shown(void **state) {
  expect(state, "local t = 'nowhere' return { up = 'DELETE FROM ' .. t }",
         MZ_EMIGRATION,
         "FILE:0:0: no such table: nowhere\nsql: DELETE FROM nowhere\n");
  expect(state, "return { up = 'DELETE FROM t', down = 'DELETE FROM t' }",
         MZ_EMIGRATION, "FILE:0:0: no such table: t\nsql: DELETE FROM t\n");
}

static void what_up_does_is_all_or_nothing(void **state) {
  struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  support_sql(support, "CREATE TABLE t (v)");
  assert_int_equal(lua_case_file(support,
                                 "return { up = function(db)\n"
                                 "  db:exec('INSERT INTO t VALUES (1)')\n"
                                 "  error('no') end }",
                                 NULL, &err),
                   MZ_EMIGRATION);
  mz_error_release(&err);
  support_expect(support, "SELECT count(*) FROM t", "0\n");
  assert_int_equal(lua_case_file(support,
                                 "return { up = function(db)\n"
                                 "  db:exec('INSERT INTO t VALUES (1)')\n"
                                 "  db:urows('SELECT v FROM t')() end }",
                                 NULL, NULL),
                   MZ_OK);
  support_expect(support, "SELECT count(*) FROM t", "1\n");
}

static struct mz_checked check(struct support *support, const char *text) {
  struct mz_checked checked = {.has_direction = false};
  struct mz_error err = MZ_ERROR_INIT;
  if (lua_case_file(support, text, &checked, &err))
    fail_msg("%s", err.message);
  return checked;
}

static void a_check_tells_what_the_file_asks_for(void **state) {
  struct mz_checked checked = check(*state, "return { up = '' }");
  assert_true(checked.has_direction);
  assert_false(checked.foreign_keys);
  assert_int_equal(strlen(checked.checksum), MZ_DIGEST_SIZE - 1);
  checked = check(*state, "return { up = '', foreign_keys = true }");
  assert_true(checked.foreign_keys);
}

static void a_missing_down_is_no_direction(void **state) {
  struct support *support = *state;
  char text[] = "return { up = '' }";
  struct mz_migration migration = {
      .kind = MZ_LUA,
      .up = {.path = support->database, .text = text, .size = strlen(text)}};
  struct mz_run run = {.migration = &migration,
                       .direction = MZ_DOWN,
                       .folder = support->migrations};
  struct mz_checked checked = {.has_direction = true};
  assert_int_equal(mz_engine_lua.check(&run, &checked, NULL), MZ_OK);
  assert_false(checked.has_direction);
}

/* ---- checksum ----------------------------------------------------------- */

static void checksum_of(struct support *support, const char *text,
                        char checksum[MZ_DIGEST_SIZE]) {
  struct mz_checked checked = check(support, text);
  memcpy(checksum, checked.checksum, MZ_DIGEST_SIZE);
}

static void write_two(struct support *support, const char *a, const char *b) {
  support_write(support, "lib/a.lua", a);
  support_write(support, "lib/b.lua", b);
}

static void remove_two(struct support *support) {
  static const char *const names[] = {"/lib/a.lua", "/lib/b.lua", "/lib"};
  char path[200];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    (void)snprintf(path, sizeof path, "%s%s", support->migrations, names[i]);
    assert_int_equal(remove(path), 0);
  }
}

static void the_checksum_covers_what_is_required(void **state) {
  static const char text[] = "local a = require 'a'\nreturn { up = '' }";
  struct support *support = *state;
  char path[200];
  char first[MZ_DIGEST_SIZE];
  char again[MZ_DIGEST_SIZE];
  (void)snprintf(path, sizeof path, "%s/lib", support->migrations);
  assert_int_equal(mkdir(path, 0700), 0);
  write_two(support, "return require 'b'", "return 1");
  checksum_of(support, text, first);
  checksum_of(support, text, again);
  assert_string_equal(first, again);
  write_two(support, "return require 'b'", "return 2");
  checksum_of(support, text, again);
  assert_string_not_equal(first, again);
  write_two(support, "return 1 -- b", "return 1");
  checksum_of(support, text, again);
  assert_string_not_equal(first, again);
  write_two(support, "return require 'b'", "return 1");
  checksum_of(support, text, again);
  assert_string_equal(first, again);
  remove_two(support);
}

static void the_checksum_covers_the_file(void **state) {
  char one[MZ_DIGEST_SIZE];
  char other[MZ_DIGEST_SIZE];
  checksum_of(*state, "return { up = '' }", one);
  checksum_of(*state, "return { up = ' ' }", other);
  assert_string_not_equal(one, other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(what_is_no_migration_is_refused,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(what_is_a_migration_runs, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(an_error_in_a_string_of_sql_names_it,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(a_string_of_sql_without_a_place_is_shown,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(what_up_does_is_all_or_nothing,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(a_check_tells_what_the_file_asks_for,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(a_missing_down_is_no_direction,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(the_checksum_covers_what_is_required,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(the_checksum_covers_the_file,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
