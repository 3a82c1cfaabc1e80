/* schema.h - the objects of a database, and which of them no longer compile.
 *
 * Reads sqlite_schema only; tables of SQLite and of the ledger are left out. */
#ifndef MZ_SQLITE_SCHEMA_H
#define MZ_SQLITE_SCHEMA_H

#include "sqlite/database.h"

struct mz_schema_object {
  char *type; /* table, index, view or trigger */
  char *name;
  char *table; /* what an index or trigger belongs to */
  char *sql;   /* as stored; "" for an automatic index */
};

/* Ordered by type, then name. Starts as MZ_SCHEMA_INIT. */
struct mz_schema {
  struct mz_schema_object *objects;
  size_t count;
  size_t capacity;
};

#define MZ_SCHEMA_INIT                                                         \
  { .objects = NULL }

MZ_CHECKED enum mz_status mz_schema_read(struct mz_database *database,
                                         struct mz_schema *schema,
                                         struct mz_error *err);

/* Count the tables and views whose names are mzlua's own: schema_migrations
 * and mzlua_*, but for those of db:remember, which come with the first use:
 * nobody else can make the view that tells that they are there. */
MZ_CHECKED enum mz_status mz_schema_count_reserved(struct mz_database *database,
                                                   int64_t *count,
                                                   struct mz_error *err);
void mz_schema_release(struct mz_schema *schema);

/* The object of that type and name, or NULL. */
const struct mz_schema_object *mz_schema_find(const struct mz_schema *schema,
                                              const char *type,
                                              const char *name);

/* Fill broken, released by the caller, with the views and triggers that do
 * not compile; sql holds SQLite's message instead of the text. What only an
 * application can know (a function, a collation, a module) breaks nothing. */
MZ_CHECKED enum mz_status mz_schema_broken(struct mz_database *database,
                                           struct mz_schema *broken,
                                           struct mz_error *err);

/* Whether a SELECT from name, where it is a view, or else the changes of the
 * table name, with its triggers, compile without any complaint. */
MZ_CHECKED enum mz_status mz_schema_compiles(struct mz_database *database,
                                             const char *name, bool view,
                                             bool *compiles,
                                             struct mz_error *err);

/* The number in the file that every change of the schema makes another. */
MZ_CHECKED enum mz_status mz_schema_version(struct mz_database *database,
                                            int64_t *version,
                                            struct mz_error *err);

/* Whether there is a table or view of that name, in any case. */
MZ_CHECKED enum mz_status mz_schema_has_table(struct mz_database *database,
                                              const char *name, bool *has,
                                              struct mz_error *err);

/* The columns of the table or view, in order, as "id, name, email", which the
 * caller frees; "" where there is no such table. NULL on any error. */
char *mz_schema_columns(struct mz_database *database, const char *table);

#endif
