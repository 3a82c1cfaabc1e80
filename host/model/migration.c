#include "model/migration.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sqlite/token.h"

static bool ends_with(const char *text, size_t size, const char *end) {
  size_t length = strlen(end);
  return size >= length && memcmp(text + size - length, end, length) == 0;
}

/* The last ".up." or ".down." in rest, as the greedy pattern finds it. */
static const char *last_direction(const char *rest, enum mz_name_kind *kind) {
  const char *found = NULL;
  for (const char *dot = strchr(rest, '.'); dot; dot = strchr(dot + 1, '.')) {
    if (strncmp(dot, ".up.", 4) == 0)
      *kind = MZ_NAME_UP_SQL;
    else if (strncmp(dot, ".down.", 6) == 0)
      *kind = MZ_NAME_DOWN_SQL;
    else
      continue;
    found = dot;
  }
  return found;
}

/* Whether what follows the direction makes it SQL: "sql", or "....sql". */
static bool is_sql(const char *direction) {
  const char *extension = strchr(direction + 1, '.') + 1;
  return strcmp(extension, "sql") == 0 ||
         ends_with(extension, strlen(extension), ".sql");
}

/* name.up.lua is a near miss: one Lua file holds both directions. */
static bool is_lua(const char *rest, size_t size) {
  return ends_with(rest, size, ".lua") && !ends_with(rest, size, ".up.lua") &&
         !ends_with(rest, size, ".down.lua");
}

static void classify(const char *rest, struct mz_file_name *parsed) {
  enum mz_name_kind kind = MZ_NAME_OTHER;
  const char *direction = last_direction(rest, &kind);
  size_t size = strlen(rest);
  parsed->name = rest;
  if (direction && is_sql(direction)) {
    parsed->kind = kind;
    parsed->size = (size_t)(direction - rest);
  } else if (is_lua(rest, size)) {
    parsed->kind = MZ_NAME_LUA;
    parsed->size = size - 4;
  }
}

/* The version in the count digits at text; false where it is too large. */
static bool read_version(const char *text, size_t count, int64_t *version) {
  *version = 0;
  for (size_t i = 0; i < count; i++) {
    int digit = text[i] - '0';
    if (*version > (INT64_MAX - digit) / 10)
      return false;
    *version = *version * 10 + digit;
  }
  return true;
}

static bool has_control(const char *text) {
  for (; *text; text++)
    if (iscntrl((unsigned char)*text))
      return true;
  return false;
}

/* Shows the name as ls does: a question mark for each control character. */
static enum mz_status refuse_control(const char *file_name,
                                     struct mz_error *err) {
  char *shown = strdup(file_name);
  if (!shown)
    return mz_error_memory(err);
  for (char *at = shown; *at; at++)
    if (iscntrl((unsigned char)*at))
      *at = '?';
  mz_error_add(&err->hint, "rename the file");
  (void)mz_error_set(err, MZ_EUSAGE,
                     "%s: the file's name has a control character", shown);
  free(shown);
  return MZ_EUSAGE;
}

enum mz_status mz_file_name_parse(const char *file_name,
                                  struct mz_file_name *parsed,
                                  struct mz_error *err) {
  size_t digits = strspn(file_name, "0123456789");
  size_t bad = 0;
  *parsed = (struct mz_file_name){.kind = MZ_NAME_OTHER};
  if (digits == 0 || file_name[digits] != '_')
    return MZ_OK;
  classify(file_name + digits + 1, parsed);
  if (parsed->kind == MZ_NAME_OTHER)
    return MZ_OK;
  if (has_control(file_name))
    return refuse_control(file_name, err);
  if (!mz_text_valid(file_name, strlen(file_name), &bad)) {
    mz_error_add(&err->hint, "rename the file");
    return mz_error_set(err, MZ_EUSAGE, "%s: the file's name is not UTF-8",
                        file_name);
  }
  if (!read_version(file_name, digits, &parsed->version)) {
    mz_error_add(&err->hint, "rename the file");
    return mz_error_set(err, MZ_EUSAGE,
                        "%s: the version is larger than 9223372036854775807",
                        file_name);
  }
  return MZ_OK;
}

const struct mz_migration_file *
mz_migration_file(const struct mz_migration *migration,
                  enum mz_direction direction) {
  return direction == MZ_DOWN && migration->kind == MZ_SQL ? &migration->down
                                                           : &migration->up;
}

static void release_file(struct mz_migration_file *file) {
  free(file->path);
  free(file->text);
}

void mz_migration_release(struct mz_migration *migration) {
  free(migration->name);
  release_file(&migration->up);
  release_file(&migration->down);
  *migration = (struct mz_migration){.name = NULL};
}

/* One directive: the size bytes at text are "key=value". */
struct directive {
  char key[32];
  char value[32];
  size_t offset; /* of the key in the file */
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
  static const char *const keys[] = {"foreign_keys", "ignore", "transaction",
                                     NULL};
  const char *nearest = mz_text_nearest(directive->key, keys);
  mz_error_add(&err->hint,
               nearest ? "is %s meant?"
                       : "a directive is foreign_keys=on, transaction=off or "
                         "ignore=RULE reason",
               nearest);
  (void)mz_error_set(err, MZ_EUSAGE, "there is no directive \"%s\"",
                     directive->key);
  return refuse(file, directive, err);
}

static enum mz_status apply(struct mz_migration_file *file,
                            const struct directive *directive,
                            struct mz_error *err) {
  bool on = strcmp(directive->value, "on") == 0;
  bool off = strcmp(directive->value, "off") == 0;
  if (strcmp(directive->key, "ignore") == 0)
    return MZ_OK;
  if (strcmp(directive->key, "foreign_keys") == 0 && (on || off)) {
    file->foreign_keys = on;
    return MZ_OK;
  }
  if (strcmp(directive->key, "transaction") == 0 && on)
    return MZ_OK;
  if (strcmp(directive->key, "transaction") == 0 && off) {
    mz_error_add(&err->hint, "run what cannot be in a transaction outside of "
                             "migrations, with the sqlite3 shell");
    (void)mz_error_set(err, MZ_EUSAGE,
                       "this version runs no migration without transaction");
    return refuse(file, directive, err);
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
  copy_word(directive->value, sizeof directive->value, at,
            strcspn(at, " \t\r\n"));
  return true;
}

enum mz_status mz_migration_read_directives(struct mz_migration_file *file,
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
