#include "base/html.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/entities.h"
#include "base/unicode.h"

enum { NAME_MAX_SIZE = 31, REPLACEMENT = 0xFFFD };

/* What the numbers from 0x80 to 0x9F stand for: windows-1252 (13.2.5.80); 0
 * where they stand for themselves. */
static const uint16_t controls[] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/* ---- names --------------------------------------------------------------- */

/* Compare a name of size bytes with the one at the start of entry. */
static int compare(const char *name, size_t size, const char *entry) {
  size_t length = strcspn(entry, "& ");
  int order = memcmp(name, entry, size < length ? size : length);
  return order ? order : (size > length) - (size < length);
}

/* The last line whose first name isn't behind name; NULL where none is. */
static const char *find_line(const char *name, size_t size) {
  size_t low = 0;
  size_t high = MZ_ENTITY_LINES;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare(name, size, mz_entities[middle]) < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return low ? mz_entities[low - 1] : NULL;
}

/* The points of name; NULL where there is no such name, or none that stands
 * without a semicolon where bare is set. */
static const char *find_points(const char *name, size_t size, bool bare) {
  const char *entry = find_line(name, size);
  while (entry && *entry) {
    const char *points = strchr(entry, ' ') + 1;
    if (compare(name, size, entry) == 0)
      return bare && points[-2] != '&' ? NULL : points;
    entry = points + strcspn(points, " ");
    entry += *entry == ' ';
  }
  return NULL;
}

static size_t put_points(const char *points, char *out) {
  char *end = NULL;
  size_t written = mz_unicode_put((int32_t)strtol(points, &end, 36), out);
  if (*end == '+')
    written +=
        mz_unicode_put((int32_t)strtol(end + 1, &end, 36), out + written);
  return written;
}

/* Each reader gets what follows "&", writes what it stands for and returns how
 * much of the text it has taken, or 0. */
static size_t read_name(const char *text, size_t size, char *out,
                        size_t *written) {
  size_t length = 0;
  const char *points = NULL;
  while (length < size && length < NAME_MAX_SIZE &&
         isalnum((unsigned char)text[length]))
    length++;
  if (length < size && text[length] == ';' &&
      (points = find_points(text, length, false))) {
    *written = put_points(points, out);
    return length + 1;
  }
  for (; length > 1; length--)
    if ((points = find_points(text, length, true))) {
      *written = put_points(points, out);
      return length;
    }
  return 0;
}

/* ---- numbers ------------------------------------------------------------- */

static int32_t replace(int32_t point) {
  if (point >= 0x80 && point <= 0x9F && controls[point - 0x80])
    return controls[point - 0x80];
  return point == 0 || !mz_unicode_is_valid(point) ? REPLACEMENT : point;
}

static int digit_of(char c, int base) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (base == 16 && isxdigit((unsigned char)c))
    return (c | 0x20) - 'a' + 10;
  return -1;
}

static size_t read_number(const char *text, size_t size, char *out,
                          size_t *written) {
  int base = size > 1 && (text[1] | 0x20) == 'x' ? 16 : 10;
  size_t start = base == 16 ? 2 : 1;
  size_t i = start;
  int32_t point = 0;
  for (; i < size && digit_of(text[i], base) >= 0; i++)
    if (point <= 0x10FFFF)
      point = point * base + digit_of(text[i], base);
  if (i == start)
    return 0;
  *written = mz_unicode_put(replace(point), out);
  return i < size && text[i] == ';' ? i + 1 : i;
}

static size_t read_reference(const char *text, size_t size, char *out,
                             size_t *written) {
  if (size && text[0] == '#')
    return read_number(text, size, out, written);
  return read_name(text, size, out, written);
}

size_t mz_html_unescape(const char *text, size_t size, char *out) {
  size_t total = 0;
  for (size_t i = 0; i < size;) {
    size_t written = 0;
    size_t taken = text[i] == '&' ? read_reference(text + i + 1, size - i - 1,
                                                   out + total, &written)
                                  : 0;
    total += written;
    if (taken)
      i += taken + 1;
    else
      out[total++] = text[i++];
  }
  return total;
}
