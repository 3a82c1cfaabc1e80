/* time.h - dates and times as text, in English and in the Gregorian calendar
 * carried back to the year 0.
 *
 * Years are those of four digits. Knows no zones but offsets. */
#ifndef MZ_BASE_TIME_H
#define MZ_BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mz_time {
  int year;
  int month; /* from 1 */
  int day;
  int hour;
  int minute;
  int second;
  int nanosecond;
  int weekday; /* from 0, a Sunday; set by mz_time_from_seconds */
  int yearday; /* from 1; the same */
  bool zoned;  /* the offset was in the text */
  int offset;  /* seconds east of UTC */
};

/* The codes that mz_time_read and mz_time_put know. */
extern const char mz_time_read_codes[];
extern const char mz_time_put_codes[];

/* Read the whole of text as format says, whose codes are known: %Y four
 * digits, %S with or without a fraction, %z Z, GMT, an offset or a zone of RFC
 * 5322, section 4.3; names in English, whole or abbreviated; the others as in
 * strptime. A blank stands for any white space. */
bool mz_time_read(struct mz_time *time, const char *format, const char *text);

/* The same in one of the forms that can be told apart: ISO 8601, RFC 3339,
 * those of mail (RFC 5322) and of HTTP (RFC 9110, 5.6.7), DD.MM.YYYY. */
bool mz_time_guess(struct mz_time *time, const char *text);

/* Read all of text as an offset of %z. */
bool mz_time_read_offset(const char *text, int *offset);

/* Set *seconds since 1970 of a time as if its offset were 0, without its
 * fraction. False where there is no such day or time of day; 24:00:00 is the
 * next day and second 60, a leap second, the next second, as in POSIX. */
bool mz_time_to_seconds(const struct mz_time *time, int64_t *seconds);

/* Set *time, but for its fraction, from seconds since 1970 UTC at an offset.
 * False outside of the years 0 to 9999. */
bool mz_time_from_seconds(struct mz_time *time, int64_t seconds, int offset);

enum { MZ_TIME_SIZE = 40 };

/* Write what a known code stands for to out, of MZ_TIME_SIZE bytes. %f is the
 * seconds with three decimals, %s those since 1970, %z an offset such as
 * +0200 and %: the same with a colon, or Z for none; others as in strftime. */
void mz_time_put(const struct mz_time *time, char code, char *out);

#endif
