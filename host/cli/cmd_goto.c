#include "cli/commands.h"
#include "cli/move.h"

enum mz_status mz_cmd_goto(struct mz_program *program, struct mz_error *err) {
  struct mz_target target = {.move = MZ_MOVE_GOTO,
                             .allow_out_of_order =
                                 program->options.allow_out_of_order};
  enum mz_status status = mz_program_check_count(program, 1, 1, "goto V", err);
  if (!status)
    status = mz_program_version(program, 0, &target.version, err);
  return status ? status : mz_move_run(program, &target, false, err);
}
