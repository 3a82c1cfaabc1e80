/* row_changes.h - how many rows of each table are written, by whatever. */
#ifndef MZ_SQLITE_ROW_CHANGES_H
#define MZ_SQLITE_ROW_CHANGES_H

#include "sqlite/database.h"

struct mz_row_change {
  char *table;
  int64_t inserted;
  int64_t updated;
  int64_t deleted;
};

/* Starts as MZ_ROW_CHANGES_INIT. */
struct mz_row_changes {
  struct mz_row_change *items;
  size_t count;
  size_t capacity;
  bool failed; /* out of memory */
};

#define MZ_ROW_CHANGES_INIT                                                    \
  { .items = NULL }

/* Count what is written in the main database from now on, by triggers and
 * foreign key actions too, until changes is NULL. Where the library has no
 * preupdate hook nothing is counted. */
void mz_row_changes_watch(struct mz_database *database,
                          struct mz_row_changes *changes);

/* What was counted for the table; NULL where nothing was. */
const struct mz_row_change *
mz_row_changes_find(const struct mz_row_changes *changes, const char *table);

void mz_row_changes_release(struct mz_row_changes *changes);

#endif
