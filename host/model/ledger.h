/* ledger.h - which migrations a database has had.
 *
 * schema_migrations is golang-migrate's, statement for statement (its sqlite3
 * driver, database/sqlite3/sqlite3.go); mzlua_history beside it, append-only,
 * is ours. Writes only inside the caller's transaction. */
#ifndef MZ_MODEL_LEDGER_H
#define MZ_MODEL_LEDGER_H

#include "model/migration.h"
#include "sqlite/database.h"

/* A version of the database; none: no migration is applied. */
struct mz_version {
  bool some;
  int64_t number; /* meaningful where some, or -1 */
};

/* Which versions are applied as far as history tells: those it lists, and all
 * up to base, where someone else (golang-migrate, force) set the version. */
struct mz_applied {
  int64_t *versions; /* ascending */
  size_t count;
  size_t capacity;
  struct mz_version base;
};

struct mz_ledger {
  bool exists;
  struct mz_version version;
  bool dirty;
  bool has_history;
  int64_t last_entry; /* the id of history's last row; 0: there is none */
  struct mz_applied applied;
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

/* Set the version, not dirty, and append entry, whose after is that version. */
MZ_CHECKED enum mz_status mz_ledger_write(struct mz_database *database,
                                          const struct mz_history_entry *entry,
                                          struct mz_error *err);

/* Whether version is applied. */
bool mz_applied_has(const struct mz_applied *applied, int64_t version);

/* Write "at 3" or "without any migration" into text, and return it. */
const char *mz_version_describe(struct mz_version version, char text[64]);

/* Whether a and b are the same version. */
bool mz_version_equal(struct mz_version a, struct mz_version b);

#endif
