/* test_lua_function.c - db:define. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lua_case.h"
#include "script/engine_lua.h"

#define TABLE                                                                  \
  "db:exec [[CREATE TABLE t (id INTEGER PRIMARY KEY, a);"                      \
  "INSERT INTO t (a) VALUES (1), (2), (3)]]\n"

#define FUNCTION "db:define('f', function(x) return x end)\n"

static void functions_are_called(void **state) {
  static const struct lua_case cases[] = {
      {"with values of every type, which they return as they are",
       "db:define('same', function(x) return x end)\n"
       "is(db:value('SELECT same(9007199254740993)'), 9007199254740993)\n"
       "is(db:value('SELECT same(2.0)'), 2.0)\n"
       "is(db:value('SELECT same(?)', 'Žo\\0fie'), 'Žo\\0fie')\n"
       "is(db:value([[SELECT quote(same(x'00FF'))]]), \"X'00FF'\")\n"
       "is(db:value([[SELECT quote(same(x''))]]), \"X''\")\n"
       "is(db:value([[SELECT typeof(same(''))]]), 'text')\n"
       "is(db:value('SELECT typeof(same(NULL))'), 'null')\n"
       "is(db:value('SELECT same(1 = 1)'), 1)",
       NULL},
      {"with any number of arguments, NULL among them",
       "db:define('count_of', function(...) return select('#', ...) end)\n"
       "is(db:value('SELECT count_of()'), 0)\n"
       "is(db:value('SELECT count_of(1, NULL, 3, NULL)'), 4)",
       NULL},
      {"returning nothing, mz.null, a boolean",
       "db:define('f', function(x) if x == 1 then return mz.null end\n"
       "  if x == 2 then return true end end)\n"
       "is(db:value('SELECT typeof(f(0)) || typeof(f(1)) || f(2)'),"
       " 'nullnull1')",
       NULL},
      {"with a fixed number of arguments",
       "db:define('twice', function(x) return 2 * x end, { arguments = 1 })\n"
       "is(db:value('SELECT twice(21)'), 42)\n"
       "raises('twice takes 1 argument, not 2', db.value, db,"
       " 'SELECT twice(1, 2)')",
       NULL},
      {"once, where deterministic, for what stays the same",
       TABLE "local calls = 0\n"
             "local function f() calls = calls + 1 return calls end\n"
             "db:define('f', f)\n"
             "db:exec('SELECT f(7) FROM t WHERE ?', 1)\n"
             "is(calls, 3)\n"
             "db:define('g', f, { deterministic = true })\n"
             "db:exec('SELECT g(7) FROM t WHERE ?', 1)\n"
             "is(calls, 4)",
       NULL},
      {"replaced by what is defined later, whatever its kind",
       "db:define('f', function() return 'one' end)\n"
       "is(db:value('SELECT f(1)'), 'one')\n"
       "db:define('F', function() return 'two' end)\n"
       "is(db:value('SELECT f(1)'), 'two')\n"
       "db:define('f', function() return 'three' end, { arguments = 1 })\n"
       "is(db:value('SELECT f(1)'), 'three')\n"
       "raises('f takes 1 argument, not 0', db.value, db,"
       " 'SELECT f()')\n"
       "db:define('f', { step = function() end,"
       " final = function() return 'four' end })\n"
       "is(db:value('SELECT f(1)'), 'four')",
       NULL},
      {"replaced in a loop that calls it",
       TABLE "db:define('f', function(x) return x end)\n"
             "local seen = {}\n"
             "for x in db:urows('SELECT f(a) FROM t') do\n"
             "  seen[#seen + 1] = x\n"
             "  db:define('f', function(x) return x * 10 end)\n"
             "end\n"
             "is(table.concat(seen, ' '), '1 20 30')\n"
             "for _ in db:urows('SELECT a FROM t') do\n"
             "  raises('f cannot be replaced while rows are being read',"
             " db.define, db, 'f', { step = print, final = print })\n"
             "  break\n"
             "end",
       NULL},
      {"with a coroutine of their own, from a coroutine",
       TABLE "db:define('f', function(x)\n"
             "  local two = coroutine.wrap(function() coroutine.yield(x)\n"
             "    coroutine.yield(x + 0.5) end)\n"
             "  return two() + two()\n"
             "end)\n"
             "is(coroutine.wrap(function()\n"
             "  return db:value('SELECT sum(f(a)) FROM t') end)(), 13.5)",
       NULL},
      {"with pcall inside",
       "db:define('safe', function(x)\n"
       "  local ok, err = pcall(error, 'bad ' .. x, 0)\n"
       "  return err\n"
       "end)\n"
       "is(db:value('SELECT safe(7)'), 'bad 7')",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void aggregates_have_a_table_for_each_group(void **state) {
#define MEDIAN                                                                 \
  "db:define('median', {\n"                                                    \
  "  step = function(state, x) if x then state[#state + 1] = x end end,\n"     \
  "  final = function(state) table.sort(state)\n"                              \
  "    return state[(#state + 1) // 2] end })\n"
  static const struct lua_case cases[] = {
      {"of a whole table",
       TABLE MEDIAN "is(db:value('SELECT median(a) FROM t')"
                    ", 2)",
       NULL},
      {"of groups, two in one statement",
       TABLE MEDIAN
       "db:exec('INSERT INTO t (a) VALUES (NULL), (10), (11), (12), (13)')\n"
       "local seen = {}\n"
       "for big, m, n in db:urows([[SELECT a > 5, median(a), median(-a) FROM t "
       "WHERE a IS NOT NULL GROUP BY a > 5]]) do\n"
       "  seen[#seen + 1] = big .. ':' .. m .. ':' .. n\n"
       "end\n"
       "is(table.concat(seen, ' '), '0:2:-2 1:11:-12')",
       NULL},
      {"of no rows",
       TABLE MEDIAN "is(db:value('SELECT median(a) FROM t WHERE a > 99'), nil)",
       NULL},
      {"of a loop that is left",
       TABLE MEDIAN "for _ in db:urows('SELECT median(a) FROM t GROUP BY id') "
                    "do break end\n"
                    "is(db:value('SELECT median(a) FROM t'), 2)",
       NULL},
      {"whose step fails",
       TABLE "db:define('m', { step = function() error('no step') end,"
             " final = function() error('no final') end })\n"
             "db:value('SELECT m(a) FROM t')",
       "FILE:2:0: no step\n"},
      {"whose final fails",
       TABLE "db:define('m', { step = function() end,"
             " final = function() error('no final') end })\n"
             "db:value('SELECT m(a) FROM t')",
       "FILE:2:0: no final\n"}};
  LUA_CASES_RUN(state, cases);
}

static void an_error_fails_the_statement(void **state) {
  static const struct lua_case cases[] = {
      {"with its message and line",
       TABLE "db:define('f', function(x)\n"
             "  if x == 2 then error('bad ' .. x) end\n"
             "  return x\n"
             "end)\n"
             "db:exec('UPDATE t SET a = f(a)')",
       "FILE:3:0: bad 2\n"},
      {"in a script of many statements",
       "db:define('f', function() error('bad') end)\n"
       "db:exec('SELECT 1; SELECT f()')",
       "FILE:1:0: bad\n"},
      {"one of Lua itself",
       "db:define('f', function(x)\n"
       "  return x.y.z end)\n"
       "db:exec('SELECT f(?)', 1)",
       "FILE:2:0: attempt to index a number value (local 'x')\n"},
      {"which takes back what the statement did",
       TABLE "db:define('f', function(x) if x == 3 then error {} end return 0"
             " end)\n"
             "is(pcall(db.exec, db, 'UPDATE t SET a = f(a) WHERE ?', 1),"
             " false)\n"
             "is(db:value('SELECT group_concat(a) FROM t'), '1,2,3')",
       NULL},
      {"any object, as it is",
       "local thrown = {}\n"
       "db:define('f', function() error(thrown) end)\n"
       "local ok, err = pcall(db.value, db, 'SELECT f()')\n"
       "is(rawequal(err, thrown), true)\n"
       "local ok, err = pcall(db.value, db, 'SELECT 1 WHERE no_such()')\n"
       "is(err.message, 'no such function: no_such')",
       NULL},
      {"a table where a value is needed",
       "db:define('f', function() return {} end)\n"
       "raises('what f returns: a table has no SQL value', db.value, db,"
       " 'SELECT f()')\n"
       "db:define('g', function() return 0/0 end)\n"
       "raises('what g returns: NaN has no SQL value: use mz.null', db.value,"
       " db, 'SELECT g()')",
       NULL},
      {"a use of db inside",
       TABLE "local message = 'db cannot be used inside a function that SQL "
             "calls'\n"
             "local statement = db:prepare('SELECT 1')\n"
             "local rows = db:urows('SELECT a FROM t')\n"
             "local tried = { function() db:exec('DELETE FROM t') end,\n"
             "  function() db:define('h', print) end,\n"
             "  function() db:define('f', print) end,\n"
             "  function() db:collation('h', print) end,\n"
             "  function() db:insert('t', { a = 1 }) end,\n"
             "  function() db:savepoint(print) end,\n"
             "  function() db:tables() end,\n"
             "  function() statement:exec() end, function() rows() end,\n"
             "  function() coroutine.wrap(function() db:row('SELECT 1') end)()"
             " end }\n"
             "db:define('f', function(i) tried[i]() end)\n"
             "for i = 1, #tried do\n"
             "  raises(message, db.value, db, 'SELECT f(?)', i)\n"
             "end\n"
             "is(db:value('SELECT count(*) FROM t'), 3)",
       NULL},
      {"a yield across it",
       "db:define('f', function() coroutine.yield(1) end)\n"
       "coroutine.wrap(function() db:value('SELECT f()') end)()",
       "FILE:1:0: a function that SQL calls cannot yield\n"}};
  LUA_CASES_RUN(state, cases);
}

static void what_cannot_be_defined_is_refused(void **state) {
  static const struct lua_case cases[] = {
      {"a name that SQLite has",
       "raises('there is a function upper already', db.define, db, 'Upper',"
       " print)\n"
       "raises('there is a function count already', db.define, db, 'count',"
       " print)\n"
       "raises('there is a collation NOCASE already', db.collation, db,"
       " 'nocase', print)",
       NULL},
      {"no name",
       "raises('define takes a name of 1 to 255 bytes', db.define, db, '',"
       " print)\n"
       "raises('define takes a name of 1 to 255 bytes', db.define, db, 'a\\0b',"
       " print)\n"
       "raises('collation takes a name of 1 to 255 bytes', db.collation, db, 7,"
       " print)",
       NULL},
      {"no function",
       "raises('define takes a function, or a table with the functions step "
       "and final', db.define, db, 'f')\n"
       "raises('define takes a function, or a table with the functions step "
       "and final', db.define, db, 'f', { step = print })\n"
       "raises('collation takes a function, not a nil', db.collation, db, 'f')",
       NULL},
      {"other options",
       "raises('define has no option determinstic; is deterministic meant?',"
       " db.define, db, 'f', print, { determinstic = true })\n"
       "raises('arguments must be an integer from 0 to 127', db.define, db,"
       " 'f', print, { arguments = 128 })\n"
       "raises('arguments must be an integer from 0 to 127', db.define, db,"
       " 'f', print, { arguments = 1.0 })\n"
       "raises('deterministic must be true or false', db.define, db,"
       " 'f', print, { deterministic = 1 })\n"
       "raises('the options of define are a table, not a number', db.define,"
       " db, 'f', print, 1)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void limits_hold_inside(void **state) {
  static const struct lua_case instructions[] = {
      {"instructions",
       "db:define('f', function() while true do end end)\n"
       "pcall(db.value, db, 'SELECT f()')\n"
       "while true do end",
       "FILE:2:0: the migration ran more instructions than its limit\n"}};
  static const struct lua_case memory[] = {
      {"memory",
       "db:define('f', function() local s = 'x'\n"
       "  while true do s = s .. s end end)\n"
       "db:value('SELECT f()')",
       "FILE:0:0: the migration needs more memory than its limit of 4000000 "
       "bytes\n"
       "hint: work row by row, or raise limits.memory in mzlua.lua\n"}};
  struct support *support = *state;
  support->options.limits.instructions = 1000000;
  LUA_CASES_RUN(state, instructions);
  support->options.limits.instructions = 0;
  support->options.limits.memory = 4000000;
  LUA_CASES_RUN(state, memory);
}

static struct mz_interrupt interrupt;

static void raise_signal(void *context, enum mz_log_level level,
                         const char *message) {
  (void)context;
  (void)level;
  (void)message;
  mz_interrupt_raise(&interrupt, 2);
}

static void a_signal_stops_an_endless_loop(void **state) {
  struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  char *text = lua_case_text("db:define('f', function() mz.log('now')\n"
                             "  while true do pcall(error) end end)\n"
                             "pcall(db.value, db, 'SELECT f()')");
  support->options.interrupt = &interrupt;
  support->options.log = raise_signal;
  assert_int_equal(lua_case_file(support, text, NULL, &err), MZ_EINTERRUPT);
  assert_string_equal(err.message, "interrupted");
  mz_error_release(&err);
  interrupt.signal = 0;
  free(text);
}

static void frames_inside_are_shown(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  char *text = lua_case_text("local function inner() error('bad') end\n"
                             "db:define('f', function() inner() end)\n"
                             "db:exec('SELECT f()')");
  assert_int_equal(lua_case_file(*state, text, NULL, &err), MZ_EMIGRATION);
  assert_non_null(strstr(err.traceback, ".lua:1: in function inner\n"));
  assert_non_null(strstr(err.traceback, ".lua:2: in "));
  assert_non_null(strstr(err.traceback, ".lua:3: in "));
  mz_error_release(&err);
  free(text);
}

/* Run the body of an up on an open database. */
static void run_body(const struct support *support,
                     struct mz_database *database, const char *body) {
  struct mz_migration migration = {.version = 1, .kind = MZ_LUA};
  struct mz_run run = {.migration = &migration,
                       .direction = MZ_UP,
                       .folder = support->migrations};
  struct mz_error err = MZ_ERROR_INIT;
  migration.up.path = strdup("m.lua");
  migration.up.text = lua_case_text(body);
  migration.up.size = strlen(migration.up.text);
  mz_database_guard(database, true);
  assert_int_equal(mz_engine_lua.run(&run, database, &err), MZ_OK);
  mz_database_guard(database, false);
  mz_migration_release(&migration);
}

static void nothing_is_left_after_the_migration(void **state) {
  struct mz_database *database = support_open(*state);
  struct mz_error err = MZ_ERROR_INIT;
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  run_body(*state, database,
           FUNCTION
           "db:define('g', { step = function() end, final = function() end })\n"
           "db:collation('c', function(a, b) return 0 end)\n"
           "db:prepare('SELECT f(1), g(1)'):exec()\n"
           "left = db:urows([[SELECT f(1), 'a' = 'b' COLLATE c]])\n"
           "left()");
  assert_int_equal(mz_database_exec(database, "SELECT f(1)", &err),
                   MZ_EMIGRATION);
  assert_string_equal(err.message, "no such function: f");
  mz_error_release(&err);
  assert_int_equal(mz_database_exec(database, "SELECT g(1)", &err),
                   MZ_EMIGRATION);
  assert_string_equal(err.message, "no such function: g");
  mz_error_release(&err);
  assert_int_equal(
      mz_database_exec(database, "SELECT 'a' = 'b' COLLATE c", &err),
      MZ_EMIGRATION);
  assert_string_equal(err.message, "no such collation sequence: c");
  mz_error_release(&err);
  mz_database_close(database);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(functions_are_called),
      SUPPORT_TEST(aggregates_have_a_table_for_each_group),
      SUPPORT_TEST(an_error_fails_the_statement),
      SUPPORT_TEST(what_cannot_be_defined_is_refused),
      SUPPORT_TEST(limits_hold_inside),
      SUPPORT_TEST(a_signal_stops_an_endless_loop),
      SUPPORT_TEST(frames_inside_are_shown),
      SUPPORT_TEST(nothing_is_left_after_the_migration)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
