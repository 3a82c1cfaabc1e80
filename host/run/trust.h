/* trust.h - could somebody else have written what is about to run?
 *
 * Looks at the files of a plan and at their folder; reads none of them. */
#ifndef MZ_RUN_TRUST_H
#define MZ_RUN_TRUST_H

#include "run/options.h"

/* Warn through the log of options of a file of plan, or the folder, that
 * every user may write to, and of a link that leads out of the folder. With
 * options->strict that is MZ_EUSAGE. */
MZ_CHECKED enum mz_status mz_trust_check(const struct mz_run_options *options,
                                         const struct mz_plan *plan,
                                         struct mz_error *err);

#endif
