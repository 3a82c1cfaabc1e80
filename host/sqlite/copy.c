#include "sqlite/copy.h"

#include <sqlite3.h>
#include <string.h>

#include "sqlite/statement.h"

enum { PAGES_AT_ONCE = 1024 };

static bool is_interrupted(const struct mz_database *database) {
  return database->interrupt && database->interrupt->signal;
}

static void tell(const struct mz_copy_watch *watch, sqlite3_backup *copy) {
  int total = sqlite3_backup_pagecount(copy);
  if (watch->progress)
    watch->progress(watch->context, watch->label,
                    total - sqlite3_backup_remaining(copy), total);
}

/* Copy all pages; the result code of the last step, SQLITE_DONE at the end. */
static int copy_all(sqlite3_backup *copy, const struct mz_database *to,
                    const struct mz_copy_watch *watch) {
  int code = SQLITE_OK;
  while (code == SQLITE_OK && !is_interrupted(to)) {
    code = sqlite3_backup_step(copy, PAGES_AT_ONCE);
    tell(watch, copy);
  }
  return code == SQLITE_OK ? SQLITE_INTERRUPT : code;
}

/* The first column of the only row of sql. */
static enum mz_status query(struct mz_database *database, const char *sql,
                            int64_t *value, struct mz_error *err) {
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status =
      mz_statement_prepare(&statement, database, sql, strlen(sql), NULL, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  if (!status)
    *value = mz_statement_integer(statement, 0);
  mz_statement_close(statement);
  return status;
}

/* SQLite cannot change the size of the pages of a database with a WAL. */
static enum mz_status check_sizes(struct mz_database *from,
                                  struct mz_database *to,
                                  struct mz_error *err) {
  static const char sql[] = "PRAGMA page_size";
  int64_t given = 0;
  int64_t wanted = 0;
  enum mz_status status = query(from, sql, &given, err);
  if (!status)
    status = query(to, sql, &wanted, err);
  if (status || !to->wal || given == wanted)
    return status;
  mz_error_add(&err->hint,
               "stop what uses it, then: sqlite3 %s 'PRAGMA "
               "journal_mode=DELETE'",
               to->path);
  return mz_error_set(err, MZ_EUSAGE,
                      "%s has pages of %d bytes and a WAL, which cannot take "
                      "the pages of %d bytes of %s",
                      to->path, (int)wanted, (int)given, from->path);
}

enum mz_status mz_copy_pages(struct mz_database *from, struct mz_database *to,
                             const struct mz_copy_watch *watch,
                             struct mz_error *err) {
  sqlite3_backup *copy = NULL;
  int code = SQLITE_OK;
  enum mz_status status = check_sizes(from, to, err);
  if (status)
    return status;
  copy = sqlite3_backup_init(to->handle, "main", from->handle, "main");
  if (!copy)
    return mz_database_error(to, sqlite3_extended_errcode(to->handle), err);
  code = copy_all(copy, to, watch);
  if (code == SQLITE_DONE)
    code = sqlite3_backup_finish(copy);
  else
    (void)sqlite3_backup_finish(copy);
  return code ? mz_database_error(to, code, err) : MZ_OK;
}

/* MZ_EOPEN with what SQLite says first, unless that is "ok". */
static enum mz_status check_integrity(struct mz_database *database,
                                      struct mz_error *err) {
  static const char sql[] = "PRAGMA integrity_check(1)";
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  if (!status && row && strcmp(mz_statement_text(statement, 0), "ok") != 0)
    status = mz_error_set(err, MZ_EOPEN, "%s: %s", database->path,
                          mz_statement_text(statement, 0));
  mz_statement_close(statement);
  return status;
}

enum mz_status mz_copy_verify(struct mz_database *database,
                              struct mz_error *err) {
  int64_t pages = 0;
  enum mz_status status = query(database, "PRAGMA page_count", &pages, err);
  if (!status && pages == 0)
    status = mz_error_set(err, MZ_EOPEN, "%s: an empty file, not a database",
                          database->path);
  return status ? status : check_integrity(database, err);
}
