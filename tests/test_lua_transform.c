/* test_lua_transform.c - tables that are changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void the_text_is_edited_and_the_rest_kept_to_the_letter(void **state) {
  static const struct lua_case cases[] = {
      {"a type and a default for a column that has neither",
       "db:exec([[CREATE TABLE t (a, b); INSERT INTO t VALUES ('7', NULL)]])\n"
       "db:transform('t', { default = { a = 1.5 }, not_null = { b = { fill = "
       "3 } },\n"
       "  type = { a = 'REAL', b = 'INT' }, collate = { a = 'NOCASE' } })\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 't'\"),\n"
       "  'CREATE TABLE \"t\" (a REAL DEFAULT 1.5 COLLATE NOCASE, b INT NOT "
       "NULL)')\n"
       "is(db:value('SELECT quote(a) || quote(b) FROM t'), '7.03')\n",
       NULL},
      {"every kind of column and constraint",
       "local text = [[CREATE TABLE t (\n"
       "  id INTEGER PRIMARY KEY AUTOINCREMENT, -- the key, kept\n"
       "  \"a b\" varchar(255) DEFAULT 'it''s' COLLATE NOCASE,\n"
       "  `c` double precision NOT NULL ON CONFLICT IGNORE DEFAULT -1.5,\n"
       "  [d] DEFAULT (1+1) CONSTRAINT cd CHECK (d > 0),\n"
       "  'e' datetime DEFAULT CURRENT_TIMESTAMP, /* of, d */\n"
       "  f GENERATED ALWAYS AS (d * 2) STORED,\n"
       "  g INT AS (d + 1),\n"
       "  h DEFAULT x'00ff' UNIQUE ON CONFLICT REPLACE,\n"
       "  i REFERENCES t (id) ON DELETE SET NULL MATCH FULL DEFERRABLE "
       "INITIALLY DEFERRED,\n"
       "  j BOOLEAN DEFAULT TRUE,\n"
       "  k NULL DEFAULT some_word\n"
       "  , CHECK (h <> ',)') -- not a comma, )\n"
       "  CONSTRAINT u UNIQUE (id, \"a b\") FOREIGN KEY (i) REFERENCES t\n"
       ")]]\n"
       "db:exec(text)\n"
       "db:exec(\"INSERT INTO t (id, \\\"a b\\\", c, d, h, i) VALUES (1, 'ä', "
       "2.5, 7, x'01', NULL), (9007199254740993, NULL, 3, 8, 'q', 1)\")\n"
       "local before = db:value(\"SELECT group_concat(quote(id) || "
       "quote(\\\"a b\\\") || quote(c) || quote(d) || quote(e) || quote(f) || "
       "quote(g) || quote(h) || quote(i) || quote(j) || quote(k), ';') FROM "
       "t\")\n"
       "is(db:transform('t', { type = { J = 'INT' } }), 2)\n"
       "local wanted = text:gsub('j BOOLEAN', 'j INT'):gsub('^CREATE TABLE "
       "t', 'CREATE TABLE \"t\"')\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 't'\"), "
       "wanted)\n"
       "is(db:value(\"SELECT group_concat(quote(id) || quote(\\\"a b\\\") || "
       "quote(c) || quote(d) || quote(e) || quote(f) || quote(g) || quote(h) "
       "|| quote(i) || quote(j) || quote(k), ';') FROM t\"), before)\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void a_table_is_changed_again_and_again(void **state) {
  static const struct lua_case cases[] = {
      {"one change after another",
       "local function sql() return (db:value(\"SELECT sql FROM sqlite_schema "
       "WHERE name = 't'\"):gsub('^CREATE TABLE \"t\"', 'T')) end\n"
       "db:exec(\"CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT NOT "
       "NULL, c); INSERT INTO t VALUES (1, 'x', 2, NULL), (5, NULL, 3, 9)\")\n"
       "is(db:transform('t', { default = { a = \"it's\", b = -1, c = "
       "mz.sql\"1 + 1\" } }), 2)\n"
       "is(sql(), \"T (id INTEGER PRIMARY KEY, a TEXT DEFAULT 'it''s', b INT "
       "DEFAULT -1 NOT NULL, c DEFAULT (1 + 1))\")\n"
       "is(db:transform('t', { default = { a = mz.null, b = 7, c = mz.null } "
       "}), 2)\n"
       "is(sql(), \"T (id INTEGER PRIMARY KEY, a TEXT, b INT DEFAULT 7 NOT "
       "NULL, c)\")\n"
       "is(db:transform('t', { null = 'b', default = { b = mz.null }, collate "
       "= { a = 'NOCASE' } }), 2)\n"
       "is(sql(), \"T (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE, b INT, "
       "c)\")\n"
       "is(db:transform('t', { order = { 'id', 'c' }, collate = { a = mz.null "
       "} }), 2)\n"
       "is(sql(), \"T (id INTEGER PRIMARY KEY, c, a TEXT, b INT)\")\n"
       "is(db:value(\"SELECT group_concat(id || ifnull(c, '-') || ifnull(a, "
       "'-') || b) FROM t\"), \"1-x2,59-3\")\n"
       "is(db:transform('t', { not_null = { 'b', c = { fill = 4 }, a = { fill "
       "= { mz.sql\"NULL\", mz.sql\"'n' || id\" } } } }), 2)\n"
       "is(sql(), \"T (id INTEGER PRIMARY KEY, c NOT NULL, a TEXT NOT NULL, b "
       "INT NOT NULL)\")\n"
       "is(db:value(\"SELECT group_concat(id || c || a || b) FROM t\"), "
       "\"14x2,59n53\")\n"
       "is(db:transform('t', { unique = { add = { 'a', { 'b', 'c' } } }, "
       "check = { add = { \"b > 0\", small = \"c < 10\" } } }), 2)\n"
       "is(sql(), 'T (id INTEGER PRIMARY KEY, c NOT NULL, a TEXT NOT NULL, b "
       "INT NOT NULL, UNIQUE (\"a\"), UNIQUE (\"b\", \"c\"), CHECK (b > 0), "
       "CONSTRAINT \"small\" CHECK (c < 10))')\n"
       "is(db:transform('t', { unique = { drop = { { 'B', 'c' } } }, check = "
       "{ drop = { 'b>0', 'SMALL' } }, primary_key = { 'a', 'id' }, "
       "without_rowid = true }), 2)\n"
       "is(sql(), 'T (id INTEGER, c NOT NULL, a TEXT NOT NULL, b INT NOT "
       "NULL, UNIQUE (\"a\"), PRIMARY KEY (\"a\", \"id\")) WITHOUT ROWID')\n"
       "is(db:transform('t', { strict = true, type = { c = 'ANY' } }), 2)\n"
       "is(sql(), 'T (id INTEGER, c ANY NOT NULL, a TEXT NOT NULL, b INT NOT "
       "NULL, UNIQUE (\"a\"), PRIMARY KEY (\"a\", \"id\")) WITHOUT ROWID, "
       "STRICT')\n"
       "is(db:transform('t', { without_rowid = false, primary_key = 'id', "
       "unique = { drop = 'a' } }), 2)\n"
       "is(sql(), 'T (id INTEGER PRIMARY KEY, c ANY NOT NULL, a TEXT NOT "
       "NULL, b INT NOT NULL) STRICT')\n"
       "is(db:transform('t', { strict = false, primary_key = mz.null, type = "
       "{ c = '' } }), 2)\n"
       "is(sql(), 'T (id INTEGER, c NOT NULL, a TEXT NOT NULL, b INT NOT "
       "NULL)')\n"
       "is(db:value(\"SELECT group_concat(id || c || a || b) FROM t\"), "
       "\"14x2,59n53\")\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void foreign_keys_are_changed(void **state) {
  static const struct lua_case cases[] = {
      {"foreign keys",
       "local function sql() return (db:value(\"SELECT sql FROM sqlite_schema "
       "WHERE name = 'c'\"):gsub('^CREATE TABLE \"c\"', 'T')) end\n"
       "db:exec(\"CREATE TABLE p (id INTEGER PRIMARY KEY, x, y, UNIQUE (x, "
       "y)); CREATE TABLE q (id INTEGER PRIMARY KEY); CREATE TABLE c (a "
       "REFERENCES p ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED NOT "
       "NULL, b, d)\")\n"
       "db:exec(\"INSERT INTO p VALUES (1, 2, 3); INSERT INTO q VALUES (1); "
       "INSERT INTO c VALUES (1, 2, 3), (1, NULL, 9)\")\n"
       "is(db:transform('c', { foreign_key = { change = { a = 'q (id)' }, add "
       "= { ['b, d'] = 'p (x, y) ON UPDATE CASCADE' } } }), 2)\n"
       "is(sql(), 'T (a REFERENCES q (id) NOT NULL, b, d, FOREIGN KEY (\"b\", "
       "\"d\") REFERENCES p (x, y) ON UPDATE CASCADE)')\n"
       "is(db:transform('c', { foreign_key = { drop = { 'A', 'b,d' } } }), "
       "2)\n"
       "is(sql(), 'T (a NOT NULL, b, d)')\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void what_alter_table_can_do_is_not_copied(void **state) {
  static const struct lua_case cases[] = {
      {"names, columns that are added and dropped",
       "db:exec(\"CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT NOT "
       "NULL); INSERT INTO t VALUES (1, 2, 'x'); CREATE INDEX i ON t (a) "
       "WHERE a > 1; CREATE VIEW v AS SELECT a FROM t\")\n"
       "is(db:transform('T', { rename = { A = 'z' }, add = { \"n INT DEFAULT "
       "5\" }, drop = 'b', rename_to = 'u' }), 0)\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 'u'\"), "
       "'CREATE TABLE \"u\" (id INTEGER PRIMARY KEY, \"z\", n INT DEFAULT "
       "5)')\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 'i'\"), "
       "'CREATE INDEX i ON \"u\" (\"z\") WHERE \"z\" > 1')\n"
       "is(db:value(\"SELECT z FROM v\"), 2)\n"
       "is(db:value(\"SELECT id || z || n FROM u\"), '125')\n",
       NULL},
      {"two columns change their names",
       "db:exec(\"CREATE TABLE t (a, b, c AS (a || b)); INSERT INTO t VALUES "
       "(1, 2)\")\n"
       "is(db:transform('t', { rename = { a = 'b', b = 'a', c = 'C' } }), 0)\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 't'\"), "
       "'CREATE TABLE t (\"b\", \"a\", \"C\" AS (\"b\" || \"a\"))')\n"
       "is(db:value(\"SELECT b || a || c FROM t\"), '1212')\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void the_statements_can_be_read(void **state) {
  static const struct lua_case cases[] = {
      {"and db:transform_sql says what would be done",
       "db:exec(\"CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2)\")\n"
       "local list = db:transform_sql('t', { rename = { a = 'c' }, drop = "
       "'b', rename_to = 'u' })\n"
       "is(table.concat(list, ';'), 'ALTER TABLE \"t\" RENAME COLUMN \"a\" TO "
       "\"c\";ALTER TABLE \"t\" DROP COLUMN \"b\";ALTER TABLE \"t\" RENAME TO "
       "\"u\"')\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 't'\"), "
       "'CREATE TABLE t (a, b)')\n"
       "list = db:transform_sql('t', { type = { a = 'TEXT' } })\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 't'\"), "
       "'CREATE TABLE t (a, b)')\n"
       "for _, sql in ipairs(list) do db:exec(sql) end\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 't'\"), "
       "'CREATE TABLE \"t\" (a TEXT, b)')\n"
       "is(db:value(\"SELECT typeof(a) || b FROM t\"), 'text2')\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void newer_alter_table_is_used(void **state) {
  static const struct lua_case cases[] = {
      {"NOT NULL and CHECK, where SQLite has it",
       "local rows = db:value(\"SELECT CASE WHEN sqlite_version() GLOB "
       "'3.[1-4]*' OR sqlite_version() GLOB '3.5[0-2].*' THEN 2 ELSE 0 "
       "END\")\n"
       "db:exec(\"CREATE TABLE t (a INT, b TEXT NOT NULL DEFAULT '', "
       "CONSTRAINT c CHECK (a < 9)); INSERT INTO t VALUES (1, 'x'), (2, "
       "'y')\")\n"
       "is(db:transform('t', { not_null = 'a', null = 'b' }), rows)\n"
       "is(pcall(db.exec, db, \"INSERT INTO t VALUES (NULL, NULL)\"), false)\n"
       "db:exec(\"INSERT INTO t VALUES (3, NULL); DELETE FROM t WHERE a = "
       "3\")\n"
       "is(db:transform('t', { check = { add = { positive = \"a > 0\", \"b <> "
       "'z'\" }, drop = 'C' } }), rows)\n"
       "is(pcall(db.exec, db, \"INSERT INTO t VALUES (0, NULL)\"), false) "
       "is(pcall(db.exec, db, \"INSERT INTO t VALUES (1, 'z')\"), false)\n"
       "db:exec(\"INSERT INTO t VALUES (10, NULL)\")\n"
       "is(db:value(\"SELECT group_concat(a || ifnull(b, '-')) FROM t\"), "
       "'1x,2y,10-')\n"
       "db:exec(\"DELETE FROM t WHERE a = 10\")\n"
       "is(db:transform('t', { check = { drop = 'positive' } }), rows)\n"
       "db:exec(\"INSERT INTO t VALUES (-1, NULL)\")\n"
       "is(db:transform('t', { add = \"e INT -- odd\" }), 3)\n"
       "is(#db:columns('t'), 3)\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void every_way_to_write_a_table_is_read(void **state) {
  static const struct lua_case cases[] = {
      {"and only what is named is changed",
       "local function try(sql, wanted, given)\n"
       "db:exec(sql)\n"
       "local name = db:value(\"SELECT name FROM sqlite_schema WHERE type = "
       "'table'\")\n"
       "db:transform(name, given or { default = { a = 5 } })\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE type = 'table'\"), "
       "wanted)\n"
       "db:exec('DROP TABLE \"' .. name:gsub('\"', '\"\"') .. '\"')\n"
       "end\n"
       "try(\"CREATE TABLE IF NOT EXISTS main.t(a)\", 'CREATE TABLE \"t\"(a "
       "DEFAULT 5)')\n"
       "try(\"CREATE TABLE [odd 'n%a] ( a )\", [[CREATE TABLE \"odd 'n%a\" ( "
       "a DEFAULT 5 )]])\n"
       "try(\"CREATE TABLE 'it''s \\\"q\\\"' (a)\", 'CREATE TABLE \"it\\'s "
       "\"\"q\"\"\" (a DEFAULT 5)')\n"
       "try(\"CREATE TABLE t AS SELECT 1 AS a, 'x' AS \\\"b c\\\"\", 'CREATE "
       "TABLE \"t\"(a DEFAULT 5,\"b c\")')\n"
       "try(\"CREATE TABLE t (\\\"check\\\" INT, [unique] TEXT, `primary`, "
       "'foreign', key, replace, a)\", 'CREATE TABLE \"t\" (\"check\" INT, "
       "[unique] TEXT, `primary`, \\'foreign\\', key, replace, a DEFAULT "
       "5)')\n"
       "try(\"CREATE TABLE t (a CONSTRAINT x NOT NULL CONSTRAINT y, b)\", "
       "'CREATE TABLE \"t\" (a DEFAULT 5 CONSTRAINT y, b)', { null = 'a', "
       "default = { a = 5 } })\n"
       "try(\"CREATE TABLE t (a 'odd type' \\\"x\\\" (3, -2) NULL NOT NULL, "
       "generated, always INT, b INT GENERATED ALWAYS AS (a) VIRTUAL)\", "
       "'CREATE TABLE \"t\" (a \\'odd type\\' \"x\" (3, -2) DEFAULT 5 NULL "
       "NOT NULL, generated, always INT, b INT GENERATED ALWAYS AS (a) "
       "VIRTUAL)')\n"
       "try(\"CREATE TABLE t (a INT PRIMARY KEY DESC ON CONFLICT FAIL "
       "DEFAULT(-1)CHECK(a<>')')COLLATE\\\"nocase\\\"REFERENCES t(a)NOT "
       "DEFERRABLE INITIALLY IMMEDIATE, b)\", [[CREATE TABLE \"t\" (a INT "
       "PRIMARY KEY DESC ON CONFLICT FAIL DEFAULT 5 "
       "CHECK(a<>')')COLLATE\"nocase\"REFERENCES t(a)NOT DEFERRABLE INITIALLY "
       "IMMEDIATE, b)]])\n"
       "try(\"CREATE TABLE t (a, b, CONSTRAINT one UNIQUE (a COLLATE nocase "
       "DESC) ON CONFLICT IGNORE CONSTRAINT two CHECK (b) CHECK (a), PRIMARY "
       "KEY (b)) WITHOUT ROWID\", 'CREATE TABLE \"t\" (a, b, CONSTRAINT one "
       "UNIQUE (a COLLATE nocase DESC) ON CONFLICT IGNORE, CHECK (a), PRIMARY "
       "KEY (b)) WITHOUT ROWID', { check = { drop = 'TWO' }, order = { 'a' } "
       "})\n"
       "try(\"CREATE TABLE t (a ANY, b INT PRIMARY KEY) STRICT /* , */ , "
       "WITHOUT ROWID\", 'CREATE TABLE \"t\" (a ANY, b INT PRIMARY KEY) "
       "STRICT', { without_rowid = false })\n"
       "try(\"CREATE TABLE t (a, b PRIMARY KEY)\", 'CREATE TABLE \"t\" (a "
       "INT, b ANY PRIMARY KEY) STRICT, WITHOUT ROWID', { strict = true, "
       "without_rowid = true, type = { a = 'INT', b = 'ANY' } })\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void columns_that_are_added(void **state) {
  static const struct lua_case cases[] = {
      {"have their default, a fill, or what is computed",
       "db:exec(\"CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT "
       "INTO t VALUES (1, 'ä'), (2, NULL)\")\n"
       "is(db:transform('t', { add = { \"b DEFAULT word\", \"c TEXT DEFAULT "
       "(1 + 1)\", { \"d TEXT NOT NULL\", fill = { mz.sql\"a\", \"none\" } }, "
       "{ \"e\", fill = function(row) return row.id * 2 end }, \"f AS (id + "
       "e) STORED\" }, drop = 'a', order = { 'd' }, unique = { add = { { 'b', "
       "'e' } } } }), 2)\n"
       "is(db:value(\"SELECT group_concat(quote(d) || b || quote(c) || e || "
       "f) FROM t\"), \"'ä'word'2'23,'none'word'2'46\")\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 't'\"), "
       "'CREATE TABLE \"t\" (d TEXT NOT NULL, id INTEGER PRIMARY KEY, b "
       "DEFAULT word, c TEXT DEFAULT (1 + 1), e, f AS (id + e) STORED, UNIQUE "
       "(\"b\", \"e\"))')\n"
       "is(db:transform('t', { drop = { 'id', 'f' } }), 2)\n"
       "is(db:value(\"SELECT group_concat(rowid || d) FROM t\"), '1ä,2none')\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(
          the_text_is_edited_and_the_rest_kept_to_the_letter, support_setup,
          support_teardown),
      cmocka_unit_test_setup_teardown(a_table_is_changed_again_and_again,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(foreign_keys_are_changed, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(what_alter_table_can_do_is_not_copied,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(the_statements_can_be_read, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(newer_alter_table_is_used, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(every_way_to_write_a_table_is_read,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(columns_that_are_added, support_setup,
                                      support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
