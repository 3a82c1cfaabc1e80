#include "run/options.h"

#include <string.h>

#include "base/fs.h"

struct mz_run mz_run_options_run(const struct mz_run_options *options,
                                 const struct mz_step *step) {
  return (struct mz_run){.migration = step->migration,
                         .direction = step->direction,
                         .folder = options->folder,
                         .dry_run = options->dry_run,
                         .limits = options->limits,
                         .allow_read = options->allow_read,
                         .interrupt = options->interrupt,
                         .log = options->log,
                         .progress = options->progress,
                         .log_context = options->context};
}

struct mz_database_options
mz_run_options_database(const struct mz_run_options *options,
                        enum mz_database_mode mode) {
  return (struct mz_database_options){.path = options->database,
                                      .mode = mode,
                                      .lock = {.timeout = options->lock_timeout,
                                               .waiting = options->waiting,
                                               .context = options->context},
                                      .interrupt = options->interrupt};
}

bool mz_run_options_is_missing(const struct mz_run_options *options) {
  return strncmp(options->database, "file:", 5) != 0 &&
         !mz_fs_exists(options->database);
}
