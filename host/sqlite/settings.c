#include "sqlite/settings.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "sqlite/statement.h"

/* The settings among the pragmas that the authorizer lets through. */
static const char *const names[MZ_SETTINGS] = {
    "analysis_limit",     "automatic_index",    "cache_size",
    "cell_size_check",    "defer_foreign_keys", "full_column_names",
    "legacy_alter_table", "recursive_triggers", "reverse_unordered_selects",
    "secure_delete",      "short_column_names"};

static enum mz_status read_one(struct mz_database *database, const char *name,
                               int64_t *value, struct mz_error *err) {
  struct mz_buf sql = MZ_BUF_INIT;
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status = MZ_OK;
  mz_buf_format(&sql, "PRAGMA %s", name);
  status = sql.failed ? mz_error_memory(err)
                      : mz_statement_prepare(&statement, database, sql.data,
                                             sql.size, NULL, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  if (!status)
    *value = mz_statement_integer(statement, 0);
  mz_statement_close(statement);
  mz_buf_release(&sql);
  return status;
}

enum mz_status mz_settings_read(struct mz_database *database,
                                struct mz_settings *settings,
                                struct mz_error *err) {
  enum mz_status status = MZ_OK;
  for (int i = 0; i < MZ_SETTINGS && !status; i++)
    status = read_one(database, names[i], &settings->values[i], err);
  return status;
}

/* Statements that drop the temporary objects; triggers go with tables and
 * views, but those on tables that stay do not. */
static const char drops_sql[] =
    "SELECT format('DROP %s IF EXISTS temp.\"%w\";', type, name) "
    "FROM sqlite_temp_schema WHERE type IN ('trigger', 'view', 'table') "
    "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "ORDER BY type = 'table', type = 'view'";

static enum mz_status add_drops(struct mz_database *database,
                                struct mz_buf *sql, struct mz_error *err) {
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status = mz_statement_prepare(&statement, database, drops_sql,
                                               strlen(drops_sql), NULL, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  while (!status && row) {
    mz_buf_text(sql, mz_statement_text(statement, 0));
    status = mz_statement_step(statement, &row, err);
  }
  mz_statement_close(statement);
  return status;
}

enum mz_status mz_settings_restore(struct mz_database *database,
                                   const struct mz_settings *settings,
                                   struct mz_error *err) {
  struct mz_buf sql = MZ_BUF_INIT;
  enum mz_status status = MZ_OK;
  for (int i = 0; i < MZ_SETTINGS; i++)
    mz_buf_format(&sql, "PRAGMA %s=%" PRId64 ";", names[i],
                  settings->values[i]);
  mz_buf_text(&sql, "PRAGMA case_sensitive_like=OFF;"); /* can't be read */
  status = add_drops(database, &sql, err);
  if (!status)
    status = sql.failed ? mz_error_memory(err)
                        : mz_database_exec(database, sql.data, err);
  mz_buf_release(&sql);
  return status;
}
