#include "base/interrupt.h"

#include <stddef.h>

void mz_interrupt_raise(struct mz_interrupt *interrupt, int signo) {
  void (*wake)(void *) = interrupt->wake;
  interrupt->signal = signo;
  if (wake)
    wake(interrupt->context);
}

void mz_interrupt_watch(struct mz_interrupt *interrupt, void (*wake)(void *),
                        void *context) {
  if (!interrupt)
    return;
  interrupt->wake = NULL; /* a signal between the lines finds no half pair */
  interrupt->context = context;
  interrupt->wake = wake;
}
