#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sqlite/constraint.h"
#include "support.h"

static const char tables[] =
    "CREATE TABLE u (name, id INTEGER PRIMARY KEY, mail UNIQUE NOT NULL, "
    "age CHECK (age > 0), low AS (lower(mail)));"
    "CREATE TABLE pair (a, b, UNIQUE (a, b));"
    "CREATE TABLE \"it's\" (\"a b\" UNIQUE);"
    "CREATE TABLE kid (u REFERENCES u ON DELETE RESTRICT);"
    "INSERT INTO u VALUES ('Ada', 1, 'a', 5), ('Bob', 2, 'b', 6),"
    " ('Cyd', 3, 'c', 5);"
    "INSERT INTO pair VALUES (1, NULL), (1, 2), (x'00FF', 1.5);"
    "INSERT INTO \"it's\" VALUES ('x''y');"
    "INSERT INTO kid VALUES (1)";

static const struct explained {
  const char *sql;
  const char *message;
  const char *details; /* NULL: none */
} cases[] = {
    {"INSERT INTO u VALUES ('Eve', 9, 'b', 1)",
     "UNIQUE constraint failed: u.mail",
     "u: id = 9, mail = 'b', name = 'Eve', age = 1\n"
     "is there already: id = 2, name = 'Bob', mail = 'b', age = 6"},
    {"INSERT INTO u (mail, id) SELECT 'x' || id, id + 1 FROM u WHERE id > 1",
     "UNIQUE constraint failed: u.id",
     "u: id = 3, name = NULL, mail = 'x2', age = NULL\n"
     "is there already: id = 3, name = 'Cyd', mail = 'c', age = 5"},
    {"UPDATE u SET mail = 'a' WHERE id = 3", "UNIQUE constraint failed: u.mail",
     "u: id = 3, mail = 'a', name = 'Cyd', age = 5\n"
     "is there already: id = 1, name = 'Ada', mail = 'a', age = 5"},
    {"INSERT INTO pair VALUES (9, 9), (1, 2)",
     "UNIQUE constraint failed: pair.a, pair.b",
     "pair: a = 1, b = 2\nis there already: a = 1, b = 2"},
    {"INSERT OR FAIL INTO pair VALUES (9, 9), (1, 2)",
     "UNIQUE constraint failed: pair.a, pair.b", NULL},
    {"INSERT INTO pair VALUES (x'00ff', 1.5)",
     "UNIQUE constraint failed: pair.a, pair.b",
     "pair: a = X'00FF', b = 1.5\nis there already: a = X'00FF', b = 1.5"},
    {"INSERT INTO \"it's\" VALUES ('x''y')",
     "UNIQUE constraint failed: it's.a b",
     "it's: a b = 'x''y'\nis there already: a b = 'x''y'"},
    {"INSERT INTO u (id) VALUES (7)", "NOT NULL constraint failed: u.mail",
     "u: id = 7, mail = NULL, name = NULL, age = NULL"},
    {"UPDATE OR ABORT u SET age = age - 5 WHERE id > 1",
     "CHECK constraint failed: age > 0",
     "u: id = 3, name = 'Cyd', mail = 'c', age = 0"},
    {"CREATE UNIQUE INDEX i ON u (age)", "UNIQUE constraint failed: u.age",
     "u: age = 5 (2 rows)"},
    {"CREATE UNIQUE INDEX i ON pair (a) WHERE b IS NULL OR a = 1;",
     "UNIQUE constraint failed: pair.a", "pair: a = 1 (2 rows)"},
    {"DELETE FROM u WHERE id < 3", "FOREIGN KEY constraint failed",
     "kid: rowid = 1, u = 1 has no parent in u"},
    {"INSERT INTO kid VALUES (2), (44), (55)", "FOREIGN KEY constraint failed",
     "kid: rowid = 3, u = 44 has no parent in u\nkid: rowid = 4, u = 55 has no "
     "parent in u"},
    {"SELECT nosuch", "no such column: nosuch", NULL},
};

/* Run sql, which fails, and have it explained. */
static void explain(struct mz_database *database, const char *sql,
                    struct mz_error *err) {
  struct mz_statement *statement = NULL;
  bool row = true;
  enum mz_status status =
      mz_statement_prepare(&statement, database, sql, strlen(sql), NULL, err);
  while (!status && row)
    status = mz_statement_step(statement, &row, err);
  assert_int_equal(status, MZ_EMIGRATION);
  if (statement)
    mz_constraint_explain(statement, sql, strlen(sql), err);
  mz_statement_close(statement);
}

static struct mz_database *open_enforcing(const struct support *support) {
  struct mz_database *database = NULL;
  struct mz_database_options options = {.path = support->database,
                                        .mode = MZ_DATABASE_CREATE,
                                        .foreign_keys = true};
  assert_int_equal(mz_database_open(&database, &options, NULL), MZ_OK);
  return database;
}

static void the_rows_behind_a_failed_constraint_are_shown(void **state) {
  struct mz_database *database = NULL;
  support_sql(*state, tables);
  database = open_enforcing(*state);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
    explain(database, cases[i].sql, &err);
    assert_string_equal(err.message, cases[i].message);
    if (err.details && cases[i].details)
      assert_string_equal(err.details, cases[i].details);
    else
      assert_ptr_equal(err.details, cases[i].details);
    mz_error_release(&err);
    mz_database_rollback(database);
  }
  mz_database_close(database);
}

static void nothing_is_left_behind_that_outlives_the_rollback(void **state) {
  struct mz_database *database = NULL;
  char *before = NULL;
  char *after = NULL;
  support_sql(*state, tables);
  before = support_dump(*state);
  database = open_enforcing(*state);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
    mz_database_guard(database, true);
    explain(database, cases[i].sql, &err);
    assert_true(database->authorizer.guarded);
    mz_error_release(&err);
    mz_database_guard(database, false);
    assert_int_equal(
        support_number(database, "SELECT count(*) FROM temp.sqlite_schema"), 0);
    mz_database_rollback(database);
  }
  mz_database_close(database);
  after = support_dump(*state);
  assert_string_equal(after, before);
  free(before);
  free(after);
}

static void without_a_transaction_nothing_is_run_again(void **state) {
  struct mz_database *database = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  support_sql(*state, tables);
  database = support_open(*state);
  explain(database, "INSERT INTO u (id) VALUES (7)", &err);
  assert_null(err.details);
  mz_error_release(&err);
  mz_database_close(database);
}

static void values_as_long_as_a_digest_are_shown(void **state) {
  struct mz_database *database = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  support_sql(*state, "CREATE TABLE t (a CHECK (a < 'a'))");
  database = support_open(*state);
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  explain(database, "INSERT INTO t VALUES (printf('%.*c', 78, 'x'))", &err);
  assert_string_equal(err.details,
                      "t: a = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'");
  mz_error_release(&err);
  mz_database_close(database);
}

static void long_values_are_cut(void **state) {
  struct mz_database *database = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  support_sql(*state, "CREATE TABLE t (a CHECK (a < 'a'))");
  database = support_open(*state);
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  explain(database, "INSERT INTO t VALUES (printf('%.*c', 79, 'x'))", &err);
  assert_string_equal(err.details,
                      "t: a = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                      "xxxxxxxxxxxxxxxxxxxxxxxxxxxx...");
  mz_error_release(&err);
  mz_database_close(database);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(the_rows_behind_a_failed_constraint_are_shown),
      SUPPORT_TEST(nothing_is_left_behind_that_outlives_the_rollback),
      SUPPORT_TEST(without_a_transaction_nothing_is_run_again),
      SUPPORT_TEST(values_as_long_as_a_digest_are_shown),
      SUPPORT_TEST(long_values_are_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
