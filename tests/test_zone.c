/* test_zone.c - zones of files made here, so that no tzdata is needed; what is
 * wanted comes from Python's zoneinfo. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/zone.h"
#include "base/zone_rule.h"
#include "support.h"

#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"

static void put(struct mz_buf *buf, int64_t number, int size) {
  for (int i = size - 1; i >= 0; i--) {
    char byte = (char)((uint64_t)number >> (8 * i));
    mz_buf_add(buf, &byte, 1);
  }
}

static void put_header(struct mz_buf *buf, char version, int leaps, int times,
                       int types) {
  mz_buf_add(buf, "TZif", 4);
  mz_buf_add(buf, &version, 1);
  mz_buf_add(buf, (const char[15]){0}, 15);
  put(buf, 0, 4);
  put(buf, 0, 4);
  put(buf, leaps, 4);
  put(buf, times, 4);
  put(buf, types, 4);
  put(buf, types ? 4 : 0, 4);
}

static void write_file(const struct support *support, const char *name,
                       const struct mz_buf *buf) {
  char *path = mz_fs_join(support->folder, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(buf->data, 1, buf->size, file), buf->size);
  assert_int_equal(fclose(file), 0);
  free(path);
}

struct shift {
  int64_t time;
  int offset; /* from then on */
};

/* Write a zone that begins at the first offset. */
static void write_zone(const struct support *support, const char *name,
                       const struct shift *shifts, int count,
                       const char *rule) {
  struct mz_buf buf = MZ_BUF_INIT;
  put_header(&buf, '2', 0, 0, 0);
  put_header(&buf, '2', 0, count - 1, count);
  for (int i = 1; i < count; i++)
    put(&buf, shifts[i].time, 8);
  for (int i = 1; i < count; i++)
    put(&buf, i, 1);
  for (int i = 0; i < count; i++) {
    put(&buf, shifts[i].offset, 4);
    put(&buf, 0, 2);
  }
  mz_buf_add(&buf, "XXX", 4);
  mz_buf_format(&buf, "\n%s\n", rule);
  write_file(support, name, &buf);
  mz_buf_release(&buf);
}

/* ---- rules --------------------------------------------------------------- */

static const struct {
  const char *rule;
  int64_t seconds;
  int offset;
} rules[] = {
    {"UTC0", 1709210096, 0},
    {"<+0530>-5:30", 1709210096, 19800},
    {"NST3:30:15", 0, -12615},
    {BERLIN, 1711846799, 3600}, /* 2024-03-31 01:59:59 */
    {BERLIN, 1711846800, 7200},
    {BERLIN, 1729990799, 7200}, /* 2024-10-27 02:59:59 */
    {BERLIN, 1729990800, 3600},
    {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1704067200, 39600},
    {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1712419199, 39600},
    {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1712419200, 36000},
    {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1728143999, 36000},
    {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1728144000, 39600},
    /* America/Nuuk: hours before midnight */
    {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1711846799, -7200},
    {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1711846800, -3600},
    /* Europe/Dublin: winter is the exception */
    {"IST-1GMT0,M10.5.0,M3.5.0/1", 1704067200, 0},
    {"IST-1GMT0,M10.5.0,M3.5.0/1", 1720000000, 3600},
    /* days by number: J60 is March 1 always, 60 in a leap year too */
    {"A0B,J60/0,J61/0", 1709251199, 0},
    {"A0B,J60/0,J61/0", 1709251200, 3600},
    {"A0B,J60/0,J61/0", 1677628800, 3600}, /* 2023-03-01 */
    {"A0B,60/0,61/0", 1709251200, 3600},
    {"A0B,59/0,60/0", 1677628800, 3600},
    {"A0B,J1/0,J59/0", 1709164800, 0}, /* 2024-02-29 */
};

static void rules_say_what_clocks_show(void **state) {
  static const char *const wrong[] = {"",      "A",         "5",     "<A0",
                                      "A0B,",  "A0B,M3",    "A0 ",   "A0B",
                                      "A0B,1", "A0B,1,2,3", "A0B,1/"};
  int offset = 0;
  (void)state;
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    assert_true(mz_zone_rule_offset(rules[i].rule, rules[i].seconds, &offset));
    if (offset != rules[i].offset)
      fail_msg("%s at %lld: %d", rules[i].rule, (long long)rules[i].seconds,
               offset);
  }
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    if (mz_zone_rule_offset(wrong[i], 0, &offset))
      fail_msg("%s", wrong[i]);
}

/* ---- zones --------------------------------------------------------------- */

static const struct shift berlin[] = {
    {0, 3208}, {-2422054408, 3600}, {1585443600, 7200}, {1603587600, 3600}};

static void the_table_counts_and_behind_it_the_rule(void **state) {
  const struct support *support = *state;
  struct mz_zone zone = MZ_ZONE_INIT;
  write_zone(support, "B", berlin, 4, BERLIN);
  assert_int_equal(mz_zone_open(&zone, support->folder, "B", NULL), MZ_OK);
  assert_int_equal(mz_zone_offset(&zone, -2422054409), 3208);
  assert_int_equal(mz_zone_offset(&zone, -2422054408), 3600);
  assert_int_equal(mz_zone_offset(&zone, 1585443599), 3600);
  assert_int_equal(mz_zone_offset(&zone, 1585443600), 7200);
  assert_int_equal(mz_zone_offset(&zone, 1603587600), 3600);
  assert_int_equal(mz_zone_offset(&zone, 1720000000), 7200);
  assert_int_equal(mz_zone_offset(&zone, 253394000000), 7200); /* 9999-09 */
  mz_zone_close(&zone);
  write_zone(support, "C", berlin, 3, "");
  assert_int_equal(mz_zone_open(&zone, support->folder, "C", NULL), MZ_OK);
  assert_int_equal(mz_zone_offset(&zone, 1704067200), 7200);
  mz_zone_close(&zone);
}

static void expect_local(const struct mz_zone *zone, int64_t local,
                         enum mz_zone_local found, int64_t first,
                         int64_t second) {
  int64_t times[2] = {0, 0};
  assert_int_equal(mz_zone_find(zone, local, times), found);
  assert_int_equal(times[0], first);
  assert_int_equal(times[1], second);
}

static void what_a_clock_shows_may_be_twice_or_never(void **state) {
  /* Samoa left out December 30, 2011: from -10 to +14 hours */
  static const struct shift apia[] = {{0, -36000}, {1325239200, 50400}};
  static const struct shift new_york[] = {{0, -17762}, {-2717650800, -18000}};
  const struct support *support = *state;
  struct mz_zone zone = MZ_ZONE_INIT;
  write_zone(support, "B", berlin, 4, BERLIN);
  assert_int_equal(mz_zone_open(&zone, support->folder, "B", NULL), MZ_OK);
  /* 2024-03-31 01:59:59, 02:30, 03:00 */
  expect_local(&zone, 1711850399, MZ_ZONE_ONE, 1711846799, 1711846799);
  expect_local(&zone, 1711852200, MZ_ZONE_NEVER, 1711845000, 1711848600);
  expect_local(&zone, 1711854000, MZ_ZONE_ONE, 1711846800, 1711846800);
  /* 2024-10-27 01:59:59, 02:00, 02:30, 03:00 */
  expect_local(&zone, 1729994399, MZ_ZONE_ONE, 1729987199, 1729987199);
  expect_local(&zone, 1729994400, MZ_ZONE_TWICE, 1729987200, 1729990800);
  expect_local(&zone, 1729996200, MZ_ZONE_TWICE, 1729989000, 1729992600);
  expect_local(&zone, 1729998000, MZ_ZONE_ONE, 1729994400, 1729994400);
  mz_zone_close(&zone);
  write_zone(support, "N", new_york, 2, "EST5EDT,M3.2.0,M11.1.0");
  assert_int_equal(mz_zone_open(&zone, support->folder, "N", NULL), MZ_OK);
  expect_local(&zone, 1730597400, MZ_ZONE_TWICE, 1730611800, 1730615400);
  mz_zone_close(&zone);
  write_zone(support, "A", apia, 2, "<+13>-13");
  assert_int_equal(mz_zone_open(&zone, support->folder, "A", NULL), MZ_OK);
  expect_local(&zone, 1325203199, MZ_ZONE_ONE, 1325239199, 1325239199);
  assert_int_equal(mz_zone_offset(&zone, 1325239200), 46800);
  mz_zone_close(&zone);
  write_zone(support, "D", apia, 2, "");
  assert_int_equal(mz_zone_open(&zone, support->folder, "D", NULL), MZ_OK);
  expect_local(&zone, 1325246400, MZ_ZONE_NEVER, 1325196000, 1325282400);
  expect_local(&zone, 1325289600, MZ_ZONE_ONE, 1325239200, 1325239200);
  mz_zone_close(&zone);
}

static void expect_error(const struct support *support, const char *folder,
                         const char *name, const char *wanted) {
  struct mz_zone zone = MZ_ZONE_INIT;
  struct mz_error err = MZ_ERROR_INIT;
  char *text = NULL;
  assert_int_equal(mz_zone_open(&zone, folder, name, &err), MZ_EMIGRATION);
  assert_null(zone.file);
  text = support_error_text(support, &err);
  assert_string_equal(text, wanted);
  free(text);
  mz_error_release(&err);
}

static void what_is_no_zone_is_refused(void **state) {
  const struct support *support = *state;
  static const char *const names[] = {
      "Nowhere", "", "../etc", "/etc/passwd", "migrations", "Europe Berlin"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char wanted[200];
    (void)snprintf(wanted, sizeof wanted,
                   "no zone is called \"%s\": give one such as "
                   "\"Europe/Berlin\", \"UTC\" or \"+02:00\"\n",
                   names[i]);
    expect_error(support, support->folder, names[i], wanted);
  }
  expect_error(support, "/nonexistent", "Europe/Berlin",
               "the zone Europe/Berlin cannot be looked up, as there is no "
               "/nonexistent: install tzdata, or give an offset such as "
               "\"+02:00\"\n");
}

/* A good file, cut short or changed at every byte, is refused or read, and
 * nothing beside it is touched. */
static void broken_files_are_refused(void **state) {
  const struct support *support = *state;
  char *path = mz_fs_join(support->folder, "B");
  char *text = NULL;
  size_t size = 0;
  write_zone(support, "B", berlin, 4, BERLIN);
  assert_int_equal(mz_fs_read(path, &text, &size, NULL), MZ_OK);
  for (size_t i = 0; i < size; i++) {
    struct mz_buf cut = {.data = text, .size = i};
    struct mz_zone zone = MZ_ZONE_INIT;
    write_file(support, "X", &cut);
    expect_error(support, support->folder, "X",
                 "FOLDER/X: not a TZif file (RFC 8536) without leap "
                 "seconds\n");
    text[i] = (char)(text[i] ^ 0xFF);
    cut.size = size;
    write_file(support, "X", &cut);
    if (!mz_zone_open(&zone, support->folder, "X", NULL))
      (void)mz_zone_offset(&zone, 1720000000);
    mz_zone_close(&zone);
    text[i] = (char)(text[i] ^ 0xFF);
  }
  free(text);
  free(path);
}

static void leap_seconds_are_refused(void **state) {
  const struct support *support = *state;
  struct mz_buf buf = MZ_BUF_INIT;
  put_header(&buf, '2', 0, 0, 0);
  put_header(&buf, '2', 1, 0, 1);
  put(&buf, 0, 6);
  mz_buf_add(&buf, "XXX", 4);
  put(&buf, 78796800, 8);
  put(&buf, 1, 4);
  mz_buf_text(&buf, "\n\n");
  write_file(support, "L", &buf);
  mz_buf_release(&buf);
  expect_error(support, support->folder, "L",
               "FOLDER/L: not a TZif file (RFC 8536) without leap seconds\n");
}

static void offsets_need_no_file(void **state) {
  static const struct {
    const char *name;
    int offset;
  } zones[] = {{"UTC", 0},
               {"Z", 0},
               {"+02:00", 7200},
               {"-0930", -34200},
               {"+14", 50400}};
  (void)state;
  for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
    struct mz_zone zone = MZ_ZONE_INIT;
    assert_int_equal(mz_zone_open(&zone, "/nonexistent", zones[i].name, NULL),
                     MZ_OK);
    assert_int_equal(mz_zone_offset(&zone, 0), zones[i].offset);
    expect_local(&zone, 86400, MZ_ZONE_ONE, 86400 - zones[i].offset,
                 86400 - zones[i].offset);
    mz_zone_close(&zone);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rules_say_what_clocks_show),
      cmocka_unit_test_setup_teardown(the_table_counts_and_behind_it_the_rule,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(what_a_clock_shows_may_be_twice_or_never,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(what_is_no_zone_is_refused, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(broken_files_are_refused, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(leap_seconds_are_refused, support_setup,
                                      support_teardown),
      cmocka_unit_test(offsets_need_no_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
