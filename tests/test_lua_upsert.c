/* test_lua_upsert.c - db:upsert. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lua_case.h"

#define TABLE                                                                  \
  "db:exec [[CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, a INT," \
  " b INT, size REAL DEFAULT 0.5, UNIQUE (a, b));"                             \
  "INSERT INTO t VALUES (1, 'Ada', 1, 1, 1.5), (2, 'Žofie', 1, 2, NULL)]]\n"

#define ALL                                                                    \
  "db:value([[SELECT group_concat(id || name || ifnull(a, '-') || "            \
  "ifnull(b, '-') || ifnull(size, '-'), ' ') FROM (SELECT * FROM t ORDER BY "  \
  "id)]])"

static void rows_are_inserted_or_changed(void **state) {
  static const struct lua_case cases[] = {
      {"one that is there is changed, one that isn't is inserted",
       TABLE "is(db:upsert('t', 'name', { name = 'Ada', size = 2.5 }), 1)\n"
             "is(db:upsert('t', 'name', { name = 'Eva', size = 3.5 }), 1)\n"
             "is(" ALL ", '1Ada112.5 2Žofie12- 3Eva--3.5')",
       NULL},
      {"one with these values already is left alone",
       TABLE "db:exec [[CREATE TABLE log (id);"
             "CREATE TRIGGER tr AFTER UPDATE ON t BEGIN INSERT INTO log "
             "VALUES (new.id); END]]\n"
             "is(db:upsert('t', 'id', { { id = 1, name = 'Ada', size = 1.5 },\n"
             "  { id = 2, name = 'Žofie', size = mz.null },\n"
             "  { id = 2, a = 7 } }), 1)\n"
             "is(db:value('SELECT group_concat(id) FROM log'), '2')",
       NULL},
      {"NULL is a value like others",
       TABLE "is(db:upsert('t', 'id', { id = 1, size = mz.null }), 1)\n"
             "is(db:upsert('t', 'id', { id = 2, size = 4.5 }), 1)\n"
             "is(" ALL ", '1Ada11- 2Žofie124.5')",
       NULL},
      {"a compound key, in any order and case, from a function",
       TABLE "local n = 0\n"
             "is(db:upsert('t', { 'B', 'a' }, function()\n"
             "  n = n + 1\n"
             "  if n <= 3 then return { a = 1, b = n, name = 'n' .. n } end\n"
             "end), 3)\n"
             "is(" ALL ", '1n1111.5 2n212- 3n3130.5')",
       NULL},
      {"nothing but the key",
       TABLE "is(db:upsert('t', 'name', { { name = 'Ada' },"
             " { name = 'Eva' } }), 1)\n"
             "is(db:value('SELECT count(*) FROM t'), 3)",
       NULL},
      {"rows of different columns",
       TABLE "is(db:upsert('t', 'id', { { id = 1, a = 5 }, { id = 2, b = 6 },"
             " { id = 3, name = 'c', a = 7 }, { id = 1, b = 8 } }), 4)\n"
             "is(" ALL ", '1Ada581.5 2Žofie16- 3c7-0.5')",
       NULL},
      {"a table without rowids, names that must be quoted",
       "db:exec [[CREATE TABLE \"o\"\"dd\" (\"k y\" TEXT PRIMARY KEY,"
       " \"order\" INT) WITHOUT ROWID]]\n"
       "is(db:upsert('o\"dd', 'k y', { ['k y'] = 'a', order = 1 }), 1)\n"
       "is(db:upsert('o\"dd', 'k y', { ['k y'] = 'a', order = 2 }), 1)\n"
       "is(db:value('SELECT \"order\" FROM \"o\"\"dd\"'), 2)",
       NULL},
      {"a change that the column's collation hides",
       "db:exec [[CREATE TABLE c (id INTEGER PRIMARY KEY, v COLLATE NOCASE,"
       " w TEXT COLLATE RTRIM); INSERT INTO c VALUES (1, 'abc', 'x')]]\n"
       "is(db:upsert('c', 'id', { id = 1, v = 'ABC' }), 1)\n"
       "is(db:upsert('c', 'id', { id = 1, w = 'x ' }), 1)\n"
       "is(db:upsert('c', 'id', { id = 1, v = 'ABC', w = 'x ' }), 0)\n"
       "is(db:value('SELECT v || w FROM c'), 'ABCx ')",
       NULL},
      {"a change of the type, where the column keeps it",
       "db:exec [[CREATE TABLE k (id INTEGER PRIMARY KEY, v, i INT, r REAL,"
       " s TEXT); INSERT INTO k VALUES (1, 1, 5, 0.1 + 0.2, '5')]]\n"
       "local function try(column, value, changed)\n"
       "  is(db:upsert('k', 'id', { id = 1, [column] = value }), changed)\n"
       "end\n"
       "try('v', 1, 0) try('v', 1.0, 1) try('v', 1.0, 0) try('v', 1, 1)\n"
       "try('v', '1', 1) try('v', '1', 0) try('v', mz.blob('1'), 1)\n"
       "try('v', mz.blob('1'), 0) try('v', 9007199254740992, 1)\n"
       "try('v', 9007199254740993, 1) try('v', 2.0^53, 1)\n"
       "is(db:value('SELECT typeof(v) FROM k'), 'real')\n"
       "try('i', 5.0, 0) try('i', '5', 0) try('i', 'five', 1)\n"
       "try('r', 0.1 + 0.2, 0) try('r', 5, 1) try('r', 5, 0)\n"
       "try('s', '5', 0) try('s', '5 ', 1)",
       NULL},
      {"tables called as an upsert calls its row and its table",
       "for _, name in ipairs { 'excluded', 'mz table' } do\n"
       "  db:exec(('CREATE TABLE %q (id INTEGER PRIMARY KEY, "
       "v)'):format(name))\n"
       "  is(db:upsert(name, 'id', { id = 1, v = 'a' }), 1)\n"
       "  is(db:upsert(name, 'id', { id = 1, v = 'b' }), 1)\n"
       "  is(db:value(('SELECT v FROM %q'):format(name)), 'b')\n"
       "end",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void what_is_no_key_is_refused(void **state) {
  static const struct lua_case cases[] = {
      {"a column that two rows may share",
       TABLE "raises('size is no unique key of t, which has id and name and "
             "(a, b)', db.upsert, db, 't', 'size', { size = 1 })\n"
             "raises('(a, name) is no unique key of t, which has id and name "
             "and (a, b)', db.upsert, db, 't', { 'a', 'name' }, {})",
       NULL},
      {"a partial index and one of an expression",
       "db:exec [[CREATE TABLE p (a, b); CREATE UNIQUE INDEX i ON p (a) WHERE "
       "b; CREATE UNIQUE INDEX j ON p (lower(b))]]\n"
       "raises('a is no unique key of p, which has none', db.upsert, db,"
       " 'p', 'a', {})",
       NULL},
      {"a column that isn't there",
       TABLE "raises('t has no column nmae; is name meant?', db.upsert, db,"
             " 't', 'nmae', {})",
       NULL},
      {"no name at all",
       TABLE "raises('the key must be the name of a column or a list of them',"
             " db.upsert, db, 't', {}, {})\n"
             "raises('the key must be the name of a column or a list of them',"
             " db.upsert, db, 't', nil, {})\n"
             "raises('the name of a column must be a string, not a number',"
             " db.upsert, db, 't', { 1 }, {})",
       NULL},
      {"a row without it",
       TABLE "raises('a row needs a value for each column of the key',"
             " db.upsert, db, 't', 'name', { size = 1 })\n"
             "local rows = { { name = 'a' }, { name = 'b', size = 1 },"
             " { size = 1 } }\n"
             "raises('row 3 needs a value for each column of the key',"
             " db.upsert, db, 't', 'name', rows)\n"
             "local i = 1\n"
             "raises('row 2 needs a value for each column of the key',"
             " db.upsert, db, 't', 'name', function()\n"
             "  i = i + 1\n"
             "  return rows[i] end)",
       NULL},
      {"a row that names a column twice",
       TABLE "raises('a row names one column twice: NAME and name', db.upsert,"
             " db, 't', 'name', { NAME = 'a', name = 'b' })\n"
             "raises('row 1 names one column twice: SIZE and size', db.upsert,"
             " db, 't', 'name', { { name = 'a', SIZE = 1, size = 2 } })",
       NULL},
      {"a table that isn't there, a view, a virtual table",
       TABLE "db:exec [[CREATE VIEW w AS SELECT * FROM t;"
             "CREATE VIRTUAL TABLE f USING fts5(a)]]\n"
             "raises('no such table: tt; is t meant?', db.upsert, db, 'tt',"
             " 'id', {})\n"
             "raises('w is a view: upsert needs a table', db.upsert, db, 'w',"
             " 'id', {})\n"
             "raises('f is a virtual table: upsert needs a table', db.upsert,"
             " db, 'f', 'a', {})\n"
             "raises('upsert takes the name of a table, not a table',"
             " db.upsert, db, {}, 'a', {})",
       NULL},
      {"a row that breaks another key",
       TABLE "db:upsert('t', 'id', { { id = 3, name = 'x' },"
             " { id = 2, name = 'Ada' } })",
       "FILE:2:0: UNIQUE constraint failed: t.name\n"
       "details: t: id = 2, name = 'Ada', a = 1, b = 2, size = NULL\n"
       "is there already: id = 1, name = 'Ada', a = 1, b = 1, size = 1.5\n"
       "sql: INSERT INTO \"t\" AS \"mz table\" (\"id\", \"name\") VALUES (2, "
       "'Ada') ON CONFLICT (\"id\") DO UPDATE SET \"name\" = "
       "excluded.\"name\" WHERE (\"mz table\".\"name\" COLLATE BINARY IS NOT "
       "excluded.\"name\" OR typeof(\"mz table\".\"name\") <> "
       "typeof(excluded.\"name\") AND \"mz table\".\"name\" COLLATE BINARY IS "
       "NOT CAST(excluded.\"name\" AS TEXT))\n"}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {SUPPORT_TEST(rows_are_inserted_or_changed),
                                     SUPPORT_TEST(what_is_no_key_is_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
