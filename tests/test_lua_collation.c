/* test_lua_collation.c - db:collation, and what may not outlive its
 * migration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lua_case.h"

#define TABLE                                                                  \
  "db:exec [[CREATE TABLE t (id INTEGER PRIMARY KEY, a);"                      \
  "INSERT INTO t (a) VALUES (1), (2), (3)]]\n"

#define FUNCTION "db:define('f', function(x) return x end)\n"

static void collations_order(void **state) {
#define NATURAL                                                                \
  "db:collation('by_number', function(a, b)\n"                                 \
  "  local function key(s) return tonumber(s:match('%d+')) or 0 end\n"         \
  "  return key(a) - key(b)\n"                                                 \
  "end)\n"
  static const struct lua_case cases[] = {
      {"texts as the function says",
       NATURAL
       "db:exec [[CREATE TABLE n (a TEXT); INSERT INTO n VALUES ('a10'),"
       " ('b9'), ('c100')]]\n"
       "is(db:value([[SELECT group_concat(a) FROM (SELECT a FROM n ORDER BY a "
       "COLLATE by_number)]]), 'b9,a10,c100')\n"
       "is(db:value(\"SELECT 'x5' = 'y5' COLLATE by_number\"), 1)\n"
       "db:collation('by_number', function(a, b) return a < b and -1.5 or"
       " a > b and 0.5 or 0 end)\n"
       "is(db:value([[SELECT group_concat(a) FROM (SELECT a FROM n ORDER BY a "
       "COLLATE by_number)]]), 'a10,b9,c100')",
       NULL},
      {"an error ends the migration, and no pcall stops it",
       "db:collation('c', function(a, b)\n"
       "  error('cannot compare ' .. a) end)\n"
       "db:exec('CREATE TABLE t (a)')\n"
       "pcall(db.exec, db, \"INSERT INTO t SELECT 1 WHERE 'a' = 'b' COLLATE c"
       "\")\n"
       "db:exec('DROP TABLE t')",
       "FILE:2:0: cannot compare a\n"},
      {"what is no order",
       "db:collation('c', function(a, b) return a < b end)\n"
       "db:value(\"SELECT 'a' < 'b' COLLATE c\")",
       "FILE:2:0: the collation c must return a number below, at or above 0, "
       "not a boolean\n"},
      {"a use of db inside",
       "db:collation('c', function(a, b) return db:value('SELECT 1') end)\n"
       "db:value(\"SELECT 'a' < 'b' COLLATE c\")",
       "FILE:1:0: db cannot be used inside a function that SQL calls\n"}};
  LUA_CASES_RUN(state, cases);
}

static void a_schema_that_needs_them_is_refused(void **state) {
#define HINT                                                                   \
  "hint: where the application has one of that name, create what uses it "     \
  "before it is defined here\n"
  static const struct lua_case cases[] = {
      {"an index, by SQLite itself",
       TABLE FUNCTION
       "local ok, e = pcall(db.exec, db, 'CREATE INDEX i ON t (f(a))')\n"
       "is(ok, false) -- the message is the library's own\n"
       "assert(e.message:find 'non%-deterministic functions prohibited' or "
       "e.message == 'unsafe use of f()', e.message)",
       NULL},
      {"a view with the function",
       TABLE FUNCTION "db:exec('CREATE VIEW v AS SELECT \"F\" (a) FROM t')",
       "FILE:0:0: view v uses the function f, which is gone after this "
       "migration\n" HINT},
      {"a trigger with the function",
       TABLE FUNCTION
       "db:exec [[CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET a = 1 "
       "WHERE f(a); END]]",
       "FILE:0:0: trigger r uses the function f, which is gone after this "
       "migration\n" HINT},
      {"an index with the collation",
       TABLE "db:collation('c', function() return 0 end)\n"
             "db:exec('CREATE INDEX i ON t (a COLLATE [C])')",
       "FILE:0:0: index i uses the collation c, which is gone after this "
       "migration\n" HINT},
      {"a column with the collation",
       "db:collation('c', function() return 0 end)\n"
       "db:exec('CREATE TABLE u (a TEXT COLLATE c)')",
       "FILE:0:0: table u uses the collation c, which is gone after this "
       "migration\n" HINT},
      {"not one that is gone again, or only has the name",
       FUNCTION "db:exec [[CREATE TABLE f (f); CREATE INDEX i ON f (f);"
                "CREATE VIEW c AS SELECT 'f(x)' AS \"f(x)\" FROM f;"
                "CREATE TRIGGER r AFTER INSERT ON f BEGIN"
                " INSERT INTO f (f) VALUES (1); END;"
                "CREATE VIEW v AS SELECT f(1); DROP VIEW v]]",
       NULL},
      {"not one that was there before",
       TABLE "db:exec [[CREATE VIEW v AS SELECT f(a) FROM t;"
             "CREATE VIEW w AS SELECT a FROM t ORDER BY a COLLATE c]]\n"
             "db:define('f', function(x) return x + 1 end)\n"
             "db:collation('c', function(a, b) return 0 end)\n"
             "db:exec('CREATE VIEW x AS SELECT f(a) AS a FROM t')\n"
             "is(db:value('SELECT count(*) FROM w'), 3)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(collations_order),
      SUPPORT_TEST(a_schema_that_needs_them_is_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
