/* step.h - one migration inside an open transaction.
 *
 * Body, checks, ledger and history: all of it, or an error after which the
 * caller rolls back. */
#ifndef MZ_RUN_STEP_H
#define MZ_RUN_STEP_H

#include "model/plan.h"
#include "run/session.h"
#include "script/engine.h"

struct mz_step_result {
  int64_t duration_ms;
  int64_t rows_changed; /* by triggers too */
};

/* The engine for migrations of that kind. */
const struct mz_engine *mz_step_engine(enum mz_kind kind);

/* Run step on database, whose transaction is open, and record it; of one that
 * is alone only write that it begins. run is for the same migration and
 * direction, checked. session is that of the steps before in the same run, or
 * NULL. */
MZ_CHECKED enum mz_status
mz_step_run(const struct mz_step *step, const struct mz_run *run,
            struct mz_session *session, struct mz_database *database,
            struct mz_step_result *result, struct mz_error *err);

/* Write into the ledger that step, which took what result says since started,
 * is done. */
MZ_CHECKED enum mz_status
mz_step_record(const struct mz_step *step, const char *started,
               const struct mz_step_result *result, struct mz_session *session,
               struct mz_database *database, struct mz_error *err);

/* A clock in milliseconds that is never set. */
int64_t mz_step_clock(void);

/* Write the current time into text as history has it: UTC, ISO 8601. */
void mz_step_time(char text[32]);

#endif
