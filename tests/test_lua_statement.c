/* test_lua_statement.c - loops over rows and prepared statements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lua_case.h"

#define THREE                                                                  \
  "db:exec [[CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"                 \
  " INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')]]\n"
#define CLOSED                                                                 \
  "the rows of this loop were closed, for something in it changed the schema " \
  "or set a savepoint: collect the rows first"

static void rows_are_tables_and_urows_are_values(void **state) {
  static const struct lua_case cases[] = {
      {"row and value give the first row",
       "local s = db:prepare[[SELECT column1 AS a, column2 AS b FROM "
       "(VALUES (1, NULL), (2, 'x')) WHERE column1 >= ?]]\n"
       "is(s:value(2), 2) is(s:value(3), nil) is(s:row(3), nil)\n"
       "local row = s:row(1) is(row.a, 1) is(row.b, nil) is(s:row(2).b, 'x')\n"
       "for a in s:urows(1) do is(s:value(2), 2) end\n"
       "raises('the statement has 1 parameter, but 0 values were given', "
       "s.value, s)",
       NULL},
      {"rows by column name",
       THREE "local text = ''\n"
             "for row in db:rows('SELECT id, v AS \"the v\" FROM t') do\n"
             "  text = text .. row.id .. row['the v']\n"
             "end\n"
             "is(text, '1a2b3c')",
       NULL},
      {"each row is a table of its own",
       THREE "local rows = {}\n"
             "for row in db:rows('SELECT * FROM t') do rows[row.id] = row end\n"
             "is(rows[1].v, 'a') is(rows[3].v, 'c')",
       NULL},
      {"urows by position, going on where the first is NULL",
       "local seen = {}\n"
       "for a, b in db:urows('SELECT 1, 2 UNION ALL SELECT NULL, NULL UNION"
       " ALL SELECT 3, NULL') do\n"
       "  seen[#seen + 1] = tostring(a) .. '/' .. tostring(b)\n"
       "end\n"
       "is(table.concat(seen, ' '), '1/2 null/nil 3/nil')\n"
       "for a in db:urows('SELECT NULL') do assert(a == mz.null) end",
       NULL},
      {"no rows, and not even a look at them",
       THREE "for _ in db:rows('SELECT * FROM t WHERE 0') do error() end\n"
             "db:rows('SELECT * FROM t')\n"
             "db:exec('DROP TABLE t')",
       NULL},
      {"two columns of one name",
       "raises('two columns are called a: name one of them with AS', db.rows,"
       " db, 'SELECT 1 AS a, 2 AS b, 3 AS a')\n"
       "is(select('#', db:urows('SELECT 1 AS a, 2 AS a')()), 2)",
       NULL},
      {"a statement without columns",
       THREE "raises('the statement returns no rows: use db:exec()', db.rows,"
             " db, 'DELETE FROM t')\n"
             "is(db:value('SELECT count(*) FROM t'), 3)",
       NULL},
      {"the names follow a changed table",
       THREE "local s = db:prepare('SELECT * FROM t WHERE id = ?')\n"
             "is(s:rows(1)().v, 'a')\n"
             "db:exec('ALTER TABLE t RENAME COLUMN v TO w')\n"
             "is(s:rows(1)().w, 'a')\n"
             "is(db:row('SELECT * FROM t').w, 'a')\n"
             "db:exec('ALTER TABLE t ADD COLUMN x DEFAULT 5')\n"
             "is(db:row('SELECT * FROM t').x, 5)\n"
             "is(s:rows(1)().x, 5)\n"
             "is(select('#', s:urows(1)()), 3)",
       NULL},
      {"also where it is changed before the first row is read",
       THREE "local next = db:rows('SELECT * FROM t')\n"
             "db:exec('ALTER TABLE t RENAME COLUMN v TO w')\n"
             "is(next().w, 'a')",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void a_loop_that_was_left_is_in_nobodys_way(void **state) {
  static const struct lua_case cases[] = {
      {"by break",
       THREE "for row in db:rows('SELECT * FROM t') do break end\n"
             "db:exec('DROP TABLE t')",
       NULL},
      {"by break where a function keeps the loop's variable",
       THREE "local keep\n"
             "for i = 1, 3 do\n"
             "  for id, v in db:urows('SELECT id, v FROM t') do\n"
             "    keep = function() return id, v end\n"
             "    break\n"
             "  end\n"
             "end\n"
             "is(keep(), 1)\n"
             "db:exec('DROP TABLE t')",
       NULL},
      {"by return",
       THREE "local function first()\n"
             "  for id in db:urows('SELECT id FROM t') do return id end\n"
             "end\n"
             "is(first(), 1)\n"
             "db:exec('DROP TABLE t')",
       NULL},
      {"by goto",
       THREE "for id in db:urows('SELECT id FROM t') do\n"
             "  if id == 2 then goto out end\n"
             "end\n"
             "::out::\n"
             "db:exec('DROP TABLE t')",
       NULL},
      {"by an error",
       THREE "raises('no', function()\n"
             "  for _ in db:rows('SELECT * FROM t') do\n"
             "    error('no', 0)\n"
             "  end\n"
             "end)\n"
             "db:exec('DROP TABLE t')",
       NULL},
      {"by an error of its own",
       THREE "for _ = 1, 2 do\n"
             "  raises('integer overflow', function()\n"
             "    for _ in db:urows('SELECT abs(CASE id WHEN 3 THEN "
             "-9223372036854775808 ELSE 1 END) FROM t') do end\n"
             "  end)\n"
             "end\n"
             "db:exec('DROP TABLE t')",
       NULL},
      {"by a coroutine that never goes on",
       THREE "local co = coroutine.wrap(function()\n"
             "  for id in db:urows('SELECT id FROM t') do"
             " coroutine.yield(id) end\n"
             "end)\n"
             "is(co(), 1)\n"
             "db:exec('DROP TABLE t')\n"
             "raises('" CLOSED "', co)",
       NULL},
      {"a row with a name twice, or whose reading failed",
       THREE "for _ = 1, 2 do\n"
             "  raises('two columns are called a: name one of them with AS',"
             " db.row, db, 'SELECT id AS a, v AS a FROM t')\n"
             "end\n"
             "local s = db:prepare('SELECT id AS a, v AS a FROM t')\n"
             "for _ = 1, 2 do\n"
             "  raises('two columns are called a: name one of them with AS',"
             " s.rows, s)\n"
             "end\n"
             "db:exec('DROP TABLE t')",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void a_loop_whose_rows_were_closed_says_so(void **state) {
  static const struct lua_case cases[] = {
      {"by a changed schema",
       THREE "db:exec('CREATE TABLE other (x)')\n"
             "for id in db:urows('SELECT id FROM t') do\n"
             "  db:exec('DROP TABLE other')\n"
             "end",
       "FILE:3:0: " CLOSED "\n"},
      {"but not where it ends there",
       THREE "for id in db:urows('SELECT id FROM t') do\n"
             "  db:exec('DROP TABLE t')\n"
             "  break\n"
             "end",
       NULL},
      {"by a savepoint where the rows come from a change",
       THREE "raises('" CLOSED "', function()\n"
             "  for id in db:urows('DELETE FROM t RETURNING id') do\n"
             "    db:savepoint(function() end)\n"
             "  end\n"
             "end)\n"
             "is(db:value('SELECT count(*) FROM t'), 0)",
       NULL},
      {"an iterator that is at its end gives no row of another loop",
       THREE "local sql = 'SELECT id FROM t'\n"
             "local over = db:urows(sql)\n"
             "while over() do end\n"
             "for _ in db:urows(sql) do is(over(), nil) end\n"
             "is(over(), nil)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void a_loop_may_change_what_it_reads(void **state) {
  static const struct lua_case cases[] = {
      {"rows updated by key, through what was prepared and what was not",
       THREE "local s <close> = db:prepare('UPDATE t SET v = ? WHERE id = ?')\n"
             "for id, v in db:urows('SELECT id, v FROM t') do\n"
             "  is(s:exec(v:upper(), id), 1)\n"
             "  is(db:exec('UPDATE t SET v = v || ? WHERE id = ?', '!', id),"
             " 1)\n"
             "end\n"
             "is(db:value('SELECT group_concat(v) FROM t'), 'A!,B!,C!')",
       NULL},
      {"a loop in a loop over the same SQL",
       THREE "local text = ''\n"
             "for a in db:urows('SELECT id FROM t') do\n"
             "  for b in db:urows('SELECT id FROM t') do\n"
             "    text = text .. a .. b .. ' '\n"
             "  end\n"
             "end\n"
             "is(text, '11 12 13 21 22 23 31 32 33 ')",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void a_prepared_statement_is_used_again(void **state) {
  static const struct lua_case cases[] = {
      {"its methods take statements only",
       "local s = db:prepare('SELECT 1')\n"
       "for _, name in ipairs { 'exec', 'row', 'rows', 'urows', 'value' } do\n"
       "  for _, other in ipairs { mz.blob('0123456789abcdef'), mz.null, {},"
       " 1 } do\n"
       "    local done, reason = pcall(s[name], other)\n"
       "    assert(not done and tostring(reason):find('mz.statement expected',"
       " 1, true), tostring(reason))\n"
       "  end\n"
       "end\n"
       "is(s.value(s), 1)",
       NULL},
      {"with other values",
       THREE "local s = db:prepare('SELECT v FROM t WHERE id = ?')\n"
             "for id, wanted in ipairs { 'a', 'b', 'c' } do\n"
             "  is(s:urows(id)(), wanted)\n"
             "end\n"
             "is(s:rows(2)().v, 'b')\n"
             "is(s:exec(2), 0)",
       NULL},
      {"inside a loop over its own rows",
       THREE "local s = db:prepare('SELECT id FROM t WHERE id > ?')\n"
             "local text = ''\n"
             "for a in s:urows(0) do\n"
             "  for b in s:urows(a) do text = text .. a .. b .. ' ' end\n"
             "end\n"
             "is(text, '12 13 23 ')",
       NULL},
      {"after a loop that was left with its variable kept",
       THREE "local s = db:prepare('SELECT id FROM t')\n"
             "local keep\n"
             "for i = 1, 3 do\n"
             "  for id in s:urows() do keep = function() return id end break"
             " end\n"
             "end\n"
             "is(s:exec(), 0)\n"
             "db:exec('DROP TABLE t')",
       NULL},
      {"<close> ends its loop",
       THREE "local rest\n"
             "do\n"
             "  local s <close> = db:prepare('SELECT id FROM t')\n"
             "  rest = s:urows()\n"
             "  is(rest(), 1)\n"
             "end\n"
             "is(rest(), nil)",
       NULL},
      {"rows changed, also by INSERT ... RETURNING",
       THREE "local s = db:prepare('INSERT INTO t (v) VALUES (?) RETURNING"
             " id')\n"
             "is(s:exec('d'), 1)\n"
             "is(s:urows('e')(), 5)\n"
             "is(db:exec('UPDATE t SET v = 1 WHERE id > ?', 1), 4)\n"
             "is(db:exec('UPDATE t SET v = 1 WHERE id > ?', 9), 0)\n"
             "is(db:exec('SELECT * FROM t'), 0)",
       NULL},
      {"more texts than are kept",
       THREE "local over = db:urows('SELECT id FROM t')\n"
             "is(over(), 1)\n"
             "for i = 1, 1000 do\n"
             "  is(db:value('SELECT ' .. i .. ' + ?', 1), i + 1)\n"
             "end\n"
             "is(over(), 2)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void one_statement_means_one(void **state) {
  static const struct lua_case cases[] = {
      {"two are refused",
       "local message = 'there is more than one statement; only db:exec()"
       " without parameters runs several'\n"
       "for _, call in ipairs { 'rows', 'urows', 'row', 'value', 'prepare' }"
       " do\n"
       "  raises(message, db[call], db, 'SELECT 1; SELECT 2')\n"
       "end\n"
       "raises(message, db.exec, db, 'SELECT ?; SELECT 2', 1)",
       NULL},
      {"what follows may be blank",
       "is(db:value('SELECT 1 ; ; -- the end\\n /* really */'), 1)", NULL},
      {"none is refused",
       "raises('the SQL is empty', db.value, db, '')\n"
       "raises('the SQL is empty', db.value, db, ' -- nothing')\n"
       "is(db:exec(''), 0)",
       NULL},
      {"a NUL byte is refused",
       "for _, call in ipairs { 'exec', 'rows', 'value', 'prepare' } do\n"
       "  raises('the SQL has a NUL byte', db[call], db, 'SELECT 1;\\0 SELECT"
       " 2')\n"
       "end",
       NULL},
      {"SQL is a string", "db:rows(nil)",
       "FILE:1:0: bad argument #1 to 'rows' (string expected, got nil)\n"},
      {"a wrong column, with those that there are",
       THREE "db:prepare('SELECT"
             " vv FROM t')",
       "FILE:2:0: no such column: vv\nnote: t has: id, v\n"
       "sql: SELECT vv FROM t\n"}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(rows_are_tables_and_urows_are_values,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(a_loop_that_was_left_is_in_nobodys_way,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(a_loop_whose_rows_were_closed_says_so,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(a_loop_may_change_what_it_reads,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(a_prepared_statement_is_used_again,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(one_statement_means_one, support_setup,
                                      support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
