#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/fs.h"
#include "run/transaction.h"
#include "support.h"

static void write_three(const struct support *support) {
  support_write(support, "1_make.up.sql", "CREATE TABLE t (a);");
  support_write(support, "1_make.down.sql", "DROP TABLE t;");
  support_write(support, "2_fill.up.sql", "INSERT INTO t VALUES (2);");
  support_write(support, "2_fill.down.sql", "DELETE FROM t;");
  support_write(support, "3_more.lua",
                "return {up = function(db) db:insert('t', {a = 3}) end}");
}

/* A runner with a plan that isn't run yet. */
static struct mz_runner *plan(const struct support *support,
                              enum mz_move move) {
  struct mz_runner *runner = NULL;
  struct mz_target target = {
      .move = move, .limited = move == MZ_MOVE_DOWN, .count = 1};
  assert_int_equal(mz_runner_open(&runner, &support->options, false, NULL),
                   MZ_OK);
  assert_int_equal(mz_runner_plan(runner, &target, NULL), MZ_OK);
  return runner;
}

/* All of runner's steps as one transaction. */
static enum mz_status run_all(const struct mz_runner *runner,
                              struct mz_error *err) {
  struct mz_transaction transaction = {.options = &runner->options,
                                       .create = true};
  return mz_transaction_run(&transaction, runner->plan.steps,
                            runner->plan.count, err);
}

static void steps_of_one_transaction_happen_together(void **state) {
  const struct support *support = *state;
  struct mz_runner *runner = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  write_three(support);
  support_write(support, "3_more.lua",
                "return {up = function(db) error('no') end}");
  runner = plan(support, MZ_MOVE_UP);
  support_expect_error(support, run_all(runner, &err), MZ_EMIGRATION, &err,
                       "FOLDER/migrations/3_more.lua:1:0: no\n"
                       "state: everything was rolled back; FOLDER/app.db is "
                       "still without any migration\n");
  support_expect(support, "SELECT count(*) FROM sqlite_schema", "0\n");
  mz_runner_close(runner);
  write_three(support);
  runner = plan(support, MZ_MOVE_UP);
  assert_int_equal(run_all(runner, NULL), MZ_OK);
  mz_runner_close(runner);
  support_expect(support, "SELECT a FROM t", "2\n3\n");
}

static void what_another_process_has_done_is_passed_over(void **state) {
  const struct support *support = *state;
  struct mz_runner *late = NULL;
  char *before = NULL;
  char *after = NULL;
  write_three(support);
  late = plan(support, MZ_MOVE_UP);
  assert_int_equal(late->plan.count, 3);
  assert_int_equal(support_up(support, NULL), MZ_OK);
  before = support_dump(support);
  assert_int_equal(run_all(late, NULL), MZ_OK);
  assert_int_equal(mz_runner_run(late, NULL), MZ_OK);
  mz_runner_close(late);
  after = support_dump(support);
  assert_string_equal(after, before);
  free(before);
  free(after);
}

static void what_another_process_has_begun_is_gone_on_with(void **state) {
  const struct support *support = *state;
  struct mz_runner *late = NULL;
  struct mz_target one = {.move = MZ_MOVE_UP, .limited = true, .count = 2};
  write_three(support);
  late = plan(support, MZ_MOVE_UP);
  assert_int_equal(support_move(support, &one, NULL), MZ_OK);
  assert_int_equal(mz_runner_run(late, NULL), MZ_OK);
  mz_runner_close(late);
  support_expect(support, "SELECT group_concat(version) FROM mzlua_history",
                 "1,2,3\n");
}

static void
what_another_process_has_moved_elsewhere_is_left_alone(void **state) {
  const struct support *support = *state;
  struct mz_runner *late = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  struct mz_version five = {.some = true, .number = 5};
  write_three(support);
  assert_int_equal(
      support_move(support,
                   &(struct mz_target){.move = MZ_MOVE_GOTO, .version = 2},
                   NULL),
      MZ_OK);
  late = plan(support, MZ_MOVE_DOWN);
  assert_int_equal(mz_runner_set_version(late, five, "force", NULL), MZ_OK);
  support_expect_error(
      support, mz_runner_run(late, &err), MZ_EHISTORY, &err,
      "another process has moved FOLDER/app.db meanwhile: it is at 5\n"
      "hint: run it again\n"
      "state: migration 2 was rolled back; FOLDER/app.db is still at 5\n");
  mz_runner_close(late);
  support_expect(support, "SELECT a FROM t", "2\n");
}

static void what_became_dirty_meanwhile_is_left_alone(void **state) {
  const struct support *support = *state;
  struct mz_runner *late = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  write_three(support);
  late = plan(support, MZ_MOVE_UP);
  support_sql(support,
              "CREATE TABLE schema_migrations (version uint64,dirty bool);"
              "CREATE UNIQUE INDEX version_unique ON schema_migrations "
              "(version); INSERT INTO schema_migrations VALUES (1, 1)");
  assert_int_equal(mz_runner_run(late, &err), MZ_EHISTORY);
  assert_string_equal(err.message,
                      "Dirty database version 1. Fix and force version.");
  mz_error_release(&err);
  mz_runner_close(late);
  support_expect(support, "SELECT version, dirty FROM schema_migrations",
                 "1|1\n");
}

static void a_dry_run_leaves_nothing(void **state) {
  const struct support *support = *state;
  struct support own = *support;
  char *before = NULL;
  char *after = NULL;
  own.options.dry_run = true;
  write_three(support);
  assert_int_equal(support_up(&own, NULL), MZ_OK);
  assert_false(mz_fs_exists(support->database));
  assert_int_equal(
      support_move(support,
                   &(struct mz_target){.move = MZ_MOVE_GOTO, .version = 1},
                   NULL),
      MZ_OK);
  before = support_dump(support);
  assert_int_equal(support_up(&own, NULL), MZ_OK);
  after = support_dump(support);
  assert_string_equal(after, before);
  free(before);
  free(after);
}

static void a_lock_is_told_from_a_failure(void **state) {
  const struct support *support = *state;
  struct mz_database *holder = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  write_three(support);
  holder = support_open(support);
  assert_int_equal(mz_database_begin(holder, NULL), MZ_OK);
  support_expect_error(
      support, support_up(support, &err), MZ_EBUSY, &err,
      "FOLDER/app.db: database is locked\n"
      "hint: another process is using FOLDER/app.db: try again, or wait longer "
      "with --lock-timeout\n"
      "state: migration 1 was not begun; FOLDER/app.db is still without any "
      "migration\n");
  mz_database_close(holder);
  assert_int_equal(support_up(support, NULL), MZ_OK);
}

static void a_missing_database_is_not_made_unless_allowed(void **state) {
  const struct support *support = *state;
  struct mz_transaction transaction = {.options = &support->options};
  struct mz_error err = MZ_ERROR_INIT;
  struct mz_version one = {.some = true, .number = 1};
  enum mz_status status =
      mz_transaction_set_version(&transaction, one, "force", &err);
  assert_true(mz_run_options_is_missing(&support->options));
  support_expect_error(support, status, MZ_EOPEN, &err,
                       "FOLDER/app.db: no such database\n"
                       "hint: `mzlua up` makes it; --database names another\n"
                       "state: nothing was done\n");
  assert_false(mz_fs_exists(support->database));
}

static void a_uri_is_never_called_missing(void **state) {
  struct mz_run_options options = {.database = "file:/nosuch/file.db"};
  (void)state;
  assert_false(mz_run_options_is_missing(&options));
}

static void setting_the_version_is_recorded_and_runs_nothing(void **state) {
  const struct support *support = *state;
  struct mz_transaction transaction = {.options = &support->options,
                                       .create = true};
  struct mz_version two = {.some = true, .number = 2};
  struct mz_version none = {.some = false, .number = -1};
  write_three(support);
  assert_int_equal(
      mz_transaction_set_version(&transaction, two, "baseline", NULL), MZ_OK);
  support_expect(support, "SELECT version, dirty FROM schema_migrations",
                 "2|0\n");
  assert_int_equal(
      mz_transaction_set_version(&transaction, none, "force", NULL), MZ_OK);
  support_expect(support, "SELECT count(*) FROM schema_migrations", "0\n");
  support_expect(support,
                 "SELECT direction, kind, version_before, version_after FROM "
                 "mzlua_history",
                 "baseline|NULL|NULL|2\nforce|NULL|2|NULL\n");
  support_expect(support, "SELECT count(*) FROM sqlite_schema WHERE name = 't'",
                 "0\n");
}

static void a_signal_between_steps_is_not_lost(void **state) {
  const struct support *support = *state;
  struct support own = *support;
  struct mz_interrupt interrupt = {.signal = 15};
  struct mz_error err = MZ_ERROR_INIT;
  write_three(support);
  assert_int_equal(
      support_move(support,
                   &(struct mz_target){.move = MZ_MOVE_GOTO, .version = 1},
                   NULL),
      MZ_OK);
  own.options.interrupt = &interrupt;
  support_expect_error(
      support, support_up(&own, &err), MZ_EINTERRUPT, &err,
      "interrupted\n"
      "state: migration 2 was not begun; FOLDER/app.db is still at "
      "1\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(steps_of_one_transaction_happen_together),
      SUPPORT_TEST(what_another_process_has_done_is_passed_over),
      SUPPORT_TEST(what_another_process_has_begun_is_gone_on_with),
      SUPPORT_TEST(what_another_process_has_moved_elsewhere_is_left_alone),
      SUPPORT_TEST(what_became_dirty_meanwhile_is_left_alone),
      SUPPORT_TEST(a_dry_run_leaves_nothing),
      SUPPORT_TEST(a_lock_is_told_from_a_failure),
      SUPPORT_TEST(a_missing_database_is_not_made_unless_allowed),
      SUPPORT_TEST(a_uri_is_never_called_missing),
      SUPPORT_TEST(setting_the_version_is_recorded_and_runs_nothing),
      SUPPORT_TEST(a_signal_between_steps_is_not_lost),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
