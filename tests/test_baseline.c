#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "run/baseline.h"
#include "support.h"

static void write_migrations(const struct support *support) {
  support_write(support, "1_make.up.sql",
                "BEGIN;\nCREATE TABLE t (a INTEGER, b TEXT);\n"
                "CREATE INDEX t_a ON t (a);\nCOMMIT;\n");
  support_write(support, "2_view.lua",
                "return {up = function(db) db:exec('CREATE VIEW v AS SELECT a "
                "FROM t') end}");
  support_write(support, "3_later.up.sql", "CREATE TABLE later (a);");
}

static enum mz_status compare(const struct support *support, int64_t version,
                              char **difference, struct mz_error *err) {
  struct mz_runner *runner = NULL;
  enum mz_status status = mz_runner_open(&runner, &support->options, true, err);
  if (!status)
    status = mz_baseline_compare(runner, version, difference, err);
  mz_runner_close(runner);
  return status;
}

static void each_difference_is_a_line(void **state) {
  static const struct {
    const char *sql;
    int64_t version;
    const char *difference;
  } cases[] = {
      {"CREATE TABLE t (a INTEGER, b TEXT); CREATE INDEX t_a ON t (a);"
       "CREATE VIEW v AS SELECT a FROM t",
       2, ""},
      {"CREATE TABLE t (a INTEGER, b TEXT); CREATE INDEX t_a ON t (a)", 1, ""},
      {"CREATE TABLE t (a INTEGER, b VARCHAR);"
       "CREATE INDEX t_a ON t (a)",
       1,
       "different: table t\n"
       "  migrations: CREATE TABLE t (a INTEGER, b TEXT)\n"
       "  database:   CREATE TABLE t (a INTEGER, b VARCHAR)\n"},
      {"CREATE TABLE t(a INTEGER,\n  -- second\n b TEXT);"
       "CREATE INDEX t_a ON t (a)",
       1, ""},
      {"CREATE TABLE t (a INTEGER); CREATE TABLE extra (a);"
       "CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM t; END",
       2,
       "missing:   index t_a\n"
       "different: table t\n"
       "  migrations: CREATE TABLE t (a INTEGER, b TEXT)\n"
       "  database:   CREATE TABLE t (a INTEGER)\n"
       "missing:   view v\n"
       "extra:     table extra\n"
       "extra:     trigger r\n"},
  };
  const struct support *support = *state;
  write_migrations(support);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *difference = NULL;
    char *before = NULL;
    char *after = NULL;
    support_sql(support, cases[i].sql);
    before = support_dump(support);
    assert_int_equal(compare(support, cases[i].version, &difference, NULL),
                     MZ_OK);
    assert_string_equal(difference, cases[i].difference);
    after = support_dump(support);
    assert_string_equal(after, before);
    free(difference);
    free(before);
    free(after);
    support_remove_database(support);
  }
}

static void a_migration_that_fails_is_named(void **state) {
  const struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  char *difference = NULL;
  write_migrations(support);
  support_write(support, "3_later.up.sql", "DROP TABLE nosuch;");
  support_sql(support, "CREATE TABLE t (a)");
  support_expect_error(
      support, compare(support, 3, &difference, &err), MZ_EMIGRATION, &err,
      "FOLDER/migrations/3_later.up.sql:1:12: no such table: nosuch\n");
  assert_null(difference);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(each_difference_is_a_line),
      SUPPORT_TEST(a_migration_that_fails_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
