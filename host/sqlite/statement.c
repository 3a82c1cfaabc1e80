#include "sqlite/statement.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite/lost_rows.h"

/* Count the rows of the tables that what was compiled may empty unseen. */
static enum mz_status count_exposed(struct mz_database *database,
                                    struct mz_error *err) {
  struct mz_authorizer *authorizer = &database->authorizer;
  return authorizer->guarded && authorizer->losses
             ? mz_lost_rows_count(authorizer->losses, database, err)
             : MZ_OK;
}

enum mz_status mz_statement_prepare(struct mz_statement **statement,
                                    struct mz_database *database,
                                    const char *sql, size_t size, size_t *used,
                                    struct mz_error *err) {
  struct mz_statement *made = NULL;
  struct sqlite3_stmt *handle = NULL;
  const char *tail = NULL;
  enum mz_status status = MZ_OK;
  int code = SQLITE_OK;
  if (size >= INT_MAX)
    return mz_error_set(err, MZ_EMIGRATION, "the statement is too long");
  mz_authorizer_clear(&database->authorizer);
  /* Counting the NUL byte saves SQLite a copy of the whole text. */
  code = sqlite3_prepare_v3(database->handle, sql, (int)size + 1,
                            SQLITE_PREPARE_PERSISTENT, &handle, &tail);
  if (used)
    *used = tail ? (size_t)(tail - sql) : size;
  if (code != SQLITE_OK)
    return mz_database_error(database, code, err);
  *statement = NULL;
  if (!handle)
    return MZ_OK;
  status = count_exposed(database, err);
  if (status) {
    (void)sqlite3_finalize(handle);
    return status;
  }
  made = malloc(sizeof *made);
  if (!made) {
    (void)sqlite3_finalize(handle);
    return mz_error_memory(err);
  }
  *made = (struct mz_statement){.handle = handle,
                                .database = database,
                                .columns = sqlite3_column_count(handle),
                                .kind = database->authorizer.kind};
  *statement = made;
  return MZ_OK;
}

static enum mz_status transaction_ended(struct mz_statement *statement,
                                        struct mz_error *err) {
  if (err && !err->message)
    mz_error_add(&err->hint, "use OR ABORT or RAISE(ABORT, ...): a ROLLBACK "
                             "would end the migration's transaction");
  if (sqlite3_errcode(statement->database->handle) == SQLITE_OK)
    return mz_error_set(err, MZ_EMIGRATION,
                        "the statement ended the migration's transaction");
  return mz_database_error(
      statement->database,
      sqlite3_extended_errcode(statement->database->handle), err);
}

/* The transaction that a guarded migration runs in must outlive each of its
 * statements; no authorizer sees OR ROLLBACK or RAISE(ROLLBACK). */
static bool lost_transaction(const struct mz_statement *statement) {
  return statement->database->authorizer.guarded &&
         !statement->database->authorizer.outside &&
         sqlite3_get_autocommit(statement->database->handle);
}

static enum mz_status step_failed(struct mz_statement *statement, int code,
                                  struct mz_error *err) {
  struct mz_database *database = statement->database;
  int primary = code & 0xFF;
  int64_t changes = mz_database_changes(database);
  enum mz_status status = MZ_OK;
  database->failed = changes == statement->total ? changes : -1;
  if (lost_transaction(statement) &&
      (primary == SQLITE_CONSTRAINT || primary == SQLITE_ERROR))
    status = transaction_ended(statement, err);
  else
    status = mz_database_error(database, code, err);
  mz_statement_reset(statement);
  return status;
}

/* Before the first step. */
static enum mz_status start(struct mz_statement *statement,
                            struct mz_error *err) {
  const struct mz_database *database = statement->database;
  enum mz_status status = MZ_OK;
  if (lost_transaction(statement))
    return mz_error_set(err, MZ_EMIGRATION,
                        "the migration's transaction has ended already");
  if (database->check_write && !mz_statement_is_readonly(statement))
    status = database->check_write(database->check_context, statement, err);
  statement->active = !status;
  statement->changes = 0;
  statement->total = mz_database_changes(database);
  return status;
}

/* DROP TABLE and others need all cursors closed; unlock closes those that a
 * script has left open. */
static int step_unlocked(struct mz_statement *statement, int code) {
  const struct mz_database *database = statement->database;
  if ((code & 0xFF) != SQLITE_LOCKED || !database->unlock ||
      !database->unlock(database->unlock_context))
    return code;
  (void)sqlite3_reset(statement->handle);
  return sqlite3_step(statement->handle);
}

static enum mz_status finish(struct mz_statement *statement,
                             struct mz_error *err) {
  struct sqlite3 *handle = statement->database->handle;
  if (mz_database_changes(statement->database) != statement->total)
    statement->changes = sqlite3_changes64(handle);
  mz_statement_reset(statement);
  return lost_transaction(statement) ? transaction_ended(statement, err)
                                     : MZ_OK;
}

/* What has come of a step that gave no row. */
static enum mz_status end_step(struct mz_statement *statement, int code,
                               bool *row, struct mz_error *err) {
  if (code != SQLITE_DONE)
    code = step_unlocked(statement, code);
  *row = code == SQLITE_ROW;
  if (code == SQLITE_ROW)
    return MZ_OK;
  return code == SQLITE_DONE ? finish(statement, err)
                             : step_failed(statement, code, err);
}

enum mz_status mz_statement_step(struct mz_statement *statement, bool *row,
                                 struct mz_error *err) {
  bool first = !statement->active;
  enum mz_status status = first ? start(statement, err) : MZ_OK;
  int code = SQLITE_OK;
  if (status)
    return status;
  code = sqlite3_step(statement->handle);
  if (first) /* SQLite may just have compiled it again */
    statement->columns = sqlite3_column_count(statement->handle);
  if (code != SQLITE_ROW)
    return end_step(statement, code, row, err);
  *row = true;
  return MZ_OK;
}

void mz_statement_reset(struct mz_statement *statement) {
  statement->active = false;
  (void)sqlite3_reset(statement->handle);
}

void mz_statement_close(struct mz_statement *statement) {
  if (!statement)
    return;
  (void)sqlite3_finalize(statement->handle);
  free(statement);
}

static int bind_bytes(struct mz_statement *statement, int index,
                      const struct mz_value *value, bool copy) {
  sqlite3_destructor_type owner = copy ? SQLITE_TRANSIENT : SQLITE_STATIC;
  if (value->type == MZ_TEXT)
    return sqlite3_bind_text64(statement->handle, index, value->bytes.data,
                               value->bytes.size, owner, SQLITE_UTF8);
  return sqlite3_bind_blob64(statement->handle, index, value->bytes.data,
                             value->bytes.size, owner);
}

enum mz_status mz_statement_bind(struct mz_statement *statement, int index,
                                 const struct mz_value *value, bool copy,
                                 struct mz_error *err) {
  int code = SQLITE_OK;
  switch (value->type) {
  case MZ_NULL:
    code = sqlite3_bind_null(statement->handle, index);
    break;
  case MZ_INTEGER:
    code = sqlite3_bind_int64(statement->handle, index, value->integer);
    break;
  case MZ_REAL:
    code = sqlite3_bind_double(statement->handle, index, value->real);
    break;
  case MZ_TEXT:
  case MZ_BLOB:
    code = bind_bytes(statement, index, value, copy);
    break;
  }
  return code ? mz_database_error(statement->database, code, err) : MZ_OK;
}

int mz_statement_parameters(const struct mz_statement *statement) {
  return sqlite3_bind_parameter_count(statement->handle);
}

const char *mz_statement_parameter(const struct mz_statement *statement,
                                   int index) {
  return sqlite3_bind_parameter_name(statement->handle, index);
}

/* A text's bytes are what its blob is, and only a text must end with a NUL
 * byte, for which SQLite would copy it. */
static void read_text(sqlite3_value *cell, struct mz_value *value) {
  if (sqlite3_value_encoding(cell) != SQLITE_UTF8) {
    value->bytes.data = (const char *)sqlite3_value_text(cell);
    value->bytes.size = (size_t)sqlite3_value_bytes(cell);
    return;
  }
  value->bytes.data = sqlite3_value_blob(cell);
  value->bytes.size = (size_t)sqlite3_value_bytes(cell);
  if (!value->bytes.data)
    value->bytes.data = "";
}

static inline void read_cell(sqlite3_value *cell, struct mz_value *value) {
  switch (sqlite3_value_type(cell)) {
  case SQLITE_INTEGER:
    value->type = MZ_INTEGER;
    value->integer = sqlite3_value_int64(cell);
    break;
  case SQLITE_FLOAT:
    value->type = MZ_REAL;
    value->real = sqlite3_value_double(cell);
    break;
  case SQLITE_TEXT:
    value->type = MZ_TEXT;
    read_text(cell, value);
    break;
  case SQLITE_BLOB:
    value->type = MZ_BLOB;
    value->bytes.data = sqlite3_value_blob(cell);
    value->bytes.size = (size_t)sqlite3_value_bytes(cell);
    if (!value->bytes.data)
      value->bytes.data = "";
    break;
  default:
    value->type = MZ_NULL;
    break;
  }
}

inline void mz_statement_column(const struct mz_statement *statement, int index,
                                struct mz_value *value) {
  read_cell(sqlite3_column_value(statement->handle, index), value);
}

void mz_statement_cell(struct sqlite3_value *cell, struct mz_value *value) {
  read_cell(cell, value);
}

int mz_statement_columns(const struct mz_statement *statement, int first,
                         struct mz_value *values, int count) {
  struct sqlite3_stmt *handle = statement->handle;
  int left = statement->columns - first;
  int wanted = left < count ? left : count;
  for (int i = 0; i < wanted; i++)
    read_cell(sqlite3_column_value(handle, first + i), &values[i]);
  return wanted;
}

const char *mz_statement_text(const struct mz_statement *statement, int index) {
  const unsigned char *text = sqlite3_column_text(statement->handle, index);
  return text ? (const char *)text : "";
}

int64_t mz_statement_integer(const struct mz_statement *statement, int index) {
  return sqlite3_column_int64(statement->handle, index);
}

bool mz_statement_is_null(const struct mz_statement *statement, int index) {
  return sqlite3_column_type(statement->handle, index) == SQLITE_NULL;
}

const char *mz_statement_name(const struct mz_statement *statement, int index) {
  const char *name = sqlite3_column_name(statement->handle, index);
  return name ? name : "";
}

int mz_statement_recompiled(const struct mz_statement *statement) {
  return sqlite3_stmt_status(statement->handle, SQLITE_STMTSTATUS_REPREPARE, 0);
}

bool mz_statement_is_readonly(const struct mz_statement *statement) {
  return sqlite3_stmt_readonly(statement->handle);
}

int mz_statement_error_offset(const struct mz_database *database) {
  return sqlite3_error_offset(database->handle);
}

const char *mz_statement_sql(const struct mz_statement *statement) {
  return sqlite3_sql(statement->handle);
}

char *mz_statement_expanded(const struct mz_statement *statement) {
  char *sql = sqlite3_expanded_sql(statement->handle);
  char *copy = sql ? strdup(sql) : NULL;
  sqlite3_free(sql);
  return copy;
}
