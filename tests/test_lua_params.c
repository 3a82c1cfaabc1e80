/* test_lua_params.c - parameters: each has a value, and each value one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lua_case.h"

static void positional_ones_take_one_argument_each(void **state) {
  static const struct lua_case cases[] = {
      {"in order, nil included",
       "local a, b, c = db:urows('SELECT ?, ?, ?', 1, nil, 'c')()\n"
       "is(a, 1) is(b, nil) is(c, 'c')\n"
       "is(db:value('SELECT ? IS NULL', nil), 1)",
       NULL},
      {"a numbered one stands for all of its uses",
       "is(db:value('SELECT ?1 + ?1 + ?2', 2, 3), 7)", NULL},
      {"one is missing",
       "raises('the statement has 2 parameters, but 1 value was given',"
       " db.value, db, 'SELECT ?, ?', 1)\n"
       "raises('the statement has 1 parameter, but 0 values were given',"
       " db.value, db, 'SELECT ?')\n"
       "raises('? is a parameter without a value', db.exec, db,"
       " 'SELECT ?')",
       NULL},
      {"one is too many",
       "raises('the statement has 1 parameter, but 2 values were given',"
       " db.value, db, 'SELECT ?', 1, 2)\n"
       "raises('the statement has 1 parameter, but 2 values were given',"
       " db.value, db, 'SELECT ?', 1, nil)\n"
       "raises('the statement has 0 parameters, but 1 value was given',"
       " db.exec, db, 'SELECT 1', nil)",
       NULL},
      {"a table is not a list of them",
       "raises('a table of parameters has names as keys; give positional "
       "values one by one', db.value, db, 'SELECT ?', { 1 })",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void named_ones_take_a_table(void **state) {
  static const struct lua_case cases[] = {
      {"with any prefix and as often as they are used",
       "is(db:value('SELECT :a || @b || $c || :a',"
       " { a = 'x', b = 'y', c = 'z' }), 'xyzx')",
       NULL},
      {"NULL is mz.null, false is a value",
       "is(db:value('SELECT typeof(:a)', { a = mz.null }), 'null')\n"
       "is(db:value('SELECT :a', { a = false }), 0)",
       NULL},
      {"an empty table suits a statement without any",
       "is(db:value('SELECT 1', {}), 1)", NULL},
      {"one is missing",
       "raises('parameter :b has no value; for NULL give mz.null', db.value,"
       " db, 'SELECT :a, :b', { a = 1 })\n"
       "raises('parameter :b has no value; for NULL give mz.null', db.value,"
       " db, 'SELECT :a, :b', { a = 1, b = nil })",
       NULL},
      {"one is too many or misspelt",
       "raises('the statement has no parameter :emial; is :email meant?',"
       " db.value, db, 'SELECT :email', { email = 1, emial = 2 })\n"
       "raises('the statement has no parameter :completely_else', db.value,"
       " db, 'SELECT :email', { email = 1, completely_else = 2 })\n"
       "raises('the statement has no parameter :a', db.value, db, 'SELECT 1',"
       " { a = 1 })",
       NULL},
      {"a metatable gives no values, and isn't asked for any",
       "local values = setmetatable({ a = 1 }, { __index = error })\n"
       "raises('parameter :b has no value; for NULL give mz.null', db.value,"
       " db, 'SELECT :a, :b', values)",
       NULL},
      {"names in a table have no prefix",
       "raises('the statement has no parameter ::a; is :a meant?', db.value,"
       " db, 'SELECT :a', { [':a'] = 1 })",
       NULL},
      {"they are not mixed with ?",
       "raises('the statement mixes ? with named parameters', db.value, db,"
       " 'SELECT ?, :a', { a = 1 })\n"
       "raises('the statement mixes ? with named parameters', db.value, db,"
       " 'SELECT :a, ?2', { a = 1 })",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void a_refused_value_leaves_the_statement_usable(void **state) {
  static const struct lua_case cases[] = {
      {"the next call binds all of them again",
       "local s = db:prepare('SELECT :a AS a, :b AS b')\n"
       "pcall(s.exec, s, { a = 'kept?', b = {} })\n"
       "local row = s:rows({ a = 1, b = mz.null })()\n"
       "is(row.a, 1) is(row.b, nil)\n"
       "pcall(db.value, db, 'SELECT ?, ?', 'x', {})\n"
       "is(db:value('SELECT ?, ?', nil, 1), nil)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(positional_ones_take_one_argument_each,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(named_ones_take_a_table, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(
          a_refused_value_leaves_the_statement_usable, support_setup,
          support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
