#include "sqlite/lock.h"

#include <stdint.h>
#include <stdio.h>

#include "base/locks.h"

enum { WAIT_MAX_MS = 50 };

/* In a WAL, locks are on the file of its index. */
bool mz_lock_holder(const char *file, bool wal, char *text, size_t size) {
  char index[4096];
  if (!file || !*file)
    return false;
  (void)snprintf(index, sizeof index, "%s-shm", file);
  return (wal && mz_locks_holder(index, text, size)) ||
         mz_locks_holder(file, text, size);
}

static int64_t milliseconds_since(const struct timespec *start) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)(now.tv_sec - start->tv_sec) * 1000 +
         (now.tv_nsec - start->tv_nsec) / 1000000;
}

/* Tell once in each second. */
static void tell(struct mz_lock *lock, const char *file, bool wal,
                 int64_t seconds) {
  char holder[128] = "another process";
  if (!lock->waiting || seconds <= lock->told)
    return;
  lock->told = (int)seconds;
  (void)mz_lock_holder(file, wal, holder, sizeof holder);
  lock->waiting(lock->context, holder);
}

bool mz_lock_wait(struct mz_lock *lock, const char *file, bool wal,
                  int attempts) {
  int delay = attempts < WAIT_MAX_MS ? attempts + 1 : WAIT_MAX_MS;
  struct timespec pause = {.tv_nsec = delay * 1000000L};
  int64_t waited = 0;
  if (attempts == 0) {
    (void)clock_gettime(CLOCK_MONOTONIC, &lock->since);
    lock->told = 0;
  }
  waited = milliseconds_since(&lock->since);
  tell(lock, file, wal, waited / 1000);
  if (waited >= lock->timeout)
    return false;
  (void)nanosleep(&pause, NULL);
  return true;
}
