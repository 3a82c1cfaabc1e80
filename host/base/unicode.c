#include "base/unicode.h"

#include <string.h>
#include <utf8proc.h>

/* The character at text, of *length bytes; size is at least one. */
static int32_t next(const char *text, size_t size, size_t *length) {
  utf8proc_int32_t point = (unsigned char)text[0];
  *length = 1;
  if (point >= 0x80) {
    utf8proc_ssize_t read =
        utf8proc_iterate((const utf8proc_uint8_t *)text,
                         (utf8proc_ssize_t)(size > 4 ? 4 : size), &point);
    *length = read > 0 ? (size_t)read : 1;
  }
  return point;
}

static bool is_ascii_word(const char *text) {
  uint64_t word = 0;
  memcpy(&word, text, sizeof word);
  return !(word & 0x8080808080808080U);
}

/* How many bytes at text are ASCII, at least; the last word may begin inside
 * the one before. */
static size_t ascii_words(const char *text, size_t size) {
  enum { WORD = sizeof(uint64_t) };
  size_t i = 0;
  while (i + WORD <= size && is_ascii_word(text + i))
    i += WORD;
  if (size < WORD || i + WORD <= size || !is_ascii_word(text + size - WORD))
    return i;
  return size;
}

enum mz_unicode mz_unicode_kind(const char *text, size_t size, size_t *bad) {
  enum mz_unicode kind = MZ_UNICODE_ASCII;
  size_t length = 0;
  for (size_t i = ascii_words(text, size); i < size; i += length) {
    int32_t point = next(text + i, size - i, &length);
    if (point < 0) {
      *bad = i;
      return MZ_UNICODE_INVALID;
    }
    if (point >= 0x80)
      kind = MZ_UNICODE_UTF8;
  }
  return kind;
}

size_t mz_unicode_put(int32_t point, char *out) {
  return (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)out);
}

bool mz_unicode_is_valid(int32_t point) {
  return utf8proc_codepoint_valid(point);
}

/* ---- white space --------------------------------------------------------- */

static bool is_ascii_space(int32_t point) {
  return point == ' ' || (point >= '\t' && point <= '\r');
}

/* Unicode's White_Space is its separators and these controls. */
static bool is_space(int32_t point) {
  if (point < 0x80)
    return is_ascii_space(point);
  switch ((int)utf8proc_category(point)) {
  case UTF8PROC_CATEGORY_ZS:
  case UTF8PROC_CATEGORY_ZL:
  case UTF8PROC_CATEGORY_ZP:
    return true;
  default:
    return point == 0x85;
  }
}

/* The size of the character that ends text, and whether it is a space. */
static size_t last(const char *text, size_t size, bool *space) {
  size_t at = size - 1;
  size_t length = 0;
  while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
    at--;
  *space = is_space(next(text + at, size - at, &length));
  return size - at;
}

size_t mz_unicode_trim(const char **text, size_t size) {
  size_t length = 0;
  bool space = true;
  while (size > 0 && is_space(next(*text, size, &length))) {
    *text += length;
    size -= length;
  }
  while (size > 0) {
    length = last(*text, size, &space);
    if (!space)
      break;
    size -= length;
  }
  return size;
}

size_t mz_unicode_squeeze(const char *text, size_t size, char *out) {
  size_t written = 0;
  size_t length = 0;
  bool gap = false;
  for (size_t i = 0; i < size; i += length) {
    if (is_space(next(text + i, size - i, &length))) {
      gap = written > 0;
      continue;
    }
    if (gap)
      out[written++] = ' ';
    gap = false;
    for (size_t k = 0; k < length; k++)
      out[written++] = text[i + k];
  }
  return written;
}

static char ascii_lower(char c) {
  return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

size_t mz_unicode_normalise_ascii(const char *text, size_t size, char *out) {
  size_t written = 0;
  size_t i = 0;
  while (i < size) {
    if (is_ascii_space(text[i])) {
      i++;
      continue;
    }
    if (written > 0)
      out[written++] = ' ';
    while (i < size && (text[i] > ' ' || !is_ascii_space(text[i])))
      out[written++] = ascii_lower(text[i++]);
  }
  return written;
}

/* ---- case ---------------------------------------------------------------- */

size_t mz_unicode_lower(const char *text, size_t size, char *out) {
  size_t written = 0;
  size_t length = 0;
  for (size_t i = 0; i < size; i += length) {
    int32_t point = next(text + i, size - i, &length);
    if (point < 0x80)
      out[written++] =
          (char)(point >= 'A' && point <= 'Z' ? point + ('a' - 'A') : point);
    else
      written += mz_unicode_put(utf8proc_tolower(point), out + written);
  }
  return written;
}

size_t mz_unicode_upper(const char *text, size_t size, char *out) {
  size_t written = 0;
  size_t length = 0;
  for (size_t i = 0; i < size; i += length) {
    int32_t point = next(text + i, size - i, &length);
    if (point < 0x80)
      out[written++] =
          (char)(point >= 'a' && point <= 'z' ? point - ('a' - 'A') : point);
    else
      written += mz_unicode_put(utf8proc_toupper(point), out + written);
  }
  return written;
}

/* ---- words --------------------------------------------------------------- */

/* Whether point is part of a word: its general category is L, M or N. */
static bool is_word(int32_t point) {
  utf8proc_category_t category = utf8proc_category(point);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

size_t mz_unicode_slug(const char *text, size_t size, const char *separator,
                       size_t gap, char *out) {
  size_t written = 0;
  size_t length = 0;
  bool between = false;
  for (size_t i = 0; i < size; i += length) {
    if (!is_word(next(text + i, size - i, &length))) {
      between = written > 0;
      continue;
    }
    if (between) {
      memcpy(out + written, separator, gap);
      written += gap;
    }
    between = false;
    memcpy(out + written, text + i, length);
    written += length;
  }
  return written;
}

/* ---- normal forms -------------------------------------------------------- */

static size_t decompose_others(const char *text, size_t size,
                               enum mz_unicode_form form, int32_t *points,
                               size_t capacity) {
  int options = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE;
  utf8proc_ssize_t count = 0;
  if (form == MZ_UNICODE_FOLD)
    options |= UTF8PROC_COMPAT | UTF8PROC_CASEFOLD;
  count = utf8proc_decompose(
      (const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, points,
      (utf8proc_ssize_t)capacity, (utf8proc_option_t)options);
  return count > 0 ? (size_t)count : 0;
}

/* Where the text goes on with ASCII, or ends. */
static size_t others(const char *text, size_t size) {
  size_t i = 0;
  while (i < size && (unsigned char)text[i] >= 0x80)
    i++;
  return i;
}

/* An ASCII character is its own decomposition, and no mark is ordered past
 * it. */
size_t mz_unicode_decompose(const char *text, size_t size,
                            enum mz_unicode_form form, int32_t *points,
                            size_t capacity) {
  size_t count = 0;
  for (size_t i = 0; i < size;) {
    size_t length = others(text + i, size - i);
    size_t used = count < capacity ? count : capacity;
    if (length > 0) {
      count += decompose_others(text + i, length, form, points + used,
                                capacity - used);
      i += length;
      continue;
    }
    if (count < capacity)
      points[count] = form == MZ_UNICODE_FOLD ? ascii_lower(text[i]) : text[i];
    count++;
    i++;
  }
  return count;
}

static bool is_accent(int32_t point) {
  utf8proc_propval_t class = utf8proc_get_property(point)->combining_class;
  return class == 1 || class >= 200;
}

static size_t drop_accents(int32_t *points, size_t count) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (points[i] < 0x80 || !is_accent(points[i]))
      points[kept++] = points[i];
  return kept;
}

/* Make the points bytes, in their place, unless one isn't ASCII. */
static bool narrow(int32_t *points, size_t count) {
  char *out = (char *)points;
  int32_t all = 0;
  for (size_t i = 0; i < count; i++)
    all |= points[i];
  if (all >= 0x80)
    return false;
  for (size_t i = 0; i < count; i++)
    out[i] = (char)points[i];
  return true;
}

size_t mz_unicode_compose(int32_t *points, size_t count,
                          enum mz_unicode_form form) {
  utf8proc_ssize_t size = 0;
  if (form == MZ_UNICODE_FOLD)
    count = drop_accents(points, count);
  if (narrow(points, count))
    return count;
  size = utf8proc_reencode(
      points, (utf8proc_ssize_t)count,
      (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  return size > 0 ? (size_t)size : 0;
}
