#include "run/runner.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "run/drift.h"
#include "run/stepwise.h"
#include "run/stored.h"
#include "run/transaction.h"
#include "run/trust.h"
#include "sqlite/schema.h"

static const struct mz_version no_version = {.some = false, .number = -1};

/* ---- opening ------------------------------------------------------------ */

/* A database that no ledger knows: is it the one that the baseline is for? */
static enum mz_status find_baseline(struct mz_runner *runner,
                                    struct mz_database *database,
                                    struct mz_error *err) {
  bool has = false;
  enum mz_status status = MZ_OK;
  if (runner->ledger.exists || !runner->options.has_baseline)
    return MZ_OK;
  status =
      mz_schema_has_table(database, runner->options.baseline_table, &has, err);
  if (!status && has &&
      !mz_source_find(runner->source, runner->options.baseline_version))
    return mz_error_set(err, MZ_EUSAGE,
                        "mzlua.lua: baseline.version is %" PRId64 ", but %s "
                        "has no migration with that version",
                        runner->options.baseline_version,
                        runner->options.folder);
  if (!status && has) {
    runner->baseline = true;
    runner->ledger.version.some = true;
    runner->ledger.version.number = runner->options.baseline_version;
    runner->ledger.applied.base = runner->ledger.version;
  }
  return status;
}

/* Tables without a ledger were made by someone else. */
static enum mz_status find_tables(struct mz_runner *runner,
                                  struct mz_database *database,
                                  struct mz_error *err) {
  struct mz_schema schema = MZ_SCHEMA_INIT;
  enum mz_status status = MZ_OK;
  if (!runner->ledger.exists && !runner->baseline)
    status = mz_schema_read(database, &schema, err);
  runner->foreign = schema.count > 0;
  mz_schema_release(&schema);
  return status;
}

/* In one transaction: another process may be at work. */
static enum mz_status read_database(struct mz_runner *runner,
                                    struct mz_error *err) {
  struct mz_database_options options =
      mz_run_options_database(&runner->options, MZ_DATABASE_READ);
  struct mz_database *database = NULL;
  enum mz_status status = mz_database_open(&database, &options, err);
  if (!status)
    status = mz_database_begin_reading(database, err);
  if (!status)
    status = mz_ledger_read(database, &runner->ledger, err);
  if (!status)
    status = find_baseline(runner, database, err);
  if (!status)
    status = find_tables(runner, database, err);
  mz_database_close(database);
  return status;
}

static bool is_uri(const char *database) {
  return strncmp(database, "file:", 5) == 0;
}

enum mz_status mz_runner_open(struct mz_runner **runner,
                              const struct mz_run_options *options,
                              bool must_exist, struct mz_error *err) {
  struct mz_runner *opened = calloc(1, sizeof *opened);
  enum mz_status status = MZ_OK;
  if (!opened)
    return mz_error_memory(err);
  opened->options = *options;
  opened->create = !must_exist;
  opened->ledger.version = no_version;
  opened->ledger.applied.base = no_version;
  opened->exists = !mz_run_options_is_missing(options);
  status = mz_source_open(&opened->source, options->folder, err);
  if (!status && (opened->exists || must_exist))
    status = read_database(opened, err);
  if (status == MZ_EOPEN && !must_exist && is_uri(options->database)) {
    mz_error_release(err); /* only opening it tells whether it is missing */
    opened->exists = false;
    status = MZ_OK;
  }
  if (status)
    mz_runner_close(opened);
  else
    *runner = opened;
  return status;
}

void mz_runner_close(struct mz_runner *runner) {
  if (!runner)
    return;
  mz_plan_release(&runner->plan);
  mz_ledger_release(&runner->ledger);
  mz_source_close(runner->source);
  free(runner);
}

/* ---- planning ----------------------------------------------------------- */

static enum mz_status refuse_direction(const struct mz_step *step,
                                       struct mz_error *err) {
  const struct mz_migration *migration = step->migration;
  if (step->direction == MZ_UP)
    return mz_error_set(err, MZ_EUSAGE,
                        "%s: there is no up for version "
                        "%" PRId64,
                        migration->down.path, migration->version);
  mz_error_add(&err->hint,
               migration->kind == MZ_LUA
                   ? "write a down, or down = mz.noop if there is nothing to "
                     "undo"
                   : "write its .down.sql; an empty one says that there is "
                     "nothing to undo");
  return mz_error_set(err, MZ_EHISTORY,
                      "migration %" PRId64 " (%s) is irreversible: it has no "
                      "down",
                      migration->version, migration->name);
}

static enum mz_status check_step(struct mz_runner *runner, struct mz_step *step,
                                 struct mz_error *err) {
  struct mz_run run = mz_run_options_run(&runner->options, step);
  struct mz_checked checked = {.has_direction = false};
  struct mz_migration *migration = step->migration;
  enum mz_status status = mz_source_load(migration, err);
  if (status)
    return status;
  if (migration->kind == MZ_SQL &&
      !mz_migration_file(migration, step->direction)->path)
    return refuse_direction(step, err);
  status = mz_step_engine(migration->kind)->check(&run, &checked, err);
  if (status)
    return status;
  if (!checked.has_direction)
    return refuse_direction(step, err);
  memcpy(migration->checksum, checked.checksum, sizeof checked.checksum);
  step->foreign_keys = checked.foreign_keys;
  step->alone = migration->kind == MZ_SQL &&
                mz_migration_file(migration, step->direction)->alone;
  return MZ_OK;
}

static bool is_one_transaction(const struct mz_runner *runner) {
  return runner->options.single_transaction || runner->options.dry_run;
}

static enum mz_status check_alone(const struct mz_runner *runner,
                                  struct mz_error *err) {
  const struct mz_plan *plan = &runner->plan;
  bool redo =
      plan->count == 2 && plan->steps[0].migration == plan->steps[1].migration;
  for (size_t i = 0; i < plan->count; i++)
    if (plan->steps[i].alone && (is_one_transaction(runner) || redo)) {
      mz_error_add(&err->hint, runner->options.dry_run
                                   ? "try it on a copy: mzlua up -d COPY"
                                   : "run it by itself, with up, down or goto");
      return mz_error_set(err, MZ_EUSAGE,
                          "migration %" PRId64 " runs without a transaction "
                          "(transaction=off), so that it cannot be part of "
                          "one",
                          plan->steps[i].migration->version);
    }
  return MZ_OK;
}

/* PRAGMA foreign_keys does nothing inside a transaction, so all the steps of
 * one must want the same; a redo enforces what either direction asks for. */
static enum mz_status check_one_transaction(struct mz_runner *runner,
                                            struct mz_error *err) {
  struct mz_plan *plan = &runner->plan;
  if (plan->count == 2 && plan->steps[0].migration == plan->steps[1].migration)
    plan->steps[0].foreign_keys = plan->steps[1].foreign_keys =
        plan->steps[0].foreign_keys || plan->steps[1].foreign_keys;
  for (size_t i = 1; i < plan->count && is_one_transaction(runner); i++)
    if (plan->steps[i].foreign_keys != plan->steps[0].foreign_keys) {
      mz_error_add(&err->hint, "run up to the one before, then the rest");
      return mz_error_set(err, MZ_EUSAGE,
                          "migrations %" PRId64 " and %" PRId64 " cannot be "
                          "one transaction: only one of them enforces foreign "
                          "keys",
                          plan->steps[0].migration->version,
                          plan->steps[i].migration->version);
    }
  return MZ_OK;
}

static enum mz_status check_known(const struct mz_runner *runner,
                                  struct mz_error *err) {
  if (!runner->foreign)
    return MZ_OK;
  mz_error_add(&err->hint,
               "`mzlua baseline V` says which version it is at; for all "
               "such databases, set baseline in mzlua.lua");
  return mz_error_set(err, MZ_EHISTORY,
                      "%s has tables, but no migration is recorded in it",
                      runner->options.database);
}

enum mz_status mz_runner_plan(struct mz_runner *runner,
                              const struct mz_target *target,
                              struct mz_error *err) {
  enum mz_status status = check_known(runner, err);
  if (!status && target->move != MZ_MOVE_UP)
    status =
        mz_stored_add(runner->source, &runner->ledger, &runner->options, err);
  if (!status)
    status = mz_plan_make(&runner->plan, runner->source, &runner->ledger,
                          target, err);
  for (size_t i = 0; i < runner->plan.count && !status; i++)
    status = check_step(runner, &runner->plan.steps[i], err);
  if (!status)
    status = mz_trust_check(&runner->options, &runner->plan, err);
  if (!status)
    status = check_alone(runner, err);
  if (!status)
    status = check_one_transaction(runner, err);
  if (!status && target->move != MZ_MOVE_DOWN)
    status = mz_drift_check(runner->source, &runner->ledger, &runner->plan,
                            &runner->options, err);
  if (!status)
    mz_stored_tell(&runner->plan, &runner->options);
  return status;
}

/* ---- running ------------------------------------------------------------ */

static struct mz_transaction transaction_of(const struct mz_runner *runner) {
  return (struct mz_transaction){.options = &runner->options,
                                 .create = runner->create,
                                 .baseline = runner->baseline};
}

/* The baseline of a database that needs no step. */
static enum mz_status write_baseline(struct mz_runner *runner,
                                     struct mz_error *err) {
  if (!runner->baseline || runner->options.dry_run)
    return MZ_OK;
  return mz_runner_set_version(runner, runner->ledger.version, "baseline", err);
}

/* Read where the run has led: another process may have been at work too. */
static void see_after(struct mz_runner *runner) {
  struct mz_error ignored = MZ_ERROR_INIT;
  const struct mz_plan *plan = &runner->plan;
  mz_ledger_release(&runner->ledger);
  if (read_database(runner, &ignored))
    runner->ledger.version = plan->steps[plan->count - 1].after;
  mz_error_release(&ignored);
}

/* Run a step in a transaction of its own, or without one. */
static enum mz_status run_one(const struct mz_transaction *transaction,
                              const struct mz_step *step,
                              struct mz_error *err) {
  enum mz_status status = mz_transaction_run(transaction, step, 1, err);
  return status || !step->alone
             ? status
             : mz_stepwise_run(transaction->options, step, err);
}

enum mz_status mz_runner_run(struct mz_runner *runner, struct mz_error *err) {
  struct mz_session session = MZ_SESSION_INIT;
  struct mz_transaction transaction = transaction_of(runner);
  const struct mz_plan *plan = &runner->plan;
  enum mz_status status = MZ_OK;
  if (plan->count == 0)
    return write_baseline(runner, err);
  transaction.session = &session;
  if (is_one_transaction(runner))
    status = mz_transaction_run(&transaction, plan->steps, plan->count, err);
  for (size_t i = 0; i < plan->count && !is_one_transaction(runner) && !status;
       i++)
    status = run_one(&transaction, &plan->steps[i], err);
  mz_session_release(&session);
  if (!status && !runner->options.dry_run)
    see_after(runner);
  return status;
}

enum mz_status mz_runner_resume(struct mz_runner *runner,
                                struct mz_error *err) {
  const struct mz_unfinished *unfinished = &runner->ledger.unfinished;
  struct mz_step step = {.direction = unfinished->direction,
                         .before = unfinished->before,
                         .after = unfinished->after};
  enum mz_status status = MZ_OK;
  if (!unfinished->some)
    return mz_error_set(err, MZ_EHISTORY,
                        "there is nothing to resume: no migration without a "
                        "transaction has stopped on its way");
  step.migration = mz_source_find(runner->source, unfinished->version);
  if (!step.migration)
    return mz_error_set(err, MZ_EHISTORY,
                        "the file of migration %" PRId64 " is gone",
                        unfinished->version);
  status = check_step(runner, &step, err);
  if (!status && runner->options.started)
    runner->options.started(runner->options.context, &step);
  if (!status)
    status = mz_stepwise_run(&runner->options, &step, err);
  mz_ledger_release(&runner->ledger);
  return status ? status : read_database(runner, err);
}

enum mz_status mz_runner_set_version(struct mz_runner *runner,
                                     struct mz_version version,
                                     const char *reason, struct mz_error *err) {
  struct mz_transaction transaction = transaction_of(runner);
  return mz_transaction_set_version(&transaction, version, reason, err);
}
