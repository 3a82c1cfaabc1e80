/* transaction.h - steps that happen together or not at all.
 *
 * The only place that begins and commits on a user's database. On a
 * connection of its own, or one that is as good, it takes the write lock,
 * which is the lock between processes, reads the ledger again where anyone may
 * have written to it, runs the steps and commits. After an error the file is
 * read again by a new connection, and only then err->state says what is so. */
#ifndef MZ_RUN_TRANSACTION_H
#define MZ_RUN_TRANSACTION_H

#include "run/options.h"

struct mz_transaction {
  const struct mz_run_options *options;
  struct mz_session *session; /* of the run's transactions, or NULL */
  bool create;                /* the database where it is missing */
  bool baseline;              /* write the baseline where there is no ledger */
};

/* Run the count steps in one transaction; those that another process has done
 * meanwhile are passed over. A dry run is rolled back at the end. */
MZ_CHECKED enum mz_status
mz_transaction_run(const struct mz_transaction *transaction,
                   const struct mz_step *steps, size_t count,
                   struct mz_error *err);

/* Set the version without running anything; reason goes into history. The
 * rows that the ledger has may be anything. */
MZ_CHECKED enum mz_status
mz_transaction_set_version(const struct mz_transaction *transaction,
                           struct mz_version version, const char *reason,
                           struct mz_error *err);

#endif
