#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "sqlite/database.h"

enum { GRACE_SECONDS = 2 };

static struct mz_interrupt interrupt; /* what a signal handler can reach */

/* Ends the process as SIGKILL would: what was not committed is undone when
 * the database is opened again. */
static void stop_now(void) {
  static const char text[] =
      "mzlua: interrupted; what was not committed will be rolled back when "
      "the database is next opened\n";
  ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
  (void)ignored;
  _exit(interrupt.signal == SIGALRM ? 1 : 128 + (int)interrupt.signal);
}

/* The first signal asks to stop; a second one, or a script that sits in a
 * call where nothing can stop it, ends the process. */
static void on_signal(int signo) {
  if (interrupt.signal)
    stop_now();
  mz_interrupt_raise(&interrupt, signo);
  (void)alarm(GRACE_SECONDS);
}

static void handle(int signo, void (*handler)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  (void)sigaction(signo, &action, NULL);
}

/* Under nohup a lost terminal is no reason to stop. */
static bool is_ignored(int signo) {
  struct sigaction action;
  return !sigaction(signo, NULL, &action) && action.sa_handler == SIG_IGN;
}

int main(int argc, char **argv) {
  handle(SIGINT, on_signal);
  handle(SIGTERM, on_signal);
  if (!is_ignored(SIGHUP))
    handle(SIGHUP, on_signal);
  handle(SIGALRM, on_signal); /* a migration's time is over, or the grace */
  handle(SIGPIPE, SIG_IGN);
  mz_database_start();
  return mz_cli_run(argc, argv, &interrupt);
}
