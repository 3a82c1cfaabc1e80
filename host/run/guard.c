#include "run/guard.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"
#include "sqlite/digest_functions.h"
#include "sqlite/lost_rows.h"

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
  if (guard->current && guard->reserved >= 0 && guard->foreign_keys.count == 0)
    return MZ_OK;
  mz_links_release(&guard->links);
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

/* A table that was altered may have got another name, which nobody tells. */
static enum mz_status look_for_renamed(struct mz_guard *guard,
                                       struct mz_database *database,
                                       struct mz_error *err) {
  struct mz_traces *traces = &guard->traces;
  enum mz_status status = MZ_OK;
  for (size_t i = 0; i < traces->count && !traces->unknown && !status; i++) {
    bool has = true;
    if (!(traces->items[i].what & MZ_TRACE_ALTERED))
      continue;
    status = mz_schema_has_table(database, traces->items[i].name, &has, err);
    traces->unknown =
        !has || traces->items[i].what & (MZ_TRACE_MADE | MZ_TRACE_DROPPED);
  }
  return status;
}

static enum mz_status check_foreign_keys(struct mz_guard *guard,
                                         struct mz_database *database,
                                         struct mz_error *err) {
  bool doubt = guard->traces.unknown || guard->foreign_keys.count > 0;
  enum mz_status status = MZ_OK;
  if (!doubt) {
    status = mz_links_follow(&guard->links, &guard->traces, database, err);
    if (!status)
      status =
          mz_links_check(&guard->links, &guard->traces, database, &doubt, err);
  } else
    mz_links_release(&guard->links);
  return status || !doubt
             ? status
             : mz_foreign_keys_check(database, &guard->foreign_keys, err);
}

/* Whether sql, the definition of the view, may name something else whose own
 * has changed; view is "" for a trigger's. */
static bool is_mentioned(const struct mz_traces *traces, const char *view,
                         const char *sql) {
  for (size_t i = 0; i < traces->count; i++) {
    const char *changed = traces->items[i].name;
    if (traces->items[i].what & MZ_TRACE_SCHEMA &&
        (!*changed || strcasecmp(changed, view) != 0) &&
        (!*changed || strpbrk(changed, "\"'`]") ||
         mz_text_has_word(sql, changed)))
      return true;
  }
  return false;
}

/* Whether *any view or trigger that was made may not compile. */
static enum mz_status look_at_made(const struct mz_guard *guard,
                                   struct mz_database *database, bool *any,
                                   struct mz_error *err) {
  enum mz_status status = MZ_OK;
  for (size_t i = 0; i < guard->traces.count && !*any && !status; i++) {
    const struct mz_trace *trace = &guard->traces.items[i];
    bool compiles = true;
    if (trace->what & MZ_TRACE_VIEW)
      status = mz_schema_compiles(database, trace->name, true, &compiles, err);
    if (!status && compiles && trace->what & MZ_TRACE_TRIGGER)
      status = mz_schema_compiles(database, trace->name, false, &compiles, err);
    *any = !compiles;
  }
  return status;
}

/* Whether *any view or trigger uses what the migration has changed. A view on
 * a view that does so counts as well, by the view that it names. */
static enum mz_status look_for_users(const struct mz_guard *guard,
                                     struct mz_database *database, bool *any,
                                     struct mz_error *err) {
  static const char sql[] =
      "SELECT iif(type = 'view', name, ''), sql FROM sqlite_schema "
      "WHERE type IN ('view', 'trigger')";
  struct mz_statement *statement = NULL;
  bool row = false;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  *any = false;
  if (!status)
    status = mz_statement_step(statement, &row, err);
  while (!status && row && !*any) {
    *any = is_mentioned(&guard->traces, mz_statement_text(statement, 0),
                        mz_statement_text(statement, 1));
    status = mz_statement_step(statement, &row, err);
  }
  mz_statement_close(statement);
  return status;
}

/* Fill broken with what does not compile now, and set the version of the
 * schema. */
static enum mz_status compile(const struct mz_guard *guard,
                              struct mz_database *database,
                              struct mz_schema *broken, int64_t *version,
                              struct mz_error *err) {
  bool doubt = guard->traces.unknown || guard->broken.count > 0;
  enum mz_status status = MZ_OK;
  if (!doubt && mz_traces_all(&guard->traces) & MZ_TRACE_SCHEMA)
    status = look_for_users(guard, database, &doubt, err);
  if (!status && !doubt)
    status = look_at_made(guard, database, &doubt, err);
  if (status)
    return status;
  return doubt ? look(database, guard->schema, broken, version, err)
               : mz_schema_version(database, version, err);
}

enum mz_status mz_guard_check(struct mz_guard *guard,
                              struct mz_database *database,
                              struct mz_error *err) {
  struct mz_schema broken = MZ_SCHEMA_INIT;
  int64_t version = 0;
  enum mz_status status = look_for_renamed(guard, database, err);
  if (!status)
    status = mz_lost_rows_check(&guard->losses, database, err);
  if (!status)
    status = check_foreign_keys(guard, database, err);
  if (!status)
    status = compile(guard, database, &broken, &version, err);
  if (!status)
    status = report_broken(&guard->broken, &broken, err);
  if (!status && guard->traces.unknown)
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
  mz_links_release(&guard->links);
  mz_traces_release(&guard->traces);
  mz_losses_release(&guard->losses);
}
