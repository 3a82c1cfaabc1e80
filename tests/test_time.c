/* test_time.c - times as text. The seconds that are wanted come from Python's
 * datetime. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/time.h"

enum { NO_ZONE = 1 }; /* no offset is one second */

static const struct {
  const char *text;
  int64_t seconds; /* UTC where there is an offset */
  int nanosecond;
  int offset;
} forms[] = {
    {"2024-02-29", 1709164800, 0, NO_ZONE},
    {"2024-02-29 12:34", 1709210040, 0, NO_ZONE},
    {" 2024-02-29 12:34:56 ", 1709210096, 0, NO_ZONE},
    {"2024-02-29T12:34:56.125", 1709210096, 125000000, NO_ZONE},
    {"2024-02-29t12:34:56z", 1709210096, 0, 0},
    {"2024-02-29 12:34:56.1234567891 +00:00", 1709210096, 123456789, 0},
    {"2024-02-29T14:34:56+02:00", 1709210096, 0, 7200},
    {"2024-02-29T06:04:56-0630", 1709210096, 0, -23400},
    {"2024-02-29 14:34+02", 1709210040, 0, 7200},
    {"2024-2-9 12:34:56", 1707482096, 0, NO_ZONE},
    {"20240229T123456Z", 1709210096, 0, 0},
    {"29.02.2024 12:34", 1709210040, 0, NO_ZONE},
    {"29.2.2024 12:34:56", 1709210096, 0, NO_ZONE},
    {"29.02.2024", 1709164800, 0, NO_ZONE},
    {"2024-02-29T24:00:00", 1709251200, 0, NO_ZONE},
    {"2016-12-31T23:59:60Z", 1483228800, 0, 0},
    {"0000-01-01 00:00:00", -62167219200, 0, NO_ZONE},
    {"9999-12-31 23:59:59", 253402300799, 0, NO_ZONE},
    /* RFC 2822, appendix A, and RFC 9110, 5.6.7 */
    {"Tue, 1 Jul 2003 10:52:37 +0200", 1057049557, 0, 7200},
    {"1 Jul 2003 10:52:37 +0200 (CEST) ", 1057049557, 0, 7200},
    {"Fri, 21 Nov 1997 09:55:06 CST", 880127706, 0, -21600},
    {"Fri, 21 Nov 1997 09:55 -0600", 880127700, 0, -21600},
    {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777, 0, 0},
    {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777, 0, 0},
    {"Sun Nov  6 08:49:37 1994", 784111777, 0, NO_ZONE},
};

static void known_forms_are_told_apart(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    struct mz_time time;
    int64_t seconds = 0;
    if (!mz_time_guess(&time, forms[i].text))
      fail_msg("%s", forms[i].text);
    assert_true(mz_time_to_seconds(&time, &seconds));
    if (seconds - time.offset != forms[i].seconds)
      fail_msg("%s: %lld", forms[i].text, (long long)seconds);
    assert_int_equal(time.nanosecond, forms[i].nanosecond);
    assert_int_equal(time.zoned ? time.offset : NO_ZONE, forms[i].offset);
  }
}

static void others_are_refused(void **state) {
  static const char *const texts[] = {"",
                                      "now",
                                      "01/02/2020",
                                      "20-01-02",
                                      "2020-01",
                                      "20200102",
                                      "2020-01-02 12",
                                      "12:30",
                                      "02.01.20",
                                      "1700000000",
                                      "2020-01-02 12:3",
                                      "2020-01-02 12:30:5",
                                      "2020-01-02x",
                                      "2020-01-02 12:30 XYZ",
                                      "2020-01-02 12:30+2",
                                      "2020-01-02 12:30+24:00",
                                      "2020-01-02 12:30 (x)",
                                      "Mon, 40 Foo 2020",
                                      "2020-01-02 12:30+02:",
                                      "2020-01-02 12:30:00.",
                                      "2024-01-02-03",
                                      "2024-01-02Z",
                                      "2024-01-02 +02:00",
                                      "02.01.2024-03",
                                      "Tue, 1 Jul 03 10:52:37"};
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct mz_time time;
    if (mz_time_guess(&time, texts[i]))
      fail_msg("%s", texts[i]);
  }
}

static void there_is_no_such_time(void **state) {
  static const char *const texts[] = {
      "2023-02-29",       "2024-02-30",          "2024-13-01",
      "2024-00-10",       "2024-01-00",          "2024-04-31",
      "1900-02-29",       "2024-01-01 24:00:01", "2024-01-01 25:00",
      "2024-01-01 12:60", "2024-01-01 12:00:61"};
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct mz_time time;
    int64_t seconds = 0;
    assert_true(mz_time_guess(&time, texts[i]));
    if (mz_time_to_seconds(&time, &seconds))
      fail_msg("%s", texts[i]);
  }
}

static const struct {
  const char *format;
  const char *text;
  int64_t seconds; /* -1: refused */
} formats[] = {
    {"%d.%m.%Y %H:%M", "29.02.2024 12:34", 1709210040},
    {"%m/%d/%y %I:%M %p", "2/29/24 12:34 pm", 1709210040},
    {"%m/%d/%y %I:%M %p", "2/29/24 12:34 AM", 1709166840},
    {"%d %B %Y", "29   february 2024", 1709164800},
    {"%A %e %b %Y", "Fri  9 Feb 2024", 1707436800},
    {"%Y%m%d%H%M%S", "20240229123456", 1709210096},
    {"%y%%%m.%d", "69%1.1", -31536000},
    {"%y%m%d", "680101", 3092601600},
    {"%Y-%m-%d %H:%M:%f%z", "2024-02-29 14:34:56.5+0200", 1709210096},
    {"%d.%m.%Y", "29.02.24", -1},
    {"%d.%m.%Y", "29.02.2024 ", -1},
    {"%d.%m.%Y", "29.02", -1},
    {"%d. %b %Y", "29. Febr 2024", -1},
    {"%I %p %d.%m.%Y", "13 pm 29.02.2024", -1},
    {"%d.%m.%Y %I:%M", "29.02.2024 13:34", -1},
    {"%d.%m.%Y %I:%M", "29.02.2024 0:34", -1},
    {"%d.%m.%Y %I:%M", "29.02.2024 12:34", 1709210040},
};

static void text_is_read_as_its_format_says(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    struct mz_time time;
    int64_t seconds = -1;
    if (mz_time_read(&time, formats[i].format, formats[i].text)) {
      assert_true(mz_time_to_seconds(&time, &seconds));
      seconds -= time.offset;
    }
    if (seconds != formats[i].seconds)
      fail_msg("%s: %lld", formats[i].text, (long long)seconds);
  }
}

static void expect_code(const struct mz_time *time, char code,
                        const char *wanted) {
  char out[MZ_TIME_SIZE];
  mz_time_put(time, code, out);
  assert_string_equal(out, wanted);
}

static void codes_are_those_of_strftime(void **state) {
  static const char *const wanted[] = {
      "0009",  "09",     "03",  "04",           " 4",    "02",  "02",
      "05",    "06",     "AM",  "Mar",          "March", "Wed", "Wednesday",
      "-0530", "06.007", "063", "-61877751894", "%"};
  struct mz_time time;
  (void)state;
  /* 0009-03-04 07:35:06 UTC */
  assert_true(mz_time_from_seconds(&time, -61877751894, -19800));
  time.nanosecond = 7999999;
  for (int i = 0; mz_time_put_codes[i]; i++)
    expect_code(&time, mz_time_put_codes[i], wanted[i]);
  expect_code(&time, ':', "-05:30");
  assert_true(mz_time_from_seconds(&time, 1709210096, 0));
  expect_code(&time, ':', "Z");
  expect_code(&time, 'I', "12");
  expect_code(&time, 'p', "PM");
  assert_false(mz_time_from_seconds(&time, 253402300800, 0));
  assert_false(mz_time_from_seconds(&time, -62167219200, -1));
  assert_false(mz_time_from_seconds(&time, INT64_MAX / 2, 0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_forms_are_told_apart),
      cmocka_unit_test(others_are_refused),
      cmocka_unit_test(there_is_no_such_time),
      cmocka_unit_test(text_is_read_as_its_format_says),
      cmocka_unit_test(codes_are_those_of_strftime),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
