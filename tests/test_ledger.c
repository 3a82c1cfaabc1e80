/* The ledger as it is found: golang-migrate's, another tool's, or odd. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/fs.h"
#include "golang_migrate.h"
#include "model/ledger.h"
#include "support.h"

static enum mz_status read_ledger(const struct support *support,
                                  struct mz_ledger *ledger,
                                  struct mz_error *err) {
  const struct mz_database_options options = {.path = support->database,
                                              .mode = MZ_DATABASE_READ};
  struct mz_database *database = NULL;
  enum mz_status status = mz_database_open(&database, &options, err);
  if (!status)
    status = mz_ledger_read(database, ledger, err);
  mz_database_close(database);
  return status;
}

/* ---- reading ------------------------------------------------------------ */

static const struct {
  int64_t version;
  bool dirty;
  bool some;
} written[] = {{-1, false, false}, {-1, true, false},
               {0, false, true},   {7, false, true},
               {7, true, true},    {20240229235959, false, true},
               {0, true, true},    {INT64_MAX, false, true}};

static void version_of_golang_migrate_is_read(void **state) {
  const struct support *support = *state;
  for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
    struct mz_ledger ledger = {.exists = false};
    golang_migrate_leave(support->database, written[i].version,
                         written[i].dirty);
    assert_int_equal(read_ledger(support, &ledger, NULL), MZ_OK);
    assert_true(ledger.exists);
    assert_int_equal(ledger.version.some, written[i].some);
    assert_int_equal(ledger.version.number, written[i].version);
    assert_int_equal(ledger.dirty, written[i].dirty);
    assert_false(ledger.has_history);
    assert_true(mz_version_equal(ledger.applied.base, ledger.version));
    assert_int_equal(ledger.applied.count, 0);
    mz_ledger_release(&ledger);
  }
}

static void database_without_ledger_has_no_version(void **state) {
  struct mz_ledger ledger = {.exists = false};
  support_sql(*state, "CREATE TABLE users (id, version, dirty)");
  assert_int_equal(read_ledger(*state, &ledger, NULL), MZ_OK);
  assert_false(ledger.exists);
  assert_false(ledger.version.some);
  assert_false(ledger.dirty);
  assert_false(ledger.has_history);
  assert_false(mz_applied_has(&ledger.applied, 0));
  mz_ledger_release(&ledger);
}

static void reading_changes_nothing(void **state) {
  const struct support *support = *state;
  struct mz_ledger ledger = {.exists = false};
  char *before = NULL;
  char *after = NULL;
  size_t size_before = 0;
  size_t size_after = 0;
  golang_migrate_leave(support->database, 7, true);
  assert_int_equal(mz_fs_read(support->database, &before, &size_before, NULL),
                   MZ_OK);
  assert_int_equal(read_ledger(support, &ledger, NULL), MZ_OK);
  mz_ledger_release(&ledger);
  assert_int_equal(mz_fs_read(support->database, &after, &size_after, NULL),
                   MZ_OK);
  assert_int_equal(size_after, size_before);
  assert_memory_equal(after, before, size_before);
  free(after);
  free(before);
}

static void missing_database_is_not_made_by_reading(void **state) {
  struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  struct mz_ledger ledger = {.exists = false};
  enum mz_status status = read_ledger(support, &ledger, &err);
  support_expect_error(support, status, MZ_EOPEN, &err,
                       "FOLDER/app.db: no such database\n"
                       "hint: `mzlua up` makes it; --database names "
                       "another\n");
  assert_false(mz_fs_exists(support->database));
}

/* ---- dirty -------------------------------------------------------------- */

static void expect_dirty(struct support *support, int64_t version,
                         const char *message) {
  struct mz_error err = MZ_ERROR_INIT;
  struct mz_ledger ledger = {.exists = false};
  golang_migrate_leave(support->database, version, true);
  assert_int_equal(read_ledger(support, &ledger, NULL), MZ_OK);
  support_expect_error(support, mz_ledger_check_clean(&ledger, &err),
                       MZ_EHISTORY, &err, message);
  mz_ledger_release(&ledger);
}

static void dirty_ledger_stops_with_golang_migrates_words(void **state) {
  const struct mz_ledger clean = {.version = {true, 7}};
  expect_dirty(*state, 7,
               "Dirty database version 7. Fix and force version.\n"
               "hint: golang-migrate stopped in the middle of this migration: "
               "look at the database, then `mzlua force 7` if it is complete, "
               "or `mzlua force V` with the version before it if nothing of it "
               "is there\n");
  expect_dirty(*state, -1,
               "Dirty database version -1. Fix and force version.\n"
               "hint: golang-migrate stopped in the middle of this migration: "
               "look at the database, then `mzlua force -1` if it is complete, "
               "or `mzlua force V` with the version before it if nothing of it "
               "is there\n");
  assert_int_equal(mz_ledger_check_clean(&clean, NULL), MZ_OK);
}

/* ---- what golang-migrate would not write -------------------------------- */

#define OPEN                                                                   \
  "CREATE TABLE schema_migrations (version uint64,dirty bool);"                \
  "CREATE UNIQUE INDEX version_unique ON schema_migrations (version);"         \
  "INSERT INTO schema_migrations VALUES "
#define SEE                                                                    \
  "hint: see what is in it: sqlite3 FILE 'SELECT * FROM schema_migrations'; "  \
  "`mzlua force V` writes it anew\n"
#define VERSION                                                                \
  "schema_migrations holds a version that is not a number from 0 to "          \
  "9223372036854775807\n" SEE
#define DIRTY "schema_migrations holds a dirty that is neither 0 nor 1\n" SEE

static const struct {
  const char *sql;
  const char *message;
} bad_rows[] = {
    {OPEN "(1, 0), (2, 0)", "schema_migrations has more than one row\n" SEE},
    {OPEN "(1, 0), (NULL, 0)", "schema_migrations has more than one row\n" SEE},
    {OPEN "(NULL, 0)", VERSION},
    {OPEN "('abc', 0)", VERSION},
    {OPEN "('1abc', 0)", VERSION},
    {OPEN "(1.5, 0)", VERSION},
    {OPEN "(x'31', 0)", VERSION},
    {OPEN "(-2, 0)", VERSION},
    {OPEN "(9223372036854775808, 0)", VERSION},
    {OPEN "(18446744073709551615, 0)", VERSION},
    {OPEN "(1, NULL)", DIRTY},
    {OPEN "(1, 'true')", DIRTY},
    {OPEN "(1, 'false')", DIRTY},
    {OPEN "(1, 2)", DIRTY},
    {OPEN "(1, -1)", DIRTY},
    {OPEN "(1, 0.5)", DIRTY},
};

static void expect_refused(struct support *support, const char *sql,
                           const char *message) {
  struct mz_error err = MZ_ERROR_INIT;
  struct mz_ledger ledger = {.exists = false};
  char *before = NULL;
  char *after = NULL;
  support_remove_database(support);
  support_sql(support, sql);
  before = support_dump(support);
  support_expect_error(support, read_ledger(support, &ledger, &err),
                       MZ_EHISTORY, &err, message);
  after = support_dump(support);
  assert_string_equal(after, before);
  free(after);
  free(before);
}

static enum mz_status check_shape(const struct support *support,
                                  struct mz_error *err) {
  struct mz_database *database = support_open(support);
  enum mz_status status = mz_ledger_check_shape(database, err);
  mz_database_close(database);
  return status;
}

static void odd_rows_are_refused_and_may_be_written_over(void **state) {
  for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++) {
    expect_refused(*state, bad_rows[i].sql, bad_rows[i].message);
    assert_int_equal(check_shape(*state, NULL), MZ_OK);
  }
}

static void numbers_as_text_are_numbers_in_these_columns(void **state) {
  struct mz_ledger ledger = {.exists = false};
  support_sql(*state, OPEN "('7', '1')");
  assert_int_equal(read_ledger(*state, &ledger, NULL), MZ_OK);
  assert_int_equal(ledger.version.number, 7);
  assert_true(ledger.dirty);
  mz_ledger_release(&ledger);
}

#define TAKE                                                                   \
  "hint: `mzlua adopt` takes over what dbmate and Rails have migrated; else "  \
  "rename that table and set the version by hand: sqlite3 FILE 'ALTER TABLE "  \
  "schema_migrations RENAME TO old_schema_migrations', then mzlua baseline "   \
  "V\n"
#define ROWS                                                                   \
  "schema_migrations is not golang-migrate's: one row for each version, as "   \
  "dbmate and Rails do\n" TAKE
#define OTHER                                                                  \
  "schema_migrations is not golang-migrate's: it has other columns\n" TAKE
#define VIEW "schema_migrations is not golang-migrate's: it is a view\n" TAKE

static const struct {
  const char *sql;
  const char *message;
} bad_shapes[] = {
    /* dbmate */
    {"CREATE TABLE IF NOT EXISTS \"schema_migrations\" (version varchar(128) "
     "primary key); INSERT INTO schema_migrations (version) VALUES "
     "('20240101000000'), ('20240102000000')",
     ROWS},
    {"CREATE TABLE IF NOT EXISTS \"schema_migrations\" (version varchar(128) "
     "primary key)",
     ROWS},
    /* Rails */
    {"CREATE TABLE \"schema_migrations\" (\"version\" varchar NOT NULL PRIMARY "
     "KEY)",
     ROWS},
    {"CREATE TABLE Schema_Migrations (Version TEXT)", ROWS},
    {"CREATE TABLE schema_migrations (id)", OTHER},
    {"CREATE TABLE schema_migrations (version, applied_at)", OTHER},
    {"CREATE TABLE schema_migrations (version uint64, dirty bool, note)",
     OTHER},
    {"CREATE TABLE schema_migrations (version, dirty, x AS (version + 1))",
     OTHER},
    {"CREATE VIEW schema_migrations AS SELECT 1 AS version, 0 AS dirty", VIEW},
};

static void other_tools_ledger_is_recognised_and_left_alone(void **state) {
  for (size_t i = 0; i < sizeof bad_shapes / sizeof *bad_shapes; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    enum mz_status status = MZ_OK;
    expect_refused(*state, bad_shapes[i].sql, bad_shapes[i].message);
    status = check_shape(*state, &err);
    support_expect_error(*state, status, MZ_EHISTORY, &err,
                         bad_shapes[i].message);
  }
}

/* ---- versions ------------------------------------------------------------ */

static void versions_are_equal_by_number_or_absence(void **state) {
  const struct mz_version none = {false, -1};
  const struct mz_version other_none = {false, 5};
  const struct mz_version zero = {true, 0};
  const struct mz_version five = {true, 5};
  (void)state;
  assert_true(mz_version_equal(none, other_none));
  assert_true(mz_version_equal(five, five));
  assert_false(mz_version_equal(none, zero));
  assert_false(mz_version_equal(other_none, five));
  assert_false(mz_version_equal(zero, five));
}

#define TEST(name)                                                             \
  cmocka_unit_test_setup_teardown(name, support_setup, support_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(version_of_golang_migrate_is_read),
      TEST(database_without_ledger_has_no_version),
      TEST(reading_changes_nothing),
      TEST(missing_database_is_not_made_by_reading),
      TEST(dirty_ledger_stops_with_golang_migrates_words),
      TEST(odd_rows_are_refused_and_may_be_written_over),
      TEST(numbers_as_text_are_numbers_in_these_columns),
      TEST(other_tools_ledger_is_recognised_and_left_alone),
      TEST(versions_are_equal_by_number_or_absence),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
