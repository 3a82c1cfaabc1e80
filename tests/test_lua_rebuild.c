/* test_lua_rebuild.c - tables that are made anew, and what fills them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void what_is_around_a_table_stays(void **state) {
  static const struct lua_case cases[] = {
      {"rows, rowids, the mark of AUTOINCREMENT and statistics",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE a (id INTEGER PRIMARY KEY "
       "AUTOINCREMENT, n TEXT COLLATE NOCASE DEFAULT 'it''s', g AS (n "
       "|| '!'), v);\n"
       "CREATE TABLE b (x REFERENCES a (id) ON DELETE CASCADE); "
       "CREATE TABLE log (t);\n"
       "CREATE INDEX ai2 ON a (v DESC) WHERE v > 0; CREATE UNIQUE "
       "INDEX ai1 ON a (lower(n));\n"
       "CREATE TRIGGER t2 AFTER DELETE ON a BEGIN INSERT INTO log "
       "VALUES ('d' || old.id); END;\n"
       "CREATE TRIGGER t1 AFTER INSERT ON b BEGIN UPDATE a SET v = 1 "
       "WHERE id = new.x; END;\n"
       "CREATE VIEW va AS SELECT id, n FROM a; CREATE VIEW vv AS "
       "SELECT * FROM va;\n"
       "INSERT INTO a (id, n, v) VALUES (1, 'ä', 9007199254740993), "
       "(7, NULL, x'00'), (9, 'z', 2.5);\n"
       "DELETE FROM a WHERE id = 9; DELETE FROM log; INSERT INTO b "
       "VALUES (7); UPDATE a SET v = x'00' WHERE id = 7; ANALYZE]])\n"
       "local make = \"CREATE TABLE a (v, id INTEGER PRIMARY KEY "
       "AUTOINCREMENT, g AS (n || '!'), n TEXT COLLATE NOCASE DEFAULT "
       "'it''s')\"\n"
       "\n"
       "local stat = rows(\"SELECT idx || stat FROM sqlite_stat1 "
       "WHERE tbl = 'a' ORDER BY 1\")\n"
       "is(db:rebuild('a', { create = make }), 2)\n"
       "is(rows(\"SELECT id || quote(n) || quote(v) || quote(g) FROM "
       "a\"), \"1'ä'9007199254740993'ä!';7NULLX'00'NULL\")\n"
       "is(db:insert('a', { n = 'next' }), 10) db:exec('DELETE FROM a "
       "WHERE id = 10')\n"
       "is(rows(\"SELECT idx || stat FROM sqlite_stat1 WHERE tbl = "
       "'a' ORDER BY 1\"), stat)\n"
       "db:exec('DELETE FROM a') db:rebuild('a', { create = make }) "
       "is(db:insert('a', { n = 'next' }), 11)\n",
       NULL},
      {"indexes, triggers and views, in their order and to the letter",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE a (id INTEGER PRIMARY KEY "
       "AUTOINCREMENT, n TEXT COLLATE NOCASE DEFAULT 'it''s', g AS (n "
       "|| '!'), v);\n"
       "CREATE TABLE b (x REFERENCES a (id) ON DELETE CASCADE); "
       "CREATE TABLE log (t);\n"
       "CREATE INDEX ai2 ON a (v DESC) WHERE v > 0; CREATE UNIQUE "
       "INDEX ai1 ON a (lower(n));\n"
       "CREATE TRIGGER t2 AFTER DELETE ON a BEGIN INSERT INTO log "
       "VALUES ('d' || old.id); END;\n"
       "CREATE TRIGGER t1 AFTER INSERT ON b BEGIN UPDATE a SET v = 1 "
       "WHERE id = new.x; END;\n"
       "CREATE VIEW va AS SELECT id, n FROM a; CREATE VIEW vv AS "
       "SELECT * FROM va;\n"
       "INSERT INTO a (id, n, v) VALUES (1, 'ä', 9007199254740993), "
       "(7, NULL, x'00'), (9, 'z', 2.5);\n"
       "DELETE FROM a WHERE id = 9; DELETE FROM log; INSERT INTO b "
       "VALUES (7); UPDATE a SET v = x'00' WHERE id = 7; ANALYZE]])\n"
       "local make = \"CREATE TABLE a (v, id INTEGER PRIMARY KEY "
       "AUTOINCREMENT, g AS (n || '!'), n TEXT COLLATE NOCASE DEFAULT "
       "'it''s')\"\n"
       "\n"
       "local sql = \"SELECT type || name || sql FROM sqlite_schema "
       "WHERE tbl_name IN ('a', 'b', 'va', 'vv') AND name <> 'a' "
       "ORDER BY name\"\n"
       "local order = \"SELECT name FROM sqlite_schema WHERE type IN "
       "('index', 'trigger') AND tbl_name = 'a' ORDER BY rowid\"\n"
       "local before, placed = rows(sql), rows(order)\n"
       "db:exec(\"CREATE TEMP TRIGGER tt AFTER UPDATE ON a BEGIN "
       "INSERT INTO log VALUES ('temp'); END\")\n"
       "db:rebuild('a', { create = make }) is(rows(sql), before) "
       "is(rows(order), placed)\n"
       "db:exec(\"UPDATE a SET n = 'b' WHERE id = 7; DELETE FROM a "
       "WHERE id = 7\")\n"
       "is(rows('SELECT t FROM log'), 'temp;d7') is(rows('SELECT n "
       "FROM vv'), 'ä')\n",
       NULL},
      {"rowids of a table without a key, and columns that hide them",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "\n"
       "db:exec(\"CREATE TABLE r (rowid TEXT, x); INSERT INTO r "
       "(_rowid_, rowid, x) VALUES (5, 'five', 1), (9, 'nine', 2)\")\n"
       "db:rebuild('r', { create = 'CREATE TABLE r (x, rowid TEXT, y "
       "DEFAULT 3)' })\n"
       "is(rows('SELECT _rowid_ || rowid || x || y FROM r'), "
       "'5five13;9nine23')\n"
       "db:exec('CREATE TABLE h (rowid, _rowid_, oid)')\n"
       "raises('h has no column that tells its rows apart', "
       "db.rebuild, db, 'h', { create = 'CREATE TABLE h (rowid, "
       "_rowid_, oid)' })\n",
       NULL},
      {"with and without rowid, STRICT",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "\n"
       "db:exec(\"CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT "
       "ROWID; INSERT INTO w VALUES ('b', 1), ('a', '2')\")\n"
       "db:rebuild('w', { create = 'CREATE TABLE w (k TEXT PRIMARY "
       "KEY, v INT) STRICT' })\n"
       "is(rows('SELECT k || typeof(v) FROM w ORDER BY k'), "
       "'ainteger;binteger')\n"
       "db:rebuild('w', { create = 'CREATE TABLE w (k TEXT PRIMARY "
       "KEY, v ANY) STRICT, WITHOUT ROWID' })\n"
       "is(rows('SELECT k || v FROM w'), 'a2;b1')\n",
       NULL},
      {"references to itself, and a name that is taken",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "\n"
       "db:exec(\"CREATE TABLE s (id INTEGER PRIMARY KEY, up INT "
       "REFERENCES s (id)); CREATE TABLE s_new (x); INSERT INTO s "
       "VALUES (1, NULL), (2, 1)\")\n"
       "db:rebuild('s', { create = 'CREATE TABLE s (id INTEGER "
       "PRIMARY KEY, up INT REFERENCES s (id) ON DELETE CASCADE)' })\n"
       "is(rows('SELECT sql FROM sqlite_schema ORDER BY name'), "
       "'CREATE TABLE \"s\" (id INTEGER PRIMARY KEY, up INT "
       "REFERENCES s (id) ON DELETE CASCADE);CREATE TABLE s_new (x)')\n"
       "is(rows('SELECT \"table\" FROM "
       "pragma_foreign_key_list(\\'s\\')'), 's')\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void nothing_is_lost_without_a_word(void **state) {
  static const struct lua_case cases[] = {
      {"a column that is not in the new table",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE a (id INTEGER PRIMARY KEY "
       "AUTOINCREMENT, n TEXT COLLATE NOCASE DEFAULT 'it''s', g AS (n "
       "|| '!'), v);\n"
       "CREATE TABLE b (x REFERENCES a (id) ON DELETE CASCADE); "
       "CREATE TABLE log (t);\n"
       "CREATE INDEX ai2 ON a (v DESC) WHERE v > 0; CREATE UNIQUE "
       "INDEX ai1 ON a (lower(n));\n"
       "CREATE TRIGGER t2 AFTER DELETE ON a BEGIN INSERT INTO log "
       "VALUES ('d' || old.id); END;\n"
       "CREATE TRIGGER t1 AFTER INSERT ON b BEGIN UPDATE a SET v = 1 "
       "WHERE id = new.x; END;\n"
       "CREATE VIEW va AS SELECT id, n FROM a; CREATE VIEW vv AS "
       "SELECT * FROM va;\n"
       "INSERT INTO a (id, n, v) VALUES (1, 'ä', 9007199254740993), "
       "(7, NULL, x'00'), (9, 'z', 2.5);\n"
       "DELETE FROM a WHERE id = 9; DELETE FROM log; INSERT INTO b "
       "VALUES (7); UPDATE a SET v = x'00' WHERE id = 7; ANALYZE]])\n"
       "local make = \"CREATE TABLE a (v, id INTEGER PRIMARY KEY "
       "AUTOINCREMENT, g AS (n || '!'), n TEXT COLLATE NOCASE DEFAULT "
       "'it''s')\"\n"
       "\n"
       "raises('a.v is not in the new table: list it in drop, or say "
       "in copy where its values go', db.rebuild, db, 'a', { create = "
       "\"CREATE TABLE a (id INTEGER PRIMARY KEY, n, g AS (n))\" })\n"
       "db:rebuild('a', { create = \"CREATE TABLE a (id INTEGER "
       "PRIMARY KEY, n)\", drop = 'v', indexes = { ai2 = false }, "
       "triggers = { t2 = false } , views = {}}) \n",
       "FILE:14:0: trigger t1 (no such column: v) would no longer compile "
       "after this change of a; say in views or triggers what becomes of it\n"},
      {"rows that the new table would pass over",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "\n"
       "db:exec(\"CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT "
       "INTO t VALUES (1, 'x'), (2, 'x'), (3, NULL)\")\n"
       "raises(\"t is not changed, as 1 row would break it: UNIQUE "
       "constraint failed: t.a: id 2 (a 'x'); merge or change these "
       "rows first (db:duplicates, db:merge)\",\n"
       "  db.rebuild, db, 't', { create = 'CREATE TABLE t (id INTEGER "
       "PRIMARY KEY, a UNIQUE ON CONFLICT IGNORE)' })\n"
       "raises('t is not changed, as 1 row would break it: NOT NULL "
       "constraint failed: t.a: id 3 (a NULL); give the column a "
       "fill',\n"
       "  db.rebuild, db, 't', { create = \"CREATE TABLE t (id "
       "INTEGER PRIMARY KEY, a NOT NULL ON CONFLICT REPLACE DEFAULT "
       "'y')\" })\n"
       "is(rows('SELECT id || quote(a) FROM t'), \"1'x';2'x';3NULL\")\n",
       NULL},
      {"at most five of many are shown",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "\n"
       "db:exec(\"CREATE TABLE t (id INTEGER PRIMARY KEY, a); WITH "
       "RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
       "WHERE i < 9) INSERT INTO t SELECT i, i FROM n\")\n"
       "raises('t is not changed, as 8 rows would break it: CHECK "
       "constraint failed: a > 8: id 1; id 2; id 3; id 4; id 5; and 3 "
       "more; mend these rows first',\n"
       "  db.rebuild, db, 't', { create = 'CREATE TABLE t (id INTEGER "
       "PRIMARY KEY, a CHECK (a > 8))' })\n",
       NULL},
      {"legacy_alter_table is as it was, also after an error",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE a (id INTEGER PRIMARY KEY "
       "AUTOINCREMENT, n TEXT COLLATE NOCASE DEFAULT 'it''s', g AS (n "
       "|| '!'), v);\n"
       "CREATE TABLE b (x REFERENCES a (id) ON DELETE CASCADE); "
       "CREATE TABLE log (t);\n"
       "CREATE INDEX ai2 ON a (v DESC) WHERE v > 0; CREATE UNIQUE "
       "INDEX ai1 ON a (lower(n));\n"
       "CREATE TRIGGER t2 AFTER DELETE ON a BEGIN INSERT INTO log "
       "VALUES ('d' || old.id); END;\n"
       "CREATE TRIGGER t1 AFTER INSERT ON b BEGIN UPDATE a SET v = 1 "
       "WHERE id = new.x; END;\n"
       "CREATE VIEW va AS SELECT id, n FROM a; CREATE VIEW vv AS "
       "SELECT * FROM va;\n"
       "INSERT INTO a (id, n, v) VALUES (1, 'ä', 9007199254740993), "
       "(7, NULL, x'00'), (9, 'z', 2.5);\n"
       "DELETE FROM a WHERE id = 9; DELETE FROM log; INSERT INTO b "
       "VALUES (7); UPDATE a SET v = x'00' WHERE id = 7; ANALYZE]])\n"
       "local make = \"CREATE TABLE a (v, id INTEGER PRIMARY KEY "
       "AUTOINCREMENT, g AS (n || '!'), n TEXT COLLATE NOCASE DEFAULT "
       "'it''s')\"\n"
       "\n"
       "pcall(db.rebuild, db, 'a', { create = \"CREATE TABLE a (id "
       "INTEGER PRIMARY KEY, n TEXT, v, g AS (nope))\" })\n"
       "is(db:value('PRAGMA legacy_alter_table'), 0)\n"
       "db:exec('PRAGMA legacy_alter_table = ON') db:rebuild('a', { "
       "create = make }) is(db:value('PRAGMA legacy_alter_table'), 1)\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void a_fill_is_one_expression(void **state) {
  static const struct lua_case cases[] = {
      {"of every kind",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "\n"
       "db:exec(\"CREATE TABLE t (id INTEGER PRIMARY KEY, k, n, v); "
       "WITH RECURSIVE i(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM "
       "i WHERE x < 8) INSERT INTO t (id, k, n) SELECT x, 'k' || x, x "
       "% 2 FROM i; UPDATE t SET k = NULL WHERE id = 8; UPDATE t SET "
       "v = 'own' WHERE id = 1\")\n"
       "local many = {} for i = 1, 200 do many[i] = 'many' .. i end\n"
       "db:transform('t', { not_null = { v = { fill = {\n"
       "  mz.by('k', { k2 = 'two', [mz.null] = 'none' }), mz.by({ "
       "'k', 'n' }, { k3 = { [1] = 'three and 1', [0] = 'no' } }),\n"
       "  function(row) if row.id == 4 then return row.k .. ' of Lua' "
       "end end, mz.sql\"CASE id WHEN 5 THEN k || ' of SQL' END\", "
       "mz.by('id', many) } } } })\n"
       "is(rows('SELECT v FROM t'), 'own;two;three and 1;k4 of Lua;k5 "
       "of SQL;many6;many7;none')\n",
       NULL},
      {"values keep their type",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "\n"
       "db:exec(\"CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT "
       "INTO t (id) VALUES (1), (2), (3), (4), (5), (6)\")\n"
       "db:transform('t', { not_null = { v = { fill = mz.by('id', { "
       "9007199254740993, 2.0, mz.blob('\\0x'), \"it's\\0nul\", 'ä', "
       "0.1 }) } } })\n"
       "is(rows(\"SELECT typeof(v) || ' ' || hex(v) FROM t WHERE id "
       "BETWEEN 3 AND 5\"), 'blob 0078;text 69742773006E756C;text "
       "C3A4')\n"
       "is(db:value('SELECT v FROM t WHERE id = 1'), "
       "9007199254740993) is(db:value('SELECT v FROM t WHERE id = "
       "2'), 2.0) is(db:value('SELECT v FROM t WHERE id = 6'), 0.1)\n",
       NULL},
      {"wrong uses are errors",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "\n"
       "db:exec('CREATE TABLE t (id INTEGER PRIMARY KEY, v)')\n"
       "raises('mz.sql takes an expression of SQL', mz.sql, ' ')\n"
       "raises('mz.by takes a table of values, not a nil', mz.by, "
       "'id')\n"
       "raises('t has no column idd; is id meant?', db.transform, db, "
       "'t', { not_null = { v = { fill = mz.by('idd', {}) } } })\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(what_is_around_a_table_stays,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(nothing_is_lost_without_a_word,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(a_fill_is_one_expression, support_setup,
                                      support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
