#include "sqlite/database.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fs.h"
#include "sqlite/digest_functions.h"
#include "sqlite/result.h"

enum { PROGRESS_STEPS = 1000 };

/* The versions in which a partial rollback after a cache spill writes bad
 * frames into the WAL, and those in which a checkpoint races a commit. */
enum { SPILL_FROM = 3011000, SPILL_TO = 3050001, CHECKPOINT_TO = 3051002 };

static void add_holder(const struct mz_database *database,
                       struct mz_error *err) {
  char holder[128];
  if (mz_lock_holder(mz_database_file(database), database->wal, holder,
                     sizeof holder))
    mz_error_add(&err->details, "locked by %s", holder);
  mz_error_add(&err->hint,
               "another process is using %s: try again, or wait longer with "
               "--lock-timeout",
               database->path);
}

static void set_hint(const struct mz_database *database, int code,
                     struct mz_error *err) {
  if ((code & 0xFF) == SQLITE_BUSY)
    add_holder(database, err);
  else if ((code & 0xFF) == SQLITE_FULL)
    mz_error_add(&err->hint, "make room on the disk and run it again");
  else if ((code & 0xFF) == SQLITE_READONLY)
    mz_error_add(&err->hint,
                 "the file and its folder must be writable for this user");
  else if ((code & 0xFF) == SQLITE_CANTOPEN)
    mz_error_add(&err->hint,
                 "the folder must be there, and this user must have the right "
                 "to read and write it and the file");
}

static bool is_interrupted(const struct mz_database *database) {
  return database->interrupt && database->interrupt->signal;
}

/* SQLite's text for code; the connection has one that says more, unless it
 * does not know of the error. */
static const char *message_of(const struct mz_database *database, int code) {
  if (database->handle && sqlite3_errcode(database->handle) != SQLITE_OK)
    return sqlite3_errmsg(database->handle);
  return sqlite3_errstr(code);
}

enum mz_status mz_database_error(struct mz_database *database, int code,
                                 struct mz_error *err) {
  enum mz_status status = mz_result_status(code);
  const char *text = message_of(database, code);
  if (status == MZ_EBUSY && is_interrupted(database)) /* while it waited */
    status = MZ_EINTERRUPT;
  if (err && !err->message)
    mz_error_add(&err->code, "%s", mz_result_name(code));
  if (code == SQLITE_AUTH && database->authorizer.reason[0]) {
    if (err && !err->message && database->authorizer.hint[0])
      mz_error_add(&err->hint, "%s", database->authorizer.hint);
    return mz_error_set(err, MZ_EMIGRATION, "%s", database->authorizer.reason);
  }
  if (status == MZ_EINTERRUPT)
    return mz_error_set(err, status, "interrupted");
  if (err && !err->message)
    set_hint(database, code, err);
  if (status == MZ_EMIGRATION || status == MZ_ENOMEM)
    return mz_error_set(err, status, "%s", text);
  return mz_error_set(err, status, "%s: %s", database->path, text);
}

static int on_progress(void *context) { return is_interrupted(context); }

static int on_busy(void *context, int attempts) {
  struct mz_database *database = context;
  return !is_interrupted(database) &&
         mz_lock_wait(&database->lock, mz_database_file(database),
                      database->wal, attempts);
}

/* Compile the first statement of sql, run it to its end and move sql behind
 * it; the last row's first column goes to text, of size bytes, unless NULL. */
static int run_one(struct mz_database *database, const char **sql, char *text,
                   size_t size) {
  struct sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(database->handle, *sql, -1, &statement, sql);
  bool row = code == SQLITE_OK && statement;
  while (row) {
    const unsigned char *cell = NULL;
    row = sqlite3_step(statement) == SQLITE_ROW;
    cell = row && text ? sqlite3_column_text(statement, 0) : NULL;
    if (cell)
      (void)snprintf(text, size, "%s", (const char *)cell);
  }
  return code ? code : sqlite3_finalize(statement);
}

static enum mz_status query_text(struct mz_database *database, const char *sql,
                                 char *text, size_t size,
                                 struct mz_error *err) {
  int code = run_one(database, &sql, text, size);
  return code ? mz_database_error(database, code, err) : MZ_OK;
}

enum mz_status mz_database_exec(struct mz_database *database, const char *sql,
                                struct mz_error *err) {
  while (*sql) {
    int code = run_one(database, &sql, NULL, 0);
    if (code != SQLITE_OK)
      return mz_database_error(database, code, err);
  }
  return MZ_OK;
}

/* What a commit needs to be durable depends on the journal; see
 * https://www.sqlite.org/pragma.html#pragma_synchronous. */
static enum mz_status make_durable(struct mz_database *database,
                                   struct mz_error *err) {
  int version = sqlite3_libversion_number();
  char mode[16] = "";
  enum mz_status status =
      query_text(database, "PRAGMA journal_mode", mode, sizeof mode, err);
  if (status)
    return status;
  database->wal = strcasecmp(mode, "wal") == 0;
  if (!database->wal)
    return mz_database_exec(database, "PRAGMA synchronous=EXTRA", err);
  status = mz_database_exec(database, "PRAGMA synchronous=FULL", err);
  if (!status && version >= SPILL_FROM && version <= SPILL_TO)
    status = mz_database_exec(database, "PRAGMA cache_spill=OFF", err);
  if (!status && version <= CHECKPOINT_TO)
    status = mz_database_exec(database, "PRAGMA wal_autocheckpoint=0", err);
  return status;
}

static enum mz_status harden(struct mz_database *database, bool foreign_keys,
                             struct mz_error *err) {
  struct sqlite3 *handle = database->handle;
  int code = mz_digest_functions_add(handle);
  (void)sqlite3_extended_result_codes(handle, 1);
  (void)sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
  (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY,
                          (int)foreign_keys, NULL);
  (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0,
                          NULL);
  (void)sqlite3_set_authorizer(handle, mz_authorizer_decide,
                               &database->authorizer);
  (void)sqlite3_busy_handler(handle, on_busy, database);
  sqlite3_progress_handler(handle, PROGRESS_STEPS, on_progress, database);
  return code ? mz_database_error(database, code, err) : MZ_OK;
}

static enum mz_status refuse_memory(const char *path, struct mz_error *err) {
  return mz_error_set(err, MZ_EOPEN,
                      "%s is a database in memory, which cannot be migrated: "
                      "name a file",
                      path);
}

static enum mz_status check_file(struct mz_database *database,
                                 const struct mz_database_options *options,
                                 struct mz_error *err) {
  const char *name = sqlite3_db_filename(database->handle, "main");
  if (!name || !*name)
    return refuse_memory(options->path, err);
  if (options->mode != MZ_DATABASE_READ &&
      sqlite3_db_readonly(database->handle, "main") == 1) {
    if (err && !err->message)
      set_hint(database, SQLITE_READONLY, err);
    return mz_error_set(err, MZ_EOPEN, "%s: the database is read-only",
                        options->path);
  }
  return MZ_OK;
}

static int open_flags(enum mz_database_mode mode) {
  int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  if (mode == MZ_DATABASE_READ)
    return flags | SQLITE_OPEN_READONLY;
  if (mode == MZ_DATABASE_CREATE)
    flags |= SQLITE_OPEN_CREATE;
  return flags | SQLITE_OPEN_READWRITE;
}

static struct mz_database *
new_database(const struct mz_database_options *options) {
  struct mz_database *database = calloc(1, sizeof *database);
  char *path = strdup(options->path);
  if (!database || !path) {
    free(database);
    free(path);
    return NULL;
  }
  database->path = path;
  database->interrupt = options->interrupt;
  database->lock = options->lock;
  return database;
}

void mz_database_start(void) {
  (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* A path that starts with "file:" is a URI to SQLite whatever the flags say;
 * any other is made absolute, so that it can never become one. */
static int open_handle(struct mz_database *database, int flags) {
  char *path = strncmp(database->path, "file:", 5) == 0
                   ? strdup(database->path)
                   : mz_fs_absolute(database->path);
  int code = SQLITE_NOMEM;
  if (path)
    code = sqlite3_open_v2(path, &database->handle, flags, NULL);
  free(path);
  return code;
}

/* A URI that SQLite doesn't take is no failed migration. */
static enum mz_status open_error(struct mz_database *database, int code,
                                 struct mz_error *err) {
  if (mz_result_status(code) != MZ_EMIGRATION)
    return mz_database_error(database, code, err);
  return mz_error_set(err, MZ_EOPEN, "%s: %s", database->path,
                      sqlite3_errmsg(database->handle));
}

/* Refuse what SQLite would wait for, or make a file of. */
static enum mz_status check_path(const struct mz_database_options *options,
                                 struct mz_error *err) {
  const char *path = options->path;
  if (strcmp(path, ":memory:") == 0)
    return refuse_memory(path, err);
  if (mz_fs_is_special(path))
    return mz_error_set(err, MZ_EOPEN, "%s: not a regular file", path);
  if (options->mode == MZ_DATABASE_CREATE || mz_fs_exists(path) ||
      strncmp(path, "file:", 5) == 0)
    return MZ_OK;
  if (err && !err->message)
    mz_error_add(&err->hint, "`mzlua up` makes it; --database names another");
  return mz_error_set(err, MZ_EOPEN, "%s: no such database", path);
}

/* Whether a crash left a journal that must be undone before anyone can read. */
static bool needs_recovery(const struct mz_database *database) {
  int code = sqlite3_extended_errcode(database->handle);
  return code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_RECOVERY;
}

enum mz_status mz_database_open(struct mz_database **database,
                                const struct mz_database_options *options,
                                struct mz_error *err) {
  struct mz_database *opened = NULL;
  struct mz_database_options writing = *options;
  enum mz_status status = check_path(options, err);
  int code = SQLITE_OK;
  if (status)
    return status;
  opened = new_database(options);
  if (!opened)
    return mz_error_memory(err);
  code = open_handle(opened, open_flags(options->mode));
  status =
      code ? open_error(opened, code, err) : check_file(opened, options, err);
  if (!status)
    status = harden(opened, options->foreign_keys, err);
  if (!status)
    status = make_durable(opened, err);
  if (!status) {
    *database = opened;
    return MZ_OK;
  }
  if (options->mode == MZ_DATABASE_READ && needs_recovery(opened))
    writing.mode = MZ_DATABASE_WRITE;
  mz_database_close(opened);
  if (writing.mode == options->mode)
    return status;
  mz_error_release(err);
  return mz_database_open(database, &writing, err);
}

enum mz_status mz_database_open_scratch(struct mz_database **database,
                                        struct mz_interrupt *interrupt,
                                        struct mz_error *err) {
  struct mz_database_options options = {.path = "scratch",
                                        .interrupt = interrupt};
  struct mz_database *opened = new_database(&options);
  enum mz_status status = MZ_OK;
  int code = SQLITE_OK;
  if (!opened)
    return mz_error_memory(err);
  code = sqlite3_open_v2(":memory:", &opened->handle,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  status =
      code ? mz_database_error(opened, code, err) : harden(opened, false, err);
  if (status)
    mz_database_close(opened);
  else
    *database = opened;
  return status;
}

void mz_database_close(struct mz_database *database) {
  if (!database)
    return;
  database->interrupt = NULL;
  (void)sqlite3_close_v2(database->handle);
  free(database->path);
  free(database);
}

enum mz_status mz_database_begin(struct mz_database *database,
                                 struct mz_error *err) {
  return mz_database_exec(database, "BEGIN IMMEDIATE", err);
}

enum mz_status mz_database_begin_reading(struct mz_database *database,
                                         struct mz_error *err) {
  return mz_database_exec(database, "BEGIN", err);
}

enum mz_status mz_database_commit(struct mz_database *database,
                                  struct mz_error *err) {
  return mz_database_exec(database, "COMMIT", err);
}

void mz_database_rollback(struct mz_database *database) {
  struct mz_interrupt *interrupt = database->interrupt;
  database->interrupt = NULL; /* or a signal would interrupt this as well */
  if (mz_database_in_transaction(database)) {
    enum mz_status ignored = mz_database_exec(database, "ROLLBACK", NULL);
    (void)ignored; /* closing undoes what this could not */
  }
  database->interrupt = interrupt;
}

/* It attaches a file to build the new one in. */
enum mz_status mz_database_vacuum(struct mz_database *database,
                                  struct mz_error *err) {
  enum mz_status status = MZ_OK;
  (void)sqlite3_limit(database->handle, SQLITE_LIMIT_ATTACHED, 1);
  status = mz_database_exec(database, "VACUUM", err);
  (void)sqlite3_limit(database->handle, SQLITE_LIMIT_ATTACHED, 0);
  return status;
}

bool mz_database_in_transaction(const struct mz_database *database) {
  return !sqlite3_get_autocommit(database->handle);
}

void mz_database_guard(struct mz_database *database, bool guarded) {
  database->authorizer.guarded = guarded;
}

int64_t mz_database_changes(const struct mz_database *database) {
  return sqlite3_total_changes64(database->handle);
}

int64_t mz_database_last_rowid(const struct mz_database *database) {
  return sqlite3_last_insert_rowid(database->handle);
}

const char *mz_database_file(const struct mz_database *database) {
  return sqlite3_db_filename(database->handle, "main");
}

const char *mz_database_library(void) { return sqlite3_libversion(); }
