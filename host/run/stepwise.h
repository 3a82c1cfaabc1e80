/* stepwise.h - a migration without a transaction: VACUUM, journal_mode.
 *
 * It is marked as dirty first (mz_transaction_run of a step that is alone does
 * that), then each statement commits together with the note of where the
 * migration stands; what can't be in a transaction runs just before its note,
 * and may run once more after a crash. At the end all is checked, and recorded
 * as any migration. */
#ifndef MZ_RUN_STEPWISE_H
#define MZ_RUN_STEPWISE_H

#include "run/options.h"

/* Run what is left of step, whose migration is loaded, where the ledger says
 * that it is unfinished; nothing otherwise. MZ_EPARTIAL where it stops on its
 * way, MZ_EINTERRUPT by a signal, with what is so in err->state; where nothing
 * of it was done the mark is taken back. */
MZ_CHECKED enum mz_status mz_stepwise_run(const struct mz_run_options *options,
                                          const struct mz_step *step,
                                          struct mz_error *err);

/* The script of step. */
struct mz_script mz_stepwise_script(const struct mz_step *step);

#endif
