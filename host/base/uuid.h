/* uuid.h - new UUIDs, versions 4 and 7 of RFC 9562.
 *
 * Their bits come from the system's source of random bytes, never from a
 * generator with a seed. */
#ifndef MZ_BASE_UUID_H
#define MZ_BASE_UUID_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MZ_UUID_SIZE 37 /* 36 characters and a NUL byte */

/* Write a random UUID (section 5.4) in lower case. */
MZ_CHECKED enum mz_status mz_uuid_v4(char text[MZ_UUID_SIZE],
                                     struct mz_error *err);

/* Write one that sorts by time (section 5.7): milliseconds since 1970, then
 * twelve bits of their fraction (6.2, method 3). *last is the time of the one
 * before, 0 at first: the next is later even where the clock stands still or
 * is set back. */
MZ_CHECKED enum mz_status mz_uuid_v7(uint64_t *last, char text[MZ_UUID_SIZE],
                                     struct mz_error *err);

/* Whether the size bytes at text are a UUID of any version, in any case. */
bool mz_uuid_is(const char *text, size_t size);

#endif
