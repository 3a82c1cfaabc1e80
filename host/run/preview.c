#include "run/preview.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sqlite/statement.h"

static struct mz_preview_table *find(const struct mz_preview *preview,
                                     const char *name) {
  for (size_t i = 0; i < preview->count; i++)
    if (strcasecmp(preview->tables[i].name, name) == 0)
      return &preview->tables[i];
  return NULL;
}

const struct mz_preview_table *
mz_preview_table(const struct mz_preview *preview, const char *name) {
  return find(preview, name);
}

bool mz_preview_is_rebuilt(const struct mz_preview_table *table) {
  return table->rows_before >= 0 && table->rows_after >= 0 &&
         table->root_before != table->root_after;
}

/* The entry of a name, made where it is missing; NULL out of memory. */
static struct mz_preview_table *entry_of(struct mz_preview *preview,
                                         const char *name) {
  struct mz_preview_table *found = find(preview, name);
  struct mz_preview_table made = {.rows_before = -1, .rows_after = -1};
  void *array = preview->tables;
  if (found)
    return found;
  if (!mz_mem_grow(&array, &preview->capacity, preview->count, sizeof made))
    return NULL;
  preview->tables = array;
  made.name = strdup(name);
  if (!made.name)
    return NULL;
  preview->tables[preview->count] = made;
  return &preview->tables[preview->count++];
}

/* A query of the name, root page and number of rows of each table. */
static enum mz_status make_query(struct mz_database *database,
                                 struct mz_buf *query, struct mz_error *err) {
  static const char sql[] =
      "SELECT format('SELECT %Q, %d, count(*) FROM main.\"%w\"', s.name, "
      "s.rootpage, s.name) FROM sqlite_schema AS s, pragma_table_list AS l "
      "WHERE l.schema = 'main' AND l.type = 'table' AND l.name = s.name "
      "AND s.type = 'table' AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
      "AND s.name NOT LIKE 'mzlua\\_%' ESCAPE '\\' "
      "AND s.name <> 'schema_migrations' COLLATE NOCASE ORDER BY s.name";
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  while (!status && row) {
    mz_buf_format(query, "%s;\n", mz_statement_text(statement, 0));
    status = mz_statement_step(statement, &row, err);
  }
  mz_statement_close(statement);
  return !status && query->failed ? mz_error_memory(err) : status;
}

/* Note the row of a statement of the query. */
static enum mz_status note(struct mz_preview *preview,
                           const struct mz_statement *row, bool before,
                           struct mz_error *err) {
  struct mz_preview_table *table = entry_of(preview, mz_statement_text(row, 0));
  if (!table)
    return mz_error_memory(err);
  if (before) {
    table->root_before = mz_statement_integer(row, 1);
    table->rows_before = mz_statement_integer(row, 2);
  } else {
    table->root_after = mz_statement_integer(row, 1);
    table->rows_after = mz_statement_integer(row, 2);
  }
  return MZ_OK;
}

static enum mz_status note_all(struct mz_preview *preview,
                               struct mz_database *database, const char *query,
                               bool before, struct mz_error *err) {
  enum mz_status status = MZ_OK;
  while (!status && *query) {
    struct mz_statement *statement = NULL;
    bool row = false;
    size_t used = 0;
    status = mz_statement_prepare(&statement, database, query, strlen(query),
                                  &used, err);
    if (!status && statement)
      status = mz_statement_step(statement, &row, err);
    if (!status && row)
      status = note(preview, statement, before, err);
    mz_statement_close(statement);
    query += used;
  }
  return status;
}

static enum mz_status look(struct mz_preview *preview,
                           struct mz_database *database, bool before,
                           struct mz_error *err) {
  struct mz_buf query = MZ_BUF_INIT;
  enum mz_status status = mz_schema_read(
      database, before ? &preview->before : &preview->after, err);
  if (!status)
    status = make_query(database, &query, err);
  if (!status && query.data)
    status = note_all(preview, database, query.data, before, err);
  mz_buf_release(&query);
  return status;
}

enum mz_status mz_preview_begin(struct mz_preview *preview,
                                struct mz_database *database,
                                struct mz_error *err) {
  enum mz_status status = look(preview, database, true, err);
  if (!status)
    mz_row_changes_watch(database, &preview->changes);
  return status;
}

static int by_name(const void *a, const void *b) {
  const struct mz_preview_table *x = a;
  const struct mz_preview_table *y = b;
  return strcmp(x->name, y->name);
}

enum mz_status mz_preview_end(struct mz_preview *preview,
                              struct mz_database *database,
                              struct mz_error *err) {
  mz_row_changes_watch(database, NULL);
  if (preview->changes.failed)
    return mz_error_memory(err);
  if (look(preview, database, false, err))
    return err ? err->status : MZ_EMIGRATION;
  if (preview->count > 0)
    qsort(preview->tables, preview->count, sizeof *preview->tables, by_name);
  return MZ_OK;
}

void mz_preview_release(struct mz_preview *preview) {
  for (size_t i = 0; i < preview->count; i++)
    free(preview->tables[i].name);
  free(preview->tables);
  mz_schema_release(&preview->before);
  mz_schema_release(&preview->after);
  mz_row_changes_release(&preview->changes);
  *preview = (struct mz_preview)MZ_PREVIEW_INIT;
}
