#include "sqlite/diagnose.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sqlite/digest_functions.h"
#include "sqlite/schema.h"
#include "sqlite/token.h"

/* Messages that end in the name they speak of. */
static const char *const naming[] = {
    "no such table: ",         "no such column: ",
    "duplicate column name: ", "no such index: ",
    "no such view: ",          "no such trigger: ",
    "no such module: ",        "ambiguous column name: ",
    "no such function: ",      NULL};

static const struct {
  const char *part; /* of the message */
  const char *hint;
} hints[] = {
    {"near \".\": syntax error",
     "a line that starts with a dot is a command of the sqlite3 shell: leave "
     "it out"},
    {"already exists",
     "use IF NOT EXISTS; if the object came from elsewhere, `mzlua baseline` "
     "sets the version of a database that was not made by migrations"},
    {"FOREIGN KEY constraint failed",
     "insert parents before children, or leave out foreign_keys=on: the keys "
     "are then checked once, before the commit"},
    {"cannot VACUUM", "VACUUM cannot run inside a transaction: put it in a "
                      "file of SQL that says -- mzlua: transaction=off"},
    {"Cannot add a NOT NULL column",
     "give it a DEFAULT, or rebuild the table and fill the column"},
    {"Cannot add a column with non-constant default",
     "give it a constant default and fill it with UPDATE, or rebuild the "
     "table"},
    {"Cannot add a UNIQUE column",
     "add the column, then CREATE UNIQUE INDEX on it"},
    {"Cannot add a PRIMARY KEY column",
     "rebuild the table: create the new one, copy, drop the old one, rename "
     "the new one"},
    {"cannot drop", "drop what uses it first, or rebuild the table"},
    {"error in view", "drop the view before and create it again after"},
    {"error in trigger", "drop the trigger before and create it again after"},
    {"database table is locked",
     "a loop over db:rows() or db:urows() is still open: collect its rows "
     "first, then change the table"},
    {"abort due to ROLLBACK",
     "a savepoint was undone while a loop was reading these rows: collect the "
     "rows first, then loop over them"},
    {"unrecognized token: \"#\"", "a comment begins with -- in SQL"},
    {"unsafe use of", mz_digest_functions_hint},
    {"foreign key mismatch",
     "the parent's columns need a UNIQUE index or must be its PRIMARY KEY"},
};

static void add_hint(struct mz_error *err) {
  for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
    if (strstr(err->message, hints[i].part))
      mz_error_add(&err->hint, "%s", hints[i].hint);
}

/* ALTER forms of other databases end in a syntax error. */
static void add_alter_hint(const char *sql, size_t size, struct mz_error *err) {
  const char *cursor = sql;
  struct mz_token token;
  if (strstr(err->message, "syntax error") &&
      mz_token_next_solid(&cursor, sql + size, &token) &&
      mz_token_is(&token, "ALTER"))
    mz_error_add(&err->hint,
                 "SQLite's ALTER TABLE knows RENAME TO, RENAME COLUMN, ADD "
                 "COLUMN and DROP COLUMN, one at a time; anything else: create "
                 "the new table, copy, drop the old one, rename the new one");
}

/* The name that message speaks of, its schema cut off; NULL if none. */
static const char *named_in(const char *message) {
  const char *name = NULL;
  for (const char *const *start = naming; *start && !name; start++)
    if (strncmp(message, *start, strlen(*start)) == 0)
      name = message + strlen(*start);
  if (!name)
    name = strstr(message, "has no column named ");
  if (name && strncmp(name, "has no column named ", 20) == 0)
    name += 20;
  if (name && strrchr(name, '.'))
    name = strrchr(name, '.') + 1;
  return name;
}

/* Whether the size bytes at text are name, up to a space or the end of it. */
static bool is_name(const char *text, const char *name, size_t size) {
  return strlen(text) == size && strncasecmp(text, name, size) == 0;
}

/* Find the token of sql, a string or not, that stands for name. */
static bool find_kind(const char *sql, size_t sql_size, const char *name,
                      size_t size, bool string, struct mz_token *token) {
  const char *cursor = sql;
  bool found = false;
  while (!found && mz_token_next_solid(&cursor, sql + sql_size, token)) {
    char *text = NULL;
    if (string ? token->kind == MZ_TOKEN_STRING
               : token->kind == MZ_TOKEN_WORD || token->kind == MZ_TOKEN_QUOTED)
      text = mz_token_name(token);
    found = text && is_name(text, name, size);
    free(text);
  }
  return found;
}

/* Find the token of sql that stands for the size bytes of name: a string only
 * where nothing else does, though SQLite takes one for a name. */
static bool find_name(const char *sql, size_t sql_size, const char *name,
                      size_t size, struct mz_token *token) {
  return find_kind(sql, sql_size, name, size, false, token) ||
         find_kind(sql, sql_size, name, size, true, token);
}

static bool find_existing(const char *sql, size_t size, const char *message,
                          struct mz_token *token) {
  const char *start = strchr(message, ' ');
  const char *end = strstr(message, " already exists");
  return start && end && end > start &&
         find_name(sql, size, start + 1, (size_t)(end - start - 1), token);
}

static bool find_unsafe(const char *sql, size_t size, const char *message,
                        struct mz_token *token) {
  static const char start[] = "unsafe use of ";
  const char *name = strstr(message, start);
  if (!name)
    return false;
  name += sizeof start - 1;
  return find_name(sql, size, name, strcspn(name, "("), token);
}

/* The token to point at where SQLite gives no offset. */
static void find_token(const char *sql, size_t size, const char *message,
                       struct mz_token *token) {
  const char *name = named_in(message);
  const char *cursor = sql;
  if (name && find_name(sql, size, name, strlen(name), token))
    return;
  if (find_existing(sql, size, message, token) ||
      find_unsafe(sql, size, message, token))
    return;
  if (!mz_token_next_solid(&cursor, sql + size, token))
    *token = (struct mz_token){.text = sql};
}

static void token_at(const char *sql, size_t size, size_t offset,
                     struct mz_token *token) {
  const char *cursor = sql;
  while (mz_token_next(&cursor, sql + size, token))
    if (token->text + token->size > sql + offset)
      return;
}

/* Note the columns of the first table that the statement names. */
static void note_columns(struct mz_database *database, const char *sql,
                         size_t size, struct mz_error *err) {
  const char *cursor = sql;
  struct mz_token token;
  while (!err->note && mz_token_next_solid(&cursor, sql + size, &token)) {
    char *name = NULL;
    char *columns = NULL;
    if (token.kind == MZ_TOKEN_WORD || token.kind == MZ_TOKEN_QUOTED)
      name = mz_token_name(&token);
    if (name)
      columns = mz_schema_columns(database, name);
    if (columns && *columns)
      mz_error_add(&err->note, "%s has: %s", name, columns);
    free(columns);
    free(name);
  }
}

/* Note the table whose name is nearest to the one that is not there. */
static void note_table(struct mz_database *database, const char *name,
                       struct mz_error *err) {
  struct mz_schema schema = MZ_SCHEMA_INIT;
  const char **names = NULL;
  const char *nearest = NULL;
  size_t count = 0;
  if (mz_schema_read(database, &schema, NULL))
    return;
  names = calloc(schema.count + 1, sizeof *names);
  for (size_t i = 0; names && i < schema.count; i++)
    if (!strcmp(schema.objects[i].type, "table") ||
        !strcmp(schema.objects[i].type, "view"))
      names[count++] = schema.objects[i].name;
  nearest = names ? mz_text_nearest(name, names) : NULL;
  if (nearest)
    mz_error_add(&err->note, "is %s meant?", nearest);
  free(names);
  mz_schema_release(&schema);
}

static void add_note(struct mz_database *database, const char *sql, size_t size,
                     struct mz_error *err) {
  const char *name = named_in(err->message);
  if (!name) /* or the message is about another statement, as a view's */
    return;
  if (strstr(err->message, "no such table: "))
    note_table(database, name, err);
  else if (strstr(err->message, "no such column: ") ||
           strstr(err->message, "has no column named "))
    note_columns(database, sql, size, err);
}

/* SQLite's offset for u.emial is that of u: take the whole name. */
static void widen(const char *sql, size_t size, const char *message,
                  struct mz_token *token) {
  static const char start[] = "no such column: ";
  const char *name = message + sizeof start - 1;
  size_t left = size - (size_t)(token->text - sql);
  if (strncmp(message, start, sizeof start - 1) == 0 && strlen(name) <= left &&
      strncasecmp(token->text, name, strlen(name)) == 0)
    token->size = strlen(name);
}

struct mz_diagnosis mz_diagnose(struct mz_database *database, const char *sql,
                                size_t size, struct mz_error *err) {
  struct mz_token token = {.text = sql};
  int offset = mz_statement_error_offset(database);
  bool guarded = database->authorizer.guarded;
  if (!err->message)
    return (struct mz_diagnosis){0, 1};
  if (offset >= 0 && (size_t)offset < size)
    token_at(sql, size, (size_t)offset, &token);
  else
    find_token(sql, size, err->message, &token);
  widen(sql, size, err->message, &token);
  mz_database_guard(database, false);
  add_note(database, sql, size, err);
  mz_database_guard(database, guarded);
  add_hint(err);
  add_alter_hint(sql, size, err);
  return (struct mz_diagnosis){(size_t)(token.text - sql),
                               mz_text_characters(token.text, token.size)};
}
