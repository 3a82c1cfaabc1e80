#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "base/buf.h"

/* The length of the character at text and its code point; -1 and length 1
 * for a byte that is not UTF-8. */
static size_t next_character(const char *text, size_t size,
                             utf8proc_int32_t *point) {
  utf8proc_ssize_t length =
      utf8proc_iterate((const utf8proc_uint8_t *)text,
                       (utf8proc_ssize_t)(size > 4 ? 4 : size), point);
  if (length > 0)
    return (size_t)length;
  *point = -1;
  return 1;
}

bool mz_text_valid(const char *text, size_t size, size_t *bad) {
  utf8proc_int32_t point = 0;
  size_t i = 0;
  while (i < size) {
    if ((unsigned char)text[i] < 0x80 && text[i]) {
      i++;
      continue;
    }
    *bad = i;
    i += next_character(text + i, size - i, &point);
    if (point <= 0)
      return false;
  }
  return true;
}

static bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         (unsigned char)c >= 0x80;
}

static bool is_word_at(const char *text, const char *at, const char *word,
                       size_t size) {
  return (at == text || !is_word_byte(at[-1])) &&
         strncasecmp(at, word, size) == 0 && !is_word_byte(at[size]);
}

bool mz_text_has_word(const char *text, const char *word) {
  size_t size = strlen(word);
  const char first[] = {word[0], (char)(word[0] ^ 0x20), '\0'};
  const char *at = strpbrk(text, first);
  while (at && *at && !is_word_at(text, at, word, size))
    at = strpbrk(at + 1, first);
  return at && *at;
}

size_t mz_text_mark(const char *text, size_t size) {
  return size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

int mz_text_characters(const char *text, size_t size) {
  int count = 0;
  for (size_t i = 0; i < size; i++)
    count += ((unsigned char)text[i] & 0xC0) != 0x80;
  return count;
}

int mz_text_width(const char *text, size_t size) {
  utf8proc_int32_t point = 0;
  int width = 0;
  for (size_t i = 0; i < size;) {
    i += next_character(text + i, size - i, &point);
    width += point < 0 ? 1 : utf8proc_charwidth(point);
  }
  return width;
}

static size_t line_start(const char *text, size_t offset) {
  while (offset > 0 && text[offset - 1] != '\n')
    offset--;
  return offset;
}

static size_t line_end(const char *text, size_t size, size_t offset) {
  while (offset < size && text[offset] != '\n')
    offset++;
  while (offset > 0 && text[offset - 1] == '\r')
    offset--;
  return offset;
}

void mz_text_place(struct mz_error *err, const char *file, const char *text,
                   size_t size, size_t offset) {
  size_t start = line_start(text, offset);
  size_t end = line_end(text, size, offset);
  int line = 1;
  if (!err || err->file)
    return;
  for (size_t i = 0; i < start; i++)
    line += text[i] == '\n';
  mz_error_place(err, file, line,
                 mz_text_characters(text + start, offset - start) + 1);
  if (end > start)
    err->source = strndup(text + start, end - start);
}

static size_t least(size_t a, size_t b, size_t c) {
  size_t smaller = a < b ? a : b;
  return smaller < c ? smaller : c;
}

enum { WORD_MAX = 63 };

/* Turn row, the distances of the columns bytes of b to what came before, into
 * those to one byte more. */
static void add_byte(char byte, const char *b, size_t columns, size_t *row) {
  size_t diagonal = row[0];
  row[0]++;
  for (size_t j = 1; j <= columns; j++) {
    size_t above = row[j];
    size_t change = strncasecmp(&byte, &b[j - 1], 1) == 0 ? 0 : 1;
    row[j] = least(above + 1, row[j - 1] + 1, diagonal + change);
    diagonal = above;
  }
}

/* Levenshtein's distance without regard to ASCII case; long words are as far
 * away as can be. */
static size_t distance(const char *a, const char *b) {
  size_t row[WORD_MAX + 1];
  size_t columns = strlen(b);
  if (strlen(a) > WORD_MAX || columns > WORD_MAX)
    return (size_t)-1;
  for (size_t j = 0; j <= columns; j++)
    row[j] = j;
  for (; *a; a++)
    add_byte(*a, b, columns, row);
  return row[columns];
}

const char *mz_text_nearest(const char *word, const char *const *words) {
  size_t limit = strlen(word) < 4 ? 1 : strlen(word) / 3 + 1;
  const char *nearest = NULL;
  for (; *words; words++) {
    size_t far = distance(word, *words);
    if (far > limit)
      continue;
    nearest = *words;
    limit = far ? far - 1 : 0;
    if (!far)
      break;
  }
  return nearest;
}

static bool is_control(utf8proc_int32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 ||
         point == 0x2029 || (point >= 0x202A && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069);
}

char *mz_text_printable(const char *text) {
  struct mz_buf out = MZ_BUF_INIT;
  size_t size = strlen(text);
  utf8proc_int32_t point = 0;
  for (size_t i = 0; i < size;) {
    size_t length = next_character(text + i, size - i, &point);
    if (text[i] == '\n' || text[i] == '\t' || !is_control(point))
      mz_buf_add(&out, text + i, length);
    else if (point < 0x80)
      mz_buf_format(&out, "\\x%02X", (unsigned)(unsigned char)text[i]);
    else
      mz_buf_format(&out, "\\u{%X}", (unsigned)point);
    i += length;
  }
  return mz_buf_take(&out);
}
