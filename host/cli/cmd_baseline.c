#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "run/baseline.h"

static enum mz_status check(const struct mz_runner *runner, int64_t version,
                            struct mz_error *err) {
  if (runner->ledger.exists)
    return mz_error_set(err, MZ_EHISTORY,
                        "%s has a version already; `mzlua force V` changes it",
                        runner->options.database);
  if (!mz_source_find(runner->source, version))
    return mz_error_set(err, MZ_EUSAGE,
                        "%s has no migration with version %" PRId64,
                        runner->options.folder, version);
  return MZ_OK;
}

/* Show how the database differs; an error where nobody accepts that. */
static enum mz_status accept(struct mz_program *program, const char *difference,
                             struct mz_error *err) {
  mz_report_set(&program->report, "difference", json_string(difference));
  if (!*difference) {
    mz_report_result(&program->report,
                     "the schema is what the migrations make");
    return MZ_OK;
  }
  mz_report_result(&program->report,
                   "the schema is not what the migrations make:\n%.*s",
                   (int)strlen(difference) - 1, difference);
  if (mz_report_confirm(&program->options, "Set the version all the same?",
                        false))
    return MZ_OK;
  mz_error_add(&err->hint, "--yes accepts the difference");
  return mz_error_set(err, MZ_EMIGRATION,
                      "%s differs from what the migrations make; nothing was "
                      "done",
                      program->database);
}

static enum mz_status set(struct mz_program *program, struct mz_runner *runner,
                          struct mz_version version, struct mz_error *err) {
  char *difference = NULL;
  char at[64];
  enum mz_status status =
      mz_baseline_compare(runner, version.number, &difference, err);
  if (!status)
    status = accept(program, difference, err);
  free(difference);
  if (!status)
    status = mz_runner_set_version(runner, version, "baseline", err);
  if (status)
    return status;
  program->report.changed = true;
  mz_report_result(&program->report, "%s is %s; nothing was run",
                   program->database, mz_version_describe(version, at));
  mz_report_set(&program->report, "version", mz_program_json(version));
  return MZ_OK;
}

enum mz_status mz_cmd_baseline(struct mz_program *program,
                               struct mz_error *err) {
  struct mz_run_options options = mz_program_run_options(program);
  struct mz_version version = {.some = true};
  struct mz_runner *runner = NULL;
  enum mz_status status =
      mz_program_check_count(program, 1, 1, "baseline V", err);
  options.has_baseline = false; /* this command takes its place */
  if (!status)
    status = mz_program_version(program, 0, &version.number, err);
  if (!status)
    status = mz_program_check_folders(program, err);
  if (!status)
    status = mz_runner_open(&runner, &options, true, err);
  if (!status)
    status = check(runner, version.number, err);
  if (!status)
    status = set(program, runner, version, err);
  mz_runner_close(runner);
  return status;
}
