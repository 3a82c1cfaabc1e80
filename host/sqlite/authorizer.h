/* authorizer.h - what the text of a migration may do to its connection.
 *
 * SQLite asks it for each action while a statement is compiled. While guarded,
 * it denies what would end or leave the runner's transaction, change the
 * ledger, reach another file or survive a rollback, and keeps the reason for
 * the message. It also notes which transaction statement or foreign key
 * pragma is being compiled, so that these are recognised by SQLite's parser
 * and not by their spelling. */
#ifndef MZ_SQLITE_AUTHORIZER_H
#define MZ_SQLITE_AUTHORIZER_H

#include "sqlite/losses.h"
#include "sqlite/traces.h"

#include <stdbool.h>

enum mz_statement_kind {
  MZ_STATEMENT_PLAIN,
  MZ_STATEMENT_BEGIN,
  MZ_STATEMENT_COMMIT,
  MZ_STATEMENT_ROLLBACK,
  MZ_STATEMENT_SAVEPOINT,    /* SAVEPOINT, RELEASE or ROLLBACK TO */
  MZ_STATEMENT_PRAGMA,       /* any pragma that is let through */
  MZ_STATEMENT_FOREIGN_KEYS, /* PRAGMA foreign_keys = ... */
  MZ_STATEMENT_FOREIGN_KEY_CHECK
};

struct mz_authorizer {
  bool guarded;                /* false: the program's own statements */
  bool outside;                /* of any transaction, as is meant */
  struct mz_traces *traces;    /* of what is guarded; may be NULL */
  struct mz_losses *losses;    /* the same */
  enum mz_statement_kind kind; /* of the statement compiled last */
  char reason[160];            /* why something was denied; "" if nothing */
  char hint[200];              /* what to do instead; "" if unknown */
};

/* The callback for sqlite3_set_authorizer, with a struct mz_authorizer as its
 * context. Parameters and results are as documented there. */
int mz_authorizer_decide(void *context, int action, const char *first,
                         const char *second, const char *database,
                         const char *trigger);

/* Forget what was noted, before a statement is compiled. */
void mz_authorizer_clear(struct mz_authorizer *authorizer);

/* Whether name is a table that belongs to the ledger. */
bool mz_authorizer_is_ledger(const char *name);

#endif
