#include "run/step.h"

#include <time.h>

#include "script/engine_lua.h"
#include "script/engine_sql.h"

const struct mz_engine *mz_step_engine(enum mz_kind kind) {
  return kind == MZ_LUA ? &mz_engine_lua : &mz_engine_sql;
}

void mz_step_time(char text[32]) {
  time_t now = time(NULL);
  struct tm utc;
  if (!gmtime_r(&now, &utc) || !strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &utc))
    text[0] = '\0';
}

int64_t mz_step_clock(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Run the text, guarded; the transaction must outlive it. */
static enum mz_status run_body(const struct mz_run *run, struct mz_guard *guard,
                               struct mz_database *database,
                               struct mz_error *err) {
  const struct mz_engine *engine = mz_step_engine(run->migration->kind);
  enum mz_status status = MZ_OK;
  database->authorizer.traces = &guard->traces;
  database->authorizer.losses = &guard->losses;
  mz_database_guard(database, true);
  status = engine->run(run, database, err);
  mz_database_guard(database, false);
  database->authorizer.traces = NULL;
  database->authorizer.losses = NULL;
  if (!status && !mz_database_in_transaction(database)) {
    mz_error_add(&err->hint, "use OR ABORT or RAISE(ABORT, ...) instead of "
                             "ROLLBACK, and let errors pass");
    status = mz_error_set(err, MZ_EMIGRATION,
                          "the migration's transaction ended before it did");
  }
  return status;
}

/* What Lua does, and what foreign keys do, is not followed. */
static enum mz_status run_guarded(const struct mz_step *step,
                                  const struct mz_run *run,
                                  struct mz_guard *guard,
                                  struct mz_database *database,
                                  struct mz_error *err) {
  enum mz_status status = mz_guard_take(guard, database, err);
  mz_traces_clear(&guard->traces);
  mz_losses_clear(&guard->losses);
  guard->traces.unknown = step->migration->kind == MZ_LUA || step->foreign_keys;
  if (!status)
    status = run_body(run, guard, database, err);
  return status ? status : mz_guard_check(guard, database, err);
}

/* What history keeps of the way back. */
static const char *down_text(const struct mz_step *step) {
  const struct mz_migration *migration = step->migration;
  if (step->direction == MZ_DOWN)
    return NULL;
  return migration->kind == MZ_LUA ? migration->up.text : migration->down.text;
}

/* Make what is missing of the ledger; session may know that it is there. */
static enum mz_status prepare_ledger(struct mz_session *session,
                                     struct mz_database *database,
                                     struct mz_error *err) {
  enum mz_status status = MZ_OK;
  if (session->current && session->ledger.exists && session->ledger.has_history)
    return MZ_OK;
  session->guard.reserved = -1;
  status = mz_ledger_check_shape(database, err);
  return status ? status : mz_ledger_create(database, err);
}

enum mz_status mz_step_record(const struct mz_step *step, const char *started,
                              const struct mz_step_result *result,
                              struct mz_session *session,
                              struct mz_database *database,
                              struct mz_error *err) {
  const struct mz_migration *migration = step->migration;
  struct mz_history_entry entry = {
      .version = migration->version,
      .name = migration->name,
      .direction = step->direction == MZ_UP ? "up" : "down",
      .kind = mz_step_engine(migration->kind)->kind,
      .checksum = migration->checksum,
      .started_at = started,
      .duration_ms = result->duration_ms,
      .rows_changed = result->rows_changed,
      .before = step->before,
      .after = step->after,
      .down_text = down_text(step)};
  enum mz_status status = prepare_ledger(session, database, err);
  if (!status)
    status = mz_ledger_write(database, &entry, err);
  return status ? status
                : mz_ledger_follow(&session->ledger, &entry,
                                   mz_database_last_rowid(database), err);
}

/* Write that step, which is alone, begins. */
static enum mz_status mark(const struct mz_step *step,
                           struct mz_session *session,
                           struct mz_database *database, struct mz_error *err) {
  const struct mz_unfinished unfinished = {.version = step->migration->version,
                                           .direction = step->direction,
                                           .before = step->before,
                                           .after = step->after,
                                           .statement = 1};
  enum mz_status status = prepare_ledger(session, database, err);
  if (!status)
    status = mz_ledger_begin(database, step->after, err);
  return status ? status : mz_unfinished_begin(database, &unfinished, err);
}

enum mz_status mz_step_run(const struct mz_step *step, const struct mz_run *run,
                           struct mz_session *session,
                           struct mz_database *database,
                           struct mz_step_result *result,
                           struct mz_error *err) {
  struct mz_session own = MZ_SESSION_INIT;
  struct mz_session *used = session ? session : &own;
  int64_t start = mz_step_clock();
  int64_t changes = mz_database_changes(database);
  char started[32];
  enum mz_status status = MZ_OK;
  if (step->alone) {
    status = mark(step, used, database, err);
    mz_session_release(&own);
    return status;
  }
  mz_step_time(started);
  status = run_guarded(step, run, &used->guard, database, err);
  result->duration_ms = mz_step_clock() - start;
  result->rows_changed = mz_database_changes(database) - changes;
  if (!status)
    status = mz_step_record(step, started, result, used, database, err);
  mz_session_release(&own);
  if (status && err)
    mz_error_place(err, mz_migration_file(run->migration, run->direction)->path,
                   0, 0);
  return status;
}
