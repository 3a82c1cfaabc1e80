/* baseline.h - does a database look as if migrations had made it?
 *
 * Compares schemas only; writes nothing. */
#ifndef MZ_RUN_BASELINE_H
#define MZ_RUN_BASELINE_H

#include "run/runner.h"

/* Build the schema of the migrations up to version in a scratch database, and
 * set *difference, which the caller frees, to a line for each object that is
 * missing, extra or different in the runner's database; "" if none is. */
MZ_CHECKED enum mz_status mz_baseline_compare(struct mz_runner *runner,
                                              int64_t version,
                                              char **difference,
                                              struct mz_error *err);

#endif
