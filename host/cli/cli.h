/* cli.h - the program: a command line, and a command for each of its verbs. */
#ifndef MZ_CLI_CLI_H
#define MZ_CLI_CLI_H

#include "base/interrupt.h"

/* Run the command line argv and return the exit status. interrupt is raised
 * by the caller's signal handler. */
int mz_cli_run(int argc, char **argv, struct mz_interrupt *interrupt);

#endif
