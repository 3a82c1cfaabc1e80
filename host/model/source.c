#include "model/source.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/directives.h"
#include "model/sections.h"
#include "sqlite/script.h"
#include "sqlite/token.h"

struct mz_migration *mz_source_find(const struct mz_source *source,
                                    int64_t version) {
  for (size_t i = source->count; i > 0; i--) /* the last is asked for most */
    if (source->migrations[i - 1].version == version)
      return &source->migrations[i - 1];
  return NULL;
}

/* Add a migration for name; NULL when out of memory. */
static struct mz_migration *add_migration(struct mz_source *source,
                                          const struct mz_file_name *name) {
  struct mz_migration migration = {.version = name->version};
  void *array = source->migrations;
  if (!mz_mem_grow(&array, &source->capacity, source->count, sizeof migration))
    return NULL;
  source->migrations = array;
  migration.kind = name->kind == MZ_NAME_LUA ? MZ_LUA : MZ_SQL;
  migration.name = strndup(name->name, name->size);
  if (!migration.name)
    return NULL;
  source->migrations[source->count] = migration;
  if (source->count == 0 || name->version > source->highest)
    source->highest = name->version;
  return &source->migrations[source->count++];
}

static enum mz_status refuse_twice(int64_t version, const char *first,
                                   const char *second, struct mz_error *err) {
  bool ordered = strcmp(first, second) < 0;
  mz_error_add(&err->hint, "give one of them another version");
  return mz_error_set(err, MZ_EUSAGE,
                      "version %" PRId64 " is there twice: %s "
                      "and %s",
                      version, ordered ? first : second,
                      ordered ? second : first);
}

/* Any of the files that migration has. */
static const char *any_path(const struct mz_migration *migration) {
  return migration->up.path ? migration->up.path : migration->down.path;
}

/* Where up and down are called differently, the up's name counts. */
static enum mz_status take_name(struct mz_migration *migration,
                                const struct mz_file_name *name,
                                struct mz_error *err) {
  free(migration->name);
  migration->name = strndup(name->name, name->size);
  return migration->name ? MZ_OK : mz_error_memory(err);
}

static enum mz_status set_path(struct mz_migration_file *file, const char *path,
                               int64_t version, struct mz_error *err) {
  if (file->path)
    return refuse_twice(version, file->path, path, err);
  file->path = strdup(path);
  return file->path ? MZ_OK : mz_error_memory(err);
}

/* Put the file at path in its place in the migration it belongs to. */
static enum mz_status add_file(struct mz_source *source, const char *path,
                               const struct mz_file_name *name,
                               struct mz_error *err) {
  bool later = source->count == 0 || name->version > source->highest;
  struct mz_migration *migration =
      later ? NULL : mz_source_find(source, name->version);
  enum mz_kind kind = name->kind == MZ_NAME_LUA ? MZ_LUA : MZ_SQL;
  struct mz_migration_file *file = NULL;
  enum mz_status status = MZ_OK;
  if (!migration)
    migration = add_migration(source, name);
  if (!migration)
    return mz_error_memory(err);
  file = name->kind == MZ_NAME_DOWN_SQL ? &migration->down : &migration->up;
  if (any_path(migration) && migration->kind != kind)
    return refuse_twice(name->version, any_path(migration), path, err);
  status = set_path(file, path, name->version, err);
  if (status || name->kind != MZ_NAME_UP_SQL)
    return status;
  return take_name(migration, name, err);
}

/* The same for a file that has both directions, unless it has none. */
static enum mz_status add_sections(struct mz_source *source, const char *path,
                                   const struct mz_file_name *name,
                                   struct mz_error *err) {
  struct mz_migration *migration = NULL;
  bool up = false;
  bool down = false;
  enum mz_status status = MZ_OK;
  mz_sections_find(path, &up, &down);
  if (!up)
    return MZ_OK;
  status = add_file(source, path, name, err);
  if (status)
    return status;
  migration = mz_source_find(source, name->version);
  migration->up.section = MZ_SECTION_UP;
  migration->down.section = MZ_SECTION_DOWN;
  return down ? set_path(&migration->down, path, name->version, err) : MZ_OK;
}

static enum mz_status add_name(struct mz_source *source, const char *file_name,
                               struct mz_error *err) {
  struct mz_file_name name;
  char *path = NULL;
  enum mz_status status = mz_file_name_parse(file_name, &name, err);
  if (status || name.kind == MZ_NAME_OTHER)
    return status;
  path = mz_fs_join(source->folder, file_name);
  if (!path)
    return mz_error_memory(err);
  status = name.kind == MZ_NAME_SQL ? add_sections(source, path, &name, err)
                                    : add_file(source, path, &name, err);
  free(path);
  return status;
}

static int by_version(const void *a, const void *b) {
  const struct mz_migration *x = a;
  const struct mz_migration *y = b;
  return (x->version > y->version) - (x->version < y->version);
}

/* In the order of names, so that what is said of two files, and which name a
 * migration has, doesn't depend on the file system. */
static enum mz_status list(struct mz_source *source, struct mz_error *err) {
  char **names = NULL;
  enum mz_status status = mz_fs_list_files(source->folder, &names, err);
  for (char **name = names; name && *name && !status; name++)
    status = add_name(source, *name, err);
  mz_fs_names_free(names);
  if (!status && source->count > 0)
    qsort(source->migrations, source->count, sizeof *source->migrations,
          by_version);
  return status;
}

enum mz_status mz_source_add(struct mz_source *source,
                             const struct mz_migration *migration,
                             struct mz_error *err) {
  void *array = source->migrations;
  if (!mz_mem_grow(&array, &source->capacity, source->count, sizeof *migration))
    return mz_error_memory(err);
  source->migrations = array;
  source->migrations[source->count++] = *migration;
  qsort(source->migrations, source->count, sizeof *source->migrations,
        by_version);
  return MZ_OK;
}

enum mz_status mz_source_open(struct mz_source **source, const char *folder,
                              struct mz_error *err) {
  struct mz_source *opened = calloc(1, sizeof *opened);
  enum mz_status status = MZ_OK;
  if (!opened)
    return mz_error_memory(err);
  opened->folder = strdup(folder);
  status = opened->folder ? list(opened, err) : mz_error_memory(err);
  if (status)
    mz_source_close(opened);
  else
    *source = opened;
  return status;
}

void mz_source_close(struct mz_source *source) {
  if (!source)
    return;
  for (size_t i = 0; i < source->count; i++)
    mz_migration_release(&source->migrations[i]);
  free(source->migrations);
  free(source->folder);
  free(source);
}

static void skip_mark(struct mz_migration_file *file) {
  size_t mark = mz_text_mark(file->text, file->size);
  if (mark == 0)
    return;
  file->size -= mark;
  memmove(file->text, file->text + mark, file->size + 1);
}

static enum mz_status check_text(const struct mz_migration_file *file,
                                 struct mz_error *err) {
  size_t bad = 0;
  if (mz_text_valid(file->text, file->size, &bad))
    return MZ_OK;
  mz_error_add(&err->hint, "save the file as UTF-8");
  if (file->text[bad])
    (void)mz_error_set(err, MZ_EUSAGE, "the byte 0x%02X is not UTF-8",
                       (unsigned)(unsigned char)file->text[bad]);
  else
    (void)mz_error_set(err, MZ_EUSAGE, "the file has a NUL byte");
  mz_text_place(err, file->path, file->text, file->size, bad);
  free(err->source); /* not a text that could be shown */
  err->source = NULL;
  return MZ_EUSAGE;
}

static enum mz_status load_file(struct mz_migration_file *file,
                                enum mz_kind kind, struct mz_error *err) {
  struct mz_script script = {.file = file->path};
  enum mz_status status = MZ_OK;
  if (!file->path || file->loaded)
    return MZ_OK;
  if (!file->text)
    status = mz_fs_read(file->path, &file->text, &file->size, err);
  if (status)
    return status;
  skip_mark(file);
  status = check_text(file, err);
  file->loaded = !status;
  if (status || kind == MZ_LUA)
    return status;
  if (file->section != MZ_SECTION_WHOLE)
    mz_sections_cut(file);
  script.text = file->text;
  script.size = file->size;
  status = mz_script_check(&script, err);
  return status ? status : mz_directives_read(file, err);
}

/* The digest of the tokens of file, one space between two: comments and
 * layout don't count. */
static enum mz_status sum(struct mz_migration *migration,
                          struct mz_error *err) {
  struct mz_buf solid = MZ_BUF_INIT;
  const char *cursor = migration->up.text;
  struct mz_token token;
  enum mz_status status = MZ_OK;
  while (cursor &&
         mz_token_next_solid(&cursor, migration->up.text + migration->up.size,
                             &token)) {
    mz_buf_add(&solid, token.text, token.size);
    mz_buf_text(&solid, " ");
  }
  if (solid.failed)
    status = mz_error_memory(err);
  else
    mz_digest_sha256(solid.data ? solid.data : "", solid.size,
                     migration->checksum);
  mz_buf_release(&solid);
  return status;
}

enum mz_status mz_source_load(struct mz_migration *migration,
                              struct mz_error *err) {
  enum mz_status status = load_file(&migration->up, migration->kind, err);
  if (!status)
    status = load_file(&migration->down, migration->kind, err);
  if (!status && migration->kind == MZ_SQL && !migration->checksum[0])
    status = sum(migration, err);
  return status;
}
