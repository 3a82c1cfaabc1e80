#include <jansson.h>

#include "base/fs.h"
#include "cli/commands.h"
#include "run/backup.h"

/* An error unless somebody says that what is there may be replaced. */
static enum mz_status confirm(const struct mz_program *program,
                              const struct mz_backup *backup,
                              struct mz_error *err) {
  char at[64];
  if (!mz_fs_exists(program->database))
    return MZ_OK;
  mz_report_message(&program->report, "%s is sound and %s",
                    program->options.arguments[0],
                    mz_version_describe(backup->version, at));
  if (mz_report_confirm(&program->options,
                        "Replace everything in the database by it?", false))
    return MZ_OK;
  mz_error_add(&err->hint, "--yes replaces what is in it");
  return mz_error_set(err, MZ_EUSAGE, "%s is there; nothing was done",
                      program->database);
}

static enum mz_status restore(struct mz_program *program,
                              const struct mz_run_options *options,
                              const struct mz_backup *backup,
                              struct mz_error *err) {
  char at[64];
  enum mz_status status = confirm(program, backup, err);
  if (!status)
    status = mz_backup_restore(backup, options, err);
  if (status)
    return status;
  program->report.changed = true;
  mz_report_result(&program->report, "%s is %s, as in %s", program->database,
                   mz_version_describe(backup->version, at),
                   program->options.arguments[0]);
  mz_report_set(&program->report, "version", mz_program_json(backup->version));
  return MZ_OK;
}

enum mz_status mz_cmd_restore(struct mz_program *program,
                              struct mz_error *err) {
  struct mz_run_options options = mz_program_run_options(program);
  struct mz_backup backup = {.database = NULL};
  enum mz_status status =
      mz_program_check_count(program, 1, 1, "restore FILE", err);
  mz_report_set(&program->report, "database", json_string(program->database));
  if (!status)
    status =
        mz_backup_open(&backup, &options, program->options.arguments[0], err);
  if (status)
    mz_error_add(&err->state, "nothing was restored");
  else
    status = restore(program, &options, &backup, err);
  mz_backup_close(&backup);
  return status;
}
