/* unfinished.h - the migration without a transaction that has begun and not
 * ended: where it stands.
 *
 * The one row of mzlua_unfinished, a table that is there only meanwhile. */
#ifndef MZ_MODEL_UNFINISHED_H
#define MZ_MODEL_UNFINISHED_H

#include "model/applied.h"
#include "model/migration.h"
#include "sqlite/database.h"

struct mz_unfinished {
  bool some;
  int64_t version; /* of the migration */
  enum mz_direction direction;
  struct mz_version before; /* the ledger's version before and after it */
  struct mz_version after;
  int64_t statement;           /* the next one, from 1 */
  int64_t position;            /* bytes of its text that have run */
  char digest[MZ_DIGEST_SIZE]; /* of these */
};

/* Read what is unfinished; some is false where nothing is. */
MZ_CHECKED enum mz_status mz_unfinished_read(struct mz_database *database,
                                             struct mz_unfinished *unfinished,
                                             struct mz_error *err);

/* Write that the migration begins, inside the caller's transaction. */
MZ_CHECKED enum mz_status
mz_unfinished_begin(struct mz_database *database,
                    const struct mz_unfinished *unfinished,
                    struct mz_error *err);

/* Write that the statement before now's has run; setting is its text where it
 * is one of the connection, else "". MZ_EHISTORY where that was not the next
 * one: another process goes on with it. */
MZ_CHECKED enum mz_status mz_unfinished_advance(struct mz_database *database,
                                                const struct mz_unfinished *now,
                                                const char *setting,
                                                struct mz_error *err);

/* The texts of the settings so far, as a script, which the caller frees. */
MZ_CHECKED enum mz_status mz_unfinished_settings(struct mz_database *database,
                                                 char **settings,
                                                 struct mz_error *err);

/* Forget it. */
MZ_CHECKED enum mz_status mz_unfinished_end(struct mz_database *database,
                                            struct mz_error *err);

#endif
