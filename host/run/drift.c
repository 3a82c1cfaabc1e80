#include "run/drift.h"

#include <string.h>

#include "base/buf.h"
#include "sqlite/statement.h"

/* ---- finding ------------------------------------------------------------- */

/* Whether the file of migration is not what checksum was taken of. */
static bool differs(struct mz_migration *migration, const char *checksum,
                    const struct mz_run_options *options) {
  const struct mz_step step = {.migration = migration, .direction = MZ_UP};
  struct mz_run run = mz_run_options_run(options, &step);
  struct mz_checked checked = {.has_direction = false};
  struct mz_error ignored = MZ_ERROR_INIT;
  enum mz_status status = mz_source_load(migration, &ignored);
  run.log = NULL;
  if (!status)
    status = mz_step_engine(migration->kind)->check(&run, &checked, &ignored);
  mz_error_release(&ignored);
  return status || strcmp(checked.checksum, checksum) != 0;
}

static void look(const struct mz_statement *row, const struct mz_source *source,
                 const struct mz_ledger *ledger,
                 const struct mz_run_options *options) {
  int64_t version = mz_statement_integer(row, 0);
  struct mz_migration *migration = mz_source_find(source, version);
  if (migration && !migration->stored &&
      mz_applied_has(&ledger->applied, version))
    migration->drifted = differs(migration, mz_statement_text(row, 1), options);
}

static enum mz_status look_at_all(struct mz_database *database,
                                  const struct mz_source *source,
                                  const struct mz_ledger *ledger,
                                  const struct mz_run_options *options,
                                  struct mz_error *err) {
  static const char sql[] =
      "SELECT version, checksum, max(id) FROM mzlua_history "
      "WHERE direction = 'up' AND checksum <> '' GROUP BY version";
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  while (!status && row) {
    look(statement, source, ledger, options);
    status = mz_statement_step(statement, &row, err);
  }
  mz_statement_close(statement);
  return status;
}

enum mz_status mz_drift_find(const struct mz_source *source,
                             const struct mz_ledger *ledger,
                             const struct mz_run_options *options,
                             struct mz_error *err) {
  struct mz_database_options opening =
      mz_run_options_database(options, MZ_DATABASE_READ);
  struct mz_database *database = NULL;
  enum mz_status status = MZ_OK;
  if (!ledger->has_history)
    return MZ_OK;
  status = mz_database_open(&database, &opening, err);
  if (!status)
    status = look_at_all(database, source, ledger, options, err);
  mz_database_close(database);
  return status;
}

/* ---- before a run -------------------------------------------------------- */

static bool is_part(const struct mz_plan *plan,
                    const struct mz_migration *migration) {
  for (size_t i = 0; i < plan->count; i++)
    if (plan->steps[i].migration == migration)
      return true;
  return false;
}

static enum mz_status complain(const struct mz_migration *migration,
                               const struct mz_run_options *options,
                               struct mz_error *err) {
  const char *path = mz_migration_file(migration, MZ_UP)->path;
  struct mz_buf text = MZ_BUF_INIT;
  if (options->strict) {
    mz_error_add(&err->hint, "undo the edit: what is applied is changed by a "
                             "new migration");
    return mz_error_set(err, MZ_EHISTORY, "%s was edited after it was applied",
                        path);
  }
  mz_buf_format(&text, "%s was edited after it was applied", path);
  if (options->log && !text.failed)
    options->log(options->context, MZ_LOG_WARNING, text.data);
  mz_buf_release(&text);
  return MZ_OK;
}

enum mz_status mz_drift_check(const struct mz_source *source,
                              const struct mz_ledger *ledger,
                              const struct mz_plan *plan,
                              const struct mz_run_options *options,
                              struct mz_error *err) {
  enum mz_status status = MZ_OK;
  if (plan->count == 0 && !options->strict)
    return MZ_OK;
  status = mz_drift_find(source, ledger, options, err);
  for (size_t i = 0; i < source->count && !status; i++)
    if (source->migrations[i].drifted && !is_part(plan, &source->migrations[i]))
      status = complain(&source->migrations[i], options, err);
  return status;
}
