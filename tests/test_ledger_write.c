/* The ledger as mzlua writes it: golang-migrate finds its own there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "golang_migrate.h"
#include "model/ledger.h"
#include "support.h"

static void create_ledger(const struct support *support) {
  struct mz_database *database = support_open(support);
  assert_int_equal(mz_ledger_create(database, NULL), MZ_OK);
  assert_int_equal(mz_ledger_create(database, NULL), MZ_OK);
  mz_database_close(database);
}

static void created_ledger_is_golang_migrates_to_the_byte(void **state) {
  static const char sql[] = "SELECT type, name, tbl_name, sql FROM "
                            "sqlite_schema WHERE tbl_name NOT LIKE 'mzlua%' "
                            "ORDER BY name";
  struct support *support = *state;
  char *theirs = NULL;
  golang_migrate_leave(support->database, -1, false);
  theirs = support_query(support, sql);
  create_ledger(support); /* leaves theirs as it is */
  support_expect(support, sql, theirs);
  support_remove_database(support);
  create_ledger(support);
  support_expect(support, sql, theirs);
  free(theirs);
}

static void write_version(const struct support *support,
                          const struct mz_history_entry *entry) {
  struct mz_database *database = support_open(support);
  assert_int_equal(mz_ledger_create(database, NULL), MZ_OK);
  assert_int_equal(mz_ledger_write(database, entry, NULL), MZ_OK);
  mz_database_close(database);
}

static const struct mz_version versions[] = {{false, -1},
                                             {true, 0},
                                             {true, 7},
                                             {true, 20240229235959},
                                             {true, INT64_MAX}};

static void expect_version(const struct support *support,
                           struct mz_version version) {
  sqlite3 *handle = NULL;
  bool dirty = true;
  assert_int_equal(sqlite3_open(support->database, &handle), SQLITE_OK);
  golang_migrate_open(handle);
  assert_int_equal(golang_migrate_version(handle, &dirty), version.number);
  assert_false(dirty);
  assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void golang_migrate_reads_what_is_written(void **state) {
  const struct support *support = *state;
  for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
    const struct mz_history_entry entry = {.name = "a",
                                           .direction = "up",
                                           .started_at = "now",
                                           .after = versions[i]};
    golang_migrate_leave(support->database, 42, true);
    write_version(support, &entry);
    expect_version(support, versions[i]);
    support_expect(support,
                   "SELECT count(*), group_concat(typeof(version)), "
                   "group_concat(typeof(dirty)) FROM schema_migrations",
                   versions[i].some ? "1|integer|integer\n" : "0|NULL|NULL\n");
  }
}

static void history_keeps_every_entry(void **state) {
  const struct mz_history_entry full = {.version = 7,
                                        .name = "it's 100%",
                                        .direction = "up",
                                        .kind = "sql",
                                        .checksum = "abc",
                                        .started_at = "2024-02-29T23:59:59Z",
                                        .duration_ms = 12,
                                        .rows_changed = INT64_MAX,
                                        .before = {true, 0},
                                        .after = {true, 7},
                                        .down_text = "DROP TABLE a;\n"};
  const struct mz_history_entry spare = {.version = -1,
                                         .name = "",
                                         .direction = "force",
                                         .started_at = "2024-03-01T00:00:00Z",
                                         .before = {true, 7},
                                         .after = {false, -1}};
  write_version(*state, &full);
  write_version(*state, &spare);
  support_expect(*state, "SELECT * FROM mzlua_history ORDER BY id",
                 "1|7|it's 100%|up|sql|abc|2024-02-29T23:59:59Z|12|"
                 "9223372036854775807|0|7|" MZ_VERSION "|DROP TABLE a;\n\n"
                 "2|-1||force|NULL|NULL|2024-03-01T00:00:00Z|0|0|7|NULL|"
                 "" MZ_VERSION "|NULL\n");
}

static void writing_is_part_of_the_callers_transaction(void **state) {
  const struct mz_history_entry entry = {.version = 8,
                                         .name = "a",
                                         .direction = "up",
                                         .started_at = "now",
                                         .after = {true, 8}};
  struct support *support = *state;
  struct mz_database *database = NULL;
  char *before = NULL;
  char *after = NULL;
  golang_migrate_leave(support->database, 7, false);
  before = support_dump(support);
  database = support_open(support);
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  assert_int_equal(mz_ledger_create(database, NULL), MZ_OK);
  assert_int_equal(mz_ledger_write(database, &entry, NULL), MZ_OK);
  assert_true(mz_database_in_transaction(database));
  mz_database_rollback(database);
  mz_database_close(database);
  after = support_dump(support);
  assert_string_equal(after, before);
  free(after);
  free(before);
}

#define TEST(name)                                                             \
  cmocka_unit_test_setup_teardown(name, support_setup, support_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(created_ledger_is_golang_migrates_to_the_byte),
      TEST(golang_migrate_reads_what_is_written),
      TEST(history_keeps_every_entry),
      TEST(writing_is_part_of_the_callers_transaction),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
