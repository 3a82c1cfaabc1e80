/* test_lua_transform_rows.c - the pitfalls of rebuilding, with rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void pitfalls_of_rebuilding(void **state) {
  static const struct lua_case cases[] = {
      {"8 to 10, what is around a table",
       "local around = [[CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT, up "
       "REFERENCES p (id));\n"
       "CREATE TABLE c (p REFERENCES p (id) ON DELETE CASCADE, q INT);\n"
       "CREATE TABLE log (what);\n"
       "CREATE VIEW v AS SELECT * FROM p WHERE n IS NOT NULL;\n"
       "CREATE VIEW vv AS SELECT id, upper(n) AS big FROM v;\n"
       "CREATE UNIQUE INDEX p_part ON p (n COLLATE NOCASE DESC) WHERE n > "
       "'';\n"
       "CREATE INDEX p_expr ON p (lower(n), up DESC);\n"
       "CREATE TRIGGER z_first AFTER INSERT ON p BEGIN INSERT INTO log VALUES "
       "('z' || new.id); END;\n"
       "CREATE TRIGGER a_second AFTER INSERT ON p BEGIN INSERT INTO log "
       "VALUES ('a' || new.id); END;\n"
       "CREATE TRIGGER of_other AFTER INSERT ON c BEGIN UPDATE p SET n = n || "
       "'!' WHERE id = new.p; END;\n"
       "CREATE TRIGGER of_view INSTEAD OF INSERT ON vv BEGIN INSERT INTO p "
       "(id, n) VALUES (new.id, new.big); END]]\n"
       "db:exec(around)\n"
       "db:exec(\"INSERT INTO p VALUES (1, 'ä', NULL), (9007199254740993, "
       "NULL, 1), (3, 'c', 3); INSERT INTO c VALUES (1, 1), (3, 2); DELETE "
       "FROM log\")\n"
       "local objects = \"SELECT group_concat(type || name || sql, ';') FROM "
       "(SELECT * FROM sqlite_schema WHERE name <> 'p' AND sql IS NOT NULL "
       "ORDER BY type, name)\"\n"
       "local rows = \"SELECT group_concat(quote(id) || quote(n) || "
       "quote(up), ';') FROM p\"\n"
       "local before, rows_before = db:value(objects), db:value(rows)\n"
       "is(db:transform('p', { type = { n = 'VARCHAR(9)' } }), 3)\n"
       "is(db:value(objects), before) is(db:value(rows), rows_before) "
       "is(db:value(\"SELECT count(*) FROM c\"), 2)\n"
       "db:exec(\"INSERT INTO vv VALUES (7, 'x'); INSERT INTO c VALUES (7, "
       "1)\")\n"
       "is(db:value(\"SELECT group_concat(what) FROM log\"), 'a7,z7')\n"
       "is(db:value(\"SELECT big FROM vv WHERE id = 7\"), 'X!')\n"
       "local change = { default = { m = 'x' }, rename_to = 'q', rename = { n "
       "= 'm' } }\n"
       "raises('db:transform: after the rename view vv would not compile (no "
       "such column: n): say in views what becomes of it', db.transform, db, "
       "'p', change)\n"
       "change.views = { VV = 'CREATE VIEW vv AS SELECT id, upper(m) AS big "
       "FROM v' }\n"
       "is(db:transform('p', change), 4)\n"
       "db:exec(\"INSERT INTO vv VALUES (8, 'y')\")\n"
       "is(db:value(\"SELECT big FROM vv WHERE id = 8\"), 'Y')\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 'q'\"), "
       "'CREATE TABLE \"q\" (id INTEGER PRIMARY KEY, \"m\" VARCHAR(9) DEFAULT "
       "\\'x\\', up REFERENCES \"q\" (id))')\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 'c'\"), "
       "'CREATE TABLE c (p REFERENCES \"q\" (id) ON DELETE CASCADE, q INT)')\n"
       "is(db:value(\"SELECT big FROM vv WHERE id = 7\"), 'X!')\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void rows_keep_their_values(void **state) {
  static const struct lua_case cases[] = {
      {"12, generated columns",
       "db:exec(\"CREATE TABLE t (a INT, b AS (a * 2), c INT, d AS (c || 'x') "
       "STORED, e); INSERT INTO t (a, c, e) VALUES (1, 2, 'e'), (3, NULL, "
       "x'ff')\")\n"
       "is(db:transform('t', { type = { e = 'BLOB' }, order = { 'e', 'd' } "
       "}), 2)\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema\"), [[CREATE TABLE \"t\" "
       "(e BLOB, d AS (c || 'x') STORED, a INT, b AS (a * 2), c INT)]])\n"
       "is(db:value(\"SELECT group_concat(quote(a) || quote(b) || quote(c) || "
       "quote(d) || quote(e), ';') FROM t\"), "
       "\"122'2x''e';36NULLNULLX'FF'\")\n",
       NULL},
      {"13, rowids, WITHOUT ROWID, a column called rowid",
       "db:exec(\"CREATE TABLE t (a); INSERT INTO t (rowid, a) VALUES (5, "
       "'x'), (-3, 'y'); CREATE VIRTUAL TABLE f USING fts5(a, content='t', "
       "content_rowid='rowid'); INSERT INTO f (rowid, a) SELECT rowid, a FROM "
       "t\")\n"
       "is(db:transform('t', { type = { a = 'TEXT' } }), 2)\n"
       "is(db:value(\"SELECT group_concat(rowid || a) FROM t\"), '-3y,5x')\n"
       "is(db:value(\"SELECT rowid FROM f WHERE f MATCH 'x'\"), 5)\n"
       "db:exec(\"CREATE TABLE r (rowid TEXT, b); INSERT INTO r (oid, rowid, "
       "b) VALUES (9, 'r', 1)\")\n"
       "is(db:transform('r', { collate = { rowid = 'NOCASE' } }), 1)\n"
       "is(db:value(\"SELECT oid || rowid || b FROM r\"), '9r1')\n"
       "db:exec(\"CREATE TABLE w (k TEXT, n INT, PRIMARY KEY (k DESC)) "
       "WITHOUT ROWID, STRICT; INSERT INTO w VALUES ('a', 1), ('b', NULL)\")\n"
       "is(db:transform('w', { not_null = { n = { fill = 4 } } }), 2)\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 'w'\"), "
       "'CREATE TABLE \"w\" (k TEXT, n INT NOT NULL, PRIMARY KEY (k DESC)) "
       "WITHOUT ROWID, STRICT')\n"
       "is(db:value(\"SELECT group_concat(k || n) FROM w\"), 'b4,a1')\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void marks_and_names_are_kept(void **state) {
  static const struct lua_case cases[] = {
      {"14, AUTOINCREMENT keeps its mark, also of an empty table",
       "db:exec(\"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a); "
       "INSERT INTO t VALUES (41, 1); DELETE FROM t\")\n"
       "is(db:transform('t', { type = { a = 'TEXT' } }), 0)\n"
       "db:exec(\"INSERT INTO t (a) VALUES (1)\") is(db:value(\"SELECT id "
       "FROM t\"), 42)\n"
       "is(db:transform('t', { rename_to = 'u', null = 'a', default = { a = 3 "
       "} }), 1)\n"
       "is(db:value(\"SELECT group_concat(name || seq) FROM "
       "sqlite_sequence\"), 'u42')\n",
       NULL},
      {"15, a name in double quotes does not become a string",
       "db:exec(\"CREATE TABLE t (a, b); CREATE TABLE o (b, x); CREATE INDEX "
       "i ON t (\\\"b\\\"); CREATE VIEW v AS SELECT \\\"b\\\" AS z FROM t; "
       "CREATE VIEW w AS SELECT \\\"b\\\" FROM o; CREATE TRIGGER tr AFTER "
       "INSERT ON o WHEN new.\\\"b\\\" = \\\"b\\\" BEGIN SELECT 1; END\")\n"
       "raises('db:transform: rename: t has no column c; is a meant?', "
       "db.transform, db, 't', { rename = { c = 'd' } })\n"
       "raises('t.b cannot be dropped, for there are: index i, view v; say in "
       "this call what becomes of each', db.transform, db, 't', { drop = 'b' "
       "})\n"
       "is(db:transform('t', { rename = { b = 'c' } }), 0)\n"
       "is(db:value(\"SELECT group_concat(sql, ';') FROM sqlite_schema WHERE "
       "name IN ('i', 'v')\"), 'CREATE INDEX i ON t (\"c\");CREATE VIEW v AS "
       "SELECT \"c\" AS z FROM t')\n"
       "db:exec(\"CREATE VIEW broken AS SELECT gone FROM t\")\n"
       "raises('db:transform: SQLite renames only where all views and "
       "triggers compile, but view broken does not (no such column: gone): "
       "mend or drop it first', db.transform, db, 't', { rename = { c = 'b' } "
       "})\n"
       "is(db:transform('t', { type = { c = 'TEXT' } }), 0)\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void nothing_is_in_the_way_or_left_behind(void **state) {
  static const struct lua_case cases[] = {
      {"16, a table left behind is not in the way",
       "db:exec(\"CREATE TABLE t (a); CREATE TABLE t_new (x); CREATE TEMP "
       "TABLE t_new2 (y); INSERT INTO t VALUES (1)\")\n"
       "is(db:transform('t', { type = { a = 'INT' } }), 1) "
       "is(db:has_table('t_new'), true)\n",
       NULL},
      {"a failure leaves the earlier work and the settings as they were",
       "db:exec(\"CREATE TABLE t (a); INSERT INTO t VALUES (1), (1); PRAGMA "
       "legacy_alter_table = ON\")\n"
       "is(pcall(db.transform, db, 't', { rename = { a = 'b' }, add = 'c', "
       "unique = { add = 'b' } }), false)\n"
       "is(db:value(\"PRAGMA legacy_alter_table\"), 1)\n"
       "is(db:value(\"SELECT sql || (SELECT count(*) FROM t) FROM "
       "sqlite_schema\"), 'CREATE TABLE t (a)2')\n"
       "db:exec(\"CREATE VIEW v AS SELECT a FROM t\") is(db:transform('t', { "
       "rename = { a = 'b' } }), 0)\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 'v'\"), "
       "'CREATE VIEW v AS SELECT \"b\" FROM t')\n"
       "is(db:value(\"PRAGMA legacy_alter_table\"), 1)\n",
       NULL},
      {"comments and odd texts survive moves",
       "db:exec(\"CREATE TABLE t (a INT -- first, (\\n  , b TEXT, -- "
       "second\\n  /* c */ c -- last\\n)\")\n"
       "db:exec(\"INSERT INTO t VALUES (1, 'b', 2.5)\")\n"
       "is(db:transform('t', { order = { 'c' }, add = { { \"d DEFAULT '--'\", "
       "fill = 7 }, \"e CHECK (e <> ')') -- odd\" } }), 1)\n"
       "is(db:value(\"SELECT quote(c) || a || b || d || ifnull(e, '') FROM "
       "t\"), '2.51b7')\n"
       "is(db:transform('t', { drop = { 'b', 'c' }, check = { drop = "
       "\"e<>')'\" } }), 1)\n"
       "is(db:value(\"SELECT a || d FROM t\"), '17')\n"
       "is(db:transform('t', { primary_key = { 'a', 'd' }, default = { d = "
       "mz.null } }), 1)\n"
       "is(#db:columns('t'), 3)\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(pitfalls_of_rebuilding, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(rows_keep_their_values, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(marks_and_names_are_kept, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(nothing_is_in_the_way_or_left_behind,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
