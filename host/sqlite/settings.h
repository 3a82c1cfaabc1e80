/* settings.h - what a migration may leave behind on its connection.
 *
 * A commit and a rollback let the settings of a connection and temporary
 * objects be. Where several migrations share one, each must find it as the
 * first did. */
#ifndef MZ_SQLITE_SETTINGS_H
#define MZ_SQLITE_SETTINGS_H

#include "sqlite/database.h"

enum { MZ_SETTINGS = 11 };

struct mz_settings {
  int64_t values[MZ_SETTINGS];
};

/* Read the settings of database that a migration may change. */
MZ_CHECKED enum mz_status mz_settings_read(struct mz_database *database,
                                           struct mz_settings *settings,
                                           struct mz_error *err);

/* Set them back, and drop all temporary objects. */
MZ_CHECKED enum mz_status
mz_settings_restore(struct mz_database *database,
                    const struct mz_settings *settings, struct mz_error *err);

#endif
