#include "model/unfinished.h"

#include <stdio.h>
#include <string.h>

#include "sqlite/statement.h"

static const char create_sql[] = "CREATE TABLE mzlua_unfinished (\n"
                                 "  version INTEGER NOT NULL,\n"
                                 "  direction TEXT NOT NULL,\n"
                                 "  version_before INTEGER,\n"
                                 "  version_after INTEGER,\n"
                                 "  statement INTEGER NOT NULL,\n"
                                 "  position INTEGER NOT NULL,\n"
                                 "  digest TEXT NOT NULL,\n"
                                 "  settings TEXT NOT NULL\n"
                                 ")";

static struct mz_value integer(int64_t number) {
  return (struct mz_value){.type = MZ_INTEGER, .integer = number};
}

static struct mz_value number_or_null(struct mz_version version) {
  return version.some ? integer(version.number)
                      : (struct mz_value){.type = MZ_NULL};
}

static struct mz_value text(const char *string) {
  struct mz_value value = {.type = MZ_TEXT};
  value.bytes.data = string;
  value.bytes.size = strlen(string);
  return value;
}

static struct mz_version version_of(const struct mz_statement *row,
                                    int column) {
  struct mz_version version = {.some = !mz_statement_is_null(row, column),
                               .number = -1};
  if (version.some)
    version.number = mz_statement_integer(row, column);
  return version;
}

/* Run sql with values; *changed, unless NULL, is the number of rows changed. */
static enum mz_status run_with(struct mz_database *database, const char *sql,
                               const struct mz_value *values, int count,
                               int64_t *changed, struct mz_error *err) {
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status =
      mz_statement_prepare(&statement, database, sql, strlen(sql), NULL, err);
  for (int i = 0; i < count && !status; i++)
    status = mz_statement_bind(statement, i + 1, &values[i], false, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  if (!status && changed)
    *changed = statement->changes;
  mz_statement_close(statement);
  return status;
}

static void read_row(const struct mz_statement *row,
                     struct mz_unfinished *unfinished) {
  unfinished->some = true;
  unfinished->version = mz_statement_integer(row, 0);
  unfinished->direction =
      strcmp(mz_statement_text(row, 1), "down") == 0 ? MZ_DOWN : MZ_UP;
  unfinished->before = version_of(row, 2);
  unfinished->after = version_of(row, 3);
  unfinished->statement = mz_statement_integer(row, 4);
  unfinished->position = mz_statement_integer(row, 5);
  (void)snprintf(unfinished->digest, sizeof unfinished->digest, "%s",
                 mz_statement_text(row, 6));
}

static enum mz_status has_table(struct mz_database *database, bool *has,
                                struct mz_error *err) {
  static const char sql[] = "SELECT 1 FROM sqlite_schema WHERE type = 'table' "
                            "AND name = 'mzlua_unfinished'";
  struct mz_statement *statement = NULL;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  if (!status)
    status = mz_statement_step(statement, has, err);
  mz_statement_close(statement);
  return status;
}

enum mz_status mz_unfinished_read(struct mz_database *database,
                                  struct mz_unfinished *unfinished,
                                  struct mz_error *err) {
  static const char sql[] =
      "SELECT version, direction, version_before, version_after, statement, "
      "position, digest FROM mzlua_unfinished";
  struct mz_statement *statement = NULL;
  bool has = false;
  enum mz_status status = has_table(database, &has, err);
  *unfinished = (struct mz_unfinished){.some = false};
  if (status || !has)
    return status;
  status = mz_statement_prepare(&statement, database, sql, sizeof sql - 1, NULL,
                                err);
  if (!status)
    status = mz_statement_step(statement, &has, err);
  if (!status && has)
    read_row(statement, unfinished);
  mz_statement_close(statement);
  return status;
}

enum mz_status mz_unfinished_begin(struct mz_database *database,
                                   const struct mz_unfinished *unfinished,
                                   struct mz_error *err) {
  const struct mz_value values[] = {
      integer(unfinished->version),
      text(unfinished->direction == MZ_UP ? "up" : "down"),
      number_or_null(unfinished->before),
      number_or_null(unfinished->after),
      integer(unfinished->statement),
      integer(unfinished->position),
      text(unfinished->digest)};
  enum mz_status status =
      mz_database_exec(database, "DROP TABLE IF EXISTS mzlua_unfinished", err);
  if (!status)
    status = mz_database_exec(database, create_sql, err);
  return status ? status
                : run_with(database,
                           "INSERT INTO mzlua_unfinished VALUES "
                           "(?, ?, ?, ?, ?, ?, ?, '')",
                           values, 7, NULL, err);
}

enum mz_status mz_unfinished_advance(struct mz_database *database,
                                     const struct mz_unfinished *now,
                                     const char *setting,
                                     struct mz_error *err) {
  static const char sql[] =
      "UPDATE mzlua_unfinished SET statement = ?1, position = ?2, digest = ?3, "
      "settings = settings || ?5 WHERE version = ?4 AND statement = ?1 - 1";
  const struct mz_value values[] = {integer(now->statement),
                                    integer(now->position), text(now->digest),
                                    integer(now->version), text(setting)};
  int64_t changed = 0;
  enum mz_status status = run_with(database, sql, values, 5, &changed, err);
  if (status || changed == 1)
    return status;
  return mz_error_set(err, MZ_EHISTORY,
                      "another process goes on with this migration");
}

enum mz_status mz_unfinished_settings(struct mz_database *database,
                                      char **settings, struct mz_error *err) {
  static const char sql[] = "SELECT settings FROM mzlua_unfinished";
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  if (!status) {
    *settings = strdup(row ? mz_statement_text(statement, 0) : "");
    status = *settings ? MZ_OK : mz_error_memory(err);
  }
  mz_statement_close(statement);
  return status;
}

enum mz_status mz_unfinished_end(struct mz_database *database,
                                 struct mz_error *err) {
  return mz_database_exec(database, "DROP TABLE IF EXISTS mzlua_unfinished",
                          err);
}
