#include "sqlite/lost_rows.h"

#include <inttypes.h>
#include <sqlite3.h>

#include "base/buf.h"

/* ---- rows ---------------------------------------------------------------- */

static int first_number(struct sqlite3 *handle, const char *sql,
                        const char *name, int64_t *number) {
  struct sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(handle, sql, -1, &statement, NULL);
  if (code == SQLITE_OK && name)
    code = sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  if (code == SQLITE_ROW)
    *number = sqlite3_column_int64(statement, 0);
  (void)sqlite3_finalize(statement);
  return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int count_unguarded(struct sqlite3 *handle, const char *name,
                           int64_t *number) {
  static const char is_table[] = "SELECT 1 FROM pragma_table_list(?1) "
                                 "WHERE schema = 'main' AND type = 'table'";
  int64_t found = 0;
  char *sql = NULL;
  int code = first_number(handle, is_table, name, &found);
  if (code != SQLITE_OK || !found)
    return code;
  sql = sqlite3_mprintf("SELECT count(*) FROM main.\"%w\"", name);
  code = sql ? first_number(handle, sql, NULL, number) : SQLITE_NOMEM;
  sqlite3_free(sql);
  return code;
}

/* The rows of a table; -1 where there is no such table that has its own. */
static enum mz_status count_rows(struct mz_database *database, const char *name,
                                 int64_t *number, struct mz_error *err) {
  bool guarded = database->authorizer.guarded;
  int code = SQLITE_OK;
  *number = -1;
  mz_database_guard(database, false);
  code = count_unguarded(database->handle, name, number);
  mz_database_guard(database, guarded);
  return code ? mz_database_error(database, code, err) : MZ_OK;
}

enum mz_status mz_lost_rows_count(struct mz_losses *losses,
                                  struct mz_database *database,
                                  struct mz_error *err) {
  enum mz_status status = losses->failed ? mz_error_memory(err) : MZ_OK;
  for (size_t i = 0; i < losses->count && !status; i++) {
    struct mz_loss *loss = &losses->items[i];
    if (loss->exposed && !loss->named && loss->before < 0)
      status = count_rows(database, loss->name, &loss->before, err);
  }
  return status;
}

/* ---- what is lost -------------------------------------------------------- */

struct report {
  struct mz_buf lines;
  struct mz_buf sql; /* their names, as a declaration in SQL has them */
  struct mz_buf lua;
  size_t tables;
};

static void tell(struct report *report, const struct mz_loss *loss,
                 int64_t now) {
  const char *more = report->tables++ > 0 ? "\n" : "";
  mz_buf_format(&report->lines,
                "%s%s: %" PRId64 " of %" PRId64 " row%s are gone", more,
                loss->name, loss->before - now, loss->before,
                loss->before == 1 ? "" : "s");
  mz_buf_format(&report->sql, "%s%s", *more ? "," : "", loss->name);
  mz_buf_format(&report->lua, "%s\"%s\"", *more ? ", " : "", loss->name);
}

static enum mz_status refuse(const struct report *report,
                             struct mz_error *err) {
  if (report->lines.failed || report->sql.failed || report->lua.failed)
    return mz_error_memory(err);
  mz_error_add(&err->details, "%s", report->lines.data);
  mz_error_add(&err->hint,
               "a foreign key action or a trigger deleted them; if that is "
               "meant, declare it: -- mzlua: deletes=%s at the top of SQL, or "
               "deletes = { %s } in Lua",
               report->sql.data, report->lua.data);
  return mz_error_set(err, MZ_EMIGRATION,
                      "rows are lost from %s from which no statement of this "
                      "migration deletes",
                      report->tables == 1 ? "a table" : "tables");
}

enum mz_status mz_lost_rows_check(const struct mz_losses *losses,
                                  struct mz_database *database,
                                  struct mz_error *err) {
  struct report report = {MZ_BUF_INIT, MZ_BUF_INIT, MZ_BUF_INIT, 0};
  enum mz_status status = losses->failed ? mz_error_memory(err) : MZ_OK;
  for (size_t i = 0; i < losses->count && !status; i++) {
    const struct mz_loss *loss = &losses->items[i];
    int64_t now = -1;
    if (!loss->exposed || loss->named || loss->before < 0)
      continue;
    status = count_rows(database, loss->name, &now, err);
    if (!status && now >= 0 && now < loss->before)
      tell(&report, loss, now);
  }
  if (!status && report.tables > 0)
    status = refuse(&report, err);
  mz_buf_release(&report.lines);
  mz_buf_release(&report.sql);
  mz_buf_release(&report.lua);
  return status;
}
