#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct mz_buf *buf, size_t more) {
  size_t capacity = buf->capacity ? buf->capacity : 64;
  char *data = NULL;
  if (buf->failed || more > SIZE_MAX / 2 - buf->size - 1)
    return false;
  if (buf->data && buf->size + more < buf->capacity)
    return true;
  while (capacity <= buf->size + more)
    capacity *= 2;
  data = realloc(buf->data, capacity);
  if (!data)
    return false;
  buf->data = data;
  buf->capacity = capacity;
  return true;
}

void mz_buf_add(struct mz_buf *buf, const char *data, size_t size) {
  if (!reserve(buf, size)) {
    buf->failed = true;
    return;
  }
  if (size)
    memcpy(buf->data + buf->size, data, size);
  buf->size += size;
  buf->data[buf->size] = '\0';
}

void mz_buf_text(struct mz_buf *buf, const char *text) {
  mz_buf_add(buf, text, strlen(text));
}

void mz_buf_format(struct mz_buf *buf, const char *format, ...) {
  va_list arguments;
  int size = 0;
  va_start(arguments, format);
  size = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (size < 0 || !reserve(buf, (size_t)size)) {
    buf->failed = true;
    return;
  }
  va_start(arguments, format);
  (void)vsnprintf(buf->data + buf->size, (size_t)size + 1, format, arguments);
  va_end(arguments);
  buf->size += (size_t)size;
}

char *mz_buf_take(struct mz_buf *buf) {
  char *text = NULL;
  if (!buf->data && !buf->failed)
    mz_buf_add(buf, "", 0);
  if (!buf->failed) {
    text = buf->data;
    buf->data = NULL;
  }
  mz_buf_release(buf);
  return text;
}

void mz_buf_release(struct mz_buf *buf) {
  free(buf->data);
  *buf = (struct mz_buf)MZ_BUF_INIT;
}
