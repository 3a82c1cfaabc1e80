/* options.h - the command line, from one table.
 *
 * The table of options also makes the help text. */
#ifndef MZ_CLI_OPTIONS_H
#define MZ_CLI_OPTIONS_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct mz_options {
  const char *command;    /* NULL where none is given */
  const char **arguments; /* behind the command, ended by NULL */
  int count;
  const char **allow_read; /* folders, ended by NULL */
  const char *database;    /* NULL where not given, like path */
  const char *path;
  const char *before;   /* NULL where not given */
  const char *backup;   /* NULL: none; "": where it is usual */
  const char *isolate;  /* always, never or auto; NULL where not given */
  int64_t lock_timeout; /* milliseconds; -1 where not given */
  int64_t timeout;      /* seconds; the same */
  bool all;
  bool allow_out_of_order;
  bool dry_run;
  bool exit_code;
  bool help;
  bool json;
  bool lua;
  bool quiet;
  bool single_transaction;
  bool strict;
  bool timestamp;
  bool version;
  bool yes;
};

/* A command as the command line knows it. */
struct mz_command_text {
  const char *name;
  const char *arguments; /* as shown in help */
  const char *summary;
};

/* Read argv into options, whose arguments and allow_read the caller frees.
 * MZ_EUSAGE for an option that isn't there or isn't for the command. */
MZ_CHECKED enum mz_status mz_options_parse(struct mz_options *options, int argc,
                                           char **argv, struct mz_error *err);

/* Return the help for command, or for the program where it is NULL, with the
 * given commands, ended by a NULL name; the caller frees it. */
char *mz_options_help(const struct mz_command_text *commands,
                      const char *command);

/* Read text as a whole number from least up; false where it isn't one. */
bool mz_options_number(const char *text, int64_t least, int64_t *number);

#endif
