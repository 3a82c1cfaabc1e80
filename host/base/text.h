/* text.h - UTF-8 text: validity, places in it, the nearest word.
 *
 * Columns count characters (code points), as editors do. Knows nothing of
 * SQL or Lua. */
#ifndef MZ_BASE_TEXT_H
#define MZ_BASE_TEXT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether the size bytes at text are UTF-8 (RFC 3629) without a NUL byte;
 * otherwise *bad is the offset of the first byte that is not. */
bool mz_text_valid(const char *text, size_t size, size_t *bad);

/* Whether text has word, ASCII letters of either case, where no letter, digit,
 * _, $ or byte beyond ASCII stands next to it. */
bool mz_text_has_word(const char *text, const char *word);

/* The size of the byte order mark (U+FEFF) that text starts with, or 0. */
size_t mz_text_mark(const char *text, size_t size);

/* Set the place and the source line of err to the byte at offset of text,
 * the content of file. Does nothing where err already has a place. */
void mz_text_place(struct mz_error *err, const char *file, const char *text,
                   size_t size, size_t offset);

/* The number of characters in the size bytes at text. */
int mz_text_characters(const char *text, size_t size);

/* The terminal columns that the size bytes at text take; a byte that isn't
 * UTF-8 counts as one. */
int mz_text_width(const char *text, size_t size);

/* The one of the NULL-terminated words that is nearest to word, or NULL where
 * none is near enough to be what was meant. */
const char *mz_text_nearest(const char *word, const char *const *words);

/* Make every control character in text, C1 controls included, and every byte
 * that isn't UTF-8 visible as an escape: the result, which the caller frees,
 * can be sent to a terminal. Line feeds and tabs stay. NULL when out of
 * memory. */
char *mz_text_printable(const char *text);

#endif
