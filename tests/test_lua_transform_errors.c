/* test_lua_transform_errors.c - changes that cannot be made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void rows_that_a_change_would_not_allow(void **state) {
  static const struct lua_case cases[] = {
      {"are shown before anything is done",
       "db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT, c);\n"
       "INSERT INTO t VALUES (1, NULL, 5, 'x'), (2, 'ä', 5, x'00'), (3, 'Ä', "
       "NULL, 2.5), (4, 'ä', 7, 9007199254740993), (5, NULL, -1, NULL), (6, "
       "NULL, 8, '12'), (7, NULL, 9, '1e2'), (8, NULL, 10, 'y'), (9, NULL, "
       "11, 'y')]])\n"
       "local before = db:value(\"SELECT sql FROM sqlite_schema\")\n"
       "local function wrong(message, given) raises('db:transform: ' .. "
       "message, db.transform, db, 't', given) is(db:value(\"SELECT sql FROM "
       "sqlite_schema\"), before) is(db:value(\"SELECT count(*) FROM t\"), 9) "
       "end\n"
       "wrong(\"not_null: t.a is NULL in 6 rows, give it a fill: id = 1, a = "
       "NULL; id = 5, a = NULL; id = 6, a = NULL; id = 7, a = NULL; id = 8, a "
       "= NULL and 1 more\", { not_null = 'a' })\n"
       "wrong(\"not_null: t.b is NULL in 1 row, give it a fill: id = 3, b = "
       "NULL\", { not_null = { 'b' } })\n"
       "wrong(\"unique: the same a in 2 rows, which db:merge can make one: id "
       "= 2, a = 'ä'; id = 4, a = 'ä'\", { unique = { add = 'a' } })\n"
       "wrong(\"primary_key: NULL stands for b in 1 row: id = 3, b = NULL\", "
       "{ primary_key = 'b' })\n"
       "wrong(\"check: b > 0 does not hold in 1 row: id = 5, b = -1\", { "
       "check = { add = \"b > 0\" } })\n"
       "wrong(\"strict: t.c is not INTEGER in 5 rows: id = 1, c = 'x'; id = "
       "2, c = X'00'; id = 3, c = 2.5; id = 8, c = 'y'; id = 9, c = 'y'\", { "
       "strict = true, type = { c = 'INTEGER' } })\n"
       "wrong(\"a STRICT table has columns of the types INT, INTEGER, REAL, "
       "TEXT, BLOB and ANY, but c has no type: say type too\", { strict = "
       "true })\n"
       "db:exec(\"CREATE TABLE p (n TEXT PRIMARY KEY); INSERT INTO p VALUES "
       "('Ä')\")\n"
       "wrong(\"foreign_key: a has no parent in p in 2 rows: id = 2, a = 'ä'; "
       "id = 4, a = 'ä'\", { foreign_key = { add = { a = 'p ON DELETE "
       "CASCADE' } } })\n"
       "wrong(\"foreign_key: there is no table q; is p meant?\", { "
       "foreign_key = { add = { a = 'q' } } })\n"
       "wrong(\"foreign_key: p has no column m; is n meant?\", { foreign_key "
       "= { add = { a = 'p (m)' } } })\n"
       "wrong(\"foreign_key: (a, b) refers to 1 column of p\", { foreign_key "
       "= { add = { ['a, b'] = 'p' } } })\n"
       "wrong(\"add: d is NOT NULL and has no default, but t has 9 rows: say "
       "fill = what these get\", { add = 'd INT NOT NULL' })\n"
       "is(db:transform('t', { add = { { 'd INT NOT NULL', fill = mz.sql'id * "
       "2' } }, check = { add = 'd > id' } }), 9)\n"
       "is(db:value(\"SELECT sum(d) FROM t\"), 90)\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void other_rows_and_names(void **state) {
  static const struct lua_case cases[] = {
      {"and those that only the copy finds",
       "db:exec(\"CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t "
       "VALUES (1, NULL), (2, 3)\")\n"
       "raises(\"t is not changed, as 1 row would break it: NOT NULL "
       "constraint failed: t.a: id 1 (a NULL); give the column a fill\", "
       "db.transform, db, 't', { not_null = { a = { fill = mz.sql\"NULL\" } } "
       "})\n"
       "is(db:value(\"SELECT group_concat(sql) FROM sqlite_schema\"), 'CREATE "
       "TABLE t (id INTEGER PRIMARY KEY, a)')\n",
       NULL},
      {"whatever the names are",
       "db:exec([[CREATE TABLE \"t%d\" (\"a%s\"); INSERT INTO \"t%d\" VALUES "
       "(NULL), (5)]])\n"
       "raises('db:transform: not_null: t%d.a%s is NULL in 1 row, give it a "
       "fill: rowid = 1, a%s = NULL', db.transform, db, 't%d', { not_null = "
       "'a%s' })\n"
       "raises('db:transform: check: \"a%s\" % 5 = 1 does not hold in 1 row: "
       "rowid = 2, a%s = 5', db.transform, db, 't%d', { check = { add = "
       "'\"a%s\" % 5 = 1' } })\n"
       "is(db:transform('t%d', { rename = { ['a%s'] = 'b%s' }, rename_to = "
       "'%q' }), 0)\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema\"), 'CREATE TABLE \"%q\" "
       "(\"b%s\")')\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void wrong_uses_are_errors(void **state) {
  static const struct lua_case cases[] = {
      {"each with what to do",
       "db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT "
       "REFERENCES t (id), n INT CONSTRAINT few CHECK (n < 9), u UNIQUE); "
       "CREATE VIEW v AS SELECT 1 AS a; CREATE VIRTUAL TABLE f USING fts5(x); "
       "CREATE TEMP TABLE tt (a); CREATE INDEX idx ON t (n)]])\n"
       "local function wrong(message, ...) raises(message, db.transform, db, "
       "...) end\n"
       "wrong('no such table: tx; is t meant?', 'tx', {})\n"
       "wrong(\"a table's name must be a string, not a nil\", nil, {})\n"
       "wrong('db:transform: v is a view, not a table of its own', 'V', {})\n"
       "wrong('db:transform: f is a virtual table, not a table of its own', "
       "'f', {})\n"
       "wrong('db:transform: f_data is a shadow table, not a table of its "
       "own', 'f_data', {})\n"
       "wrong('db:transform: tt is not a table of the database file', 'tt', "
       "{})\n"
       "wrong('db:transform: sqlite_schema belongs to SQLite', "
       "'sqlite_schema', {})\n"
       "wrong('db:transform: schema_migrations belongs to mzlua', "
       "'schema_migrations', {})\n"
       "wrong('db:transform: mzlua_x belongs to mzlua', 'mzlua_x', {})\n"
       "wrong('db:transform must be a table, not a nil', 't')\n"
       "local function wrong(message, given) raises('db:transform: ' .. "
       "message, db.transform, db, 't', given) end\n"
       "wrong('there is no option nul; is null meant?', { nul = 'a' })\n"
       "wrong('drop: t has no column nam; is name meant?', { drop = 'nam' })\n"
       "wrong('null must be the name of a column or a list of such names', { "
       "null = 1 })\n"
       "wrong('null: t.name is called title in this call, as renames come "
       "first', { rename = { name = 'title' }, null = 'name' })\n"
       "wrong('null: t.name is dropped in this call', { drop = 'name', null = "
       "'name' })\n"
       "wrong('drop: name is named twice', { drop = { 'name', 'NAME' } })\n"
       "wrong('drop: t would have no column left', { drop = { 'id', 'name', "
       "'n', 'u' } })\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void wrong_columns_are_errors(void **state) {
  static const struct lua_case cases[] = {
      {"names and values",
       "db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INT, "
       "u)]])\n"
       "local function wrong(message, given) raises('db:transform: ' .. "
       "message, db.transform, db, 't', given) end\n"
       "wrong('rename: t has no column nam; is name meant?', { rename = { nam "
       "= 'x' } })\n"
       "wrong('rename: t has a column id already', { rename = { name = 'ID' } "
       "})\n"
       "wrong('rename: two columns would be called x', { rename = { name = "
       "'x', n = 'X' } })\n"
       "wrong('rename.name must be a name', { rename = { name = 1 } })\n"
       "wrong(\"rename must be a table such as { old = 'new' }, not a "
       "string\", { rename = 'name' })\n"
       "wrong('not_null.n: there is no option fil; is fill meant?', { "
       "not_null = { n = { fil = 1 } } })\n"
       "wrong('default must be a table, not a string', { default = 'n' })\n"
       "wrong('default.n must be a value or mz.sql\"expression\"', { default "
       "= { n = {} } })\n"
       "wrong('type.n must be a string, \"\" for no type, not a number', { "
       "type = { n = 1 } })\n"
       "wrong('collate.n must be the name of a collation or mz.null, not a "
       "boolean', { collate = { n = true } })\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void wrong_constraints_are_errors(void **state) {
  static const struct lua_case cases[] = {
      {"and constraints, objects and options, too",
       "db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT "
       "REFERENCES t (id), n INT CONSTRAINT few CHECK (n < 9), u UNIQUE); "
       "CREATE VIEW v AS SELECT 1 AS a; CREATE INDEX idx ON t (n)]])\n"
       "local function wrong(message, given) raises('db:transform: ' .. "
       "message, db.transform, db, 't', given) end\n"
       "wrong('unique: there is no option ad; is add meant?', { unique = { ad "
       "= 'n' } })\n"
       "wrong('unique.drop: t has none on n; there are those on u', { unique "
       "= { drop = 'n' } })\n"
       "wrong('foreign_key.drop: t has none on n; there are those on name', { "
       "foreign_key = { drop = 'n' } })\n"
       "wrong('foreign_key.change: t has no foreign key on n: add it', { "
       "foreign_key = { change = { n = 't (id)' } } })\n"
       "wrong('foreign_key.add: n, is no list of columns', { foreign_key = { "
       "add = { ['n,'] = 't (id)' } } })\n"
       "wrong('foreign_key.add must be SQL, not a boolean', { foreign_key = { "
       "add = { n = true } } })\n"
       "wrong('check.drop: t has no CHECK n > 9; it has few', { check = { "
       "drop = 'n > 9' } })\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void wrong_definitions_are_errors(void **state) {
  static const struct lua_case cases[] = {
      {"and options",
       "db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT "
       "REFERENCES t (id), n INT CONSTRAINT few CHECK (n < 9), u UNIQUE); "
       "CREATE VIEW v AS SELECT 1 AS a; CREATE INDEX idx ON t (n)]])\n"
       "local function wrong(message, given) raises('db:transform: ' .. "
       "message, db.transform, db, 't', given) end\n"
       "wrong('add: t has a column N already', { add = 'N INT' })\n"
       "wrong('add: a INT, b INT is no definition of one column', { add = 'a "
       "INT, b INT' })\n"
       "wrong('add: UNIQUE (a) is no definition of one column', { add = "
       "'UNIQUE (a)' })\n"
       "wrong('add: a INT ( is no definition of a column: it cannot be read "
       "at its end', { add = 'a INT (' })\n"
       "wrong('add: t.n is dropped in this call: change its type and so on, "
       "or use db:rebuild', { drop = 'n', add = 'n TEXT' })\n"
       "wrong(\"add: with fill, a definition is a list in the list: { { 'c "
       "TEXT', fill = ... } }\", { add = { 'a INT', fill = 1 } })\n"
       "wrong('order: id is named twice', { order = { 'id', 'id' } })\n"
       "wrong('strict must be true or false, not a number', { strict = 1 })\n"
       "wrong('t is WITHOUT ROWID and needs a primary key: say primary_key, "
       "or without_rowid = false', { without_rowid = true, primary_key = "
       "mz.null })\n"
       "wrong('indexes: there is no index idy; is idx meant?', { drop = 'n', "
       "indexes = { idy = false } })\n"
       "wrong('views.v must be false, to drop it, or a CREATE VIEW', { views "
       "= { v = true } })\n"
       "wrong('rename_to must be a name', { rename_to = 1 })\n"
       "wrong('rename_to: the name mzlua_x is reserved', { rename_to = "
       "'mzlua_x' })\n"
       "wrong('the changed CREATE TABLE cannot be read at its end: CREATE "
       "TABLE t (id INTEGER PRIMARY KEY, name TEXT REFERENCES t (id), n INT "
       "(9 CONSTRAINT few CHECK (n < 9), u UNIQUE)', { type = { n = 'INT (9' "
       "} })\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(rows_that_a_change_would_not_allow,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(other_rows_and_names, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(wrong_uses_are_errors, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(wrong_columns_are_errors, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(wrong_constraints_are_errors,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(wrong_definitions_are_errors,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
