/* test_fault.c - every SQLite step of a run fails once, and for good.
 *
 * sqlite3_step is replaced at link time. A failure that is made up behaves as
 * a real one: finalize repeats its code, and where lost is set the whole
 * transaction is gone, as it is after a full disk. */
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "stages.h"

int __real_sqlite3_step(sqlite3_stmt *statement);
int __real_sqlite3_finalize(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_finalize(sqlite3_stmt *statement);

static struct fault {
  bool armed;
  long at;        /* the step that fails, from 1 */
  bool forever;   /* and every one behind it */
  int code;       /* it fails with */
  bool lost;      /* the transaction is undone, too */
  bool late;      /* it is done, and fails all the same */
  const char *of; /* count only statements that start so; NULL: all */

  long steps; /* what has happened: steps so far */
  bool hit;
  bool begun;      /* inside a transaction of the runner */
  bool hit_begun;  /* as it was at the failing step */
  bool hit_commit; /* it was a COMMIT */
  bool hit_plan;   /* it was on a connection that only reads */
  size_t applied;  /* steps reported as done */
  sqlite3_stmt *failed;
} fault;

static bool starts_with(sqlite3_stmt *statement, const char *text) {
  return strncmp(sqlite3_sql(statement), text, strlen(text)) == 0;
}

static int fail_step(sqlite3_stmt *statement) {
  sqlite3 *handle = sqlite3_db_handle(statement);
  fault.armed = false;
  if (!fault.hit) {
    fault.hit = true;
    fault.hit_begun = fault.begun;
    fault.hit_commit = starts_with(statement, "COMMIT");
    fault.hit_plan = sqlite3_db_readonly(handle, "main") == 1;
  }
  if (fault.late)
    (void)__real_sqlite3_step(statement);
  else if (fault.lost && !sqlite3_get_autocommit(handle))
    (void)sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
  fault.failed = statement;
  fault.armed = true;
  return fault.code;
}

int __wrap_sqlite3_step(sqlite3_stmt *statement) {
  int code = SQLITE_OK;
  /* SQLite steps without text itself, to read the schema. */
  if (!fault.armed || !sqlite3_sql(statement))
    return __real_sqlite3_step(statement);
  if (!fault.of || starts_with(statement, fault.of))
    fault.steps++;
  if (fault.steps == fault.at ? !fault.hit
                              : fault.forever && fault.steps > fault.at)
    return fail_step(statement);
  code = __real_sqlite3_step(statement);
  if (code == SQLITE_DONE && starts_with(statement, "BEGIN IMMEDIATE"))
    fault.begun = true;
  else if (code == SQLITE_DONE && starts_with(statement, "COMMIT"))
    fault.begun = false;
  return code;
}

int __wrap_sqlite3_finalize(sqlite3_stmt *statement) {
  int code = __real_sqlite3_finalize(statement);
  if (!statement || statement != fault.failed)
    return code;
  fault.failed = NULL;
  return fault.code;
}

static void count_done(void *context, const struct mz_step *step,
                       const struct mz_step_result *result) {
  (void)context;
  (void)step;
  (void)result;
  fault.applied++;
}

/* Run up with the fault that is described. */
static enum mz_status run_disturbed(const struct support *support,
                                    const struct fault *described,
                                    struct mz_error *err) {
  struct support disturbed = *support;
  enum mz_status status = MZ_OK;
  disturbed.options.done = count_done;
  fault = *described;
  fault.armed = true;
  status = support_up(&disturbed, err);
  fault.armed = false;
  return status;
}

static enum mz_status status_of(int code) {
  if (code == SQLITE_BUSY)
    return MZ_EBUSY;
  return code == SQLITE_NOMEM ? MZ_ENOMEM : MZ_EIO;
}

static const char *undone(const struct stages *stages, char text[64]) {
  (void)snprintf(text, 64, "migration %d was %s",
                 (int)stages->versions[fault.applied + 1],
                 fault.hit_begun ? "rolled back" : "not begun");
  return text;
}

/* What err->state must be, from what the database says now. */
static void expect_state(const struct stages *stages,
                         const struct support *support,
                         const struct mz_error *err) {
  char text[300];
  char done[64];
  char at[64];
  if (fault.hit_plan) {
    assert_null(err->state);
    return;
  }
  (void)snprintf(text, sizeof text, "%s; %s is still %s", undone(stages, done),
                 support->database, stages_describe(stages, fault.applied, at));
  assert_string_equal(err->state, text);
}

/* One disturbed run and what must be so after it. Returns whether the run got
 * as far as the fault. */
static bool survives(const struct stages *stages, const struct support *support,
                     const struct fault *described) {
  struct mz_error err = MZ_ERROR_INIT;
  enum mz_status status = run_disturbed(support, described, &err);
  stages_expect(stages, support, fault.applied);
  if (status) {
    assert_true(fault.hit);
    assert_int_equal(status, status_of(fault.code));
    assert_int_equal(err.status, status);
    expect_state(stages, support, &err);
  } else
    assert_int_equal(fault.applied, stages->count);
  stages_expect_repair(stages, support);
  support_remove_database(support);
  mz_error_release(&err);
  return fault.hit;
}

static void fail_every_step(const struct support *support, const char *folder,
                            int code, bool lost) {
  struct support own = *support;
  struct stages stages;
  struct fault described = {.code = code, .lost = lost};
  own.options.folder = folder;
  stages_make(&stages, &own, NULL);
  do
    described.at += stages_stride(folder);
  while (survives(&stages, &own, &described));
  assert_in_range(described.at, 100, 5000);
  stages_release(&stages);
}

static void an_io_error_at_any_step_leaves_the_migration_undone(void **state) {
  fail_every_step(*state, "tests/mixed", SQLITE_IOERR, false);
}

/* A full disk takes the whole transaction with it. */
static void a_full_disk_at_any_step_leaves_the_migration_undone(void **state) {
  fail_every_step(*state, "tests/mixed", SQLITE_FULL, true);
}

static void a_lock_at_any_step_leaves_the_migration_undone(void **state) {
  fail_every_step(*state, "tests/mixed", SQLITE_BUSY, false);
}

static void no_memory_at_any_step_leaves_the_migration_undone(void **state) {
  fail_every_step(*state, "tests/mixed", SQLITE_NOMEM, false);
}

static void the_shipped_migrations_survive_an_io_error(void **state) {
  fail_every_step(*state, "migrations", SQLITE_IOERR, false);
}

static void the_shipped_migrations_survive_a_full_disk(void **state) {
  fail_every_step(*state, "migrations", SQLITE_FULL, true);
}

static void the_shipped_migrations_survive_a_lock(void **state) {
  fail_every_step(*state, "migrations", SQLITE_BUSY, false);
}

/* ---- a disk that stays broken ------------------------------------------- */

static void expect_unreadable(const struct stages *stages,
                              const struct support *support,
                              const struct mz_error *err) {
  char text[400];
  char done[64];
  if (fault.hit_plan) {
    assert_null(err->state);
    return;
  }
  (void)snprintf(text, sizeof text,
                 "%s; %s cannot be read again (%s: disk I/O error)",
                 fault.hit_commit ? "whether the commit happened is unknown"
                                  : undone(stages, done),
                 support->database, support->database);
  assert_string_equal(err->state, text);
}

static void a_disk_that_stays_broken_is_said_to_be(void **state) {
  const struct support *support = *state;
  struct support own = *support;
  struct stages stages;
  struct fault described = {.code = SQLITE_IOERR, .forever = true};
  enum mz_status status = MZ_OK;
  own.options.folder = "tests/mixed";
  stages_make(&stages, &own, NULL);
  do {
    struct mz_error err = MZ_ERROR_INIT;
    described.at++;
    status = run_disturbed(&own, &described, &err);
    stages_expect(&stages, &own, fault.applied);
    if (status) {
      assert_int_equal(status, fault.hit_commit ? MZ_EUNKNOWN : MZ_EIO);
      assert_int_equal(err.status, status);
      expect_unreadable(&stages, &own, &err);
    }
    mz_error_release(&err);
    stages_expect_repair(&stages, &own);
    support_remove_database(&own);
  } while (fault.hit);
  assert_int_equal(status, MZ_OK);
  stages_release(&stages);
}

/* ---- the commit --------------------------------------------------------- */

static void expect_commit(const struct stages *stages,
                          const struct support *support, size_t index,
                          const struct mz_error *err) {
  size_t now = fault.late ? index : index - 1;
  char done[64];
  char text[300];
  char at[64];
  (void)snprintf(done, sizeof done, "migration %zu was rolled back; ", index);
  (void)snprintf(text, sizeof text, "%s%s is %s%s",
                 fault.late ? "the commit reported an error, but it happened: "
                            : done,
                 support->database, fault.late ? "" : "still ",
                 stages_describe(stages, now, at));
  assert_string_equal(err->state, text);
  stages_expect(stages, support, now);
}

static void fail_every_commit(const struct support *support,
                              const struct fault *fails) {
  struct support own = *support;
  struct fault described = *fails;
  struct stages stages;
  own.options.folder = "tests/mixed";
  described.of = "COMMIT";
  described.code = SQLITE_IOERR;
  stages_make(&stages, &own, NULL);
  for (size_t i = 1; i <= stages.count; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    described.at = (long)i;
    assert_int_equal(run_disturbed(&own, &described, &err), MZ_EIO);
    expect_commit(&stages, &own, i, &err);
    mz_error_release(&err);
    stages_expect_repair(&stages, &own);
    support_remove_database(&own);
  }
  stages_release(&stages);
}

static void a_commit_that_failed_is_undone(void **state) {
  fail_every_commit(*state, &(struct fault){.lost = false});
  fail_every_commit(*state, &(struct fault){.lost = true});
}

static void a_commit_that_failed_after_it_happened_is_said_to(void **state) {
  fail_every_commit(*state, &(struct fault){.late = true});
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(an_io_error_at_any_step_leaves_the_migration_undone),
      SUPPORT_TEST(a_full_disk_at_any_step_leaves_the_migration_undone),
      SUPPORT_TEST(a_lock_at_any_step_leaves_the_migration_undone),
      SUPPORT_TEST(no_memory_at_any_step_leaves_the_migration_undone),
      SUPPORT_TEST(the_shipped_migrations_survive_an_io_error),
      SUPPORT_TEST(the_shipped_migrations_survive_a_full_disk),
      SUPPORT_TEST(the_shipped_migrations_survive_a_lock),
      SUPPORT_TEST(a_disk_that_stays_broken_is_said_to_be),
      SUPPORT_TEST(a_commit_that_failed_is_undone),
      SUPPORT_TEST(a_commit_that_failed_after_it_happened_is_said_to),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
