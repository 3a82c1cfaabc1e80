/* test_sandbox.c - limits and signals that no script can swallow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lua_case.h"

#define TOO_LONG "the migration ran more instructions than its limit\n"
#define TOO_LARGE                                                              \
  "the migration needs more memory than its limit of 20000000 bytes\n"         \
  "hint: work row by row, or raise limits.memory in mzlua.lua\n"
#define FOREVER "while true do end\n"

static void the_instruction_limit_cannot_be_swallowed(void **state) {
  struct support *support = *state;
  static const struct lua_case cases[] = {
      {"a plain loop", "\n" FOREVER, "FILE:2:0: " TOO_LONG},
      {"pcall", "while true do pcall(function() " FOREVER "end) end",
       "FILE:1:0: " TOO_LONG},
      {"pcall and a quiet end", "pcall(function() " FOREVER "end)",
       "FILE:1:0: " TOO_LONG},
      {"xpcall",
       "while true do xpcall(function() " FOREVER
       "end, function() return 1 end) end",
       "FILE:1:0: " TOO_LONG},
      {"a coroutine",
       "while true do\n"
       "  coroutine.resume(coroutine.create(function()\n" FOREVER "end))\n"
       "end",
       "FILE:2:0: " TOO_LONG},
      {"a coroutine that pcalls",
       "coroutine.resume(coroutine.create(function()\n"
       "  pcall(function()\n" FOREVER "end)\n"
       "end))",
       "FILE:1:0: " TOO_LONG},
      {"coroutine.wrap",
       "for _ in coroutine.wrap(function()\n" FOREVER "end) do end",
       "FILE:1:0: " TOO_LONG},
      {"pcall in a coroutine that yields",
       "local co = coroutine.wrap(function()\n"
       "  while true do\n"
       "    pcall(function() coroutine.yield() " FOREVER "end)\n"
       "  end\n"
       "end)\n"
       "while true do co() end",
       "FILE:7:0: " TOO_LONG},
      {"string.gsub", "\n(''):gsub('', function()\n" FOREVER "end)",
       "FILE:3:0: " TOO_LONG},
      {"a metamethod",
       "local t = setmetatable({}, { __index = function()\n" FOREVER "end })\n"
       "return t.x",
       "FILE:2:0: " TOO_LONG},
      {"a sort's comparator",
       "table.sort({ 3, 1, 2 }, function()\n" FOREVER "end)",
       "FILE:2:0: " TOO_LONG},
      {"a __close",
       "local x <close> = setmetatable({}, { __close = function()\n" FOREVER
       "end })",
       "FILE:2:0: " TOO_LONG},
      {"coroutine.close",
       "local co = coroutine.create(function()\n"
       "  local x <close> = setmetatable({}, { __close = function()\n" FOREVER
       "  end })\n"
       "  coroutine.yield()\n"
       "end)\n"
       "coroutine.resume(co)\n"
       "coroutine.close(co)\n"
       "coroutine.close(co)",
       "FILE:0:0: " TOO_LONG},
      {"db:savepoint",
       "pcall(db.savepoint, db, function()\n" FOREVER "end)\n"
       "db:exec('SELECT 1')",
       "FILE:1:0: " TOO_LONG},
      {"nothing but its own error ends it",
       "local ok = pcall(pcall, pcall, function()\n" FOREVER "end)\n"
       "error('never said')",
       "FILE:1:0: " TOO_LONG}};
  support->options.limits.instructions = 1000000;
  LUA_CASES_RUN(state, cases);
}

static void a_limit_that_is_not_reached_changes_nothing(void **state) {
  struct support *support = *state;
  static const struct lua_case cases[] = {
      {"a short loop", "for _ = 1, 10000 do end", NULL}};
  support->options.limits.instructions = 1000000;
  support->options.limits.memory = 20000000;
  LUA_CASES_RUN(state, cases);
}

static void memory_has_a_limit(void **state) {
  struct support *support = *state;
  static const struct lua_case cases[] = {
      {"string.rep", "\nlocal s = ('x'):rep(1 << 30)", "FILE:0:0: " TOO_LARGE},
      {"a text that doubles", "local s = 'x' while true do s = s .. s end",
       "FILE:0:0: " TOO_LARGE},
      {"a table that grows",
       "local t = {} for i = 1, math.huge do t[i] = i end",
       "FILE:0:0: " TOO_LARGE},
      {"rows",
       "local sql = [[WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
       " FROM n) SELECT i, zeroblob(1000) AS b FROM n]]\n"
       "local all = {}\n"
       "for row in db:rows(sql) do all[#all + 1] = row end",
       "FILE:0:0: " TOO_LARGE},
      {"a value", "db:value('SELECT zeroblob(30000000)')",
       "FILE:0:0: " TOO_LARGE},
      {"a coroutine",
       "local s = coroutine.wrap(function() return ('x'):rep(1 << 30) end)()",
       "FILE:0:0: " TOO_LARGE},
      {"a script may catch it and go on with less",
       "is(pcall(string.rep, 'x', 1 << 30), false)\n"
       "is(#('x'):rep(1 << 20), 1 << 20)\n"
       "db:exec('CREATE TABLE t (v)')",
       NULL}};
  support->options.limits.memory = 20000000;
  LUA_CASES_RUN(state, cases);
}

/* Uses most of the bindings, and keeps what it opens. */
static const char busy_body[] =
    "db:exec('CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)')\n"
    "db:insert('t', { { v = 'a' }, { v = 'b', id = 7 }, { id = 9 } })\n"
    "for row in db:rows('SELECT * FROM t WHERE id > :id', { id = 0 }) do\n"
    "  pcall(db.savepoint, db, function()\n"
    "    db:exec('UPDATE t SET v = ? WHERE id = ?', row.v, row.id)\n"
    "    error(row)\n"
    "  end)\n"
    "  break\n"
    "end\n"
    "pcall(db.exec, db, 'INSERT INTO t (id) VALUES (?)', 7)\n"
    "pcall(db.exec, db, 'INSERT INTO t (idd) VALUES (?)', 7)\n"
    "pcall(db.row, db, 'SELECT id AS a, v AS a FROM t')\n"
    "local co = coroutine.wrap(function()\n"
    "  for id in db:urows('SELECT id FROM t') do coroutine.yield(id) end\n"
    "  error({})\n"
    "end)\n"
    "pcall(co)\n"
    "pcall(co)\n"
    "for i = 1, 140 do db:value('SELECT ' .. i .. ' + ?', i) end\n"
    "db:columns('t')\n"
    "local s <close> = db:prepare('SELECT v FROM t')\n"
    "for v in s:urows() do s:exec() break end\n"
    "db:exec('DROP TABLE t')\n"
    "error('the end')";

static void memory_may_run_out_anywhere(void **state) {
  struct support *support = *state;
  char *text = lua_case_text(busy_body);
  bool ended = false;
  for (size_t limit = 2000; !ended; limit += 331) {
    struct mz_error err = MZ_ERROR_INIT;
    support->options.limits.memory = limit;
    assert_int_not_equal(lua_case_file(support, text, NULL, &err), MZ_OK);
    ended = strcmp(err.message, "the end") == 0;
    if (!ended && strstr(err.message, "memory") == NULL)
      fail_msg("with %zu bytes: %s", limit, err.message);
    support_expect(support, "SELECT name FROM sqlite_schema", "");
    mz_error_release(&err);
    support_remove_database(support);
  }
  free(text);
}

static void no_limit_is_zero(void **state) {
  struct support *support = *state;
  static const struct lua_case cases[] = {
      {"more than the default", "is(#('x'):rep(1 << 24), 1 << 24)", NULL}};
  support->options.limits = (struct mz_limits){.memory = 0};
  LUA_CASES_RUN(state, cases);
}

static void recursion_has_an_end(void **state) {
  static const struct lua_case cases[] = {
      {"of Lua functions", "local function f() return 1 + f() end\nf()",
       "FILE:1:0: stack overflow\n"},
      {"through pcall",
       "local function f() pcall(f) error('up', 0) end\n"
       "raises('up', f)",
       NULL},
      {"of C functions",
       "local function f() return (('x'):gsub('x', f)) end\nf()",
       "FILE:1:0: C stack overflow\n"},
      {"of coroutines",
       "local function f() return coroutine.wrap(f)() end\nf()",
       "FILE:1:0: C stack overflow\n"},
      {"of __tostring",
       "local t = setmetatable({}, { __tostring = tostring })\n"
       "tostring(t)",
       "FILE:2:0: C stack overflow\n"},
      {"of savepoints",
       "local function f() return db:savepoint(f) end\n"
       "db:exec('CREATE TABLE t (v)')\n"
       "pcall(f)\n"
       "db:exec('DROP TABLE t')",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

/* A script that raises the signal itself, through what it logs. */
static void interrupt(void *context, enum mz_log_level level,
                      const char *message) {
  (void)level;
  (void)message;
  mz_interrupt_raise(context, 2);
}

static void expect_interrupted(struct support *support, const char *body) {
  struct mz_interrupt raised = {.signal = 0};
  struct mz_error err = MZ_ERROR_INIT;
  char *text = lua_case_text(body);
  enum mz_status status = MZ_OK;
  char *shown = NULL;
  support->options.interrupt = &raised;
  support->options.log = interrupt;
  support->options.context = &raised;
  status = lua_case_file(support, text, NULL, &err);
  shown = lua_case_error(support, &err);
  assert_string_equal(shown, "FILE:0:0: interrupted\n");
  assert_int_equal(status, MZ_EINTERRUPT);
  assert_int_equal(err.status, MZ_EINTERRUPT);
  assert_null(raised.wake);
  free(shown);
  free(text);
  mz_error_release(&err);
  support_remove_database(support);
}

static void a_signal_stops_whatever_runs(void **state) {
  static const char *const bodies[] = {
      "print() " FOREVER,
      "pcall(function() print() " FOREVER "end)",
      "while true do pcall(print) end",
      "xpcall(function() print() " FOREVER "end, print)",
      "coroutine.wrap(function() print() " FOREVER "end)()",
      "coroutine.resume(coroutine.create(function() print() " FOREVER "end)) "
      "db:exec('SELECT 1')",
      "coroutine.wrap(function() print() coroutine.yield() end)() " FOREVER,
      "pcall(coroutine.wrap(function() pcall(error) print() " FOREVER "end))",
      "('x'):gsub('x', function() print() " FOREVER "end)",
      "print() db:exec('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + "
      "1 FROM n) SELECT count(*) FROM n')",
      "print() pcall(db.savepoint, db, function() end) " FOREVER,
      "print()"};
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
    expect_interrupted(*state, bodies[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_instruction_limit_cannot_be_swallowed,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(
          a_limit_that_is_not_reached_changes_nothing, support_setup,
          support_teardown),
      cmocka_unit_test_setup_teardown(memory_has_a_limit, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(memory_may_run_out_anywhere,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(no_limit_is_zero, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(recursion_has_an_end, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(a_signal_stops_whatever_runs,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
