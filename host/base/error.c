#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *format_text(const char *format, va_list arguments) {
  va_list again;
  char *text = NULL;
  int size = 0;
  va_copy(again, arguments);
  size = vsnprintf(NULL, 0, format, again);
  va_end(again);
  if (size >= 0)
    text = malloc((size_t)size + 1);
  if (text)
    (void)vsnprintf(text, (size_t)size + 1, format, arguments);
  return text;
}

void mz_error_release(struct mz_error *err) {
  if (!err)
    return;
  free(err->code);
  free(err->message);
  free(err->file);
  free(err->source);
  free(err->note);
  free(err->details);
  free(err->hint);
  free(err->sql);
  free(err->traceback);
  free(err->state);
  *err = (struct mz_error)MZ_ERROR_INIT;
}

enum mz_status mz_error_set(struct mz_error *err, enum mz_status status,
                            const char *format, ...) {
  va_list arguments;
  if (!err || err->message)
    return status;
  err->status = status;
  va_start(arguments, format);
  err->message = format_text(format, arguments);
  va_end(arguments);
  return status;
}

void mz_error_add(char **field, const char *format, ...) {
  va_list arguments;
  if (*field)
    return;
  va_start(arguments, format);
  *field = format_text(format, arguments);
  va_end(arguments);
}

void mz_error_move(struct mz_error *err, struct mz_error *from) {
  if (err && !err->message) {
    mz_error_release(err);
    *err = *from;
    *from = (struct mz_error)MZ_ERROR_INIT;
  }
  mz_error_release(from);
}

void mz_error_place(struct mz_error *err, const char *file, int line,
                    int column) {
  if (!err || err->file)
    return;
  err->file = strdup(file);
  err->line = line;
  err->column = column;
}

enum mz_status mz_error_memory(struct mz_error *err) {
  return mz_error_set(err, MZ_ENOMEM, "out of memory");
}
