/* A signal is seen by the flag, and wakes what watches. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/interrupt.h"

static struct mz_interrupt caught;

static void on_signal(int signo) { mz_interrupt_raise(&caught, signo); }

static void count(void *context) { (*(int *)context)++; }

struct watcher {
  const struct mz_interrupt *interrupt;
  int seen;
};

static void look(void *context) {
  struct watcher *watcher = context;
  watcher->seen = watcher->interrupt->signal;
}

static void raising_sets_the_flag(void **state) {
  struct mz_interrupt interrupt = {.signal = 0};
  (void)state;
  mz_interrupt_raise(&interrupt, SIGTERM);
  assert_int_equal(interrupt.signal, SIGTERM);
}

static void raising_wakes_the_watcher_each_time(void **state) {
  struct mz_interrupt interrupt = {.signal = 0};
  int woken = 0;
  (void)state;
  mz_interrupt_watch(&interrupt, count, &woken);
  assert_int_equal(woken, 0);
  mz_interrupt_raise(&interrupt, SIGINT);
  mz_interrupt_raise(&interrupt, SIGTERM);
  assert_int_equal(woken, 2);
  assert_int_equal(interrupt.signal, SIGTERM);
}

static void watcher_sees_the_flag_set(void **state) {
  struct mz_interrupt interrupt = {.signal = 0};
  struct watcher watcher = {.interrupt = &interrupt};
  (void)state;
  mz_interrupt_watch(&interrupt, look, &watcher);
  mz_interrupt_raise(&interrupt, SIGHUP);
  assert_int_equal(watcher.seen, SIGHUP);
}

static void watcher_that_is_gone_is_not_woken(void **state) {
  struct mz_interrupt interrupt = {.signal = 0};
  int woken = 0;
  (void)state;
  mz_interrupt_watch(&interrupt, count, &woken);
  mz_interrupt_watch(&interrupt, NULL, NULL);
  mz_interrupt_raise(&interrupt, SIGINT);
  assert_int_equal(woken, 0);
  assert_int_equal(interrupt.signal, SIGINT);
}

static void last_watcher_is_the_one_woken(void **state) {
  struct mz_interrupt interrupt = {.signal = 0};
  int first = 0;
  int second = 0;
  (void)state;
  mz_interrupt_watch(&interrupt, count, &first);
  mz_interrupt_watch(&interrupt, count, &second);
  mz_interrupt_raise(&interrupt, SIGINT);
  assert_int_equal(first, 0);
  assert_int_equal(second, 1);
}

static void watching_nothing_does_nothing(void **state) {
  int woken = 0;
  (void)state;
  mz_interrupt_watch(NULL, count, &woken);
  assert_int_equal(woken, 0);
}

static void signal_handler_may_raise(void **state) {
  struct sigaction action = {.sa_handler = on_signal};
  struct sigaction before;
  int woken = 0;
  (void)state;
  mz_interrupt_watch(&caught, count, &woken);
  assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
  assert_int_equal(raise(SIGUSR1), 0);
  assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
  assert_int_equal(caught.signal, SIGUSR1);
  assert_int_equal(woken, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(raising_sets_the_flag),
      cmocka_unit_test(raising_wakes_the_watcher_each_time),
      cmocka_unit_test(watcher_sees_the_flag_set),
      cmocka_unit_test(watcher_that_is_gone_is_not_woken),
      cmocka_unit_test(last_watcher_is_the_one_woken),
      cmocka_unit_test(watching_nothing_does_nothing),
      cmocka_unit_test(signal_handler_may_raise),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
