/* test_lua_mz.c - mz: what a migration is told and may say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/buf.h"
#include "lua_case.h"

static void mz_has_facts_and_helpers(void **state) {
  static const struct lua_case cases[] = {
      {"facts about the run",
       "is(mz.version, 1) is(mz.direction, 'up') is(mz.dry_run, false)", NULL},
      {"noop takes and gives nothing", "is(select('#', mz.noop(db)), 0)", NULL},
      {"blob takes a string",
       "is(#mz.blob(''), 0)\n"
       "raises([[bad argument #1 to '?' (string expected, got nil)]], mz.blob,"
       " nil)",
       NULL},
      {"assert gives its arguments back",
       "local a, b, c = mz.assert(1, nil, 'c')\n"
       "is(a, 1) is(b, nil) is(c, 'c')\n"
       "is(mz.assert(0), 0)",
       NULL},
      {"assert raises an error object with its line",
       "local e = raises('assertion failed', function() mz.assert(false) end)\n"
       "is(e.code, 'MZLUA_ASSERT') is(e.line, 1)\n"
       "e = raises('no\\nusers', function() mz.assert(nil, 'no\\nusers') end)\n"
       "is(e.line, 3)\n"
       "raises(('x'):rep(9999), mz.assert, nil, ('x'):rep(9999))\n"
       "raises('12', mz.assert, nil, 12)",
       NULL},
      {"assert raises another error as it is",
       "local ok, e = pcall(db.exec, db, 'x')\n"
       "local ok2, e2 = pcall(mz.assert, ok, e)\n"
       "assert(rawequal(e, e2))",
       NULL},
      {"assert wants a value",
       "raises([[bad argument #1 to '?' (value expected)]], mz.assert)", NULL},
      {"require gives it too", "assert(require 'mz' == mz)", NULL}};
  LUA_CASES_RUN(state, cases);
}

static void collect(void *context, enum mz_log_level level,
                    const char *message) {
  mz_buf_format(context, "%s: %s\n", level == MZ_LOG_NOTICE ? "notice" : "log",
                message);
}

static void log_notice_and_print_are_told_outside(void **state) {
  struct support *support = *state;
  struct mz_buf lines = MZ_BUF_INIT;
  static const struct lua_case cases[] = {
      {"joined by spaces",
       "mz.log('a', 1, 1.0, nil, true, mz.null)\n"
       "mz.notice()\n"
       "print('b', setmetatable({}, { __tostring = function() return 'c' end "
       "}))\n"
       "mz.notice(('x'):rep(5000):sub(-3), ('y'):rep(3000):sub(1, 2))",
       NULL}};
  support->options.log = collect;
  support->options.context = &lines;
  LUA_CASES_RUN(state, cases);
  assert_string_equal(lines.data, "log: a 1 1.0 nil true null\n"
                                  "notice: \n"
                                  "log: b c\n"
                                  "notice: xxx yy\n");
  mz_buf_release(&lines);
}

static void nobody_needs_to_listen(void **state) {
  static const struct lua_case cases[] = {
      {"print without a log", "print('a') mz.log('b') mz.notice('c')", NULL}};
  LUA_CASES_RUN(state, cases);
}

static void collect_progress(void *context, const char *label, int64_t done,
                             int64_t total) {
  mz_buf_format(context, "%s %d of %d\n", label, (int)done, (int)total);
}

static void progress_is_told_outside(void **state) {
  struct support *support = *state;
  struct mz_buf lines = MZ_BUF_INIT;
  static const struct lua_case cases[] = {
      {"with what is known",
       "mz.progress(1, 20, 'reading') mz.progress(2.0, 20) mz.progress(3)\n"
       "mz.progress(-1, -1, 'x')\n"
       "raises([[bad argument #1 to '?' (number has no integer "
       "representation)]], mz.progress, 1.5)",
       NULL}};
  support->options.progress = collect_progress;
  support->options.context = &lines;
  LUA_CASES_RUN(state, cases);
  assert_string_equal(lines.data, "reading 1 of 20\n"
                                  "case 2 of 20\n"
                                  "case 3 of 0\n"
                                  "x 0 of 0\n");
  mz_buf_release(&lines);
}

/* Run body, which must succeed and leave the values wanted in t. */
static void expect_skipped(const struct support *support, const char *body,
                           const char *wanted) {
  struct mz_error err = MZ_ERROR_INIT;
  char *text = lua_case_text(body);
  support_sql(support, "CREATE TABLE t (x)");
  assert_int_equal(lua_case_file(support, text, NULL, &err), MZ_OK);
  support_expect(support, "SELECT group_concat(x) FROM t", wanted);
  free(text);
  support_remove_database(support);
}

static void skip_ends_the_migration_as_done(void **state) {
  struct support *support = *state;
  struct mz_buf lines = MZ_BUF_INIT;
  static const char *const bodies[] = {
      "mz.skip('no table')",
      ";(function() (function() mz.skip('no table') end)() end)()",
      "pcall(mz.skip, 'no table') db:exec('INSERT INTO t VALUES (2)')",
      "xpcall(mz.skip, function() db:exec('INSERT INTO t VALUES (2)') end,\n"
      "  'no table')\n"
      "db:exec('INSERT INTO t VALUES (2)')",
      "coroutine.wrap(function() mz.skip('no table') end)()",
      "coroutine.resume(coroutine.create(mz.skip), 'no table')\n"
      "db:exec('INSERT INTO t VALUES (2)')",
      "local s <close> = setmetatable({}, { __close = function()\n"
      "  db:exec('INSERT INTO t VALUES (2)') end })\n"
      "mz.skip('no table')",
      "for _ in db:urows('SELECT x FROM t') do mz.skip('no table') end",
      "pcall(error, 'x') mz.skip('no table')"};
  support->options.log = collect;
  support->options.context = &lines;
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    struct mz_buf body = MZ_BUF_INIT;
    mz_buf_format(&body,
                  "db:exec('INSERT INTO t VALUES (1)')\n%s\n"
                  "db:exec('INSERT INTO t VALUES (3)')",
                  bodies[i]);
    expect_skipped(support, body.data, "1\n");
    assert_string_equal(lines.data,
                        "notice: migration 1 skipped the rest: no table\n");
    mz_buf_release(&body);
    mz_buf_release(&lines);
  }
}

static void skip_keeps_what_savepoints_did(void **state) {
  struct support *support = *state;
  expect_skipped(support,
                 "db:savepoint(function()\n"
                 "  db:exec('INSERT INTO t VALUES (1)')\n"
                 "  pcall(db.savepoint, db, function()\n"
                 "    db:exec('INSERT INTO t VALUES (2)') mz.skip()\n"
                 "  end)\n"
                 "end)",
                 "1,2\n");
}

/* Rows of r make each and convert call their function four times. */
#define ROWS                                                                   \
  "db:exec [[CREATE TABLE r (id INTEGER PRIMARY KEY, v);"                      \
  "INSERT INTO r VALUES (1, 0), (2, 0), (3, 0), (4, 0)]]\n"

#define NOTE "db:insert('t', { x = row.id })\n"

static void skip_passes_what_calls_functions(void **state) {
  static const char *const bodies[][2] = {
      {ROWS "db:each('r', { on_error = 'skip' }, function(row)\n" NOTE
            "  if row.id == 2 then mz.skip('w') end\nend)",
       "1,2\n"},
      {ROWS "db:savepoint(function()\n"
            "  db:each('r', { on_error = 'skip' }, function(row)\n" NOTE
            "    if row.id == 4 then mz.skip('w') end\n"
            "  end)\nend)",
       "1,2,3,4\n"},
      {ROWS "db:each('r', { on_error = function()\n"
            "  db:exec('DELETE FROM t') end }, function(row)\n" NOTE
            "  if row.id == 3 then pcall(mz.skip) end\nend)",
       "1,2,3\n"},
      {ROWS "db:each('r', { on_error = function(_, row)\n" NOTE
            "  mz.skip() end }, function(row)\n" NOTE
            "  if row.id == 2 then error('no') end\nend)",
       "1,2\n"},
      {ROWS "db:each('r', { on_error = 'skip' }, function(row)\n" NOTE
            "  db:each('r', { on_error = 'skip' }, function(inner)\n"
            "    if inner.id == 2 then mz.skip() end\n"
            "  end)\nend)",
       "1\n"},
      {ROWS "db:exec('INSERT INTO t VALUES (1)')\n"
            "db:convert('r', 'v', function()\n"
            "  mz.skip() end)\n"
            "db:exec('INSERT INTO t VALUES (2)')",
       "1\n"},
      {ROWS "db:exec('INSERT INTO t VALUES (1)')\n"
            "db:define('f', function() mz.skip() end)\n"
            "db:each('r', { on_error = 'skip' }, function(row)\n" NOTE
            "  db:value('SELECT f() FROM r')\nend)",
       "1,1\n"}};
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
    expect_skipped(*state, bodies[i][0], bodies[i][1]);
}

static void skip_is_for_up_and_down(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  char *text = NULL;
  assert_int_equal(
      lua_case_file(*state, "mz.skip()\nreturn { up = mz.noop }", NULL, &err),
      MZ_EUSAGE);
  text = lua_case_error(*state, &err);
  assert_string_equal(text, "FILE:1:0: mz.skip ends up or down: call it "
                            "inside of them\n");
  free(text);
  mz_error_release(&err);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(mz_has_facts_and_helpers, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(log_notice_and_print_are_told_outside,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(nobody_needs_to_listen, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(progress_is_told_outside, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(skip_ends_the_migration_as_done,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(skip_keeps_what_savepoints_did,
                                      support_setup, support_teardown),
      SUPPORT_TEST(skip_passes_what_calls_functions),
      cmocka_unit_test_setup_teardown(skip_is_for_up_and_down, support_setup,
                                      support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
