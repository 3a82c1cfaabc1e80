/* database_url.h - how a database may be named.
 *
 * A path; file:URI as SQLite has it; sqlite:PATH and sqlite3://PATH as
 * golang-migrate and dbmate have them, with %20 for a space or a space. */
#ifndef MZ_CLI_DATABASE_URL_H
#define MZ_CLI_DATABASE_URL_H

#include "base/error.h"

/* Set *path, which the caller frees, to what mz_database_open takes. MZ_EUSAGE
 * for another scheme or a parameter that would be lost. */
MZ_CHECKED enum mz_status mz_database_url_parse(const char *url, char **path,
                                                struct mz_error *err);

#endif
