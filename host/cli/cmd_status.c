#include <inttypes.h>
#include <jansson.h>

#include "cli/commands.h"
#include "run/drift.h"
#include "run/stepwise.h"
#include "sqlite/script.h"

/* How many migrations are in which state. */
struct counts {
  int applied;
  int pending;
  int out_of_order;
  int missing;
  int drifted; /* of those that are applied */
};

static void list(struct mz_program *program, json_t *rows, const char *state,
                 int64_t version, const char *name, const char *path) {
  mz_report_result(&program->report, "  %-12s %6" PRId64 "  %s", state, version,
                   name);
  (void)json_array_append_new(
      rows, json_pack("{s:s, s:I, s:s, s:s?}", "state", state, "version",
                      (json_int_t)version, "name", name, "file", path));
}

static const char *state_of(const struct mz_migration *migration,
                            const struct mz_ledger *ledger,
                            struct counts *counts) {
  if (ledger->unfinished.some &&
      ledger->unfinished.version == migration->version)
    return "unfinished";
  if (mz_plan_is_out_of_order(migration, ledger)) {
    counts->out_of_order++;
    return "out of order";
  }
  if (mz_plan_is_pending(migration, ledger)) {
    counts->pending++;
    return "pending";
  }
  counts->applied++;
  counts->drifted += migration->drifted;
  return migration->drifted ? "drifted" : "applied";
}

static void list_files(struct mz_program *program,
                       const struct mz_runner *runner, json_t *rows,
                       struct counts *counts) {
  for (size_t i = 0; i < runner->source->count; i++) {
    const struct mz_migration *migration = &runner->source->migrations[i];
    const char *state = state_of(migration, &runner->ledger, counts);
    list(program, rows, state, migration->version, migration->name,
         migration->up.path ? migration->up.path : migration->down.path);
  }
}

/* What history or the ledger says was applied, and no file has. */
static void list_missing(struct mz_program *program,
                         const struct mz_runner *runner, json_t *rows,
                         struct counts *counts) {
  const struct mz_ledger *ledger = &runner->ledger;
  bool listed = false;
  for (size_t i = 0; i < ledger->applied.count; i++) {
    int64_t version = ledger->applied.versions[i];
    if (mz_source_find(runner->source, version))
      continue;
    listed = listed || version == ledger->version.number;
    counts->missing++;
    list(program, rows, "missing", version, "(its file is gone)", NULL);
  }
  if (ledger->version.some && !listed &&
      !mz_source_find(runner->source, ledger->version.number)) {
    counts->missing++;
    list(program, rows, "missing", ledger->version.number, "(its file is gone)",
         NULL);
  }
}

/* Say where the migration stands that has not ended. */
static void report_unfinished(struct mz_program *program,
                              const struct mz_runner *runner) {
  const struct mz_unfinished *unfinished = &runner->ledger.unfinished;
  struct mz_migration *migration =
      mz_source_find(runner->source, unfinished->version);
  const struct mz_step step = {.migration = migration,
                               .direction = unfinished->direction};
  struct mz_error next = MZ_ERROR_INIT;
  if (!unfinished->some)
    return;
  if (migration && !mz_source_load(migration, &next)) {
    struct mz_script script = mz_stepwise_script(&step);
    if ((size_t)unfinished->position <= script.size)
      mz_script_place(&script,
                      mz_script_solid(&script, (size_t)unfinished->position),
                      &next);
  }
  mz_report_message(&program->report,
                    "migration %" PRId64 " (%s) runs without a transaction and "
                    "has not ended; statement %" PRId64 " is next",
                    unfinished->version,
                    unfinished->direction == MZ_UP ? "up" : "down",
                    unfinished->statement);
  if (next.line > 0)
    mz_report_message(&program->report, "%s:%d: %s", next.file, next.line,
                      next.source ? next.source : "");
  mz_report_set(&program->report, "unfinished",
                json_pack("{s:I, s:s, s:I, s:s?, s:i}", "version",
                          (json_int_t)unfinished->version, "direction",
                          unfinished->direction == MZ_UP ? "up" : "down",
                          "statement", (json_int_t)unfinished->statement,
                          "file", next.line > 0 ? next.file : NULL, "line",
                          next.line));
  mz_error_release(&next);
}

static void report(struct mz_program *program, const struct mz_runner *runner,
                   json_t *rows) {
  const struct mz_ledger *ledger = &runner->ledger;
  struct counts counts = {0};
  char at[64];
  mz_report_result(&program->report, "%s is %s%s", program->database,
                   mz_version_describe(ledger->version, at),
                   ledger->dirty      ? ", dirty"
                   : runner->baseline ? " by the baseline in mzlua.lua, "
                                        "not yet recorded"
                                      : "");
  report_unfinished(program, runner);
  list_files(program, runner, rows, &counts);
  list_missing(program, runner, rows, &counts);
  mz_report_result(&program->report, "%d applied, %d pending", counts.applied,
                   counts.pending);
  if (runner->foreign)
    mz_report_message(&program->report,
                      "it has tables, but no migration is recorded in it; "
                      "`mzlua up` refuses until `mzlua baseline V` has said "
                      "which version it is at");
  if (counts.out_of_order > 0)
    mz_report_message(&program->report,
                      "%d out of order: below the current version, and never "
                      "applied; `mzlua up` refuses until they get a higher "
                      "version or --allow-out-of-order",
                      counts.out_of_order);
  if (counts.drifted > 0)
    mz_report_message(&program->report,
                      "%d drifted: edited after %s applied; undo the edit, and "
                      "write a new migration",
                      counts.drifted,
                      counts.drifted == 1 ? "it was" : "they were");
  program->pending = counts.pending > 0 || counts.out_of_order > 0;
  mz_report_set(&program->report, "database", json_string(program->database));
  mz_report_set(&program->report, "version", mz_program_json(ledger->version));
  mz_report_set(&program->report, "dirty", json_boolean(ledger->dirty));
  mz_report_set(&program->report, "pending", json_integer(counts.pending));
  mz_report_set(&program->report, "migrations", rows);
}

enum mz_status mz_cmd_status(struct mz_program *program, struct mz_error *err) {
  struct mz_run_options options = mz_program_run_options(program);
  struct mz_runner *runner = NULL;
  enum mz_status status = mz_program_check_count(program, 0, 0, "status", err);
  if (!status)
    status = mz_runner_open(&runner, &options, true, err);
  if (!status)
    status = mz_drift_find(runner->source, &runner->ledger, &options, err);
  if (!status)
    report(program, runner, json_array());
  mz_runner_close(runner);
  return status;
}
