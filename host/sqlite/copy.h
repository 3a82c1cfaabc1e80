/* copy.h - the pages of one database into another file, in one transaction.
 *
 * By SQLite's online backup interface (https://www.sqlite.org/backup.html):
 * the copy is what the source was at one moment, rowids, free pages and all.
 * Until it is whole, the target is what it was before, also after a crash. */
#ifndef MZ_SQLITE_COPY_H
#define MZ_SQLITE_COPY_H

#include "sqlite/database.h"

/* How far a copy is. */
struct mz_copy_watch {
  const char *label;
  void (*progress)(void *context, const char *label, int64_t done,
                   int64_t total); /* pages; may be NULL */
  void *context;
};

/* Replace what is in to by what is in from. MZ_EBUSY where a lock is not to be
 * had within the target's lock timeout, MZ_EINTERRUPT where its interrupt was
 * set meanwhile. Neither may be in a transaction that writes. */
MZ_CHECKED enum mz_status mz_copy_pages(struct mz_database *from,
                                        struct mz_database *to,
                                        const struct mz_copy_watch *watch,
                                        struct mz_error *err);

/* MZ_EOPEN, naming what SQLite finds, where the pages, indexes and constraints
 * of database are not sound, or where it has no page at all. */
MZ_CHECKED enum mz_status mz_copy_verify(struct mz_database *database,
                                         struct mz_error *err);

#endif
