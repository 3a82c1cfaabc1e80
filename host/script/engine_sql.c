#include "script/engine_sql.h"

#include <ctype.h>
#include <stdlib.h>
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

/* Declare the table whose name is between from and to. */
static void declare_one(const char *from, const char *to,
                        struct mz_losses *losses) {
  char *name = NULL;
  while (from < to && isspace((unsigned char)*from))
    from++;
  while (from < to && isspace((unsigned char)to[-1]))
    to--;
  name = strndup(from, (size_t)(to - from));
  if (name && *name)
    mz_losses_declare(losses, name);
  losses->failed = losses->failed || !name;
  free(name);
}

void mz_engine_sql_declare(const struct mz_migration *migration,
                           enum mz_direction direction,
                           struct mz_losses *losses) {
  const char *names = mz_migration_file(migration, direction)->deletes;
  while (names && losses && *names) {
    size_t size = strcspn(names, ",");
    declare_one(names, names + size, losses);
    names += size + (names[size] == ',');
  }
}

static enum mz_status run(const struct mz_run *run,
                          struct mz_database *database, struct mz_error *err) {
  const struct mz_migration_file *file =
      mz_migration_file(run->migration, run->direction);
  struct mz_script script = {.file = file->path,
                             .text = file->text,
                             .size = file->size,
                             .transaction = true};
  mz_engine_sql_declare(run->migration, run->direction,
                        database->authorizer.losses);
  return mz_script_run(database, &script, NULL, err);
}

const struct mz_engine mz_engine_sql = {
    .kind = "sql", .check = check, .run = run};
