/* overlap.h - would a statement give a running query rows to meet again?
 *
 * An INSERT into a table that a loop is reading, or an UPDATE that moves rows
 * within the index it reads by, may keep the loop going for ever. Compares the
 * b-trees that the two programs open, as EXPLAIN lists them
 * (https://www.sqlite.org/opcode.html), so that an UPDATE of other columns
 * stays allowed. */
#ifndef MZ_SQLITE_OVERLAP_H
#define MZ_SQLITE_OVERLAP_H

#include "sqlite/statement.h"

/* Set *overlaps: whether reader, a query that is running, might meet rows
 * again after writer has run. */
MZ_CHECKED enum mz_status mz_overlap_find(const struct mz_statement *reader,
                                          const struct mz_statement *writer,
                                          bool *overlaps, struct mz_error *err);

#endif
