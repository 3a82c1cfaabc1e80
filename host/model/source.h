/* source.h - the folder of migrations, in the order of their versions.
 *
 * Listing reads names only; a migration's text is read when it is loaded and
 * never executed here. */
#ifndef MZ_MODEL_SOURCE_H
#define MZ_MODEL_SOURCE_H

#include "model/migration.h"

struct mz_source {
  char *folder;                    /* as the user named it */
  struct mz_migration *migrations; /* by version */
  size_t count;
  size_t capacity;
  int64_t highest; /* version */
};

/* List the migrations in folder. MZ_EUSAGE when it cannot be read, when a
 * version stands there twice, or when a name cannot be a version. */
MZ_CHECKED enum mz_status mz_source_open(struct mz_source **source,
                                         const char *folder,
                                         struct mz_error *err);
void mz_source_close(struct mz_source *source);

/* Add migration, with its texts, which the source takes over. */
MZ_CHECKED enum mz_status mz_source_add(struct mz_source *source,
                                        const struct mz_migration *migration,
                                        struct mz_error *err);

/* The migration of that version, or NULL. */
struct mz_migration *mz_source_find(const struct mz_source *source,
                                    int64_t version);

/* Read the texts of migration, check that they are UTF-8 and, for SQL, their
 * directives and that nothing stays open. Loading twice does nothing. */
MZ_CHECKED enum mz_status mz_source_load(struct mz_migration *migration,
                                         struct mz_error *err);

#endif
