/* test_lua_seed.c - default rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void rows_are_inserted_where_their_key_is_missing(void **state) {
  static const struct lua_case cases[] = {
      {"once, and again nothing",
       "db:exec(\"CREATE TABLE setting (name TEXT, value, note DEFAULT "
       "'d')\")\n"
       "db:exec(\"INSERT INTO setting VALUES ('theme', 'dark', 'mine')\")\n"
       "local rows = {{ name = 'theme', value = 'light' }, { name = 'größe', "
       "value = 9007199254740993 },\n"
       "  { name = 'none', value = mz.null, note = mz.null }}\n"
       "is(db:seed('setting', 'name', rows), 2)\n"
       "is(db:seed('setting', 'name', rows), 0)\n"
       "is(db:value([[SELECT group_concat(name || quote(value) || quote(note)) "
       "FROM setting]]),\n"
       "  \"theme'dark''mine',größe9007199254740993'd',noneNULLNULL\")\n",
       NULL},
      {"NULL in the key is a value",
       "db:exec('CREATE TABLE t (a, b, c)')\n"
       "local rows = {{ a = 1, b = mz.null }, { a = 1, b = 2 }, { a = mz.null, "
       "b = mz.null, c = 5 }}\n"
       "is(db:seed('T', { 'A', 'b' }, {{ A = 1, b = mz.null }}), 1)\n"
       "is(db:seed('t', { 'a', 'b' }, rows), 2)\n"
       "is(db:seed('t', { 'a', 'b' }, rows), 0)\n"
       "is(db:value('SELECT count(*) FROM t'), 3)\n",
       NULL},
      {"a table without rowid, one whose columns hide the rowid",
       "db:exec([[CREATE TABLE w (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID;\n"
       "CREATE TABLE r (rowid, oid, _rowid_ TEXT PRIMARY KEY)]])\n"
       "is(db:seed('w', 'a', {{ a = 'x', b = mz.blob('y') }}), 1)\n"
       "is(db:seed('w', 'a', {{ a = 'x', b = 1 }}), 0)\n"
       "is(db:seed('r', 'oid', {{ oid = 1.5, _rowid_ = 'k' }}), 1)\n",
       NULL},
      {"whatever the case of a column's name",
       "db:exec('CREATE TABLE t (a, B)')\n"
       "is(db:seed('t', { 'A', 'b' }, {{ a = 1, B = 2 }, { A = 1, b = 3 }}), "
       "2)\n"
       "is(db:seed('t', { 'A', 'b' }, {{ a = 1, B = 2 }}), 0)\n",
       NULL},
      {"no rows",
       "db:exec('CREATE TABLE t (a)') is(db:seed('t', 'a', {}), 0)\n", NULL},
      {"the same key twice, as the column compares",
       "db:exec('CREATE TABLE t (a TEXT COLLATE NOCASE)')\n"
       "raises('rows 2 and 4 have the same a', db.seed, db, 't', 'a',\n"
       "  {{ a = 'x' }, { a = 'B' }, { a = 'c' }, { a = 'b' }})\n"
       "raises('rows 1 and 2 have the same a', db.seed, db, 't', 'a', {{ a = 5 "
       "}, { a = '5' }})\n"
       "raises('rows 1 and 2 have the same a', db.seed, db, 't', 'a', {{ a = "
       "mz.null }, { a = mz.null }})\n"
       "is(db:value('SELECT count(*) FROM t'), 0)\n"
       "db:exec([[INSERT INTO t VALUES ('b')]])\n"
       "raises('rows 1 and 3 have the same a', db.seed, db, 't', 'a', {{ a = "
       "'B' }, { a = 'c' }, { a = 'b' }})\n",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void wrong_rows_are_errors_and_nothing_is_inserted(void **state) {
  static const struct lua_case cases[] = {
      {"each with its position",
       "db:exec('CREATE TABLE users (id, email); CREATE VIEW v AS SELECT 1 AS "
       "a')\n"
       "local function wrong(message, ...) raises(message, db.seed, db, ...) "
       "end\n"
       "wrong('row 2 has no email, which is the key; for NULL give mz.null', "
       "'users', 'email',\n"
       "  {{ email = 'a' }, { id = 2 }})\n"
       "is(db:value('SELECT count(*) FROM users'), 0)\n"
       "wrong('row 1: users has no column emial; is email meant?', 'users', "
       "'id', {{ id = 1, emial = 'a' }})\n"
       "wrong('users has no column e', 'users', { 'id', 'e' }, {})\n"
       "wrong('row 2 must be a table, not a number', 'users', 'id', {{ id = 1 "
       "}, 2})\n"
       "db:insert('users', { id = 7 })\n"
       "wrong('row 2 names one column twice: EMAIL and email', 'users', 'id',"
       " {{ id = 8 }, { id = 7, email = 'a', EMAIL = 'b' }})\n"
       "db:exec('DELETE FROM users')\n"
       "wrong('row 1: column id: a table has no SQL value', 'users', 'id', {{ "
       "id = {} }})\n"
       "wrong('rows must be a list of tables, one after the other', 'users', "
       "'id', { id = 1 })\n"
       "wrong('rows must be a list of tables, one after the other', 'users', "
       "'id', {{ id = 1 }, nil, { id = 2 }})\n"
       "wrong('rows must be a list of tables, not a nil', 'users', 'id')\n"
       "wrong('key must be the name of a column or a list of such names', "
       "'users', {}, {})\n"
       "wrong('key must be the name of a column or a list of such names', "
       "'users', nil, {})\n"
       "wrong('no such table: user; is users meant?', 'user', 'id', {})\n"
       "wrong(\"a table's name must be a string, not a nil\", nil, 'id', {})\n"
       "wrong('v is a view, not a table', 'v', 'a', {})\n",
       NULL},
      {"with the line of the call",
       "db:exec('CREATE TABLE t (a)')\n"
       "local rows = {{ b = 1 }}\n"
       "db:seed('t', 'a', rows)\n",
       "FILE:3:0: row 1: t has no column b; is a meant?\n"}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(
          rows_are_inserted_where_their_key_is_missing, support_setup,
          support_teardown),
      cmocka_unit_test_setup_teardown(
          wrong_rows_are_errors_and_nothing_is_inserted, support_setup,
          support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
