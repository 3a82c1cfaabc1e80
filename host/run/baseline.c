#include "run/baseline.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "sqlite/schema.h"
#include "sqlite/token.h"

static enum mz_status run_scratch_step(struct mz_runner *runner,
                                       struct mz_migration *migration,
                                       struct mz_database *scratch,
                                       struct mz_error *err) {
  struct mz_step step = {.migration = migration, .direction = MZ_UP};
  struct mz_run run = mz_run_options_run(&runner->options, &step);
  struct mz_checked checked = {.has_direction = false};
  const struct mz_engine *engine = mz_step_engine(migration->kind);
  enum mz_status status = mz_source_load(migration, err);
  run.log = NULL;
  if (!status && !migration->up.path)
    return mz_error_set(err, MZ_EUSAGE,
                        "%s: there is no up for version "
                        "%" PRId64,
                        migration->down.path, migration->version);
  if (!status)
    status = engine->check(&run, &checked, err);
  if (status)
    return status;
  mz_database_guard(scratch, true);
  status = engine->run(&run, scratch, err);
  mz_database_guard(scratch, false);
  return status;
}

static enum mz_status build(struct mz_runner *runner, int64_t version,
                            struct mz_database *scratch, struct mz_error *err) {
  const struct mz_source *source = runner->source;
  enum mz_status status = mz_database_begin(scratch, err);
  for (size_t i = 0; i < source->count && !status; i++)
    if (source->migrations[i].version <= version)
      status = run_scratch_step(runner, &source->migrations[i], scratch, err);
  return status;
}

static enum mz_status read_expected(struct mz_runner *runner, int64_t version,
                                    struct mz_schema *schema,
                                    struct mz_error *err) {
  struct mz_database *scratch = NULL;
  enum mz_status status =
      mz_database_open_scratch(&scratch, runner->options.interrupt, err);
  if (!status)
    status = build(runner, version, scratch, err);
  if (!status)
    status = mz_schema_read(scratch, schema, err);
  mz_database_close(scratch);
  return status;
}

static enum mz_status read_actual(const struct mz_runner *runner,
                                  struct mz_schema *schema,
                                  struct mz_error *err) {
  struct mz_database_options options =
      mz_run_options_database(&runner->options, MZ_DATABASE_READ);
  struct mz_database *database = NULL;
  enum mz_status status = mz_database_open(&database, &options, err);
  if (!status)
    status = mz_schema_read(database, schema, err);
  mz_database_close(database);
  return status;
}

/* Whether a and b are the same but for comments and layout. */
static bool is_same_sql(const char *a, const char *b) {
  const char *a_end = a + strlen(a);
  const char *b_end = b + strlen(b);
  struct mz_token x;
  struct mz_token y;
  bool more = true;
  while (more) {
    more = mz_token_next_solid(&a, a_end, &x);
    if (mz_token_next_solid(&b, b_end, &y) != more)
      return false;
    if (more && (x.kind != y.kind || x.size != y.size ||
                 memcmp(x.text, y.text, x.size) != 0))
      return false;
  }
  return true;
}

/* A line for each object of from that is not in to, or not the same. */
static void add_lines(const struct mz_schema *from, const struct mz_schema *to,
                      const char *missing, bool compare, struct mz_buf *lines) {
  for (size_t i = 0; i < from->count; i++) {
    const struct mz_schema_object *object = &from->objects[i];
    const struct mz_schema_object *other =
        mz_schema_find(to, object->type, object->name);
    if (!other)
      mz_buf_format(lines, "%s %s %s\n", missing, object->type, object->name);
    else if (compare && !is_same_sql(object->sql, other->sql))
      mz_buf_format(lines,
                    "different: %s %s\n  migrations: %s\n  database:   %s\n",
                    object->type, object->name, object->sql, other->sql);
  }
}

enum mz_status mz_baseline_compare(struct mz_runner *runner, int64_t version,
                                   char **difference, struct mz_error *err) {
  struct mz_schema expected = MZ_SCHEMA_INIT;
  struct mz_schema actual = MZ_SCHEMA_INIT;
  struct mz_buf lines = MZ_BUF_INIT;
  enum mz_status status = read_expected(runner, version, &expected, err);
  if (!status)
    status = read_actual(runner, &actual, err);
  if (!status) {
    add_lines(&expected, &actual, "missing:  ", true, &lines);
    add_lines(&actual, &expected, "extra:    ", false, &lines);
    *difference = mz_buf_take(&lines);
    status = *difference ? MZ_OK : mz_error_memory(err);
  }
  mz_buf_release(&lines);
  mz_schema_release(&expected);
  mz_schema_release(&actual);
  return status;
}
