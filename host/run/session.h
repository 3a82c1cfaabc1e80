/* session.h - what a run knows and keeps from one transaction to the next.
 *
 * Each migration finds the connection as if it had been opened for it, and the
 * state of the database is what is in the file. Only where a migration is SQL
 * that has left nothing on its connection is that kept, and only where nobody
 * else has written to the file does what is known of it hold. */
#ifndef MZ_RUN_SESSION_H
#define MZ_RUN_SESSION_H

#include "model/plan.h"
#include "run/guard.h"
#include "sqlite/kept.h"

/* Starts as MZ_SESSION_INIT. */
struct mz_session {
  struct mz_kept kept;
  bool current; /* ledger says what is in the file, under the lock */
  struct mz_ledger ledger;
  struct mz_guard guard;
  bool backed_up; /* what was there when the run began */
};

#define MZ_SESSION_INIT                                                        \
  { .guard = MZ_GUARD_INIT }

/* Begin a transaction for step on the connection that is kept, which becomes
 * *database: the caller closes it, also after an error. *database stays NULL
 * where no transaction is begun; without an error, a new connection is needed.
 */
MZ_CHECKED enum mz_status mz_session_begin(struct mz_session *session,
                                           const struct mz_step *step,
                                           struct mz_database **database,
                                           struct mz_error *err);

/* Take over database, on which step and nothing else was committed. */
void mz_session_end(struct mz_session *session, const struct mz_step *step,
                    struct mz_database *database);

/* Read the ledger in database, unless it is known. */
MZ_CHECKED enum mz_status mz_session_read(struct mz_session *session,
                                          struct mz_database *database,
                                          struct mz_error *err);

void mz_session_release(struct mz_session *session);

#endif
