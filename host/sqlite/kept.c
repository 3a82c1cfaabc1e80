#include "sqlite/kept.h"

#include <sqlite3.h>
#include <string.h>
#include <strings.h>

#include "base/fs.h"
#include "sqlite/statement.h"

/* SQLite's own measure for a checkpoint, 1000 pages. Ours comes when the
 * connection is closed. */
enum { WAL_MAX = 4096 * 1000 };

static uint32_t data_version(const struct mz_database *database) {
  unsigned version = 0;
  (void)sqlite3_file_control(database->handle, "main",
                             SQLITE_FCNTL_DATA_VERSION, &version);
  return version;
}

/* Whether other connections would wait for a checkpoint. */
static bool has_large_wal(const struct mz_database *database) {
  return database->wal &&
         mz_fs_size(sqlite3_filename_wal(mz_database_file(database))) > WAL_MAX;
}

void mz_kept_put(struct mz_kept *kept, struct mz_database *database) {
  const char *file = mz_database_file(database);
  mz_kept_release(kept);
  if (!file || !*file || strncmp(database->path, "file:", 5) == 0 ||
      has_large_wal(database)) {
    mz_database_close(database);
    return;
  }
  sqlite3_set_last_insert_rowid(database->handle, 0);
  kept->database = database;
  kept->version = data_version(database);
}

static bool has_moved(const struct mz_database *database) {
  int moved = 0;
  return sqlite3_file_control(database->handle, "main", SQLITE_FCNTL_HAS_MOVED,
                              &moved) != SQLITE_OK ||
         moved || !mz_fs_is_same(database->path, mz_database_file(database));
}

enum mz_status mz_kept_is_sound(struct mz_database *database, bool *sound,
                                struct mz_error *err) {
  static const char sql[] = "PRAGMA main.journal_mode";
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  if (!status)
    *sound = !has_moved(database) &&
             database->wal ==
                 (strcasecmp(mz_statement_text(statement, 0), "wal") == 0);
  mz_statement_close(statement);
  return status;
}

bool mz_kept_is_unchanged(const struct mz_kept *kept,
                          struct mz_database *database) {
  return kept->version == data_version(database);
}

void mz_kept_release(struct mz_kept *kept) {
  mz_database_close(kept->database);
  kept->database = NULL;
}
