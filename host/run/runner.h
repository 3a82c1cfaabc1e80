/* runner.h - a run: from where the database is to where it should be.
 *
 * Lists, plans, checks every file, and only then has the transactions run
 * that take the database there. */
#ifndef MZ_RUN_RUNNER_H
#define MZ_RUN_RUNNER_H

#include "run/options.h"

struct mz_runner {
  struct mz_run_options options;
  struct mz_source *source;
  struct mz_ledger ledger; /* as read when it was opened, or after a run */
  struct mz_plan plan;
  bool exists;   /* the database file */
  bool create;   /* it where it is missing */
  bool baseline; /* the baseline is to be written first */
  bool foreign;  /* it has tables, but no ledger and no baseline */
};

/* List the migrations and read the ledger; writes nothing. With must_exist, a
 * missing database is MZ_EOPEN; else it counts as empty. */
MZ_CHECKED enum mz_status mz_runner_open(struct mz_runner **runner,
                                         const struct mz_run_options *options,
                                         bool must_exist, struct mz_error *err);
void mz_runner_close(struct mz_runner *runner);

/* Decide the steps to target, and read and check every one of their files. */
MZ_CHECKED enum mz_status mz_runner_plan(struct mz_runner *runner,
                                         const struct mz_target *target,
                                         struct mz_error *err);

/* Take the planned steps. err->state tells where the database is now. */
MZ_CHECKED enum mz_status mz_runner_run(struct mz_runner *runner,
                                        struct mz_error *err);

/* Go on with the migration without a transaction that has not ended.
 * MZ_EHISTORY where there is none, or its file is gone. */
MZ_CHECKED enum mz_status mz_runner_resume(struct mz_runner *runner,
                                           struct mz_error *err);

/* Set the version without running anything; reason, force or baseline, goes
 * into history. The ledger's rows may be anything. */
MZ_CHECKED enum mz_status mz_runner_set_version(struct mz_runner *runner,
                                                struct mz_version version,
                                                const char *reason,
                                                struct mz_error *err);

#endif
