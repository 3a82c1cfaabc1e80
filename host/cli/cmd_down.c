#include "cli/commands.h"
#include "cli/move.h"

enum mz_status mz_cmd_down(struct mz_program *program, struct mz_error *err) {
  struct mz_target target = {.move = MZ_MOVE_DOWN};
  enum mz_status status =
      mz_program_check_count(program, 0, 1, "down [N] or down --all", err);
  if (!status)
    status = mz_move_limit(program, &target, err);
  if (status)
    return status;
  if (program->options.all && target.limited)
    return mz_error_set(err, MZ_EUSAGE,
                        "`mzlua down` takes a number or --all, not both");
  if (program->options.all &&
      !mz_report_confirm(&program->options,
                         "Undo every migration? Data may be lost.", true))
    return mz_error_set(err, MZ_EUSAGE, "not confirmed; nothing was done");
  if (!program->options.all && !target.limited) {
    target.limited = true;
    target.count = 1;
  }
  return mz_move_run(program, &target, true, err);
}
