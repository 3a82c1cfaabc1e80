#include "model/migration.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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
  } else if (!direction && ends_with(rest, size, ".sql")) {
    parsed->kind = MZ_NAME_SQL;
    parsed->size = size - 4;
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
  if (parsed->kind == MZ_NAME_SQL &&
      (has_control(file_name) ||
       !mz_text_valid(file_name, strlen(file_name), &bad) ||
       !read_version(file_name, digits, &parsed->version))) {
    parsed->kind = MZ_NAME_OTHER; /* what it is, its text has yet to say */
    return MZ_OK;
  }
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
  free(file->deletes);
}

void mz_migration_release(struct mz_migration *migration) {
  free(migration->name);
  release_file(&migration->up);
  release_file(&migration->down);
  *migration = (struct mz_migration){.name = NULL};
}
