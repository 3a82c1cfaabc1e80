/* preview.h - what a dry run would do: to the schema, and to rows.
 *
 * Taken while its transaction is open. */
#ifndef MZ_RUN_PREVIEW_H
#define MZ_RUN_PREVIEW_H

#include "sqlite/row_changes.h"
#include "sqlite/schema.h"

struct mz_preview_table {
  char *name;
  int64_t rows_before; /* -1: it was not there */
  int64_t rows_after;  /* -1: it is not there any more */
  int64_t
      root_before; /* the page where it begins: another one where the table */
  int64_t root_after; /* was made anew */
};

/* Starts as MZ_PREVIEW_INIT. */
struct mz_preview {
  struct mz_schema before;
  struct mz_schema after;
  struct mz_row_changes changes;
  struct mz_preview_table *tables; /* with rows of their own, by name */
  size_t count;
  size_t capacity;
};

#define MZ_PREVIEW_INIT                                                        \
  {                                                                            \
    .before = MZ_SCHEMA_INIT, .after = MZ_SCHEMA_INIT,                         \
    .changes = MZ_ROW_CHANGES_INIT                                             \
  }

/* Note how database is, and count what is written from now on. */
MZ_CHECKED enum mz_status mz_preview_begin(struct mz_preview *preview,
                                           struct mz_database *database,
                                           struct mz_error *err);

/* Note how it is now, and count no more. */
MZ_CHECKED enum mz_status mz_preview_end(struct mz_preview *preview,
                                         struct mz_database *database,
                                         struct mz_error *err);

/* Whether the table was made anew, rows and all. */
bool mz_preview_is_rebuilt(const struct mz_preview_table *table);

/* The table of that name, or NULL. */
const struct mz_preview_table *
mz_preview_table(const struct mz_preview *preview, const char *name);

void mz_preview_release(struct mz_preview *preview);

#endif
