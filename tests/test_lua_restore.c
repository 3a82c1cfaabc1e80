/* test_lua_restore.c - what stays of later changes; what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void what_users_did_since_stays(void **state) {
  static const struct lua_case cases[] = {
      {"a value that is otherwise now",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, v, at TEXT DEFAULT 'never',\n"
       "g AS (name || '!') STORED); CREATE TABLE log (t);\n"
       "INSERT INTO p (id, name, v) VALUES (1, 'Ångström', "
       "9007199254740993), (2, NULL, 1), (3, 'c', 1.5), (4, 'd', "
       "x'00ff'), (5, 'e', '1')]])\n"
       "local all = \"SELECT id || '|' || quote(name) || '|' || "
       "quote(v) || '|' || typeof(v) || '|' || quote(at) || '|' || "
       "quote(g) FROM p ORDER BY id\"\n"
       "local before = rows(all)\n"
       "local function exact() is(rows(all), before) end\n"
       "\n"
       "db:remember('p', function() db:exec(\"UPDATE p SET v = 'up', "
       "at = 'up'\") end)\n"
       "db:exec(\"UPDATE p SET v = 'user' WHERE id = 1; DELETE FROM p "
       "WHERE id = 2; INSERT INTO p (id, name) VALUES (9, 'user')\")\n"
       "local result = db:restore('p')\n"
       "is(result.restored, 3) is(result.kept, 1) is(result.gone, 1)\n"
       "is(rows(\"SELECT id || quote(v) || at FROM p ORDER BY id\"), "
       "\"1'user'never;31.5never;4X'00FF'never;5'1'never;9NULLnever\")\n",
       NULL},
      {"a row that was inserted and edited, or that something refers to",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, v, at TEXT DEFAULT 'never',\n"
       "g AS (name || '!') STORED); CREATE TABLE log (t);\n"
       "INSERT INTO p (id, name, v) VALUES (1, 'Ångström', "
       "9007199254740993), (2, NULL, 1), (3, 'c', 1.5), (4, 'd', "
       "x'00ff'), (5, 'e', '1')]])\n"
       "local all = \"SELECT id || '|' || quote(name) || '|' || "
       "quote(v) || '|' || typeof(v) || '|' || quote(at) || '|' || "
       "quote(g) FROM p ORDER BY id\"\n"
       "local before = rows(all)\n"
       "local function exact() is(rows(all), before) end\n"
       "\n"
       "db:exec('CREATE TABLE child (p INTEGER REFERENCES p (id))')\n"
       "db:remember('p', function() db:exec(\"INSERT INTO p (id, "
       "name) VALUES (6, 'f'), (7, 'g'), (8, 'h')\") end)\n"
       "db:exec(\"UPDATE p SET name = 'edited' WHERE id = 6; INSERT "
       "INTO child VALUES (7)\")\n"
       "local result = db:restore('p')\n"
       "is(result.restored, 1) is(result.kept, 2)\n"
       "is(rows('SELECT id FROM p WHERE id > 5'), '6;7')\n",
       NULL},
      {"a row in the place of a deleted one",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, v, at TEXT DEFAULT 'never',\n"
       "g AS (name || '!') STORED); CREATE TABLE log (t);\n"
       "INSERT INTO p (id, name, v) VALUES (1, 'Ångström', "
       "9007199254740993), (2, NULL, 1), (3, 'c', 1.5), (4, 'd', "
       "x'00ff'), (5, 'e', '1')]])\n"
       "local all = \"SELECT id || '|' || quote(name) || '|' || "
       "quote(v) || '|' || typeof(v) || '|' || quote(at) || '|' || "
       "quote(g) FROM p ORDER BY id\"\n"
       "local before = rows(all)\n"
       "local function exact() is(rows(all), before) end\n"
       "\n"
       "db:exec('CREATE UNIQUE INDEX pn ON p (name)')\n"
       "db:remember('p', function() db:exec(\"DELETE FROM p WHERE id "
       "IN (3, 4, 5)\") end)\n"
       "db:exec(\"INSERT INTO p (id, name) VALUES (3, 'mine'), (30, "
       "'d')\")\n"
       "local result = db:restore('p')\n"
       "is(result.restored, 1) is(result.kept, 2)\n"
       "is(rows(\"SELECT id || name FROM p WHERE id > 2 ORDER BY "
       "id\"), '3mine;5e;30d')\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void a_table_may_change_meanwhile(void **state) {
  static const struct lua_case cases[] = {
      {"inside of the function, and be changed back before",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, v, at TEXT DEFAULT 'never',\n"
       "g AS (name || '!') STORED); CREATE TABLE log (t);\n"
       "INSERT INTO p (id, name, v) VALUES (1, 'Ångström', "
       "9007199254740993), (2, NULL, 1), (3, 'c', 1.5), (4, 'd', "
       "x'00ff'), (5, 'e', '1')]])\n"
       "local all = \"SELECT id || '|' || quote(name) || '|' || "
       "quote(v) || '|' || typeof(v) || '|' || quote(at) || '|' || "
       "quote(g) FROM p ORDER BY id\"\n"
       "local before = rows(all)\n"
       "local function exact() is(rows(all), before) end\n"
       "\n"
       "db:remember('p', function()\n"
       "  db:exec(\"UPDATE p SET v = 'x' WHERE id < 3\")\n"
       "  db:transform('p', { rename = { v = 'value' }, drop = 'at', "
       "type = { value = 'TEXT' }, not_null = { name = { fill = "
       "'none' } } })\n"
       "  db:exec(\"UPDATE p SET value = 'y' WHERE id = 5\") end)\n"
       "db:transform('p', { rename_to = 'q' })\n"
       "db:transform('q', { rename = { value = 'v' }, rename_to = "
       "'p', type = { v = '' }, null = 'name', add = \"at TEXT "
       "DEFAULT 'never'\" })\n"
       "db:restore('p') exact()\n",
       NULL},
      {"and a dropped column comes back with its NULLs, not with its default",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, v, at TEXT DEFAULT 'never',\n"
       "g AS (name || '!') STORED); CREATE TABLE log (t);\n"
       "INSERT INTO p (id, name, v) VALUES (1, 'Ångström', "
       "9007199254740993), (2, NULL, 1), (3, 'c', 1.5), (4, 'd', "
       "x'00ff'), (5, 'e', '1')]])\n"
       "local all = \"SELECT id || '|' || quote(name) || '|' || "
       "quote(v) || '|' || typeof(v) || '|' || quote(at) || '|' || "
       "quote(g) FROM p ORDER BY id\"\n"
       "local before = rows(all)\n"
       "local function exact() is(rows(all), before) end\n"
       "\n"
       "db:exec(\"UPDATE p SET at = NULL WHERE id = 2\") local was = "
       "rows(all)\n"
       "db:remember('p', function() db:transform('p', { drop = 'at' "
       "}) end)\n"
       "db:transform('p', { add = \"at TEXT DEFAULT 'never'\" }) "
       "db:restore('p') is(rows(all), was)\n",
       NULL},
      {"and a column that is text again meanwhile",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, v, at TEXT DEFAULT 'never',\n"
       "g AS (name || '!') STORED); CREATE TABLE log (t);\n"
       "INSERT INTO p (id, name, v) VALUES (1, 'Ångström', "
       "9007199254740993), (2, NULL, 1), (3, 'c', 1.5), (4, 'd', "
       "x'00ff'), (5, 'e', '1')]])\n"
       "local all = \"SELECT id || '|' || quote(name) || '|' || "
       "quote(v) || '|' || typeof(v) || '|' || quote(at) || '|' || "
       "quote(g) FROM p ORDER BY id\"\n"
       "local before = rows(all)\n"
       "local function exact() is(rows(all), before) end\n"
       "\n"
       "db:exec(\"CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT); "
       "INSERT INTO n VALUES (1, '007')\")\n"
       "db:remember('n', function() db:transform('n', { type = { a = "
       "'INTEGER' } }) end)\n"
       "is(db:value('SELECT a FROM n'), 7)\n"
       "db:transform('n', { type = { a = 'TEXT' } }) db:restore('n') "
       "is(db:value('SELECT a FROM n'), '007')\n",
       NULL},
      {"after it",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, v, at TEXT DEFAULT 'never',\n"
       "g AS (name || '!') STORED); CREATE TABLE log (t);\n"
       "INSERT INTO p (id, name, v) VALUES (1, 'Ångström', "
       "9007199254740993), (2, NULL, 1), (3, 'c', 1.5), (4, 'd', "
       "x'00ff'), (5, 'e', '1')]])\n"
       "local all = \"SELECT id || '|' || quote(name) || '|' || "
       "quote(v) || '|' || typeof(v) || '|' || quote(at) || '|' || "
       "quote(g) FROM p ORDER BY id\"\n"
       "local before = rows(all)\n"
       "local function exact() is(rows(all), before) end\n"
       "\n"
       "db:remember('p', function() db:exec(\"UPDATE p SET v = 'x'\") "
       "end)\n"
       "db:transform('p', { rename = { v = 'w', name = 'v' } })\n"
       "db:restore('p')\n"
       "db:transform('p', { rename = { w = 'v', v = 'name' } }) "
       "exact()\n",
       NULL},
      {"and be filled with what was saved",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, v, at TEXT DEFAULT 'never',\n"
       "g AS (name || '!') STORED); CREATE TABLE log (t);\n"
       "INSERT INTO p (id, name, v) VALUES (1, 'Ångström', "
       "9007199254740993), (2, NULL, 1), (3, 'c', 1.5), (4, 'd', "
       "x'00ff'), (5, 'e', '1')]])\n"
       "local all = \"SELECT id || '|' || quote(name) || '|' || "
       "quote(v) || '|' || typeof(v) || '|' || quote(at) || '|' || "
       "quote(g) FROM p ORDER BY id\"\n"
       "local before = rows(all)\n"
       "local function exact() is(rows(all), before) end\n"
       "\n"
       "db:remember('p', function() db:exec(\"UPDATE p SET at = NULL "
       "WHERE id = 1; UPDATE p SET at = NULL, v = 3 WHERE id = 2\") "
       "end)\n"
       "db:transform('p', { not_null = { at = { fill = "
       "mz.saved('unknown') } } })\n"
       "is(rows('SELECT at FROM p'), 'never;never;never;never;never')\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void what_cannot_be_remembered_is_refused(void **state) {
  static const struct lua_case cases[] = {
      {"a table without a primary key",
       "db:exec('CREATE TABLE t (a)') db:remember('t', function() end)\n",
       "FILE:1:0: t has no primary key: its rowids may change, so that "
       "db:remember cannot find its rows again\n"},
      {"NULL in a key",
       "db:exec(\"CREATE TABLE t (a TEXT PRIMARY KEY)\")\n"
       "raises('a row of t has NULL in its primary key, so that "
       "db:remember cannot tell it from others', db.remember, db, "
       "'t', function() db:exec('INSERT INTO t VALUES (NULL)') end)\n",
       NULL},
      {"the same table twice",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, v, at TEXT DEFAULT 'never',\n"
       "g AS (name || '!') STORED); CREATE TABLE log (t);\n"
       "INSERT INTO p (id, name, v) VALUES (1, 'Ångström', "
       "9007199254740993), (2, NULL, 1), (3, 'c', 1.5), (4, 'd', "
       "x'00ff'), (5, 'e', '1')]])\n"
       "local all = \"SELECT id || '|' || quote(name) || '|' || "
       "quote(v) || '|' || typeof(v) || '|' || quote(at) || '|' || "
       "quote(g) FROM p ORDER BY id\"\n"
       "local before = rows(all)\n"
       "local function exact() is(rows(all), before) end\n"
       "raises('p is being remembered already', db.remember, db, 'p', "
       "function() db:remember('P', function() end) end) exact()\n",
       NULL},
      {"a table that is dropped meanwhile",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, v, at TEXT DEFAULT 'never',\n"
       "g AS (name || '!') STORED); CREATE TABLE log (t);\n"
       "INSERT INTO p (id, name, v) VALUES (1, 'Ångström', "
       "9007199254740993), (2, NULL, 1), (3, 'c', 1.5), (4, 'd', "
       "x'00ff'), (5, 'e', '1')]])\n"
       "local all = \"SELECT id || '|' || quote(name) || '|' || "
       "quote(v) || '|' || typeof(v) || '|' || quote(at) || '|' || "
       "quote(g) FROM p ORDER BY id\"\n"
       "local before = rows(all)\n"
       "local function exact() is(rows(all), before) end\n"
       "\n"
       "raises('a table cannot be dropped while db:remember sees what "
       "changes in it', db.remember, db, 'p', function()\n"
       "  db:exec('DROP TABLE p; CREATE TABLE p (id INTEGER PRIMARY "
       "KEY)') end) exact()\n",
       NULL},
      {"an error takes all back, and the next one works",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, v, at TEXT DEFAULT 'never',\n"
       "g AS (name || '!') STORED); CREATE TABLE log (t);\n"
       "INSERT INTO p (id, name, v) VALUES (1, 'Ångström', "
       "9007199254740993), (2, NULL, 1), (3, 'c', 1.5), (4, 'd', "
       "x'00ff'), (5, 'e', '1')]])\n"
       "local all = \"SELECT id || '|' || quote(name) || '|' || "
       "quote(v) || '|' || typeof(v) || '|' || quote(at) || '|' || "
       "quote(g) FROM p ORDER BY id\"\n"
       "local before = rows(all)\n"
       "local function exact() is(rows(all), before) end\n"
       "\n"
       "pcall(db.remember, db, 'p', function() db:exec('UPDATE p SET "
       "v = 0') error('no') end) exact()\n"
       "is(db:value(\"SELECT count(*) FROM temp.sqlite_schema WHERE "
       "type = 'trigger'\"), 0)\n"
       "db:remember('p', function() db:exec('UPDATE p SET v = 0') "
       "end) db:restore('p') exact()\n",
       NULL},
      {"what is saved is not for scripts to write",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, v, at TEXT DEFAULT 'never',\n"
       "g AS (name || '!') STORED); CREATE TABLE log (t);\n"
       "INSERT INTO p (id, name, v) VALUES (1, 'Ångström', "
       "9007199254740993), (2, NULL, 1), (3, 'c', 1.5), (4, 'd', "
       "x'00ff'), (5, 'e', '1')]])\n"
       "local all = \"SELECT id || '|' || quote(name) || '|' || "
       "quote(v) || '|' || typeof(v) || '|' || quote(at) || '|' || "
       "quote(g) FROM p ORDER BY id\"\n"
       "local before = rows(all)\n"
       "local function exact() is(rows(all), before) end\n"
       "\n"
       "db:remember('p', function() db:exec('UPDATE p SET v = 0') end)\n"
       "raises('a migration may not change the table "
       "mzlua_saved_value', db.exec, db, 'DELETE FROM "
       "mzlua_saved_value')\n"
       "raises('a migration may not change the table mzlua_saved', "
       "db.exec, db, 'DROP VIEW mzlua_saved')\n"
       "raises('the name mzlua_remember_9 is the program\\'s own', "
       "db.exec, db, 'CREATE TEMP TRIGGER mzlua_remember_9 AFTER "
       "INSERT ON p BEGIN DELETE FROM schema_migrations; END')\n"
       "db:remember('p', function() raises('a table cannot be dropped "
       "while db:remember sees what changes in it', db.exec, db, "
       "'DROP TRIGGER mzlua_remember_2_1') end)\n",
       NULL},
      {"what is no function or no table",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, v, at TEXT DEFAULT 'never',\n"
       "g AS (name || '!') STORED); CREATE TABLE log (t);\n"
       "INSERT INTO p (id, name, v) VALUES (1, 'Ångström', "
       "9007199254740993), (2, NULL, 1), (3, 'c', 1.5), (4, 'd', "
       "x'00ff'), (5, 'e', '1')]])\n"
       "local all = \"SELECT id || '|' || quote(name) || '|' || "
       "quote(v) || '|' || typeof(v) || '|' || quote(at) || '|' || "
       "quote(g) FROM p ORDER BY id\"\n"
       "local before = rows(all)\n"
       "local function exact() is(rows(all), before) end\n"
       "\n"
       "raises('db:remember takes a function, not a nil', "
       "db.remember, db, 'p')\n"
       "raises('no such table: q; is p meant?', db.restore, db, 'q')\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(what_users_did_since_stays, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(a_table_may_change_meanwhile,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(what_cannot_be_remembered_is_refused,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
