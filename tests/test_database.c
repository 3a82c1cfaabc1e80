#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/fs.h"
#include "sqlite/statement.h"
#include "support.h"

static enum mz_status open_as(const struct support *support,
                              enum mz_database_mode mode,
                              struct mz_database **database,
                              struct mz_error *err) {
  struct mz_database_options options = {.path = support->database,
                                        .mode = mode};
  return mz_database_open(database, &options, err);
}

/* ---- opening ------------------------------------------------------------ */

static void a_missing_file_is_not_made_by_reading_or_writing(void **state) {
  const struct support *support = *state;
  for (int mode = MZ_DATABASE_READ; mode <= MZ_DATABASE_WRITE; mode++) {
    struct mz_error err = MZ_ERROR_INIT;
    struct mz_database *database = NULL;
    enum mz_status status =
        open_as(support, (enum mz_database_mode)mode, &database, &err);
    support_expect_error(
        support, status, MZ_EOPEN, &err,
        "FOLDER/app.db: no such database\n"
        "hint: `mzlua up` makes it; --database names another\n");
    assert_null(database);
    assert_false(mz_fs_exists(support->database));
  }
}

static void what_is_no_database_is_refused(void **state) {
  const struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  struct mz_database *database = NULL;
  FILE *file = fopen(support->database, "w");
  assert_true(fputs("This is a letter, longer than a database's header; and "
                    "so on, and so on, until it is.",
                    file) >= 0);
  assert_int_equal(fclose(file), 0);
  support_expect_error(
      support, open_as(support, MZ_DATABASE_WRITE, &database, &err), MZ_EOPEN,
      &err, "FOLDER/app.db: file is not a database\n");
  assert_null(database);
}

static void a_path_is_never_taken_for_a_uri(void **state) {
  const struct support *support = *state;
  static const char *const names[] = {"a b?mode=ro", "100%25.db", "q'\"\n.db"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char *path = mz_fs_join(support->folder, names[i]);
    struct mz_database_options options = {.path = path,
                                          .mode = MZ_DATABASE_CREATE};
    struct mz_database *database = NULL;
    assert_int_equal(mz_database_open(&database, &options, NULL), MZ_OK);
    assert_int_equal(mz_database_exec(database, "CREATE TABLE t (a)", NULL),
                     MZ_OK);
    mz_database_close(database);
    assert_true(mz_fs_exists(path));
    free(path);
  }
}

static void a_database_in_memory_is_refused(void **state) {
  const struct support *support = *state;
  static const char *const paths[] = {
      ":memory:", "file::memory:", "file:x?mode=memory"};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    struct mz_database *database = NULL;
    struct mz_database_options options = {.path = paths[i],
                                          .mode = MZ_DATABASE_CREATE};
    char text[200];
    (void)snprintf(text, sizeof text,
                   "%s is a database in memory, which cannot be migrated: "
                   "name a file\n",
                   paths[i]);
    support_expect_error(support, mz_database_open(&database, &options, &err),
                         MZ_EOPEN, &err, text);
  }
}

static void a_commit_is_durable_with_either_journal(void **state) {
  const struct support *support = *state;
  struct mz_database *database = support_open(support);
  assert_int_equal(support_number(database, "PRAGMA synchronous"), 3);
  mz_database_close(database);
  support_sql(support, "PRAGMA journal_mode = WAL");
  database = support_open(support);
  assert_int_equal(support_number(database, "PRAGMA synchronous"), 2);
  if (sqlite3_libversion_number() <= 3050001)
    assert_int_equal(support_number(database, "PRAGMA cache_spill"), 0);
  if (sqlite3_libversion_number() <= 3051002)
    assert_int_equal(support_number(database, "PRAGMA wal_autocheckpoint"), 0);
  mz_database_close(database);
}

static void foreign_keys_are_enforced_only_when_asked_for(void **state) {
  const struct support *support = *state;
  struct mz_database *database = support_open(support);
  struct mz_database_options options = {.path = support->database,
                                        .mode = MZ_DATABASE_CREATE,
                                        .foreign_keys = true};
  assert_int_equal(support_number(database, "PRAGMA foreign_keys"), 0);
  mz_database_close(database);
  assert_int_equal(mz_database_open(&database, &options, NULL), MZ_OK);
  assert_int_equal(support_number(database, "PRAGMA foreign_keys"), 1);
  mz_database_close(database);
}

static void no_other_file_is_reached(void **state) {
  const struct support *support = *state;
  struct mz_database *database = support_open(support);
  struct mz_error err = MZ_ERROR_INIT;
  assert_int_equal(mz_database_exec(database, "ATTACH ':memory:' AS x", &err),
                   MZ_EMIGRATION);
  assert_string_equal(err.message, "too many attached databases - max 0");
  assert_string_equal(err.code, "SQLITE_ERROR");
  mz_error_release(&err);
  assert_int_equal(
      mz_database_exec(database, "SELECT load_extension('x')", &err),
      MZ_EMIGRATION);
  assert_string_equal(err.message, "not authorized");
  mz_error_release(&err);
  mz_database_close(database);
}

static void a_connection_that_reads_cannot_write(void **state) {
  const struct support *support = *state;
  struct mz_database *database = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  support_sql(support, "CREATE TABLE t (a)");
  assert_int_equal(open_as(support, MZ_DATABASE_READ, &database, NULL), MZ_OK);
  support_expect_error(
      support, mz_database_exec(database, "INSERT INTO t VALUES (1)", &err),
      MZ_EOPEN, &err,
      "FOLDER/app.db: attempt to write a readonly database\n"
      "hint: the file and its folder must be writable for this user\n");
  mz_database_close(database);
}

/* ---- transactions ------------------------------------------------------- */

static void commit_keeps_and_rollback_and_close_undo(void **state) {
  const struct support *support = *state;
  struct mz_database *database = support_open(support);
  assert_false(mz_database_in_transaction(database));
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  assert_true(mz_database_in_transaction(database));
  assert_int_equal(mz_database_exec(database,
                                    "CREATE TABLE t (a); "
                                    "INSERT INTO t VALUES (1), (2)",
                                    NULL),
                   MZ_OK);
  assert_int_equal(mz_database_commit(database, NULL), MZ_OK);
  assert_false(mz_database_in_transaction(database));
  for (int close = 0; close < 2; close++) {
    assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
    assert_int_equal(mz_database_exec(database, "DELETE FROM t", NULL), MZ_OK);
    if (close)
      mz_database_close(database);
    else
      mz_database_rollback(database);
    support_expect(support, "SELECT count(*) FROM t", "2\n");
  }
}

static void reading_sees_one_state_of_the_file(void **state) {
  const struct support *support = *state;
  struct mz_database *reader = NULL;
  support_sql(support, "PRAGMA journal_mode = WAL; CREATE TABLE t (a)");
  assert_int_equal(open_as(support, MZ_DATABASE_READ, &reader, NULL), MZ_OK);
  assert_int_equal(mz_database_begin_reading(reader, NULL), MZ_OK);
  assert_int_equal(support_number(reader, "SELECT count(*) FROM t"), 0);
  support_sql(support, "INSERT INTO t VALUES (1)");
  assert_int_equal(support_number(reader, "SELECT count(*) FROM t"), 0);
  mz_database_rollback(reader);
  assert_int_equal(support_number(reader, "SELECT count(*) FROM t"), 1);
  mz_database_close(reader);
}

static void a_signal_stops_a_statement_but_not_the_rollback(void **state) {
  const struct support *support = *state;
  struct mz_interrupt interrupt = {.signal = 0};
  struct mz_database *database = support_open(support);
  struct mz_error err = MZ_ERROR_INIT;
  support_sql(support, "CREATE TABLE t (a)");
  database->interrupt = &interrupt;
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  assert_int_equal(mz_database_exec(database, "INSERT INTO t VALUES (1)", NULL),
                   MZ_OK);
  mz_interrupt_raise(&interrupt, 2);
  support_expect_error(
      support,
      mz_database_exec(database,
                       "SELECT count(*) FROM (WITH RECURSIVE n (i) AS (SELECT "
                       "1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)",
                       &err),
      MZ_EINTERRUPT, &err, "interrupted\n");
  mz_database_rollback(database);
  assert_false(mz_database_in_transaction(database));
  assert_ptr_equal(database->interrupt, &interrupt);
  mz_database_close(database);
  support_expect(support, "SELECT count(*) FROM t", "0\n");
}

static void changes_count_triggers_and_foreign_key_actions(void **state) {
  const struct support *support = *state;
  struct mz_database *database = NULL;
  struct mz_database_options options = {.path = support->database,
                                        .mode = MZ_DATABASE_CREATE,
                                        .foreign_keys = true};
  support_sql(support,
              "CREATE TABLE p (id INTEGER PRIMARY KEY);"
              "CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);"
              "CREATE TABLE log (a);"
              "CREATE TRIGGER t AFTER DELETE ON c BEGIN "
              "INSERT INTO log VALUES (OLD.p); END;"
              "INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1), (1)");
  assert_int_equal(mz_database_open(&database, &options, NULL), MZ_OK);
  assert_int_equal(mz_database_changes(database), 0);
  assert_int_equal(mz_database_exec(database, "DELETE FROM p", NULL), MZ_OK);
  assert_int_equal(mz_database_changes(database), 2 + 2 + 2);
  mz_database_close(database);
}

/* ---- errors ------------------------------------------------------------- */

static void a_result_code_becomes_a_status(void **state) {
  static const struct {
    int code;
    enum mz_status status;
    const char *name;
  } cases[] = {
      {SQLITE_BUSY, MZ_EBUSY, "SQLITE_BUSY"},
      {SQLITE_BUSY_SNAPSHOT, MZ_EBUSY, "SQLITE_BUSY_SNAPSHOT"},
      {SQLITE_INTERRUPT, MZ_EINTERRUPT, "SQLITE_INTERRUPT"},
      {SQLITE_NOMEM, MZ_ENOMEM, "SQLITE_NOMEM"},
      {SQLITE_FULL, MZ_EIO, "SQLITE_FULL"},
      {SQLITE_IOERR, MZ_EIO, "SQLITE_IOERR"},
      {SQLITE_IOERR_FSYNC, MZ_EIO, "SQLITE_IOERR"},
      {SQLITE_CANTOPEN, MZ_EOPEN, "SQLITE_CANTOPEN"},
      {SQLITE_NOTADB, MZ_EOPEN, "SQLITE_NOTADB"},
      {SQLITE_CORRUPT_VTAB, MZ_EOPEN, "SQLITE_CORRUPT"},
      {SQLITE_READONLY_DIRECTORY, MZ_EOPEN, "SQLITE_READONLY"},
      {SQLITE_ERROR, MZ_EMIGRATION, "SQLITE_ERROR"},
      {SQLITE_CONSTRAINT_UNIQUE, MZ_EMIGRATION, "SQLITE_CONSTRAINT_UNIQUE"},
      {SQLITE_SCHEMA, MZ_EMIGRATION, "SQLITE_SCHEMA"},
      {SQLITE_LOCKED, MZ_EMIGRATION, "SQLITE_LOCKED"},
  };
  const struct support *support = *state;
  struct mz_database *database = support_open(support);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    assert_int_equal(mz_database_error(database, cases[i].code, &err),
                     cases[i].status);
    assert_int_equal(err.status, cases[i].status);
    assert_string_equal(err.code, cases[i].name);
    mz_error_release(&err);
  }
  mz_database_close(database);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(a_missing_file_is_not_made_by_reading_or_writing),
      SUPPORT_TEST(what_is_no_database_is_refused),
      SUPPORT_TEST(a_path_is_never_taken_for_a_uri),
      SUPPORT_TEST(a_database_in_memory_is_refused),
      SUPPORT_TEST(a_commit_is_durable_with_either_journal),
      SUPPORT_TEST(foreign_keys_are_enforced_only_when_asked_for),
      SUPPORT_TEST(no_other_file_is_reached),
      SUPPORT_TEST(a_connection_that_reads_cannot_write),
      SUPPORT_TEST(commit_keeps_and_rollback_and_close_undo),
      SUPPORT_TEST(reading_sees_one_state_of_the_file),
      SUPPORT_TEST(a_signal_stops_a_statement_but_not_the_rollback),
      SUPPORT_TEST(changes_count_triggers_and_foreign_key_actions),
      SUPPORT_TEST(a_result_code_becomes_a_status),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
