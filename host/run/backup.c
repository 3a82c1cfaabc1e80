#include "run/backup.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/fs.h"
#include "sqlite/copy.h"

static struct mz_database_options opening(const struct mz_run_options *options,
                                          const char *path,
                                          enum mz_database_mode mode) {
  return (struct mz_database_options){.path = path,
                                      .mode = mode,
                                      .lock = {.timeout = options->lock_timeout,
                                               .waiting = options->waiting,
                                               .context = options->context},
                                      .interrupt = options->interrupt};
}

static struct mz_copy_watch watch_of(const struct mz_run_options *options,
                                     const char *label) {
  return (struct mz_copy_watch){.label = label,
                                .progress = options->progress,
                                .context = options->context};
}

/* ---- making one --------------------------------------------------------- */

/* The part of path behind its last slash. */
static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* DATABASE.TIME.bak beside the database, or in folder where that is one. */
static char *default_path(const char *database, const char *folder) {
  struct mz_buf name = MZ_BUF_INIT;
  char stamp[32] = "";
  time_t now = time(NULL);
  struct tm utc;
  char *path = NULL;
  if (gmtime_r(&now, &utc))
    (void)strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &utc);
  mz_buf_format(&name, "%s.%s.bak", *folder ? last_part(database) : database,
                stamp);
  if (!name.failed)
    path = mz_fs_join(folder, name.data);
  mz_buf_release(&name);
  return path;
}

static char *choose_path(const struct mz_run_options *options,
                         const struct mz_database *database) {
  const char *wanted = options->backup;
  const char *name = strncmp(options->database, "file:", 5) == 0
                         ? mz_database_file(database)
                         : options->database;
  if (*wanted && !mz_fs_is_folder(wanted))
    return strdup(wanted);
  return default_path(name, wanted);
}

/* Copy the file of database to partial. */
static enum mz_status copy_to(const struct mz_run_options *options,
                              const struct mz_database *database,
                              const char *partial, struct mz_error *err) {
  struct mz_database_options reading =
      opening(options, mz_database_file(database), MZ_DATABASE_READ);
  struct mz_database_options writing =
      opening(options, partial, MZ_DATABASE_CREATE);
  struct mz_copy_watch watch = watch_of(options, "backup");
  struct mz_database *from = NULL;
  struct mz_database *to = NULL;
  enum mz_status status = mz_database_open(&from, &reading, err);
  if (!status)
    status = mz_database_open(&to, &writing, err);
  if (!status)
    status = mz_copy_pages(from, to, &watch, err);
  mz_database_close(to);
  mz_database_close(from);
  return status;
}

static enum mz_status make(const struct mz_run_options *options,
                           const struct mz_database *database, const char *path,
                           struct mz_error *err) {
  struct mz_buf partial = MZ_BUF_INIT;
  enum mz_status status = MZ_OK;
  if (mz_fs_exists(path)) {
    mz_error_add(&err->hint, "name another file, or move this one away");
    return mz_error_set(err, MZ_EUSAGE, "%s: there is such a file already",
                        path);
  }
  mz_buf_format(&partial, "%s.partial", path);
  if (partial.failed)
    status = mz_error_memory(err);
  if (!status)
    status = copy_to(options, database, partial.data, err);
  if (!status)
    status = mz_fs_move(partial.data, path, err);
  if (status && !partial.failed)
    mz_fs_remove(partial.data);
  mz_buf_release(&partial);
  return status;
}

enum mz_status mz_backup_make(const struct mz_run_options *options,
                              const struct mz_database *database, bool *made,
                              struct mz_error *err) {
  char *path = NULL;
  enum mz_status status = MZ_OK;
  bool wanted = options->backup && !options->dry_run && !*made;
  *made = true; /* also where there is nothing to keep */
  if (!wanted || mz_fs_size(mz_database_file(database)) == 0)
    return MZ_OK;
  path = choose_path(options, database);
  status = path ? make(options, database, path, err) : mz_error_memory(err);
  if (!status && options->backed_up)
    options->backed_up(options->context, path);
  free(path);
  return status;
}

/* ---- putting one back --------------------------------------------------- */

/* Set *version to what the ledger of database says; none where it has none of
 * ours. */
static enum mz_status read_version(struct mz_database *database,
                                   struct mz_version *version,
                                   struct mz_error *err) {
  struct mz_ledger ledger = {.exists = false};
  struct mz_error foreign = MZ_ERROR_INIT;
  enum mz_status status = mz_ledger_read(database, &ledger, &foreign);
  *version = (struct mz_version){.some = false, .number = -1};
  if (!status)
    *version = ledger.version;
  else if (status != MZ_EHISTORY)
    mz_error_move(err, &foreign);
  else
    status = MZ_OK;
  mz_error_release(&foreign);
  mz_ledger_release(&ledger);
  return status;
}

enum mz_status mz_backup_open(struct mz_backup *backup,
                              const struct mz_run_options *options,
                              const char *path, struct mz_error *err) {
  struct mz_database_options reading = opening(options, path, MZ_DATABASE_READ);
  enum mz_status status = MZ_OK;
  *backup = (struct mz_backup){.database = NULL};
  if (!mz_fs_exists(path))
    return mz_error_set(err, MZ_EOPEN, "%s: no such file", path);
  if (mz_fs_is_same(path, options->database))
    return mz_error_set(err, MZ_EUSAGE, "%s is the database itself", path);
  status = mz_database_open(&backup->database, &reading, err);
  if (!status)
    status = mz_database_begin_reading(backup->database, err);
  if (!status)
    status = mz_copy_verify(backup->database, err);
  if (!status)
    status = read_version(backup->database, &backup->version, err);
  if (status)
    mz_backup_close(backup);
  return status;
}

/* Say in err->state where the database of options is, read again. */
static void tell_state(const struct mz_run_options *options,
                       struct mz_error *err) {
  struct mz_database_options reading =
      opening(options, options->database, MZ_DATABASE_READ);
  struct mz_database *database = NULL;
  struct mz_error unread = MZ_ERROR_INIT;
  struct mz_version version = {.some = false, .number = -1};
  char at[64];
  enum mz_status status = MZ_OK;
  reading.interrupt = NULL;
  reading.lock.timeout = 0;
  status = mz_database_open(&database, &reading, &unread);
  if (!status)
    status = read_version(database, &version, &unread);
  if (!status)
    mz_error_add(&err->state, "nothing was restored; %s is still %s",
                 options->database, mz_version_describe(version, at));
  else
    mz_error_add(&err->state, "nothing was restored");
  mz_error_release(&unread);
  mz_database_close(database);
}

enum mz_status mz_backup_restore(const struct mz_backup *backup,
                                 const struct mz_run_options *options,
                                 struct mz_error *err) {
  struct mz_database_options writing =
      opening(options, options->database, MZ_DATABASE_CREATE);
  struct mz_copy_watch watch = watch_of(options, "restore");
  struct mz_database *database = NULL;
  enum mz_status status = mz_database_open(&database, &writing, err);
  if (!status)
    status = mz_copy_pages(backup->database, database, &watch, err);
  mz_database_close(database);
  if (status)
    tell_state(options, err);
  return status;
}

void mz_backup_close(struct mz_backup *backup) {
  mz_database_close(backup->database);
  backup->database = NULL;
}
