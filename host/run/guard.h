/* guard.h - what a migration must not break.
 *
 * Looks at foreign keys, views and triggers before a migration and after it:
 * what was broken before doesn't count. Views and triggers are looked at once
 * for each schema that there is, by its version in the file, also from one
 * migration of a run to the next. And at the tables with mzlua's names: no
 * authorizer sees to what a table is renamed. And at rows that went from
 * tables which the migration does not name.
 *
 * Where nothing was broken before, only what the migration can have broken is
 * looked at, and everything as soon as that finds something, or the traces
 * are unknown. */
#ifndef MZ_RUN_GUARD_H
#define MZ_RUN_GUARD_H

#include "sqlite/foreign_keys.h"
#include "sqlite/links.h"
#include "sqlite/schema.h"

/* Starts as MZ_GUARD_INIT. */
struct mz_guard {
  struct mz_foreign_keys foreign_keys;
  struct mz_schema broken;
  int64_t schema;   /* version of the one with what is broken; -1: none yet */
  int64_t reserved; /* tables with mzlua's names; -1: they are to be counted */
  struct mz_links links;
  struct mz_traces traces; /* of the migration, as the authorizer notes them */
  struct mz_losses losses; /* the same */
  bool current; /* set by the caller: nothing has changed since the last check,
                   whose findings still hold */
};

#define MZ_GUARD_INIT                                                          \
  {                                                                            \
    .foreign_keys = MZ_FOREIGN_KEYS_INIT, .schema = -1, .traces = {            \
      .unknown = true                                                          \
    }                                                                          \
  }

/* Look at database before the migration; guard may be that of the migration
 * before. */
MZ_CHECKED enum mz_status mz_guard_take(struct mz_guard *guard,
                                        struct mz_database *database,
                                        struct mz_error *err);

/* Look again: MZ_EMIGRATION where something is broken that wasn't, a table has
 * got one of mzlua's names, or rows are lost. */
MZ_CHECKED enum mz_status mz_guard_check(struct mz_guard *guard,
                                         struct mz_database *database,
                                         struct mz_error *err);

void mz_guard_release(struct mz_guard *guard);

#endif
