/* lost_rows.h - how many rows the tables of mz_losses have, before and after.
 */
#ifndef MZ_SQLITE_LOST_ROWS_H
#define MZ_SQLITE_LOST_ROWS_H

#include "sqlite/database.h"

/* Count the rows of the tables that were noted since the last call. */
MZ_CHECKED enum mz_status mz_lost_rows_count(struct mz_losses *losses,
                                             struct mz_database *database,
                                             struct mz_error *err);

/* Count again: MZ_EMIGRATION where a table has fewer rows, with these. */
MZ_CHECKED enum mz_status mz_lost_rows_check(const struct mz_losses *losses,
                                             struct mz_database *database,
                                             struct mz_error *err);

#endif
