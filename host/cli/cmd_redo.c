#include "cli/commands.h"
#include "cli/move.h"

enum mz_status mz_cmd_redo(struct mz_program *program, struct mz_error *err) {
  struct mz_target target = {.move = MZ_MOVE_REDO};
  enum mz_status status = mz_program_check_count(program, 0, 0, "redo", err);
  program->options.single_transaction = true; /* an up that fails undoes down */
  return status ? status : mz_move_run(program, &target, true, err);
}
