#include "script/engine_sql.h"

#include <string.h>

#include "sqlite/script.h"

static enum mz_status check(const struct mz_run *run,
                            struct mz_checked *checked, struct mz_error *err) {
  const struct mz_migration_file *file =
      mz_migration_file(run->migration, run->direction);
  (void)err; /* loading has checked the text */
  checked->has_direction = file->path;
  checked->foreign_keys = file->foreign_keys;
  memcpy(checked->checksum, run->migration->checksum, sizeof checked->checksum);
  return MZ_OK;
}

static enum mz_status run(const struct mz_run *run,
                          struct mz_database *database, struct mz_error *err) {
  const struct mz_migration_file *file =
      mz_migration_file(run->migration, run->direction);
  struct mz_script script = {.file = file->path,
                             .text = file->text,
                             .size = file->size,
                             .transaction = true};
  return mz_script_run(database, &script, NULL, err);
}

const struct mz_engine mz_engine_sql = {
    .kind = "sql", .check = check, .run = run};
