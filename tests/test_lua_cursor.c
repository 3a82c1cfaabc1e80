/* test_lua_cursor.c - loops and what is written while they read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lua_case.h"

#define ITEMS                                                                  \
  "db:exec[[CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); "                   \
  "CREATE INDEX i ON t (a); "                                                  \
  "CREATE TABLE w (k PRIMARY KEY, v) WITHOUT ROWID; "                          \
  "INSERT INTO t (a, b) VALUES (1, 1), (2, 2), (3, 3); "                       \
  "INSERT INTO w VALUES ('x', 1), ('y', 2);]] local n = 0 "

#define FED                                                                    \
  "FILE:1:0: the rows of this loop were closed, for something in it wrote "    \
  "rows "                                                                      \
  "that the loop might have met again: collect the rows first\n"

static void a_loop_that_would_feed_itself_stops(void **state) {
  static const struct lua_case cases[] = {
      {"INSERT through db:insert",
       ITEMS "for id in db:urows('SELECT id FROM t') do "
             "db:insert('t', {a = 1}) end",
       FED},
      {"INSERT in a script",
       ITEMS "for r in db:rows('SELECT id, b FROM t') do "
             "db:exec('INSERT INTO t (a) VALUES (7)') end",
       FED},
      {"INSERT ... SELECT behind WITH",
       ITEMS "for r in db:rows('SELECT id, b FROM t') do "
             "db:exec('WITH x AS (SELECT 1 AS a) INSERT INTO t (a) "
             "SELECT a FROM x WHERE a = ?', 1) end",
       FED},
      {"UPDATE along the index that is read",
       ITEMS "for id in db:urows('SELECT id FROM t WHERE a > 0') do "
             "db:exec('UPDATE t SET a = a + 1 WHERE id = ?', id) end",
       FED},
      {"UPDATE in a table without rowid",
       ITEMS "for k in db:urows('SELECT k FROM w') do "
             "db:exec('UPDATE w SET v = v + 1 WHERE k = ?', k) end",
       FED},
      {"INSERT by a trigger of another table",
       ITEMS "db:exec[[CREATE TABLE o (x); CREATE TRIGGER g AFTER INSERT ON o "
             "BEGIN INSERT INTO t (a) VALUES (NEW.x); END]] "
             "for id in db:urows('SELECT id FROM t') do "
             "db:insert('o', {x = id}) end",
       FED},
  };
  LUA_CASES_RUN(state, cases);
}

static void a_loop_may_write_what_it_cannot_meet(void **state) {
  static const struct lua_case cases[] = {
      {"UPDATE of a column that the loop does not read by",
       ITEMS "for id in db:urows('SELECT id FROM t WHERE a > 0') do n = n + 1 "
             "db:exec('UPDATE t SET b = 9 WHERE id = ?', id) end is(n, 3) "
             "is(db:value('SELECT sum(b) FROM t'), 27)",
       NULL},
      {"UPDATE of an indexed column, read by rowid",
       ITEMS "for id, b in db:urows('SELECT id, b FROM t') do n = n + 1 "
             "db:exec('UPDATE t SET a = a + 10 WHERE id = ?', id) end "
             "is(n, 3) is(db:value('SELECT sum(a) FROM t'), 36)",
       NULL},
      {"DELETE of the row itself",
       ITEMS "for id in db:urows('SELECT id FROM t') do n = n + 1 "
             "db:exec('DELETE FROM t WHERE id = ?', id) end is(n, 3) "
             "is(db:value('SELECT count(*) FROM t'), 0)",
       NULL},
      {"INSERT into another table",
       ITEMS "for id in db:urows('SELECT id FROM t') do n = n + 1 "
             "db:insert('w', {k = id, v = id}) end is(n, 3) "
             "is(db:value('SELECT count(*) FROM w'), 5)",
       NULL},
      {"INSERT after a loop that was left",
       ITEMS "for id in db:urows('SELECT id FROM t') do "
             "local f = function() return id end f() break end "
             "db:insert('t', {a = 4}) is(db:value('SELECT count(*) FROM t'), "
             "4)",
       NULL},
      {"INSERT in the last turn",
       ITEMS "for id in db:urows('SELECT id FROM t WHERE id = 3') do n = n + 1 "
             "db:insert('t', {a = 4}) break end is(n, 1) "
             "is(db:value('SELECT count(*) FROM t'), 4)",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

/* SQLite's own list of statements is not in every library. */
static void loops_that_were_left_do_not_pile_up(void **state) {
  static const struct lua_case cases[] = {
      {"each with a write behind it",
       ITEMS "local most = 0\n"
             "for i = 1, 2000 do\n"
             "  for a in db:urows('SELECT a FROM t WHERE id = ?', 1) do break "
             "end\n"
             "  db:exec('UPDATE w SET v = ? WHERE k = ?', i, 'x')\n"
             "  local ok, open = pcall(db.value, db, "
             "'SELECT count(*) FROM sqlite_stmt')\n"
             "  if ok and open > most then most = open end\n"
             "end\n"
             "assert(most < 200, most)",
       NULL},
      {"but nested ones may be many",
       ITEMS "local function down(depth)\n"
             "  if depth == 0 then return 0 end\n"
             "  for a in db:urows('SELECT a FROM t WHERE id = ?', 2) do\n"
             "    return 1 + down(depth - 1) + a - a\n"
             "  end\n"
             "end\n"
             "is(down(150), 150)\n"
             "local seen = 0\n"
             "local function walk(depth)\n"
             "  for a in db:urows('SELECT a FROM t WHERE id < 3') do\n"
             "    seen = seen + a\n"
             "    if depth > 1 then walk(depth - 1) end\n"
             "  end\n"
             "end\n"
             "walk(8) is(seen, 3 * (2 ^ 8 - 1) // 1 | 0)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(loops_that_were_left_do_not_pile_up,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(a_loop_that_would_feed_itself_stops,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(a_loop_may_write_what_it_cannot_meet,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
