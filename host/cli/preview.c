#include "cli/preview.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/diff.h"

/* ---- the schema ---------------------------------------------------------- */

/* Print how an object differs; before or after is NULL where it is not there.
 */
static void report_object(struct mz_report *report, json_t *list,
                          const struct mz_schema_object *before,
                          const struct mz_schema_object *after) {
  const struct mz_schema_object *object = before ? before : after;
  struct mz_buf text = MZ_BUF_INIT;
  const char *change = !before ? "added" : !after ? "removed" : "changed";
  mz_buf_format(&text, before ? "--- %s %s\n" : "--- /dev/null\n", object->type,
                object->name);
  mz_buf_format(&text, after ? "+++ %s %s\n" : "+++ /dev/null\n", object->type,
                object->name);
  mz_diff_unified(&text, before ? before->sql : NULL,
                  after ? after->sql : NULL);
  if (!text.failed) {
    mz_report_result(report, "%.*s", (int)text.size - 1, text.data);
    (void)json_array_append_new(
        list, json_pack("{s:s, s:s, s:s, s:s}", "type", object->type, "name",
                        object->name, "change", change, "diff", text.data));
  }
  mz_buf_release(&text);
}

static void report_schema(struct mz_report *report,
                          const struct mz_preview *preview) {
  json_t *list = json_array();
  for (size_t i = 0; i < preview->before.count; i++) {
    const struct mz_schema_object *before = &preview->before.objects[i];
    const struct mz_schema_object *after =
        mz_schema_find(&preview->after, before->type, before->name);
    if (!after || strcmp(before->sql, after->sql) != 0)
      report_object(report, list, before, after);
  }
  for (size_t i = 0; i < preview->after.count; i++) {
    const struct mz_schema_object *after = &preview->after.objects[i];
    if (!mz_schema_find(&preview->before, after->type, after->name))
      report_object(report, list, NULL, after);
  }
  mz_report_set(report, "schema", list);
}

/* ---- rows ---------------------------------------------------------------- */

static void report_table(struct mz_report *report, json_t *list,
                         const struct mz_preview_table *table,
                         const struct mz_row_change *change) {
  struct mz_buf text = MZ_BUF_INIT;
  mz_buf_format(&text, "rows of %s: ", table->name);
  if (table->rows_before < 0)
    mz_buf_format(&text, "%" PRId64 ", new", table->rows_after);
  else if (table->rows_after < 0)
    mz_buf_format(&text, "%" PRId64 " before, dropped", table->rows_before);
  else
    mz_buf_format(&text, "%" PRId64 " before, %" PRId64 " after",
                  table->rows_before, table->rows_after);
  if (change)
    mz_buf_format(&text,
                  "; %" PRId64 " inserted, %" PRId64 " updated, %" PRId64
                  " deleted",
                  change->inserted, change->updated, change->deleted);
  if (!text.failed)
    mz_report_result(report, "%s", text.data);
  mz_buf_release(&text);
  (void)json_array_append_new(
      list, json_pack("{s:s, s:o, s:o, s:I, s:I, s:I, s:b}", "table",
                      table->name, "before",
                      table->rows_before < 0 ? json_null()
                                             : json_integer(table->rows_before),
                      "after",
                      table->rows_after < 0 ? json_null()
                                            : json_integer(table->rows_after),
                      "inserted", (json_int_t)(change ? change->inserted : 0),
                      "updated", (json_int_t)(change ? change->updated : 0),
                      "deleted", (json_int_t)(change ? change->deleted : 0),
                      "rebuilt", mz_preview_is_rebuilt(table)));
}

static void report_rows(struct mz_report *report,
                        const struct mz_preview *preview) {
  json_t *list = json_array();
  for (size_t i = 0; i < preview->count; i++) {
    const struct mz_preview_table *table = &preview->tables[i];
    const struct mz_row_change *change =
        mz_row_changes_find(&preview->changes, table->name);
    if (change || table->rows_before != table->rows_after ||
        mz_preview_is_rebuilt(table))
      report_table(report, list, table, change);
  }
  mz_report_set(report, "rows", list);
}

/* ---- whole tables -------------------------------------------------------- */

static void report_rebuilt(struct mz_report *report,
                           const struct mz_preview *preview) {
  for (size_t i = 0; i < preview->count; i++) {
    const struct mz_preview_table *table = &preview->tables[i];
    if (mz_preview_is_rebuilt(table) && table->rows_after > 0)
      mz_report_result(
          report, "whole table: %s is made anew (%" PRId64 " row%s)",
          table->name, table->rows_after, table->rows_after == 1 ? "" : "s");
  }
}

static void report_indexes(struct mz_report *report,
                           const struct mz_preview *preview) {
  for (size_t i = 0; i < preview->after.count; i++) {
    const struct mz_schema_object *index = &preview->after.objects[i];
    const struct mz_preview_table *table =
        strcmp(index->type, "index") == 0 && *index->sql
            ? mz_preview_table(preview, index->table)
            : NULL;
    if (table && table->rows_before > 0 && table->rows_after > 0 &&
        !mz_preview_is_rebuilt(table) &&
        !mz_schema_find(&preview->before, "index", index->name))
      mz_report_result(report,
                       "whole table: %s is read for the index %s (%" PRId64
                       " row%s)",
                       table->name, index->name, table->rows_after,
                       table->rows_after == 1 ? "" : "s");
  }
}

void mz_preview_report(struct mz_report *report,
                       const struct mz_preview *preview) {
  report_schema(report, preview);
  report_rows(report, preview);
  report_rebuilt(report, preview);
  report_indexes(report, preview);
}
