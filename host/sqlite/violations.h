/* violations.h - the rows whose foreign key finds no parent, one by one.
 *
 * Reads PRAGMA foreign_key_check, and of each row its primary key and what
 * the foreign key's columns hold. Never writes. */
#ifndef MZ_SQLITE_VIOLATIONS_H
#define MZ_SQLITE_VIOLATIONS_H

#include "sqlite/statement.h"

/* What is done with each: text shows it ("c: id = 1, p = 5 has no parent in
 * p"), values are what the columns of the key hold, as SQL. visit returns
 * false where memory is exhausted. */
struct mz_violations_visitor {
  bool (*visit)(void *context, const char *text, const char *parent,
                const char *values);
  void *context;
};

/* Visit every violation in database. MZ_EMIGRATION where a foreign key can
 * match nothing (its parent has no such unique columns), as SQLite then lists
 * none. */
MZ_CHECKED enum mz_status
mz_violations_each(struct mz_database *database,
                   const struct mz_violations_visitor *visitor,
                   struct mz_error *err);

/* The same, table by table in the order of their names; a foreign key that can
 * match nothing is one violation, with parent "". */
MZ_CHECKED enum mz_status
mz_violations_each_by_table(struct mz_database *database,
                            const struct mz_violations_visitor *visitor,
                            struct mz_error *err);

/* Visit those of check, a foreign_key_check that stands on its first row. */
MZ_CHECKED enum mz_status
mz_violations_each_from(struct mz_statement *check,
                        const struct mz_violations_visitor *visitor,
                        struct mz_error *err);

#endif
