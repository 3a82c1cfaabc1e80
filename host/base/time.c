#include "base/time.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

const char mz_time_read_codes[] = "YymdeHIMSpbBaAzf%";
const char mz_time_put_codes[] = "YymdeHIMSpbBaAzfjs%";

static const char *const months[] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                   "Thursday", "Friday", "Saturday"};

/* ---- reading ------------------------------------------------------------- */

static void skip_space(const char **at) {
  while (isspace((unsigned char)**at))
    (*at)++;
}

/* Read a number of least to most digits. */
static bool read_number(const char **at, int least, int most, int *number) {
  int digits = 0;
  *number = 0;
  while (digits < most && isdigit((unsigned char)**at)) {
    *number = *number * 10 + (*(*at)++ - '0');
    digits++;
  }
  return digits >= least;
}

/* Read one of count names, whole or its first three letters. */
static bool read_name(const char **at, const char *const *names, int count,
                      int *index) {
  size_t size = 0;
  while (isalpha((unsigned char)(*at)[size]))
    size++;
  for (int i = 0; i < count; i++)
    if ((size == 3 || size == strlen(names[i])) &&
        strncasecmp(*at, names[i], size) == 0) {
      *index = i;
      *at += size;
      return true;
    }
  return false;
}

/* Read seconds with their fraction; digits behind the ninth are dropped. */
static bool read_seconds(const char **at, struct mz_time *time) {
  int scale = 100000000;
  if (!read_number(at, 2, 2, &time->second))
    return false;
  time->nanosecond = 0;
  if ((*at)[0] != '.' || !isdigit((unsigned char)(*at)[1]))
    return true;
  for ((*at)++; isdigit((unsigned char)**at); (*at)++, scale /= 10)
    time->nanosecond += (**at - '0') * scale;
  return true;
}

static bool read_year(const char **at, bool century, int *year) {
  if (century)
    return read_number(at, 4, 4, year);
  if (!read_number(at, 2, 2, year))
    return false;
  *year += *year < 69 ? 2000 : 1900; /* as POSIX has it */
  return true;
}

/* Read AM or PM, which stands behind the hour. */
static bool read_half(const char **at, struct mz_time *time) {
  bool after = strncasecmp(*at, "PM", 2) == 0;
  bool valid = time->hour >= 1 && time->hour <= 12;
  if (!valid || (!after && strncasecmp(*at, "AM", 2) != 0))
    return false;
  time->hour = time->hour % 12 + (after ? 12 : 0);
  *at += 2;
  return true;
}

/* The hours of the zones of RFC 5322, 4.3. */
static const struct {
  const char *name;
  int hours;
} zones[] = {{"Z", 0},    {"UT", 0},   {"UTC", 0},  {"GMT", 0},
             {"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5},
             {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};

static bool read_zone_name(const char **at, int *offset) {
  size_t size = 0;
  while (isalpha((unsigned char)(*at)[size]))
    size++;
  for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
    if (size == strlen(zones[i].name) &&
        strncasecmp(*at, zones[i].name, size) == 0) {
      *offset = zones[i].hours * 3600;
      *at += size;
      return true;
    }
  return false;
}

/* Read Z, GMT, +02:00, +0200 or +02. */
static bool read_offset(const char **at, int *offset) {
  int sign = **at == '-' ? -1 : 1;
  int hours = 0;
  int minutes = 0;
  if (**at != '+' && **at != '-')
    return read_zone_name(at, offset);
  (*at)++;
  if (!read_number(at, 2, 2, &hours))
    return false;
  if (**at == ':') {
    (*at)++;
    if (!read_number(at, 2, 2, &minutes))
      return false;
  } else if (isdigit((unsigned char)**at) && !read_number(at, 2, 2, &minutes))
    return false;
  *offset = sign * (hours * 3600 + minutes * 60);
  return hours < 24 && minutes < 60;
}

bool mz_time_read_offset(const char *text, int *offset) {
  return read_offset(&text, offset) && !*text;
}

static bool read_month(const char **at, struct mz_time *time) {
  if (!read_name(at, months, 12, &time->month))
    return false;
  time->month++;
  return true;
}

static bool read_code(const char **at, char code, struct mz_time *time) {
  int unused = 0;
  switch (code) {
  case 'Y':
  case 'y':
    return read_year(at, code == 'Y', &time->year);
  case 'm':
    return read_number(at, 1, 2, &time->month);
  case 'b':
  case 'B':
    return read_month(at, time);
  case 'e':
    skip_space(at);
    return read_number(at, 1, 2, &time->day);
  case 'd':
    return read_number(at, 1, 2, &time->day);
  case 'H':
    return read_number(at, 1, 2, &time->hour);
  case 'I':
    return read_number(at, 1, 2, &time->hour) && time->hour >= 1 &&
           time->hour <= 12;
  case 'M':
    return read_number(at, 2, 2, &time->minute);
  case 'S':
  case 'f':
    return read_seconds(at, time);
  case 'p':
    return read_half(at, time);
  case 'a':
  case 'A':
    return read_name(at, days, 7, &unused);
  case 'z':
    time->zoned = true;
    return read_offset(at, &time->offset);
  default:
    return *(*at)++ == code;
  }
}

/* Read what format says from *at on. */
static bool read_format(const char **at, const char *format,
                        struct mz_time *time) {
  for (; *format; format++) {
    if (isspace((unsigned char)*format)) {
      skip_space(at);
    } else if (*format == '%') {
      if (!read_code(at, *++format, time))
        return false;
    } else if (*(*at)++ != *format)
      return false;
  }
  return true;
}

bool mz_time_read(struct mz_time *time, const char *format, const char *text) {
  *time = (struct mz_time){.month = 1, .day = 1};
  return read_format(&text, format, time) && !*text;
}

/* What may follow a form: behind a time a zone, and in mail a remark in
 * parentheses. */
static bool read_end(const char *at, bool timed, struct mz_time *time) {
  skip_space(&at);
  if (*at && *at != '(') {
    if (!timed || !read_offset(&at, &time->offset))
      return false;
    time->zoned = true;
  }
  skip_space(&at);
  if (*at == '(' && time->zoned && strchr(at, ')')) {
    at = strchr(at, ')') + 1;
    skip_space(&at);
  }
  return !*at;
}

bool mz_time_guess(struct mz_time *time, const char *text) {
  static const char *const forms[] = {"%Y-%m-%d %H:%M:%S",
                                      "%Y-%m-%dT%H:%M:%S",
                                      "%Y-%m-%d",
                                      "%Y-%m-%d %H:%M",
                                      "%Y-%m-%dT%H:%M",
                                      "%Y-%m-%dt%H:%M:%S",
                                      "%Y%m%dT%H%M%S",
                                      "%a, %e %b %Y %H:%M:%S",
                                      "%e %b %Y %H:%M:%S",
                                      "%a, %e %b %Y %H:%M",
                                      "%e %b %Y %H:%M",
                                      "%A, %d-%b-%y %H:%M:%S",
                                      "%a %b %e %H:%M:%S %Y",
                                      "%d.%m.%Y %H:%M:%S",
                                      "%d.%m.%Y %H:%M",
                                      "%d.%m.%Y"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    const char *at = text;
    *time = (struct mz_time){.day = 1};
    skip_space(&at);
    if (read_format(&at, forms[i], time) &&
        read_end(at, strstr(forms[i], "%H"), time))
      return true;
  }
  return false;
}

/* ---- the calendar -------------------------------------------------------- */

bool mz_time_to_seconds(const struct mz_time *time, int64_t *seconds) {
  struct tm tm = {.tm_year = time->year - 1900,
                  .tm_mon = time->month - 1,
                  .tm_mday = time->day};
  bool midnight =
      time->hour == 24 && !time->minute && !time->second && !time->nanosecond;
  time_t day = timegm(&tm);
  if (tm.tm_mon != time->month - 1 || tm.tm_mday != time->day ||
      tm.tm_year != time->year - 1900)
    return false;
  if ((time->hour > 23 && !midnight) || time->minute > 59 || time->second > 60)
    return false;
  *seconds =
      day + ((int64_t)time->hour * 60 + time->minute) * 60 + time->second;
  return true;
}

bool mz_time_from_seconds(struct mz_time *time, int64_t seconds, int offset) {
  time_t at = seconds + offset;
  struct tm tm;
  if (!gmtime_r(&at, &tm) || tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
    return false;
  *time = (struct mz_time){.year = tm.tm_year + 1900,
                           .month = tm.tm_mon + 1,
                           .day = tm.tm_mday,
                           .hour = tm.tm_hour,
                           .minute = tm.tm_min,
                           .second = tm.tm_sec,
                           .weekday = tm.tm_wday,
                           .yearday = tm.tm_yday + 1,
                           .zoned = true,
                           .offset = offset};
  return true;
}

/* ---- writing ------------------------------------------------------------- */

static void put_offset(int offset, const char *colon, char *out) {
  int minutes = abs(offset) / 60;
  (void)snprintf(out, MZ_TIME_SIZE, "%c%02d%s%02d", offset < 0 ? '-' : '+',
                 minutes / 60, colon, minutes % 60);
}

static void put_seconds(const struct mz_time *time, char *out) {
  int64_t seconds = 0;
  (void)mz_time_to_seconds(time, &seconds);
  (void)snprintf(out, MZ_TIME_SIZE, "%" PRId64, seconds - time->offset);
}

static int put_width(char code) {
  return code == 'Y' ? 4 : code == 'j' ? 3 : 2;
}

/* The number behind a code that stands for one, or -1. */
static int number_of(const struct mz_time *time, char code) {
  switch (code) {
  case 'Y':
    return time->year;
  case 'y':
    return time->year % 100;
  case 'm':
    return time->month;
  case 'd':
    return time->day;
  case 'H':
    return time->hour;
  case 'I':
    return (time->hour + 11) % 12 + 1;
  case 'M':
    return time->minute;
  case 'S':
    return time->second;
  case 'j':
    return time->yearday;
  default:
    return -1;
  }
}

/* The text behind a code that stands for one, and how much of it. */
static const char *word_of(const struct mz_time *time, char code, int *size) {
  *size = code == 'a' || code == 'b' ? 3 : 9;
  switch (code) {
  case 'a':
  case 'A':
    return days[time->weekday];
  case 'b':
  case 'B':
    return months[time->month - 1];
  case 'p':
    return time->hour < 12 ? "AM" : "PM";
  case ':':
    return time->offset ? NULL : "Z";
  case '%':
    return "%";
  default:
    return NULL;
  }
}

void mz_time_put(const struct mz_time *time, char code, char *out) {
  int number = number_of(time, code);
  int size = 0;
  const char *word = word_of(time, code, &size);
  if (number >= 0)
    (void)snprintf(out, MZ_TIME_SIZE, "%0*d", put_width(code), number);
  else if (word)
    (void)snprintf(out, MZ_TIME_SIZE, "%.*s", size, word);
  else if (code == 'e')
    (void)snprintf(out, MZ_TIME_SIZE, "%2d", time->day);
  else if (code == 'f')
    (void)snprintf(out, MZ_TIME_SIZE, "%02d.%03d", time->second,
                   time->nanosecond / 1000000);
  else if (code == 's')
    put_seconds(time, out);
  else
    put_offset(time->offset, code == ':' ? ":" : "", out);
}
