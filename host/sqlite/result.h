/* result.h - SQLite's result codes: their names, and what they mean here.
 *
 * Takes primary and extended codes: https://www.sqlite.org/rescode.html. */
#ifndef MZ_SQLITE_RESULT_H
#define MZ_SQLITE_RESULT_H

#include "base/error.h"

/* Return the status that an error with code has. */
enum mz_status mz_result_status(int code);

/* Return SQLite's name of code, or of its primary code where it is rare. */
const char *mz_result_name(int code);

#endif
