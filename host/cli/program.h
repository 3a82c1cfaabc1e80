/* program.h - what a command works with. */
#ifndef MZ_CLI_PROGRAM_H
#define MZ_CLI_PROGRAM_H

#include "cli/options.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "run/runner.h"
#include "script/config.h"

struct mz_program {
  struct mz_options options;
  struct mz_config config;
  struct mz_report report;
  struct mz_progress progress;
  struct mz_interrupt *interrupt;
  char *database;     /* what mz_database_open takes */
  const char *folder; /* of migrations */
  bool pending;       /* exit 3, where --exit-code asks for it */
};

/* How a run is to be done by the command line and mzlua.lua. */
struct mz_run_options mz_program_run_options(struct mz_program *program);

/* What a command that ended with status has to say of time: where that ran out,
 * the interruption is a failed migration. */
enum mz_status mz_program_check_time(const struct mz_program *program,
                                     enum mz_status status,
                                     struct mz_error *err);

/* MZ_EUSAGE where --allow-read names what is no folder. */
MZ_CHECKED enum mz_status
mz_program_check_folders(const struct mz_program *program,
                         struct mz_error *err);

/* MZ_EUSAGE where the command was not given from least to most arguments;
 * usage is how it should be. */
MZ_CHECKED enum mz_status
mz_program_check_count(const struct mz_program *program, int least, int most,
                       const char *usage, struct mz_error *err);

/* Read the command's first argument as a version, from least up. */
MZ_CHECKED enum mz_status mz_program_version(const struct mz_program *program,
                                             int64_t least, int64_t *version,
                                             struct mz_error *err);

/* The version as JSON has it: a number or null. */
struct json_t *mz_program_json(struct mz_version version);

#endif
