/* commands.h - the commands, each in a file of its name.
 *
 * Each takes the program with its arguments, prints through the report, and
 * returns a status with err set. */
#ifndef MZ_CLI_COMMANDS_H
#define MZ_CLI_COMMANDS_H

#include "cli/program.h"

enum mz_status mz_cmd_baseline(struct mz_program *program,
                               struct mz_error *err);
enum mz_status mz_cmd_create(struct mz_program *program, struct mz_error *err);
enum mz_status mz_cmd_down(struct mz_program *program, struct mz_error *err);
enum mz_status mz_cmd_force(struct mz_program *program, struct mz_error *err);
enum mz_status mz_cmd_goto(struct mz_program *program, struct mz_error *err);
enum mz_status mz_cmd_prune(struct mz_program *program, struct mz_error *err);
enum mz_status mz_cmd_redo(struct mz_program *program, struct mz_error *err);
enum mz_status mz_cmd_adopt(struct mz_program *program, struct mz_error *err);
enum mz_status mz_cmd_resume(struct mz_program *program, struct mz_error *err);
enum mz_status mz_cmd_restore(struct mz_program *program, struct mz_error *err);
enum mz_status mz_cmd_status(struct mz_program *program, struct mz_error *err);
enum mz_status mz_cmd_up(struct mz_program *program, struct mz_error *err);
enum mz_status mz_cmd_version(struct mz_program *program, struct mz_error *err);

#endif
