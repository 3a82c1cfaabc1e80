/* test_fault_system.c - every system call that changes a file fails once.
 *
 * What follows is SQLite's own doing: statements undone, transactions lost,
 * commits that report an error and have happened. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "stages.h"
#include "system_calls.h"

static struct fault {
  long at; /* the call that fails, from 1 */
  int code;
  long calls;
  bool hit;
  size_t applied; /* steps reported as done */
} fault;

static int fail_once(void) {
  if (++fault.calls != fault.at)
    return 0;
  fault.hit = true;
  return fault.code;
}

static void count_done(void *context, const struct mz_step *step,
                       const struct mz_step_result *result) {
  (void)context;
  (void)step;
  (void)result;
  fault.applied++;
}

static enum mz_status run_disturbed(const struct support *support,
                                    struct mz_error *err) {
  struct support disturbed = *support;
  enum mz_status status = MZ_OK;
  disturbed.options.done = count_done;
  fault.calls = 0;
  fault.applied = 0;
  fault.hit = false;
  system_calls_before = fail_once;
  status = support_up(&disturbed, err);
  system_calls_before = NULL;
  return status;
}

/* err->state must be one of what can be so, and the database must be that. */
static void expect_truth(const struct stages *stages,
                         const struct support *support,
                         const struct mz_error *err) {
  char undone[300];
  char nothing[300];
  char happened[300];
  char at[64];
  const char *before = stages_describe(stages, fault.applied, at);
  int next = (int)stages->versions[fault.applied + 1];
  bool committed = false;
  (void)snprintf(undone, sizeof undone,
                 "migration %d was rolled back; %s is still %s", next,
                 support->database, before);
  (void)snprintf(nothing, sizeof nothing,
                 "migration %d was not begun; %s is still %s", next,
                 support->database, before);
  (void)snprintf(happened, sizeof happened,
                 "the commit reported an error, but it happened: %s is at %d",
                 support->database, next);
  committed = err->state && strcmp(err->state, happened) == 0;
  if (!err->state) /* it was still reading */
    assert_int_equal(fault.applied, 0);
  else if (!committed && strcmp(err->state, nothing) != 0)
    assert_string_equal(err->state, undone);
  stages_expect(stages, support, fault.applied + committed);
}

static void survive(const struct stages *stages, const struct support *support,
                    const char *mode) {
  struct mz_error err = MZ_ERROR_INIT;
  enum mz_status status = MZ_OK;
  support_sql(support, mode);
  status = run_disturbed(support, &err);
  if (status) {
    assert_int_equal(status, MZ_EIO);
    expect_truth(stages, support, &err);
  } else
    stages_expect(stages, support, stages->count);
  stages_expect_repair(stages, support);
  support_expect(support, "PRAGMA integrity_check", "ok\n");
  support_remove_database(support);
  mz_error_release(&err);
}

static void fail_every_call(const struct support *support, const char *mode,
                            int code) {
  struct support own = *support;
  struct stages stages;
  own.options.folder = "tests/mixed";
  stages_make(&stages, &own, mode);
  fault.code = code;
  fault.at = 0;
  do {
    fault.at++;
    survive(&stages, &own, mode);
  } while (fault.hit);
  assert_in_range(fault.at, 10, 5000);
  stages_release(&stages);
}

static void an_io_error_with_a_rollback_journal(void **state) {
  fail_every_call(*state, "PRAGMA journal_mode=DELETE", EIO);
}

static void an_io_error_with_a_wal(void **state) {
  fail_every_call(*state, "PRAGMA journal_mode=WAL", EIO);
}

static void a_full_disk_with_a_rollback_journal(void **state) {
  fail_every_call(*state, "PRAGMA journal_mode=DELETE", ENOSPC);
}

static void a_full_disk_with_a_wal(void **state) {
  fail_every_call(*state, "PRAGMA journal_mode=WAL", ENOSPC);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(an_io_error_with_a_rollback_journal),
      SUPPORT_TEST(an_io_error_with_a_wal),
      SUPPORT_TEST(a_full_disk_with_a_rollback_journal),
      SUPPORT_TEST(a_full_disk_with_a_wal),
  };
  return cmocka_run_group_tests(tests, system_calls_replace, NULL);
}
