/* kept.h - a connection that is used for another transaction.
 *
 * It saves SQLite the reading of the schema. Between two transactions, other
 * processes may do to the file what they like: it is asked about once the lock
 * is held, by its path and not by opening it. */
#ifndef MZ_SQLITE_KEPT_H
#define MZ_SQLITE_KEPT_H

#include "sqlite/database.h"

/* Starts as MZ_KEPT_INIT. */
struct mz_kept {
  struct mz_database *database; /* NULL: none is */
  uint32_t version;             /* of its data, after the last commit */
};

#define MZ_KEPT_INIT                                                           \
  { .database = NULL }

/* Take over database, whose transaction is committed: keep it where that is
 * sensible, else close it. */
void mz_kept_put(struct mz_kept *kept, struct mz_database *database);

/* Whether database, with its transaction begun, is as good as one that is
 * opened now: its path leads to the same file, and the journal is the one that
 * it was made durable for. */
MZ_CHECKED enum mz_status mz_kept_is_sound(struct mz_database *database,
                                           bool *sound, struct mz_error *err);

/* Whether nobody has written to database, with its transaction begun, since it
 * was put into kept. */
bool mz_kept_is_unchanged(const struct mz_kept *kept,
                          struct mz_database *database);

void mz_kept_release(struct mz_kept *kept);

#endif
