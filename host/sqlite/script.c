#include "sqlite/script.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "sqlite/constraint.h"
#include "sqlite/diagnose.h"
#include "sqlite/foreign_keys.h"
#include "sqlite/token.h"

/* Where the script stands with regard to its own BEGIN ... COMMIT. */
enum pair {
  PAIR_POSSIBLE, /* nothing but pragmas so far */
  PAIR_NONE,
  PAIR_OPEN,
  PAIR_CLOSED
};

struct run {
  struct mz_database *database;
  const struct mz_script *script;
  enum pair pair;
  size_t begin; /* where the pair opens */
  size_t start; /* of the current statement */
  size_t end;
  int64_t changes;
};

size_t mz_script_solid(const struct mz_script *script, size_t offset) {
  const char *cursor = script->text + offset;
  struct mz_token token;
  (void)mz_token_next_solid(&cursor, script->text + script->size, &token);
  return (size_t)(token.text - script->text);
}

/* Name the place at offset, or the current statement. */
static void place(const struct run *run, size_t offset, int width,
                  struct mz_error *err) {
  const struct mz_script *script = run->script;
  bool cut = script->around;
  if (script->file) {
    mz_text_place(err, script->file, cut ? script->around : script->text,
                  cut ? script->around_size : script->size,
                  script->start + offset);
    err->width = width;
  } else
    mz_error_add(&err->sql, "%.*s", (int)(run->end - run->start),
                 script->text + run->start);
}

/* Explain err, brought by the current statement, and name its place. */
static enum mz_status fail(struct run *run, enum mz_status status,
                           struct mz_error *err) {
  struct mz_diagnosis found = {0, 1};
  const char *sql = run->script->text + run->start;
  if (!err)
    return status;
  if (status == MZ_EMIGRATION)
    found = mz_diagnose(run->database, sql, run->end - run->start, err);
  place(run, run->start + found.offset, found.width, err);
  return status;
}

static enum mz_status refuse(struct run *run, struct mz_error *err,
                             const char *message, const char *hint) {
  if (err && !err->message)
    mz_error_add(&err->hint, "%s", hint);
  return fail(run, mz_error_set(err, MZ_EMIGRATION, "%s", message), err);
}

static enum mz_status refuse_transaction(struct run *run,
                                         struct mz_error *err) {
  if (run->script->alone)
    return refuse(run, err, "a migration may not begin or end a transaction",
                  "remove it: with transaction=off, each statement commits by "
                  "itself");
  return refuse(run, err, "a migration may not begin or end a transaction",
                "remove it: mzlua runs each migration in one transaction; one "
                "BEGIN ... COMMIT around the whole file is fine");
}

static enum mz_status refuse_savepoint(struct run *run, struct mz_error *err) {
  return refuse(run, err, "a migration may not use SAVEPOINT",
                "remove it, or write the migration in Lua and use "
                "db:savepoint()");
}

static bool is_pragma(enum mz_statement_kind kind) {
  return kind == MZ_STATEMENT_PRAGMA || kind == MZ_STATEMENT_FOREIGN_KEYS ||
         kind == MZ_STATEMENT_FOREIGN_KEY_CHECK;
}

static enum mz_status follow_plain(struct run *run, enum mz_statement_kind kind,
                                   struct mz_error *err) {
  if (run->pair == PAIR_CLOSED && !is_pragma(kind))
    return refuse(run, err, "a statement stands behind COMMIT",
                  "remove BEGIN and COMMIT: mzlua runs each migration in one "
                  "transaction");
  if (run->pair == PAIR_POSSIBLE && !is_pragma(kind))
    run->pair = PAIR_NONE;
  return MZ_OK;
}

/* Keep track of BEGIN and COMMIT; *skip is set where the statement is one that
 * the runner has taken care of. */
static enum mz_status follow(struct run *run, enum mz_statement_kind kind,
                             bool *skip, struct mz_error *err) {
  *skip = kind == MZ_STATEMENT_BEGIN || kind == MZ_STATEMENT_COMMIT ||
          kind == MZ_STATEMENT_FOREIGN_KEYS;
  if (kind == MZ_STATEMENT_BEGIN && run->pair == PAIR_POSSIBLE) {
    run->pair = PAIR_OPEN;
    run->begin = run->start;
  } else if (kind == MZ_STATEMENT_COMMIT && run->pair == PAIR_OPEN)
    run->pair = PAIR_CLOSED;
  else if (kind == MZ_STATEMENT_SAVEPOINT)
    return refuse_savepoint(run, err);
  else if (kind == MZ_STATEMENT_BEGIN || kind == MZ_STATEMENT_COMMIT ||
           kind == MZ_STATEMENT_ROLLBACK)
    return refuse_transaction(run, err);
  else
    return follow_plain(run, kind, err);
  return MZ_OK;
}

static enum mz_status refuse_parameter(struct run *run, struct mz_error *err) {
  const char *cursor = run->script->text + run->start;
  const char *end = run->script->text + run->end;
  struct mz_token token;
  while (mz_token_next_solid(&cursor, end, &token) &&
         token.kind != MZ_TOKEN_VARIABLE)
    ;
  if (err && !err->message)
    mz_error_add(&err->hint, "write the value itself, or put a text in single "
                             "quotes; only Lua can give parameters a value");
  (void)mz_error_set(err, MZ_EMIGRATION, "%.*s is a parameter without a value",
                     (int)token.size, token.text);
  if (err)
    place(run, (size_t)(token.text - run->script->text), (int)token.size, err);
  return MZ_EMIGRATION;
}

/* The statement, a foreign_key_check, stands on its first row. */
static enum mz_status refuse_violation(struct run *run,
                                       struct mz_statement *statement,
                                       struct mz_error *err) {
  struct mz_buf lines = MZ_BUF_INIT;
  enum mz_status status = mz_foreign_keys_show(statement, &lines, err);
  if (!status && err && !err->message && lines.data)
    mz_error_add(&err->details, "%s", lines.data);
  mz_buf_release(&lines);
  mz_statement_reset(statement);
  if (status)
    return fail(run, status, err);
  return refuse(run, err, "the foreign key check of this file found violations",
                "insert the missing parents, or delete or repoint these rows");
}

static enum mz_status step_all(struct run *run, struct mz_statement *statement,
                               struct mz_error *err) {
  bool row = true;
  enum mz_status status = MZ_OK;
  while (row && !status) {
    status = mz_statement_step(statement, &row, err);
    if (!status && row && statement->kind == MZ_STATEMENT_FOREIGN_KEY_CHECK)
      return refuse_violation(run, statement, err);
  }
  if (status && err)
    status = fail(run, status, err);
  if (status == MZ_EMIGRATION && err && run->script->transaction)
    mz_constraint_explain(statement, run->script->text + run->start,
                          run->end - run->start, err);
  return status;
}

static enum mz_status run_statement(struct run *run,
                                    struct mz_statement *statement,
                                    struct mz_error *err) {
  bool skip = false;
  enum mz_status status = follow(run, statement->kind, &skip, err);
  if (status || skip)
    return status;
  if (mz_statement_parameters(statement) > 0)
    return refuse_parameter(run, err);
  status = step_all(run, statement, err);
  run->changes += statement->changes;
  return status;
}

/* Run the statement at *offset and move behind it. */
static enum mz_status run_next(struct run *run, size_t *offset,
                               struct mz_error *err) {
  const struct mz_script *script = run->script;
  struct mz_statement *statement = NULL;
  size_t used = 0;
  enum mz_status status = MZ_OK;
  *offset = mz_script_solid(script, *offset); /* SQLite counts from there */
  status =
      mz_statement_prepare(&statement, run->database, script->text + *offset,
                           script->size - *offset, &used, err);
  run->start = *offset;
  run->end = status ? script->size : *offset + used;
  *offset += used;
  if (status)
    status = fail(run, status, err);
  else if (statement)
    status = run_statement(run, statement, err);
  mz_statement_close(statement);
  return status;
}

enum mz_status mz_script_run(struct mz_database *database,
                             const struct mz_script *script, int64_t *changes,
                             struct mz_error *err) {
  struct run run = {.database = database,
                    .script = script,
                    .pair = script->transaction ? PAIR_POSSIBLE : PAIR_NONE};
  enum mz_status status = MZ_OK;
  size_t offset = 0;
  while (offset < script->size && !status)
    status = run_next(&run, &offset, err);
  if (!status && run.pair == PAIR_OPEN) {
    run.start = run.begin;
    status = refuse(&run, err, "BEGIN has no COMMIT",
                    "remove BEGIN: mzlua runs each migration in one "
                    "transaction");
  }
  if (!status && changes)
    *changes = run.changes;
  return status;
}

enum mz_status mz_script_next(struct mz_database *database,
                              const struct mz_script *script, size_t *offset,
                              struct mz_error *err) {
  struct run run = {.database = database, .script = script, .pair = PAIR_NONE};
  return run_next(&run, offset, err);
}

void mz_script_place(const struct mz_script *script, size_t offset,
                     struct mz_error *err) {
  const struct run run = {.script = script, .end = script->size};
  place(&run, offset, 1, err);
}

enum mz_status mz_script_check(const struct mz_script *script,
                               struct mz_error *err) {
  const struct run run = {.script = script, .end = script->size};
  const char *cursor = script->text;
  struct mz_token token;
  while (mz_token_next(&cursor, script->text + script->size, &token)) {
    if (token.kind != MZ_TOKEN_OPEN)
      continue;
    (void)mz_error_set(err, MZ_EUSAGE, "this %s has no end",
                       token.text[0] == '/' ? "comment"
                       : token.text[0] == '\'' || token.text[1] == '\''
                           ? "text"
                           : "name");
    place(&run, (size_t)(token.text - script->text), 1, err);
    return MZ_EUSAGE;
  }
  return MZ_OK;
}
