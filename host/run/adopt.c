#include "run/adopt.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sqlite/statement.h"

/* How each tool is known, by a query that gives a row, and the versions it has
 * applied, with 1 where one has failed. */
static const struct tool {
  const char *name;
  const char *known;
  const char *versions;
  bool is_counter;
  bool renames;
} tools[] = {
    {"Rails",
     "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = "
     "'ar_internal_metadata' AND (SELECT group_concat(name) FROM "
     "pragma_table_xinfo('schema_migrations')) = 'version'",
     "SELECT version, 0 FROM schema_migrations", false, true},
    {"dbmate",
     "SELECT 1 WHERE (SELECT group_concat(name) FROM "
     "pragma_table_xinfo('schema_migrations')) = 'version'",
     "SELECT version, 0 FROM schema_migrations", false, true},
    {"goose",
     "SELECT 1 FROM pragma_table_xinfo('goose_db_version') "
     "WHERE name = 'version_id'",
     "SELECT version_id, 0 FROM goose_db_version WHERE id IN (SELECT max(id) "
     "FROM goose_db_version GROUP BY version_id) AND is_applied "
     "AND version_id > 0",
     false, false},
    {"sqlx",
     "SELECT 1 FROM pragma_table_xinfo('_sqlx_migrations') "
     "WHERE name = 'success'",
     "SELECT version, NOT success FROM _sqlx_migrations", false, false},
    {"refinery",
     "SELECT 1 FROM pragma_table_xinfo('refinery_schema_history') "
     "WHERE name = 'version'",
     "SELECT version, 0 FROM refinery_schema_history", false, false},
    {"PRAGMA user_version",
     "SELECT 1 FROM pragma_user_version WHERE user_version > 0",
     "SELECT user_version, 0 FROM pragma_user_version", true, false},
};

enum { TOOLS = sizeof tools / sizeof *tools };

/* ---- looking ------------------------------------------------------------- */

static enum mz_status query(struct mz_statement **statement,
                            struct mz_database *database, const char *sql,
                            bool *row, struct mz_error *err) {
  enum mz_status status =
      mz_statement_prepare(statement, database, sql, strlen(sql), NULL, err);
  return status ? status : mz_statement_step(*statement, row, err);
}

static enum mz_status find_tool(struct mz_database *database,
                                const struct tool **tool,
                                struct mz_error *err) {
  enum mz_status status = MZ_OK;
  *tool = NULL;
  for (int i = 0; i < TOOLS && !*tool && !status; i++) {
    struct mz_statement *statement = NULL;
    bool row = false;
    status = query(&statement, database, tools[i].known, &row, err);
    if (!status && row)
      *tool = &tools[i];
    mz_statement_close(statement);
  }
  return status;
}

/* Read the version in the text of a row's first column: dbmate and Rails store
 * it so. */
static bool read_number(const struct mz_statement *row, int64_t *number) {
  const char *text = mz_statement_text(row, 0);
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || text[digits] || digits > 18)
    return false;
  *number = strtoll(text, NULL, 10);
  return true;
}

static enum mz_status add(struct mz_adopt *adopt,
                          const struct mz_statement *row,
                          struct mz_error *err) {
  void *array = adopt->versions;
  int64_t number = 0;
  if (!read_number(row, &number))
    return mz_error_set(err, MZ_EHISTORY,
                        "%s has applied \"%s\", which is not a number that "
                        "could be a version",
                        adopt->tool, mz_statement_text(row, 0));
  if (mz_statement_integer(row, 1))
    return mz_error_set(err, MZ_EHISTORY,
                        "%s has stopped in the middle of version %" PRId64
                        ": finish or undo that with it first",
                        adopt->tool, number);
  if (!mz_mem_grow(&array, &adopt->capacity, adopt->count, sizeof number))
    return mz_error_memory(err);
  adopt->versions = array;
  adopt->versions[adopt->count++] = number;
  return MZ_OK;
}

static int by_number(const void *a, const void *b) {
  const int64_t *x = a;
  const int64_t *y = b;
  return (*x > *y) - (*x < *y);
}

static enum mz_status read_versions(struct mz_adopt *adopt,
                                    struct mz_database *database,
                                    const struct tool *tool,
                                    struct mz_error *err) {
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status =
      query(&statement, database, tool->versions, &row, err);
  while (!status && row) {
    status = add(adopt, statement, err);
    if (!status)
      status = mz_statement_step(statement, &row, err);
  }
  mz_statement_close(statement);
  if (!status && adopt->count > 0)
    qsort(adopt->versions, adopt->count, sizeof *adopt->versions, by_number);
  return status;
}

static enum mz_status has_ledger(struct mz_database *database, bool *has,
                                 struct mz_error *err) {
  static const char sql[] = "SELECT 1 WHERE (SELECT count(*) FROM "
                            "pragma_table_xinfo('schema_migrations') "
                            "WHERE lower(name) IN ('version', 'dirty')) = 2";
  struct mz_statement *statement = NULL;
  enum mz_status status = query(&statement, database, sql, has, err);
  mz_statement_close(statement);
  return status;
}

static enum mz_status look(struct mz_adopt *adopt, struct mz_database *database,
                           struct mz_error *err) {
  const struct tool *tool = NULL;
  enum mz_status status = has_ledger(database, &adopt->has_ledger, err);
  if (!status && !adopt->has_ledger)
    status = find_tool(database, &tool, err);
  if (status || !tool)
    return status;
  adopt->tool = tool->name;
  adopt->is_counter = tool->is_counter;
  adopt->renames = tool->renames;
  return read_versions(adopt, database, tool, err);
}

enum mz_status mz_adopt_look(struct mz_adopt *adopt,
                             const struct mz_run_options *options,
                             struct mz_error *err) {
  struct mz_database_options opening =
      mz_run_options_database(options, MZ_DATABASE_READ);
  struct mz_database *database = NULL;
  enum mz_status status = mz_database_open(&database, &opening, err);
  if (!status)
    status = mz_database_begin_reading(database, err);
  if (!status)
    status = look(adopt, database, err);
  mz_database_close(database);
  return status;
}

/* ---- writing ------------------------------------------------------------- */

static struct mz_version version_of(const struct mz_adopt *adopt,
                                    size_t count) {
  struct mz_version version = {.some = count > 0, .number = -1};
  if (count > 0)
    version.number = adopt->versions[count - 1];
  return version;
}

/* Write that the version at index was applied. */
static enum mz_status write_one(const struct mz_adopt *adopt, size_t index,
                                const struct mz_source *source,
                                struct mz_database *database,
                                struct mz_error *err) {
  int64_t version = adopt->versions[index];
  const struct mz_migration *migration = mz_source_find(source, version);
  char started[32];
  struct mz_history_entry entry = {.version = version,
                                   .name = migration ? migration->name : "",
                                   .direction =
                                       adopt->is_counter ? "baseline" : "up",
                                   .started_at = started,
                                   .before = version_of(adopt, index),
                                   .after = version_of(adopt, index + 1)};
  mz_step_time(started);
  return mz_ledger_write(database, &entry, err);
}

static bool is_same(const struct mz_adopt *a, const struct mz_adopt *b) {
  return a->tool == b->tool && a->count == b->count &&
         (a->count == 0 || memcmp(a->versions, b->versions,
                                  a->count * sizeof *a->versions) == 0);
}

/* Under the lock: somebody else may have been at work since it was shown. */
static enum mz_status check_same(const struct mz_adopt *adopt,
                                 struct mz_database *database,
                                 struct mz_error *err) {
  struct mz_adopt now = MZ_ADOPT_INIT;
  enum mz_status status = look(&now, database, err);
  if (!status && !is_same(adopt, &now)) {
    mz_error_add(&err->hint, "run it again");
    status = mz_error_set(err, MZ_EHISTORY,
                          "another process has migrated it meanwhile");
  }
  mz_adopt_release(&now);
  return status;
}

static enum mz_status write_all(const struct mz_adopt *adopt,
                                const struct mz_source *source,
                                struct mz_database *database,
                                struct mz_error *err) {
  enum mz_status status = check_same(adopt, database, err);
  if (!status && adopt->renames)
    status = mz_database_exec(database,
                              "ALTER TABLE schema_migrations RENAME TO "
                              "old_schema_migrations",
                              err);
  if (!status)
    status = mz_ledger_create(database, err);
  for (size_t i = 0; i < adopt->count && !status; i++)
    status = write_one(adopt, i, source, database, err);
  return status;
}

enum mz_status mz_adopt_write(const struct mz_adopt *adopt,
                              const struct mz_source *source,
                              const struct mz_run_options *options,
                              struct mz_error *err) {
  struct mz_database_options opening =
      mz_run_options_database(options, MZ_DATABASE_WRITE);
  struct mz_database *database = NULL;
  enum mz_status status = mz_database_open(&database, &opening, err);
  if (!status)
    status = mz_database_begin(database, err);
  if (!status)
    status = write_all(adopt, source, database, err);
  if (!status)
    status = mz_database_commit(database, err);
  if (database)
    mz_database_rollback(database);
  mz_database_close(database);
  return status;
}

void mz_adopt_release(struct mz_adopt *adopt) {
  free(adopt->versions);
  *adopt = (struct mz_adopt)MZ_ADOPT_INIT;
}
