#include "sqlite/function.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sqlite/token.h"

static void on_call(sqlite3_context *context, int count,
                    sqlite3_value **arguments) {
  const struct mz_function *function = sqlite3_user_data(context);
  const struct mz_call call = {context, count, arguments};
  function->call(function->context, &call);
}

static void on_final(sqlite3_context *context) {
  const struct mz_function *function = sqlite3_user_data(context);
  const struct mz_call call = {context, 0, NULL};
  function->final(function->context, &call);
}

static int on_compare(void *context, int a_size, const void *a, int b_size,
                      const void *b) {
  const struct mz_collation *collation = context;
  const struct mz_value left = {.type = MZ_TEXT, .bytes = {a, (size_t)a_size}};
  const struct mz_value right = {.type = MZ_TEXT, .bytes = {b, (size_t)b_size}};
  return collation->compare(collation->context, &left, &right);
}

/* Busy is the connection's own doing here, not that of another process. */
static enum mz_status report(struct mz_database *database, int code,
                             const char *name, struct mz_error *err) {
  if (code == SQLITE_BUSY)
    return mz_error_set(err, MZ_EMIGRATION,
                        "%s cannot be replaced while rows are being read",
                        name);
  return code ? mz_database_error(database, code, err) : MZ_OK;
}

enum mz_status mz_function_add(struct mz_database *database,
                               const struct mz_function *function,
                               struct mz_error *err) {
  union {
    const struct mz_function *in;
    void *out;
  } context = {.in = function}; /* SQLite only passes it on */
  bool aggregate = function->final;
  int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY |
              (function->deterministic ? SQLITE_DETERMINISTIC : 0);
  int code = sqlite3_create_function_v2(
      database->handle, function->name, -1, flags, context.out,
      aggregate ? NULL : on_call, aggregate ? on_call : NULL,
      aggregate ? on_final : NULL, NULL);
  return report(database, code, function->name, err);
}

enum mz_status mz_function_remove(struct mz_database *database,
                                  const struct mz_function *function,
                                  struct mz_error *err) {
  int code =
      sqlite3_create_function_v2(database->handle, function->name, -1,
                                 SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
  return report(database, code, function->name, err);
}

enum mz_status mz_function_add_collation(struct mz_database *database,
                                         const struct mz_collation *collation,
                                         struct mz_error *err) {
  union {
    const struct mz_collation *in;
    void *out;
  } context = {.in = collation};
  int code =
      sqlite3_create_collation_v2(database->handle, collation->name,
                                  SQLITE_UTF8, context.out, on_compare, NULL);
  return report(database, code, collation->name, err);
}

enum mz_status
mz_function_remove_collation(struct mz_database *database,
                             const struct mz_collation *collation,
                             struct mz_error *err) {
  int code = sqlite3_create_collation_v2(database->handle, collation->name,
                                         SQLITE_UTF8, NULL, NULL, NULL);
  return report(database, code, collation->name, err);
}

/* ---- uses in the schema -------------------------------------------------- */

static bool is_name(const struct mz_token *token, const char *name) {
  char *found = NULL;
  bool same = false;
  if (token->kind != MZ_TOKEN_WORD && token->kind != MZ_TOKEN_QUOTED &&
      token->kind != MZ_TOKEN_STRING)
    return false;
  found = mz_token_name(token);
  same = found && strcasecmp(found, name) == 0;
  free(found);
  return same;
}

/* Whether a name with columns in parentheses may follow token: a table. */
static bool is_before_table(const struct mz_token *token) {
  return mz_token_is(token, "INTO") || mz_token_is(token, "TABLE") ||
         mz_token_is(token, "EXISTS") || mz_token_is(token, "VIEW") ||
         mz_token_is(token, "REFERENCES") || mz_token_is(token, "ON") ||
         mz_token_is(token, "WITH") || mz_token_is(token, ".");
}

/* Whether sql has a call "name(", or "COLLATE name". */
static bool uses(const char *sql, const char *name, bool collation) {
  const char *cursor = sql;
  const char *end = sql + strlen(sql);
  struct mz_token before = {.kind = MZ_TOKEN_END};
  struct mz_token token = before;
  struct mz_token next = before;
  bool more = mz_token_next_solid(&cursor, end, &token);
  for (; more; before = token, token = next) {
    bool named = is_name(&token, name);
    more = mz_token_next_solid(&cursor, end, &next);
    if (named && collation && mz_token_is(&before, "COLLATE"))
      return true;
    if (named && !collation && more && next.size == 1 && next.text[0] == '(' &&
        !is_before_table(&before))
      return true;
  }
  return false;
}

static enum mz_status step_to_use(struct mz_statement *statement,
                                  const char *name, bool collation,
                                  char **object, struct mz_error *err) {
  bool row = false;
  enum mz_status status = mz_statement_step(statement, &row, err);
  while (!status && row) {
    if (uses(mz_statement_text(statement, 1), name, collation)) {
      *object = strdup(mz_statement_text(statement, 0));
      return *object ? MZ_OK : mz_error_memory(err);
    }
    status = mz_statement_step(statement, &row, err);
  }
  return status;
}

enum mz_status mz_function_find_use(struct mz_database *database,
                                    const char *name, bool collation,
                                    char **object, struct mz_error *err) {
  static const char sql[] =
      "SELECT type || ' ' || name, sql FROM sqlite_schema ORDER BY type, name";
  struct mz_statement *statement = NULL;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  *object = NULL;
  if (!status)
    status = step_to_use(statement, name, collation, object, err);
  mz_statement_close(statement);
  return status;
}

/* ---- inside a call ------------------------------------------------------- */

void mz_function_argument(const struct mz_call *call, int index,
                          struct mz_value *value) {
  mz_statement_cell(call->arguments[index], value);
}

void mz_function_result(const struct mz_call *call,
                        const struct mz_value *value, bool copy) {
  sqlite3_destructor_type owner = copy ? SQLITE_TRANSIENT : SQLITE_STATIC;
  switch (value->type) {
  case MZ_NULL:
    sqlite3_result_null(call->context);
    break;
  case MZ_INTEGER:
    sqlite3_result_int64(call->context, value->integer);
    break;
  case MZ_REAL:
    sqlite3_result_double(call->context, value->real);
    break;
  case MZ_TEXT:
    sqlite3_result_text64(call->context, value->bytes.data, value->bytes.size,
                          owner, SQLITE_UTF8);
    break;
  case MZ_BLOB:
    sqlite3_result_blob64(call->context, value->bytes.data, value->bytes.size,
                          owner);
    break;
  }
}

void mz_function_fail(const struct mz_call *call, const char *message) {
  sqlite3_result_error(call->context, message, -1);
}

int *mz_function_state(const struct mz_call *call) {
  return sqlite3_aggregate_context(call->context, (int)sizeof(int));
}
