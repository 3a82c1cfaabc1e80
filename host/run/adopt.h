/* adopt.h - taking over a database that another tool has migrated.
 *
 * dbmate, goose, Rails, sqlx, refinery, and programs that count in PRAGMA
 * user_version. Nothing of theirs is lost: a table that is in the way of the
 * ledger gets another name. */
#ifndef MZ_RUN_ADOPT_H
#define MZ_RUN_ADOPT_H

#include "run/options.h"

/* Starts as MZ_ADOPT_INIT. */
struct mz_adopt {
  bool has_ledger;   /* it has one already, golang-migrate's or our own */
  const char *tool;  /* who has migrated it; NULL: nobody that is known */
  bool is_counter;   /* versions has the last one only: all below it count */
  bool renames;      /* its schema_migrations becomes old_schema_migrations */
  int64_t *versions; /* applied, ascending */
  size_t count;
  size_t capacity;
};

#define MZ_ADOPT_INIT                                                          \
  { .versions = NULL }

/* Find out who has migrated the database of options, and what it has had.
 * MZ_EHISTORY where that is not to be told by numbers, or stopped midway. */
MZ_CHECKED enum mz_status mz_adopt_look(struct mz_adopt *adopt,
                                        const struct mz_run_options *options,
                                        struct mz_error *err);

/* Write the ledger that says the same, with the names of source, in one
 * transaction; MZ_EHISTORY where it is not what adopt says any more. */
MZ_CHECKED enum mz_status mz_adopt_write(const struct mz_adopt *adopt,
                                         const struct mz_source *source,
                                         const struct mz_run_options *options,
                                         struct mz_error *err);

void mz_adopt_release(struct mz_adopt *adopt);

#endif
