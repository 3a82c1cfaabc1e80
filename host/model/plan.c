#include "model/plan.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"

struct planner {
  struct mz_plan *plan;
  const struct mz_source *source;
  const struct mz_ledger *ledger;
  struct mz_version at; /* where the steps so far lead */
};

bool mz_plan_is_pending(const struct mz_migration *migration,
                        const struct mz_ledger *ledger) {
  return !ledger->version.some || migration->version > ledger->version.number;
}

bool mz_plan_is_out_of_order(const struct mz_migration *migration,
                             const struct mz_ledger *ledger) {
  return !mz_plan_is_pending(migration, ledger) &&
         !mz_applied_has(&ledger->applied, migration->version);
}

static enum mz_status add_step(struct planner *planner,
                               struct mz_migration *migration,
                               enum mz_direction direction,
                               struct mz_version after, struct mz_error *err) {
  struct mz_plan *plan = planner->plan;
  struct mz_step step = {.migration = migration,
                         .direction = direction,
                         .before = planner->at,
                         .after = after};
  void *array = plan->steps;
  bool fits = mz_mem_grow(&array, &plan->capacity, plan->count, sizeof step);
  plan->steps = array;
  if (!fits)
    return mz_error_memory(err);
  plan->steps[plan->count++] = step;
  planner->at = after;
  return MZ_OK;
}

static struct mz_version some_version(int64_t number) {
  return (struct mz_version){.some = true, .number = number};
}

/* Up: an out-of-order migration leaves the version where it is. */
static enum mz_status step_up(struct planner *planner,
                              struct mz_migration *migration,
                              struct mz_error *err) {
  struct mz_version after = planner->at;
  if (!after.some || migration->version > after.number)
    after = some_version(migration->version);
  return add_step(planner, migration, MZ_UP, after, err);
}

/* Whether the planner's steps start from a database that has migration. */
static bool is_applied(const struct planner *planner, size_t index) {
  const struct mz_migration *migration = &planner->source->migrations[index];
  return !mz_plan_is_pending(migration, planner->ledger) &&
         !mz_plan_is_out_of_order(migration, planner->ledger);
}

/* The highest applied version below that of index, or none: a file's, or one
 * that only history knows, for its file is gone. */
static struct mz_version version_below(const struct planner *planner,
                                       size_t index) {
  const struct mz_applied *applied = &planner->ledger->applied;
  int64_t limit = planner->source->migrations[index].version;
  int64_t below = -1;
  while (index > 0 && below < 0)
    if (is_applied(planner, --index))
      below = planner->source->migrations[index].version;
  for (size_t i = 0; i < applied->count; i++)
    if (applied->versions[i] < limit && applied->versions[i] > below)
      below = applied->versions[i];
  return (struct mz_version){.some = below >= 0, .number = below};
}

static enum mz_status missing_file(struct mz_version version,
                                   struct mz_error *err) {
  mz_error_add(&err->hint, "bring its file back, or `mzlua force V` to a "
                           "version that the files know");
  return mz_error_set(err, MZ_EHISTORY,
                      "the database is at version %" PRId64 ", but no file "
                      "has that version",
                      version.number);
}

/* The index of the current version's migration. */
static enum mz_status find_current(const struct planner *planner, size_t *index,
                                   struct mz_error *err) {
  for (size_t i = 0; i < planner->source->count; i++)
    if (planner->source->migrations[i].version == planner->at.number) {
      *index = i;
      return MZ_OK;
    }
  return missing_file(planner->at, err);
}

static enum mz_status check_not_newer(const struct planner *planner,
                                      struct mz_error *err) {
  const struct mz_source *source = planner->source;
  size_t index = 0;
  if (!planner->at.some)
    return MZ_OK;
  if (source->count > 0 &&
      planner->at.number <= source->migrations[source->count - 1].version)
    return find_current(planner, &index, err);
  mz_error_add(&err->hint, "deploy the files that belong to this database");
  if (source->count == 0)
    return mz_error_set(err, MZ_EHISTORY,
                        "the database is at version %" PRId64 ", but %s holds "
                        "no migration",
                        planner->at.number, source->folder);
  return mz_error_set(err, MZ_EHISTORY,
                      "the database is at version %" PRId64 ", newer than the "
                      "newest file (%" PRId64 ")",
                      planner->at.number,
                      source->migrations[source->count - 1].version);
}

static enum mz_status refuse_out_of_order(const struct mz_migration *migration,
                                          struct mz_version at,
                                          struct mz_error *err) {
  mz_error_add(&err->hint,
               "give it a version above %" PRId64 ", or run it now "
               "with --allow-out-of-order",
               at.number);
  return mz_error_set(err, MZ_EHISTORY,
                      "%s is out of order: it was never applied, and the "
                      "database is already at version %" PRId64,
                      migration->up.path ? migration->up.path
                                         : migration->down.path,
                      at.number);
}

static enum mz_status plan_up(struct planner *planner,
                              const struct mz_target *target, int64_t last,
                              struct mz_error *err) {
  const struct mz_source *source = planner->source;
  struct mz_version start = planner->at;
  enum mz_status status = check_not_newer(planner, err);
  for (size_t i = 0; i < source->count && !status; i++) {
    struct mz_migration *migration = &source->migrations[i];
    bool late = mz_plan_is_out_of_order(migration, planner->ledger);
    if (late && !target->allow_out_of_order)
      return refuse_out_of_order(migration, start, err);
    if (!late && (!mz_plan_is_pending(migration, planner->ledger) ||
                  migration->version > last))
      continue;
    if (target->limited && planner->plan->count >= target->count)
      break;
    status = step_up(planner, migration, err);
  }
  return status;
}

/* Down from the current version while it is above floor, at most count. */
static enum mz_status plan_down(struct planner *planner, uint64_t count,
                                struct mz_version floor, struct mz_error *err) {
  enum mz_status status = MZ_OK;
  while (!status && count-- > 0 && planner->at.some &&
         (!floor.some || planner->at.number > floor.number)) {
    size_t index = 0;
    status = find_current(planner, &index, err);
    if (!status)
      status = add_step(planner, &planner->source->migrations[index], MZ_DOWN,
                        version_below(planner, index), err);
  }
  return status;
}

/* Down to version; where it was never applied, the way down ends below it, and
 * what is between is run. */
static enum mz_status plan_back(struct planner *planner, int64_t version,
                                struct mz_error *err) {
  const struct mz_source *source = planner->source;
  enum mz_status status =
      plan_down(planner, UINT64_MAX, some_version(version), err);
  for (size_t i = 0; i < source->count && !status; i++) {
    struct mz_migration *migration = &source->migrations[i];
    bool above = !planner->at.some || migration->version > planner->at.number;
    if (above && migration->version <= version)
      status = step_up(planner, migration, err);
  }
  return status;
}

static enum mz_status plan_goto(struct planner *planner,
                                const struct mz_target *target,
                                struct mz_error *err) {
  if (!mz_source_find(planner->source, target->version)) {
    mz_error_add(&err->hint, "`mzlua status` lists the versions; `mzlua down "
                             "--all` goes below the first");
    return mz_error_set(err, MZ_EUSAGE,
                        "%s has no migration with version %" PRId64,
                        planner->source->folder, target->version);
  }
  if (planner->at.some && planner->at.number > target->version)
    return plan_back(planner, target->version, err);
  return plan_up(planner, target, target->version, err);
}

static enum mz_status plan_redo(struct planner *planner, struct mz_error *err) {
  struct mz_version none = {.some = false, .number = -1};
  enum mz_status status = MZ_OK;
  if (!planner->at.some)
    return mz_error_set(err, MZ_EHISTORY,
                        "there is nothing to redo: no migration is applied");
  status = plan_down(planner, 1, none, err);
  if (!status)
    status = step_up(planner, planner->plan->steps[0].migration, err);
  return status;
}

enum mz_status mz_plan_make(struct mz_plan *plan,
                            const struct mz_source *source,
                            const struct mz_ledger *ledger,
                            const struct mz_target *target,
                            struct mz_error *err) {
  struct mz_version none = {.some = false, .number = -1};
  struct planner planner = {plan, source, ledger, ledger->version};
  enum mz_status status = mz_ledger_check_clean(ledger, err);
  if (status)
    return status;
  switch (target->move) {
  case MZ_MOVE_UP:
    status = plan_up(&planner, target, INT64_MAX, err);
    break;
  case MZ_MOVE_DOWN:
    status = plan_down(&planner, target->limited ? target->count : UINT64_MAX,
                       none, err);
    break;
  case MZ_MOVE_GOTO:
    status = plan_goto(&planner, target, err);
    break;
  case MZ_MOVE_REDO:
    status = plan_redo(&planner, err);
    break;
  }
  if (status)
    mz_plan_release(plan);
  return status;
}

void mz_plan_release(struct mz_plan *plan) {
  free(plan->steps);
  *plan = (struct mz_plan)MZ_PLAN_INIT;
}
