/* test_database_lock.c - waiting for a lock.
 *
 * nanosleep and clock_gettime are replaced, so that waiting takes no time and
 * what happens meanwhile is up to the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "support.h"

int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

static struct waiting {
  int64_t now; /* nanoseconds */
  int sleeps;
  int event_at; /* the sleep during which event(context) is called */
  void (*event)(void *context);
  void *context;
} waiting;

int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left) {
  (void)left;
  waiting.now += wanted->tv_sec * 1000000000 + wanted->tv_nsec;
  if (++waiting.sleeps == waiting.event_at)
    waiting.event(waiting.context);
  return 0;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now) {
  (void)clock;
  now->tv_sec = waiting.now / 1000000000;
  now->tv_nsec = waiting.now % 1000000000;
  return 0;
}

static struct mz_database *open_reading(const struct support *support) {
  struct mz_database_options options = {.path = support->database,
                                        .mode = MZ_DATABASE_READ};
  struct mz_database *database = NULL;
  assert_int_equal(mz_database_open(&database, &options, NULL), MZ_OK);
  return database;
}

static void begin_takes_the_write_lock(void **state) {
  const struct support *support = *state;
  struct mz_database *first = support_open(support);
  struct mz_database *second = support_open(support);
  struct mz_error err = MZ_ERROR_INIT;
  assert_int_equal(mz_database_begin(first, NULL), MZ_OK);
  support_expect_error(
      support, mz_database_begin(second, &err), MZ_EBUSY, &err,
      "FOLDER/app.db: database is locked\n"
      "hint: another process is using FOLDER/app.db: try again, or wait longer "
      "with --lock-timeout\n");
  mz_database_rollback(first);
  assert_int_equal(mz_database_begin(second, NULL), MZ_OK);
  mz_database_close(first);
  mz_database_close(second);
}

static void roll_back(void *context) { mz_database_rollback(context); }

static void a_lock_is_waited_for(void **state) {
  const struct support *support = *state;
  struct mz_database *first = support_open(support);
  struct mz_database *second = support_open(support);
  second->lock.timeout = 15000;
  assert_int_equal(mz_database_begin(first, NULL), MZ_OK);
  waiting =
      (struct waiting){.event_at = 20, .event = roll_back, .context = first};
  assert_int_equal(mz_database_begin(second, NULL), MZ_OK);
  assert_int_equal(waiting.sleeps, 20);
  mz_database_close(first);
  mz_database_close(second);
}

static void a_lock_is_not_waited_for_endlessly(void **state) {
  const struct support *support = *state;
  struct mz_database *first = support_open(support);
  struct mz_database *second = support_open(support);
  assert_int_equal(mz_database_begin(first, NULL), MZ_OK);
  for (int timeout = 0; timeout <= 4000; timeout += 1000) {
    int64_t waited = 0;
    waiting = (struct waiting){.event_at = 0};
    second->lock.timeout = timeout;
    assert_int_equal(mz_database_begin(second, NULL), MZ_EBUSY);
    waited = waiting.now / 1000000;
    assert_in_range(waited, timeout, timeout ? timeout + 50 : 0);
  }
  mz_database_close(first);
  mz_database_close(second);
}

static void interrupt_it(void *context) { mz_interrupt_raise(context, 15); }

static void a_signal_ends_the_wait_for_a_lock(void **state) {
  const struct support *support = *state;
  struct mz_database *first = support_open(support);
  struct mz_database *second = support_open(support);
  struct mz_interrupt interrupt = {.signal = 0};
  struct mz_error err = MZ_ERROR_INIT;
  second->interrupt = &interrupt;
  second->lock.timeout = 15000;
  assert_int_equal(mz_database_begin(first, NULL), MZ_OK);
  waiting = (struct waiting){
      .event_at = 3, .event = interrupt_it, .context = &interrupt};
  support_expect_error(support, mz_database_begin(second, &err), MZ_EINTERRUPT,
                       &err, "interrupted\n");
  assert_int_equal(waiting.sleeps, 3);
  mz_database_close(first);
  mz_database_close(second);
}

static void a_commit_waits_for_a_reader(void **state) {
  const struct support *support = *state;
  struct mz_database *writer = support_open(support);
  struct mz_database *reader = NULL;
  assert_int_equal(mz_database_exec(writer, "CREATE TABLE t (a)", NULL), MZ_OK);
  reader = open_reading(support);
  assert_int_equal(mz_database_begin_reading(reader, NULL), MZ_OK);
  assert_int_equal(support_number(reader, "SELECT count(*) FROM t"), 0);
  assert_int_equal(mz_database_begin(writer, NULL), MZ_OK);
  assert_int_equal(mz_database_exec(writer, "INSERT INTO t VALUES (1)", NULL),
                   MZ_OK);
  waiting = (struct waiting){.event_at = 0};
  assert_int_equal(mz_database_commit(writer, NULL), MZ_EBUSY);
  assert_true(mz_database_in_transaction(writer));
  writer->lock.timeout = 15000;
  waiting =
      (struct waiting){.event_at = 5, .event = roll_back, .context = reader};
  assert_int_equal(mz_database_commit(writer, NULL), MZ_OK);
  assert_int_equal(support_number(reader, "SELECT count(*) FROM t"), 1);
  mz_database_close(writer);
  mz_database_close(reader);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(begin_takes_the_write_lock),
      SUPPORT_TEST(a_lock_is_waited_for),
      SUPPORT_TEST(a_lock_is_not_waited_for_endlessly),
      SUPPORT_TEST(a_signal_ends_the_wait_for_a_lock),
      SUPPORT_TEST(a_commit_waits_for_a_reader),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
