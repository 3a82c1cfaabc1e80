#include "model/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite/statement.h"

static const char create_sql[] =
    "CREATE TABLE IF NOT EXISTS schema_migrations (version uint64,dirty bool);"
    "CREATE UNIQUE INDEX IF NOT EXISTS version_unique "
    "ON schema_migrations (version);"
    "CREATE TABLE IF NOT EXISTS mzlua_history (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  version INTEGER NOT NULL,\n"
    "  name TEXT NOT NULL,\n"
    "  direction TEXT NOT NULL,\n"
    "  kind TEXT,\n"
    "  checksum TEXT,\n"
    "  started_at TEXT NOT NULL,\n"
    "  duration_ms INTEGER NOT NULL,\n"
    "  rows_changed INTEGER NOT NULL,\n"
    "  version_before INTEGER,\n"
    "  version_after INTEGER,\n"
    "  tool_version TEXT NOT NULL,\n"
    "  down_text TEXT\n"
    ")";

static enum mz_status foreign(struct mz_error *err, const char *whose) {
  mz_error_add(&err->hint,
               "`mzlua adopt` takes over what dbmate and Rails have migrated; "
               "else rename that table and set the version by hand: sqlite3 "
               "FILE 'ALTER TABLE schema_migrations RENAME TO "
               "old_schema_migrations', then mzlua baseline V");
  return mz_error_set(err, MZ_EHISTORY,
                      "schema_migrations is not golang-migrate's: %s", whose);
}

/* Columns: how many there are, "version" and "dirty" among them, and whether
 * it is a table. */
static const char shape_sql[] =
    "SELECT iif(v.is_view, 'view', 'table'), count(c.name), "
    "sum(c.name = 'version' COLLATE NOCASE), "
    "sum(c.name = 'dirty' COLLATE NOCASE) "
    "FROM (SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'view' "
    "AND name = 'schema_migrations' COLLATE NOCASE) AS is_view) v "
    "LEFT JOIN pragma_table_xinfo('schema_migrations', 'main') c "
    "GROUP BY v.is_view HAVING v.is_view OR count(c.name) > 0";

static enum mz_status judge_shape(struct mz_statement *statement,
                                  struct mz_error *err) {
  int64_t columns = mz_statement_integer(statement, 1);
  int64_t version = mz_statement_integer(statement, 2);
  int64_t dirty = mz_statement_integer(statement, 3);
  if (strcmp(mz_statement_text(statement, 0), "table") != 0)
    return foreign(err, "it is a view");
  if (columns == 2 && version == 1 && dirty == 1)
    return MZ_OK;
  if (columns == 1 && version == 1)
    return foreign(err, "one row for each version, as dbmate and Rails do");
  return foreign(err, "it has other columns");
}

static enum mz_status read_shape(struct mz_database *database, bool *exists,
                                 struct mz_error *err) {
  struct mz_statement *statement = NULL;
  enum mz_status status = mz_statement_prepare(&statement, database, shape_sql,
                                               strlen(shape_sql), NULL, err);
  if (!status)
    status = mz_statement_step(statement, exists, err);
  if (!status && *exists)
    status = judge_shape(statement, err);
  mz_statement_close(statement);
  return status;
}

enum mz_status mz_ledger_check_shape(struct mz_database *database,
                                     struct mz_error *err) {
  bool exists = false;
  return read_shape(database, &exists, err);
}

static enum mz_status unreadable(struct mz_error *err, const char *what) {
  mz_error_add(&err->hint, "see what is in it: sqlite3 FILE 'SELECT * FROM "
                           "schema_migrations'; `mzlua force V` writes it "
                           "anew");
  return mz_error_set(err, MZ_EHISTORY, "schema_migrations %s", what);
}

static enum mz_status read_row(struct mz_statement *statement,
                               struct mz_ledger *ledger, struct mz_error *err) {
  struct mz_value version;
  struct mz_value dirty;
  mz_statement_column(statement, 0, &version);
  mz_statement_column(statement, 1, &dirty);
  if (version.type != MZ_INTEGER || version.integer < -1)
    return unreadable(err, "holds a version that is not a number from 0 to "
                           "9223372036854775807");
  if (dirty.type != MZ_INTEGER || dirty.integer < 0 || dirty.integer > 1)
    return unreadable(err, "holds a dirty that is neither 0 nor 1");
  ledger->dirty = dirty.integer;
  ledger->version.number = version.integer;
  ledger->version.some = version.integer >= 0;
  return MZ_OK;
}

static enum mz_status read_version(struct mz_database *database,
                                   struct mz_ledger *ledger,
                                   struct mz_error *err) {
  static const char sql[] = "SELECT version, dirty FROM schema_migrations";
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  if (!status && row)
    status = read_row(statement, ledger, err);
  if (!status && row)
    status = mz_statement_step(statement, &row, err);
  if (!status && row)
    status = unreadable(err, "has more than one row");
  mz_statement_close(statement);
  return status;
}

static struct mz_version version_column(const struct mz_statement *statement,
                                        int column) {
  struct mz_version version = {.some =
                                   !mz_statement_is_null(statement, column)};
  version.number = version.some ? mz_statement_integer(statement, column) : -1;
  return version;
}

/* What entry, the next row of history, changes; before it, they were at at. */
static bool follow(const struct mz_history_entry *entry,
                   struct mz_applied *applied, struct mz_version *at) {
  if (!mz_version_equal(entry->before, *at))
    mz_applied_jump(applied, entry->before);
  *at = entry->after;
  if (strcmp(entry->direction, "up") == 0)
    return mz_applied_list(applied, entry->version);
  if (strcmp(entry->direction, "down") == 0) {
    mz_applied_unlist(applied, entry->version);
    if (applied->base.some && applied->base.number >= entry->version)
      applied->base = *at;
  } else
    mz_applied_jump(applied, *at);
  return true;
}

/* A row of history: version, direction, version_before, version_after. */
static bool follow_row(const struct mz_statement *row,
                       struct mz_applied *applied, struct mz_version *at) {
  struct mz_history_entry entry = {.version = mz_statement_integer(row, 0),
                                   .direction = mz_statement_text(row, 1),
                                   .before = version_column(row, 2),
                                   .after = version_column(row, 3)};
  return follow(&entry, applied, at);
}

static enum mz_status read_history(struct mz_database *database,
                                   struct mz_ledger *ledger,
                                   struct mz_error *err) {
  static const char sql[] = "SELECT version, direction, version_before, "
                            "version_after, id FROM mzlua_history ORDER BY id";
  struct mz_statement *statement = NULL;
  struct mz_version at = {.some = false, .number = -1};
  bool row = false;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  while (!status && row) {
    ledger->last_entry = mz_statement_integer(statement, 4);
    if (!follow_row(statement, &ledger->applied, &at))
      status = mz_error_memory(err);
    else
      status = mz_statement_step(statement, &row, err);
  }
  mz_statement_close(statement);
  if (!status && !mz_version_equal(at, ledger->version))
    mz_applied_jump(&ledger->applied, ledger->version);
  return status;
}

/* How many of history's columns the table has. */
static const char history_shape_sql[] =
    "SELECT (SELECT count(*) FROM pragma_table_xinfo('mzlua_history') WHERE "
    "name IN ('id', 'version', 'name', 'direction', 'kind', 'checksum', "
    "'started_at', 'duration_ms', 'rows_changed', 'version_before', "
    "'version_after', 'tool_version', 'down_text')) FROM sqlite_schema "
    "WHERE type IN ('table', 'view') AND name = 'mzlua_history' "
    "COLLATE NOCASE";

enum { HISTORY_COLUMNS = 13 };

static enum mz_status has_history(struct mz_database *database, bool *has,
                                  struct mz_error *err) {
  struct mz_statement *statement = NULL;
  enum mz_status status =
      mz_statement_prepare(&statement, database, history_shape_sql,
                           sizeof history_shape_sql - 1, NULL, err);
  if (!status)
    status = mz_statement_step(statement, has, err);
  if (!status && *has && mz_statement_integer(statement, 0) != HISTORY_COLUMNS)
    status = mz_error_set(err, MZ_EHISTORY,
                          "mzlua_history is not this program's: it has other "
                          "columns");
  mz_statement_close(statement);
  return status;
}

enum mz_status mz_ledger_read(struct mz_database *database,
                              struct mz_ledger *ledger, struct mz_error *err) {
  enum mz_status status = MZ_OK;
  *ledger = (struct mz_ledger){.version = {.some = false, .number = -1}};
  status = read_shape(database, &ledger->exists, err);
  if (!status && ledger->exists)
    status = read_version(database, ledger, err);
  if (!status)
    status = has_history(database, &ledger->has_history, err);
  ledger->applied.base = ledger->version;
  if (!status && ledger->dirty)
    status = mz_unfinished_read(database, &ledger->unfinished, err);
  if (!status && ledger->has_history) {
    ledger->applied.base = (struct mz_version){.some = false, .number = -1};
    status = read_history(database, ledger, err);
  }
  if (status)
    mz_ledger_release(ledger);
  return status;
}

enum mz_status mz_ledger_follow(struct mz_ledger *ledger,
                                const struct mz_history_entry *entry,
                                int64_t last_entry, struct mz_error *err) {
  bool fits = follow(entry, &ledger->applied, &ledger->version);
  ledger->exists = true;
  ledger->has_history = true;
  ledger->dirty = false;
  ledger->last_entry = last_entry;
  return fits ? MZ_OK : mz_error_memory(err);
}

void mz_ledger_release(struct mz_ledger *ledger) {
  free(ledger->applied.versions);
  ledger->applied = (struct mz_applied){.versions = NULL};
}

enum mz_status mz_ledger_check_clean(const struct mz_ledger *ledger,
                                     struct mz_error *err) {
  const struct mz_unfinished *unfinished = &ledger->unfinished;
  if (!ledger->dirty)
    return MZ_OK;
  if (unfinished->some) {
    mz_error_add(&err->hint,
                 "`mzlua status` shows what is next, `mzlua resume` goes on, "
                 "unless another process is at work on it");
    return mz_error_set(err, MZ_EHISTORY,
                        "migration %" PRId64 ", which runs without a "
                        "transaction, has not ended: statement %" PRId64
                        " is next",
                        unfinished->version, unfinished->statement);
  }
  mz_error_add(&err->hint,
               "golang-migrate stopped in the middle of this migration: look "
               "at the database, then `mzlua force %" PRId64 "` if it is "
               "complete, or `mzlua force V` with the version before it if "
               "nothing of it is there",
               ledger->version.number);
  return mz_error_set(err, MZ_EHISTORY,
                      "Dirty database version %" PRId64 ". Fix and force "
                      "version.",
                      ledger->version.number);
}

enum mz_status mz_ledger_create(struct mz_database *database,
                                struct mz_error *err) {
  return mz_database_exec(database, create_sql, err);
}

static struct mz_value integer(int64_t number) {
  return (struct mz_value){.type = MZ_INTEGER, .integer = number};
}

static struct mz_value number_or_null(struct mz_version version) {
  return version.some ? integer(version.number)
                      : (struct mz_value){.type = MZ_NULL};
}

static struct mz_value text_or_null(const char *text) {
  struct mz_value value = {.type = MZ_NULL};
  if (text) {
    value.type = MZ_TEXT;
    value.bytes.data = text;
    value.bytes.size = strlen(text);
  }
  return value;
}

static enum mz_status run_with(struct mz_database *database, const char *sql,
                               const struct mz_value *values, int count,
                               struct mz_error *err) {
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status =
      mz_statement_prepare(&statement, database, sql, strlen(sql), NULL, err);
  for (int i = 0; i < count && !status; i++)
    status = mz_statement_bind(statement, i + 1, &values[i], false, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  mz_statement_close(statement);
  return status;
}

static enum mz_status set_version(struct mz_database *database,
                                  struct mz_version version, bool dirty,
                                  struct mz_error *err) {
  struct mz_value values[] = {integer(version.number), integer(dirty)};
  enum mz_status status =
      mz_database_exec(database, "DELETE FROM schema_migrations", err);
  if (!status && (version.some || dirty)) /* -1 and dirty, as its driver does */
    status = run_with(database,
                      "INSERT INTO schema_migrations (version, dirty) "
                      "VALUES (?, ?)",
                      values, 2, err);
  return status;
}

enum mz_status mz_ledger_begin(struct mz_database *database,
                               struct mz_version version,
                               struct mz_error *err) {
  return set_version(database, version, true, err);
}

enum mz_status mz_ledger_take_back(struct mz_database *database,
                                   struct mz_version version,
                                   struct mz_error *err) {
  enum mz_status status = set_version(database, version, false, err);
  return status ? status : mz_unfinished_end(database, err);
}

enum mz_status mz_ledger_write(struct mz_database *database,
                               const struct mz_history_entry *entry,
                               struct mz_error *err) {
  const struct mz_value values[] = {
      integer(entry->version),        text_or_null(entry->name),
      text_or_null(entry->direction), text_or_null(entry->kind),
      text_or_null(entry->checksum),  text_or_null(entry->started_at),
      integer(entry->duration_ms),    integer(entry->rows_changed),
      number_or_null(entry->before),  number_or_null(entry->after),
      text_or_null(MZ_VERSION),       text_or_null(entry->down_text)};
  enum mz_status status = set_version(database, entry->after, false, err);
  if (!status)
    status = mz_unfinished_end(database, err);
  if (!status)
    status = run_with(
        database,
        "INSERT INTO mzlua_history (version, name, direction, kind, checksum, "
        "started_at, duration_ms, rows_changed, version_before, "
        "version_after, tool_version, down_text) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values, sizeof values / sizeof *values, err);
  return status;
}
