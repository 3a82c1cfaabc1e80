#include "cli/move.h"

#include <jansson.h>

#include "cli/isolation.h"

enum mz_status mz_move_limit(const struct mz_program *program,
                             struct mz_target *target, struct mz_error *err) {
  int64_t count = 0;
  if (program->options.count == 0)
    return MZ_OK;
  if (!mz_options_number(program->options.arguments[0], 1, &count))
    return mz_error_set(err, MZ_EUSAGE,
                        "\"%s\" is not a number of migrations, from 1 up",
                        program->options.arguments[0]);
  target->limited = true;
  target->count = (uint64_t)count;
  return MZ_OK;
}

static void report(struct mz_program *program, const struct mz_runner *runner) {
  struct mz_version version = runner->ledger.version;
  char at[64];
  mz_report_result(&program->report, "%s is %s%s%s", program->database,
                   runner->options.dry_run && runner->plan.count ? "still "
                                                                 : "",
                   mz_version_describe(version, at),
                   runner->plan.count ? "" : ": nothing to do");
  mz_report_set(&program->report, "version", mz_program_json(version));
  program->pending = program->options.dry_run && runner->plan.count > 0;
}

/* Planning only reads; say so where it fails. */
static enum mz_status plan(struct mz_program *program, struct mz_runner *runner,
                           const struct mz_target *target,
                           struct mz_error *err) {
  enum mz_status status = mz_runner_plan(runner, target, err);
  char at[64];
  if (status && runner->exists)
    mz_error_add(&err->state, "nothing was done; %s is still %s",
                 program->database,
                 mz_version_describe(runner->ledger.version, at));
  else if (status)
    mz_error_add(&err->state, "nothing was done");
  return status;
}

enum mz_status mz_move_run(struct mz_program *program,
                           const struct mz_target *target, bool must_exist,
                           struct mz_error *err) {
  struct mz_run_options options = mz_program_run_options(program);
  struct mz_runner *runner = NULL;
  enum mz_status status = mz_program_check_folders(program, err);
  if (!status)
    status = mz_runner_open(&runner, &options, must_exist, err);
  mz_report_set(&program->report, "database", json_string(program->database));
  mz_report_set(&program->report, "dry_run", json_boolean(options.dry_run));
  mz_report_set(&program->report, "steps", json_array());
  if (!status)
    status = plan(program, runner, target, err);
  if (!status && runner->plan.count > 0)
    status = mz_isolation_begin(program, err);
  if (!status)
    status = mz_runner_run(runner, err);
  program->report.changed = !status;
  if (!status)
    report(program, runner);
  mz_runner_close(runner);
  return status;
}
