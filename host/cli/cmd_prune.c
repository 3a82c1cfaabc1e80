#include <inttypes.h>
#include <jansson.h>

#include "cli/commands.h"
#include "run/prune.h"

static void report(struct mz_program *program, const struct mz_pruned *pruned) {
  const char *would = program->options.dry_run ? "would drop" : "dropped";
  if (pruned->migrations == 0)
    mz_report_result(&program->report,
                     "%s: nothing is saved that no rollback needs",
                     program->database);
  else
    mz_report_result(&program->report,
                     "%s: %s what was saved for %" PRId64 " migration%s: "
                     "%" PRId64 " value%s, %" PRId64 " bytes",
                     program->database, would, pruned->migrations,
                     pruned->migrations == 1 ? "" : "s", pruned->values,
                     pruned->values == 1 ? "" : "s", pruned->bytes);
  mz_report_set(&program->report, "dry_run",
                json_boolean(program->options.dry_run));
  mz_report_set(&program->report, "migrations",
                json_integer(pruned->migrations));
  mz_report_set(&program->report, "values", json_integer(pruned->values));
  mz_report_set(&program->report, "bytes", json_integer(pruned->bytes));
}

static enum mz_status read_before(const struct mz_program *program,
                                  struct mz_version *before,
                                  struct mz_error *err) {
  const char *text = program->options.before;
  before->some = text;
  if (!text || mz_options_number(text, 0, &before->number))
    return MZ_OK;
  return mz_error_set(err, MZ_EUSAGE,
                      "--before takes a version, from 0 up, not \"%s\"", text);
}

enum mz_status mz_cmd_prune(struct mz_program *program, struct mz_error *err) {
  struct mz_run_options options = mz_program_run_options(program);
  struct mz_version before = {.some = false};
  struct mz_pruned pruned;
  enum mz_status status = mz_program_check_count(program, 0, 0, "prune", err);
  mz_report_set(&program->report, "database", json_string(program->database));
  if (!status)
    status = read_before(program, &before, err);
  if (!status)
    status = mz_prune_run(&options, before, &pruned, err);
  if (status)
    return status;
  program->report.changed = pruned.migrations > 0 && !options.dry_run;
  report(program, &pruned);
  return MZ_OK;
}
