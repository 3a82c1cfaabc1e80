#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sqlite/statement.h"
#include "support.h"

static struct mz_statement *prepare(struct mz_database *database,
                                    const char *sql) {
  struct mz_statement *statement = NULL;
  assert_int_equal(
      mz_statement_prepare(&statement, database, sql, strlen(sql), NULL, NULL),
      MZ_OK);
  return statement;
}

/* A connection in a guarded transaction, as a migration has it. */
static struct mz_database *open_guarded(const struct support *support) {
  struct mz_database *database = support_open(support);
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  mz_database_guard(database, true);
  return database;
}

static enum mz_status run(struct mz_database *database, const char *sql,
                          struct mz_error *err) {
  struct mz_statement *statement = prepare(database, sql);
  bool row = false;
  enum mz_status status = mz_statement_step(statement, &row, err);
  mz_statement_close(statement);
  return status;
}

/* ---- preparing ---------------------------------------------------------- */

static void statements_end_where_the_parser_says_so(void **state) {
  static const struct {
    const char *sql;
    size_t used;
    bool some;
  } cases[] = {
      {"SELECT 1; SELECT 2", 9, true},
      {"SELECT ';' /* ; */ -- ;\n; SELECT 2", 25, true},
      {"SELECT 1", 8, true},
      {"SELECT 1 -- end", 15, true},
      {"", 0, false},
      {" \n\t", 3, false},
      {"-- nothing", 10, false},
      {"/* nothing */", 13, false},
      {"; SELECT 1", 10, true},
      {";;", 2, false},
  };
  struct mz_database *database = support_open(*state);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_statement *statement = NULL;
    size_t used = 999;
    assert_int_equal(mz_statement_prepare(&statement, database, cases[i].sql,
                                          strlen(cases[i].sql), &used, NULL),
                     MZ_OK);
    assert_int_equal(used, cases[i].used);
    assert_int_equal(statement != NULL, cases[i].some);
    mz_statement_close(statement);
  }
  mz_database_close(database);
}

static void what_does_not_compile_gives_sqlites_message(void **state) {
  struct mz_database *database = support_open(*state);
  struct mz_statement *statement = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  static const char sql[] = "SELECT 1 FORM t";
  support_expect_error(
      *state,
      mz_statement_prepare(&statement, database, sql, strlen(sql), NULL, &err),
      MZ_EMIGRATION, &err, "near \"t\": syntax error\n");
  assert_null(statement);
  assert_int_equal(mz_statement_error_offset(database), 14);
  mz_database_close(database);
}

/* ---- values ------------------------------------------------------------- */

static void expect_same(const struct mz_value *a, const struct mz_value *b) {
  assert_int_equal(a->type, b->type);
  if (a->type == MZ_INTEGER)
    assert_int_equal(a->integer, b->integer);
  else if (a->type == MZ_REAL)
    assert_memory_equal(&a->real, &b->real, sizeof a->real);
  else if (a->type != MZ_NULL) {
    assert_int_equal(a->bytes.size, b->bytes.size);
    assert_non_null(a->bytes.data);
    assert_memory_equal(a->bytes.data, b->bytes.data, b->bytes.size);
  }
}

static void every_type_comes_back_as_it_went_in(void **state) {
  static const struct mz_value values[] = {
      {.type = MZ_NULL},
      {.type = MZ_INTEGER, .integer = 0},
      {.type = MZ_INTEGER, .integer = INT64_MAX},
      {.type = MZ_INTEGER, .integer = INT64_MIN},
      {.type = MZ_INTEGER, .integer = ((int64_t)1 << 53) + 1},
      {.type = MZ_REAL, .real = 1.0},
      {.type = MZ_REAL, .real = 0.1},
      {.type = MZ_REAL, .real = -1e308},
      {.type = MZ_TEXT, .bytes = {"", 0}},
      {.type = MZ_TEXT, .bytes = {"a\0b", 3}},
      {.type = MZ_TEXT, .bytes = {"\xC3\xA9\xF0\x9F\x98\x80", 6}},
      {.type = MZ_BLOB, .bytes = {"", 0}},
      {.type = MZ_BLOB, .bytes = {"\0\xFF\x80", 3}},
  };
  struct mz_database *database = support_open(*state);
  struct mz_statement *statement = prepare(database, "SELECT ?");
  for (size_t i = 0; i < 2 * sizeof values / sizeof *values; i++) {
    const struct mz_value *value = &values[i / 2];
    struct mz_value back;
    bool row = false;
    assert_int_equal(mz_statement_bind(statement, 1, value, i % 2, NULL),
                     MZ_OK);
    assert_int_equal(mz_statement_step(statement, &row, NULL), MZ_OK);
    assert_true(row);
    mz_statement_column(statement, 0, &back);
    expect_same(&back, value);
    assert_int_equal(mz_statement_is_null(statement, 0),
                     value->type == MZ_NULL);
    mz_statement_reset(statement);
  }
  mz_statement_close(statement);
  mz_database_close(database);
}

static void bound_bytes_may_be_copied(void **state) {
  struct mz_database *database = support_open(*state);
  struct mz_statement *statement = prepare(database, "SELECT ?");
  char text[] = "before";
  struct mz_value value = {.type = MZ_TEXT, .bytes = {text, 6}};
  bool row = false;
  assert_int_equal(mz_statement_bind(statement, 1, &value, true, NULL), MZ_OK);
  text[0] = 'B';
  assert_int_equal(mz_statement_step(statement, &row, NULL), MZ_OK);
  assert_string_equal(mz_statement_text(statement, 0), "before");
  mz_statement_close(statement);
  mz_database_close(database);
}

static void unbound_parameters_are_null(void **state) {
  struct mz_database *database = support_open(*state);
  struct mz_statement *statement = prepare(database, "SELECT ?");
  bool row = false;
  assert_int_equal(mz_statement_step(statement, &row, NULL), MZ_OK);
  assert_true(mz_statement_is_null(statement, 0));
  assert_string_equal(mz_statement_text(statement, 0), "");
  mz_statement_close(statement);
  mz_database_close(database);
}

static void parameters_columns_and_text_are_described(void **state) {
  struct mz_database *database = support_open(*state);
  struct mz_statement *statement =
      prepare(database, "SELECT :id AS a, @x AS b, ? AS c, :id; SELECT 2");
  struct mz_value value = {.type = MZ_TEXT, .bytes = {"it's", 4}};
  char *expanded = NULL;
  assert_int_equal(mz_statement_parameters(statement), 3);
  assert_string_equal(mz_statement_parameter(statement, 1), ":id");
  assert_string_equal(mz_statement_parameter(statement, 2), "@x");
  assert_null(mz_statement_parameter(statement, 3));
  assert_int_equal(statement->columns, 4);
  assert_string_equal(mz_statement_name(statement, 1), "b");
  assert_string_equal(mz_statement_sql(statement),
                      "SELECT :id AS a, @x AS b, ? AS c, :id;");
  assert_int_equal(mz_statement_bind(statement, 1, &value, true, NULL), MZ_OK);
  expanded = mz_statement_expanded(statement);
  assert_string_equal(expanded,
                      "SELECT 'it''s' AS a, NULL AS b, NULL AS c, 'it''s';");
  free(expanded);
  assert_true(mz_statement_is_readonly(statement));
  mz_statement_close(statement);
  mz_database_close(database);
}

static void a_parameter_that_is_not_there_is_an_error(void **state) {
  struct mz_database *database = support_open(*state);
  struct mz_statement *statement = prepare(database, "SELECT ?");
  struct mz_value value = {.type = MZ_NULL};
  struct mz_error err = MZ_ERROR_INIT;
  support_expect_error(*state,
                       mz_statement_bind(statement, 2, &value, true, &err),
                       MZ_EMIGRATION, &err, "column index out of range\n");
  mz_statement_close(statement);
  mz_database_close(database);
}

/* ---- stepping ----------------------------------------------------------- */

static void rows_come_one_by_one_and_again(void **state) {
  struct mz_database *database = support_open(*state);
  struct mz_statement *statement = prepare(database, "VALUES (1), (2)");
  for (int round = 0; round < 2; round++) {
    bool row = false;
    for (int i = 1; i <= 2; i++) {
      assert_int_equal(mz_statement_step(statement, &row, NULL), MZ_OK);
      assert_true(row);
      assert_true(statement->active);
      assert_int_equal(mz_statement_integer(statement, 0), i);
    }
    assert_int_equal(mz_statement_step(statement, &row, NULL), MZ_OK);
    assert_false(row);
    assert_false(statement->active);
  }
  mz_statement_close(statement);
  mz_statement_close(NULL);
  mz_database_close(database);
}

static void changes_are_those_of_the_statement_itself(void **state) {
  static const struct {
    const char *sql;
    int64_t changes;
  } cases[] = {
      {"INSERT INTO t VALUES (1), (2), (3)", 3},
      {"SELECT * FROM t", 0},
      {"UPDATE t SET a = a", 3},
      {"CREATE TABLE other (a)", 0},
      {"DELETE FROM t WHERE a > 5", 0},
      {"DELETE FROM t", 3},
      {"INSERT INTO t VALUES (9) RETURNING a", 1},
  };
  struct mz_database *database = NULL;
  support_sql(*state, "CREATE TABLE t (a); CREATE TABLE log (a);"
                      "CREATE TRIGGER r AFTER INSERT ON t BEGIN "
                      "INSERT INTO log VALUES (1), (2); END;");
  database = support_open(*state);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_statement *statement = prepare(database, cases[i].sql);
    bool row = true;
    while (row)
      assert_int_equal(mz_statement_step(statement, &row, NULL), MZ_OK);
    assert_int_equal(statement->changes, cases[i].changes);
    mz_statement_close(statement);
  }
  assert_int_equal(mz_database_last_rowid(database), 1);
  mz_database_close(database);
}

static void a_changed_schema_changes_the_columns(void **state) {
  struct mz_database *database = NULL;
  struct mz_statement *statement = NULL;
  bool row = false;
  support_sql(*state, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  database = support_open(*state);
  statement = prepare(database, "SELECT * FROM t");
  assert_int_equal(statement->columns, 1);
  assert_int_equal(mz_statement_recompiled(statement), 0);
  support_sql(*state, "ALTER TABLE t ADD COLUMN b DEFAULT 'x'");
  assert_int_equal(mz_statement_step(statement, &row, NULL), MZ_OK);
  assert_int_equal(statement->columns, 2);
  assert_string_equal(mz_statement_name(statement, 1), "b");
  assert_string_equal(mz_statement_text(statement, 1), "x");
  assert_int_equal(mz_statement_recompiled(statement), 1);
  mz_statement_close(statement);
  mz_database_close(database);
}

static bool close_cursor(void *context) {
  struct mz_statement **cursor = context;
  bool open = *cursor;
  mz_statement_close(*cursor);
  *cursor = NULL;
  return open;
}

static void an_open_cursor_is_closed_for_drop_table(void **state) {
  struct mz_database *database = NULL;
  struct mz_statement *cursor = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  bool row = false;
  support_sql(*state, "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2);"
                      "CREATE TABLE u (a)");
  database = open_guarded(*state);
  cursor = prepare(database, "SELECT a FROM t");
  assert_int_equal(mz_statement_step(cursor, &row, NULL), MZ_OK);
  support_expect_error(*state, run(database, "DROP TABLE u", &err),
                       MZ_EMIGRATION, &err, "database table is locked\n");
  database->unlock = close_cursor;
  database->unlock_context = &cursor;
  assert_int_equal(run(database, "DROP TABLE u", NULL), MZ_OK);
  assert_null(cursor);
  mz_database_close(database);
}

/* ---- guarded ------------------------------------------------------------ */

static const char remedy[] =
    "hint: use OR ABORT or RAISE(ABORT, ...): a ROLLBACK would end the "
    "migration's transaction\n";

static void expect_ended(const struct support *support, const char *sql,
                         const char *message) {
  struct mz_database *database = open_guarded(support);
  struct mz_error err = MZ_ERROR_INIT;
  char *text = NULL;
  assert_int_equal(run(database, sql, &err), MZ_EMIGRATION);
  assert_false(mz_database_in_transaction(database));
  text = support_error_text(support, &err);
  assert_memory_equal(text, message, strlen(message));
  assert_string_equal(text + strlen(message), remedy);
  free(text);
  mz_error_release(&err);
  support_expect_error(support, run(database, "INSERT INTO t VALUES (7)", &err),
                       MZ_EMIGRATION, &err,
                       "the migration's transaction has ended already\n");
  mz_database_close(database);
  support_expect(support, "SELECT a FROM t", "1\n");
}

static void
what_ends_the_transaction_is_an_error_and_nothing_follows(void **state) {
  support_sql(*state, "CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1);"
                      "CREATE TRIGGER r BEFORE UPDATE ON t BEGIN "
                      "SELECT RAISE(ROLLBACK, 'not so'); END;");
  expect_ended(*state, "INSERT OR ROLLBACK INTO t VALUES (2), (1)",
               "UNIQUE constraint failed: t.a\n");
  expect_ended(*state, "UPDATE t SET a = 3", "not so\n");
}

static void what_is_denied_gives_the_reason(void **state) {
  struct mz_database *database = open_guarded(*state);
  struct mz_statement *statement = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  static const char sql[] = "ATTACH 'x.db' AS x";
  support_expect_error(
      *state,
      mz_statement_prepare(&statement, database, sql, strlen(sql), NULL, &err),
      MZ_EMIGRATION, &err,
      "ATTACH is not allowed inside a migration\n"
      "hint: a migration works on one database\n");
  mz_database_close(database);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(statements_end_where_the_parser_says_so),
      SUPPORT_TEST(what_does_not_compile_gives_sqlites_message),
      SUPPORT_TEST(every_type_comes_back_as_it_went_in),
      SUPPORT_TEST(bound_bytes_may_be_copied),
      SUPPORT_TEST(unbound_parameters_are_null),
      SUPPORT_TEST(parameters_columns_and_text_are_described),
      SUPPORT_TEST(a_parameter_that_is_not_there_is_an_error),
      SUPPORT_TEST(rows_come_one_by_one_and_again),
      SUPPORT_TEST(changes_are_those_of_the_statement_itself),
      SUPPORT_TEST(a_changed_schema_changes_the_columns),
      SUPPORT_TEST(an_open_cursor_is_closed_for_drop_table),
      SUPPORT_TEST(what_ends_the_transaction_is_an_error_and_nothing_follows),
      SUPPORT_TEST(what_is_denied_gives_the_reason),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
