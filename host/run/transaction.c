#include "run/transaction.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "run/backup.h"
#include "sqlite/settings.h"

static const struct mz_version no_version = {.some = false, .number = -1};

/* What a ledger says. A commit that happened has added to its history. */
struct seen {
  struct mz_version version;
  int64_t last_entry;
};

/* One transaction on its way. */
struct attempt {
  const struct mz_transaction *transaction;
  struct mz_session *session;  /* NULL: only the version is set */
  const struct mz_step *steps; /* NULL: only the version is set */
  size_t count;
  struct mz_step_result *results;
  bool *skipped; /* steps that another process has done */
  struct mz_database *database;
  struct mz_preview preview; /* of a dry run */
  bool begun;
  bool committing;
  struct seen before; /* what the ledger said under the lock */
};

/* ---- what is so after an error ------------------------------------------ */

/* Read the ledger in the file, without regard to signals, and without
 * waiting a second time for a lock that was not to be had. */
static enum mz_status read_again(const struct attempt *attempt,
                                 struct seen *now, struct mz_error *err) {
  const struct mz_run_options *options = attempt->transaction->options;
  struct mz_database_options opening =
      mz_run_options_database(options, MZ_DATABASE_WRITE);
  struct mz_database *database = NULL;
  struct mz_ledger ledger = {.exists = false};
  enum mz_status status = MZ_OK;
  opening.interrupt = NULL;
  if (!attempt->begun)
    opening.lock.timeout = 0;
  *now = (struct seen){.version = no_version};
  if (mz_run_options_is_missing(options))
    return MZ_OK;
  status = mz_database_open(&database, &opening, err);
  if (status == MZ_EOPEN) { /* a file that may be read but not written */
    mz_error_release(err);
    opening.mode = MZ_DATABASE_READ;
    status = mz_database_open(&database, &opening, err);
  }
  if (!status)
    status = mz_ledger_read(database, &ledger, err);
  if (!status)
    *now = (struct seen){ledger.version, ledger.last_entry};
  mz_ledger_release(&ledger);
  mz_database_close(database);
  return status;
}

static const char *what_was_undone(const struct attempt *attempt,
                                   char text[64]) {
  if (attempt->count != 1)
    return attempt->begun ? "everything was rolled back" : "nothing was done";
  (void)snprintf(text, 64, "migration %" PRId64 " was %s",
                 attempt->steps[0].migration->version,
                 attempt->begun ? "rolled back" : "not begun");
  return text;
}

/* Say where the ledger, read again as now, shows the database to be. */
static void tell_place(const struct attempt *attempt, const struct seen *now,
                       struct mz_error *err) {
  const char *database = attempt->transaction->options->database;
  char undone[64];
  char at[64];
  mz_version_describe(now->version, at);
  if (attempt->committing && now->last_entry > attempt->before.last_entry)
    mz_error_add(&err->state,
                 "the commit reported an error, but it happened: %s is %s",
                 database, at);
  else
    mz_error_add(
        &err->state, "%s; %s is %s%s", what_was_undone(attempt, undone),
        database,
        mz_version_equal(now->version, attempt->before.version) ? "still " : "",
        at);
}

/* Whether it couldn't be opened, for the reason that is told already. */
static bool is_told(const struct mz_error *reading,
                    const struct mz_error *err) {
  return err->status == MZ_EOPEN && reading->message && err->message &&
         strcmp(reading->message, err->message) == 0;
}

/* Say in err->state what became of the attempt, whose connection is closed. */
static enum mz_status tell_state(const struct attempt *attempt,
                                 enum mz_status status, struct mz_error *err) {
  const struct mz_run_options *options = attempt->transaction->options;
  struct mz_error reading = MZ_ERROR_INIT;
  struct seen now;
  char undone[64];
  enum mz_status unread = read_again(attempt, &now, &reading);
  if ((unread && is_told(&reading, err)) ||
      (!unread && mz_run_options_is_missing(options)))
    mz_error_add(&err->state, "%s", what_was_undone(attempt, undone));
  else if (unread) {
    mz_error_add(&err->state, "%s; %s cannot be read again (%s)",
                 attempt->committing ? "whether the commit happened is unknown"
                                     : what_was_undone(attempt, undone),
                 options->database, reading.message ? reading.message : "?");
    status = attempt->committing ? MZ_EUNKNOWN : status;
  } else
    tell_place(attempt, &now, err);
  mz_error_release(&reading);
  err->status = status;
  return status;
}

/* ---- under the lock ----------------------------------------------------- */

static enum mz_status write_version(struct mz_database *database,
                                    struct mz_version before,
                                    struct mz_version after, const char *reason,
                                    struct mz_error *err) {
  char started[32];
  struct mz_history_entry entry = {.version = after.number,
                                   .name = "",
                                   .direction = reason,
                                   .started_at = started,
                                   .before = before,
                                   .after = after};
  enum mz_status status = mz_ledger_create(database, err);
  mz_step_time(started);
  return status ? status : mz_ledger_write(database, &entry, err);
}

/* Read the ledger, writing the baseline into one that isn't there yet. */
static enum mz_status read_ledger(const struct attempt *attempt,
                                  struct mz_error *err) {
  const struct mz_transaction *transaction = attempt->transaction;
  struct mz_session *session = attempt->session;
  struct mz_version version = {
      .some = true, .number = transaction->options->baseline_version};
  enum mz_status status = mz_session_read(session, attempt->database, err);
  if (status || session->ledger.exists || !transaction->baseline)
    return status;
  session->current = false;
  status =
      write_version(attempt->database, no_version, version, "baseline", err);
  return status ? status : mz_session_read(session, attempt->database, err);
}

static bool is_done(const struct mz_ledger *ledger,
                    const struct mz_step *step) {
  bool applied = ledger->version.some &&
                 mz_applied_has(&ledger->applied, step->migration->version);
  return applied == (step->direction == MZ_UP);
}

/* Another process may have been first: *skip where it has done step. */
static enum mz_status compare_ledger(const struct attempt *attempt,
                                     const struct mz_ledger *ledger,
                                     const struct mz_step *step, bool *skip,
                                     struct mz_error *err) {
  char at[64];
  enum mz_status status = mz_ledger_check_clean(ledger, err);
  *skip = false;
  if (status)
    return status;
  *skip = is_done(ledger, step); /* out of order, the version doesn't tell */
  if (*skip || mz_version_equal(ledger->version, step->before))
    return MZ_OK;
  mz_version_describe(ledger->version, at);
  mz_error_add(&err->hint, "run it again");
  return mz_error_set(err, MZ_EHISTORY,
                      "another process has moved %s meanwhile: it is %s",
                      attempt->transaction->options->database, at);
}

static enum mz_status run_step(struct attempt *attempt, size_t index,
                               struct mz_error *err) {
  const struct mz_step *step = &attempt->steps[index];
  struct mz_run run = mz_run_options_run(attempt->transaction->options, step);
  const struct mz_ledger *ledger = &attempt->session->ledger;
  enum mz_status status = read_ledger(attempt, err);
  if (!status && index == 0)
    attempt->before = (struct seen){ledger->version, ledger->last_entry};
  if (!status)
    status =
        compare_ledger(attempt, ledger, step, &attempt->skipped[index], err);
  if (status || attempt->skipped[index])
    return status;
  if (attempt->transaction->options->started)
    attempt->transaction->options->started(run.log_context, step);
  return mz_step_run(step, &run, attempt->session, attempt->database,
                     &attempt->results[index], err);
}

/* Run the steps, each of which finds the connection as the first does. */
static enum mz_status run_each(struct attempt *attempt, struct mz_error *err) {
  struct mz_settings settings;
  enum mz_status status =
      attempt->count > 1 ? mz_settings_read(attempt->database, &settings, err)
                         : MZ_OK;
  for (size_t i = 0; i < attempt->count && !status; i++) {
    if (i > 0)
      status = mz_settings_restore(attempt->database, &settings, err);
    if (!status)
      status = run_step(attempt, i, err);
  }
  return status;
}

/* ---- the transaction ---------------------------------------------------- */

static enum mz_status open_database(struct attempt *attempt,
                                    struct mz_error *err) {
  const struct mz_transaction *transaction = attempt->transaction;
  struct mz_database_options opening = mz_run_options_database(
      transaction->options,
      transaction->create ? MZ_DATABASE_CREATE : MZ_DATABASE_WRITE);
  opening.foreign_keys = attempt->count && attempt->steps[0].foreign_keys;
  if (transaction->options->dry_run &&
      mz_run_options_is_missing(transaction->options))
    return mz_database_open_scratch(&attempt->database, opening.interrupt, err);
  return mz_database_open(&attempt->database, &opening, err);
}

/* A signal that came while no statement was running. */
static enum mz_status check_interrupt(const struct attempt *attempt,
                                      struct mz_error *err) {
  const struct mz_interrupt *interrupt =
      attempt->transaction->options->interrupt;
  if (!interrupt || !interrupt->signal)
    return MZ_OK;
  return mz_error_set(err, MZ_EINTERRUPT, "interrupted");
}

static enum mz_status begin(struct attempt *attempt, struct mz_error *err) {
  enum mz_status status = check_interrupt(attempt, err);
  if (!status && attempt->session)
    status = mz_session_begin(attempt->session, attempt->steps,
                              &attempt->database, err);
  attempt->begun = attempt->database;
  if (status || attempt->begun)
    return status;
  status = open_database(attempt, err);
  if (!status)
    status = mz_database_begin(attempt->database, err);
  attempt->begun = !status;
  if (!status && attempt->session)
    status = mz_backup_make(attempt->transaction->options, attempt->database,
                            &attempt->session->backed_up, err);
  return status;
}

/* Undo what isn't committed, and close the connection unless the next
 * migration can have it. */
static void leave(struct attempt *attempt, bool committed) {
  if (attempt->database)
    mz_database_rollback(attempt->database);
  if (committed && attempt->session && attempt->count == 1)
    mz_session_end(attempt->session, attempt->steps, attempt->database);
  else
    mz_database_close(attempt->database);
  attempt->database = NULL;
}

/* Commit, unless it is a dry run; on an error roll back and tell what is so.
 */
static enum mz_status finish(struct attempt *attempt, enum mz_status status,
                             struct mz_error *err) {
  if (!status)
    status = check_interrupt(attempt, err);
  if (!status && !attempt->transaction->options->dry_run) {
    attempt->committing = true;
    status = mz_database_commit(attempt->database, err);
  }
  leave(attempt, attempt->committing && !status);
  return status && err ? tell_state(attempt, status, err) : status;
}

static void report(const struct attempt *attempt) {
  const struct mz_run_options *options = attempt->transaction->options;
  for (size_t i = 0; i < attempt->count && options->done; i++)
    if (!attempt->skipped[i] && !attempt->steps[i].alone)
      options->done(options->context, &attempt->steps[i], &attempt->results[i]);
  if (options->dry_run && options->previewed)
    options->previewed(options->context, &attempt->preview);
}

static enum mz_status run_steps(struct attempt *attempt, struct mz_error *err) {
  bool dry_run = attempt->transaction->options->dry_run;
  enum mz_status status = begin(attempt, err);
  if (!status && dry_run)
    status = mz_preview_begin(&attempt->preview, attempt->database, err);
  if (!status)
    status = run_each(attempt, err);
  if (!status && dry_run)
    status = mz_preview_end(&attempt->preview, attempt->database, err);
  status = finish(attempt, status, err);
  if (!status)
    report(attempt);
  return status;
}

enum mz_status mz_transaction_run(const struct mz_transaction *transaction,
                                  const struct mz_step *steps, size_t count,
                                  struct mz_error *err) {
  struct mz_session own = MZ_SESSION_INIT;
  struct attempt attempt = {
      .transaction = transaction,
      .session = transaction->session ? transaction->session : &own,
      .steps = steps,
      .count = count,
      .preview = MZ_PREVIEW_INIT,
      .before = {.version = steps[0].before}};
  enum mz_status status = MZ_OK;
  attempt.results = calloc(count, sizeof *attempt.results);
  attempt.skipped = calloc(count, sizeof *attempt.skipped);
  if (attempt.results && attempt.skipped)
    status = run_steps(&attempt, err);
  else
    status = mz_error_memory(err);
  mz_session_release(&own);
  mz_preview_release(&attempt.preview);
  free(attempt.results);
  free(attempt.skipped);
  return status;
}

/* What the ledger says, where it can be read at all. With fresh, it must not
 * be there yet: somebody else may have been first. */
static enum mz_status see_before(struct attempt *attempt, bool fresh,
                                 struct mz_error *err) {
  struct mz_ledger ledger = {.exists = false};
  struct mz_error ignored = MZ_ERROR_INIT;
  enum mz_status status = mz_ledger_check_shape(attempt->database, err);
  attempt->before = (struct seen){.version = no_version};
  if (!status && !mz_ledger_read(attempt->database, &ledger, &ignored))
    attempt->before = (struct seen){ledger.version, ledger.last_entry};
  if (!status && fresh && ledger.exists)
    status = mz_error_set(err, MZ_EHISTORY,
                          "%s has a version already, set meanwhile by another "
                          "process",
                          attempt->transaction->options->database);
  mz_error_release(&ignored);
  mz_ledger_release(&ledger);
  return status;
}

enum mz_status
mz_transaction_set_version(const struct mz_transaction *transaction,
                           struct mz_version version, const char *reason,
                           struct mz_error *err) {
  struct attempt attempt = {.transaction = transaction};
  enum mz_status status = begin(&attempt, err);
  if (!status)
    status = see_before(&attempt, strcmp(reason, "baseline") == 0, err);
  if (!status)
    status = write_version(attempt.database, attempt.before.version, version,
                           reason, err);
  return finish(&attempt, status, err);
}
