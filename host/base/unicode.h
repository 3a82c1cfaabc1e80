/* unicode.h - what is done to text: blanks, case, accents, normal forms.
 *
 * Characters, their classes and mappings are utf8proc's. Works on valid UTF-8,
 * in which a NUL byte is a character like others, and writes where the caller
 * says; allocates nothing. Never drops a byte that it isn't asked to. */
#ifndef MZ_BASE_UNICODE_H
#define MZ_BASE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mz_unicode { MZ_UNICODE_ASCII, MZ_UNICODE_UTF8, MZ_UNICODE_INVALID };

/* What the size bytes at text are; *bad is the offset of the first byte that
 * isn't UTF-8 (RFC 3629), where there is one. */
enum mz_unicode mz_unicode_kind(const char *text, size_t size, size_t *bad);

/* Write the UTF-8 of point, four bytes at most, and return its size. */
size_t mz_unicode_put(int32_t point, char *out);

/* Whether point may stand in UTF-8. */
bool mz_unicode_is_valid(int32_t point);

/* The text without the white space (Unicode's White_Space) around it: moves
 * *text and returns the size. */
size_t mz_unicode_trim(const char **text, size_t size);

/* Write the text to out, of size bytes, which may be text itself, with one
 * blank for each run of white space and none around; returns the size. */
size_t mz_unicode_squeeze(const char *text, size_t size, char *out);

/* The same in ASCII, in lower case. */
size_t mz_unicode_normalise_ascii(const char *text, size_t size, char *out);

/* Write the text to out, of 2 * size bytes, by the simple case mapping of
 * each character; returns the size. */
size_t mz_unicode_lower(const char *text, size_t size, char *out);
size_t mz_unicode_upper(const char *text, size_t size, char *out);

/* Write the text to out, of size + (size + 1) * gap bytes, each run of
 * characters that are neither letters, their marks nor digits as the gap bytes
 * at separator, and none around; returns the size. */
size_t mz_unicode_slug(const char *text, size_t size, const char *separator,
                       size_t gap, char *out);

enum mz_unicode_form {
  MZ_UNICODE_NFC, /* normalization form C */
  MZ_UNICODE_FOLD /* form KC after full case folding, without accents */
};

/* Take the text apart into characters: write those that fit into capacity and
 * return how many there are. */
size_t mz_unicode_decompose(const char *text, size_t size,
                            enum mz_unicode_form form, int32_t *points,
                            size_t capacity);

/* Put the count characters together in their form, in place, as UTF-8; there
 * is room for one more than count. Returns the size. An accent, for FOLD, is a
 * mark above, below, attached to or through a letter: of combining class 1 or
 * from 200 on (Unicode Standard, 4.3); marks that make up letters, such as
 * vowel signs and the voicing of kana, are none. */
size_t mz_unicode_compose(int32_t *points, size_t count,
                          enum mz_unicode_form form);

#endif
