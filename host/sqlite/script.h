/* script.h - SQL text of many statements, run one after the other.
 *
 * Statements end where SQLite's parser says so. One BEGIN ... COMMIT around
 * all of them is passed over, for the runner's transaction does the same;
 * PRAGMA foreign_keys is passed over as well, for the runner enforces none.
 * Errors name the line, column and text they are about. */
#ifndef MZ_SQLITE_SCRIPT_H
#define MZ_SQLITE_SCRIPT_H

#include "sqlite/database.h"

struct mz_script {
  const char *file; /* for messages; NULL: err->sql holds the text */
  const char *text; /* a NUL byte follows it */
  size_t size;
  const char *around; /* the file that text stands in, for places; NULL: it is
                         the file itself */
  size_t around_size;
  size_t start;     /* of text in around */
  bool transaction; /* one BEGIN ... COMMIT pair is allowed */
  bool alone;       /* each statement commits by itself */
};

/* Run every statement of script; results of queries are dropped. *changes,
 * unless NULL, is the number of rows changed. On an error the statements
 * before have had their effect: roll back. */
MZ_CHECKED enum mz_status mz_script_run(struct mz_database *database,
                                        const struct mz_script *script,
                                        int64_t *changes, struct mz_error *err);

/* Run the statement at *offset, if there is one, and move *offset behind it. */
MZ_CHECKED enum mz_status mz_script_next(struct mz_database *database,
                                         const struct mz_script *script,
                                         size_t *offset, struct mz_error *err);

/* Name the place at offset of script in err. */
void mz_script_place(const struct mz_script *script, size_t offset,
                     struct mz_error *err);

/* The offset of the first token at or behind offset that is neither white
 * space nor a comment; the size where there is none. */
size_t mz_script_solid(const struct mz_script *script, size_t offset);

/* Check what can be checked without a database: strings, names and comments
 * that never end. MZ_EUSAGE with their place. */
MZ_CHECKED enum mz_status mz_script_check(const struct mz_script *script,
                                          struct mz_error *err);

#endif
