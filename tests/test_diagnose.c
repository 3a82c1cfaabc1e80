#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sqlite/diagnose.h"
#include "support.h"

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);"
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id, at TEXT);"
    "CREATE VIEW latest AS SELECT at FROM orders;"
    "CREATE INDEX orders_at ON orders (at);"
    "INSERT INTO users VALUES (1, 'a'), (2, 'b')";

static const char rebuild[] =
    "SQLite's ALTER TABLE knows RENAME TO, RENAME COLUMN, ADD COLUMN and DROP "
    "COLUMN, one at a time; anything else: create the new table, copy, drop "
    "the old one, rename the new one";
static const char exists[] =
    "use IF NOT EXISTS; if the object came from elsewhere, `mzlua baseline` "
    "sets the version of a database that was not made by migrations";

/* Where | stands in sql is where the error is. */
static const struct diagnosed {
  const char *sql;
  int width;
  const char *message;
  const char *note;
  const char *hint;
} cases[] = {
    {"SELECT id, |emial FROM users", 5, "no such column: emial",
     "users has: id, email", NULL},
    {"SELECT u.id, |u.emial FROM users u", 7, "no such column: u.emial",
     "users has: id, email", NULL},
    {"UPDATE users SET id = 3, |emial = 'x'", 5, "no such column: emial",
     "users has: id, email", NULL},
    {"UPDATE users SET \"id\" = 3, |\"e m\" = 'x'", 5, "no such column: e m",
     "users has: id, email", NULL},
    {"INSERT INTO users (id, |emial) VALUES (1, 2)", 5,
     "table users has no column named emial", "users has: id, email", NULL},
    {"SELECT 'user' FROM |user", 4, "no such table: user", "is users meant?",
     NULL},
    {"SELECT * FROM main.|lates", 5, "no such table: main.lates",
     "is latest meant?", NULL},
    {"DELETE FROM |zzzzzzzzzz WHERE 1", 10, "no such table: zzzzzzzzzz", NULL,
     NULL},
    {"DROP INDEX |order_at", 8, "no such index: order_at", NULL, NULL},
    {"DROP VIEW |nosuch", 6, "no such view: nosuch", NULL, NULL},
    {"DROP TRIGGER |nosuch", 6, "no such trigger: nosuch", NULL, NULL},
    {"SELECT |nosuch(1)", 6, "no such function: nosuch", NULL, NULL},
    {"CREATE TABLE |\"users\" (id)", 7, "table \"users\" already exists", NULL,
     exists},
    {"CREATE INDEX |orders_at ON orders (at)", 9,
     "index orders_at already exists", NULL, exists},
    {"ALTER TABLE users ADD COLUMN |email", 5, "duplicate column name: email",
     NULL, NULL},
    {"ALTER TABLE users |MODIFY email TEXT", 6, "near \"MODIFY\": syntax error",
     NULL, rebuild},
    {"ALTER TABLE users |CHANGE email mail TEXT", 6,
     "near \"CHANGE\": syntax error", NULL, rebuild},
    {"|ALTER TABLE users ADD COLUMN x NOT NULL", 5,
     "Cannot add a NOT NULL column with default value NULL", NULL,
     "give it a DEFAULT, or rebuild the table and fill the column"},
    {"|ALTER TABLE users ADD COLUMN x UNIQUE", 5, "Cannot add a UNIQUE column",
     NULL, "add the column, then CREATE UNIQUE INDEX on it"},
    {"|ALTER TABLE orders DROP COLUMN at", 5,
     "error in index orders_at after drop column: no such column: at", NULL,
     NULL},
    {"|INSERT INTO users VALUES (1, 'c')", 6,
     "UNIQUE constraint failed: users.id", NULL, NULL},
    {"|# a comment", 1, "unrecognized token: \"#\"", NULL,
     "a comment begins with -- in SQL"},
    {"CREATE INDEX users_md5 ON users (|md5(email))", 3, "unsafe use of md5()",
     NULL,
     "md5, sha1, sha256 and crc32 are there while a migration runs and not in "
     "the application: store what they give in a column"},
    {"SELECT |) FROM users", 1, "near \")\": syntax error", NULL, NULL},
    {"/* \xC3\xA9 */ |VACUUM", 6, "cannot VACUUM from within a transaction",
     NULL,
     "VACUUM cannot run inside a transaction: put it in a file of SQL that "
     "says "
     "-- mzlua: transaction=off"},
};

/* Compile and run sql, whose error mz_diagnose has to explain. */
static void bring_error(struct mz_database *database, const char *sql,
                        struct mz_error *err) {
  struct mz_statement *statement = NULL;
  bool row = true;
  enum mz_status status =
      mz_statement_prepare(&statement, database, sql, strlen(sql), NULL, err);
  while (!status && row)
    status = mz_statement_step(statement, &row, err);
  mz_statement_close(statement);
  if (!status)
    fail_msg("no error: %s", sql);
}

static void expect_optional(const char *text, const char *expected) {
  if (expected && text)
    assert_string_equal(text, expected);
  else
    assert_ptr_equal(text, expected);
}

static void diagnose(struct mz_database *database,
                     const struct diagnosed *expected) {
  char sql[200];
  struct mz_error err = MZ_ERROR_INIT;
  struct mz_diagnosis found;
  size_t offset = strcspn(expected->sql, "|");
  memcpy(sql, expected->sql, offset);
  (void)snprintf(sql + offset, sizeof sql - offset, "%s",
                 expected->sql + offset + 1);
  bring_error(database, sql, &err);
  found = mz_diagnose(database, sql, strlen(sql), &err);
  assert_string_equal(err.message, expected->message);
  expect_optional(err.note, expected->note);
  expect_optional(err.hint, expected->hint);
  assert_string_equal(sql + found.offset, expected->sql + offset + 1);
  assert_int_equal(found.width, expected->width);
  mz_error_release(&err);
}

static void an_error_gets_a_place_a_note_and_a_hint(void **state) {
  struct mz_database *database = NULL;
  support_sql(*state, tables);
  database = support_open(*state);
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    diagnose(database, &cases[i]);
  mz_database_close(database);
}

static void an_open_cursor_gets_a_hint(void **state) {
  static const struct diagnosed expected = {
      "|DROP TABLE orders", 4, "database table is locked", NULL,
      "a loop over db:rows() or db:urows() is still open: collect its rows "
      "first, then change the table"};
  struct mz_database *database = NULL;
  struct mz_statement *cursor = NULL;
  bool row = false;
  support_sql(*state, tables);
  database = support_open(*state);
  assert_int_equal(mz_statement_prepare(&cursor, database,
                                        "SELECT id FROM users", 20, NULL, NULL),
                   MZ_OK);
  assert_int_equal(mz_statement_step(cursor, &row, NULL), MZ_OK);
  diagnose(database, &expected);
  mz_statement_close(cursor);
  mz_database_close(database);
}

static void a_guarded_connection_stays_guarded(void **state) {
  struct mz_database *database = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  static const char sql[] = "SELECT * FROM user";
  support_sql(*state, tables);
  database = support_open(*state);
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  mz_database_guard(database, true);
  bring_error(database, sql, &err);
  (void)mz_diagnose(database, sql, strlen(sql), &err);
  assert_true(database->authorizer.guarded);
  mz_error_release(&err);
  mz_database_close(database);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(an_error_gets_a_place_a_note_and_a_hint),
      SUPPORT_TEST(an_open_cursor_gets_a_hint),
      SUPPORT_TEST(a_guarded_connection_stays_guarded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
