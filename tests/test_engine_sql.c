/* test_engine_sql.c - a migration in SQL: which file, what is known of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "script/engine_sql.h"
#include "support.h"

static char up_path[] = "1_a.up.sql";
static char up_text[] = "CREATE TABLE t (v);\nINSERT INTO t VALUES (1);";
static char down_path[] = "1_a.down.sql";
static char down_text[] = "-- back\nDROP TABLE nowhere;";

static struct mz_migration migration(void) {
  return (struct mz_migration){
      .version = 1,
      .kind = MZ_SQL,
      .up = {.path = up_path,
             .text = up_text,
             .size = strlen(up_text),
             .foreign_keys = true},
      .down = {.path = down_path, .text = down_text, .size = strlen(down_text)},
      .checksum = "abc"};
}

static enum mz_status run(const struct support *support,
                          const struct mz_migration *made,
                          enum mz_direction direction, struct mz_error *err) {
  struct mz_run run = {.migration = made, .direction = direction};
  struct mz_database *database = support_open(support);
  enum mz_status status = mz_database_begin(database, err);
  mz_database_guard(database, true);
  if (!status)
    status = mz_engine_sql.run(&run, database, err);
  mz_database_guard(database, false);
  if (!status)
    status = mz_database_commit(database, err);
  mz_database_close(database);
  return status;
}

static void a_check_knows_the_directions_file(void **state) {
  struct mz_migration made = migration();
  struct mz_run run = {.migration = &made, .direction = MZ_UP};
  struct mz_checked checked = {.has_direction = false};
  (void)state;
  assert_int_equal(mz_engine_sql.check(&run, &checked, NULL), MZ_OK);
  assert_true(checked.has_direction);
  assert_true(checked.foreign_keys);
  assert_string_equal(checked.checksum, "abc");
  run.direction = MZ_DOWN;
  assert_int_equal(mz_engine_sql.check(&run, &checked, NULL), MZ_OK);
  assert_true(checked.has_direction);
  assert_false(checked.foreign_keys);
  made.down = (struct mz_migration_file){.path = NULL};
  assert_int_equal(mz_engine_sql.check(&run, &checked, NULL), MZ_OK);
  assert_false(checked.has_direction);
}

static void up_runs_the_up_file(void **state) {
  struct mz_migration made = migration();
  assert_int_equal(run(*state, &made, MZ_UP, NULL), MZ_OK);
  support_expect(*state, "SELECT v FROM t", "1\n");
}

static void an_error_is_placed_in_the_directions_file(void **state) {
  struct mz_migration made = migration();
  struct mz_error err = MZ_ERROR_INIT;
  enum mz_status status = run(*state, &made, MZ_DOWN, &err);
  support_expect_error(*state, status, MZ_EMIGRATION, &err,
                       "1_a.down.sql:2:12: no such table: nowhere\n");
}

static void the_engines_say_what_they_are(void **state) {
  (void)state;
  assert_string_equal(mz_engine_sql.kind, "sql");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_check_knows_the_directions_file),
      cmocka_unit_test_setup_teardown(up_runs_the_up_file, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(an_error_is_placed_in_the_directions_file,
                                      support_setup, support_teardown),
      cmocka_unit_test(the_engines_say_what_they_are),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
