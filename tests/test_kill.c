/* test_kill.c - a process that is killed leaves nothing to repair.
 *
 * A child process runs the migrations and ends itself with SIGKILL at the Nth
 * SQLite step, or before the Nth system call that changes a file, for every
 * N. It reports each migration that is done to its parent, which knows by
 * that what must be in the database. */
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "stages.h"
#include "system_calls.h"

int __real_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement);

enum place { AT_STEP, AFTER_COMMIT, AT_CALL };

static struct killing {
  bool armed; /* in the child only */
  enum place place;
  long at; /* from 1 */
  long count;
  bool spill; /* leave cache_spill on */
} killing;

static void reach(enum place place) {
  if (killing.armed && killing.place == place && ++killing.count == killing.at)
    (void)raise(SIGKILL);
}

static int reach_call(void) {
  reach(AT_CALL);
  return 0;
}

static bool is(sqlite3_stmt *statement, const char *sql) {
  const char *text = sqlite3_sql(statement);
  return text && strncmp(text, sql, strlen(sql)) == 0;
}

int __wrap_sqlite3_step(sqlite3_stmt *statement) {
  int code = SQLITE_OK;
  reach(AT_STEP);
  code = __real_sqlite3_step(statement);
  if (killing.armed && killing.spill && is(statement, "PRAGMA cache_spill=OFF"))
    code = sqlite3_exec(sqlite3_db_handle(statement),
                        "PRAGMA main.cache_spill=ON", NULL, NULL, NULL)
               ? SQLITE_ERROR
               : code;
  if (is(statement, "COMMIT"))
    reach(AFTER_COMMIT);
  return code;
}

static void acknowledge(void *context, const struct mz_step *step,
                        const struct mz_step_result *result) {
  const int *pipe_end = context;
  (void)step;
  (void)result;
  if (write(*pipe_end, "x", 1) != 1)
    _exit(2);
}

static void run_child(const struct support *support, int pipe_end) {
  struct support own = *support;
  own.options.done = acknowledge;
  own.options.context = &pipe_end;
  killing.count = 0;
  killing.armed = true;
  _exit(support_up(&own, NULL) ? 1 : 0);
}

/* Run up in a child; returns whether it was killed, with the number of
 * migrations that it reported as done. */
static bool run_killed(const struct support *support, size_t *applied) {
  int ends[2];
  int result = 0;
  char byte = 0;
  pid_t child = 0;
  *applied = 0;
  assert_int_equal(pipe(ends), 0);
  child = fork();
  assert_true(child >= 0);
  if (child == 0)
    run_child(support, ends[1]);
  (void)close(ends[1]);
  while (read(ends[0], &byte, 1) == 1)
    (*applied)++;
  (void)close(ends[0]);
  assert_int_equal(waitpid(child, &result, 0), child);
  if (WIFSIGNALED(result) && WTERMSIG(result) == SIGKILL)
    return true;
  assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 0);
  return false;
}

/* A step is before any commit, or behind one that has been reported; a system
 * call may be on either side of the commit. */
static void expect_stage(const struct stages *stages,
                         const struct support *support, size_t applied) {
  char *dump = support_dump(support);
  if (killing.place == AFTER_COMMIT)
    assert_string_equal(dump, stages->dumps[applied + 1]);
  else if (killing.place == AT_STEP || applied == stages->count ||
           strcmp(dump, stages->dumps[applied + 1]) != 0)
    assert_string_equal(dump, stages->dumps[applied]);
  free(dump);
}

static bool survives(const struct stages *stages, const struct support *support,
                     const char *mode) {
  size_t applied = 0;
  bool killed = false;
  support_sql(support, mode);
  killed = run_killed(support, &applied);
  support_expect(support, "PRAGMA integrity_check", "ok\n");
  if (killed)
    expect_stage(stages, support, applied);
  else
    assert_int_equal(applied, stages->count);
  stages_expect_repair(stages, support);
  support_remove_database(support);
  return killed;
}

static void kill_everywhere(const struct support *support, const char *folder,
                            const char *mode, enum place place) {
  struct support own = *support;
  struct stages stages;
  own.options.folder = folder;
  stages_make(&stages, &own, mode);
  killing = (struct killing){.place = place};
  do
    killing.at += stages_stride(folder);
  while (survives(&stages, &own, mode));
  if (place == AFTER_COMMIT)
    assert_int_equal(killing.at, (long)stages.count + 1);
  else
    assert_in_range(killing.at, 20, 5000);
  stages_release(&stages);
}

static const char journal[] = "PRAGMA journal_mode=DELETE";
static const char wal[] = "PRAGMA journal_mode=WAL";

static void killed_at_any_step_with_a_rollback_journal(void **state) {
  kill_everywhere(*state, "tests/mixed", journal, AT_STEP);
  kill_everywhere(*state, "migrations", journal, AT_STEP);
}

static void killed_at_any_step_with_a_wal(void **state) {
  kill_everywhere(*state, "tests/mixed", wal, AT_STEP);
}

static void
killed_before_any_system_call_with_a_rollback_journal(void **state) {
  kill_everywhere(*state, "tests/mixed", journal, AT_CALL);
}

static void killed_before_any_system_call_with_a_wal(void **state) {
  kill_everywhere(*state, "tests/mixed", wal, AT_CALL);
}

static void killed_right_after_any_commit(void **state) {
  kill_everywhere(*state, "tests/mixed", journal, AFTER_COMMIT);
  kill_everywhere(*state, "tests/mixed", wal, AFTER_COMMIT);
}

/* ---- the WAL trap ------------------------------------------------------- */

/* In SQLite 3.11.0 to 3.50.1 a statement that is undone after the cache has
 * spilled leaves bad frames in the WAL: its commit and later ones are gone
 * after a crash. */
static void write_spilling(const struct support *support) {
  support_write(support, "1_fill.up.sql",
                "CREATE TABLE part (id INTEGER PRIMARY KEY, body BLOB, "
                "mark INTEGER UNIQUE);\n"
                "WITH RECURSIVE n (i) AS "
                "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
                "INSERT INTO part SELECT i, zeroblob(300), i FROM n;");
  support_write(support, "2_spill.lua",
                "return {up = function(db)\n"
                "  db:exec('PRAGMA cache_size = 5')\n"
                "  db:exec('CREATE TABLE empty (id)')\n"
                "  assert(not pcall(db.exec, db,\n"
                "    [[UPDATE part SET body = zeroblob(400),\n"
                "      mark = CASE id WHEN 2000 THEN 1 ELSE mark END]]))\n"
                "  db:exec('UPDATE part SET body = zeroblob(200)')\n"
                "end}\n");
}

/* Run both migrations, killed right after the second commit; returns how many
 * of them are still there. */
static int count_after_crash(const struct support *support) {
  size_t applied = 0;
  char *version = NULL;
  int count = 0;
  support_sql(support, wal);
  killing.place = AFTER_COMMIT;
  killing.at = 2;
  assert_true(run_killed(support, &applied));
  assert_int_equal(applied, 1);
  version = support_query(support, "SELECT version FROM schema_migrations");
  count = (int)strtol(version, NULL, 10);
  free(version);
  return count;
}

static void a_partial_rollback_in_a_wal_loses_no_commit(void **state) {
  const struct support *support = *state;
  struct stages stages;
  write_spilling(support);
  stages_make(&stages, support, wal);
  killing = (struct killing){.spill = false};
  assert_int_equal(count_after_crash(support), 2);
  stages_expect(&stages, support, 2);
  support_expect(support, "PRAGMA integrity_check", "ok\n");
  support_expect(support, "SELECT count(*) FROM part WHERE length(body) = 200",
                 "2000\n");
  stages_release(&stages);
}

/* The test above is worth something only while this one loses. */
static void with_cache_spill_on_the_same_run_loses_commits(void **state) {
  const struct support *support = *state;
  if (sqlite3_libversion_number() > 3050001)
    skip();
  write_spilling(support);
  killing = (struct killing){.spill = true};
  assert_int_equal(count_after_crash(support), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(killed_at_any_step_with_a_rollback_journal),
      SUPPORT_TEST(killed_at_any_step_with_a_wal),
      SUPPORT_TEST(killed_before_any_system_call_with_a_rollback_journal),
      SUPPORT_TEST(killed_before_any_system_call_with_a_wal),
      SUPPORT_TEST(killed_right_after_any_commit),
      SUPPORT_TEST(a_partial_rollback_in_a_wal_loses_no_commit),
      SUPPORT_TEST(with_cache_spill_on_the_same_run_loses_commits),
  };
  system_calls_before = reach_call;
  return cmocka_run_group_tests(tests, system_calls_replace, NULL);
}
