#include "sqlite/schema.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sqlite/statement.h"

static const char objects_sql[] =
    "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema "
    "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "AND tbl_name <> 'schema_migrations' "
    "AND tbl_name NOT LIKE 'mzlua\\_%' ESCAPE '\\' "
    "ORDER BY type, name";

static void release_object(struct mz_schema_object *object) {
  free(object->type);
  free(object->name);
  free(object->table);
  free(object->sql);
}

static bool add(struct mz_schema *schema, const char *type, const char *name,
                const char *table, const char *sql) {
  struct mz_schema_object object = {strdup(type), strdup(name), strdup(table),
                                    strdup(sql)};
  void *array = schema->objects;
  bool fits =
      object.type && object.name && object.table && object.sql &&
      mz_mem_grow(&array, &schema->capacity, schema->count, sizeof object);
  schema->objects = array;
  if (fits)
    schema->objects[schema->count++] = object;
  else
    release_object(&object);
  return fits;
}

static enum mz_status read_rows(struct mz_statement *statement,
                                struct mz_schema *schema,
                                struct mz_error *err) {
  bool row = false;
  enum mz_status status = mz_statement_step(statement, &row, err);
  while (!status && row) {
    if (!add(schema, mz_statement_text(statement, 0),
             mz_statement_text(statement, 1), mz_statement_text(statement, 2),
             mz_statement_text(statement, 3)))
      return mz_error_memory(err);
    status = mz_statement_step(statement, &row, err);
  }
  return status;
}

enum mz_status mz_schema_read(struct mz_database *database,
                              struct mz_schema *schema, struct mz_error *err) {
  struct mz_statement *statement = NULL;
  enum mz_status status = mz_statement_prepare(
      &statement, database, objects_sql, strlen(objects_sql), NULL, err);
  if (!status)
    status = read_rows(statement, schema, err);
  mz_statement_close(statement);
  if (status)
    mz_schema_release(schema);
  return status;
}

void mz_schema_release(struct mz_schema *schema) {
  for (size_t i = 0; i < schema->count; i++)
    release_object(&schema->objects[i]);
  free(schema->objects);
  *schema = (struct mz_schema)MZ_SCHEMA_INIT;
}

const struct mz_schema_object *mz_schema_find(const struct mz_schema *schema,
                                              const char *type,
                                              const char *name) {
  for (size_t i = 0; i < schema->count; i++)
    if (strcmp(schema->objects[i].type, type) == 0 &&
        strcasecmp(schema->objects[i].name, name) == 0)
      return &schema->objects[i];
  return NULL;
}

static void add_quoted(struct mz_buf *sql, const char *name) {
  mz_buf_text(sql, "\"");
  for (; *name; name++)
    mz_buf_add(sql, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1);
  mz_buf_text(sql, "\"");
}

/* What sql is compiled for: a view, or the triggers on a table, of which
 * SQLite's message does not tell one from another. */
struct subject {
  const char *type;
  const char *name;
};

/* Whether message tells of something broken: not where only the application
 * knows a function, and not where a view just takes no such change. */
static bool is_breakage(const char *message) {
  return message && strncmp(message, "no such function: ", 18) != 0 &&
         strncmp(message, "no such collation sequence: ", 28) != 0 &&
         strncmp(message, "no such module: ", 16) != 0 &&
         !strstr(message, "because it is a view");
}

/* Compile sql; when that fails, record subject as broken. */
static enum mz_status try_compile(struct mz_database *database,
                                  const struct subject *subject,
                                  const char *sql, struct mz_schema *broken,
                                  struct mz_error *err) {
  struct mz_error reason = MZ_ERROR_INIT;
  struct mz_statement *statement = NULL;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               strlen(sql), NULL, &reason);
  mz_statement_close(statement);
  if (status && status != MZ_EMIGRATION)
    mz_error_move(err, &reason);
  else if (status && is_breakage(reason.message) &&
           !mz_schema_find(broken, subject->type, subject->name) &&
           !add(broken, subject->type, subject->name, subject->name,
                reason.message))
    status = mz_error_memory(err);
  else
    status = MZ_OK;
  mz_error_release(&reason);
  return status;
}

static enum mz_status compile_view(struct mz_database *database,
                                   const struct mz_schema_object *view,
                                   struct mz_schema *broken,
                                   struct mz_error *err) {
  struct subject subject = {"view", view->name};
  struct mz_buf sql = MZ_BUF_INIT;
  enum mz_status status = MZ_OK;
  mz_buf_text(&sql, "SELECT * FROM ");
  add_quoted(&sql, view->name);
  if (sql.failed)
    status = mz_error_memory(err);
  else
    status = try_compile(database, &subject, sql.data, broken, err);
  mz_buf_release(&sql);
  return status;
}

/* Changes of table that make SQLite compile every trigger on it: an UPDATE of
 * each column for those that say OF. */
static const char trigger_changes_sql[] =
    "SELECT format('DELETE FROM \"%w\"', ?1) UNION ALL "
    "SELECT format('INSERT INTO \"%w\" DEFAULT VALUES', ?1) UNION ALL "
    "SELECT format('UPDATE \"%w\" SET \"%w\" = NULL', ?1, name) "
    "FROM pragma_table_xinfo(?1) WHERE hidden = 0";

static enum mz_status compile_changes(struct mz_database *database,
                                      const struct mz_schema_object *trigger,
                                      struct mz_schema *broken,
                                      struct mz_error *err) {
  struct subject subject = {"trigger on", trigger->table};
  struct mz_statement *statement = NULL;
  struct mz_value table = {.type = MZ_TEXT,
                           .bytes = {trigger->table, strlen(trigger->table)}};
  bool row = false;
  enum mz_status status =
      mz_statement_prepare(&statement, database, trigger_changes_sql,
                           strlen(trigger_changes_sql), NULL, err);
  if (!status)
    status = mz_statement_bind(statement, 1, &table, false, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  while (!status && row) {
    status = try_compile(database, &subject, mz_statement_text(statement, 0),
                         broken, err);
    if (!status)
      status = mz_statement_step(statement, &row, err);
  }
  mz_statement_close(statement);
  return status;
}

/* The triggers of one table stand side by side only by name, so each table is
 * compiled at its first trigger. */
static bool is_first_of_table(const struct mz_schema *schema, size_t index) {
  for (size_t i = 0; i < index; i++)
    if (strcmp(schema->objects[i].type, "trigger") == 0 &&
        strcasecmp(schema->objects[i].table, schema->objects[index].table) == 0)
      return false;
  return true;
}

enum mz_status mz_schema_broken(struct mz_database *database,
                                struct mz_schema *broken,
                                struct mz_error *err) {
  struct mz_schema schema = MZ_SCHEMA_INIT;
  enum mz_status status = mz_schema_read(database, &schema, err);
  for (size_t i = 0; i < schema.count && !status; i++) {
    const struct mz_schema_object *object = &schema.objects[i];
    if (strcmp(object->type, "view") == 0)
      status = compile_view(database, object, broken, err);
    else if (strcmp(object->type, "trigger") == 0 &&
             is_first_of_table(&schema, i))
      status = compile_changes(database, object, broken, err);
  }
  mz_schema_release(&schema);
  if (status)
    mz_schema_release(broken);
  return status;
}

/* Prepare sql with one text parameter and step to its first row. */
static enum mz_status query(struct mz_statement **statement,
                            struct mz_database *database, const char *sql,
                            const char *text, struct mz_error *err) {
  struct mz_value value = {.type = MZ_TEXT, .bytes = {text, strlen(text)}};
  bool row = false;
  enum mz_status status =
      mz_statement_prepare(statement, database, sql, strlen(sql), NULL, err);
  if (!status)
    status = mz_statement_bind(*statement, 1, &value, false, err);
  if (!status)
    status = mz_statement_step(*statement, &row, err);
  return status;
}

enum mz_status mz_schema_has_table(struct mz_database *database,
                                   const char *name, bool *has,
                                   struct mz_error *err) {
  struct mz_statement *statement = NULL;
  enum mz_status status =
      query(&statement, database,
            "SELECT count(*) FROM sqlite_schema "
            "WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE",
            name, err);
  if (!status)
    *has = mz_statement_integer(statement, 0) > 0;
  mz_statement_close(statement);
  return status;
}

char *mz_schema_columns(struct mz_database *database, const char *table) {
  struct mz_statement *statement = NULL;
  char *columns = NULL;
  if (!query(&statement, database,
             "SELECT group_concat(name, ', ') FROM pragma_table_xinfo(?)",
             table, NULL))
    columns = strdup(mz_statement_text(statement, 0));
  mz_statement_close(statement);
  return columns;
}
