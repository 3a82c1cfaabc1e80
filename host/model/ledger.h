/* ledger.h - which migrations a database has had.
 *
 * schema_migrations is golang-migrate's, statement for statement (its sqlite3
 * driver, database/sqlite3/sqlite3.go); mzlua_history beside it, append-only,
 * is ours. Writes only inside the caller's transaction. */
#ifndef MZ_MODEL_LEDGER_H
#define MZ_MODEL_LEDGER_H

#include "model/applied.h"
#include "model/migration.h"
#include "model/unfinished.h"
#include "sqlite/database.h"

struct mz_ledger {
  bool exists;
  struct mz_version version;
  bool dirty;
  bool has_history;
  int64_t last_entry; /* the id of history's last row; 0: there is none */
  struct mz_applied applied;
  struct mz_unfinished unfinished; /* where it is dirty because of that */
};

struct mz_history_entry {
  int64_t version;
  const char *name;
  const char *direction;  /* up, down, force or baseline */
  const char *kind;       /* sql or lua; NULL where nothing was run */
  const char *checksum;   /* may be NULL */
  const char *started_at; /* UTC, ISO 8601 */
  int64_t duration_ms;
  int64_t rows_changed;
  struct mz_version before;
  struct mz_version after;
  const char *down_text; /* may be NULL */
};

/* Read the ledger of database; release it with mz_ledger_release. MZ_EHISTORY
 * when schema_migrations has another shape or content than golang-migrate
 * gives it. A dirty one is read without complaint. */
MZ_CHECKED enum mz_status mz_ledger_read(struct mz_database *database,
                                         struct mz_ledger *ledger,
                                         struct mz_error *err);
void mz_ledger_release(struct mz_ledger *ledger);

/* MZ_EHISTORY where schema_migrations is another tool's; its rows may be
 * anything. */
MZ_CHECKED enum mz_status mz_ledger_check_shape(struct mz_database *database,
                                                struct mz_error *err);

/* MZ_EHISTORY when the ledger is dirty. */
MZ_CHECKED enum mz_status mz_ledger_check_clean(const struct mz_ledger *ledger,
                                                struct mz_error *err);

/* Create what is missing of the two tables. */
MZ_CHECKED enum mz_status mz_ledger_create(struct mz_database *database,
                                           struct mz_error *err);

/* Have ledger say what it would if it were read again after entry was written,
 * as row last_entry of history. MZ_ENOMEM leaves it unusable. */
MZ_CHECKED enum mz_status mz_ledger_follow(struct mz_ledger *ledger,
                                           const struct mz_history_entry *entry,
                                           int64_t last_entry,
                                           struct mz_error *err);

/* Set the version, dirty: a migration that leads there begins. */
MZ_CHECKED enum mz_status mz_ledger_begin(struct mz_database *database,
                                          struct mz_version version,
                                          struct mz_error *err);

/* Set the version, not dirty, as it was before mz_ledger_begin. */
MZ_CHECKED enum mz_status mz_ledger_take_back(struct mz_database *database,
                                              struct mz_version version,
                                              struct mz_error *err);

/* Set the version, not dirty, and append entry, whose after is that version.
 * What was unfinished is so no more. */
MZ_CHECKED enum mz_status mz_ledger_write(struct mz_database *database,
                                          const struct mz_history_entry *entry,
                                          struct mz_error *err);

#endif
