/* losses.h - tables that lose rows without a statement that says so.
 *
 * A foreign key action or a trigger may delete rows of tables that a migration
 * does not name. Such tables are noted while statements are compiled, their
 * rows counted before the statement runs and again at the end. A table from
 * which a statement deletes itself, or that it drops, is named, and not
 * looked at; nor are tables whose loss is declared, and virtual tables, which
 * are made of others. */
#ifndef MZ_SQLITE_LOSSES_H
#define MZ_SQLITE_LOSSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mz_loss {
  char *name;
  bool named;     /* rows may go: a statement deletes them, or it is declared */
  bool exposed;   /* something else deletes rows of it */
  int64_t before; /* rows before; -1: not counted */
};

/* Starts as MZ_LOSSES_INIT. */
struct mz_losses {
  struct mz_loss *items;
  size_t count;
  size_t capacity;
  bool failed;   /* out of memory */
  bool targeted; /* the statement that is compiled has its table */
};

#define MZ_LOSSES_INIT                                                         \
  { .items = NULL }

/* Note an action of the authorizer (SQLITE_INSERT, SQLITE_UPDATE,
 * SQLITE_DELETE or SQLITE_DROP_TABLE) on a table of the main database; trigger
 * is the one that does it, or NULL. */
void mz_losses_note(struct mz_losses *losses, int action, const char *table,
                    const char *trigger);

/* Declare that rows of a table may go. */
void mz_losses_declare(struct mz_losses *losses, const char *table);

/* Forget them all. */
void mz_losses_clear(struct mz_losses *losses);
void mz_losses_release(struct mz_losses *losses);

#endif
