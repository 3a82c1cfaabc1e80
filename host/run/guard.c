#include "run/guard.h"

#include <string.h>

#include "base/buf.h"
#include "sqlite/digest_functions.h"

enum { SHOWN = 5 };

/* Fill broken and version for the schema as it is now, unless that has the
 * version known already. */
static enum mz_status look(struct mz_database *database, int64_t known,
                           struct mz_schema *broken, int64_t *version,
                           struct mz_error *err) {
  enum mz_status status = mz_schema_version(database, version, err);
  if (status || *version == known)
    return status;
  return mz_schema_broken(database, broken, err);
}

/* Have guard know broken, which it takes over, of the schema version. */
static void learn(struct mz_guard *guard, struct mz_schema *broken,
                  int64_t version) {
  if (guard->schema == version)
    return;
  mz_schema_release(&guard->broken);
  guard->broken = *broken;
  guard->schema = version;
}

enum mz_status mz_guard_take(struct mz_guard *guard,
                             struct mz_database *database,
                             struct mz_error *err) {
  struct mz_schema broken = MZ_SCHEMA_INIT;
  int64_t version = 0;
  enum mz_status status = MZ_OK;
  mz_foreign_keys_release(&guard->foreign_keys);
  status = mz_foreign_keys_read(database, &guard->foreign_keys, err);
  if (!status)
    status = look(database, guard->schema, &broken, &version, err);
  if (!status)
    learn(guard, &broken, version);
  if (!status)
    status = mz_schema_count_reserved(database, &guard->reserved, err);
  return status;
}

static enum mz_status refuse_broken(size_t count, const char *lines,
                                    struct mz_error *err) {
  bool one = count == 1;
  mz_error_add(&err->details, "%s", lines);
  if (strstr(lines, ": unsafe use of "))
    mz_error_add(&err->hint, "%s", mz_digest_functions_hint);
  mz_error_add(&err->hint,
               "in the same migration, create what %s, or drop %s and create "
               "%s anew after the change",
               one ? "it needs" : "they need", one ? "it" : "them",
               one ? "it" : "them");
  return mz_error_set(err, MZ_EMIGRATION,
                      "%zu %s not compile after this migration", count,
                      one ? "view or trigger does" : "views or triggers do");
}

static enum mz_status report_broken(const struct mz_schema *before,
                                    const struct mz_schema *after,
                                    struct mz_error *err) {
  struct mz_buf lines = MZ_BUF_INIT;
  enum mz_status status = MZ_OK;
  size_t count = 0;
  for (size_t i = 0; i < after->count; i++) {
    const struct mz_schema_object *object = &after->objects[i];
    if (mz_schema_find(before, object->type, object->name))
      continue;
    if (count++ < SHOWN)
      mz_buf_format(&lines, "%s%s %s: %s", count > 1 ? "\n" : "", object->type,
                    object->name, object->sql);
  }
  if (count > SHOWN)
    mz_buf_text(&lines, "\n...");
  if (count > 0)
    status = refuse_broken(count, lines.data ? lines.data : "", err);
  mz_buf_release(&lines);
  return status;
}

static enum mz_status check_reserved(const struct mz_guard *guard,
                                     struct mz_database *database,
                                     struct mz_error *err) {
  int64_t now = 0;
  enum mz_status status = mz_schema_count_reserved(database, &now, err);
  if (status || now == guard->reserved)
    return status;
  mz_error_add(&err->hint, "rename it to something else");
  return mz_error_set(err, MZ_EMIGRATION,
                      "a table has got a name that is mzlua's own: "
                      "schema_migrations, or one that begins with mzlua_");
}

enum mz_status mz_guard_check(struct mz_guard *guard,
                              struct mz_database *database,
                              struct mz_error *err) {
  struct mz_schema broken = MZ_SCHEMA_INIT;
  int64_t version = 0;
  enum mz_status status =
      mz_foreign_keys_check(database, &guard->foreign_keys, err);
  if (!status)
    status = look(database, guard->schema, &broken, &version, err);
  if (!status)
    status = report_broken(&guard->broken, &broken, err);
  if (!status)
    status = check_reserved(guard, database, err);
  if (!status)
    learn(guard, &broken, version);
  else
    mz_schema_release(&broken);
  return status;
}

void mz_guard_release(struct mz_guard *guard) {
  mz_foreign_keys_release(&guard->foreign_keys);
  mz_schema_release(&guard->broken);
}
