#include "run/session.h"

#include "base/text.h"

/* Whether step is SQL that cannot tell, by what SQLite counts for each
 * connection, that others have used its own. */
static bool can_share(const struct mz_step *step) {
  const char *text = mz_migration_file(step->migration, step->direction)->text;
  return step->migration->kind == MZ_SQL && !step->foreign_keys &&
         !step->alone && text && !mz_text_has_word(text, "changes") &&
         !mz_text_has_word(text, "total_changes");
}

/* Begin on database; *begun stays false where a new connection is to try. */
static enum mz_status begin(struct mz_database *database, bool *begun,
                            struct mz_error *err) {
  struct mz_error reason = MZ_ERROR_INIT;
  enum mz_status status = mz_database_begin(database, &reason);
  *begun = !status;
  if (status == MZ_EBUSY || status == MZ_EINTERRUPT || status == MZ_ENOMEM)
    mz_error_move(err, &reason);
  else
    status = MZ_OK;
  mz_error_release(&reason);
  return status;
}

enum mz_status mz_session_begin(struct mz_session *session,
                                const struct mz_step *step,
                                struct mz_database **database,
                                struct mz_error *err) {
  struct mz_database *kept = session->kept.database;
  bool sound = false;
  enum mz_status status = MZ_OK;
  session->current = false;
  session->kept.database = NULL;
  if (kept && can_share(step))
    status = begin(kept, &sound, err);
  if (sound) {
    *database = kept;
    status = mz_kept_is_sound(kept, &sound, err);
    session->current = mz_kept_is_unchanged(&session->kept, kept);
  }
  if (*database && (status || sound))
    return status;
  if (*database)
    session->guard.schema = -1; /* it may be another file */
  mz_database_close(kept);
  *database = NULL;
  session->current = false;
  return status;
}

void mz_session_end(struct mz_session *session, const struct mz_step *step,
                    struct mz_database *database) {
  if (can_share(step) && !session->guard.traces.unknown)
    mz_kept_put(&session->kept, database);
  else
    mz_database_close(database);
}

enum mz_status mz_session_read(struct mz_session *session,
                               struct mz_database *database,
                               struct mz_error *err) {
  enum mz_status status = MZ_OK;
  session->guard.current = session->current;
  if (session->current)
    return MZ_OK;
  mz_ledger_release(&session->ledger);
  status = mz_ledger_read(database, &session->ledger, err);
  session->current = !status;
  return status;
}

void mz_session_release(struct mz_session *session) {
  mz_kept_release(&session->kept);
  mz_ledger_release(&session->ledger);
  mz_guard_release(&session->guard);
}
