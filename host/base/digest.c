#include "base/digest.h"

#include <sha2.h>
#include <stdint.h>
#include <sys/types.h>

void mz_digest_sha256(const void *data, size_t size, char hex[MZ_DIGEST_SIZE]) {
  (void)SHA256Data(data, size, hex);
}
