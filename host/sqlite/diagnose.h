/* diagnose.h - from SQLite's message to a place, a remark and a way on.
 *
 * SQLite tells where a statement is wrong only for some errors; for the rest
 * this finds the name that the message speaks of. Only ever adds to an error,
 * and never changes data. */
#ifndef MZ_SQLITE_DIAGNOSE_H
#define MZ_SQLITE_DIAGNOSE_H

#include "sqlite/statement.h"

/* Where in a statement an error is. */
struct mz_diagnosis {
  size_t offset; /* bytes */
  int width;     /* characters */
};

/* Explain err, which preparing or running the size bytes of SQL at sql has
 * just brought, in note and hint, and find its place. */
struct mz_diagnosis mz_diagnose(struct mz_database *database, const char *sql,
                                size_t size, struct mz_error *err);

#endif
