#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sqlite/script.h"
#include "support.h"

/* Run text in a transaction that is committed where it succeeds. */
static enum mz_status run(const struct support *support, const char *text,
                          struct mz_error *err) {
  struct mz_database *database = support_open(support);
  enum mz_status status = MZ_OK;
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  status = support_script(database, text, err);
  if (!status)
    assert_int_equal(mz_database_commit(database, NULL), MZ_OK);
  mz_database_close(database);
  return status;
}

static void every_statement_runs_whatever_stands_around_it(void **state) {
  static const char *const texts[] = {
      "CREATE TABLE t (a); INSERT INTO t VALUES ('x;y');",
      "CREATE TABLE t (a); INSERT INTO t VALUES ('x;y')",
      "\r\nCREATE TABLE t (a);\r\nINSERT INTO t VALUES ('x;y');\r\n",
      "-- a; b\nCREATE TABLE t (a) /* ; */;;;\n-- c\nINSERT INTO t VALUES "
      "('x;y') -- d",
      "CREATE TABLE t (a); /* it's */ INSERT INTO t VALUES ('x;y'); /* e",
      "CREATE TABLE t (a);\nSELECT * FROM t;\nINSERT INTO t VALUES ('x;y');"
      "SELECT a FROM t;",
      "CREATE TABLE [t] (\"a\"); INSERT INTO `t` VALUES (\"x;y\");",
      "CREATE TABLE t (a);\n"
      "CREATE TRIGGER r AFTER INSERT ON t WHEN CASE WHEN NEW.a IS NULL THEN 0 "
      "ELSE 1 END\nBEGIN\n"
      "  UPDATE t SET a = CASE a WHEN 'x' THEN 'x;y' ELSE a END;\n"
      "  SELECT ';' -- END;\n;\nEND;\nINSERT INTO t VALUES ('x');",
      "BEGIN;\nCREATE TABLE t (a);\nINSERT INTO t VALUES ('x;y');\nCOMMIT;\n",
      "begin immediate transaction; CREATE TABLE t (a); INSERT INTO t VALUES "
      "('x;y'); end transaction;",
      "PRAGMA foreign_keys = OFF;\nBEGIN EXCLUSIVE;\nCREATE TABLE t (a);\n"
      "INSERT INTO t VALUES ('x;y');\nPRAGMA foreign_key_check;\nCOMMIT;\n"
      "PRAGMA foreign_keys = ON;\n",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    if (run(*state, texts[i], &err))
      fail_msg("%s\nin %s", err.message, texts[i]);
    support_expect(*state, "SELECT a FROM t", "x;y\n");
    support_remove_database(*state);
  }
}

static void a_script_may_hold_nothing(void **state) {
  static const char *const texts[] = {
      "", "\n", "-- nothing", "/* nothing */\n", ";", ";;\n;", "BEGIN; COMMIT;",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    assert_int_equal(run(*state, texts[i], NULL), MZ_OK);
}

static const char no_transaction[] =
    "hint: remove it: mzlua runs each migration in one transaction; one BEGIN "
    "... COMMIT around the whole file is fine\n";
static const char no_begin[] =
    "hint: remove BEGIN and COMMIT: mzlua runs each migration in one "
    "transaction\n";

static void
other_transaction_statements_are_refused_with_their_line(void **state) {
  static const struct {
    const char *text;
    const char *error;
    const char *hint;
  } cases[] = {
      {"CREATE TABLE t (a);\nCOMMIT;",
       "m.sql:2:1: a migration may not begin or end a transaction\n",
       no_transaction},
      {"CREATE TABLE t (a);\n  ROLLBACK;",
       "m.sql:2:3: a migration may not begin or end a transaction\n",
       no_transaction},
      {"CREATE TABLE t (a);\n\n-- now\nBEGIN;",
       "m.sql:4:1: a migration may not begin or end a transaction\n",
       no_transaction},
      {"BEGIN;\nBEGIN;\nCOMMIT;",
       "m.sql:2:1: a migration may not begin or end a transaction\n",
       no_transaction},
      {"BEGIN;\nCREATE TABLE t (a);\nROLLBACK;",
       "m.sql:3:1: a migration may not begin or end a transaction\n",
       no_transaction},
      {"BEGIN; COMMIT;\nBEGIN; COMMIT;",
       "m.sql:2:1: a migration may not begin or end a transaction\n",
       no_transaction},
      {"BEGIN; COMMIT;\nCREATE TABLE t (a);",
       "m.sql:2:1: a statement stands behind COMMIT\n", no_begin},
      {"BEGIN;\nCREATE TABLE t (a);", "m.sql:1:1: BEGIN has no COMMIT\n",
       "hint: remove BEGIN: mzlua runs each migration in one transaction\n"},
      {"CREATE TABLE t (a); SAVEPOINT s;",
       "m.sql:1:21: a migration may not use SAVEPOINT\n",
       "hint: remove it, or write the migration in Lua and use "
       "db:savepoint()\n"},
      {"RELEASE s;", "m.sql:1:1: a migration may not use SAVEPOINT\n",
       "hint: remove it, or write the migration in Lua and use "
       "db:savepoint()\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    char text[400];
    enum mz_status status = run(*state, cases[i].text, &err);
    (void)snprintf(text, sizeof text, "%s%s", cases[i].error, cases[i].hint);
    support_expect_error(*state, status, MZ_EMIGRATION, &err, text);
    support_expect(*state, "SELECT count(*) FROM sqlite_schema", "0\n");
  }
}

static void a_pair_is_not_looked_for_where_the_caller_has_none(void **state) {
  struct mz_database *database = support_open(*state);
  struct mz_script script = {.text = " BEGIN; COMMIT", .size = 14};
  struct mz_error err = MZ_ERROR_INIT;
  enum mz_status status = MZ_OK;
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  mz_database_guard(database, true);
  status = mz_script_run(database, &script, NULL, &err);
  support_expect_error(*state, status, MZ_EMIGRATION, &err,
                       "a migration may not begin or end a transaction\n"
                       "hint: remove it: mzlua runs each migration in one "
                       "transaction; one BEGIN "
                       "... COMMIT around the whole file is fine\n"
                       "sql: BEGIN;\n");
  mz_database_close(database);
}

static void parameters_without_a_value_are_refused(void **state) {
  static const struct {
    const char *text;
    const char *error;
  } cases[] = {
      {"SELECT 1;\nSELECT ':a' -- ?\n, :a;",
       "m.sql:3:3: :a is a parameter without a value\n"},
      {"SELECT ?;", "m.sql:1:8: ? is a parameter without a value\n"},
      {"SELECT ?12;", "m.sql:1:8: ?12 is a parameter without a value\n"},
      {"SELECT @x, $y;", "m.sql:1:8: @x is a parameter without a value\n"},
  };
  static const char hint[] =
      "hint: write the value itself, or put a text in single quotes; only Lua "
      "can give parameters a value\n";
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    char text[300];
    enum mz_status status = run(*state, cases[i].text, &err);
    (void)snprintf(text, sizeof text, "%s%s", cases[i].error, hint);
    support_expect_error(*state, status, MZ_EMIGRATION, &err, text);
  }
}

static void rows_of_a_foreign_key_check_fail_the_script(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  support_expect_error(
      *state,
      run(*state,
          "CREATE TABLE p (id INTEGER PRIMARY KEY);\n"
          "CREATE TABLE c (p REFERENCES p);\n"
          "INSERT INTO c VALUES (1), (NULL), (3), (4), (5), (6), (7);\n"
          "PRAGMA foreign_key_check;",
          &err),
      MZ_EMIGRATION, &err,
      "m.sql:4:1: the foreign key check of this file found violations\n"
      "details: c: rowid = 1, p = 1 has no parent in p\n"
      "c: rowid = 3, p = 3 has no parent in p\n"
      "c: rowid = 4, p = 4 has no parent in p\n"
      "c: rowid = 5, p = 5 has no parent in p\n"
      "c: rowid = 6, p = 6 has no parent in p\n"
      "...\n"
      "hint: insert the missing parents, or delete or repoint these rows\n");
}

static void an_error_names_the_place_in_the_file(void **state) {
  static const struct {
    const char *text;
    int line;
    int column;
    int width;
    const char *source;
  } cases[] = {
      {"SELECT 1;\n\n  SELEC 2;", 3, 3, 5, "  SELEC 2;"},
      {"SELECT '\xC3\xA9\xC3\xA9', nosuch;", 1, 14, 6,
       "SELECT '\xC3\xA9\xC3\xA9', nosuch;"},
      {"SELECT 1;\r\nSELECT nosuch;\r\n", 2, 8, 6, "SELECT nosuch;"},
      {"/* a\n b */ SELECT\n 1,\n nosuch", 4, 2, 6, " nosuch"},
      {"DROP TABLE nosuch;", 1, 12, 6, "DROP TABLE nosuch;"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    assert_int_equal(run(*state, cases[i].text, &err), MZ_EMIGRATION);
    assert_string_equal(err.file, "m.sql");
    assert_int_equal(err.line, cases[i].line);
    assert_int_equal(err.column, cases[i].column);
    assert_int_equal(err.width, cases[i].width);
    assert_string_equal(err.source, cases[i].source);
    mz_error_release(&err);
  }
}

static void rows_changed_are_added_up(void **state) {
  struct mz_database *database = support_open(*state);
  struct mz_script script = {.text = "CREATE TABLE t (a);"
                                     "INSERT INTO t VALUES (1), (2), (3);"
                                     "UPDATE t SET a = 0 WHERE a > 1;"
                                     "SELECT * FROM t; DELETE FROM t"};
  int64_t changes = 0;
  script.size = strlen(script.text);
  assert_int_equal(mz_script_run(database, &script, &changes, NULL), MZ_OK);
  assert_int_equal(changes, 3 + 2 + 3);
  mz_database_close(database);
}

static void what_never_ends_is_found_without_a_database(void **state) {
  static const struct {
    const char *text;
    const char *error;
  } cases[] = {
      {"SELECT 'a''b', \"c\", [d], `e`, x'00' -- '\n/* ' */", NULL},
      {"", NULL},
      {"-- it's", NULL},
      {"SELECT 1;\n /* DROP TABLE t;", "m.sql:2:2: this comment has no end\n"},
      {"SELECT 'it's';", "m.sql:1:13: this text has no end\n"},
      {"SELECT \"a\n", "m.sql:1:8: this name has no end\n"},
      {"SELECT [a", "m.sql:1:8: this name has no end\n"},
      {"SELECT `a", "m.sql:1:8: this name has no end\n"},
      {"SELECT x'00", "m.sql:1:8: this text has no end\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    struct mz_script script = {
        .file = "m.sql", .text = cases[i].text, .size = strlen(cases[i].text)};
    enum mz_status status = mz_script_check(&script, &err);
    if (cases[i].error)
      support_expect_error(*state, status, MZ_EUSAGE, &err, cases[i].error);
    else
      assert_int_equal(status, MZ_OK);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(every_statement_runs_whatever_stands_around_it),
      SUPPORT_TEST(a_script_may_hold_nothing),
      SUPPORT_TEST(other_transaction_statements_are_refused_with_their_line),
      SUPPORT_TEST(a_pair_is_not_looked_for_where_the_caller_has_none),
      SUPPORT_TEST(parameters_without_a_value_are_refused),
      SUPPORT_TEST(rows_of_a_foreign_key_check_fail_the_script),
      SUPPORT_TEST(an_error_names_the_place_in_the_file),
      SUPPORT_TEST(rows_changed_are_added_up),
      SUPPORT_TEST(what_never_ends_is_found_without_a_database),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
