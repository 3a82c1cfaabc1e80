#include "sqlite/foreign_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sqlite/violations.h"

enum { SHOWN = 5 };

/* A comparison of what is there with what was. */
struct comparison {
  const struct mz_foreign_keys *before;
  size_t *taken; /* of the equal ones in before, at the first of them */
  size_t count;  /* that are new */
  struct mz_buf *lines;
};

/* FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
#define FNV_START 14695981039346656037U

static uint64_t hash_byte(uint64_t hash, char byte) {
  return (hash ^ (unsigned char)byte) * 1099511628211U;
}

/* Go on with text and the NUL byte that ends it. */
static uint64_t hash_text(uint64_t hash, const char *text) {
  for (; *text; text++)
    hash = hash_byte(hash, *text);
  return hash_byte(hash, '\0');
}

/* ---- what was there before ---------------------------------------------- */

/* The kinds of what is remembered: a violation by its parent, one whatever its
 * parent is called, and a table. */
static uint64_t hash_of(char kind, const char *name, const char *values) {
  return hash_text(hash_text(hash_byte(FNV_START, kind), name), values);
}

static bool add_hash(struct mz_foreign_keys *found, uint64_t hash) {
  void *array = found->hashes;
  bool fits = mz_mem_grow(&array, &found->capacity, found->count,
                          sizeof *found->hashes);
  found->hashes = array;
  if (fits)
    found->hashes[found->count++] = hash;
  return fits;
}

static bool remember(void *context, const char *text, const char *parent,
                     const char *values) {
  (void)text;
  return add_hash(context, hash_of('v', parent, values)) &&
         add_hash(context, hash_of('*', "", values));
}

static enum mz_status remember_tables(struct mz_database *database,
                                      struct mz_foreign_keys *found,
                                      struct mz_error *err) {
  static const char sql[] = "SELECT name FROM sqlite_schema WHERE type = "
                            "'table'";
  struct mz_statement *tables = NULL;
  bool row = false;
  enum mz_status status =
      mz_statement_prepare(&tables, database, sql, sizeof sql - 1, NULL, err);
  if (!status)
    status = mz_statement_step(tables, &row, err);
  while (!status && row) {
    if (!add_hash(found, hash_of('t', mz_statement_text(tables, 0), "")))
      status = mz_error_memory(err);
    else
      status = mz_statement_step(tables, &row, err);
  }
  mz_statement_close(tables);
  return status;
}

static int compare(const void *a, const void *b) {
  const uint64_t *x = a;
  const uint64_t *y = b;
  return (*x > *y) - (*x < *y);
}

/* Collect the violations; table by table where SQLite raises. */
static enum mz_status collect(struct mz_database *database,
                              struct mz_foreign_keys *found,
                              struct mz_error *err) {
  struct mz_violations_visitor visitor = {remember, found};
  struct mz_error reason = MZ_ERROR_INIT;
  enum mz_status status = mz_violations_each(database, &visitor, &reason);
  if (status == MZ_EMIGRATION) {
    found->count = 0;
    status = mz_violations_each_by_table(database, &visitor, err);
  } else if (status)
    mz_error_move(err, &reason);
  mz_error_release(&reason);
  return status;
}

enum mz_status mz_foreign_keys_read(struct mz_database *database,
                                    struct mz_foreign_keys *found,
                                    struct mz_error *err) {
  enum mz_status status = collect(database, found, err);
  if (!status && found->count)
    status = remember_tables(database, found, err);
  if (status)
    mz_foreign_keys_release(found);
  else if (found->count)
    qsort(found->hashes, found->count, sizeof *found->hashes, compare);
  return status;
}

/* ---- what is new --------------------------------------------------------- */

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

/* Take one of those before that have this hash, where one is left. */
static bool take(const struct comparison *comparison, uint64_t hash) {
  const struct mz_foreign_keys *before = comparison->before;
  size_t first = find_hash(before, hash);
  size_t next =
      first < before->count ? first + comparison->taken[first] : first;
  if (next >= before->count || before->hashes[next] != hash)
    return false;
  comparison->taken[first]++;
  return true;
}

/* A parent that wasn't there before may be one that was renamed. */
static bool was_there(const struct comparison *comparison, const char *parent,
                      const char *values) {
  uint64_t table = hash_of('t', parent, "");
  size_t place = find_hash(comparison->before, table);
  bool known = place < comparison->before->count &&
               comparison->before->hashes[place] == table;
  if (known && !take(comparison, hash_of('v', parent, values)))
    return false;
  return take(comparison, hash_of('*', "", values)) || known;
}

/* Show it, unless it was there before: of several that read the same, the
 * first are taken for the old ones. */
static bool show(void *context, const char *text, const char *parent,
                 const char *values) {
  struct comparison *comparison = context;
  if (was_there(comparison, parent, values))
    return true;
  if (comparison->count++ < SHOWN)
    mz_buf_format(comparison->lines, "%s%s", comparison->count > 1 ? "\n" : "",
                  text);
  return !comparison->lines->failed;
}

static const char *hint_for(const char *lines) {
  return strstr(lines, "foreign key mismatch")
             ? "the parent's columns need a UNIQUE index or must be its "
               "PRIMARY KEY"
             : "insert the missing parents, or delete or repoint these rows "
               "in the migration; ON DELETE acts only under foreign_keys=on";
}

static enum mz_status refuse(const struct comparison *comparison,
                             struct mz_error *err) {
  const char *text = comparison->lines->data ? comparison->lines->data : "";
  size_t count = comparison->count;
  mz_error_add(&err->details, "%s%s", text, count > SHOWN ? "\n..." : "");
  mz_error_add(&err->hint, "%s", hint_for(text));
  return mz_error_set(err, MZ_EMIGRATION, "%zu foreign key violation%s", count,
                      count == 1 ? "" : "s");
}

/* Count and show what is new. Once more table by table where anything is: for
 * a stable order, or as SQLite raises. */
static enum mz_status compare_all(struct mz_database *database,
                                  struct comparison *comparison,
                                  struct mz_error *err) {
  struct mz_violations_visitor visitor = {show, comparison};
  struct mz_error reason = MZ_ERROR_INIT;
  enum mz_status status = mz_violations_each(database, &visitor, &reason);
  if (status != MZ_EMIGRATION && (status || !comparison->count)) {
    mz_error_move(err, &reason);
    return status;
  }
  mz_error_release(&reason);
  memset(comparison->taken, 0,
         comparison->before->count * sizeof *comparison->taken);
  comparison->count = 0;
  mz_buf_release(comparison->lines);
  return mz_violations_each_by_table(database, &visitor, err);
}

enum mz_status mz_foreign_keys_check(struct mz_database *database,
                                     const struct mz_foreign_keys *before,
                                     struct mz_error *err) {
  struct mz_buf lines = MZ_BUF_INIT;
  struct comparison comparison = {.before = before, .lines = &lines};
  enum mz_status status = MZ_OK;
  comparison.taken = calloc(before->count + 1, sizeof *comparison.taken);
  status = comparison.taken ? compare_all(database, &comparison, err)
                            : mz_error_memory(err);
  if (!status && comparison.count > 0)
    status = refuse(&comparison, err);
  free(comparison.taken);
  mz_buf_release(&lines);
  return status;
}

enum mz_status mz_foreign_keys_show(struct mz_statement *check,
                                    struct mz_buf *lines,
                                    struct mz_error *err) {
  static const struct mz_foreign_keys none = MZ_FOREIGN_KEYS_INIT;
  struct comparison comparison = {.before = &none, .lines = lines};
  struct mz_violations_visitor visitor = {show, &comparison};
  enum mz_status status = mz_violations_each_from(check, &visitor, err);
  if (!status && comparison.count > SHOWN)
    mz_buf_text(lines, "\n...");
  return status;
}

void mz_foreign_keys_release(struct mz_foreign_keys *found) {
  free(found->hashes);
  *found = (struct mz_foreign_keys)MZ_FOREIGN_KEYS_INIT;
}
