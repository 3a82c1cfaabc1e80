/* function.h - functions and collations that the program gives to SQL.
 *
 * Functions may only be called by statements, never by a view, a trigger, an
 * index or a column: what is in the schema would outlive them. */
#ifndef MZ_SQLITE_FUNCTION_H
#define MZ_SQLITE_FUNCTION_H

#include "sqlite/statement.h"

struct sqlite3_context;

/* A call of a function by SQLite. */
struct mz_call {
  struct sqlite3_context *context;
  int count;
  struct sqlite3_value **arguments;
};

/* Takes any number of arguments: SQLite would go on finding one with a fixed
 * number of them after it was removed. */
struct mz_function {
  const char *name; /* must stay */
  bool deterministic;
  void *context;
  void (*call)(void *context, const struct mz_call *call);
  void (*final)(void *context, const struct mz_call *call); /* of a group
                       whose rows call was called for; NULL: no aggregate */
};

struct mz_collation {
  const char *name; /* must stay */
  void *context;
  int (*compare)(void *context, const struct mz_value *a,
                 const struct mz_value *b);
};

/* Register function, which must stay until it is removed. MZ_EMIGRATION where
 * one of that name is in use. */
MZ_CHECKED enum mz_status mz_function_add(struct mz_database *database,
                                          const struct mz_function *function,
                                          struct mz_error *err);
MZ_CHECKED enum mz_status mz_function_remove(struct mz_database *database,
                                             const struct mz_function *function,
                                             struct mz_error *err);

MZ_CHECKED enum mz_status
mz_function_add_collation(struct mz_database *database,
                          const struct mz_collation *collation,
                          struct mz_error *err);
MZ_CHECKED enum mz_status
mz_function_remove_collation(struct mz_database *database,
                             const struct mz_collation *collation,
                             struct mz_error *err);

/* Set *object, which the caller frees, to the first thing in the schema, such
 * as "view film", that calls the function, or names the collation; NULL where
 * there is none. */
MZ_CHECKED enum mz_status mz_function_find_use(struct mz_database *database,
                                               const char *name, bool collation,
                                               char **object,
                                               struct mz_error *err);

/* The argument index, from 0. */
void mz_function_argument(const struct mz_call *call, int index,
                          struct mz_value *value);

/* Set the result. With copy, the bytes are copied; else they must stay until
 * the row is done. */
void mz_function_result(const struct mz_call *call,
                        const struct mz_value *value, bool copy);

/* Fail the statement. */
void mz_function_fail(const struct mz_call *call, const char *message);

/* What an aggregate keeps for the group: 0 at first, NULL out of memory. */
int *mz_function_state(const struct mz_call *call);

#endif
