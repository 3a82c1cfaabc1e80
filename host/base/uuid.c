#include "base/uuid.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BYTES = 16, CHARACTERS = MZ_UUID_SIZE - 1 };

static bool is_dash(size_t index) {
  return index == 8 || index == 13 || index == 18 || index == 23;
}

static enum mz_status get_random(unsigned char *bytes, size_t size,
                                 struct mz_error *err) {
  if (getentropy(bytes, size) == 0)
    return MZ_OK;
  return mz_error_set(err, MZ_EMIGRATION,
                      "the system gives no random bytes: %s", strerror(errno));
}

/* Set version and variant, and write the text. */
static void write_text(unsigned char bytes[BYTES], unsigned version,
                       char text[MZ_UUID_SIZE]) {
  static const char digits[] = "0123456789abcdef";
  char *at = text;
  bytes[6] = (unsigned char)((bytes[6] & 0x0FU) | version << 4);
  bytes[8] = (unsigned char)((bytes[8] & 0x3FU) | 0x80U);
  for (size_t i = 0; i < BYTES; i++) {
    if (is_dash((size_t)(at - text)))
      *at++ = '-';
    *at++ = digits[bytes[i] >> 4];
    *at++ = digits[bytes[i] & 0x0FU];
  }
  *at = '\0';
}

enum mz_status mz_uuid_v4(char text[MZ_UUID_SIZE], struct mz_error *err) {
  unsigned char bytes[BYTES];
  enum mz_status status = get_random(bytes, sizeof bytes, err);
  if (!status)
    write_text(bytes, 4, text);
  return status;
}

/* Milliseconds since 1970, and 4096ths of one in the low twelve bits. */
static uint64_t now(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_REALTIME, &time);
  return ((uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000)
             << 12 |
         (uint64_t)time.tv_nsec % 1000000 * 4096 / 1000000;
}

enum mz_status mz_uuid_v7(uint64_t *last, char text[MZ_UUID_SIZE],
                          struct mz_error *err) {
  unsigned char bytes[BYTES];
  uint64_t time = now();
  enum mz_status status = get_random(bytes + 8, BYTES - 8, err);
  if (status)
    return status;
  if (time <= *last)
    time = *last + 1;
  *last = time;
  for (unsigned i = 0; i < 6; i++)
    bytes[i] = (unsigned char)(time >> (52 - 8 * i));
  bytes[6] = (unsigned char)(time >> 8 & 0x0FU);
  bytes[7] = (unsigned char)time;
  write_text(bytes, 7, text);
  return MZ_OK;
}

bool mz_uuid_is(const char *text, size_t size) {
  for (size_t i = 0; i < size && size == CHARACTERS; i++)
    if (is_dash(i) ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
      return false;
  return size == CHARACTERS;
}
