/* digest.h - SHA-256 (FIPS 180-4) as lower-case hexadecimal. */
#ifndef MZ_BASE_DIGEST_H
#define MZ_BASE_DIGEST_H

#include <stddef.h>

#define MZ_DIGEST_SIZE 65 /* 64 digits and a NUL byte */

/* Write the digest of the size bytes at data into hex. */
void mz_digest_sha256(const void *data, size_t size, char hex[MZ_DIGEST_SIZE]);

#endif
