/* stored.h - the way back that the database keeps of what was applied.
 *
 * History has the down of each migration, so that a rollback works when its
 * file is gone. */
#ifndef MZ_RUN_STORED_H
#define MZ_RUN_STORED_H

#include "run/options.h"

/* Add to source, as stored, the migrations that ledger lists as applied and
 * that no file has. */
MZ_CHECKED enum mz_status mz_stored_add(struct mz_source *source,
                                        const struct mz_ledger *ledger,
                                        const struct mz_run_options *options,
                                        struct mz_error *err);

/* Tell of each step of plan whose text comes from the database. */
void mz_stored_tell(const struct mz_plan *plan,
                    const struct mz_run_options *options);

#endif
