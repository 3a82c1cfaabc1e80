/* database.h - one connection to one SQLite file, and its transaction.
 *
 * Opened so that a commit is durable and nothing is loaded from elsewhere;
 * used by one thread. The only way to begin, commit or roll back. Never
 * creates a file unless asked to. */
#ifndef MZ_SQLITE_DATABASE_H
#define MZ_SQLITE_DATABASE_H

#include "base/error.h"
#include "base/interrupt.h"
#include "sqlite/authorizer.h"
#include "sqlite/lock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sqlite3;
struct mz_statement;

enum mz_database_mode {
  MZ_DATABASE_READ,  /* never written, must exist */
  MZ_DATABASE_WRITE, /* must exist */
  MZ_DATABASE_CREATE /* made where it is missing */
};

struct mz_database_options {
  const char *path; /* a path, or a file: URI */
  enum mz_database_mode mode;
  bool foreign_keys;              /* enforce them; off by default */
  struct mz_lock lock;            /* how long to wait, whom to tell */
  struct mz_interrupt *interrupt; /* may be NULL */
};

struct mz_database {
  struct sqlite3 *handle;
  struct mz_authorizer authorizer;
  struct mz_interrupt *interrupt;
  struct mz_lock lock;
  char *path;     /* as the user named it */
  bool wal;       /* made durable for a WAL; else for a rollback journal */
  int64_t failed; /* changes when a statement failed without a trace, or -1 */
  bool (*unlock)(void *context); /* closes open cursors; false: none is */
  void *unlock_context;
  enum mz_status (*check_write)(void *context, struct mz_statement *statement,
                                struct mz_error *err); /* before it writes */
  void *check_context;
};

/* Have SQLite not count its memory, which costs a lock for each allocation, 7 %
 * of an INSERT's instructions. For the whole process, so for a program of its
 * own, and before its first connection. */
void mz_database_start(void);

/* Open the database that options describes into *database. MZ_EOPEN when it
 * is missing, not readable, not a database, corrupt or in memory; MZ_EBUSY
 * when it stays locked. */
MZ_CHECKED enum mz_status
mz_database_open(struct mz_database **database,
                 const struct mz_database_options *options,
                 struct mz_error *err);

/* Open an empty database in memory, to build a schema in. */
MZ_CHECKED enum mz_status
mz_database_open_scratch(struct mz_database **database,
                         struct mz_interrupt *interrupt, struct mz_error *err);

/* The absolute path of its file; NULL or "" where it is in memory. */
const char *mz_database_file(const struct mz_database *database);

/* Close database, undoing an open transaction. Accepts NULL. */
void mz_database_close(struct mz_database *database);

/* Take the write lock (BEGIN IMMEDIATE), waiting for the lock timeout. */
MZ_CHECKED enum mz_status mz_database_begin(struct mz_database *database,
                                            struct mz_error *err);

/* See one state of the file from the first read on, until it is closed. */
MZ_CHECKED enum mz_status
mz_database_begin_reading(struct mz_database *database, struct mz_error *err);

/* COMMIT, waiting for readers until the lock timeout. After an error the
 * transaction may be open, undone or even done: read the file again. */
MZ_CHECKED enum mz_status mz_database_commit(struct mz_database *database,
                                             struct mz_error *err);

/* ROLLBACK where a transaction is open. Never fails visibly: closing the
 * connection undoes what is left. */
void mz_database_rollback(struct mz_database *database);

/* Whether a transaction is open: sqlite3_get_autocommit() is 0. */
bool mz_database_in_transaction(const struct mz_database *database);

/* Run sql, statements without parameters and without results. */
MZ_CHECKED enum mz_status mz_database_exec(struct mz_database *database,
                                           const char *sql,
                                           struct mz_error *err);

/* VACUUM. */
MZ_CHECKED enum mz_status mz_database_vacuum(struct mz_database *database,
                                             struct mz_error *err);

/* While guarded, what is compiled is subject to the authorizer. */
void mz_database_guard(struct mz_database *database, bool guarded);

/* Rows inserted, updated and deleted since the connection was opened, those
 * of triggers and foreign key actions included. */
int64_t mz_database_changes(const struct mz_database *database);

const char *mz_database_library(void); /* SQLite's version */
/* The rowid of the last INSERT. */
int64_t mz_database_last_rowid(const struct mz_database *database);

/* Set err from the result code of a SQLite call on database: status, message
 * and hint. Returns the status. */
enum mz_status mz_database_error(struct mz_database *database, int code,
                                 struct mz_error *err);

#endif
