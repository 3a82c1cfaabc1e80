/* test_unicode.c - blanks, case, accents and normal forms.
 *
 * What is wanted was computed by Python's unicodedata, str.casefold, lower and
 * upper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/unicode.h"

#define TEXT(text) text, sizeof(text) - 1

static const struct {
  const char *text;
  size_t size;
  enum mz_unicode kind;
  size_t bad;
} kinds[] = {
    {TEXT(""), MZ_UNICODE_ASCII, 0},
    {TEXT("a\0\x7F"), MZ_UNICODE_ASCII, 0},
    {TEXT("seventeen bytes.."), MZ_UNICODE_ASCII, 0},
    {TEXT("seventeen bytes.\xC3\xA9"), MZ_UNICODE_UTF8, 0},
    {TEXT("\xF4\x8F\xBF\xBF"), MZ_UNICODE_UTF8, 0},
    {TEXT("seventeen bytes.\xC3"), MZ_UNICODE_INVALID, 16},
    {TEXT("12345\xFF"
          "789"),
     MZ_UNICODE_INVALID, 5},
    {TEXT("\xC3\xA9\xED\xA0\x80"), MZ_UNICODE_INVALID, 2},
    {TEXT("\xC0\x80"), MZ_UNICODE_INVALID, 0},
};

/* In a block of the exact size, where a sanitizer sees a byte too many. */
static char *copy(const char *text, size_t size) {
  char *block = malloc(size ? size : 1);
  assert_non_null(block);
  memcpy(block, text, size);
  return block;
}

static void text_is_ascii_or_utf8_or_neither(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    char *text = copy(kinds[i].text, kinds[i].size);
    size_t bad = 0;
    if (mz_unicode_kind(text, kinds[i].size, &bad) != kinds[i].kind)
      fail_msg("case %zu", i);
    assert_int_equal(bad, kinds[i].bad);
    free(text);
  }
}

/* Run convert on text, with an output of the size that it may have at most. */
static void expect(size_t (*convert)(const char *, size_t, char *),
                   size_t factor, const char *text, const char *wanted) {
  size_t size = strlen(text);
  char *in = copy(text, size);
  char *out = malloc(size * factor + !size);
  size_t written = 0;
  assert_non_null(out);
  written = convert(in, size, out);
  if (written != strlen(wanted) || memcmp(out, wanted, written) != 0)
    fail_msg("\"%s\" became \"%.*s\"", text, (int)written, out);
  free(out);
  free(in);
}

static size_t trim(const char *text, size_t size, char *out) {
  size_t left = mz_unicode_trim(&text, size);
  memcpy(out, text, left);
  return left;
}

static const struct {
  const char *text;
  const char *trimmed;
  const char *squeezed;
} blanks[] = {
    {"", "", ""},
    {" \t\v\f\r\n", "", ""},
    {"a", "a", "a"},
    {"  a \t b\n", "a \t b", "a b"},
    /* U+00A0, U+1680, U+2003, U+2028, U+202F, U+205F, U+3000, U+0085 */
    {"\u00A0\u1680a\u2003\u2028b\u202F\u205F\u3000\xC2\x85", "a\u2003\u2028b",
     "a b"},
    /* zero width: U+200B, U+2060, U+FEFF; U+180E is no longer a space */
    {"\u200Ba\u2060 \uFEFF\u180E", "\u200Ba\u2060 \uFEFF\u180E",
     "\u200Ba\u2060 \uFEFF\u180E"},
    {"\u00E9 \U0001F3AC", "\u00E9 \U0001F3AC", "\u00E9 \U0001F3AC"},
};

static void white_space_is_unicodes(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
    expect(trim, 1, blanks[i].text, blanks[i].trimmed);
    expect(mz_unicode_squeeze, 1, blanks[i].text, blanks[i].squeezed);
  }
  expect(mz_unicode_normalise_ascii, 1, "  The\tQUICK  [Fox] \n",
         "the quick [fox]");
}

static void case_is_mapped_by_characters(void **state) {
  (void)state;
  expect(mz_unicode_lower, 2, "ÀÉ Straße ΟΔΥΣΣΕΎΣ ЁЖ @[`{ Z",
         "àé straße οδυσσεύσ ёж @[`{ z");
  expect(mz_unicode_upper, 2, "àé σς ёж @[`{ z ŉ", "ÀÉ ΣΣ ЁЖ @[`{ Z ŉ");
  /* two bytes that become three: U+023A, U+0250 */
  expect(mz_unicode_lower, 2, "ȺȺ", "ⱥⱥ");
  expect(mz_unicode_upper, 2, "ɐɐ", "ⱯⱯ");
}

static void expect_form(enum mz_unicode_form form, const char *text,
                        const char *wanted) {
  size_t size = strlen(text);
  size_t count = mz_unicode_decompose(text, size, form, NULL, 0);
  int32_t *points = calloc(count + 1, sizeof *points);
  assert_non_null(points);
  assert_int_equal(mz_unicode_decompose(text, size, form, points, count),
                   count);
  size = mz_unicode_compose(points, count, form);
  if (size != strlen(wanted) || memcmp(points, wanted, size) != 0)
    fail_msg("\"%s\" became \"%.*s\"", text, (int)size, (const char *)points);
  free(points);
}

static const struct {
  const char *text;
  const char *folded;
} folds[] = {
    {"", ""},
    {"AÉÄÅçÑ", "aeaacn"},
    {"Straße STRASSE ẞ", "strasse strasse ss"},
    {"e\u0301 A\u030A i\u0302\u0323", "e a i"},
    {"ŁØĐÆŒÞıħ", "łøđæœþıħ"},
    {"İ", "i"},
    {"Ёлка й \u0438\u0306", "елка и и"},
    {"Ὀδυσσεύς ᾳ", "οδυσσευσ αι"},
    {"ﬁ ™ ² Ａ ①", "fi tm 2 a 1"},
    {"ガ か\u3099 각", "ガ が 각"},
    {"हिन्दी กี", "हिन्दी กี"},
    {"\u212B \u1E9B\u0323", "a s"},
    {"\uFDFA", "صلى الله عليه وسلم"},
};

static void folding_takes_case_and_accents(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof folds / sizeof *folds; i++) {
    expect_form(MZ_UNICODE_FOLD, folds[i].text, folds[i].folded);
    expect_form(MZ_UNICODE_FOLD, folds[i].folded, folds[i].folded);
  }
}

static void form_c_composes(void **state) {
  (void)state;
  expect_form(MZ_UNICODE_NFC, "", "");
  expect_form(MZ_UNICODE_NFC, "e\u0301 \u1112\u1161\u11AB ﬁ", "é 한 ﬁ");
  expect_form(MZ_UNICODE_NFC, "q\u0307\u0323", "q\u0323\u0307");
  expect_form(MZ_UNICODE_NFC, "\u212B", "Å");
}

static void words_are_joined_by_the_separator(void **state) {
  static const char text[] = "--a1, b\u00B7\u4E03\u0915\u0941!c_";
  char out[sizeof text + sizeof text * 2];
  size_t size = mz_unicode_slug(text, sizeof text - 1, "<>", 2, out);
  (void)state;
  out[size] = '\0';
  assert_string_equal(out, "a1<>b<>\u4E03\u0915\u0941<>c");
  assert_int_equal(mz_unicode_slug("!?", 2, "-", 1, out), 0);
  assert_int_equal(mz_unicode_slug("a b", 3, "", 0, out), 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_is_ascii_or_utf8_or_neither),
      cmocka_unit_test(white_space_is_unicodes),
      cmocka_unit_test(case_is_mapped_by_characters),
      cmocka_unit_test(folding_takes_case_and_accents),
      cmocka_unit_test(form_c_composes),
      cmocka_unit_test(words_are_joined_by_the_separator),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
