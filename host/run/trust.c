#include "run/trust.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"

static enum mz_status complain(const struct mz_run_options *options,
                               const char *path, const char *what,
                               const char *hint, struct mz_error *err) {
  struct mz_buf text = MZ_BUF_INIT;
  if (options->strict) {
    mz_error_add(&err->hint, "%s", hint);
    return mz_error_set(err, MZ_EUSAGE, "%s %s", path, what);
  }
  mz_buf_format(&text, "%s %s", path, what);
  if (options->log && !text.failed)
    options->log(options->context, MZ_LOG_WARNING, text.data);
  mz_buf_release(&text);
  return MZ_OK;
}

static enum mz_status check_mode(const struct mz_run_options *options,
                                 const char *path, struct mz_error *err) {
  struct mz_buf what = MZ_BUF_INIT;
  unsigned mode = 0;
  enum mz_status status = MZ_OK;
  if (!mz_fs_is_open_to_all(path, &mode))
    return MZ_OK;
  mz_buf_format(&what,
                "may be written by every user (mode %04o), who then decides "
                "what runs on the database",
                mode);
  status = what.failed ? mz_error_memory(err)
                       : complain(options, path, what.data, "chmod o-w", err);
  mz_buf_release(&what);
  return status;
}

/* Whether path, with its links resolved, is below folder with its own. */
static bool is_inside(const char *folder, const char *path) {
  char *real_folder = realpath(folder, NULL);
  char *real_path = realpath(path, NULL);
  size_t size = real_folder ? strlen(real_folder) : 0;
  bool inside = real_folder && real_path &&
                strncmp(real_path, real_folder, size) == 0 &&
                (real_path[size] == '/' || size == 1);
  free(real_folder);
  free(real_path);
  return inside;
}

static enum mz_status check_file(const struct mz_run_options *options,
                                 const char *path, struct mz_error *err) {
  enum mz_status status = check_mode(options, path, err);
  if (status || is_inside(options->folder, path))
    return status;
  return complain(options, path, "is a link that leads out of the folder",
                  "put the file itself there", err);
}

enum mz_status mz_trust_check(const struct mz_run_options *options,
                              const struct mz_plan *plan,
                              struct mz_error *err) {
  enum mz_status status = MZ_OK;
  if (plan->count > 0)
    status = check_mode(options, options->folder, err);
  for (size_t i = 0; i < plan->count && !status; i++)
    if (!plan->steps[i].migration->stored)
      status = check_file(
          options,
          mz_migration_file(plan->steps[i].migration, plan->steps[i].direction)
              ->path,
          err);
  return status;
}
