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

enum mz_status mz_schema_count_reserved(struct mz_database *database,
                                        int64_t *count, struct mz_error *err) {
  static const char sql[] =
      "SELECT count(*) FROM sqlite_schema WHERE type IN ('table', 'view') AND "
      "(lower(name) = 'schema_migrations' OR name LIKE 'mzlua\\_%' ESCAPE "
      "'\\') AND NOT (name IN ('mzlua_saved', 'mzlua_saved_set', "
      "'mzlua_saved_value') AND EXISTS (SELECT 1 FROM sqlite_schema "
      "WHERE type = 'view' AND name = 'mzlua_saved'))";
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  if (!status)
    *count = mz_statement_integer(statement, 0);
  mz_statement_close(statement);
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

/* A look at what compiles. */
struct look {
  struct mz_database *database;
  struct mz_schema *broken;
  bool failed; /* something did not compile, whosever fault it is */
};

/* Whether message tells of something broken: not where only the application
 * knows a function, and not where a view just takes no such change. */
static bool is_breakage(const char *message) {
  return message && strncmp(message, "no such function: ", 18) != 0 &&
         strncmp(message, "no such collation sequence: ", 28) != 0 &&
         strncmp(message, "no such module: ", 16) != 0 &&
         !strstr(message, "because it is a view");
}

/* Record object as broken because of message, unless it is already. */
static enum mz_status record(struct look *look,
                             const struct mz_schema_object *object,
                             const char *message, struct mz_error *err) {
  if (!is_breakage(message) ||
      mz_schema_find(look->broken, object->type, object->name))
    return MZ_OK;
  return add(look->broken, object->type, object->name, object->table, message)
             ? MZ_OK
             : mz_error_memory(err);
}

/* Record object, unless NULL, as broken where reason, which is released, says
 * so; any other error goes to err. */
static enum mz_status judge(struct look *look,
                            const struct mz_schema_object *object,
                            enum mz_status status, struct mz_error *reason,
                            struct mz_error *err) {
  look->failed = look->failed || status;
  if (status && status != MZ_EMIGRATION)
    mz_error_move(err, reason);
  else if (status && object)
    status = record(look, object, reason->message, err);
  else
    status = MZ_OK;
  mz_error_release(reason);
  return status;
}

static enum mz_status try_compile(struct look *look,
                                  const struct mz_schema_object *object,
                                  const char *sql, struct mz_error *err) {
  struct mz_error reason = MZ_ERROR_INIT;
  struct mz_statement *statement = NULL;
  enum mz_status status = mz_statement_prepare(&statement, look->database, sql,
                                               strlen(sql), NULL, &reason);
  mz_statement_close(statement);
  return judge(look, object, status, &reason, err);
}

/* Compile a SELECT from the view name, for object unless NULL. */
static enum mz_status compile_view(struct look *look, const char *name,
                                   const struct mz_schema_object *object,
                                   struct mz_error *err) {
  struct mz_buf sql = MZ_BUF_INIT;
  enum mz_status status = MZ_OK;
  mz_buf_text(&sql, "SELECT * FROM main.");
  add_quoted(&sql, name);
  if (sql.failed)
    status = mz_error_memory(err);
  else
    status = try_compile(look, object, sql.data, err);
  mz_buf_release(&sql);
  return status;
}

/* Changes of a table that make SQLite compile every trigger on it: an UPDATE
 * of each column for those that say OF. */
static const char changes_sql[] =
    "SELECT format('DELETE FROM main.\"%w\"', ?1) UNION ALL "
    "SELECT format('INSERT INTO main.\"%w\" DEFAULT VALUES', ?1) UNION ALL "
    "SELECT format('UPDATE main.\"%w\" SET \"%w\" = NULL', ?1, name) "
    "FROM pragma_table_xinfo(?1) WHERE hidden = 0";

/* Compile the changes of table, for object unless NULL. A view that does not
 * compile has no columns to change. */
static enum mz_status compile_changes(struct look *look, const char *table,
                                      const struct mz_schema_object *object,
                                      struct mz_error *err) {
  struct mz_error reason = MZ_ERROR_INIT;
  struct mz_statement *statement = NULL;
  struct mz_value name = {.type = MZ_TEXT, .bytes = {table, strlen(table)}};
  bool row = false;
  enum mz_status status =
      mz_statement_prepare(&statement, look->database, changes_sql,
                           strlen(changes_sql), NULL, &reason);
  if (!status)
    status = mz_statement_bind(statement, 1, &name, false, &reason);
  if (!status)
    status = mz_statement_step(statement, &row, &reason);
  while (!status && row) {
    status =
        try_compile(look, object, mz_statement_text(statement, 0), &reason);
    if (!status)
      status = mz_statement_step(statement, &row, &reason);
  }
  mz_statement_close(statement);
  return judge(look, object, status, &reason, err);
}

static bool is_trigger_of(const struct mz_schema_object *object,
                          const char *table) {
  return strcmp(object->type, "trigger") == 0 &&
         strcasecmp(object->table, table) == 0;
}

static enum mz_status drop_trigger(struct look *look, const char *name,
                                   struct mz_error *err) {
  struct mz_buf sql = MZ_BUF_INIT;
  enum mz_status status = MZ_OK;
  mz_buf_text(&sql, "DROP TRIGGER IF EXISTS main.");
  add_quoted(&sql, name);
  status = sql.failed ? mz_error_memory(err)
                      : mz_database_exec(look->database, sql.data, err);
  mz_buf_release(&sql);
  return status;
}

/* Compile the changes of its table with trigger alone on it. */
static enum mz_status compile_alone(struct look *look,
                                    const struct mz_schema_object *trigger,
                                    struct mz_error *err) {
  struct mz_error reason = MZ_ERROR_INIT;
  enum mz_status status =
      mz_database_exec(look->database, trigger->sql, &reason);
  if (status == MZ_EMIGRATION)
    status = record(look, trigger, reason.message, err);
  else if (status)
    mz_error_move(err, &reason);
  else
    status = compile_changes(look, trigger->table, trigger, err);
  mz_error_release(&reason);
  return status ? status : drop_trigger(look, trigger->name, err);
}

static enum mz_status compile_one_by_one(struct look *look,
                                         const struct mz_schema *schema,
                                         const char *table,
                                         struct mz_error *err) {
  enum mz_status status = MZ_OK;
  for (size_t i = 0; i < schema->count && !status; i++)
    if (is_trigger_of(&schema->objects[i], table))
      status = drop_trigger(look, schema->objects[i].name, err);
  for (size_t i = 0; i < schema->count && !status; i++)
    if (is_trigger_of(&schema->objects[i], table))
      status = compile_alone(look, &schema->objects[i], err);
  return status;
}

/* SQLite tells of the first error only, and not which trigger it is in: where
 * there is one, each trigger is tried alone, and all are put back. */
static enum mz_status compile_triggers(struct look *look,
                                       const struct mz_schema *schema,
                                       const char *table,
                                       struct mz_error *err) {
  enum mz_status status = MZ_OK;
  enum mz_status undone = MZ_OK;
  look->failed = false;
  status = compile_changes(look, table, NULL, err);
  if (status || !look->failed)
    return status;
  status = mz_database_exec(look->database, "SAVEPOINT mzlua_look", err);
  if (status)
    return status;
  status = compile_one_by_one(look, schema, table, err);
  undone = mz_database_exec(look->database,
                            "ROLLBACK TO mzlua_look; RELEASE mzlua_look", err);
  return status ? status : undone;
}

/* Each table is looked at when its first trigger comes. */
static bool is_first_of_table(const struct mz_schema *schema, size_t index) {
  for (size_t i = 0; i < index; i++)
    if (is_trigger_of(&schema->objects[i], schema->objects[index].table))
      return false;
  return true;
}

enum mz_status mz_schema_broken(struct mz_database *database,
                                struct mz_schema *broken,
                                struct mz_error *err) {
  struct mz_schema schema = MZ_SCHEMA_INIT;
  struct look look = {.database = database, .broken = broken};
  enum mz_status status = mz_schema_read(database, &schema, err);
  for (size_t i = 0; i < schema.count && !status; i++) {
    const struct mz_schema_object *object = &schema.objects[i];
    if (strcmp(object->type, "view") == 0)
      status = compile_view(&look, object->name, object, err);
    else if (strcmp(object->type, "trigger") == 0 &&
             is_first_of_table(&schema, i))
      status = compile_triggers(&look, &schema, object->table, err);
  }
  mz_schema_release(&schema);
  if (status)
    mz_schema_release(broken);
  return status;
}

enum mz_status mz_schema_compiles(struct mz_database *database,
                                  const char *name, bool view, bool *compiles,
                                  struct mz_error *err) {
  struct look look = {.database = database};
  enum mz_status status = view ? compile_view(&look, name, NULL, err)
                               : compile_changes(&look, name, NULL, err);
  *compiles = !look.failed;
  return status;
}

enum mz_status mz_schema_version(struct mz_database *database, int64_t *version,
                                 struct mz_error *err) {
  static const char sql[] = "PRAGMA main.schema_version";
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  if (!status)
    status = mz_statement_step(statement, &row, err);
  if (!status)
    *version = mz_statement_integer(statement, 0);
  mz_statement_close(statement);
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
