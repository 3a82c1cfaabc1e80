/* A text that grows, and one that could not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"

static void text_is_put_together(void **state) {
  struct mz_buf buf = MZ_BUF_INIT;
  char *text = NULL;
  (void)state;
  mz_buf_text(&buf, "one ");
  mz_buf_add(&buf, "two and more", 3);
  mz_buf_format(&buf, " %d%%%s", 3, "!");
  assert_int_equal(buf.size, 11);
  assert_string_equal(buf.data, "one two 3%!");
  text = mz_buf_take(&buf);
  assert_string_equal(text, "one two 3%!");
  free(text);
}

static void taking_empties(void **state) {
  struct mz_buf buf = MZ_BUF_INIT;
  (void)state;
  mz_buf_text(&buf, "gone");
  free(mz_buf_take(&buf));
  assert_null(buf.data);
  assert_int_equal(buf.size, 0);
  mz_buf_text(&buf, "new");
  assert_string_equal(buf.data, "new");
  mz_buf_release(&buf);
}

static void nothing_added_is_an_empty_text(void **state) {
  struct mz_buf buf = MZ_BUF_INIT;
  char *text = mz_buf_take(&buf);
  (void)state;
  assert_string_equal(text, "");
  free(text);
}

static void adding_nothing_makes_it_a_text(void **state) {
  struct mz_buf buf = MZ_BUF_INIT;
  (void)state;
  mz_buf_add(&buf, NULL, 0);
  assert_string_equal(buf.data, "");
  mz_buf_format(&buf, "%s", "");
  assert_int_equal(buf.size, 0);
  mz_buf_release(&buf);
}

static void nul_bytes_are_kept(void **state) {
  struct mz_buf buf = MZ_BUF_INIT;
  (void)state;
  mz_buf_add(&buf, "a\0b", 3);
  assert_int_equal(buf.size, 3);
  assert_memory_equal(buf.data, "a\0b", 4);
  mz_buf_release(&buf);
}

/* The allocation ends where the sanitizer would see one byte too many. */
static void every_size_ends_in_a_nul_byte(void **state) {
  (void)state;
  for (size_t size = 0; size < 300; size++) {
    struct mz_buf buf = MZ_BUF_INIT;
    for (size_t i = 0; i < size; i++)
      mz_buf_add(&buf, "x", 1);
    mz_buf_format(&buf, "%*s", (int)size, "");
    assert_int_equal(buf.size, 2 * size);
    assert_int_equal(strlen(buf.data), 2 * size);
    mz_buf_release(&buf);
  }
}

static void exhaustion_is_remembered(void **state) {
  struct mz_buf buf = MZ_BUF_INIT;
  (void)state;
  mz_buf_text(&buf, "kept");
  mz_buf_add(&buf, "", SIZE_MAX / 2); /* refused before it is read */
  assert_true(buf.failed);
  mz_buf_text(&buf, " and lost");
  mz_buf_format(&buf, "%d", 1);
  assert_int_equal(buf.size, 4);
  assert_null(mz_buf_take(&buf));
}

static void exhaustion_ends_with_the_taking(void **state) {
  struct mz_buf buf = MZ_BUF_INIT;
  (void)state;
  mz_buf_add(&buf, "", SIZE_MAX / 2);
  assert_null(mz_buf_take(&buf));
  mz_buf_text(&buf, "again");
  assert_string_equal(buf.data, "again");
  mz_buf_release(&buf);
  mz_buf_release(&buf);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_is_put_together),
      cmocka_unit_test(taking_empties),
      cmocka_unit_test(nothing_added_is_an_empty_text),
      cmocka_unit_test(adding_nothing_makes_it_a_text),
      cmocka_unit_test(nul_bytes_are_kept),
      cmocka_unit_test(every_size_ends_in_a_nul_byte),
      cmocka_unit_test(exhaustion_is_remembered),
      cmocka_unit_test(exhaustion_ends_with_the_taking),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
