/* foreign_keys.h - rows whose foreign key finds no parent.
 *
 * Remembers violations by the parent and the values that are not in it, and
 * not by table, column or row number, which a rename or a rebuild may change,
 * so that those a database already had can be told from new ones; by the
 * values alone where the parent has a name that was no table's. */
#ifndef MZ_SQLITE_FOREIGN_KEYS_H
#define MZ_SQLITE_FOREIGN_KEYS_H

#include "base/buf.h"
#include "sqlite/statement.h"

/* Starts as MZ_FOREIGN_KEYS_INIT. */
struct mz_foreign_keys {
  uint64_t *hashes; /* of violations and of tables' names; sorted */
  size_t count;
  size_t capacity;
};

#define MZ_FOREIGN_KEYS_INIT                                                   \
  { .hashes = NULL }

/* Collect every violation in database. */
MZ_CHECKED enum mz_status mz_foreign_keys_read(struct mz_database *database,
                                               struct mz_foreign_keys *found,
                                               struct mz_error *err);

/* MZ_EMIGRATION where database has violations beyond those in before, with a
 * message that counts them and at most five of them in details. */
MZ_CHECKED enum mz_status
mz_foreign_keys_check(struct mz_database *database,
                      const struct mz_foreign_keys *before,
                      struct mz_error *err);

/* Append to lines the rows, at most five, of check, a foreign_key_check that
 * stands on its first row. */
MZ_CHECKED enum mz_status mz_foreign_keys_show(struct mz_statement *check,
                                               struct mz_buf *lines,
                                               struct mz_error *err);

void mz_foreign_keys_release(struct mz_foreign_keys *found);

#endif
