/* test_lua_transform_dependents.c - what depends on dropped columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void drops_that_something_depends_on(void **state) {
  static const struct lua_case cases[] = {
      {"are errors that list all of it",
       "db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, c TEXT, d, e AS "
       "(length(c)), CHECK (c <> 'c' AND d > 0), UNIQUE (d, c), FOREIGN KEY "
       "(c) REFERENCES p (id));\n"
       "CREATE TABLE p (id TEXT PRIMARY KEY);\n"
       "CREATE TABLE k (t_c REFERENCES t (c), x);\n"
       "CREATE TABLE log (c, line);\n"
       "CREATE UNIQUE INDEX tc ON t (c);\n"
       "CREATE INDEX t_part ON t (d) WHERE c IS NOT NULL;\n"
       "CREATE INDEX t_expr ON t (lower(\"c\"));\n"
       "CREATE INDEX t_d ON t (d COLLATE nocase);\n"
       "CREATE VIEW v AS SELECT * FROM t;\n"
       "CREATE VIEW v2 AS SELECT id, \"c\" FROM v;\n"
       "CREATE VIEW v3 AS SELECT id, 'c' AS c FROM t;\n"
       "CREATE TRIGGER own AFTER UPDATE OF c ON t BEGIN SELECT 1; END;\n"
       "CREATE TRIGGER own2 AFTER INSERT ON t WHEN new.d > 0 BEGIN INSERT "
       "INTO log (c, line) VALUES (\"d\", new.c); END;\n"
       "CREATE TRIGGER other AFTER INSERT ON k BEGIN UPDATE t SET c = new.x; "
       "END;\n"
       "CREATE TRIGGER fine AFTER INSERT ON k BEGIN UPDATE log SET c = "
       "\"line\"; END;\n"
       "CREATE TRIGGER star AFTER DELETE ON k BEGIN INSERT INTO p SELECT "
       "\"c\" FROM t; END]])\n"
       "raises([[t.c cannot be dropped, for there are: the foreign key k.t_c, "
       "to be changed there first, the UNIQUE (d, c), the FOREIGN KEY (c), "
       "the CHECK (c <> 'c' AND d > 0), the generated column e, index tc, "
       "index t_part, index t_expr, view v2, trigger own, trigger own2, "
       "trigger other, trigger star; say in this call what becomes of each]], "
       "db.transform, db, 't', { drop = 'C' })\n"
       "db:transform('k', { foreign_key = { drop = 't_c' } })\n"
       "is(db:transform('t', { drop = { 'c', 'e' }, unique = { drop = { { "
       "'d', 'c' } } }, foreign_key = { drop = 'c' }, check = { drop = \"c <> "
       "'c' AND d > 0\", add = 'd > 0' }, indexes = { TC = false, t_part = "
       "\"CREATE INDEX t_part ON t (d)\", t_expr = false }, views = { v2 = "
       "\"CREATE VIEW v2 AS SELECT id FROM v\" }, triggers = { own = false, "
       "own2 = false, other = false, star = false } }), 0)\n"
       "is(db:value(\"SELECT sql FROM sqlite_schema WHERE name = 't'\"), "
       "'CREATE TABLE \"t\" (id INTEGER PRIMARY KEY, d, CHECK (d > 0))')\n"
       "is(db:value(\"SELECT group_concat(name) FROM (SELECT name FROM "
       "sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL ORDER BY "
       "name)\"), 'fine,t_d,t_part,v,v2,v3')\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void full_text_and_references(void **state) {
  static const struct lua_case cases[] = {
      {"a full-text index",
       "db:exec(\"CREATE TABLE t (a, b); CREATE VIRTUAL TABLE f USING fts5(a, "
       "content='t'); CREATE VIRTUAL TABLE g USING fts5(b, "
       "content=\\\"o\\\")\")\n"
       "raises('t.a cannot be dropped, for there is: the full-text index f, "
       "to be dropped first; say in this call what becomes of each', "
       "db.transform, db, 't', { drop = 'a' })\n"
       "raises('db:transform: rename: f reads its text from t by the names of "
       "columns: drop it before and make it anew after', db.transform, db, "
       "'t', { rename = { a = 'c' } })\n"
       "is(db:transform('t', { rename = { b = 'c' } }), 0)\n",
       NULL},
      {"a reference to the primary key that does not name it",
       "db:exec(\"CREATE TABLE t (id INTEGER PRIMARY KEY, a, up REFERENCES "
       "t); CREATE TABLE c (x REFERENCES T); CREATE TABLE other (id, x "
       "REFERENCES c)\") -- implicit\n"
       "raises('t.id cannot be dropped, for there are: the foreign key c.x, "
       "to be changed there first, the foreign key t.up; say in this call "
       "what becomes of each', db.transform, db, 't', { drop = 'id' })\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(drops_that_something_depends_on,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(full_text_and_references, support_setup,
                                      support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
