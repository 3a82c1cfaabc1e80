#include <inttypes.h>
#include <jansson.h>

#include "cli/commands.h"
#include "run/adopt.h"

enum { SHOWN = 5 };

static enum mz_status nothing(struct mz_program *program) {
  mz_report_result(
      &program->report,
      "%s has a ledger that this program and golang-migrate share: "
      "there is nothing to adopt",
      program->database);
  return MZ_OK;
}

static enum mz_status unknown(const struct mz_program *program,
                              struct mz_error *err) {
  mz_error_add(&err->hint, "`mzlua baseline V` says which version it is at");
  return mz_error_set(err, MZ_EHISTORY,
                      "%s shows no trace of dbmate, goose, Rails, sqlx or "
                      "refinery, nor a number in PRAGMA user_version",
                      program->database);
}

/* Say which of the versions have no file, and how many. */
static void show_missing(struct mz_program *program,
                         const struct mz_adopt *adopt,
                         const struct mz_source *source) {
  size_t count = 0;
  for (size_t i = 0; i < adopt->count; i++)
    if (!mz_source_find(source, adopt->versions[i]) && count++ < SHOWN)
      mz_report_message(&program->report,
                        "no file in %s has the version %" PRId64,
                        program->folder, adopt->versions[i]);
  if (count > SHOWN)
    mz_report_message(&program->report, "and so for %zu more", count - SHOWN);
}

static void show(struct mz_program *program, const struct mz_adopt *adopt,
                 const struct mz_source *source) {
  json_t *list = json_array();
  for (size_t i = 0; i < adopt->count; i++)
    (void)json_array_append_new(list,
                                json_integer((json_int_t)adopt->versions[i]));
  mz_report_set(&program->report, "tool", json_string(adopt->tool));
  mz_report_set(&program->report, "versions", list);
  if (adopt->is_counter)
    mz_report_result(&program->report,
                     "%s counts in %s: at %" PRId64 ", and all below count as "
                     "applied",
                     program->database, adopt->tool, adopt->versions[0]);
  else if (adopt->count == 0)
    mz_report_result(&program->report, "%s is %s's: no version is applied",
                     program->database, adopt->tool);
  else
    mz_report_result(
        &program->report, "%s is %s's: %zu version%s, the highest %" PRId64,
        program->database, adopt->tool, adopt->count,
        adopt->count == 1 ? "" : "s", adopt->versions[adopt->count - 1]);
  if (adopt->renames)
    mz_report_result(&program->report,
                     "its schema_migrations will be old_schema_migrations");
  show_missing(program, adopt, source);
}

static enum mz_status write(struct mz_program *program,
                            const struct mz_adopt *adopt,
                            const struct mz_source *source,
                            const struct mz_run_options *options,
                            struct mz_error *err) {
  enum mz_status status = MZ_OK;
  if (!mz_report_confirm(&program->options, "Take it over?", false)) {
    mz_error_add(&err->hint, "--yes takes it over");
    return mz_error_set(err, MZ_EUSAGE, "nothing was done");
  }
  status = mz_adopt_write(adopt, source, options, err);
  if (status) {
    mz_error_add(&err->state, "nothing was changed");
    return status;
  }
  program->report.changed = true;
  mz_report_result(&program->report, "%s is taken over; nothing was run",
                   program->database);
  return MZ_OK;
}

static enum mz_status adopt(struct mz_program *program,
                            const struct mz_source *source,
                            const struct mz_run_options *options,
                            struct mz_error *err) {
  struct mz_adopt found = MZ_ADOPT_INIT;
  enum mz_status status = mz_adopt_look(&found, options, err);
  if (!status && found.has_ledger)
    status = nothing(program);
  else if (!status && !found.tool)
    status = unknown(program, err);
  else if (!status) {
    show(program, &found, source);
    status = write(program, &found, source, options, err);
  }
  mz_adopt_release(&found);
  return status;
}

enum mz_status mz_cmd_adopt(struct mz_program *program, struct mz_error *err) {
  struct mz_run_options options = mz_program_run_options(program);
  struct mz_source *source = NULL;
  enum mz_status status = mz_program_check_count(program, 0, 0, "adopt", err);
  mz_report_set(&program->report, "database", json_string(program->database));
  if (!status)
    status = mz_source_open(&source, program->folder, err);
  if (!status)
    status = adopt(program, source, &options, err);
  mz_source_close(source);
  return status;
}
