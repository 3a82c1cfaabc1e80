/* directives.h - what the leading comments of a file of SQL say to the program:
 * "-- mzlua: key=value". */
#ifndef MZ_MODEL_DIRECTIVES_H
#define MZ_MODEL_DIRECTIVES_H

#include "model/migration.h"

/* Read the directives of file, whose text is loaded, into it. MZ_EUSAGE for
 * one that is not known, with its place. */
MZ_CHECKED enum mz_status mz_directives_read(struct mz_migration_file *file,
                                             struct mz_error *err);

#endif
