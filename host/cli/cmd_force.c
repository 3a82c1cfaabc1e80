#include "cli/commands.h"
#include "run/transaction.h"

enum mz_status mz_cmd_force(struct mz_program *program, struct mz_error *err) {
  struct mz_run_options options = mz_program_run_options(program);
  struct mz_transaction transaction = {.options = &options};
  struct mz_version version = {.some = false};
  char at[64];
  enum mz_status status =
      mz_program_check_count(program, 1, 1, "force V (-1: none)", err);
  if (!status)
    status = mz_program_version(program, -1, &version.number, err);
  if (status)
    return status;
  version.some = version.number >= 0;
  status = mz_transaction_set_version(&transaction, version, "force", err);
  if (status)
    return status;
  program->report.changed = true;
  mz_report_result(&program->report, "%s is %s; nothing was run",
                   program->database, mz_version_describe(version, at));
  mz_report_set(&program->report, "version", mz_program_json(version));
  return MZ_OK;
}
