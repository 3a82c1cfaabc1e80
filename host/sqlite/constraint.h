/* constraint.h - the rows behind "UNIQUE constraint failed".
 *
 * Finds them by running the statement that failed once more, under a
 * temporary trigger that notes each row: for a transaction that is going to
 * be rolled back, and for no other. Where that fails, for whatever reason, err
 * stays as it is. */
#ifndef MZ_SQLITE_CONSTRAINT_H
#define MZ_SQLITE_CONSTRAINT_H

#include "sqlite/statement.h"

/* Show in details of err, a failed constraint, the rows that break it, at
 * most five. statement, whose text is the size bytes at sql, has just failed
 * and is reset. */
void mz_constraint_explain(struct mz_statement *statement, const char *sql,
                           size_t size, struct mz_error *err);

/* The same for the statement whose text is sql in err, its parameters filled
 * in, if nothing was written to database since it failed. */
void mz_constraint_explain_text(struct mz_database *database,
                                struct mz_error *err);

#endif
