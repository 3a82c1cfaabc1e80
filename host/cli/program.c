#include "cli/program.h"

#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "cli/preview.h"

/* What a migration may take, in seconds; 0: no limit. */
static int64_t seconds_of(const struct mz_program *program) {
  return program->options.timeout >= 0 ? program->options.timeout
                                       : program->config.limits.seconds;
}

static void on_started(void *context, const struct mz_step *step) {
  const struct mz_program *program = context;
  int64_t seconds = seconds_of(program);
  char text[256];
  (void)alarm(seconds < UINT_MAX ? (unsigned)seconds : UINT_MAX);
  (void)snprintf(text, sizeof text, "%s %" PRId64 " %s ...",
                 step->direction == MZ_UP ? "up" : "down",
                 step->migration->version, step->migration->name);
  mz_report_progress(&program->report, text);
}

static void add_to_document(struct mz_program *program,
                            const struct mz_step *step,
                            const struct mz_step_result *result) {
  json_t *steps = json_object_get(program->report.document, "steps");
  (void)json_array_append_new(
      steps, json_pack("{s:I, s:s, s:s, s:I, s:I}", "version",
                       (json_int_t)step->migration->version, "name",
                       step->migration->name, "direction",
                       step->direction == MZ_UP ? "up" : "down", "duration_ms",
                       (json_int_t)result->duration_ms, "rows_changed",
                       (json_int_t)result->rows_changed));
}

static void on_done(void *context, const struct mz_step *step,
                    const struct mz_step_result *result) {
  struct mz_program *program = context;
  (void)alarm(0);
  mz_report_progress(&program->report, NULL);
  mz_report_result(
      &program->report,
      "%s%-4s %06" PRId64 "_%s  (%" PRId64 " ms, %" PRId64 " row%s)",
      program->options.dry_run ? "would " : "",
      step->direction == MZ_UP ? "up" : "down", step->migration->version,
      step->migration->name, result->duration_ms, result->rows_changed,
      result->rows_changed == 1 ? "" : "s");
  if (program->report.document)
    add_to_document(program, step, result);
}

static void on_previewed(void *context, const struct mz_preview *preview) {
  struct mz_program *program = context;
  mz_preview_report(&program->report, preview);
}

static void on_waiting(void *context, const char *holder) {
  const struct mz_program *program = context;
  char text[256];
  (void)snprintf(text, sizeof text, "waiting for %s, which has locked %s ...",
                 holder, program->database);
  mz_report_progress(&program->report, text);
}

static void on_backed_up(void *context, const char *path) {
  struct mz_program *program = context;
  mz_report_progress(&program->report, NULL);
  mz_report_result(&program->report, "backup: %s", path);
  mz_report_set(&program->report, "backup", json_string(path));
}

static void on_log(void *context, enum mz_log_level level,
                   const char *message) {
  const struct mz_program *program = context;
  mz_report_progress(&program->report, NULL);
  if (level == MZ_LOG_INFO)
    mz_report_message(&program->report, "%s", message);
  else
    mz_report_notice(&program->report, "%s: %s",
                     level == MZ_LOG_NOTICE ? "notice" : "warning", message);
}

static void on_progress(void *context, const char *label, int64_t done,
                        int64_t total) {
  struct mz_program *program = context;
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  mz_progress_tell(&program->progress, &program->report, label, done, total,
                   (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

struct mz_run_options mz_program_run_options(struct mz_program *program) {
  const struct mz_options *options = &program->options;
  const struct mz_config *config = &program->config;
  int64_t timeout =
      options->lock_timeout >= 0 ? options->lock_timeout : config->lock_timeout;
  return (struct mz_run_options){
      .database = program->database,
      .folder = program->folder,
      .lock_timeout = (int)timeout,
      .single_transaction = options->single_transaction,
      .strict = options->strict,
      .backup = options->backup  ? options->backup
                : config->backup ? ""
                                 : NULL,
      .dry_run = options->dry_run,
      .has_baseline = config->has_baseline,
      .baseline_version = config->baseline_version,
      .baseline_table = config->baseline_table,
      .limits = config->limits,
      .allow_read = options->allow_read,
      .interrupt = program->interrupt,
      .waiting = on_waiting,
      .started = on_started,
      .done = on_done,
      .previewed = on_previewed,
      .backed_up = on_backed_up,
      .log = on_log,
      .progress =
          mz_report_shows_progress(&program->report) ? on_progress : NULL,
      .context = program};
}

enum mz_status mz_program_check_time(const struct mz_program *program,
                                     enum mz_status status,
                                     struct mz_error *err) {
  (void)alarm(0);
  if (status != MZ_EINTERRUPT || program->interrupt->signal != SIGALRM)
    return status;
  mz_error_add(&err->hint,
               "the migration took longer than the %" PRId64 " s that "
               "--timeout or limits.seconds allows",
               seconds_of(program));
  err->status = MZ_EMIGRATION;
  return MZ_EMIGRATION;
}

enum mz_status mz_program_check_folders(const struct mz_program *program,
                                        struct mz_error *err) {
  for (const char **folder = program->options.allow_read; *folder; folder++)
    if (!mz_fs_is_folder(*folder))
      return mz_error_set(err, MZ_EUSAGE,
                          "--allow-read takes a folder, and \"%s\" is none",
                          *folder);
  return MZ_OK;
}

enum mz_status mz_program_check_count(const struct mz_program *program,
                                      int least, int most, const char *usage,
                                      struct mz_error *err) {
  int count = program->options.count;
  if (count >= least && count <= most)
    return MZ_OK;
  mz_error_add(&err->hint, "usage: mzlua %s", usage);
  return mz_error_set(err, MZ_EUSAGE, "`mzlua %s` %s", program->options.command,
                      count < least ? "needs an argument"
                      : most == 0   ? "takes no arguments"
                                    : "takes one argument");
}

enum mz_status mz_program_version(const struct mz_program *program,
                                  int64_t least, int64_t *version,
                                  struct mz_error *err) {
  const char *text = program->options.arguments[0];
  if (mz_options_number(text, least, version))
    return MZ_OK;
  return mz_error_set(err, MZ_EUSAGE,
                      "\"%s\" is not a version: a whole number from %" PRId64
                      " to 9223372036854775807",
                      text, least);
}

struct json_t *mz_program_json(struct mz_version version) {
  return version.some ? json_integer(version.number) : json_null();
}
