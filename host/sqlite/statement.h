/* statement.h - a prepared statement: bind, step, read columns.
 *
 * Reads a cell with one call into SQLite for its value, which is unprotected
 * and valid until the next step, reset or close. Refuses statements that a
 * guarded migration may not run. */
#ifndef MZ_SQLITE_STATEMENT_H
#define MZ_SQLITE_STATEMENT_H

#include "sqlite/database.h"

struct sqlite3_stmt;
struct sqlite3_value;

enum mz_type { MZ_NULL, MZ_INTEGER, MZ_REAL, MZ_TEXT, MZ_BLOB };

struct mz_value {
  enum mz_type type;
  union {
    int64_t integer;
    double real;
    struct {
      const char *data; /* NULL only where memory was exhausted */
      size_t size;      /* bytes */
    } bytes;
  };
};

struct mz_statement {
  struct sqlite3_stmt *handle;
  struct mz_database *database;
  int columns; /* as of the last prepare or step */
  enum mz_statement_kind kind;
  bool active;      /* stepped, and neither done nor reset */
  int64_t total;    /* changes of the connection when it was started */
  uint64_t checked; /* for database->check_write: how far it has passed */
  int64_t changes;  /* rows changed by its last run, without triggers */
};

/* Compile the first statement of the size bytes at sql, which a NUL byte must
 * follow, into *statement, and set *used, unless NULL, to the bytes it takes.
 * Where only white space and comments are left, *statement is NULL. */
MZ_CHECKED enum mz_status mz_statement_prepare(struct mz_statement **statement,
                                               struct mz_database *database,
                                               const char *sql, size_t size,
                                               size_t *used,
                                               struct mz_error *err);

/* Run on to the next row: *row tells whether there is one. At the end the
 * statement is reset. An error of a guarded migration that ended the
 * transaction (OR ROLLBACK, RAISE(ROLLBACK)) is reported as such. */
MZ_CHECKED enum mz_status mz_statement_step(struct mz_statement *statement,
                                            bool *row, struct mz_error *err);

void mz_statement_reset(struct mz_statement *statement);

/* Accepts NULL. */
void mz_statement_close(struct mz_statement *statement);

/* Bind value to the parameter index, from 1. With copy, the bytes are copied;
 * else they must stay until the statement is reset or bound again. */
MZ_CHECKED enum mz_status mz_statement_bind(struct mz_statement *statement,
                                            int index,
                                            const struct mz_value *value,
                                            bool copy, struct mz_error *err);

int mz_statement_parameters(const struct mz_statement *statement);

/* The name of the parameter index with its prefix, or NULL for a plain ?. */
const char *mz_statement_parameter(const struct mz_statement *statement,
                                   int index);

/* The cell of the current row in column index, from 0; no NUL byte need follow
 * a text. */
void mz_statement_column(const struct mz_statement *statement, int index,
                         struct mz_value *value);
void mz_statement_cell(struct sqlite3_value *cell, struct mz_value *value);

/* The cells of the current row from column first on, at most count of them,
 * into values. Returns how many. */
int mz_statement_columns(const struct mz_statement *statement, int first,
                         struct mz_value *values, int count);

const char *mz_statement_text(const struct mz_statement *statement, int index);
int64_t mz_statement_integer(const struct mz_statement *statement, int index);
bool mz_statement_is_null(const struct mz_statement *statement, int index);

const char *mz_statement_name(const struct mz_statement *statement, int index);

/* How often SQLite compiled it again: names and columns may have changed. */
int mz_statement_recompiled(const struct mz_statement *statement);

/* Whether it leaves the database alone: sqlite3_stmt_readonly(). */
bool mz_statement_is_readonly(const struct mz_statement *statement);

/* The byte offset in the statement at which the last prepare of database
 * failed, or -1. */
int mz_statement_error_offset(const struct mz_database *database);

/* The SQL that it was compiled from. */
const char *mz_statement_sql(const struct mz_statement *statement);

/* The SQL with its parameters filled in; the caller frees it, may be NULL. */
char *mz_statement_expanded(const struct mz_statement *statement);

#endif
