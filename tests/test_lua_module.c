/* test_lua_module.c - what of mz and db is loaded when it is first used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void modules_are_opened_once(void **state) {
  static const struct lua_case cases[] = {
      {"a module is there when it is asked for",
       "is(rawget(mz, 'path'), nil) is(type(mz.path), 'table')\n"
       "assert(rawequal(mz.path, mz.path))",
       NULL},
      {"what isn't one is nil", "is(mz.paths, nil) is(mz[1], nil)", NULL},
      {"a file of methods is not one", "is(mz.schema, nil)", NULL}};
  LUA_CASES_RUN(state, cases);
}

static void the_programs_lua_keeps_its_globals(void **state) {
  static const struct lua_case cases[] = {
      {"for a module",
       "table = 'movie' ipairs = nil misuse = print\n"
       "is(mz.path.join('a', 'b'), 'a/b')",
       NULL},
      {"for a method of db",
       "db:exec('CREATE TABLE movie (id)')\n"
       "table = 'movie' ipairs = nil\n"
       "is(#db:columns(table), 1)",
       NULL},
      {"and sets none", "local _ = mz.path db:tables() is(quote, nil)", NULL}};
  LUA_CASES_RUN(state, cases);
}

static void names_that_are_not_there_bring_the_nearest(void **state) {
  static const struct lua_case cases[] = {
      {"a table",
       "db:exec('CREATE TABLE movie (id); CREATE TABLE series (id)')\n"
       "db:columns('moive')",
       "FILE:2:0: no such table: moive; is movie meant?\n"},
      {"none is near", "db:columns('x')", "FILE:1:0: no such table: x\n"}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(modules_are_opened_once, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(the_programs_lua_keeps_its_globals,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(
          names_that_are_not_there_bring_the_nearest, support_setup,
          support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
