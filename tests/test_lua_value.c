/* test_lua_value.c - values on their way between SQL and Lua. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lua_case.h"

static void values_keep_their_type_both_ways(void **state) {
  static const struct lua_case cases[] = {
      {"integers have 64 bits",
       "for _, n in ipairs { 0, 1, -1, 2^53|0 + 1, math.maxinteger, "
       "math.mininteger } do\n"
       "  is(db:value('SELECT ?', n), n)\n"
       "  is(db:value('SELECT typeof(?)', n), 'integer')\n"
       "end\n"
       "is(db:value('SELECT 9007199254740993'), 9007199254740993)",
       NULL},
      {"a float is REAL even where it is whole",
       "is(db:value('SELECT ?', 1.0), 1.0)\n"
       "is(db:value('SELECT typeof(?)', 1.0), 'real')\n"
       "is(db:value('SELECT ?', 0.1), 0.1)\n"
       "is(db:value('SELECT ?', 5e-324), 5e-324)\n"
       "is(db:value('SELECT ?', -0.0), -0.0)\n"
       "is(db:value('SELECT ?', 1/0), 1/0)\n"
       "is(db:value('SELECT ?', -1/0), -1/0)",
       NULL},
      {"a column of a table keeps both apart",
       "db:exec('CREATE TABLE t (v)')\n"
       "db:insert('t', { { v = 1 }, { v = 1.0 }, { v = 1/0 } })\n"
       "is(db:value('SELECT group_concat(typeof(v)) FROM t'),"
       " 'integer,real,real')\n"
       "is(db:value('SELECT v FROM t WHERE rowid = 1'), 1)\n"
       "is(db:value('SELECT v FROM t WHERE rowid = 2'), 1.0)\n"
       "is(db:value('SELECT v FROM t WHERE rowid = 3'), 1/0)",
       NULL},
      {"text may be empty and may hold a NUL byte",
       "is(db:value('SELECT ?', ''), '')\n"
       "is(db:value('SELECT typeof(?)', ''), 'text')\n"
       "is(db:value('SELECT ?', 'a\\0b'), 'a\\0b')\n"
       "is(db:value('SELECT hex(?)', 'a\\0b'), '610062')\n"
       "is(db:value(\"SELECT '12'\"), '12')\n"
       "is(db:value('SELECT ?', '\\u{1F600}'), '\\u{1F600}')",
       NULL},
      {"a blob comes back as a blob",
       "for _, bytes in ipairs { '', '\\0', 'a\\0b', '\\xFF' } do\n"
       "  local blob = db:value('SELECT ?', mz.blob(bytes))\n"
       "  is(type(blob), 'userdata')\n"
       "  is(tostring(blob), bytes)\n"
       "  is(#blob, #bytes)\n"
       "  assert(blob == mz.blob(bytes) and blob ~= mz.blob(bytes .. 'x'))\n"
       "  is(db:value('SELECT typeof(?)', blob), 'blob')\n"
       "end\n"
       "is(#db:value('SELECT zeroblob(3)'), 3)\n"
       "assert(mz.blob('a') ~= 'a' and mz.blob('a') ~= mz.null)",
       NULL},
      {"a boolean is 1 or 0",
       "is(db:value('SELECT ?', true), 1)\n"
       "is(db:value('SELECT ?', false), 0)\n"
       "is(db:value('SELECT typeof(?)', false), 'integer')",
       NULL},
      {"NULL is nil, and goes in as nil or mz.null",
       "is(db:value('SELECT ?', nil), nil)\n"
       "is(db:value('SELECT typeof(?)', nil), 'null')\n"
       "is(db:value('SELECT typeof(?)', mz.null), 'null')\n"
       "is(db:value(\"SELECT '' IS NULL\"), 0)\n"
       "is(next(db:row('SELECT NULL AS a')), nil)\n"
       "is(tostring(mz.null), 'null')\n"
       "assert(mz.null == mz.null)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void what_has_no_sql_value_is_refused(void **state) {
  static const struct lua_case cases[] = {
      {"NaN",
       "local e = raises('parameter 1: NaN has no SQL value: use mz.null',"
       " db.value, db, 'SELECT ?', 0/0)\n"
       "is(e.code, 'MZLUA_MISUSE')",
       NULL},
      {"tables, functions, coroutines and objects",
       "local function refused(message, value)\n"
       "  raises('parameter 2: ' .. message, db.value, db, 'SELECT ?, ?', 1,"
       " value)\n"
       "end\n"
       "refused('a table has no SQL value', {})\n"
       "refused('a function has no SQL value', print)\n"
       "refused('a coroutine has no SQL value', coroutine.create(print))\n"
       "refused('an object has no SQL value', db)",
       NULL},
      {"the parameter's name is told",
       "raises('parameter :a: a table has no SQL value', db.value, db,"
       " 'SELECT :a', { a = {} })",
       NULL},
      {"a blob has no fields and only # and ==",
       "local blob = mz.blob('x')\n"
       "is(getmetatable(blob), false)\n"
       "is(getmetatable(mz.null), false)\n"
       "is(pcall(function() return blob.data end), false)\n"
       "is(pcall(function() return blob < blob end), false)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(values_keep_their_type_both_ways,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(what_has_no_sql_value_is_refused,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
