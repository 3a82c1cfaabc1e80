#include <inttypes.h>
#include <jansson.h>

#include "cli/commands.h"

enum mz_status mz_cmd_version(struct mz_program *program,
                              struct mz_error *err) {
  struct mz_run_options options = mz_program_run_options(program);
  struct mz_database_options opening =
      mz_run_options_database(&options, MZ_DATABASE_READ);
  struct mz_database *database = NULL;
  struct mz_ledger ledger = {.exists = false};
  enum mz_status status = mz_program_check_count(program, 0, 0, "version", err);
  if (!status)
    status = mz_database_open(&database, &opening, err);
  if (!status)
    status = mz_ledger_read(database, &ledger, err);
  mz_database_close(database);
  if (status)
    return status;
  if (ledger.version.some || ledger.dirty)
    mz_report_answer(&program->report, "%" PRId64 "%s", ledger.version.number,
                     ledger.dirty ? " (dirty)" : "");
  else
    mz_report_answer(&program->report, "none");
  mz_report_set(&program->report, "version", mz_program_json(ledger.version));
  mz_report_set(&program->report, "dirty", json_boolean(ledger.dirty));
  mz_ledger_release(&ledger);
  return MZ_OK;
}
