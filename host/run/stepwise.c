#include "run/stepwise.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "script/engine_sql.h"
#include "sqlite/script.h"
#include "sqlite/token.h"

struct work {
  const struct mz_run_options *options;
  const struct mz_step *step;
  struct mz_script script;
  struct mz_database *database;
  struct mz_session session;
  struct mz_unfinished now;
  struct mz_step_result result;
  bool began_here; /* no statement ran before this process */
};

struct mz_script mz_stepwise_script(const struct mz_step *step) {
  const struct mz_migration_file *file =
      mz_migration_file(step->migration, step->direction);
  return (struct mz_script){.file = file->path,
                            .text = file->text,
                            .size = file->size,
                            .alone = true};
}

/* ---- one statement ------------------------------------------------------- */

static enum mz_status check_interrupt(const struct work *work,
                                      struct mz_error *err) {
  const struct mz_interrupt *interrupt = work->options->interrupt;
  return interrupt && interrupt->signal
             ? mz_error_set(err, MZ_EINTERRUPT, "interrupted")
             : MZ_OK;
}

/* Run the statement at *offset, guarded, and move behind it. */
static enum mz_status run_guarded(struct work *work, size_t *offset,
                                  struct mz_error *err) {
  struct mz_database *database = work->database;
  int64_t changes = mz_database_changes(database);
  enum mz_status status = MZ_OK;
  mz_database_guard(database, true);
  status = mz_script_next(database, &work->script, offset, err);
  mz_database_guard(database, false);
  work->result.rows_changed += mz_database_changes(database) - changes;
  if (!status && !database->authorizer.outside &&
      !mz_database_in_transaction(database))
    status =
        mz_error_set(err, MZ_EMIGRATION, "the statement ended its transaction");
  return status;
}

/* Note that the text up to offset has run; setting as for
 * mz_unfinished_advance. */
static enum mz_status advance(struct work *work, size_t offset,
                              const char *setting, struct mz_error *err) {
  struct mz_unfinished next = work->now;
  enum mz_status status = MZ_OK;
  next.statement++;
  next.position = (int64_t)offset;
  mz_digest_sha256(work->script.text, offset, next.digest);
  status = mz_unfinished_advance(work->database, &next, setting, err);
  if (!status)
    status = mz_database_commit(work->database, err);
  if (!status)
    work->now = next;
  return status;
}

static enum mz_status run_inside(struct work *work, size_t offset,
                                 struct mz_error *err) {
  enum mz_status status = mz_database_begin(work->database, err);
  if (!status)
    status = run_guarded(work, &offset, err);
  return status ? status : advance(work, offset, "", err);
}

/* VACUUM of this file and not INTO another. */
static enum mz_status vacuum(struct work *work, size_t *offset,
                             struct mz_error *err) {
  const struct mz_script *script = &work->script;
  const char *cursor = script->text + *offset;
  const char *end = script->text + script->size;
  struct mz_token token;
  (void)mz_token_next_solid(&cursor, end, &token);
  while (mz_token_next_solid(&cursor, end, &token) && token.text[0] != ';')
    if (token.size != 4 || strncasecmp(token.text, "main", 4) != 0) {
      (void)mz_error_set(err, MZ_EMIGRATION,
                         "VACUUM makes no other file in a migration");
      mz_script_place(script, (size_t)(token.text - script->text), err);
      return MZ_EMIGRATION;
    }
  *offset = (size_t)(cursor - script->text);
  return mz_database_vacuum(work->database, err);
}

static bool is_word(const struct mz_script *script, size_t offset,
                    const char *word) {
  const char *cursor = script->text + offset;
  struct mz_token token;
  return mz_token_next_solid(&cursor, script->text + script->size, &token) &&
         token.size == strlen(word) &&
         strncasecmp(token.text, word, token.size) == 0;
}

static enum mz_status run_vacuum(struct work *work, size_t offset,
                                 struct mz_error *err) {
  size_t start = offset;
  enum mz_status status = vacuum(work, &offset, err);
  if (status)
    mz_script_place(&work->script, start, err);
  else
    status = mz_database_begin(work->database, err);
  return status ? status : advance(work, offset, "", err);
}

static enum mz_status run_pragma(struct work *work, size_t offset,
                                 struct mz_error *err) {
  struct mz_buf setting = MZ_BUF_INIT;
  size_t start = offset;
  enum mz_status status = MZ_OK;
  work->database->authorizer.outside = true;
  status = run_guarded(work, &offset, err);
  work->database->authorizer.outside = false;
  if (!status)
    status = mz_database_begin(work->database, err);
  mz_buf_format(&setting, "%.*s\n", (int)(offset - start),
                work->script.text + start);
  if (!status && setting.failed)
    status = mz_error_memory(err);
  if (!status)
    status = advance(work, offset, setting.data, err);
  mz_buf_release(&setting);
  return status;
}

static enum mz_status run_statement(struct work *work, size_t offset,
                                    struct mz_error *err) {
  enum mz_status status = check_interrupt(work, err);
  if (status)
    return status;
  if (is_word(&work->script, offset, "VACUUM"))
    return run_vacuum(work, offset, err);
  return is_word(&work->script, offset, "PRAGMA")
             ? run_pragma(work, offset, err)
             : run_inside(work, offset, err);
}

/* Set again what an earlier process had set on its connection. */
static enum mz_status repeat_settings(struct work *work, struct mz_error *err) {
  struct mz_script script = {.alone = true};
  char *text = NULL;
  enum mz_status status = mz_unfinished_settings(work->database, &text, err);
  if (!status) {
    script.text = text;
    script.size = strlen(text);
    work->database->authorizer.outside = true;
    mz_database_guard(work->database, true);
    status = mz_script_run(work->database, &script, NULL, err);
    mz_database_guard(work->database, false);
    work->database->authorizer.outside = false;
  }
  free(text);
  return status;
}

/* ---- the migration ------------------------------------------------------- */

static enum mz_status run_statements(struct work *work, struct mz_error *err) {
  struct mz_authorizer *authorizer = &work->database->authorizer;
  size_t offset = mz_script_solid(&work->script, (size_t)work->now.position);
  enum mz_status status = MZ_OK;
  authorizer->losses = &work->session.guard.losses;
  mz_engine_sql_declare(work->step->migration, work->step->direction,
                        authorizer->losses);
  while (!status && offset < work->script.size) {
    status = run_statement(work, offset, err);
    offset = mz_script_solid(&work->script, (size_t)work->now.position);
  }
  authorizer->losses = NULL;
  return status;
}

/* Check what the migration has left, and record it. */
static enum mz_status end(struct work *work, const char *started,
                          struct mz_error *err) {
  enum mz_status status = mz_database_begin(work->database, err);
  if (!status)
    status = mz_guard_check(&work->session.guard, work->database, err);
  if (!status)
    status = mz_step_record(work->step, started, &work->result, &work->session,
                            work->database, err);
  return status ? status : mz_database_commit(work->database, err);
}

static enum mz_status run_all(struct work *work, struct mz_error *err) {
  int64_t start = mz_step_clock();
  char started[32];
  enum mz_status status =
      mz_guard_take(&work->session.guard, work->database, err);
  mz_step_time(started);
  if (!status)
    status = repeat_settings(work, err);
  if (!status)
    status = run_statements(work, err);
  work->result.duration_ms = mz_step_clock() - start;
  return status ? status : end(work, started, err);
}

/* The text that has run must be as it was then. */
static enum mz_status check_text(const struct work *work,
                                 struct mz_error *err) {
  char digest[MZ_DIGEST_SIZE];
  size_t size = (size_t)work->now.position;
  if (size <= work->script.size) {
    mz_digest_sha256(work->script.text, size, digest);
    if (size == 0 || strcmp(digest, work->now.digest) == 0)
      return MZ_OK;
  }
  mz_error_add(&err->hint, "undo the edit, or finish by hand and say so with "
                           "`mzlua force V`");
  return mz_error_set(err, MZ_EHISTORY,
                      "%s: what stands before statement %" PRId64 " has run, "
                      "and was edited since",
                      work->script.file, work->now.statement);
}

/* ---- after an error ------------------------------------------------------ */

/* Nothing of it was done: take the mark back. */
static bool take_back(struct work *work) {
  struct mz_error ignored = MZ_ERROR_INIT;
  struct mz_interrupt *interrupt = work->database->interrupt;
  enum mz_status status = MZ_OK;
  work->database->interrupt = NULL;
  status = mz_database_begin(work->database, &ignored);
  if (!status)
    status = mz_ledger_take_back(work->database, work->now.before, &ignored);
  if (!status)
    status = mz_database_commit(work->database, &ignored);
  mz_database_rollback(work->database);
  work->database->interrupt = interrupt;
  mz_error_release(&ignored);
  return !status;
}

static enum mz_status tell_state(struct work *work, enum mz_status status,
                                 struct mz_error *err) {
  const char *database = work->options->database;
  int64_t version = work->step->migration->version;
  bool first = work->began_here && work->now.statement == 1;
  char at[64];
  mz_database_rollback(work->database);
  if (first && take_back(work)) {
    mz_error_add(&err->state,
                 "nothing of migration %" PRId64 " was done; %s is still %s",
                 version, database, mz_version_describe(work->now.before, at));
    return status;
  }
  mz_error_add(&err->state,
               "migration %" PRId64 " stopped before statement %" PRId64
               "; what ran before stays, and %s is marked dirty: `mzlua "
               "resume` goes on, also with that statement mended in its file; "
               "`mzlua force V` gives it up",
               version, work->now.statement, database);
  return status == MZ_EINTERRUPT ? status : MZ_EPARTIAL;
}

/* ---- opening ------------------------------------------------------------- */

static enum mz_status read_ledger(struct work *work, struct mz_error *err) {
  struct mz_ledger ledger = {.exists = false};
  enum mz_status status = mz_ledger_read(work->database, &ledger, err);
  work->now = ledger.unfinished;
  mz_ledger_release(&ledger);
  return status;
}

static bool is_mine(const struct work *work) {
  return work->now.some &&
         work->now.version == work->step->migration->version &&
         work->now.direction == work->step->direction;
}

static enum mz_status run_opened(struct work *work, struct mz_error *err) {
  enum mz_status status = read_ledger(work, err);
  if (status || !is_mine(work)) /* another process has done it */
    return status;
  status = check_text(work, err);
  if (status)
    return status;
  work->began_here = work->now.statement == 1;
  status = run_all(work, err);
  if (status) {
    status = tell_state(work, status, err);
    err->status = status;
  } else if (work->options->done)
    work->options->done(work->options->context, work->step, &work->result);
  return status;
}

enum mz_status mz_stepwise_run(const struct mz_run_options *options,
                               const struct mz_step *step,
                               struct mz_error *err) {
  struct work work = {.options = options,
                      .step = step,
                      .script = mz_stepwise_script(step),
                      .session = MZ_SESSION_INIT};
  struct mz_database_options opening =
      mz_run_options_database(options, MZ_DATABASE_WRITE);
  enum mz_status status = MZ_OK;
  opening.foreign_keys = step->foreign_keys;
  status = mz_database_open(&work.database, &opening, err);
  if (!status)
    status = run_opened(&work, err);
  mz_database_close(work.database);
  mz_session_release(&work.session);
  return status;
}
