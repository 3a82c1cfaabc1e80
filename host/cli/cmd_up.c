#include "cli/commands.h"
#include "cli/move.h"

enum mz_status mz_cmd_up(struct mz_program *program, struct mz_error *err) {
  struct mz_target target = {.move = MZ_MOVE_UP,
                             .allow_out_of_order =
                                 program->options.allow_out_of_order};
  enum mz_status status = mz_program_check_count(program, 0, 1, "up [N]", err);
  if (!status)
    status = mz_move_limit(program, &target, err);
  return status ? status : mz_move_run(program, &target, false, err);
}
