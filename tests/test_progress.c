/* test_progress.c - the line that shows how far long work is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "cli/progress.h"

static const struct {
  struct mz_progress_line line;
  const char *text;
} lines[] = {
    {{"read", 0, 10, 0, 0, 80}, "read  [----------------------------]    0 %"},
    {{"read", 5, 10, 5, 1000, 60},
     "read  [##############--------------]   50 %  5/s  0:01 left"},
    {{"read", 999, 1000, 999, 333, 80},
     "read  [###########################-]   99 %  3000/s  0:00 left"},
    {{"", 1, 2, 0, 0, 80}, "  [##############--------------]   50 %"},
    {{"read", 300, 1000, 100, 100000, 80},
     "read  [########--------------------]   30 %  1/s  11:40 left"},
    {{"read", 1, 10001, 1, 1000, 80},
     "read  [----------------------------]    0 %  1/s  2:46:40 left"},
    {{"slow", 1, 2, 1, 10000, 80},
     "slow  [##############--------------]   50 %  0:10 left"},
    {{"all", 4611686018427387904, INT64_MAX, 0, 0, 80},
     "all  [##############--------------]   50 %"},
    {{"rows", 1234567, 0, 1234567, 1000, 80}, "rows  1234567  1234567/s"},
    {{"rows", 7, 0, 0, 0, 80}, "rows  7"},
    {{"a long label", 1, 2, 0, 0, 27}, "a long label  [#--]   50 %"},
    {{"a long label", 1, 2, 0, 0, 20}, "a long label   50 %"},
    {{"a long label", 1, 2, 0, 0, 12}, "a lo   50 %"},
    {{"\u6620\u753b\u306e", 1, 2, 0, 0, 12}, "\u6620\u753b   50 %"},
    {{"a", 1, 2, 0, 0, 5}, ""},
    {{"a\tb\nc\x1b[31m", 1, 0, 0, 0, 80}, "a b c\\x1B[31m  1"},
};

static void a_line_has_a_bar_a_rate_and_the_time_left(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    char *text = mz_progress_format(&lines[i].line);
    int width = text ? mz_text_width(text, strlen(text)) : 0;
    assert_string_equal(text ? text : "", lines[i].text);
    assert_true(width < lines[i].line.width);
    free(text);
  }
}

static void a_bar_is_told_by_its_label_and_what_is_done(void **state) {
  struct mz_progress progress = {.label = NULL};
  const struct mz_report report = {.terminal = false};
  (void)state;
  mz_progress_tell(&progress, &report, "read", 10, 100, 5000);
  mz_progress_tell(&progress, &report, "read", 20, 100, 5050);
  assert_int_equal(progress.start, 5000);
  assert_int_equal(progress.first, 10);
  assert_int_equal(progress.drawn, 5000);
  mz_progress_tell(&progress, &report, "read", 30, 100, 5100);
  assert_int_equal(progress.drawn, 5100);
  mz_progress_tell(&progress, &report, "read", 5, 100, 5101);
  assert_int_equal(progress.start, 5101);
  assert_int_equal(progress.drawn, 5100);
  mz_progress_tell(&progress, &report, "write", 6, 100, 5102);
  assert_string_equal(progress.label, "write");
  assert_int_equal(progress.first, 6);
  mz_progress_tell(&progress, &report, "write", 100, 100, 5103);
  assert_int_equal(progress.drawn, 5103);
  mz_progress_release(&progress);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_line_has_a_bar_a_rate_and_the_time_left),
      cmocka_unit_test(a_bar_is_told_by_its_label_and_what_is_done),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
