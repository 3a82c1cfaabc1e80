#include "sqlite/violations.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* A foreign key, with the query that shows a row of it, by rowid, or all rows
 * that violate it. */
struct key {
  char *table;
  int64_t id;
  struct mz_statement *rows;
};

/* ---- a foreign key --------------------------------------------------------
 */

static enum mz_status prepare_with(struct mz_statement **statement,
                                   struct mz_database *database,
                                   const char *sql, const char *table,
                                   int64_t id, struct mz_error *err) {
  struct mz_value name = {.type = MZ_TEXT, .bytes = {table, strlen(table)}};
  struct mz_value number = {.type = MZ_INTEGER, .integer = id};
  enum mz_status status =
      mz_statement_prepare(statement, database, sql, strlen(sql), NULL, err);
  if (!status)
    status = mz_statement_bind(*statement, 1, &name, true, err);
  if (!status && mz_statement_parameters(*statement) > 1)
    status = mz_statement_bind(*statement, 2, &number, false, err);
  return status;
}

/* What is shown of a row of the table ?1, its primary key or rowid and the
 * columns of the foreign key ?2, and apart from that the latter alone. */
#define COLUMNS_SQL                                                            \
  "WITH rowid(name) AS (SELECT column1 FROM "                                  \
  "(VALUES ('rowid'), ('_rowid_'), ('oid')) WHERE column1 NOT IN "             \
  "(SELECT lower(name) FROM pragma_table_xinfo(?1)) LIMIT 1), "                \
  "own(name, place, parent, target) AS (SELECT \"from\", seq, \"table\", "     \
  "coalesce(\"to\", (SELECT name FROM pragma_table_xinfo(f.\"table\") "        \
  "WHERE pk = seq + 1)) FROM pragma_foreign_key_list(?1) f WHERE id = ?2), "   \
  "key(name, place) AS (SELECT name, pk FROM pragma_table_xinfo(?1) "          \
  "WHERE pk > 0), "                                                            \
  "shown(name) AS (SELECT name FROM (SELECT name, 0 AS part, place FROM key "  \
  "UNION ALL SELECT name, 0, 0 FROM rowid WHERE NOT EXISTS "                   \
  "(SELECT 1 FROM key) UNION ALL SELECT name, 1, place FROM own WHERE "        \
  "lower(name) NOT IN (SELECT lower(name) FROM key)) ORDER BY part, place) "   \
  "SELECT 'SELECT ' || (SELECT group_concat("                                  \
  "format('''%s = '' || substr(quote(\"%w\"), 1, 60)', "                       \
  "replace(name, '''', ''''''), name), ' || '', '' || ') FROM shown) || "      \
  "', ' || (SELECT group_concat(format('quote(\"%w\")', name), "               \
  "' || '', '' || ') FROM own)"

/* The row with a rowid, by whichever of its names no column hides. */
static const char row_sql[] =
    COLUMNS_SQL " || format(' FROM \"%w\" WHERE %s = ?', ?1, name) FROM rowid";

/* All violations, WITHOUT ROWID. The parent's affinity and collation decide:
 * https://www.sqlite.org/foreignkeys.html, section 3. */
static const char rows_sql[] = COLUMNS_SQL
    " || format(' FROM \"%w\" AS c WHERE ', ?1) || (SELECT group_concat("
    "format('c.\"%w\" IS NOT NULL', name), ' AND ') FROM own) || "
    "coalesce((SELECT format(' AND NOT EXISTS (SELECT 1 FROM \"%w\" AS p "
    "WHERE ', parent) || group_concat(format('p.\"%w\" = +c.\"%w\"', target, "
    "name), ' AND ') || ')' FROM own WHERE EXISTS (SELECT 1 FROM sqlite_schema "
    "WHERE name = parent COLLATE NOCASE)), '')";

static bool is_loaded(const struct key *key, const char *table, int64_t id) {
  return key->table && strcmp(key->table, table) == 0 && key->id == id;
}

/* Prepare the query that builder makes for the foreign key id of table. */
static enum mz_status load_key(struct mz_database *database, struct key *key,
                               const char *builder_sql, const char *table,
                               int64_t id, struct mz_error *err) {
  struct mz_statement *builder = NULL;
  bool row = false;
  enum mz_status status = MZ_OK;
  mz_statement_close(key->rows);
  free(key->table);
  *key = (struct key){.table = strdup(table), .id = id};
  status = prepare_with(&builder, database, builder_sql, table, id, err);
  if (!status)
    status = mz_statement_step(builder, &row, err);
  if (!status && row && !mz_statement_is_null(builder, 0)) {
    const char *sql = mz_statement_text(builder, 0);
    status =
        mz_statement_prepare(&key->rows, database, sql, strlen(sql), NULL, err);
  }
  mz_statement_close(builder);
  return status;
}

static enum mz_status visit(const struct mz_violations_visitor *visitor,
                            const char *table, const char *row,
                            const char *parent, const char *values,
                            struct mz_error *err) {
  struct mz_buf text = MZ_BUF_INIT;
  bool done = false;
  mz_buf_format(&text, "%s: %s has no parent in %s", table, row, parent);
  done = !text.failed &&
         visitor->visit(visitor->context, text.data, parent, values);
  mz_buf_release(&text);
  return done ? MZ_OK : mz_error_memory(err);
}

/* Visit the rows that the key's query returns. */
static enum mz_status visit_key(struct key *key, const char *parent,
                                const struct mz_violations_visitor *visitor,
                                struct mz_error *err) {
  bool row = false;
  enum mz_status status = mz_statement_step(key->rows, &row, err);
  while (!status && row) {
    status = visit(visitor, key->table, mz_statement_text(key->rows, 0), parent,
                   mz_statement_text(key->rows, 1), err);
    if (!status)
      status = mz_statement_step(key->rows, &row, err);
  }
  mz_statement_reset(key->rows);
  return status;
}

/* Visit what check, a foreign_key_check, stands on: a row, or, WITHOUT ROWID,
 * all rows of the foreign key at the first of them. */
static enum mz_status visit_row(struct mz_database *database,
                                struct mz_statement *check, struct key *key,
                                const struct mz_violations_visitor *visitor,
                                struct mz_error *err) {
  const char *table = mz_statement_text(check, 0);
  const char *parent = mz_statement_text(check, 2);
  int64_t id = mz_statement_integer(check, 3);
  bool has_rowid = !mz_statement_is_null(check, 1);
  bool loaded = is_loaded(key, table, id);
  struct mz_value rowid = {.type = MZ_INTEGER,
                           .integer = mz_statement_integer(check, 1)};
  enum mz_status status = MZ_OK;
  if (loaded && !has_rowid)
    return MZ_OK;
  if (!loaded)
    status =
        load_key(database, key, has_rowid ? row_sql : rows_sql, table, id, err);
  if (!status && !key->rows) /* columns hide each name of the rowid */
    return visit(visitor, table, "a row", parent, "", err);
  if (!status && has_rowid)
    status = mz_statement_bind(key->rows, 1, &rowid, false, err);
  return status ? status : visit_key(key, parent, visitor, err);
}

static enum mz_status visit_from(struct mz_statement *check, bool row,
                                 const struct mz_violations_visitor *visitor,
                                 struct mz_error *err) {
  struct key key = {.table = NULL};
  enum mz_status status = MZ_OK;
  while (!status && row) {
    status = visit_row(check->database, check, &key, visitor, err);
    if (!status)
      status = mz_statement_step(check, &row, err);
  }
  mz_statement_close(key.rows);
  free(key.table);
  return status;
}

/* Run sql, a foreign_key_check, and visit its rows. */
static enum mz_status visit_rows(struct mz_database *database, const char *sql,
                                 const struct mz_violations_visitor *visitor,
                                 struct mz_error *err) {
  struct mz_statement *check = NULL;
  bool row = false;
  enum mz_status status =
      mz_statement_prepare(&check, database, sql, strlen(sql), NULL, err);
  if (!status)
    status = mz_statement_step(check, &row, err);
  if (!status)
    status = visit_from(check, row, visitor, err);
  mz_statement_close(check);
  return status;
}

enum mz_status mz_violations_each(struct mz_database *database,
                                  const struct mz_violations_visitor *visitor,
                                  struct mz_error *err) {
  return visit_rows(database, "PRAGMA foreign_key_check", visitor, err);
}

/* A table whose foreign key can match nothing (its parent has no such unique
 * columns) makes SQLite raise instead of listing rows: that is one violation.
 */
static enum mz_status visit_table(struct mz_database *database, const char *sql,
                                  const struct mz_violations_visitor *visitor,
                                  struct mz_error *err) {
  struct mz_error reason = MZ_ERROR_INIT;
  enum mz_status status = visit_rows(database, sql, visitor, &reason);
  if (status == MZ_EMIGRATION && reason.message)
    status =
        visitor->visit(visitor->context, reason.message, "", reason.message)
            ? MZ_OK
            : mz_error_memory(err);
  else if (status)
    mz_error_move(err, &reason);
  mz_error_release(&reason);
  return status;
}

static const char checks_sql[] =
    "SELECT format('PRAGMA foreign_key_check(\"%w\")', m.name) "
    "FROM sqlite_schema m WHERE m.type = 'table' AND EXISTS "
    "(SELECT 1 FROM pragma_foreign_key_list(m.name)) ORDER BY m.name";

enum mz_status
mz_violations_each_by_table(struct mz_database *database,
                            const struct mz_violations_visitor *visitor,
                            struct mz_error *err) {
  struct mz_statement *tables = NULL;
  bool row = false;
  enum mz_status status = mz_statement_prepare(&tables, database, checks_sql,
                                               strlen(checks_sql), NULL, err);
  if (!status)
    status = mz_statement_step(tables, &row, err);
  while (!status && row) {
    status = visit_table(database, mz_statement_text(tables, 0), visitor, err);
    if (!status)
      status = mz_statement_step(tables, &row, err);
  }
  mz_statement_close(tables);
  return status;
}

enum mz_status
mz_violations_each_from(struct mz_statement *check,
                        const struct mz_violations_visitor *visitor,
                        struct mz_error *err) {
  return visit_from(check, true, visitor, err);
}
