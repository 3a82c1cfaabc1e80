#include "sqlite/overlap.h"

#include <string.h>

#include "base/buf.h"
#include "sqlite/token.h"

enum { TREES_MAX = 64 };

/* The root pages of b-trees. */
struct trees {
  int64_t roots[TREES_MAX];
  int count;
};

static bool has(const struct trees *trees, int64_t root) {
  for (int i = 0; i < trees->count; i++)
    if (trees->roots[i] == root)
      return true;
  return false;
}

/* Add what a row of EXPLAIN opens: columns opcode, p2 (the root) and p3 (the
 * schema, 0 for main). */
static void add_row(const struct mz_statement *row, const char *opcode,
                    struct trees *trees) {
  int64_t root = mz_statement_integer(row, 3);
  if (strcmp(mz_statement_text(row, 1), opcode) == 0 &&
      mz_statement_integer(row, 4) == 0 && trees->count < TREES_MAX &&
      !has(trees, root))
    trees->roots[trees->count++] = root;
}

/* The b-trees that statement opens by opcode. */
static enum mz_status read_trees(const struct mz_statement *statement,
                                 const char *opcode, struct trees *trees,
                                 struct mz_error *err) {
  struct mz_statement *explain = NULL;
  struct mz_buf sql = MZ_BUF_INIT;
  bool row = false;
  enum mz_status status = MZ_OK;
  mz_buf_format(&sql, "EXPLAIN %s", mz_statement_sql(statement));
  status = sql.failed ? mz_error_memory(err)
                      : mz_statement_prepare(&explain, statement->database,
                                             sql.data, sql.size, NULL, err);
  if (!status)
    status = mz_statement_step(explain, &row, err);
  while (!status && row) {
    add_row(explain, opcode, trees);
    status = mz_statement_step(explain, &row, err);
  }
  mz_statement_close(explain);
  mz_buf_release(&sql);
  return status;
}

/* Whether sql is an UPDATE, or else an INSERT; a DELETE ends no loop late. */
static bool is_kind(const char *sql, const char *word) {
  const char *cursor = sql;
  const char *end = sql + strlen(sql);
  struct mz_token token;
  if (!mz_token_next_solid(&cursor, end, &token))
    return false;
  if (mz_token_is(&token, "WITH"))
    while (mz_token_next_solid(&cursor, end, &token) &&
           !mz_token_is(&token, "INSERT") && !mz_token_is(&token, "REPLACE") &&
           !mz_token_is(&token, "UPDATE") && !mz_token_is(&token, "DELETE"))
      ;
  return mz_token_is(&token, word);
}

/* Whether an UPDATE moves rows in the b-tree at root: in an index, and in a
 * table without rowid, where it deletes the row and inserts it anew. */
static enum mz_status is_moved(struct mz_database *database, int64_t root,
                               bool *moved, struct mz_error *err) {
  static const char sql[] =
      "SELECT m.type = 'index' OR EXISTS (SELECT 1 FROM "
      "pragma_table_list(m.name) WHERE wr) FROM sqlite_schema m "
      "WHERE m.rootpage = ?";
  struct mz_value value = {.type = MZ_INTEGER, .integer = root};
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  if (!status)
    status = mz_statement_bind(statement, 1, &value, false, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  if (!status)
    *moved = row && mz_statement_integer(statement, 0);
  mz_statement_close(statement);
  return status;
}

/* A new row goes into every b-tree; an UPDATE moves one in indexes only. */
static enum mz_status compare(const struct mz_statement *reader,
                              const struct mz_statement *writer, bool inserts,
                              bool *overlaps, struct mz_error *err) {
  struct trees read = {.count = 0};
  struct trees written = {.count = 0};
  enum mz_status status = read_trees(reader, "OpenRead", &read, err);
  if (!status)
    status = read_trees(writer, "OpenWrite", &written, err);
  for (int i = 0; i < written.count && !status && !*overlaps; i++) {
    if (!has(&read, written.roots[i]))
      continue;
    *overlaps = inserts;
    if (!inserts)
      status = is_moved(writer->database, written.roots[i], overlaps, err);
  }
  return status;
}

enum mz_status mz_overlap_find(const struct mz_statement *reader,
                               const struct mz_statement *writer,
                               bool *overlaps, struct mz_error *err) {
  struct mz_database *database = writer->database;
  const char *sql = mz_statement_sql(writer);
  bool inserts = is_kind(sql, "INSERT") || is_kind(sql, "REPLACE");
  bool guarded = database->authorizer.guarded;
  enum mz_status status = MZ_OK;
  *overlaps = false;
  if ((!inserts && !is_kind(sql, "UPDATE")) ||
      is_kind(mz_statement_sql(reader), "EXPLAIN")) /* which reads nothing */
    return MZ_OK;
  mz_database_guard(database, false);
  status = compare(reader, writer, inserts, overlaps, err);
  mz_database_guard(database, guarded);
  return status;
}
