#include "cli/isolation.h"

#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/isolate.h"

#ifdef MZ_INSTRUMENTED /* it writes its counts where it was built */
#define OTHERWISE "never"
#else
#define OTHERWISE "auto"
#endif

enum { MOST = 16 };

struct folders {
  const char *readable[MOST + 1];
  const char *writable[MOST + 1];
  char database[PATH_MAX];
  char backup[PATH_MAX];
};

static void add(const char **list, const char *path) {
  size_t count = 0;
  while (count < MOST && list[count])
    count++;
  if (path && *path && count < MOST)
    list[count] = path;
}

/* The folder of the file at path, links resolved, which need not be there. */
static const char *folder_of(const char *path, char buffer[PATH_MAX]) {
  char *real = realpath(path, NULL);
  const char *folder = NULL;
  size_t size = 0;
  if (!real)
    real = mz_fs_absolute(path);
  if (!real)
    return NULL;
  folder = dirname(real);
  size = strlen(folder);
  if (size < PATH_MAX)
    memcpy(buffer, folder, size + 1);
  free(real);
  return size < PATH_MAX ? buffer : NULL;
}

static void collect(const struct mz_program *program, struct folders *folders) {
  static const char *const shared[] = {"/usr/share/zoneinfo",
                                       "/etc/localtime",
                                       "/etc/timezone",
                                       "/dev",
                                       "/proc",
                                       NULL};
  const char *backup = program->options.backup;
  for (const char *const *path = shared; *path; path++)
    add(folders->readable, *path);
  add(folders->readable, getenv("TZDIR"));
  add(folders->readable, program->folder);
  for (const char **path = program->options.allow_read; *path; path++)
    add(folders->readable, *path);
  add(folders->writable, folder_of(program->database, folders->database));
  if (backup && *backup)
    add(folders->writable,
        mz_fs_is_folder(backup) ? backup : folder_of(backup, folders->backup));
  add(folders->writable, getenv("SQLITE_TMPDIR"));
  add(folders->writable, getenv("TMPDIR"));
  add(folders->writable, "/var/tmp");
  add(folders->writable, "/tmp");
}

/* Whether more folders are to be read than there is room for. */
static bool are_too_many(const struct mz_program *program) {
  size_t count = 0;
  while (program->options.allow_read[count])
    count++;
  return count > MOST - 8;
}

static enum mz_status impossible(const char *why, struct mz_error *err) {
  mz_error_add(&err->hint, "without --isolate it is done where it can be");
  return mz_error_set(err, MZ_EOPEN, "the run cannot be isolated: %s", why);
}

enum mz_status mz_isolation_begin(const struct mz_program *program,
                                  struct mz_error *err) {
  const char *wanted =
      program->options.isolate ? program->options.isolate : OTHERWISE;
  bool is_needed = strcmp(wanted, "always") == 0;
  struct folders folders = {.readable = {NULL}};
  if (strcmp(wanted, "never") == 0)
    return MZ_OK;
  if (strncmp(program->database, "file:", 5) == 0)
    return is_needed ? impossible("the database is named by a URI", err)
                     : MZ_OK;
  if (are_too_many(program))
    return is_needed ? impossible("--allow-read names too many folders", err)
                     : MZ_OK;
  collect(program, &folders);
  if (mz_isolate(folders.readable, folders.writable) || !is_needed)
    return MZ_OK;
  return impossible("the kernel has no Landlock", err);
}
