/* config.h - mzlua.lua, a project's settings.
 *
 * The file returns a table and runs in a sandbox without a database. */
#ifndef MZ_SCRIPT_CONFIG_H
#define MZ_SCRIPT_CONFIG_H

#include "script/engine.h"

/* Starts as MZ_CONFIG_INIT; released with mz_config_release. */
struct mz_config {
  char *database;   /* NULL: not set */
  char *migrations; /* folder; NULL: not set */
  bool backup;      /* before each run */
  bool has_baseline;
  int64_t baseline_version;
  char *baseline_table; /* that an unversioned database must have */
  int64_t lock_timeout; /* milliseconds */
  struct mz_limits limits;
};

#define MZ_CONFIG_LOCK_TIMEOUT 15000
#define MZ_CONFIG_MEMORY 1000000000
#define MZ_CONFIG_INIT                                                         \
  {                                                                            \
    .lock_timeout = MZ_CONFIG_LOCK_TIMEOUT, .limits = {                        \
      .memory = MZ_CONFIG_MEMORY                                               \
    }                                                                          \
  }

/* The settings, and the keys of those that are tables; ended by NULL. */
extern const char *const mz_config_keys[];
extern const char *const mz_config_baseline_keys[];
extern const char *const mz_config_limits_keys[];

/* Read the file at path, where there is one, into config. MZ_EUSAGE for one
 * that isn't right. */
MZ_CHECKED enum mz_status mz_config_load(struct mz_config *config,
                                         const char *path,
                                         struct mz_error *err);
void mz_config_release(struct mz_config *config);

/* The name and version of the Lua library. */
const char *mz_config_library(void);

#endif
