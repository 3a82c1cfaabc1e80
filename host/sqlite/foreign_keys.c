#include "sqlite/foreign_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SHOWN = 5 };

/* What is done with the text of each violation. */
struct visitor {
  bool (*visit)(struct visitor *visitor, const char *text,
                const char *identity);
  struct mz_foreign_keys *found;
  const struct mz_foreign_keys *before;
  size_t *taken; /* of the equal ones in before, at the first of them */
  struct mz_buf *lines;
  int shown;
};

/* The columns of one foreign key, with the query that shows a row of it. */
struct key {
  char *table;
  int64_t id;
  struct mz_statement *row; /* by rowid */
};

/* FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash_text(const char *text) {
  uint64_t hash = 14695981039346656037U;
  for (; *text; text++)
    hash = (hash ^ (unsigned char)*text) * 1099511628211U;
  return hash;
}

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

/* Builds "SELECT 'id = ' || quote("id") || ', a = ' || quote("a"), quote("a")
 * FROM t WHERE rowid = ?", by whichever name of the rowid no column of the
 * table hides: the primary key or the rowid, and the foreign key. */
static const char row_query_sql[] =
    "WITH rowid(name) AS (SELECT column1 FROM "
    "(VALUES ('rowid'), ('_rowid_'), ('oid')) WHERE column1 NOT IN "
    "(SELECT lower(name) FROM pragma_table_xinfo(?1)) LIMIT 1), "
    "own(name, place) AS (SELECT \"from\", seq FROM "
    "pragma_foreign_key_list(?1) WHERE id = ?2), "
    "key(name, place) AS (SELECT name, pk FROM pragma_table_xinfo(?1) "
    "WHERE pk > 0), "
    "shown(name) AS (SELECT name FROM (SELECT name, 0 AS part, place FROM key "
    "UNION ALL SELECT name, 0, 0 FROM rowid WHERE NOT EXISTS "
    "(SELECT 1 FROM key) UNION ALL SELECT name, 1, place FROM own WHERE "
    "lower(name) NOT IN (SELECT lower(name) FROM key)) ORDER BY part, place) "
    "SELECT 'SELECT ' || (SELECT group_concat("
    "format('''%s = '' || substr(quote(\"%w\"), 1, 60)', "
    "replace(name, '''', ''''''), name), ' || '', '' || ') FROM shown) || "
    "', ' || (SELECT group_concat(format('quote(\"%w\")', name), "
    "' || '', '' || ') FROM own) || format(' FROM \"%w\" WHERE %s = ?', ?1, "
    "name) FROM rowid";

static enum mz_status load_key(struct mz_database *database, struct key *key,
                               const char *table, int64_t id,
                               struct mz_error *err) {
  struct mz_statement *builder = NULL;
  bool row = false;
  enum mz_status status = MZ_OK;
  if (key->table && strcmp(key->table, table) == 0 && key->id == id)
    return MZ_OK;
  mz_statement_close(key->row);
  free(key->table);
  *key = (struct key){.table = strdup(table), .id = id};
  status = prepare_with(&builder, database, row_query_sql, table, id, err);
  if (!status)
    status = mz_statement_step(builder, &row, err);
  if (!status && row && !mz_statement_is_null(builder, 0)) {
    const char *sql = mz_statement_text(builder, 0);
    status =
        mz_statement_prepare(&key->row, database, sql, strlen(sql), NULL, err);
  }
  mz_statement_close(builder);
  return status;
}

/* Append the row's key and what the foreign key's columns hold: with names to
 * text, the latter alone to identity. */
static enum mz_status add_values(struct key *key, int64_t rowid,
                                 struct mz_buf *text, struct mz_buf *identity,
                                 struct mz_error *err) {
  struct mz_value value = {.type = MZ_INTEGER, .integer = rowid};
  bool row = false;
  enum mz_status status = mz_statement_bind(key->row, 1, &value, false, err);
  if (!status)
    status = mz_statement_step(key->row, &row, err);
  if (!status && row) {
    mz_buf_text(text, mz_statement_text(key->row, 0));
    mz_buf_text(identity, mz_statement_text(key->row, 1));
  }
  mz_statement_reset(key->row);
  return status;
}

static enum mz_status visit_row(struct mz_database *database,
                                struct mz_statement *check, struct key *key,
                                struct visitor *visitor, struct mz_error *err) {
  struct mz_buf text = MZ_BUF_INIT;
  struct mz_buf identity = MZ_BUF_INIT;
  bool has_rowid = !mz_statement_is_null(check, 1);
  enum mz_status status = MZ_OK;
  if (has_rowid)
    status = load_key(database, key, mz_statement_text(check, 0),
                      mz_statement_integer(check, 3), err);
  mz_buf_format(&text, "%s: ", mz_statement_text(check, 0));
  mz_buf_format(&identity, "%s: ", mz_statement_text(check, 2));
  if (!status && has_rowid && key->row)
    status =
        add_values(key, mz_statement_integer(check, 1), &text, &identity, err);
  else
    mz_buf_text(&text, "a row");
  mz_buf_format(&text, " has no parent in %s", mz_statement_text(check, 2));
  if (!status && (text.failed || identity.failed ||
                  !visitor->visit(visitor, text.data, identity.data)))
    status = mz_error_memory(err);
  mz_buf_release(&identity);
  mz_buf_release(&text);
  return status;
}

/* Visit the row of check, a foreign_key_check, where row says that it stands
 * on one, and those that follow. */
static enum mz_status visit_from(struct mz_statement *check, bool row,
                                 struct visitor *visitor,
                                 struct mz_error *err) {
  struct key key = {.table = NULL};
  enum mz_status status = MZ_OK;
  while (!status && row) {
    status = visit_row(check->database, check, &key, visitor, err);
    if (!status)
      status = mz_statement_step(check, &row, err);
  }
  mz_statement_close(key.row);
  free(key.table);
  return status;
}

/* Run sql, a foreign_key_check, and visit its rows. */
static enum mz_status visit_rows(struct mz_database *database, const char *sql,
                                 struct visitor *visitor,
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

/* A table whose foreign key can match nothing (its parent has no such unique
 * columns) makes SQLite raise instead of listing rows: that is one violation.
 */
static enum mz_status visit_table(struct mz_database *database, const char *sql,
                                  struct visitor *visitor,
                                  struct mz_error *err) {
  struct mz_error reason = MZ_ERROR_INIT;
  enum mz_status status = visit_rows(database, sql, visitor, &reason);
  if (status == MZ_EMIGRATION && reason.message)
    status = visitor->visit(visitor, reason.message, reason.message)
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

static enum mz_status visit_all(struct mz_database *database,
                                struct visitor *visitor, struct mz_error *err) {
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

static bool remember(struct visitor *visitor, const char *text,
                     const char *identity) {
  struct mz_foreign_keys *found = visitor->found;
  void *array = found->hashes;
  bool fits = mz_mem_grow(&array, &found->capacity, found->count,
                          sizeof *found->hashes);
  found->hashes = array;
  if (fits)
    found->hashes[found->count++] = hash_text(identity);
  (void)text;
  return fits;
}

static int compare(const void *a, const void *b) {
  const uint64_t *x = a;
  const uint64_t *y = b;
  return (*x > *y) - (*x < *y);
}

enum mz_status mz_foreign_keys_read(struct mz_database *database,
                                    struct mz_foreign_keys *found,
                                    struct mz_error *err) {
  struct visitor visitor = {.visit = remember, .found = found};
  struct mz_error reason = MZ_ERROR_INIT;
  enum mz_status status =
      visit_rows(database, "PRAGMA foreign_key_check", &visitor, &reason);
  if (status == MZ_EMIGRATION) { /* one by one, to find the table that raises */
    mz_error_release(&reason);
    found->count = 0;
    status = visit_all(database, &visitor, err);
  } else if (status)
    mz_error_move(err, &reason);
  if (status)
    mz_foreign_keys_release(found);
  else if (found->count)
    qsort(found->hashes, found->count, sizeof *found->hashes, compare);
  return status;
}

/* How many after holds that before doesn't; both are sorted. */
static size_t count_new(const struct mz_foreign_keys *after,
                        const struct mz_foreign_keys *before) {
  size_t count = 0;
  size_t j = 0;
  for (size_t i = 0; i < after->count; i++) {
    while (j < before->count && before->hashes[j] < after->hashes[i])
      j++;
    if (j < before->count && before->hashes[j] == after->hashes[i])
      j++;
    else
      count++;
  }
  return count;
}

/* The index of the first hash that isn't below hash. */
static size_t find_hash(const struct mz_foreign_keys *found, uint64_t hash) {
  size_t low = 0;
  size_t high = found->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (found->hashes[middle] < hash)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Show it, unless it was there before: of several that read the same, the
 * first are taken for the old ones. */
static bool show(struct visitor *visitor, const char *text,
                 const char *identity) {
  const struct mz_foreign_keys *before = visitor->before;
  uint64_t hash = hash_text(identity);
  size_t first = find_hash(before, hash);
  size_t next = first + visitor->taken[first];
  if (next < before->count && before->hashes[next] == hash) {
    visitor->taken[first]++;
    return true;
  }
  if (visitor->shown++ < SHOWN)
    mz_buf_format(visitor->lines, "%s%s", visitor->shown > 1 ? "\n" : "", text);
  return !visitor->lines->failed;
}

static const char *hint_for(const char *lines) {
  return strstr(lines, "foreign key mismatch")
             ? "the parent's columns need a UNIQUE index or must be its "
               "PRIMARY KEY"
             : "insert the missing parents, or delete or repoint these rows "
               "in the migration; ON DELETE acts only under foreign_keys=on";
}

/* Show in err what is there beyond before: count violations. */
static enum mz_status describe(struct mz_database *database,
                               const struct mz_foreign_keys *before,
                               size_t count, struct mz_error *err) {
  struct mz_buf lines = MZ_BUF_INIT;
  struct visitor visitor = {.visit = show, .before = before, .lines = &lines};
  enum mz_status status = MZ_OK;
  visitor.taken = calloc(before->count + 1, sizeof *visitor.taken);
  status =
      visitor.taken ? visit_all(database, &visitor, err) : mz_error_memory(err);
  if (!status) {
    const char *text = lines.data ? lines.data : "";
    status = mz_error_set(err, MZ_EMIGRATION, "%zu foreign key violation%s",
                          count, count == 1 ? "" : "s");
    mz_error_add(&err->details, "%s%s", text, count > SHOWN ? "\n..." : "");
    mz_error_add(&err->hint, "%s", hint_for(text));
  }
  free(visitor.taken);
  mz_buf_release(&lines);
  return status;
}

enum mz_status mz_foreign_keys_check(struct mz_database *database,
                                     const struct mz_foreign_keys *before,
                                     struct mz_error *err) {
  struct mz_foreign_keys after = MZ_FOREIGN_KEYS_INIT;
  size_t count = 0;
  enum mz_status status = mz_foreign_keys_read(database, &after, err);
  if (status)
    return status;
  count = count_new(&after, before);
  mz_foreign_keys_release(&after);
  return count > 0 ? describe(database, before, count, err) : MZ_OK;
}

enum mz_status mz_foreign_keys_show(struct mz_statement *check,
                                    struct mz_buf *lines,
                                    struct mz_error *err) {
  static const struct mz_foreign_keys none = MZ_FOREIGN_KEYS_INIT;
  size_t taken = 0;
  struct visitor visitor = {
      .visit = show, .before = &none, .taken = &taken, .lines = lines};
  enum mz_status status = visit_from(check, true, &visitor, err);
  if (!status && visitor.shown > SHOWN)
    mz_buf_text(lines, "\n...");
  return status;
}

void mz_foreign_keys_release(struct mz_foreign_keys *found) {
  free(found->hashes);
  *found = (struct mz_foreign_keys)MZ_FOREIGN_KEYS_INIT;
}
