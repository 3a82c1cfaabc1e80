/* error.h - what went wrong, where, and what the reader can do next.
 *
 * Every function that can fail returns an mz_status and takes a struct
 * mz_error last. The lowest module that knows phrases the message; a layer
 * above adds what it alone knows and never replaces what is there. Messages
 * are lower case without a full stop. Never prints. */
#ifndef MZ_BASE_ERROR_H
#define MZ_BASE_ERROR_H

#include <stdbool.h>

#define MZ_CHECKED __attribute__((warn_unused_result))
#define MZ_NORETURN __attribute__((noreturn))
#define MZ_SLOW __attribute__((noinline)) /* rare: keeps its caller short */
#define MZ_PRINTF(f, a) __attribute__((format(printf, f, a)))

enum mz_status {
  MZ_OK,
  MZ_EMIGRATION, /* a migration or a check failed */
  MZ_EUSAGE,     /* command line, configuration or migration files */
  MZ_EHISTORY,   /* the ledger forbids it: dirty, missing file, foreign */
  MZ_EPARTIAL,   /* a migration without a transaction stopped on its way */
  MZ_EOPEN,      /* the database cannot be opened, read or written */
  MZ_EIO,        /* I/O error or full disk */
  MZ_EUNKNOWN,   /* COMMIT failed and the file cannot be read again */
  MZ_EBUSY,      /* locked until the lock timeout */
  MZ_EINTERRUPT, /* a signal asked to stop */
  MZ_ENOMEM      /* memory is exhausted */
};

/* Starts as MZ_ERROR_INIT. All strings are owned by it and may be NULL. */
struct mz_error {
  enum mz_status status;
  int line;        /* from 1; 0: unknown */
  int column;      /* from 1, in characters; 0: unknown */
  int width;       /* characters to underline, at least 1 where column is */
  char *code;      /* SQLite's name of the error, or one of our own */
  char *message;   /* one line */
  char *file;      /* as the user named it */
  char *source;    /* the text of that line */
  char *note;      /* a remark beside the caret */
  char *details;   /* further lines: rows, objects */
  char *hint;      /* what to do about it */
  char *sql;       /* the statement that failed, where it isn't in file */
  char *traceback; /* the user's frames, one a line */
  char *state;     /* what state the database is in */
};

#define MZ_ERROR_INIT                                                          \
  { .status = MZ_OK }

/* Free what err holds and make it MZ_ERROR_INIT again. Accepts NULL. */
void mz_error_release(struct mz_error *err);

/* Set the status and message of err and return status. Where err already has
 * a message, it is kept. Accepts a NULL err. */
enum mz_status mz_error_set(struct mz_error *err, enum mz_status status,
                            const char *format, ...) MZ_PRINTF(3, 4);

/* Set *field, a string of an mz_error, unless it is set already. */
void mz_error_add(char **field, const char *format, ...) MZ_PRINTF(2, 3);

/* Give what from holds to err, unless that has a message already or is NULL,
 * and empty from. */
void mz_error_move(struct mz_error *err, struct mz_error *from);

/* Name the place of err unless it has one: line and column from 1, or 0. */
void mz_error_place(struct mz_error *err, const char *file, int line,
                    int column);

/* Report that memory is exhausted; returns MZ_ENOMEM. */
enum mz_status mz_error_memory(struct mz_error *err);

#endif
