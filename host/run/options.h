/* options.h - how a run is to be done, the same for each of its steps. */
#ifndef MZ_RUN_OPTIONS_H
#define MZ_RUN_OPTIONS_H

#include "run/preview.h"
#include "run/step.h"

struct mz_run_options {
  const char *database; /* path or file: URI */
  const char *folder;   /* of migrations */
  int lock_timeout;     /* milliseconds */
  bool single_transaction;
  const char *backup;       /* the file to write before the first step, or a
                             * folder for DATABASE.TIME.bak; "": that of the
                             * database; NULL: none */
  bool strict;              /* what is warned of is an error */
  bool dry_run;             /* run everything and roll back */
  bool has_baseline;        /* where there is no ledger but this table, the */
  int64_t baseline_version; /* database is at this version */
  const char *baseline_table;
  struct mz_limits limits;
  const char *const *allow_read;  /* folders, ended by NULL; may be NULL */
  struct mz_interrupt *interrupt; /* may be NULL */

  /* Told about every second for whom a lock is waited. */
  void (*waiting)(void *context, const char *holder);
  /* Told of each step that begins, and of each one that is committed. */
  void (*started)(void *context, const struct mz_step *step);
  void (*done)(void *context, const struct mz_step *step,
               const struct mz_step_result *result);
  /* Told of what a dry run would do, behind its steps. */
  void (*previewed)(void *context, const struct mz_preview *preview);
  /* Told of the backup that was made, before the first step. */
  void (*backed_up)(void *context, const char *path);
  void (*log)(void *context, enum mz_log_level level, const char *message);
  void (*progress)(void *context, const char *label, int64_t done,
                   int64_t total);
  void *context;
};

/* The run of step as an engine takes it. */
struct mz_run mz_run_options_run(const struct mz_run_options *options,
                                 const struct mz_step *step);

/* How to open the database of options. */
struct mz_database_options
mz_run_options_database(const struct mz_run_options *options,
                        enum mz_database_mode mode);

/* Whether there is no such file; never for a URI. */
bool mz_run_options_is_missing(const struct mz_run_options *options);

#endif
