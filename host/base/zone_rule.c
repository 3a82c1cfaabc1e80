#include "base/zone_rule.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

enum { DAY = 86400 };

/* The day of a change: kind 'M' (month, week, weekday), 'J' (day from 1,
 * without February 29) or 'D' (day from 0). */
struct change {
  char kind;
  int month;
  int week;
  int day;
  int time; /* seconds from midnight */
};

struct rule {
  int standard; /* seconds east of UTC */
  int summer;
  bool has_summer;
  struct change start;
  struct change end;
};

static bool read_number(const char **at, int *number) {
  const char *start = *at;
  *number = 0;
  while (isdigit((unsigned char)**at) && *at - start < 4)
    *number = *number * 10 + (*(*at)++ - '0');
  return *at > start;
}

/* Read [+-]h[h[h]][:mm[:ss]]. */
static bool read_time(const char **at, int *seconds) {
  int sign = **at == '-' ? -1 : 1;
  int unit = 3600;
  int number = 0;
  if (**at == '+' || **at == '-')
    (*at)++;
  if (!read_number(at, &number))
    return false;
  *seconds = number * unit;
  while (**at == ':' && unit > 1) {
    (*at)++;
    unit /= 60;
    if (!read_number(at, &number))
      return false;
    *seconds += number * unit;
  }
  *seconds *= sign;
  return true;
}

static bool skip_name(const char **at) {
  const char *start = *at;
  if (**at == '<') {
    *at = strchr(*at, '>');
    if (!*at)
      return false;
    (*at)++;
    return true;
  }
  while (isalpha((unsigned char)**at))
    (*at)++;
  return *at > start;
}

static bool read_day(const char **at, struct change *change) {
  if (**at == 'M') {
    change->kind = *(*at)++;
    return read_number(at, &change->month) && *(*at)++ == '.' &&
           read_number(at, &change->week) && *(*at)++ == '.' &&
           read_number(at, &change->day);
  }
  change->kind = **at == 'J' ? *(*at)++ : 'D';
  return read_number(at, &change->day);
}

static bool read_change(const char **at, struct change *change) {
  change->time = 2 * 3600;
  if (*(*at)++ != ',' || !read_day(at, change))
    return false;
  if (**at != '/')
    return true;
  (*at)++;
  return read_time(at, &change->time);
}

static bool read_rule(const char *at, struct rule *rule) {
  if (!skip_name(&at) || !read_time(&at, &rule->standard))
    return false;
  rule->standard = -rule->standard; /* POSIX counts west */
  rule->has_summer = *at;
  if (!*at)
    return true;
  if (!skip_name(&at))
    return false;
  rule->summer = rule->standard + 3600;
  if (*at != ',') {
    if (!read_time(&at, &rule->summer))
      return false;
    rule->summer = -rule->summer;
  }
  return read_change(&at, &rule->start) && read_change(&at, &rule->end) && !*at;
}

/* Midnight of a day, as if it were UTC; tm is brought into order. */
static int64_t midnight(int year, int month, int day, struct tm *tm) {
  *tm =
      (struct tm){.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
  return timegm(tm);
}

/* Midnight of the week-th weekday of a month; the fifth is the last one. */
static int64_t weekday_of(int year, const struct change *change) {
  struct tm tm;
  int64_t next = midnight(year, change->month + 1, 1, &tm);
  int64_t first = midnight(year, change->month, 1, &tm);
  int64_t at = first + (int64_t)((change->day - tm.tm_wday + 7) % 7) * DAY +
               (int64_t)(change->week - 1) * 7 * DAY;
  return at < next ? at : at - (int64_t)7 * DAY;
}

static bool is_leap(int year) {
  struct tm tm;
  (void)midnight(year, 3, 1, &tm);
  return tm.tm_yday == 60;
}

/* The time of a change in a year, as clocks show it before. */
static int64_t time_of(int year, const struct change *change) {
  struct tm tm;
  int64_t first = midnight(year, 1, 1, &tm);
  int day = change->day;
  if (change->kind == 'M')
    return weekday_of(year, change) + change->time;
  if (change->kind == 'J')
    day += (day >= 60 && is_leap(year)) - 1;
  return first + (int64_t)day * DAY + change->time;
}

bool mz_zone_rule_offset(const char *text, int64_t seconds, int *offset) {
  struct rule rule = {.has_summer = false};
  time_t at = 0;
  struct tm tm;
  int64_t start = 0;
  int64_t end = 0;
  bool summer = false;
  if (!read_rule(text, &rule))
    return false;
  *offset = rule.standard;
  at = seconds + rule.standard;
  if (!rule.has_summer || !gmtime_r(&at, &tm))
    return true;
  start = time_of(tm.tm_year + 1900, &rule.start) - rule.standard;
  end = time_of(tm.tm_year + 1900, &rule.end) - rule.summer;
  summer = start < end ? seconds >= start && seconds < end
                       : seconds >= start || seconds < end;
  if (summer)
    *offset = rule.summer;
  return true;
}
