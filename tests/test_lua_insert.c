/* test_lua_insert.c - db:insert. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lua_case.h"

#define TABLE                                                                  \
  "db:exec [[CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT DEFAULT "       \
  "'none', size REAL, \"we \"\"ird\" TEXT)]]\n"

static void rows_are_inserted(void **state) {
  static const struct lua_case cases[] = {
      {"one, giving its rowid",
       TABLE "is(db:insert('t', { id = 7, name = 'a' }), 7)\n"
             "is(db:insert('t', { name = 'b' }), 8)\n"
             "is(db:value('SELECT name FROM t WHERE id = 8'), 'b')",
       NULL},
      {"many, giving how many",
       TABLE "is(db:insert('t', { { name = 'a' }, { name = 'b' } }), 2)\n"
             "is(db:value('SELECT group_concat(name) FROM t'), 'a,b')",
       NULL},
      {"many of different columns",
       TABLE "is(db:insert('t', { { name = 'a' }, { size = 1.5 }, {},"
             " { size = 2.5, name = 'b' }, { name = 'c', size = 3.5 } }), 5)\n"
             "is(db:value([[SELECT group_concat(name || '/' ||"
             " ifnull(size, '-')) FROM t]]),"
             " 'a/-,none/1.5,none/-,b/2.5,c/3.5')",
       NULL},
      {"an empty list inserts nothing",
       TABLE "is(db:insert('t', {}), 0)\n"
             "is(db:value('SELECT count(*) FROM t'), 0)",
       NULL},
      {"a column that isn't there gets its default, mz.null is NULL",
       TABLE "db:insert('t', { size = 1.5 })\n"
             "db:insert('t', { size = 1.5, name = mz.null })\n"
             "is(db:value('SELECT name FROM t WHERE id = 1'), 'none')\n"
             "is(db:value('SELECT name FROM t WHERE id = 2'), nil)",
       NULL},
      {"names are quoted",
       TABLE "db:exec('CREATE TABLE \"o\"\"dd; --\" (\"order\" TEXT)')\n"
             "db:insert('o\"dd; --', { order = 'x' })\n"
             "db:insert('t', { ['we \"ird'] = 'y' })\n"
             "is(db:value('SELECT \"order\" FROM \"o\"\"dd; --\"'), 'x')\n"
             "is(db:value('SELECT \"we \"\"ird\" FROM t'), 'y')",
       NULL},
      {"more columns than the stack holds at first",
       "local row, columns = {}, {}\n"
       "for i = 1, 1500 do\n"
       "  columns[i] = 'c' .. i\n"
       "  row['c' .. i] = i\n"
       "end\n"
       "db:exec('CREATE TABLE w (' .. table.concat(columns, ', ') .. ')')\n"
       "db:insert('w', row)\n"
       "is(db:row('SELECT * FROM w').c1500, 1500)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void what_is_no_row_is_refused(void **state) {
  static const struct lua_case cases[] = {
      {"a list of something else",
       TABLE "raises('row 1 must be a table, not a number', db.insert, db, 't',"
             " { 1, 2 })\n"
             "raises('row 2 must be a table, not a string', db.insert, db, 't',"
             " { { name = 'a' }, 'b' })",
       NULL},
      {"a list with a hole, which might be cut short",
       TABLE "local rows = { { name = 'a' }, { name = 'b' }, { name = 'c' } }\n"
             "rows[2] = nil\n"
             "raises('row 2 must be a table, not a nil', db.insert, db, 't',"
             " rows)",
       NULL},
      {"a list that is a row as well",
       TABLE "raises('row 2 must be a table, not a nil', db.insert, db, 't',"
             " { { name = 'a' }, name = 'b' })",
       NULL},
      {"a key that is no name",
       TABLE "raises('a row has the names of columns as keys, not a boolean',"
             " db.insert, db, 't', { [true] = 1 })\n"
             "raises('a row has the names of columns as keys, not a number',"
             " db.insert, db, 't', { [7] = { name = 'a' } })",
       NULL},
      {"a name with a NUL byte",
       TABLE "raises('the SQL has a NUL byte', db.insert, db, 't',"
             " { ['name\\0x'] = 1 })\n"
             "raises('the SQL has a NUL byte', db.insert, db, 't\\0x',"
             " { name = 1 })",
       NULL},
      {"a value that SQL doesn't have",
       TABLE "raises('column size: a table has no SQL value', db.insert, db,"
             " 't', { size = {} })\n"
             "raises('column size: NaN has no SQL value: use mz.null',"
             " db.insert, db, 't', { name = 'a', size = 0/0 })",
       NULL},
      {"no row", "db:insert('t')",
       "FILE:1:0: bad argument #2 to 'insert' (table expected, got no "
       "value)\n"},
      {"no table", "db:insert({}, {})",
       "FILE:1:0: bad argument #1 to 'insert' (string expected, got "
       "table)\n"}};
  LUA_CASES_RUN(state, cases);
}

static void an_error_tells_the_table_and_the_row(void **state) {
  static const struct lua_case cases[] = {
      {"a column that isn't there", TABLE "db:insert('t', { nmae = 'a' })",
       "FILE:2:0: table t has no column named nmae\n"
       "note: t has: id, name, size, we \"ird\n"
       "sql: INSERT INTO \"t\" (\"nmae\") VALUES (?)\n"},
      {"a table that isn't there", TABLE "db:insert('T2', { name = 'a' })",
       "FILE:2:0: no such table: T2\n"
       "note: is t meant?\n"
       "sql: INSERT INTO \"T2\" (\"name\") VALUES (?)\n"},
      {"a row that is there",
       TABLE "db:insert('t', { { id = 1 }, { id = 2 }, { id = 1 } })",
       "FILE:2:0: UNIQUE constraint failed: t.id\n"
       "details: t: id = 1, name = 'none', size = NULL, we \"ird = NULL\n"
       "is there already: id = 1, name = 'none', size = NULL, "
       "we \"ird = NULL\n"
       "sql: INSERT INTO \"t\" (\"id\") VALUES (1)\n"}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(rows_are_inserted, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(what_is_no_row_is_refused, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(an_error_tells_the_table_and_the_row,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
