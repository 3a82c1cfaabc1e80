/* UTF-8: what is valid, where it is, what is near, what a terminal gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"

#define TEXT(text) text, sizeof(text) - 1

enum { VALID = -1 };

/* The byte sequences of RFC 3629, section 4, and their neighbours. */
static const struct {
  const char *text;
  size_t size;
  int bad; /* offset, or VALID */
} validity[] = {
    {TEXT(""), VALID},
    {TEXT("plain\r\n\ttext\x7F"), VALID},
    {TEXT("\xC2\x80\xDF\xBF"), VALID},
    {TEXT("\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"), VALID},
    {TEXT("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), VALID},
    {TEXT("a\0b"), 1},
    {TEXT("\0"), 0},
    {TEXT("\xC3\xA9\0"), 2},
    {TEXT("\x80"), 0},
    {TEXT("ab\xFFz"), 2},
    {TEXT("ab\xFEz"), 2},
    {TEXT("x\xC3"), 1},
    {TEXT("x\xC3z"), 1},
    {TEXT("\xC3\xA9\xE2\x82"), 2},
    {TEXT("\xE2\x28\xA1"), 0},
    {TEXT("\xF0\x9F\x98"), 0},
    {TEXT("\xC0\x80"), 0},
    {TEXT("\xC1\xBF"), 0},
    {TEXT("\xE0\x9F\xBF"), 0},
    {TEXT("\xED\xA0\x80"), 0},
    {TEXT("\xED\xBF\xBF"), 0},
    {TEXT("\xF0\x8F\xBF\xBF"), 0},
    {TEXT("\xF4\x90\x80\x80"), 0},
    {TEXT("\xF5\x80\x80\x80"), 0},
};

/* In a block of the exact size, where a sanitizer sees a byte too many. */
static void valid_text_is_utf8_without_nul(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof validity / sizeof *validity; i++) {
    size_t size = validity[i].size;
    char *text = malloc(size ? size : 1);
    size_t bad = SIZE_MAX;
    assert_non_null(text);
    memcpy(text, validity[i].text, size);
    if (mz_text_valid(text, size, &bad) != (validity[i].bad == VALID))
      fail_msg("case %zu", i);
    if (validity[i].bad != VALID)
      assert_int_equal(bad, validity[i].bad);
    free(text);
  }
}

static void mark_counts_at_the_start_alone(void **state) {
  (void)state;
  assert_int_equal(mz_text_mark(TEXT("\xEF\xBB\xBF")), 3);
  assert_int_equal(mz_text_mark(TEXT("\xEF\xBB\xBFSELECT")), 3);
  assert_int_equal(mz_text_mark(TEXT("")), 0);
  assert_int_equal(mz_text_mark(TEXT("\xEF\xBB")), 0);
  assert_int_equal(mz_text_mark(TEXT(" \xEF\xBB\xBF")), 0);
  assert_int_equal(mz_text_mark(TEXT("\xFF\xFE\xFF")), 0);
}

static const char sample[] = "one\n\ntwo \xC3\xA9 x\r\n\xE6\x97\xA5?";

static const struct {
  size_t offset;
  int line;
  int column;
  const char *source;
} places[] = {
    {0, 1, 1, "one"},
    {2, 1, 3, "one"},
    {3, 1, 4, "one"},
    {4, 2, 1, NULL},
    {5, 3, 1, "two \xC3\xA9 x"},
    {9, 3, 5, "two \xC3\xA9 x"},
    {12, 3, 7, "two \xC3\xA9 x"},
    {13, 3, 8, "two \xC3\xA9 x"},
    {15, 4, 1, "\xE6\x97\xA5?"},
    {18, 4, 2, "\xE6\x97\xA5?"},
    {19, 4, 3, "\xE6\x97\xA5?"},
};

static void place_is_line_and_character(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    mz_text_place(&err, "a.sql", TEXT(sample), places[i].offset);
    assert_string_equal(err.file, "a.sql");
    assert_int_equal(err.line, places[i].line);
    assert_int_equal(err.column, places[i].column);
    if (places[i].source)
      assert_string_equal(err.source, places[i].source);
    else
      assert_null(err.source);
    mz_error_release(&err);
  }
}

static void place_that_is_known_stays(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  (void)state;
  mz_error_place(&err, "first.sql", 7, 9);
  mz_text_place(&err, "a.sql", TEXT(sample), 0);
  mz_text_place(NULL, "a.sql", TEXT(sample), 0);
  assert_string_equal(err.file, "first.sql");
  assert_int_equal(err.line, 7);
  assert_null(err.source);
  mz_error_release(&err);
}

static const struct {
  const char *text;
  int characters;
  int width;
} sizes[] = {
    {"", 0, 0},
    {"abc", 3, 3},
    {"\xC3\xA9t\xC3\xA9", 3, 3},
    {"e\xCC\x81", 2, 1},
    {"\xE6\x97\xA5\xE6\x9C\xAC", 2, 4},
    {"\xF0\x9F\x98\x80", 1, 2},
    {"a\xFF", 2, 2},
};

static void characters_and_columns_are_counted(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    size_t size = strlen(sizes[i].text);
    assert_int_equal(mz_text_characters(sizes[i].text, size),
                     sizes[i].characters);
    assert_int_equal(mz_text_width(sizes[i].text, size), sizes[i].width);
  }
}

static const char *const words[] = {"up",     "down",        "status",
                                    "state",  "transaction", "foreign_keys",
                                    "ignore", NULL};

static const struct {
  const char *word;
  const char *nearest;
} nearness[] = {
    {"up", "up"},
    {"UP", "up"},
    {"upp", "up"},
    {"pu", NULL},
    {"dwon", "down"},
    {"stats", "status"},
    {"state", "state"},
    {"transactoin", "transaction"},
    {"Foreign-Keys", "foreign_keys"},
    {"forein_key", "foreign_keys"},
    {"ignored", "ignore"},
    {"xyzzy", NULL},
    {"", NULL},
    {"transactiontransactiontransactiontransactiontransactiontransaction",
     NULL},
};

static void nearest_word_is_found(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof nearness / sizeof *nearness; i++) {
    const char *found = mz_text_nearest(nearness[i].word, words);
    if (!found != !nearness[i].nearest)
      fail_msg("\"%s\" gives %s", nearness[i].word, found ? found : "nothing");
    if (found)
      assert_string_equal(found, nearness[i].nearest);
  }
}

static const struct {
  const char *text;
  const char *printable;
} terminal[] = {
    {"", ""},
    {"plain, \xC3\xA9, \xF0\x9F\x98\x80", "plain, \xC3\xA9, \xF0\x9F\x98\x80"},
    {"two\n\tlines", "two\n\tlines"},
    {"\x1B[31mred\x1B[0m", "\\x1B[31mred\\x1B[0m"},
    {"bell\x07 back\b return\r", "bell\\x07 back\\x08 return\\x0D"},
    {"delete\x7F", "delete\\x7F"},
    {"C1 \xC2\x9B[31m", "C1 \\u{9B}[31m"},
    {"bytes \x9B \xFF\xC3", "bytes \\x9B \\xFF\\xC3"},
    {"turned \xE2\x80\xAE\xE2\x80\xAC", "turned \\u{202E}\\u{202C}"},
    {"isolated \xE2\x81\xA6\xE2\x81\xA9", "isolated \\u{2066}\\u{2069}"},
    {"line \xE2\x80\xA8", "line \\u{2028}"},
};

static void nothing_steers_the_terminal(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof terminal / sizeof *terminal; i++) {
    char *printable = mz_text_printable(terminal[i].text);
    assert_string_equal(printable, terminal[i].printable);
    free(printable);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(valid_text_is_utf8_without_nul),
      cmocka_unit_test(mark_counts_at_the_start_alone),
      cmocka_unit_test(place_is_line_and_character),
      cmocka_unit_test(place_that_is_known_stays),
      cmocka_unit_test(characters_and_columns_are_counted),
      cmocka_unit_test(nearest_word_is_found),
      cmocka_unit_test(nothing_steers_the_terminal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
