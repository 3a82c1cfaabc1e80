/* move.h - what up, down, goto and redo have in common. */
#ifndef MZ_CLI_MOVE_H
#define MZ_CLI_MOVE_H

#include "cli/program.h"

/* Take the database to target and report it. With must_exist, a missing
 * database is an error; else it is created. */
MZ_CHECKED enum mz_status mz_move_run(struct mz_program *program,
                                      const struct mz_target *target,
                                      bool must_exist, struct mz_error *err);

/* Set the limit of target from the command's argument, if there is one. */
MZ_CHECKED enum mz_status mz_move_limit(const struct mz_program *program,
                                        struct mz_target *target,
                                        struct mz_error *err);

#endif
