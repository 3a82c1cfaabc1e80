/* test_lua_map.c - other values for the values of a column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void values_of_a_column_are_mapped(void **state) {
  static const struct lua_case cases[] = {
      {"those that are mapped, and only what changes is written",
       "db:exec([[CREATE TABLE t (a, log DEFAULT 0); CREATE TRIGGER tr AFTER "
       "UPDATE OF a ON t\n"
       "BEGIN UPDATE t SET log = log + 1 WHERE rowid = new.rowid; END;\n"
       "INSERT INTO t (a) VALUES ('x'), ('y'), ('z'), ('x')]])\n"
       "is(db:map('t', 'A', { x = 'X', y = 'y', q = 'Q' }), 2)\n"
       "is(db:value('SELECT group_concat(a || log) FROM t'), 'X1,y0,z0,X1')\n",
       NULL},
      {"values swap",
       "db:exec([[CREATE TABLE t (a); INSERT INTO t VALUES ('a'), ('b'), "
       "('c')]])\n"
       "is(db:map('t', 'a', { a = 'b', b = 'c', c = 'a' }), 3)\n"
       "is(db:value('SELECT group_concat(a) FROM t'), 'b,c,a')\n",
       NULL},
      {"types count",
       "db:exec([[CREATE TABLE t (a); INSERT INTO t VALUES (1), ('1'), "
       "(x'31'), (1.5), (NULL),\n"
       "(9007199254740993), (9007199254740992)]])\n"
       "is(db:map('t', 'a', { [1] = 'int', ['1'] = 'text', [mz.blob('1')] = "
       "'blob', [1.5] = 'real',\n"
       "  [mz.null] = 'null', [9007199254740993] = 'big' }), 6)\n"
       "is(db:value('SELECT group_concat(a) FROM t'), "
       "'int,text,blob,real,null,big,9007199254740992')\n",
       NULL},
      {"so do case and blanks, whatever the collation",
       "db:exec([[CREATE TABLE t (a TEXT COLLATE NOCASE); INSERT INTO t VALUES "
       "('a'), ('A'), ('a ')]])\n"
       "is(db:map('t', 'a', { a = 'x' }), 1)\n"
       "is(db:value('SELECT group_concat(a) FROM t'), 'x,A,a ')\n",
       NULL},
      {"and rows that only the key's own collation tells apart",
       "db:exec([[CREATE TABLE w (name TEXT COLLATE NOCASE, v, PRIMARY KEY "
       "(name COLLATE BINARY)) WITHOUT ROWID;\n"
       "INSERT INTO w VALUES ('a', 1), ('A', 2), ('b', 3)]])\n"
       "is(db:map('w', 'v', { 10, 20 }), 2)\n"
       "is(db:value('SELECT group_concat(name || v) FROM (SELECT * FROM w "
       "ORDER BY v)'), 'b3,a10,A20')\n",
       NULL},
      {"new values of each type",
       "db:exec([[CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3), "
       "(4)]])\n"
       "is(db:map('t', 'a', { mz.null, mz.blob('\\0'), 2.0, true }), 4)\n"
       "is(db:value('SELECT group_concat(quote(a)) FROM t'), "
       "\"NULL,X'00',2.0,1\")\n",
       NULL},
      {"what the column would store the same is not written",
       "db:exec([[CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, "
       "'1')]])\n"
       "is(db:map('t', 'a', { '1' }), 0) is(db:map('t', 'b', { ['1'] = 1 }), "
       "0)\n",
       NULL},
      {"of a table of any name",
       "db:exec([[CREATE TABLE mapped (id INTEGER PRIMARY KEY, a); INSERT INTO "
       "mapped VALUES (1, 'x'), (2, 'x')]])\n"
       "is(db:map('mapped', 'a', { x = 'y' }, { where = 'id IN (SELECT max(id) "
       "FROM mapped)' }), 1)\n"
       "is(db:value('SELECT group_concat(a) FROM mapped'), 'x,y')\n",
       NULL},
      {"hundreds of entries",
       "db:exec([[CREATE TABLE t (a); WITH s(i) AS (SELECT 1 UNION ALL SELECT "
       "i + 1 FROM s WHERE i < 5000)\n"
       "INSERT INTO t SELECT 'k' || i FROM s]])\n"
       "local values = {} for i = 1, 3000 do values['k' .. i] = i end\n"
       "is(db:map('t', 'a', values), 3000)\n"
       "is(db:value([[SELECT sum(a) FROM t WHERE typeof(a) = 'integer']]), "
       "4501500)\n",
       NULL},
      {"a default for the rest",
       "db:exec([[CREATE TABLE t (a); INSERT INTO t VALUES ('x'), ('y'), "
       "(NULL)]])\n"
       "is(db:map('t', 'a', { x = 'X' }, { default = 'other' }), 3)\n"
       "is(db:value('SELECT group_concat(a) FROM t'), 'X,other,other')\n"
       "is(db:map('t', 'a', { X = 1 }, { default = function(v) return "
       "v:upper() end }), 3)\n"
       "is(db:value('SELECT group_concat(a) FROM t'), '1,OTHER,OTHER')\n"
       "db:exec('UPDATE t SET a = NULL')\n"
       "is(db:map('t', 'a', {}, { default = function(v) is(v, nil) return nil "
       "end }), 0)\n",
       NULL},
      {"only where",
       "db:exec([[CREATE TABLE w (id, \"mz old\", new, PRIMARY KEY (id)) "
       "WITHOUT ROWID;\n"
       "INSERT INTO w VALUES (1, 'a', 1), (2, 'a', 2), (3, 'b', 3)]])\n"
       "is(db:map('w', 'mz old', { a = 'x', b = 'x' }, { where = 'new > ? OR "
       "id = ? -- no', params = { 2, 1 } }), 2)\n"
       "is(db:map('w', 'mz old', { x = 'z' }, { where = 'id = :id', params = { "
       "id = 3 } }), 1)\n"
       "is(db:value('SELECT group_concat(\"mz old\") FROM w'), 'x,a,z')\n"
       "is(db:map('w', 'mz old', { x = 'v', a = 'w' }, { where = 'id >= ?1 "
       "AND id < ?2 AND id <> ?', params = { 1, 3, 2 } }), 1)\n"
       "is(db:map('w', 'mz old', { v = 'x' }, { where = 'id = :mz_old1 OR id = "
       ":mz__old1', params = { mz_old1 = 1, mz__old1 = 0 } }), 1)\n"
       "is(db:value('SELECT group_concat(\"mz old\") FROM w'), 'x,a,z')\n"
       "db:exec([[CREATE TABLE r (a); INSERT INTO r VALUES (1), (1)]])\n"
       "is(db:map('r', 'a', { 5 }, { where = 'rowid = 2' }), 1)\n",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void wrong_uses_are_errors(void **state) {
  static const struct lua_case cases[] = {
      {"each with what to do",
       "db:exec([[CREATE TABLE t (name); INSERT INTO t VALUES ('a'), ('a'), "
       "(NULL), (1), (x'00'), ('b'), ('c'), (2.5)]])\n"
       "local function wrong(message, ...) raises(message, db.map, db, 't', "
       "...) end\n"
       "wrong(\"values without a new one: 'a' (2 rows), NULL (1 row), 1 (1 "
       "row), 2.5 (1 row), 'b' (1 row) and 2 more\",\n"
       "  'name', {}, { unmapped = 'error' })\n"
       "is(db:map('t', 'name', { a = 'A' }, { unmapped = 'keep' }), 2)\n"
       "wrong('t has no column nane; is name meant?', 'nane', {})\n"
       "wrong('the values must be a table of new values by old ones, not a "
       "nil', 'name')\n"
       "wrong('db:map: there is no option defualt; is default meant?', 'name', "
       "{}, { defualt = 1 })\n"
       "wrong('db:map must be a table, not a string', 'name', {}, 'default')\n"
       "wrong('unmapped must be \"keep\" or \"error\", not fail', 'name', {}, "
       "{ unmapped = 'fail' })\n"
       "wrong('default leaves nothing unmapped: give one of the two', 'name', "
       "{}, { unmapped = 'error', default = 1 })\n"
       "wrong('params belong to a where', 'name', {}, { params = { 1 } })\n"
       "wrong('where must be a string of SQL, not a boolean', 'name', {}, { "
       "where = true })\n"
       "wrong('params must be a list of values or a table by name, not a "
       "number', 'name', {}, { where = '1', params = 1 })\n"
       "wrong('the statement has 1 parameter, but 0 values were given', "
       "'name', {}, { where = 'name = ?' })\n"
       "db:exec([[WITH s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i "
       "< 16001)\n"
       "INSERT INTO t SELECT 'k' || i FROM s; DELETE FROM t WHERE ifnull(name, "
       "'') NOT "
       "GLOB 'k*']])\n"
       "wrong('16001 values change, and one db:map takes 16000: use "
       "db:convert', 'name', {},\n"
       "  { default = function(v) return v .. '!' end })\n"
       "is(db:map('t', 'name', {}, { where = 'name <> ?', params = { 'k1' }, "
       "default = function(v) return v .. '!' end }), 16000)\n",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(values_of_a_column_are_mapped,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(wrong_uses_are_errors, support_setup,
                                      support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
