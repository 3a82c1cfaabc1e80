/* drift.h - files that were edited after they were applied. */
#ifndef MZ_RUN_DRIFT_H
#define MZ_RUN_DRIFT_H

#include "run/options.h"

/* Read the files of the migrations that ledger lists as applied, and mark as
 * drifted those that differ from what history has the checksum of, or cannot be
 * read as a migration any more. */
MZ_CHECKED enum mz_status mz_drift_find(const struct mz_source *source,
                                        const struct mz_ledger *ledger,
                                        const struct mz_run_options *options,
                                        struct mz_error *err);

/* The same before plan is run: a warning for each that is not part of it, an
 * error where options are strict; without them a plan without steps needs
 * none. */
MZ_CHECKED enum mz_status mz_drift_check(const struct mz_source *source,
                                         const struct mz_ledger *ledger,
                                         const struct mz_plan *plan,
                                         const struct mz_run_options *options,
                                         struct mz_error *err);

#endif
