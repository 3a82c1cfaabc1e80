#include <jansson.h>

#include "cli/commands.h"
#include "cli/isolation.h"

enum mz_status mz_cmd_resume(struct mz_program *program, struct mz_error *err) {
  struct mz_run_options options = mz_program_run_options(program);
  struct mz_runner *runner = NULL;
  char at[64];
  enum mz_status status = mz_program_check_count(program, 0, 0, "resume", err);
  mz_report_set(&program->report, "database", json_string(program->database));
  mz_report_set(&program->report, "steps", json_array());
  if (!status)
    status = mz_runner_open(&runner, &options, true, err);
  if (!status)
    status = mz_isolation_begin(program, err);
  if (!status)
    status = mz_runner_resume(runner, err);
  if (!status) {
    program->report.changed = true;
    mz_report_result(&program->report, "%s is %s", program->database,
                     mz_version_describe(runner->ledger.version, at));
    mz_report_set(&program->report, "version",
                  mz_program_json(runner->ledger.version));
  }
  mz_runner_close(runner);
  return status;
}
