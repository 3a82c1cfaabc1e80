#include "cli/options.h"

#include <getopt.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

static const struct row {
  const char *name;
  char letter;          /* 0: none */
  const char *argument; /* NULL: a flag */
  const char *commands; /* between spaces; NULL: every one */
  size_t offset;        /* of the flag in struct mz_options */
  const char *help;
} rows[] = {
    {"database", 'd', "FILE", NULL, 0,
     "the database: a path, sqlite:PATH, sqlite3://PATH or file:URI "
     "(else MZLUA_DATABASE, DATABASE_URL, mzlua.lua, mzlua.db)"},
    {"path", 'p', "DIR", NULL, 0,
     "the folder of migrations (else MZLUA_PATH, mzlua.lua, migrations)"},
    {"all", 0, NULL, " down ", offsetof(struct mz_options, all),
     "down to nothing"},
    {"allow-out-of-order", 0, NULL, " up goto ",
     offsetof(struct mz_options, allow_out_of_order),
     "also run files below the current version that were never applied"},
    {"allow-read", 0, "DIR", " up down goto redo baseline ", 0,
     "let Lua migrations read the files in this folder (mz.fs); may be "
     "repeated"},
    {"backup", 0, "[=PATH]", " up down goto redo ", 0,
     "copy the database first, to this file or folder (else beside it, as "
     "DATABASE.TIME.bak)"},
    {"before", 0, "V", " prune ", 0,
     "also what was saved for the migrations below this version"},
    {"dry-run", 0, NULL, " up down goto redo prune ",
     offsetof(struct mz_options, dry_run),
     "run everything in one transaction and roll it back"},
    {"exit-code", 0, NULL, " status up ",
     offsetof(struct mz_options, exit_code),
     "exit 3 when migrations are pending (up: with --dry-run)"},
    {"isolate", 0, "[=WHEN]", " up down goto redo resume ", 0,
     "reach no other files, programs or networks while running: always, "
     "never, or auto, where the kernel can (the default)"},
    {"lock-timeout", 0, "SECONDS", NULL, 0,
     "how long to wait for a locked database (default 15)"},
    {"lua", 0, NULL, " create ", offsetof(struct mz_options, lua),
     "write one Lua file, and types for editors"},
    {"single-transaction", 0, NULL, " up down goto ",
     offsetof(struct mz_options, single_transaction),
     "run all the steps in one transaction"},
    {"strict", 0, NULL, " up down goto redo ",
     offsetof(struct mz_options, strict), "take warnings for errors"},
    {"timeout", 0, "SECONDS", " up down goto redo resume ", 0,
     "how long a migration may take (default: no limit)"},
    {"timestamp", 0, NULL, " create ", offsetof(struct mz_options, timestamp),
     "the version is the time, YYYYMMDDhhmmss in UTC"},
    {"json", 0, NULL, NULL, offsetof(struct mz_options, json),
     "print one JSON document on standard output"},
    {"quiet", 'q', NULL, NULL, offsetof(struct mz_options, quiet),
     "print errors and notices only"},
    {"yes", 'y', NULL, NULL, offsetof(struct mz_options, yes),
     "answer every question with yes"},
    {"help", 'h', NULL, NULL, offsetof(struct mz_options, help),
     "show this help"},
    {"version", 0, NULL, NULL, offsetof(struct mz_options, version),
     "show the program's version"},
};

enum { ROWS = sizeof rows / sizeof *rows, LONG_BASE = 1000, WIDTH = 78 };

static bool is_for(const struct row *row, const char *command) {
  struct mz_buf word = MZ_BUF_INIT;
  bool found = false;
  if (!row->commands || !command)
    return true;
  mz_buf_format(&word, " %s ", command);
  found = !word.failed && strstr(row->commands, word.data);
  mz_buf_release(&word);
  return found;
}

bool mz_options_number(const char *text, int64_t least, int64_t *number) {
  size_t digits = strspn(text, "0123456789");
  int64_t value = 0;
  if (least < 0 && strcmp(text, "-1") == 0) {
    *number = -1;
    return true;
  }
  if (digits == 0 || text[digits])
    return false;
  for (; *text; text++) {
    if (value > (INT64_MAX - (*text - '0')) / 10)
      return false;
    value = value * 10 + (*text - '0');
  }
  *number = value;
  return value >= least;
}

/* Read the value of an option that takes seconds, times unit. */
static enum mz_status set_seconds(const struct row *row, const char *text,
                                  int64_t unit, int64_t *value,
                                  struct mz_error *err) {
  int64_t seconds = 0;
  if (!mz_options_number(text, 0, &seconds) || seconds > INT_MAX / 1000)
    return mz_error_set(err, MZ_EUSAGE,
                        "--%s takes a whole number of seconds, not \"%s\"",
                        row->name, text);
  *value = seconds * unit;
  return MZ_OK;
}

static enum mz_status set_isolation(struct mz_options *options,
                                    const char *text, struct mz_error *err) {
  options->isolate = text ? text : "always";
  if (strcmp(options->isolate, "always") == 0 ||
      strcmp(options->isolate, "never") == 0 ||
      strcmp(options->isolate, "auto") == 0)
    return MZ_OK;
  return mz_error_set(err, MZ_EUSAGE,
                      "--isolate is always, never or auto, not \"%s\"", text);
}

static void add_folder(struct mz_options *options, const char *folder) {
  size_t count = 0;
  while (options->allow_read[count])
    count++;
  options->allow_read[count] = folder;
}

static enum mz_status apply(struct mz_options *options, const struct row *row,
                            struct mz_error *err) {
  if (strcmp(row->name, "database") == 0)
    options->database = optarg;
  else if (strcmp(row->name, "path") == 0)
    options->path = optarg;
  else if (strcmp(row->name, "backup") == 0)
    options->backup = optarg ? optarg : "";
  else if (strcmp(row->name, "before") == 0)
    options->before = optarg;
  else if (strcmp(row->name, "isolate") == 0)
    return set_isolation(options, optarg, err);
  else if (strcmp(row->name, "allow-read") == 0)
    add_folder(options, optarg);
  else if (strcmp(row->name, "lock-timeout") == 0)
    return set_seconds(row, optarg, 1000, &options->lock_timeout, err);
  else if (strcmp(row->name, "timeout") == 0)
    return set_seconds(row, optarg, 1, &options->timeout, err);
  else
    *(bool *)((char *)options + row->offset) = true;
  return MZ_OK;
}

static void add_positional(struct mz_options *options, const char *text) {
  if (!options->command)
    options->command = text;
  else
    options->arguments[options->count++] = text;
}

static enum mz_status refuse_option(const char *given, int code,
                                    struct mz_error *err) {
  const char *names[ROWS + 1] = {NULL};
  const char *nearest = NULL;
  for (int i = 0; i < ROWS; i++)
    names[i] = rows[i].name;
  if (code == ':')
    return mz_error_set(err, MZ_EUSAGE, "%s takes a value", given);
  if (strncmp(given, "--", 2) == 0)
    nearest = mz_text_nearest(given + 2, names);
  if (nearest)
    mz_error_add(&err->hint, "is --%s meant?", nearest);
  else
    mz_error_add(&err->hint, "`mzlua help` lists the options");
  return mz_error_set(err, MZ_EUSAGE, "there is no option %s", given);
}

static int argument_of(const struct row *row) {
  if (!row->argument)
    return no_argument;
  return row->argument[0] == '[' ? optional_argument : required_argument;
}

/* getopt's tables: long options carry LONG_BASE and their row. */
static void make_tables(struct option *longs, char *letters) {
  *letters++ = '-'; /* arguments in their place */
  *letters++ = ':'; /* and tell what is wrong by the result */
  *letters++ = '1'; /* -1 is a version for force */
  for (int i = 0; i < ROWS; i++) {
    longs[i] = (struct option){.name = rows[i].name,
                               .has_arg = argument_of(&rows[i]),
                               .val = LONG_BASE + i};
    if (!rows[i].letter)
      continue;
    *letters++ = rows[i].letter;
    if (rows[i].argument)
      *letters++ = ':';
  }
  *letters = '\0';
}

static const struct row *row_of(int code) {
  if (code >= LONG_BASE)
    return &rows[code - LONG_BASE];
  for (int i = 0; i < ROWS; i++)
    if (rows[i].letter == code)
      return &rows[i];
  return NULL;
}

static enum mz_status check_fit(const struct mz_options *options,
                                const bool *given, struct mz_error *err) {
  for (int i = 0; i < ROWS; i++)
    if (given[i] && !is_for(&rows[i], options->command))
      return mz_error_set(err, MZ_EUSAGE, "--%s is not for `mzlua %s`",
                          rows[i].name, options->command);
  return MZ_OK;
}

static enum mz_status take(struct mz_options *options, int code,
                           const char *text, bool *given,
                           struct mz_error *err) {
  const struct row *row = row_of(code);
  if (code == 1 || (code == '1' && strcmp(text, "-1") == 0)) {
    add_positional(options, code == 1 ? optarg : "-1");
    return MZ_OK;
  }
  if (!row)
    return refuse_option(text, code, err);
  given[row - rows] = true;
  return apply(options, row, err);
}

enum mz_status mz_options_parse(struct mz_options *options, int argc,
                                char **argv, struct mz_error *err) {
  struct option longs[ROWS + 1] = {{.name = NULL}};
  char letters[2 * ROWS + 4];
  bool given[ROWS] = {false};
  enum mz_status status = MZ_OK;
  int code = 0;
  *options = (struct mz_options){.lock_timeout = -1, .timeout = -1};
  options->arguments = calloc((size_t)argc + 1, sizeof *options->arguments);
  options->allow_read = calloc((size_t)argc + 1, sizeof *options->allow_read);
  if (!options->arguments || !options->allow_read)
    return mz_error_memory(err);
  make_tables(longs, letters);
  opterr = 0;
  while (!status) {
    int before = optind;
    code = getopt_long(argc, argv, letters, longs, NULL);
    if (code == -1)
      break;
    status = take(options, code, argv[before < argc ? before : argc - 1], given,
                  err);
  }
  for (; !status && optind < argc; optind++)
    add_positional(options, argv[optind]);
  return status ? status : check_fit(options, given, err);
}

/* ---- help --------------------------------------------------------------- */

/* Add text, broken at spaces, from column on; the first line is there. */
static void add_wrapped(struct mz_buf *help, const char *text, size_t column) {
  size_t at = column;
  while (*text) {
    size_t word = strcspn(text, " ");
    if (at > column && at + word + 1 > WIDTH) {
      mz_buf_format(help, "\n%*s", (int)column, "");
      at = column;
    } else if (at > column) {
      mz_buf_text(help, " ");
      at++;
    }
    mz_buf_add(help, text, word);
    at += word;
    text += word + strspn(text + word, " ");
  }
  mz_buf_text(help, "\n");
}

static void add_options(struct mz_buf *help, const char *command) {
  mz_buf_text(help, "\nOptions:\n");
  for (int i = 0; i < ROWS; i++) {
    struct mz_buf left = MZ_BUF_INIT;
    if (!is_for(&rows[i], command))
      continue;
    if (rows[i].letter)
      mz_buf_format(&left, "-%c, ", rows[i].letter);
    mz_buf_format(&left, "--%s%s%s", rows[i].name,
                  argument_of(&rows[i]) == required_argument ? " " : "",
                  rows[i].argument ? rows[i].argument : "");
    mz_buf_format(help, "  %-24s", left.failed ? "" : left.data);
    add_wrapped(help, rows[i].help, 26);
    mz_buf_release(&left);
  }
}

static void add_commands(struct mz_buf *help,
                         const struct mz_command_text *commands) {
  mz_buf_text(help, "Usage: mzlua [options] COMMAND [options] [arguments]\n\n"
                    "Runs migrations in SQL and Lua on an SQLite database.\n\n"
                    "Commands:\n");
  for (; commands->name; commands++) {
    struct mz_buf left = MZ_BUF_INIT;
    mz_buf_format(&left, "%s %s", commands->name, commands->arguments);
    mz_buf_format(help, "  %-24s", left.failed ? "" : left.data);
    add_wrapped(help, commands->summary, 26);
    mz_buf_release(&left);
  }
}

static const char exits[] =
    "\nExit status: 0 done; 1 a migration failed, rolled back; 2 usage;\n"
    "3 pending (--exit-code); 4 history; 5 a migration without a transaction\n"
    "stopped on its way (resume); 6 cannot open; 7 I/O error; 8 outcome\n"
    "unknown; 75 locked, try again; 129, 130, 143 interrupted.\n";

char *mz_options_help(const struct mz_command_text *commands,
                      const char *command) {
  struct mz_buf help = MZ_BUF_INIT;
  const struct mz_command_text *found = commands;
  while (command && found->name && strcmp(found->name, command) != 0)
    found++;
  if (command && found->name) {
    mz_buf_format(&help, "Usage: mzlua %s [options]%s%s\n\n", found->name,
                  *found->arguments ? " " : "", found->arguments);
    add_wrapped(&help, found->summary, 0);
  } else
    add_commands(&help, commands);
  add_options(&help, command);
  mz_buf_text(&help, exits);
  return mz_buf_take(&help);
}
