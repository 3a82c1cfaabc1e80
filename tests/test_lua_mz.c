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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(mz_has_facts_and_helpers, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(log_notice_and_print_are_told_outside,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(nobody_needs_to_listen, support_setup,
                                      support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
