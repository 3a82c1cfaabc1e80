/* engine.h - how the text of a migration is checked and run.
 *
 * One engine for SQL, one for Lua. An engine works inside the transaction that
 * its caller has begun, and neither begins nor ends one. */
#ifndef MZ_SCRIPT_ENGINE_H
#define MZ_SCRIPT_ENGINE_H

#include "model/migration.h"
#include "sqlite/database.h"

struct mz_limits {
  size_t memory;         /* bytes a Lua state may hold; 0: no limit */
  uint64_t instructions; /* a migration may run; 0: no limit */
  int64_t seconds;       /* it may take; 0: no limit. Whoever handles signals
                            sees to it */
};

enum mz_log_level { MZ_LOG_INFO, MZ_LOG_NOTICE, MZ_LOG_WARNING };

/* One direction of one migration, as it is about to run. log and progress,
 * which may be NULL, are given log_context; progress is told often, with a
 * total of 0 where that is unknown. */
struct mz_run {
  const struct mz_migration *migration;
  enum mz_direction direction;
  const char *folder; /* that the migrations are in */
  bool dry_run;
  struct mz_limits limits;
  const char *const *allow_read;  /* folders, ended by NULL; may be NULL */
  struct mz_interrupt *interrupt; /* may be NULL */
  void (*log)(void *context, enum mz_log_level level, const char *message);
  void (*progress)(void *context, const char *label, int64_t done,
                   int64_t total);
  void *log_context;
};

/* What a check found out. */
struct mz_checked {
  bool has_direction; /* false: there is no such up or down */
  bool foreign_keys;  /* enforce them while it runs */
  char checksum[MZ_DIGEST_SIZE];
};

struct mz_engine {
  const char *kind; /* as history has it */

  /* Check the loaded text without a database. MZ_EUSAGE with a place. */
  enum mz_status (*check)(const struct mz_run *run, struct mz_checked *checked,
                          struct mz_error *err);

  /* Run it on database, guarded, with a transaction open. */
  enum mz_status (*run)(const struct mz_run *run, struct mz_database *database,
                        struct mz_error *err);
};

#endif
