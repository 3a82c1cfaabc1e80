/* lock.h - waiting for another process's lock. */
#ifndef MZ_SQLITE_LOCK_H
#define MZ_SQLITE_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct mz_lock {
  int timeout; /* milliseconds to wait */
  /* Told about every second for whom it waits; may be NULL. */
  void (*waiting)(void *context, const char *holder);
  void *context;
  struct timespec since; /* the first attempt */
  int told;              /* seconds that were told of */
};

/* Pause before the attempt after attempts, from 0, to lock the database in
 * file, which may be NULL; wal: it has a WAL. False once the time is over. */
bool mz_lock_wait(struct mz_lock *lock, const char *file, bool wal,
                  int attempts);

/* As mz_locks_holder, for the locks of SQLite on the database in file. */
bool mz_lock_holder(const char *file, bool wal, char *text, size_t size);

#endif
