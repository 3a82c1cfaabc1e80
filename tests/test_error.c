/* What an error says, and that the first to say it is heard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"

static void error_says_what_was_set(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  (void)state;
  assert_int_equal(mz_error_set(&err, MZ_EBUSY, "%s: %d%%", "app.db", 7),
                   MZ_EBUSY);
  assert_int_equal(err.status, MZ_EBUSY);
  assert_string_equal(err.message, "app.db: 7%");
  mz_error_release(&err);
}

static void first_message_stays(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  (void)state;
  (void)mz_error_set(&err, MZ_EIO, "first");
  assert_int_equal(mz_error_set(&err, MZ_EBUSY, "second"), MZ_EBUSY);
  assert_int_equal(err.status, MZ_EIO);
  assert_string_equal(err.message, "first");
  mz_error_release(&err);
}

static void first_of_a_field_stays(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  (void)state;
  mz_error_add(&err.hint, "run %s", "it again");
  mz_error_add(&err.hint, "give up");
  assert_string_equal(err.hint, "run it again");
  mz_error_release(&err);
}

static void first_place_stays(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  (void)state;
  mz_error_place(&err, "1_a.up.sql", 7, 12);
  mz_error_place(&err, "mzlua.lua", 1, 1);
  assert_string_equal(err.file, "1_a.up.sql");
  assert_int_equal(err.line, 7);
  assert_int_equal(err.column, 12);
  mz_error_release(&err);
}

static void long_message_is_kept_whole(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  char name[5000];
  (void)state;
  memset(name, 'n', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  (void)mz_error_set(&err, MZ_EUSAGE, "%s!", name);
  assert_int_equal(strlen(err.message), sizeof name);
  assert_string_equal(err.message + sizeof name - 2, "n!");
  mz_error_release(&err);
}

static void released_error_is_like_new(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  const struct mz_error new = MZ_ERROR_INIT;
  (void)state;
  (void)mz_error_set(&err, MZ_EIO, "disk");
  mz_error_place(&err, "file", 1, 2);
  mz_error_add(&err.code, "SQLITE_FULL");
  mz_error_add(&err.source, "source");
  mz_error_add(&err.note, "note");
  mz_error_add(&err.details, "details");
  mz_error_add(&err.hint, "hint");
  mz_error_add(&err.sql, "sql");
  mz_error_add(&err.traceback, "traceback");
  mz_error_add(&err.state, "state");
  mz_error_release(&err);
  assert_memory_equal(&err, &new, sizeof err);
  mz_error_release(&err);
}

static void nobody_listening_is_no_error(void **state) {
  (void)state;
  assert_int_equal(mz_error_set(NULL, MZ_EIO, "disk"), MZ_EIO);
  assert_int_equal(mz_error_memory(NULL), MZ_ENOMEM);
  mz_error_place(NULL, "file", 1, 1);
  mz_error_release(NULL);
}

static void moved_error_is_where_it_went(void **state) {
  struct mz_error from = MZ_ERROR_INIT;
  struct mz_error err = MZ_ERROR_INIT;
  const struct mz_error new = MZ_ERROR_INIT;
  (void)state;
  (void)mz_error_set(&from, MZ_EIO, "disk");
  mz_error_add(&from.hint, "make room");
  mz_error_move(&err, &from);
  assert_int_equal(err.status, MZ_EIO);
  assert_string_equal(err.message, "disk");
  assert_string_equal(err.hint, "make room");
  assert_memory_equal(&from, &new, sizeof from);
  mz_error_release(&err);
}

static void moved_error_does_not_replace(void **state) {
  struct mz_error from = MZ_ERROR_INIT;
  struct mz_error err = MZ_ERROR_INIT;
  const struct mz_error new = MZ_ERROR_INIT;
  (void)state;
  (void)mz_error_set(&err, MZ_EIO, "first");
  (void)mz_error_set(&from, MZ_EBUSY, "second");
  mz_error_move(&err, &from);
  assert_int_equal(err.status, MZ_EIO);
  assert_string_equal(err.message, "first");
  assert_memory_equal(&from, &new, sizeof from);
  (void)mz_error_set(&from, MZ_EBUSY, "third");
  mz_error_move(NULL, &from);
  assert_memory_equal(&from, &new, sizeof from);
  mz_error_release(&err);
}

static void exhausted_memory_has_a_message(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  (void)state;
  assert_int_equal(mz_error_memory(&err), MZ_ENOMEM);
  assert_int_equal(err.status, MZ_ENOMEM);
  assert_string_equal(err.message, "out of memory");
  mz_error_release(&err);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(error_says_what_was_set),
      cmocka_unit_test(first_message_stays),
      cmocka_unit_test(first_of_a_field_stays),
      cmocka_unit_test(first_place_stays),
      cmocka_unit_test(long_message_is_kept_whole),
      cmocka_unit_test(released_error_is_like_new),
      cmocka_unit_test(nobody_listening_is_no_error),
      cmocka_unit_test(moved_error_is_where_it_went),
      cmocka_unit_test(moved_error_does_not_replace),
      cmocka_unit_test(exhausted_memory_has_a_message),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
