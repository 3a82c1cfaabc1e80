#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "script/engine_lua.h"
#include "script/engine_sql.h"
#include "support.h"

struct stepping {
  struct mz_runner *runner;
  struct mz_database *database; /* a transaction is open */
  struct mz_step_result result;
};

/* Plan to go up as far as it goes, and begin. */
static void begin(const struct support *support, struct stepping *stepping) {
  struct mz_target target = {.move = MZ_MOVE_UP};
  *stepping = (struct stepping){.runner = NULL};
  assert_int_equal(
      mz_runner_open(&stepping->runner, &support->options, false, NULL), MZ_OK);
  assert_int_equal(mz_runner_plan(stepping->runner, &target, NULL), MZ_OK);
  stepping->database = support_open(support);
  assert_int_equal(mz_database_begin(stepping->database, NULL), MZ_OK);
}

static enum mz_status step(struct stepping *stepping, size_t index,
                           struct mz_error *err) {
  const struct mz_step *step = &stepping->runner->plan.steps[index];
  struct mz_run run = mz_run_options_run(&stepping->runner->options, step);
  return mz_step_run(step, &run, NULL, stepping->database, &stepping->result,
                     err);
}

static void end(struct stepping *stepping) {
  mz_database_close(stepping->database);
  mz_runner_close(stepping->runner);
}

static void body_ledger_and_history_wait_for_the_commit(void **state) {
  const struct support *support = *state;
  struct stepping stepping;
  support_write(support, "7_make.up.sql",
                "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2);");
  support_write(support, "7_make.down.sql", "DROP TABLE t;");
  support_write(support, "8_more.lua",
                "return {up = function(db) db:exec('DELETE FROM t') end}");
  begin(support, &stepping);
  assert_int_equal(step(&stepping, 0, NULL), MZ_OK);
  assert_int_equal(step(&stepping, 1, NULL), MZ_OK);
  assert_true(mz_database_in_transaction(stepping.database));
  support_expect(support, "SELECT count(*) FROM sqlite_schema", "0\n");
  assert_int_equal(mz_database_commit(stepping.database, NULL), MZ_OK);
  end(&stepping);
  support_expect(support, "SELECT version, dirty FROM schema_migrations",
                 "8|0\n");
  support_expect(
      support,
      "SELECT id, version, name, direction, kind, length(checksum), "
      "rows_changed, version_before, version_after, tool_version, down_text "
      "FROM mzlua_history",
      "1|7|make|up|sql|64|2|NULL|7|" MZ_VERSION "|DROP TABLE t;\n"
      "2|8|more|up|lua|64|2|7|8|" MZ_VERSION
      "|return {up = function(db) db:exec('DELETE FROM t') end}\n");
  support_expect(support,
                 "SELECT count(*) FROM mzlua_history WHERE started_at GLOB "
                 "'20[0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:"
                 "[0-6][0-9]Z' AND duration_ms BETWEEN 0 AND 60000",
                 "2\n");
}

static void rows_changed_count_triggers_but_not_the_ledger(void **state) {
  const struct support *support = *state;
  struct stepping stepping;
  support_write(support, "1_make.up.sql",
                "CREATE TABLE t (a); CREATE TABLE log (a);"
                "CREATE TRIGGER r AFTER INSERT ON t BEGIN "
                "INSERT INTO log VALUES (1), (2); END;");
  support_write(support, "2_rows.up.sql", "INSERT INTO t VALUES (1), (2);");
  begin(support, &stepping);
  assert_int_equal(step(&stepping, 0, NULL), MZ_OK);
  assert_int_equal(stepping.result.rows_changed, 0);
  assert_int_equal(step(&stepping, 1, NULL), MZ_OK);
  assert_int_equal(stepping.result.rows_changed, 2 + 4);
  assert_in_range(stepping.result.duration_ms, 0, 60000);
  end(&stepping);
}

static void after_an_error_nothing_is_recorded(void **state) {
  const struct support *support = *state;
  struct stepping stepping;
  struct mz_error err = MZ_ERROR_INIT;
  support_write(support, "1_fail.up.sql",
                "CREATE TABLE t (a);\nDROP TABLE nosuch;");
  begin(support, &stepping);
  support_expect_error(support, step(&stepping, 0, &err), MZ_EMIGRATION, &err,
                       "FOLDER/migrations/1_fail.up.sql:2:12: no such table: "
                       "nosuch\n");
  assert_true(mz_database_in_transaction(stepping.database));
  assert_false(stepping.database->authorizer.guarded);
  assert_int_equal(
      support_number(stepping.database, "SELECT count(*) FROM sqlite_schema"),
      1);
  end(&stepping);
}

static void what_the_checks_find_has_the_files_name(void **state) {
  const struct support *support = *state;
  struct stepping stepping;
  struct mz_error err = MZ_ERROR_INIT;
  support_write(support, "1_orphan.lua",
                "return {up = [[CREATE TABLE p (id INTEGER PRIMARY KEY);\n"
                "CREATE TABLE c (p REFERENCES p);\n"
                "INSERT INTO c VALUES (5);]]}");
  begin(support, &stepping);
  support_expect_error(
      support, step(&stepping, 0, &err), MZ_EMIGRATION, &err,
      "FOLDER/migrations/1_orphan.lua:0:0: 1 foreign key violation\n"
      "details: c: rowid = 1, p = 5 has no parent in p\n"
      "hint: insert the missing parents, or delete or repoint these rows in "
      "the migration; ON DELETE acts only under foreign_keys=on\n");
  end(&stepping);
}

static void a_transaction_that_ended_in_a_pcall_is_found_out(void **state) {
  const struct support *support = *state;
  struct stepping stepping;
  struct mz_error err = MZ_ERROR_INIT;
  support_write(support, "1_hide.lua",
                "return {up = function(db)\n"
                "  db:exec('CREATE TABLE t (a UNIQUE)')\n"
                "  db:exec('INSERT INTO t VALUES (1)')\n"
                "  pcall(db.exec, db, 'INSERT OR ROLLBACK INTO t VALUES (1)')\n"
                "end}");
  begin(support, &stepping);
  support_expect_error(
      support, step(&stepping, 0, &err), MZ_EMIGRATION, &err,
      "FOLDER/migrations/1_hide.lua:0:0: the migration's transaction ended "
      "before it did\n"
      "hint: use OR ABORT or RAISE(ABORT, ...) instead of ROLLBACK, and let "
      "errors pass\n");
  end(&stepping);
  support_expect(support, "SELECT count(*) FROM sqlite_schema", "0\n");
}

static void each_kind_has_its_engine(void **state) {
  char text[32];
  (void)state;
  assert_ptr_equal(mz_step_engine(MZ_SQL), &mz_engine_sql);
  assert_ptr_equal(mz_step_engine(MZ_LUA), &mz_engine_lua);
  mz_step_time(text);
  assert_int_equal(strlen(text), strlen("2000-01-01T00:00:00Z"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(body_ledger_and_history_wait_for_the_commit),
      SUPPORT_TEST(rows_changed_count_triggers_but_not_the_ledger),
      SUPPORT_TEST(after_an_error_nothing_is_recorded),
      SUPPORT_TEST(what_the_checks_find_has_the_files_name),
      SUPPORT_TEST(a_transaction_that_ended_in_a_pcall_is_found_out),
      SUPPORT_TEST(each_kind_has_its_engine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
