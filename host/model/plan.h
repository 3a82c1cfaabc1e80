/* plan.h - which migrations to run, in which order.
 *
 * Pure: decides from the list of migrations and what the ledger says; reads
 * no file and no database. */
#ifndef MZ_MODEL_PLAN_H
#define MZ_MODEL_PLAN_H

#include "model/ledger.h"
#include "model/source.h"

struct mz_step {
  struct mz_migration *migration; /* belongs to the source */
  enum mz_direction direction;
  struct mz_version before; /* the ledger's version before and after it */
  struct mz_version after;
  bool foreign_keys; /* enforce them; known once the file is checked */
  bool alone;        /* without a transaction; known then too */
};

/* Starts as MZ_PLAN_INIT. */
struct mz_plan {
  struct mz_step *steps;
  size_t count;
  size_t capacity;
};

#define MZ_PLAN_INIT                                                           \
  { .steps = NULL }

enum mz_move { MZ_MOVE_UP, MZ_MOVE_DOWN, MZ_MOVE_GOTO, MZ_MOVE_REDO };

struct mz_target {
  enum mz_move move;
  bool limited;    /* up and down: at most count steps; else all */
  uint64_t count;  /* steps */
  int64_t version; /* goto */
  bool allow_out_of_order;
};

/* Fill plan with the steps from where ledger stands to target. MZ_EHISTORY
 * when a file is out of order or gone, or the database is newer than the
 * files; MZ_EUSAGE when target names a version that is not there. */
MZ_CHECKED enum mz_status mz_plan_make(struct mz_plan *plan,
                                       const struct mz_source *source,
                                       const struct mz_ledger *ledger,
                                       const struct mz_target *target,
                                       struct mz_error *err);
void mz_plan_release(struct mz_plan *plan);

/* Whether migration is below the current version and was never applied. */
bool mz_plan_is_out_of_order(const struct mz_migration *migration,
                             const struct mz_ledger *ledger);

/* Whether migration is above the current version. */
bool mz_plan_is_pending(const struct mz_migration *migration,
                        const struct mz_ledger *ledger);

#endif
