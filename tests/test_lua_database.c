/* test_lua_database.c - db: exec, savepoints, the schema, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

#define TABLE "db:exec('CREATE TABLE t (v)')\n"
#define COUNT(n) "is(db:value('SELECT count(*) FROM t'), " #n ")\n"

static void exec_row_and_value(void **state) {
  static const struct lua_case cases[] = {
      {"exec runs a whole script and adds its changes up",
       "is(db:exec [[-- a table\n"
       "CREATE TABLE t (v);\n"
       "INSERT INTO t VALUES (';'), ('b');\n"
       "SELECT * FROM t;\n"
       "UPDATE t SET v = 1 WHERE rowid = 2;]], 3)\n" COUNT(2),
       NULL},
      {"changes are those of the statement, not of triggers",
       TABLE "db:exec [[CREATE TABLE log (v); CREATE TRIGGER g AFTER INSERT ON"
             " t BEGIN INSERT INTO log VALUES (1), (2); END]]\n"
             "is(db:exec('INSERT INTO t VALUES (?)', 1), 1)",
       NULL},
      {"row and value read one row and let go",
       TABLE "db:insert('t', { { v = 1 }, { v = 2 } })\n"
             "is(db:row('SELECT v FROM t').v, 1)\n"
             "is(db:row('SELECT v FROM t WHERE 0'), nil)\n"
             "is(db:value('SELECT v FROM t WHERE v > ?', 1), 2)\n"
             "is(db:value('SELECT v FROM t WHERE 0'), nil)\n"
             "is(db:value('DELETE FROM t RETURNING v'), 1)\n" COUNT(
                 0) "is(db:value('DELETE FROM t'), nil)\n"
                    "db:exec('DROP TABLE t')",
       NULL},
      {"a method wants db",
       "raises([[bad argument #1 to '?' (mz.database expected, got string)]],"
       " db.exec, 'SELECT 1')\n"
       "is(getmetatable(db), false)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void a_savepoint_undoes_what_raised(void **state) {
  static const struct lua_case cases[] = {
      {"and gives what its function returns",
       TABLE "local a, b, c = db:savepoint(function(inner)\n"
             "  assert(inner == db)\n"
             "  inner:insert('t', { v = 1 })\n"
             "  return 1, nil, 'c'\n"
             "end)\n"
             "is(a, 1) is(b, nil) is(c, 'c')\n" COUNT(1),
       NULL},
      {"and raises the very same error",
       TABLE "local thrown = {}\n"
             "local ok, err = pcall(db.savepoint, db, function()\n"
             "  db:insert('t', { v = 1 })\n"
             "  error(thrown)\n"
             "end)\n"
             "is(ok, false)\n"
             "assert(err == thrown)\n" COUNT(0),
       NULL},
      {"nested, each for itself",
       TABLE "db:savepoint(function()\n"
             "  db:insert('t', { v = 'outer' })\n"
             "  raises('no', db.savepoint, db, function()\n"
             "    db:insert('t', { v = 'inner' })\n"
             "    db:savepoint(function() db:insert('t', { v = 3 }) end)\n"
             "    error('no', 0)\n"
             "  end)\n" COUNT(
                 1) "end)\n"
                    "is(db:value('SELECT group_concat(v) FROM t'), 'outer')",
       NULL},
      {"also where a statement has failed",
       TABLE "raises('no such table: nowhere', db.savepoint, db, function()\n"
             "  db:exec('INSERT INTO t VALUES (1); DELETE FROM nowhere')\n"
             "end)\n" COUNT(0),
       NULL},
      {"also a changed schema, with a loop still open",
       TABLE "db:insert('t', { v = 1 })\n"
             "raises('no', db.savepoint, db, function()\n"
             "  db:exec('ALTER TABLE t ADD COLUMN w')\n"
             "  local next = db:urows('SELECT w FROM t')\n"
             "  next()\n"
             "  error('no', 0)\n"
             "end)\n"
             "is(db:has_column('t', 'w'), false)",
       NULL},
      {"inside a loop, row by row",
       TABLE "db:insert('t', { { v = 1 }, { v = 2 }, { v = 3 } })\n"
             "local rows = {}\n"
             "for row in db:rows('SELECT v FROM t') do rows[#rows + 1] = row"
             " end\n"
             "for _, row in ipairs(rows) do\n"
             "  pcall(db.savepoint, db, function()\n"
             "    db:exec('UPDATE t SET v = v * 10 WHERE v = :v', row)\n"
             "    mz.assert(row.v ~= 2)\n"
             "  end)\n"
             "end\n"
             "is(db:value('SELECT group_concat(v) FROM t'), '10,2,30')",
       NULL},
      {"undone inside a loop over rows, after a change to the schema",
       TABLE "db:insert('t', { { v = 1 }, { v = 2 } })\n"
             "for v in db:urows('SELECT v FROM t') do\n"
             "  pcall(db.savepoint, db, function() error() end)\n"
             "end",
       "FILE:3:0: abort due to ROLLBACK\n"
       "hint: a savepoint was undone while a loop was reading these rows: "
       "collect the rows first, then loop over them\n"
       "sql: SELECT v FROM t\n"},
      {"with a loop over a change left open in it",
       TABLE "db:savepoint(function()\n"
             "  local next = db:urows('INSERT INTO t VALUES (1), (2)"
             " RETURNING v')\n"
             "  next()\n"
             "end)\n" COUNT(2),
       NULL},
      {"it takes a function", "db:savepoint('DELETE FROM t')",
       "FILE:1:0: bad argument #1 to 'savepoint' (function expected, got "
       "string)\n"},
      {"not across a yield",
       "raises('attempt to yield across a C-call boundary',"
       " coroutine.wrap(function()\n"
       "  db:savepoint(coroutine.yield)\n"
       "end))",
       NULL},
      {"the place of the error is where it was raised",
       "db:savepoint(function()\n"
       "  error('here')\n"
       "end)",
       "FILE:2:0: here\n"}};
  LUA_CASES_RUN(state, cases);
}

static void a_savepoint_may_be_undone_inside_a_loop(void **state) {
  struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  char *text = lua_case_text("for v in db:urows('SELECT v FROM t') do\n"
                             "  pcall(db.savepoint, db, function()\n"
                             "    db:insert('u', { v = v })\n"
                             "    mz.assert(v ~= 2)\n"
                             "  end)\n"
                             "end");
  support_sql(support, "CREATE TABLE t (v); CREATE TABLE u (v);"
                       "INSERT INTO t VALUES (1), (2), (3)");
  assert_int_equal(lua_case_file(support, text, NULL, &err), MZ_OK);
  support_expect(support, "SELECT v FROM u", "1\n3\n");
  free(text);
}

static void the_schema_can_be_looked_at(void **state) {
  static const struct lua_case cases[] = {
      {"tables, without SQLite's and the ledger's",
       "db:exec [[CREATE TABLE b (id INTEGER PRIMARY KEY AUTOINCREMENT);"
       " CREATE TABLE \"A b\" (x); CREATE VIEW v AS SELECT 1;"
       " CREATE TABLE mzluax (x); CREATE TABLE sqlitex (x)]]\n"
       "is(table.concat(db:tables(), ','), 'A b,b,mzluax,sqlitex')\n"
       "is(db:has_table('a B'), true)\n"
       "is(db:has_table('V'), true)\n"
       "is(db:has_table('nowhere'), false)",
       NULL},
      {"columns",
       "db:exec [[CREATE TABLE t (id INTEGER, name varchar(20) NOT NULL"
       " DEFAULT 'it''s', g AS (id + 1), s AS (id) STORED, \"\" DEFAULT 1,"
       " PRIMARY KEY (name, id))]]\n"
       "local text = {}\n"
       "for i, c in ipairs(db:columns('T')) do\n"
       "  text[i] = table.concat({ c.name, c.type, tostring(c.not_null),"
       " tostring(c.default), c.pk, tostring(c.generated),"
       " tostring(c.hidden) }, '|')\n"
       "end\n"
       "is(table.concat(text, '\\n'), [[\n"
       "id|INTEGER|false|nil|2|false|nil\n"
       "name|varchar(20)|true|'it''s'|1|false|nil\n"
       "g||false|nil|0|true|nil\n"
       "s||false|nil|0|true|nil\n"
       "||false|1|0|false|nil]])",
       NULL},
      {"one column",
       "db:exec [[CREATE TABLE t (Id); CREATE VIEW v AS SELECT Id FROM t]]\n"
       "is(db:has_column('T', 'iD'), true)\n"
       "is(db:has_column('v', 'id'), true)\n"
       "is(db:has_column('t', 'x'), false)",
       NULL},
      {"columns of no table", "db:columns('nowhere')",
       "FILE:1:0: no such table: nowhere\n"},
      {"a column of no table", "return (db:has_column('nowhere', 'x'))",
       "FILE:1:0: no such table: nowhere\n"}};
  LUA_CASES_RUN(state, cases);
}

#define TRANSACTION                                                            \
  "a migration may not begin or end a transaction; use db:savepoint() for a "  \
  "part that may fail"

static void what_would_end_the_transaction_is_refused(void **state) {
  static const struct lua_case cases[] = {
      {"in whatever call",
       "for _, sql in ipairs { 'BEGIN', 'COMMIT', 'END', 'ROLLBACK',"
       " 'SAVEPOINT a', 'RELEASE a', 'ROLLBACK TO a' } do\n"
       "  for _, call in ipairs { 'rows', 'urows', 'row', 'value', 'prepare' }"
       " do\n"
       "    raises('" TRANSACTION "', db[call], db, sql)\n"
       "  end\n"
       "end",
       NULL},
      {"BEGIN in exec", "db:exec('BEGIN; SELECT 1; COMMIT')",
       "FILE:1:0: a migration may not begin or end a transaction\n"
       "hint: remove it: mzlua runs each migration in one transaction; one "
       "BEGIN ... COMMIT around the whole file is fine\n"
       "sql: BEGIN;\n"},
      {"SAVEPOINT in exec", "db:exec('SAVEPOINT a')",
       "FILE:1:0: a migration may not use SAVEPOINT\n"
       "hint: remove it, or write the migration in Lua and use "
       "db:savepoint()\n"
       "sql: SAVEPOINT a\n"},
      {"OR ROLLBACK",
       "db:exec('CREATE TABLE u (v UNIQUE); INSERT INTO u VALUES (1)')\n"
       "pcall(db.exec, db, 'INSERT OR ROLLBACK INTO u VALUES (?)', 1)\n"
       "raises([[the migration's transaction has ended already]],"
       " db.savepoint, db, print)\n"
       "db:exec('CREATE TABLE w (v)')",
       "FILE:4:0: the migration's transaction has ended already\n"
       "sql: CREATE TABLE w (v)\n"},
      {"foreign_keys, which would do nothing",
       "raises('foreign_keys cannot be set inside a transaction: write"
       " foreign_keys = true into the migration\\'s table', db.value, db,"
       " 'PRAGMA foreign_keys = ON')\n",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void other_files_and_the_ledger_are_out_of_reach(void **state) {
  static const struct lua_case cases[] = {
      {"ATTACH", "db:exec(\"ATTACH 'other.db' AS o\")",
       "FILE:1:0: ATTACH is not allowed inside a migration\n"
       "hint: a migration works on one database\n"
       "sql: ATTACH 'other.db' AS o\n"},
      {"a pragma that outlives a rollback",
       "db:value('PRAGMA journal_mode = MEMORY')",
       "FILE:1:0: PRAGMA journal_mode cannot be set inside a migration: it "
       "would not be rolled back\n"
       "hint: set it once outside of migrations: sqlite3 FILE 'PRAGMA "
       "journal_mode=WAL', or in a file of its own that says -- mzlua: "
       "transaction=off\n"
       "sql: PRAGMA journal_mode = MEMORY\n"},
      {"reading one is fine",
       "is(db:value('PRAGMA journal_mode'), 'delete')\n"
       "db:exec('PRAGMA user_version = 7')\n"
       "is(db:value('PRAGMA user_version'), 7)",
       NULL},
      {"the ledger",
       "db:exec('CREATE TABLE schema_migrations (version uint64)')",
       "FILE:1:0: a migration may not change the table schema_migrations\n"
       "hint: it is where the program records which migrations ran; `mzlua "
       "force V` sets the version\n"
       "sql: CREATE TABLE schema_migrations (version uint64)\n"},
      {"the ledger by whatever way",
       "for _, name in ipairs { 'schema_migrations', 'SCHEMA_MIGRATIONS',"
       " 'mzlua_history', 'mzlua_saved' } do\n"
       "  local refused = 'a migration may not change the table ' .. name\n"
       "  raises(refused, db.exec, db, 'CREATE TABLE ' .. name .. ' (x)')\n"
       "  raises(refused, db.exec, db, 'CREATE VIEW ' .. name .. ' AS SELECT"
       " 1')\n"
       "end",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(exec_row_and_value, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(a_savepoint_undoes_what_raised,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(a_savepoint_may_be_undone_inside_a_loop,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(the_schema_can_be_looked_at,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(what_would_end_the_transaction_is_refused,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(
          other_files_and_the_ledger_are_out_of_reach, support_setup,
          support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
