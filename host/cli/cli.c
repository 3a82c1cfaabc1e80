#include "cli/cli.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/database_url.h"

static const struct command {
  struct mz_command_text text;
  enum mz_status (*run)(struct mz_program *program, struct mz_error *err);
} commands[] = {
    {{"up", "[N]", "apply pending migrations, or the next N"}, mz_cmd_up},
    {{"down", "[N]", "undo the last migration, or the last N"}, mz_cmd_down},
    {{"goto", "V", "go up or down to version V"}, mz_cmd_goto},
    {{"redo", "",
      "undo the last migration and apply it again, in one transaction"},
     mz_cmd_redo},
    {{"status", "",
      "list migrations: applied, drifted, pending, out of order, missing"},
     mz_cmd_status},
    {{"version", "", "print the version of the database"}, mz_cmd_version},
    {{"create", "NAME", "write the next migration's files from a template"},
     mz_cmd_create},
    {{"resume", "",
      "go on with a migration without a transaction that has stopped"},
     mz_cmd_resume},
    {{"force", "V", "set the version without running anything (-1: none)"},
     mz_cmd_force},
    {{"restore", "FILE",
      "replace what is in the database by a backup, after verifying that; "
      "asks first"},
     mz_cmd_restore},
    {{"prune", "",
      "drop what db:remember saved for rollbacks that will not come"},
     mz_cmd_prune},
    {{"adopt", "",
      "take over a database that dbmate, goose, Rails, sqlx, refinery or a "
      "counter in PRAGMA user_version has migrated; shows first"},
     mz_cmd_adopt},
    {{"baseline", "V",
      "set the version of a database that has tables but no version, showing "
      "first how it differs"},
     mz_cmd_baseline},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static const struct command *find_command(const char *name) {
  for (int i = 0; i < COMMANDS; i++)
    if (strcmp(commands[i].text.name, name) == 0)
      return &commands[i];
  return NULL;
}

/* The texts of the commands, help included, ended by a NULL name. */
static void list_texts(struct mz_command_text texts[COMMANDS + 2]) {
  for (int i = 0; i < COMMANDS; i++)
    texts[i] = commands[i].text;
  texts[COMMANDS] = (struct mz_command_text){
      "help", "[COMMAND]", "show help, for one command or all"};
  texts[COMMANDS + 1] = (struct mz_command_text){NULL, NULL, NULL};
}

static enum mz_status unknown_command(const char *name, struct mz_error *err) {
  const char *names[COMMANDS + 2] = {NULL};
  const char *nearest = NULL;
  for (int i = 0; i < COMMANDS; i++)
    names[i] = commands[i].text.name;
  names[COMMANDS] = "help";
  nearest = mz_text_nearest(name, names);
  if (nearest)
    mz_error_add(&err->hint, "is `mzlua %s` meant?", nearest);
  else
    mz_error_add(&err->hint, "`mzlua help` lists the commands");
  return mz_error_set(err, MZ_EUSAGE, "there is no command \"%s\"", name);
}

static enum mz_status show_help(struct mz_program *program,
                                struct mz_error *err) {
  struct mz_command_text texts[COMMANDS + 2];
  const struct mz_options *options = &program->options;
  const char *topic = options->command;
  char *help = NULL;
  if (topic && strcmp(topic, "help") == 0)
    topic = options->arguments[0];
  if (topic && strcmp(topic, "help") != 0 && !find_command(topic))
    return unknown_command(topic, err);
  list_texts(texts);
  help = mz_options_help(texts, topic);
  if (!help)
    return mz_error_memory(err);
  if (program->report.json)
    mz_report_set(&program->report, "text", json_string(help));
  else
    (void)fputs(help, stdout);
  free(help);
  return MZ_OK;
}

static const char *environment(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

static const char *first_of(const char *a, const char *b, const char *c) {
  return a ? a : b ? b : c;
}

/* Option, environment, mzlua.lua, default: in this order. */
static enum mz_status find_database(struct mz_program *program,
                                    struct mz_error *err) {
  const char *given =
      first_of(program->options.database, environment("MZLUA_DATABASE"),
               environment("DATABASE_URL"));
  program->folder =
      first_of(first_of(program->options.path, environment("MZLUA_PATH"),
                        program->config.migrations),
               "migrations", NULL);
  return mz_database_url_parse(
      first_of(given, program->config.database, "mzlua.db"), &program->database,
      err);
}

static enum mz_status run_command(struct mz_program *program,
                                  struct mz_error *err) {
  const struct command *command = find_command(program->options.command);
  enum mz_status status = MZ_OK;
  if (!command)
    return unknown_command(program->options.command, err);
  status = mz_config_load(&program->config, "mzlua.lua", err);
  if (!status)
    status = find_database(program, err);
  return status ? status : command->run(program, err);
}

static enum mz_status dispatch(struct mz_program *program,
                               struct mz_error *err) {
  const struct mz_options *options = &program->options;
  if (options->version) {
    mz_report_answer(&program->report, "mzlua %s (SQLite %s, %s)", MZ_VERSION,
                     mz_database_library(), mz_config_library());
    mz_report_set(&program->report, "version", json_string(MZ_VERSION));
    mz_report_set(&program->report, "sqlite",
                  json_string(mz_database_library()));
    mz_report_set(&program->report, "lua", json_string(mz_config_library()));
    return MZ_OK;
  }
  if (options->help || (options->command && !strcmp(options->command, "help")))
    return show_help(program, err);
  if (!options->command) {
    mz_error_add(&err->hint, "`mzlua help` lists the commands");
    return mz_error_set(err, MZ_EUSAGE, "no command was given");
  }
  return run_command(program, err);
}

/* The one place where a status becomes an exit status. */
static int exit_status(const struct mz_program *program,
                       enum mz_status status) {
  switch (status) {
  case MZ_OK:
    return program->pending && program->options.exit_code ? 3 : 0;
  case MZ_EMIGRATION:
  case MZ_ENOMEM:
    return 1;
  case MZ_EUSAGE:
    return 2;
  case MZ_EHISTORY:
    return 4;
  case MZ_EPARTIAL:
    return 5;
  case MZ_EOPEN:
    return 6;
  case MZ_EIO:
    return 7;
  case MZ_EUNKNOWN:
    return 8;
  case MZ_EBUSY:
    return 75; /* EX_TEMPFAIL of sysexits.h */
  case MZ_EINTERRUPT:
    return 128 + (int)program->interrupt->signal;
  }
  return 1;
}

/* What was done is done, whether anybody could be told or not; only an answer
 * that got lost is a failure. */
static int check_output(const struct mz_report *report, int code) {
  if (!fflush(stdout) && !ferror(stdout))
    return code;
  mz_report_notice(report, "mzlua: standard output cannot be written");
  return code == 0 && !report->changed ? 7 : code;
}

int mz_cli_run(int argc, char **argv, struct mz_interrupt *interrupt) {
  struct mz_program program = {.interrupt = interrupt,
                               .config = MZ_CONFIG_INIT};
  struct mz_error err = MZ_ERROR_INIT;
  enum mz_status status = mz_options_parse(&program.options, argc, argv, &err);
  int code = 0;
  mz_report_open(&program.report, &program.options);
  if (!status)
    status = mz_program_check_time(&program, dispatch(&program, &err), &err);
  if (status == MZ_EUSAGE && interrupt->signal) /* at a question */
    status = MZ_EINTERRUPT;
  code = exit_status(&program, status);
  if (status)
    mz_report_error(&program.report, &err);
  mz_report_close(&program.report, code);
  mz_error_release(&err);
  mz_config_release(&program.config);
  mz_progress_release(&program.progress);
  free(program.database);
  free(program.options.arguments);
  free(program.options.allow_read);
  return check_output(&program.report, code);
}
