/* backup.h - a copy of a database from before a run, and its way back.
 *
 * Never writes over a file: a backup gets its name when it is whole, and goes
 * back in one transaction of the database, whose readers and writers may be
 * at work. */
#ifndef MZ_RUN_BACKUP_H
#define MZ_RUN_BACKUP_H

#include "run/options.h"

/* Copy the file of database, which the caller has locked against writers,
 * where options ask for a backup, unless *made, which is set: once a run. A dry
 * run and an empty database need none. MZ_EUSAGE where there is a file of that
 * name already. */
MZ_CHECKED enum mz_status mz_backup_make(const struct mz_run_options *options,
                                         const struct mz_database *database,
                                         bool *made, struct mz_error *err);

/* What a backup holds. */
struct mz_backup {
  struct mz_database *database;
  struct mz_version version; /* none where it has no ledger */
};

/* Open the backup at path and verify it. Without an error the caller closes
 * it. */
MZ_CHECKED enum mz_status mz_backup_open(struct mz_backup *backup,
                                         const struct mz_run_options *options,
                                         const char *path,
                                         struct mz_error *err);

/* Replace what is in the database of options by the backup. err->state tells
 * where the database is after an error. */
MZ_CHECKED enum mz_status
mz_backup_restore(const struct mz_backup *backup,
                  const struct mz_run_options *options, struct mz_error *err);

void mz_backup_close(struct mz_backup *backup);

#endif
