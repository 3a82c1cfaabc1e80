/* interrupt.h - a request to stop, raised by a signal and seen everywhere.
 *
 * SQLite's busy and progress handlers and Lua's hook look at the flag; what
 * runs long can register a wake function as well. Raising is safe inside a
 * signal handler of the thread that works. */
#ifndef MZ_BASE_INTERRUPT_H
#define MZ_BASE_INTERRUPT_H

#include <signal.h>

struct mz_interrupt {
  volatile sig_atomic_t signal; /* 0, or the number of the signal */
  void (*volatile wake)(void *context);
  void *volatile context;
};

/* Ask what watches interrupt to stop because of the signal numbered signo.
 * Async-signal-safe as far as the wake function is. */
void mz_interrupt_raise(struct mz_interrupt *interrupt, int signo);

/* Have wake(context) called by mz_interrupt_raise, or nothing where wake is
 * NULL. interrupt may be NULL: then nothing is done. */
void mz_interrupt_watch(struct mz_interrupt *interrupt, void (*wake)(void *),
                        void *context);

#endif
