/* digest.h - MD5 (RFC 1321), SHA-1 and SHA-256 (FIPS 180-4) as lower-case
 * hexadecimal, and CRC-32 (IEEE 802.3, as zlib computes it). */
#ifndef MZ_BASE_DIGEST_H
#define MZ_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define MZ_DIGEST_SIZE 65 /* 64 digits and a NUL byte: enough for any */

/* Write the digest of the size bytes at data into hex. */
void mz_digest_md5(const void *data, size_t size, char hex[MZ_DIGEST_SIZE]);
void mz_digest_sha1(const void *data, size_t size, char hex[MZ_DIGEST_SIZE]);
void mz_digest_sha256(const void *data, size_t size, char hex[MZ_DIGEST_SIZE]);

/* The three of them by the names that users know: md5, sha1, sha256. Ended by
 * an entry whose name is NULL. */
struct mz_digest {
  const char *name;
  void (*write)(const void *data, size_t size, char hex[MZ_DIGEST_SIZE]);
};
extern const struct mz_digest mz_digests[];

/* The checksum of the size bytes at data. */
uint32_t mz_digest_crc32(const void *data, size_t size);

#endif
