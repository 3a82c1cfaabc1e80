/* test_uuid.c - UUIDs, made of the bytes and times that the tests give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <time.h>

#include "base/uuid.h"

static const char *given; /* hexadecimal; NULL: the system has none */
static struct timespec at;

int __wrap_getentropy(void *bytes, size_t size);
int __wrap_getentropy(void *bytes, size_t size) {
  unsigned char *byte = bytes;
  if (!given) {
    errno = ENOSYS;
    return -1;
  }
  for (size_t i = 0; i < size; i++) {
    char two[3] = {given[2 * i], given[2 * i + 1], '\0'};
    byte[i] = (unsigned char)strtoul(two, NULL, 16);
  }
  return 0;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time) {
  assert_int_equal(clock, CLOCK_REALTIME);
  *time = at;
  return 0;
}

static void expect_v4(const char *random, const char *expected) {
  char text[MZ_UUID_SIZE];
  given = random;
  assert_int_equal(mz_uuid_v4(text, NULL), MZ_OK);
  assert_string_equal(text, expected);
}

static void expect_v7(uint64_t *last, const char *expected) {
  char text[MZ_UUID_SIZE];
  assert_int_equal(mz_uuid_v7(last, text, NULL), MZ_OK);
  assert_string_equal(text, expected);
}

/* RFC 9562, A.3. */
static void v4_is_random_but_for_version_and_variant(void **state) {
  (void)state;
  expect_v4("919108f752d1032013bacf847db4148a8",
            "919108f7-52d1-4320-93ba-cf847db4148a");
  expect_v4("919108f752d133205bacf847db4148a8",
            "919108f7-52d1-4320-9bac-f847db4148a8");
  expect_v4("ffffffffffffffffffffffffffffffff",
            "ffffffff-ffff-4fff-bfff-ffffffffffff");
  expect_v4("00000000000000000000000000000000",
            "00000000-0000-4000-8000-000000000000");
}

/* RFC 9562, A.6, is of 2022-02-22T19:22:22Z; its twelve bits 0xCC3 are the
 * first fraction of a millisecond that is 3267 of 4096: 0.79760742 ms. */
static void v7_begins_with_the_time(void **state) {
  uint64_t last = 0;
  (void)state;
  given = "18c4dc0c0c07398f";
  at = (struct timespec){.tv_sec = 1645557742, .tv_nsec = 797608};
  expect_v7(&last, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

static void v7_rises_whatever_the_clock_does(void **state) {
  uint64_t last = 0;
  (void)state;
  given = "0000000000000000";
  at = (struct timespec){.tv_sec = 1645557742, .tv_nsec = 999999};
  expect_v7(&last, "017f22e2-79b0-7fff-8000-000000000000");
  expect_v7(&last, "017f22e2-79b1-7000-8000-000000000000");
  at.tv_sec -= 3600;
  expect_v7(&last, "017f22e2-79b1-7001-8000-000000000000");
  at.tv_sec += 3601;
  expect_v7(&last, "017f22e2-7d98-7fff-8000-000000000000");
}

static void without_random_bytes_there_is_an_error(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  char text[MZ_UUID_SIZE];
  uint64_t last = 7;
  (void)state;
  given = NULL;
  assert_int_equal(mz_uuid_v4(text, &err), MZ_EMIGRATION);
  assert_string_equal(
      err.message,
      "the system gives no random bytes: Function not implemented");
  assert_int_equal(mz_uuid_v7(&last, text, NULL), MZ_EMIGRATION);
  assert_int_equal(last, 7);
  mz_error_release(&err);
}

static const struct {
  const char *text;
  bool is;
} cases[] = {
    {"919108f7-52d1-4320-9bac-f847db4148a8", true},
    {"919108F7-52D1-4320-9BAC-F847DB4148A8", true},
    {"00000000-0000-0000-0000-000000000000", true},
    {"919108f7-52d1-4320-9bac-f847db4148a", false},
    {"919108f7-52d1-4320-9bac-f847db4148a80", false},
    {"919108f752d1-4320-9bac-f847db4148a8-0", false},
    {"919108f7-52d1-4320-9bac-f847db4148ag", false},
    {"919108f7052d1-4320-9bac-f847db4148a8", false},
    {"919108f7-52d1-4320-9bac+f847db4148a8", false},
    {"{19108f7-52d1-4320-9bac-f847db4148a}", false},
    {"", false},
};

static void a_uuid_is_known_by_its_form(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(mz_uuid_is(cases[i].text, strlen(cases[i].text)),
                     cases[i].is);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(v4_is_random_but_for_version_and_variant),
      cmocka_unit_test(v7_begins_with_the_time),
      cmocka_unit_test(v7_rises_whatever_the_clock_does),
      cmocka_unit_test(without_random_bytes_there_is_an_error),
      cmocka_unit_test(a_uuid_is_known_by_its_form),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
