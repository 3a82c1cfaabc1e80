#include "stages.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

void stages_make(struct stages *stages, const struct support *support,
                 const char *sql) {
  struct mz_source *source = NULL;
  *stages = (struct stages){.count = 0};
  assert_int_equal(mz_source_open(&source, support->options.folder, NULL),
                   MZ_OK);
  assert_in_range(source->count, 2, STAGES_MAX - 1);
  if (sql)
    support_sql(support, sql);
  stages->dumps[0] = support_dump(support);
  for (size_t i = 0; i < source->count; i++) {
    struct mz_target target = {.move = MZ_MOVE_GOTO,
                               .version = source->migrations[i].version};
    assert_int_equal(support_move(support, &target, NULL), MZ_OK);
    stages->versions[++stages->count] = target.version;
    stages->dumps[stages->count] = support_dump(support);
    assert_string_not_equal(stages->dumps[i], stages->dumps[i + 1]);
  }
  mz_source_close(source);
  support_remove_database(support);
}

void stages_release(struct stages *stages) {
  for (size_t i = 0; i <= stages->count; i++)
    free(stages->dumps[i]);
}

void stages_expect(const struct stages *stages, const struct support *support,
                   size_t count) {
  char *dump = support_dump(support);
  assert_string_equal(dump, stages->dumps[count]);
  free(dump);
}

void stages_expect_repair(const struct stages *stages,
                          const struct support *support) {
  struct mz_error err = MZ_ERROR_INIT;
  if (support_up(support, &err))
    fail_msg("%s: %s", err.message, err.state ? err.state : "");
  mz_error_release(&err);
  stages_expect(stages, support, stages->count);
}

const char *stages_describe(const struct stages *stages, size_t count,
                            char text[64]) {
  if (count == 0)
    return "without any migration";
  (void)snprintf(text, 64, "at %" PRId64, stages->versions[count]);
  return text;
}

int stages_stride(const char *folder) {
  const char *every = getenv("MZ_EVERY_STEP");
  bool all = every && strcmp(every, "1") == 0;
  return all || strcmp(folder, "migrations") != 0 ? 1 : 5;
}
