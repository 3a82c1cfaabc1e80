/* prune.h - what db:remember saved for rollbacks that will not come.
 *
 * One transaction: all of it goes, or nothing. */
#ifndef MZ_RUN_PRUNE_H
#define MZ_RUN_PRUNE_H

#include "run/options.h"

/* What was dropped. */
struct mz_pruned {
  int64_t migrations;
  int64_t values; /* rows of mzlua_saved */
  int64_t bytes;  /* of the values in them */
};

/* Drop what was saved for migrations that are not applied, and for those below
 * before, where that is some. A dry run only counts. The file keeps its size:
 * its free pages are used again. */
MZ_CHECKED enum mz_status mz_prune_run(const struct mz_run_options *options,
                                       struct mz_version before,
                                       struct mz_pruned *pruned,
                                       struct mz_error *err);

#endif
