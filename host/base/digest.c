#include "base/digest.h"

#include <md5.h>
#include <sha1.h>
#include <sha2.h>
#include <sys/types.h>

void mz_digest_md5(const void *data, size_t size, char hex[MZ_DIGEST_SIZE]) {
  (void)MD5Data(data, size, hex);
}

void mz_digest_sha1(const void *data, size_t size, char hex[MZ_DIGEST_SIZE]) {
  (void)SHA1Data(data, size, hex);
}

void mz_digest_sha256(const void *data, size_t size, char hex[MZ_DIGEST_SIZE]) {
  (void)SHA256Data(data, size, hex);
}

const struct mz_digest mz_digests[] = {{"md5", mz_digest_md5},
                                       {"sha1", mz_digest_sha1},
                                       {"sha256", mz_digest_sha256},
                                       {NULL, NULL}};

/* ---- CRC-32 -------------------------------------------------------------- */

/* What 32 steps of the shift register, with the polynomial 0xEDB88320, make of
 * bit k alone is STEP(k). As the register is linear, any word's is the XOR of
 * its bits', so that the compiler can make tables for each of its bytes. */
#define BIT(n, k, step) (((n) >> (k)&1U) ? (step) : 0U)
#define BYTE(n, a, b, c, d, e, f, g, h)                                        \
  (BIT(n, 0, a) ^ BIT(n, 1, b) ^ BIT(n, 2, c) ^ BIT(n, 3, d) ^ BIT(n, 4, e) ^  \
   BIT(n, 5, f) ^ BIT(n, 6, g) ^ BIT(n, 7, h))
#define FIRST(n)                                                               \
  BYTE(n, 0xB8BC6765U, 0xAA09C88BU, 0x8F629757U, 0xC5B428EFU, 0x5019579FU,     \
       0xA032AF3EU, 0x9B14583DU, 0xED59B63BU)
#define SECOND(n)                                                              \
  BYTE(n, 0x01C26A37U, 0x0384D46EU, 0x0709A8DCU, 0x0E1351B8U, 0x1C26A370U,     \
       0x384D46E0U, 0x709A8DC0U, 0xE1351B80U)
#define THIRD(n)                                                               \
  BYTE(n, 0x191B3141U, 0x32366282U, 0x646CC504U, 0xC8D98A08U, 0x4AC21251U,     \
       0x958424A2U, 0xF0794F05U, 0x3B83984BU)
#define FOURTH(n)                                                              \
  BYTE(n, 0x77073096U, 0xEE0E612CU, 0x076DC419U, 0x0EDB8832U, 0x1DB71064U,     \
       0x3B6E20C8U, 0x76DC4190U, 0xEDB88320U)
#define FOUR(of, n) of(n), of((n) + 1U), of((n) + 2U), of((n) + 3U)
#define SIXTEEN(of, n)                                                         \
  FOUR(of, n), FOUR(of, (n) + 4U), FOUR(of, (n) + 8U), FOUR(of, (n) + 12U)
#define ALL(of)                                                                \
  SIXTEEN(of, 0U), SIXTEEN(of, 16U), SIXTEEN(of, 32U), SIXTEEN(of, 48U),       \
      SIXTEEN(of, 64U), SIXTEEN(of, 80U), SIXTEEN(of, 96U), SIXTEEN(of, 112U), \
      SIXTEEN(of, 128U), SIXTEEN(of, 144U), SIXTEEN(of, 160U),                 \
      SIXTEEN(of, 176U), SIXTEEN(of, 192U), SIXTEEN(of, 208U),                 \
      SIXTEEN(of, 224U), SIXTEEN(of, 240U)

static const uint32_t tables[4][256] = {
    {ALL(FIRST)}, {ALL(SECOND)}, {ALL(THIRD)}, {ALL(FOURTH)}};

uint32_t mz_digest_crc32(const void *data, size_t size) {
  const unsigned char *at = data;
  uint32_t crc = 0xFFFFFFFFU;
  for (; size >= 4; size -= 4, at += 4)
    crc = tables[0][(crc ^ at[0]) & 0xFFU] ^
          tables[1][(crc >> 8 ^ at[1]) & 0xFFU] ^
          tables[2][(crc >> 16 ^ at[2]) & 0xFFU] ^ tables[3][crc >> 24 ^ at[3]];
  for (; size > 0; size--, at++)
    crc = crc >> 8 ^ tables[3][(crc ^ *at) & 0xFFU];
  return ~crc;
}
