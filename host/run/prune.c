#include "run/prune.h"

#include <string.h>

#include "sqlite/schema.h"
#include "sqlite/statement.h"

static const char list_sql[] =
    "SELECT s.migration, count(*), "
    "sum(length(CAST(coalesce(v.old, x'') AS BLOB)) + "
    "length(CAST(coalesce(v.new, x'') AS BLOB))) "
    "FROM mzlua_saved_set AS s JOIN mzlua_saved_value AS v ON v.set_id = s.id "
    "GROUP BY s.migration";

static const char values_sql[] =
    "DELETE FROM mzlua_saved_value WHERE set_id IN "
    "(SELECT id FROM mzlua_saved_set WHERE migration = ?)";

static const char sets_sql[] =
    "DELETE FROM mzlua_saved_set WHERE migration = ?";

/* Run sql with the number of a migration. */
static enum mz_status run_for(struct mz_database *database, const char *sql,
                              int64_t migration, struct mz_error *err) {
  struct mz_value value = {.type = MZ_INTEGER, .integer = migration};
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status =
      mz_statement_prepare(&statement, database, sql, strlen(sql), NULL, err);
  if (!status)
    status = mz_statement_bind(statement, 1, &value, false, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  mz_statement_close(statement);
  return status;
}

static bool is_needed(const struct mz_ledger *ledger, struct mz_version before,
                      int64_t migration) {
  bool applied = ledger->version.some && migration <= ledger->version.number &&
                 mz_applied_has(&ledger->applied, migration);
  return applied && !(before.some && migration < before.number);
}

/* Drop what the row of list_sql says is saved, unless it is needed. */
static enum mz_status drop_one(struct mz_database *database,
                               const struct mz_statement *row,
                               struct mz_pruned *pruned, struct mz_error *err) {
  int64_t migration = mz_statement_integer(row, 0);
  enum mz_status status = run_for(database, values_sql, migration, err);
  if (!status)
    status = run_for(database, sets_sql, migration, err);
  pruned->migrations++;
  pruned->values += mz_statement_integer(row, 1);
  pruned->bytes += mz_statement_integer(row, 2);
  return status;
}

/* The rows are grouped, so all is read before the first of them is there. */
static enum mz_status drop_all(struct mz_database *database,
                               const struct mz_ledger *ledger,
                               struct mz_version before,
                               struct mz_pruned *pruned, struct mz_error *err) {
  struct mz_statement *list = NULL;
  bool row = false;
  enum mz_status status = mz_statement_prepare(&list, database, list_sql,
                                               sizeof list_sql - 1, NULL, err);
  if (!status)
    status = mz_statement_step(list, &row, err);
  while (!status && row) {
    if (!is_needed(ledger, before, mz_statement_integer(list, 0)))
      status = drop_one(database, list, pruned, err);
    if (!status)
      status = mz_statement_step(list, &row, err);
  }
  mz_statement_close(list);
  return status;
}

static enum mz_status prune(const struct mz_run_options *options,
                            struct mz_database *database,
                            struct mz_version before, struct mz_pruned *pruned,
                            struct mz_error *err) {
  struct mz_ledger ledger = {.exists = false};
  bool saved = false;
  enum mz_status status = mz_ledger_read(database, &ledger, err);
  if (!status)
    status = mz_schema_has_table(database, "mzlua_saved_value", &saved, err);
  if (!status && saved)
    status = drop_all(database, &ledger, before, pruned, err);
  mz_ledger_release(&ledger);
  if (!status && !options->dry_run)
    status = mz_database_commit(database, err);
  return status;
}

enum mz_status mz_prune_run(const struct mz_run_options *options,
                            struct mz_version before, struct mz_pruned *pruned,
                            struct mz_error *err) {
  struct mz_database_options opening =
      mz_run_options_database(options, MZ_DATABASE_WRITE);
  struct mz_database *database = NULL;
  enum mz_status status = mz_database_open(&database, &opening, err);
  *pruned = (struct mz_pruned){.migrations = 0};
  if (!status)
    status = mz_database_begin(database, err);
  if (!status)
    status = prune(options, database, before, pruned, err);
  if (database)
    mz_database_rollback(database);
  mz_database_close(database);
  if (status)
    mz_error_add(&err->state, "nothing was dropped");
  return status;
}
