#include "model/directives.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "sqlite/token.h"

/* One directive, key=value. */
struct directive {
  char key[32];
  char value[32];   /* its first word */
  const char *rest; /* the value to the end of the line */
  size_t size;      /* of rest, in bytes */
  size_t offset;    /* of the key in the file */
};

static enum mz_status refuse(struct mz_migration_file *file,
                             const struct directive *directive,
                             struct mz_error *err) {
  mz_text_place(err, file->path, file->text, file->size, directive->offset);
  err->width = directive->key[0] ? (int)strlen(directive->key) : 1;
  return MZ_EUSAGE;
}

static enum mz_status refuse_value(struct mz_migration_file *file,
                                   const struct directive *directive,
                                   struct mz_error *err) {
  (void)mz_error_set(err, MZ_EUSAGE, "%s is on or off, not \"%s\"",
                     directive->key, directive->value);
  return refuse(file, directive, err);
}

static enum mz_status refuse_key(struct mz_migration_file *file,
                                 const struct directive *directive,
                                 struct mz_error *err) {
  static const char *const keys[] = {"deletes", "foreign_keys", "ignore",
                                     "transaction", NULL};
  const char *nearest = mz_text_nearest(directive->key, keys);
  mz_error_add(&err->hint,
               nearest ? "is %s meant?"
                       : "a directive is foreign_keys=on, transaction=off, "
                         "deletes=TABLE or ignore=RULE reason",
               nearest);
  (void)mz_error_set(err, MZ_EUSAGE, "there is no directive \"%s\"",
                     directive->key);
  return refuse(file, directive, err);
}

/* Add the tables that a directive names to those of the file. */
static enum mz_status declare(struct mz_migration_file *file,
                              const struct directive *directive,
                              struct mz_error *err) {
  struct mz_buf names = MZ_BUF_INIT;
  if (!directive->value[0]) {
    (void)mz_error_set(err, MZ_EUSAGE, "deletes names no table");
    return refuse(file, directive, err);
  }
  mz_buf_format(&names, "%s%s%.*s", file->deletes ? file->deletes : "",
                file->deletes ? "," : "", (int)directive->size,
                directive->rest);
  free(file->deletes);
  file->deletes = mz_buf_take(&names);
  return file->deletes ? MZ_OK : mz_error_memory(err);
}

static enum mz_status apply(struct mz_migration_file *file,
                            const struct directive *directive,
                            struct mz_error *err) {
  bool on = strcmp(directive->value, "on") == 0;
  bool off = strcmp(directive->value, "off") == 0;
  if (strcmp(directive->key, "ignore") == 0)
    return MZ_OK;
  if (strcmp(directive->key, "deletes") == 0)
    return declare(file, directive, err);
  if (strcmp(directive->key, "foreign_keys") == 0 && (on || off)) {
    file->foreign_keys = on;
    return MZ_OK;
  }
  if (strcmp(directive->key, "transaction") == 0 && (on || off)) {
    file->alone = off;
    return MZ_OK;
  }
  if (strcmp(directive->key, "foreign_keys") == 0 ||
      strcmp(directive->key, "transaction") == 0)
    return refuse_value(file, directive, err);
  return refuse_key(file, directive, err);
}

static void copy_word(char *to, size_t room, const char *from, size_t size) {
  size_t length = size < room ? size : room - 1;
  memcpy(to, from, length);
  to[length] = '\0';
}

/* Whether the comment line at offset of text is a directive. */
static bool read_directive(const char *text, size_t offset,
                           struct directive *directive) {
  static const char mark[] = "mzlua:";
  const char *at = text + offset + 2;
  size_t size = 0;
  at += strspn(at, " \t");
  if (strncmp(at, mark, sizeof mark - 1) != 0)
    return false;
  at += sizeof mark - 1;
  at += strspn(at, " \t");
  size = strcspn(at, "= \t\r\n");
  directive->offset = (size_t)(at - text);
  copy_word(directive->key, sizeof directive->key, at, size);
  at += size + strspn(at + size, " \t");
  at += *at == '=';
  at += strspn(at, " \t");
  directive->rest = at;
  directive->size = strcspn(at, "\r\n");
  copy_word(directive->value, sizeof directive->value, at,
            strcspn(at, " \t\r\n"));
  return true;
}

enum mz_status mz_directives_read(struct mz_migration_file *file,
                                  struct mz_error *err) {
  const char *cursor = file->text;
  const char *end = file->text + file->size;
  struct mz_token token;
  struct directive directive;
  enum mz_status status = MZ_OK;
  while (!status && mz_token_next(&cursor, end, &token) &&
         (token.kind == MZ_TOKEN_SPACE || token.kind == MZ_TOKEN_COMMENT))
    if (token.text[0] == '-' &&
        read_directive(file->text, (size_t)(token.text - file->text),
                       &directive))
      status = apply(file, &directive, err);
  return status;
}
