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

static void rows_come_from_a_function(void **state) {
  static const struct lua_case cases[] = {
      {"called until it returns nil",
       TABLE "local i = 0\n"
             "is(db:insert('t', function()\n"
             "  i = i + 1\n"
             "  if i <= 3 then return { id = i * 10, size = i / 2 } end\n"
             "end), 3)\n"
             "is(i, 4)\n"
             "is(db:value('SELECT group_concat(id || size) FROM t'),"
             " '100.5,201.0,301.5')",
       NULL},
      {"one that gives none", TABLE "is(db:insert('t', function() end), 0)",
       NULL},
      {"a coroutine",
       TABLE "is(db:insert('t', coroutine.wrap(function()\n"
             "  for _, name in ipairs { 'Ada', 'Žofie', '' } do\n"
             "    coroutine.yield { name = name }\n"
             "  end\n"
             "end)), 3)\n"
             "is(db:value('SELECT group_concat(name) FROM t'), 'Ada,Žofie,')",
       NULL},
      {"an object that can be called",
       TABLE "local left = 2\n"
             "local rows = setmetatable({}, { __call = function(self)\n"
             "  left = left - 1\n"
             "  return left >= 0 and { name = 'n' .. left } or nil\n"
             "end })\n"
             "is(db:insert('t', rows), 2)",
       NULL},
      {"one row table, filled again, in any order",
       TABLE "local row, i = {}, 0\n"
             "is(db:insert('t', function()\n"
             "  i = i + 1\n"
             "  row.size, row.name = i + 0.5, 'a' .. i\n"
             "  row.id = i % 2 == 0 and i * 100 or nil\n"
             "  return i <= 3 and row or nil\n"
             "end), 3)\n"
             "is(db:value([[SELECT group_concat(id || '/' || name || '/' ||"
             " size) FROM t]]), '1/a1/1.5,200/a2/2.5,201/a3/3.5')",
       NULL},
      {"more sets of columns than are kept, in turn",
       "local names = {}\n"
       "for i = 0, 6 do names[i] = ('long name '):rep(5) .. i end\n"
       "db:exec('CREATE TABLE s (\"' .. table.concat(names, '\", \"', 0, 6)"
       " .. '\")')\n"
       "local i = -1\n"
       "is(db:insert('s', function()\n"
       "  i = i + 1\n"
       "  local row = {}\n"
       "  for bit = 0, 6 do row[names[bit]] = i >> bit & 1 == 1 or nil end\n"
       "  return i < 256 and row or nil\n"
       "end), 256)\n"
       "for bit = 0, 6 do\n"
       "  is(db:value('SELECT count(*) FROM s WHERE \"' .. names[bit] .."
       " '\" AND rowid - 1 >> ' .. bit .. ' & 1'), 128)\n"
       "  is(db:value('SELECT count(\"' .. names[bit] .. '\") FROM s'), 128)\n"
       "end",
       NULL},
      {"values of every type, as they are",
       "db:exec('CREATE TABLE v (a, b, c, d, e)')\n"
       "local rows = { { a = 9007199254740993, b = 2.0, c = 'x\\0y',"
       " d = mz.blob('\\0\\xFF'), e = true },"
       " { e = mz.null, d = '', c = 1, b = false, a = -0.5 } }\n"
       "local i = 0\n"
       "db:insert('v', function() i = i + 1 return rows[i] end)\n"
       "is(db:value([[SELECT group_concat(quote(a) || ' ' || quote(b) || ' '"
       " || hex(c) || ' ' || quote(d) || ' ' || quote(e), '; ') FROM v]]),"
       " \"9007199254740993 2.0 780079 X'00FF' 1; -0.5 0 31 '' NULL\")",
       NULL},
      {"while it reads and writes the database itself",
       TABLE "local left = 3\n"
             "db:insert('t', function()\n"
             "  left = left - 1\n"
             "  if left < 0 then return end\n"
             "  db:insert('t', { name = 'inner', size = left })\n"
             "  return { name = 'outer', size = db:value('SELECT count(*)"
             " FROM t') }\n"
             "end)\n"
             "is(db:value([[SELECT group_concat(substr(name, 1, 1) || size)"
             " FROM t]]), 'i2.0,o1.0,i1.0,o3.0,i0.0,o5.0')",
       NULL},
      {"after more statements than are kept",
       TABLE "local i = 0\n"
             "is(db:insert('t', function()\n"
             "  i = i + 1\n"
             "  for j = 1, 100 do db:value('SELECT ' .. i * 100 + j) end\n"
             "  return i <= 3 and { name = 'a' } or nil\n"
             "end), 3)",
       NULL},
      {"something else than rows",
       TABLE "raises('row 1 must be a table, not a string', db.insert, db, 't',"
             " function() return 'a' end)\n"
             "raises('row 1 must be a table, not a boolean', db.insert, db,"
             " 't', function() return false end)",
       NULL},
      {"one that fails",
       TABLE "db:insert('t', function() error('no more') end)",
       "FILE:2:0: no more\n"}};
  LUA_CASES_RUN(state, cases);
}

static void what_is_no_row_is_refused(void **state) {
  static const struct lua_case cases[] = {
      {"more columns than a table can have",
       "local row = {}\n"
       "for i = 1, 2001 do row['c' .. i] = i end\n"
       "raises('a row has more than 2000 columns', db.insert, db, 't', row)",
       NULL},
      {"a name that goes on after a NUL byte",
       TABLE "db:insert('t', { name = 'a' })\n"
             "raises('the SQL has a NUL byte', db.insert, db, 't',"
             " { ['name\\0x'] = 'b' })\n"
             "is(db:value('SELECT count(*) FROM t'), 1)",
       NULL},
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
      {"one that names a column twice",
       TABLE "raises('a row names one column twice: SIZE and size',"
             " db.insert, db, 't', { size = 1, name = 'a', SIZE = 2 })\n"
             "raises('row 2 names one column twice: Name and name',"
             " db.insert, db, 't', { { name = 'a' },"
             " { Name = 'b', name = 'c' } })\n"
             "is(db:value('SELECT group_concat(name) FROM t'), 'a')\n"
             "db:exec('CREATE TABLE u (\"ž\", \"Ž\")')\n"
             "db:insert('u', { ['ž'] = 1, ['Ž'] = 2 })\n"
             "is(db:value('SELECT \"ž\" || \"Ž\" FROM u'), '12')",
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
      SUPPORT_TEST(rows_come_from_a_function),
      cmocka_unit_test_setup_teardown(what_is_no_row_is_refused, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(an_error_tells_the_table_and_the_row,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
