/* allowed.h - reading below the folders that the user has allowed.
 *
 * A path counts as what it resolves to, through ".." and symbolic links, and
 * is then opened step by step without following any, so that a link that is
 * put there meanwhile leads nowhere. Never waits for a pipe or a device. Never
 * opens the database: closing it would drop SQLite's locks. */
#ifndef MZ_BASE_ALLOWED_H
#define MZ_BASE_ALLOWED_H

#include "base/error.h"

#include <stdbool.h>
#include <sys/stat.h>

struct mz_allowed {
  const char *const *folders; /* ended by NULL, as the user named them */
  const char *database;       /* its path; may be NULL */
};

/* Set *info to what is at path; *found is false where nothing is. MZ_EMIGRATION
 * where path is not below an allowed folder, or cannot be looked at. */
MZ_CHECKED enum mz_status mz_allowed_stat(const struct mz_allowed *allowed,
                                          const char *path, struct stat *info,
                                          bool *found, struct mz_error *err);

/* Open the regular file at path, or the folder, into *fd, which the caller
 * closes. MZ_EMIGRATION as above, or where there is no such thing. */
MZ_CHECKED enum mz_status mz_allowed_open(const struct mz_allowed *allowed,
                                          const char *path, bool folder,
                                          int *fd, struct mz_error *err);

#endif
