/* buf.h - a growing text.
 *
 * Exhaustion is remembered: further additions do nothing, and mz_buf_take
 * returns NULL, so that only the end needs a check. The text always ends in
 * a NUL byte that size doesn't count. */
#ifndef MZ_BASE_BUF_H
#define MZ_BASE_BUF_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Starts as MZ_BUF_INIT. */
struct mz_buf {
  char *data;
  size_t size;
  size_t capacity;
  bool failed;
};

#define MZ_BUF_INIT                                                            \
  { .data = NULL }

void mz_buf_add(struct mz_buf *buf, const char *data, size_t size);
void mz_buf_text(struct mz_buf *buf, const char *text);
void mz_buf_format(struct mz_buf *buf, const char *format, ...) MZ_PRINTF(2, 3);

/* Return the text, which the caller frees, and empty buf. NULL when memory
 * was exhausted on the way. */
char *mz_buf_take(struct mz_buf *buf);

void mz_buf_release(struct mz_buf *buf);

#endif
