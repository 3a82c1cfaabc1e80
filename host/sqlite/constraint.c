#include "sqlite/constraint.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "sqlite/foreign_keys.h"
#include "sqlite/token.h"

static const char unique_failed[] = "UNIQUE constraint failed: ";
static const char not_null_failed[] = "NOT NULL constraint failed: ";
static const char check_failed[] = "CHECK constraint failed: ";
static const char foreign_key_failed[] = "FOREIGN KEY constraint failed";

/* A column's value as SQL writes it, its end cut off where it is long: for
 * format() with the column's name, inside of a text of SQL. */
#define SHOWN(column)                                                          \
  "(SELECT iif(length(q) > 80, substr(q, 1, 77) || ''...'', q) "               \
  "FROM (SELECT quote(" column ") AS q))"
static const char shown[] = SHOWN("\"%w\"");
static const char shown_new[] = SHOWN("NEW.\"%w\"");

/* The last row that the trigger noted. */
struct noted {
  char *row;   /* "id = 1, name = 'x'" */
  char *equal; /* a condition that finds rows with the same key */
};

/* mzlua_note(row, equal), the SQL function that the trigger calls. */
static void note(sqlite3_context *context, int count, sqlite3_value **values) {
  struct noted *noted = sqlite3_user_data(context);
  const char *row = (const char *)sqlite3_value_text(values[0]);
  const char *equal = (const char *)sqlite3_value_text(values[1]);
  (void)count;
  free(noted->row);
  free(noted->equal);
  noted->row = row ? strdup(row) : NULL;
  noted->equal = equal ? strdup(equal) : NULL;
}

static bool starts_with(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

/* The first query result of sql as text, which the caller frees, or NULL. */
static char *query_text(struct mz_database *database, const char *sql) {
  struct mz_statement *statement = NULL;
  char *text = NULL;
  bool row = false;
  if (!mz_statement_prepare(&statement, database, sql, strlen(sql), NULL,
                            NULL) &&
      !mz_statement_step(statement, &row, NULL) && row &&
      !mz_statement_is_null(statement, 0))
    text = strdup(mz_statement_text(statement, 0));
  mz_statement_close(statement);
  return text;
}

/* The same with the text made by sqlite3_mprintf, which is freed. */
static char *query_made(struct mz_database *database, char *sql) {
  char *text = sql ? query_text(database, sql) : NULL;
  sqlite3_free(sql);
  return text;
}

/* The table that an INSERT, REPLACE or UPDATE writes, from its tokens. */
static char *target_table(const char *sql, size_t size) {
  const char *cursor = sql;
  struct mz_token token;
  bool next = false;
  while (mz_token_next_solid(&cursor, sql + size, &token)) {
    if (next && !mz_token_is(&token, "OR"))
      return mz_token_name(&token);
    if (next) /* UPDATE OR ABORT t */
      mz_token_next_solid(&cursor, sql + size, &token);
    next = next || mz_token_is(&token, "INTO") || mz_token_is(&token, "UPDATE");
  }
  return NULL;
}

/* The table of "UNIQUE constraint failed: t.a, t.b", or of the statement. */
static char *failed_table(const char *message, const char *sql, size_t size) {
  const char *start = strstr(message, ": ");
  const char *dot = start ? strchr(start, '.') : NULL;
  if (!starts_with(message, check_failed) && dot)
    return strndup(start + 2, (size_t)(dot - start - 2));
  return target_table(sql, size);
}

/* Text expressions over NEW: what to show, and a condition on the columns
 * that message names. A column counts as named by "t.column" in it. */
static char *trigger_body(struct mz_database *database, const char *table,
                          const char *message) {
  return query_made(
      database,
      sqlite3_mprintf(
          "SELECT 'SELECT mzlua_note(' || group_concat(format('''%%s = '' || "
          "%s', replace(name, '''', ''''''), "
          "name), ' || '', '' || ') || ', ' || coalesce(group_concat("
          "CASE WHEN named THEN format('''\"%%w\" IS '' || "
          "quote(NEW.\"%%w\")', replace(name, '''', ''''''), name) END, "
          "' || '' AND '' || '), 'NULL') || ')' FROM (SELECT name, "
          "instr(%Q || ',', %Q || '.' || name || ',') > 0 AS named "
          "FROM pragma_table_xinfo(%Q) WHERE hidden = 0 "
          "ORDER BY pk = 0, NOT named, cid LIMIT 8)",
          shown_new, message, table, table));
}

static void add_existing(struct mz_database *database, const char *table,
                         const char *equal, struct mz_buf *lines) {
  char *row = query_made(
      database,
      sqlite3_mprintf(
          "SELECT 'SELECT ' || group_concat(format('''%%s = '' || "
          "%s', replace(name, '''', ''''''), "
          "name), ' || '', '' || ') || format(' FROM \"%%w\" WHERE ', %Q) || "
          "%Q FROM (SELECT name FROM pragma_table_xinfo(%Q) WHERE hidden = 0 "
          "ORDER BY pk = 0, cid LIMIT 8)",
          shown, table, equal, table));
  char *found = row ? query_text(database, row) : NULL;
  if (found)
    mz_buf_format(lines, "\nis there already: %s", found);
  free(found);
  free(row);
}

/* Whether it fails again. */
static bool run_again(struct mz_statement *statement) {
  enum mz_status status = MZ_OK;
  bool row = true;
  while (row && !status)
    status = mz_statement_step(statement, &row, NULL);
  mz_statement_reset(statement);
  return status;
}

static enum mz_status make_triggers(struct mz_database *database,
                                    const char *table, const char *body) {
  char *sql = sqlite3_mprintf(
      "CREATE TEMP TRIGGER mzlua_note_insert BEFORE INSERT ON main.\"%w\" "
      "BEGIN %s; END; "
      "CREATE TEMP TRIGGER mzlua_note_update BEFORE UPDATE ON main.\"%w\" "
      "BEGIN %s; END",
      table, body, table, body);
  enum mz_status status =
      sql ? mz_database_exec(database, sql, NULL) : MZ_ENOMEM;
  sqlite3_free(sql);
  return status;
}

static void drop_triggers(struct mz_database *database) {
  if (mz_database_exec(database,
                       "DROP TRIGGER IF EXISTS temp.mzlua_note_insert; "
                       "DROP TRIGGER IF EXISTS temp.mzlua_note_update",
                       NULL))
    return; /* they end with the connection */
}

static void explain_row(struct mz_statement *statement, const char *table,
                        struct mz_error *err) {
  struct mz_database *database = statement->database;
  struct noted noted = {NULL, NULL};
  struct mz_buf lines = MZ_BUF_INIT;
  char *body = trigger_body(database, table, err->message);
  bool failed = false;
  (void)sqlite3_create_function(database->handle, "mzlua_note", 2, SQLITE_UTF8,
                                &noted, note, NULL, NULL);
  if (body && !make_triggers(database, table, body))
    failed = run_again(statement);
  drop_triggers(database);
  (void)sqlite3_create_function(database->handle, "mzlua_note", 2, SQLITE_UTF8,
                                NULL, NULL, NULL, NULL);
  if (failed && noted.row) {
    mz_buf_format(&lines, "%s: %s", table, noted.row);
    if (noted.equal && starts_with(err->message, unique_failed))
      add_existing(database, table, noted.equal, &lines);
    mz_error_add(&err->details, "%s", lines.data ? lines.data : "");
  }
  mz_buf_release(&lines);
  free(noted.row);
  free(noted.equal);
  free(body);
}

/* The parts of CREATE UNIQUE INDEX ... ON table (columns) [WHERE ...]; the
 * caller frees both. condition is "" where there is no WHERE. */
static void read_index(const char *sql, size_t size, char **table,
                       char **condition) {
  const char *cursor = sql;
  const char *where = NULL;
  struct mz_token token;
  while (!where && mz_token_next_solid(&cursor, sql + size, &token)) {
    if (!*table && mz_token_is(&token, "ON") &&
        mz_token_next_solid(&cursor, sql + size, &token))
      *table = mz_token_name(&token);
    else if (*table && mz_token_is(&token, "WHERE"))
      where = token.text;
  }
  while (where && mz_token_next_solid(&cursor, sql + size, &token) &&
         token.kind != MZ_TOKEN_SEMICOLON)
    ;
  *condition =
      where ? strndup(where, (size_t)(token.text - where)) : strdup("");
}

static void add_row(struct mz_buf *lines, const char *text) {
  mz_buf_format(lines, "%s%s", lines->size ? "\n" : "", text);
}

static void add_rows(struct mz_database *database, const char *sql,
                     struct mz_buf *lines) {
  struct mz_statement *statement = NULL;
  bool row = false;
  if (mz_statement_prepare(&statement, database, sql, strlen(sql), NULL, NULL))
    return;
  while (!mz_statement_step(statement, &row, NULL) && row)
    add_row(lines, mz_statement_text(statement, 0));
  mz_statement_close(statement);
}

/* Which values a new unique index finds twice. */
static void explain_index(struct mz_database *database, const char *sql,
                          size_t size, struct mz_error *err) {
  char *table = NULL;
  char *condition = NULL;
  struct mz_buf lines = MZ_BUF_INIT;
  char *query = NULL;
  read_index(sql, size, &table, &condition);
  query = query_made(
      database,
      sqlite3_mprintf(
          "SELECT format('SELECT ''%%s: '' || %%s || '' ('' || count(*) || "
          "'' rows)'' FROM \"%%w\" %%s GROUP BY %%s HAVING count(*) > 1 AND "
          "%%s LIMIT 5', replace(%Q, '''', ''''''), group_concat(format("
          "'''%%s = '' || %s', replace(name, "
          "'''', ''''''), name), ' || '', '' || '), %Q, %Q, group_concat("
          "format('\"%%w\"', name)), group_concat(format('\"%%w\" IS NOT "
          "NULL', name), ' AND ')) FROM pragma_table_xinfo(%Q) "
          "WHERE instr(%Q || ',', %Q || '.' || name || ',') > 0",
          table, shown, table, condition, table, err->message, table));
  if (query)
    add_rows(database, query, &lines);
  if (lines.data)
    mz_error_add(&err->details, "%s", lines.data);
  mz_buf_release(&lines);
  free(query);
  free(condition);
  free(table);
}

/* With the check put off to the commit, the rows can be listed. */
static void explain_foreign_key(struct mz_statement *statement,
                                struct mz_error *err) {
  struct mz_database *database = statement->database;
  struct mz_foreign_keys before = MZ_FOREIGN_KEYS_INIT;
  struct mz_error found = MZ_ERROR_INIT;
  if (mz_foreign_keys_read(database, &before, NULL))
    return;
  if (!mz_database_exec(database, "PRAGMA defer_foreign_keys=ON", NULL))
    (void)run_again(statement);
  if (mz_foreign_keys_check(database, &before, &found) && found.details)
    mz_error_add(&err->details, "%s", found.details);
  mz_error_release(&found);
  mz_foreign_keys_release(&before);
}

static bool names_columns(const char *message) {
  return starts_with(message, unique_failed) ||
         starts_with(message, not_null_failed) ||
         starts_with(message, check_failed);
}

static void explain(struct mz_statement *statement, const char *sql,
                    size_t size, struct mz_error *err) {
  const char *cursor = sql;
  struct mz_token first;
  char *table = NULL;
  if (starts_with(err->message, foreign_key_failed))
    explain_foreign_key(statement, err);
  if (!names_columns(err->message))
    return;
  mz_token_next_solid(&cursor, sql + size, &first);
  if (mz_token_is(&first, "CREATE")) {
    explain_index(statement->database, sql, size, err);
    return;
  }
  table = failed_table(err->message, sql, size);
  if (table)
    explain_row(statement, table, err);
  free(table);
}

void mz_constraint_explain(struct mz_statement *statement, const char *sql,
                           size_t size, struct mz_error *err) {
  struct mz_database *database = statement->database;
  bool guarded = database->authorizer.guarded;
  if (!err->message || !mz_database_in_transaction(database) ||
      database->failed != mz_database_changes(database))
    return; /* also OR FAIL: rows that it wrote are still there */
  mz_database_guard(database, false);
  explain(statement, sql, size, err);
  mz_database_guard(database, guarded);
}

/* Where SQLite's message begins in one that may name the row before it. */
static size_t find_failure(const char *message) {
  const char *const failures[] = {unique_failed, not_null_failed, check_failed,
                                  foreign_key_failed};
  for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
    const char *found = strstr(message, failures[i]);
    if (found)
      return (size_t)(found - message);
  }
  return 0;
}

void mz_constraint_explain_text(struct mz_database *database,
                                struct mz_error *err) {
  struct mz_statement *statement = NULL;
  size_t size = err->sql ? strlen(err->sql) : 0;
  char *message = err->message;
  if (size == 0 || err->details || !err->code ||
      !starts_with(err->code, "SQLITE_CONSTRAINT") ||
      mz_statement_prepare(&statement, database, err->sql, size, NULL, NULL) ||
      !statement)
    return;
  err->message = message + find_failure(message);
  mz_constraint_explain(statement, err->sql, size, err);
  err->message = message;
  mz_statement_close(statement);
}
