/* test_diff.c - what is shown of two texts that differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/diff.h"

static const struct {
  const char *before;
  const char *after;
  const char *wanted;
} cases[] = {
    {NULL, "a\nb", "@@ -0,0 +1,2 @@\n+a\n+b\n"},
    {"a\nb\n", NULL, "@@ -1,2 +0,0 @@\n-a\n-b\n"},
    {"", "", "@@ -0,0 +0,0 @@\n"},
    {"a", "a", "@@ -1,1 +1,1 @@\n a\n"},
    {"a\nb\nc", "a\nx\nc", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"},
    {"a\nb\nc\nd", "b\nc\nd\ne", "@@ -1,4 +1,4 @@\n-a\n b\n c\n d\n+e\n"},
    {"a\n\nb", "a\nb", "@@ -1,3 +1,2 @@\n a\n-\n b\n"},
    {"x\na\nx\nb", "a\nx\nx\nb\nx",
     "@@ -1,4 +1,5 @@\n-x\n a\n x\n+x\n b\n+x\n"},
};

static void lines_in_common_are_kept(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_buf out = MZ_BUF_INIT;
    mz_diff_unified(&out, cases[i].before, cases[i].after);
    assert_string_equal(out.data, cases[i].wanted);
    mz_buf_release(&out);
  }
}

static size_t count(const char *text, const char *what) {
  size_t found = 0;
  while ((text = strstr(text, what))) {
    found++;
    text++;
  }
  return found;
}

static void long_texts_are_shown_whole(void **state) {
  struct mz_buf text = MZ_BUF_INIT;
  struct mz_buf out = MZ_BUF_INIT;
  (void)state;
  for (int i = 0; i < 2001; i++)
    mz_buf_text(&text, "line\n");
  mz_diff_unified(&out, text.data, text.data);
  assert_int_equal(count(out.data, "\n-line"), 2001);
  assert_int_equal(count(out.data, "\n+line"), 2001);
  mz_buf_release(&text);
  mz_buf_release(&out);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_in_common_are_kept),
      cmocka_unit_test(long_texts_are_shown_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
