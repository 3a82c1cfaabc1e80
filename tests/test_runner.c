#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/fs.h"
#include "support.h"

static const struct mz_target down_all = {.move = MZ_MOVE_DOWN};

static void opening_reads_and_makes_nothing(void **state) {
  const struct support *support = *state;
  struct mz_runner *runner = NULL;
  support_write(support, "1_loop.lua", "while true do end");
  support_write(support, "2_raise.lua", "error('this was run')");
  assert_int_equal(mz_runner_open(&runner, &support->options, false, NULL),
                   MZ_OK);
  assert_int_equal(runner->source->count, 2);
  assert_false(runner->exists);
  mz_runner_close(runner);
  mz_runner_close(NULL);
  assert_false(mz_fs_exists(support->database));
}

static void a_database_that_must_exist_is_asked_for(void **state) {
  const struct support *support = *state;
  struct mz_runner *runner = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  support_expect_error(support,
                       mz_runner_open(&runner, &support->options, true, &err),
                       MZ_EOPEN, &err,
                       "FOLDER/app.db: no such database\n"
                       "hint: `mzlua up` makes it; --database names another\n");
  assert_null(runner);
}

static void a_broken_later_file_is_found_before_the_first_runs(void **state) {
  static const struct {
    const char *name;
    const char *text;
    const char *error;
  } cases[] = {
      {"3_broken.up.sql", "SELECT 1;\n/* DROP TABLE t;",
       "FOLDER/migrations/3_broken.up.sql:2:1: this comment has no end\n"},
      {"3_broken.up.sql", "-- mzlua: speed=high\nSELECT 1;", NULL},
      {"3_broken.up.sql", "SELECT '\xFF';", NULL},
      {"3_broken.lua", "return {up = 5}", NULL},
      {"3_broken.lua", "return {upp = '', up = ''}", NULL},
      {"3_broken.lua", "return {", NULL},
      {"3_broken.lua", "error('not data')", NULL},
  };
  const struct support *support = *state;
  support_write(support, "1_make.up.sql", "CREATE TABLE t (a);");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    char *path = mz_fs_join(support->migrations, cases[i].name);
    enum mz_status status = MZ_OK;
    support_write(support, cases[i].name, cases[i].text);
    status = support_up(support, &err);
    assert_non_null(err.message);
    assert_string_equal(err.file, path);
    if (cases[i].error)
      support_expect_error(support, status, MZ_EUSAGE, &err, cases[i].error);
    else
      assert_int_equal(status, MZ_EUSAGE);
    mz_error_release(&err);
    assert_false(mz_fs_exists(support->database));
    assert_int_equal(remove(path), 0);
    free(path);
  }
}

static void up_and_down_go_all_the_way(void **state) {
  const struct support *support = *state;
  char *before = NULL;
  support_write(support, "0_zero.up.sql", "CREATE TABLE t (a);");
  support_write(support, "0_zero.down.sql", "DROP TABLE t;");
  support_write(support, "20240102030405_b.lua",
                "local mz = require('mz')\n"
                "return {up = 'INSERT INTO t VALUES (2)', down = mz.noop}");
  support_write(support, "9_a.up.sql", "INSERT INTO t VALUES (1);");
  support_write(support, "9_a.down.sql", "");
  assert_int_equal(support_up(support, NULL), MZ_OK);
  support_expect(support, "SELECT a FROM t", "1\n2\n");
  before = support_dump(support);
  assert_int_equal(support_up(support, NULL), MZ_OK);
  support_expect(support, "SELECT count(*) FROM mzlua_history", "3\n");
  assert_int_equal(support_move(support, &down_all, NULL), MZ_OK);
  support_expect(support, "SELECT group_concat(version) FROM mzlua_history",
                 "0,9,20240102030405,20240102030405,9,0\n");
  support_expect(support, "SELECT count(*) FROM schema_migrations", "0\n");
  free(before);
}

static void what_cannot_be_undone_is_refused_before_anything(void **state) {
  static const struct {
    const char *name;
    const char *text;
    const char *error;
  } cases[] = {
      {"2_last.up.sql", "SELECT 1;",
       "migration 2 (last) is irreversible: it has no down\n"
       "hint: write its .down.sql; an empty one says that there is nothing to "
       "undo\n"},
      {"2_last.lua", "return {up = 'SELECT 1'}",
       "migration 2 (last) is irreversible: it has no down\n"
       "hint: write a down, or down = mz.noop if there is nothing to undo\n"},
  };
  const struct support *support = *state;
  support_write(support, "1_make.up.sql", "CREATE TABLE t (a);");
  support_write(support, "1_make.down.sql", "DROP TABLE t;");
  support_write(support, "3_end.lua", "return {up = '', down = ''}");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    char *path = mz_fs_join(support->migrations, cases[i].name);
    support_write(support, cases[i].name, cases[i].text);
    assert_int_equal(support_up(support, NULL), MZ_OK);
    support_expect_error(support, support_move(support, &down_all, &err),
                         MZ_EHISTORY, &err, cases[i].error);
    support_expect(support, "SELECT version FROM schema_migrations", "3\n");
    support_remove_database(support);
    assert_int_equal(remove(path), 0);
    free(path);
  }
}

static void tables_without_a_ledger_are_not_migrated_blindly(void **state) {
  const struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  support_sql(support, "CREATE TABLE old (a)");
  support_write(support, "1_make.up.sql", "CREATE TABLE t (a);");
  support_expect_error(
      support, support_up(support, &err), MZ_EHISTORY, &err,
      "FOLDER/app.db has tables, but no migration is recorded in it\n"
      "hint: `mzlua baseline V` says which version it is at; for all such "
      "databases, set baseline in mzlua.lua\n");
  support_expect(support, "SELECT name FROM sqlite_schema", "old\n");
}

static void a_baseline_stands_for_what_is_there(void **state) {
  const struct support *support = *state;
  struct support own = *support;
  own.options.has_baseline = true;
  own.options.baseline_version = 1;
  own.options.baseline_table = "OLD";
  support_write(support, "1_old.up.sql", "CREATE TABLE old (a);");
  support_write(support, "2_more.up.sql", "INSERT INTO old VALUES (2);");
  support_sql(support, "CREATE TABLE old (a)");
  assert_int_equal(support_up(&own, NULL), MZ_OK);
  support_expect(support, "SELECT a FROM old", "2\n");
  support_expect(support, "SELECT version, direction FROM mzlua_history",
                 "1|baseline\n2|up\n");
  support_remove_database(support); /* and a new one has all of them */
  assert_int_equal(support_up(&own, NULL), MZ_OK);
  support_expect(support, "SELECT version, direction FROM mzlua_history",
                 "1|up\n2|up\n");
}

static void a_baseline_is_written_though_nothing_is_pending(void **state) {
  const struct support *support = *state;
  struct support own = *support;
  own.options.has_baseline = true;
  own.options.baseline_version = 1;
  own.options.baseline_table = "old";
  support_write(support, "1_old.up.sql", "CREATE TABLE old (a);");
  support_sql(support, "CREATE TABLE old (a)");
  assert_int_equal(support_up(&own, NULL), MZ_OK);
  support_expect(support, "SELECT version, direction FROM mzlua_history",
                 "1|baseline\n");
}

static void one_transaction_cannot_both_enforce_and_not(void **state) {
  const struct support *support = *state;
  struct support own = *support;
  struct mz_error err = MZ_ERROR_INIT;
  own.options.single_transaction = true;
  support_write(support, "1_off.up.sql", "CREATE TABLE t (a);");
  support_write(support, "2_on.up.sql", "-- mzlua: foreign_keys=on\n");
  support_expect_error(
      support, support_up(&own, &err), MZ_EUSAGE, &err,
      "migrations 1 and 2 cannot be one transaction: only one of them enforces "
      "foreign keys\n"
      "hint: run up to the one before, then the rest\n");
  assert_false(mz_fs_exists(support->database));
  assert_int_equal(support_up(support, NULL), MZ_OK);
}

static void earlier_migrations_stay_when_a_later_one_fails(void **state) {
  const struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  support_write(support, "1_make.up.sql", "CREATE TABLE t (a);");
  support_write(support, "2_fail.up.sql",
                "INSERT INTO t VALUES (1);\nINSERT INTO u VALUES (1);");
  support_expect_error(
      support, support_up(support, &err), MZ_EMIGRATION, &err,
      "FOLDER/migrations/2_fail.up.sql:2:13: no such table: u\n"
      "note: is t meant?\n"
      "state: migration 2 was rolled back; FOLDER/app.db is still at 1\n");
  support_expect(support, "SELECT count(*) FROM t", "0\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(opening_reads_and_makes_nothing),
      SUPPORT_TEST(a_database_that_must_exist_is_asked_for),
      SUPPORT_TEST(a_broken_later_file_is_found_before_the_first_runs),
      SUPPORT_TEST(up_and_down_go_all_the_way),
      SUPPORT_TEST(what_cannot_be_undone_is_refused_before_anything),
      SUPPORT_TEST(tables_without_a_ledger_are_not_migrated_blindly),
      SUPPORT_TEST(a_baseline_stands_for_what_is_there),
      SUPPORT_TEST(a_baseline_is_written_though_nothing_is_pending),
      SUPPORT_TEST(one_transaction_cannot_both_enforce_and_not),
      SUPPORT_TEST(earlier_migrations_stay_when_a_later_one_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
