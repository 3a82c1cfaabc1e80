#include "run/stored.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "sqlite/statement.h"

/* ---- reading ------------------------------------------------------------- */

static enum mz_status read_entry(struct mz_database *database, int64_t version,
                                 struct mz_statement **statement, bool *found,
                                 struct mz_error *err) {
  static const char sql[] =
      "SELECT name, kind, down_text FROM mzlua_history "
      "WHERE version = ? AND direction = 'up' ORDER BY id DESC LIMIT 1";
  const struct mz_value value = {.type = MZ_INTEGER, .integer = version};
  enum mz_status status =
      mz_statement_prepare(statement, database, sql, sizeof sql - 1, NULL, err);
  if (!status)
    status = mz_statement_bind(*statement, 1, &value, false, err);
  return status ? status : mz_statement_step(*statement, found, err);
}

/* A file that stands for the text in column 2 of row. */
static bool fill_file(struct mz_migration_file *file,
                      const struct mz_statement *row, const char *path) {
  file->path = strdup(path);
  file->text = strdup(mz_statement_text(row, 2));
  file->size = file->text ? strlen(file->text) : 0;
  return file->path && file->text;
}

/* Make a migration of row. Where it has no text there is no way back. */
static enum mz_status make(struct mz_migration *migration,
                           const struct mz_statement *row, const char *database,
                           struct mz_error *err) {
  struct mz_buf path = MZ_BUF_INIT;
  bool lua = strcmp(mz_statement_text(row, 1), "lua") == 0;
  bool fits = true;
  migration->kind = lua ? MZ_LUA : MZ_SQL;
  migration->name = strdup(mz_statement_text(row, 0));
  mz_buf_format(&path, "%s: %06" PRId64 "_%s%s", database, migration->version,
                mz_statement_text(row, 0), lua ? ".lua" : ".down.sql");
  fits = migration->name && !path.failed;
  if (fits && !mz_statement_is_null(row, 2))
    fits = fill_file(lua ? &migration->up : &migration->down, row, path.data);
  mz_buf_release(&path);
  return fits ? MZ_OK : mz_error_memory(err);
}

static enum mz_status add(struct mz_source *source, int64_t version,
                          struct mz_database *database,
                          const struct mz_run_options *options,
                          struct mz_error *err) {
  struct mz_migration migration = {.version = version, .stored = true};
  struct mz_statement *statement = NULL;
  bool found = false;
  enum mz_status status =
      read_entry(database, version, &statement, &found, err);
  if (!status && found)
    status = make(&migration, statement, options->database, err);
  if (!status && found)
    status = mz_source_add(source, &migration, err);
  if (status)
    mz_migration_release(&migration);
  mz_statement_close(statement);
  return status;
}

enum mz_status mz_stored_add(struct mz_source *source,
                             const struct mz_ledger *ledger,
                             const struct mz_run_options *options,
                             struct mz_error *err) {
  struct mz_database_options opening =
      mz_run_options_database(options, MZ_DATABASE_READ);
  struct mz_database *database = NULL;
  enum mz_status status = MZ_OK;
  for (size_t i = 0; i < ledger->applied.count && !status; i++) {
    int64_t version = ledger->applied.versions[i];
    if (mz_source_find(source, version))
      continue;
    if (!database)
      status = mz_database_open(&database, &opening, err);
    if (!status)
      status = add(source, version, database, options, err);
  }
  mz_database_close(database);
  return status;
}

/* ---- telling ------------------------------------------------------------- */

void mz_stored_tell(const struct mz_plan *plan,
                    const struct mz_run_options *options) {
  for (size_t i = 0; i < plan->count && options->log; i++) {
    const struct mz_migration *migration = plan->steps[i].migration;
    struct mz_buf text = MZ_BUF_INIT;
    if (!migration->stored)
      continue;
    mz_buf_format(&text,
                  "the file of migration %" PRId64 " (%s) is gone: its down is "
                  "the one that %s has kept",
                  migration->version, migration->name, options->database);
    if (!text.failed)
      options->log(options->context, MZ_LOG_NOTICE, text.data);
    mz_buf_release(&text);
  }
}
