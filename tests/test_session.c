#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fs.h"
#include "support.h"

/* What somebody else does when a migration has been committed. */
struct meddler {
  const struct support *support;
  int64_t version; /* of that migration */
  void (*meddle)(const struct support *support);
};

static void on_done(void *context, const struct mz_step *step,
                    const struct mz_step_result *result) {
  const struct meddler *meddler = context;
  (void)result;
  if (step->migration->version == meddler->version)
    meddler->meddle(meddler->support);
}

/* Run all migrations; meddle acts behind the second. */
static enum mz_status up_with(const struct support *support,
                              void (*meddle)(const struct support *support),
                              struct mz_error *err) {
  struct support own = *support;
  struct meddler meddler = {support, 2, meddle};
  own.options.done = on_done;
  own.options.context = &meddler;
  return support_up(&own, err);
}

static void nothing_leaks_into_the_next_migration(void **state) {
  static const struct {
    const char *leak;
    const char *see;
    const char *expected;
  } cases[] = {
      {"PRAGMA case_sensitive_like = ON;", "SELECT 'a' LIKE 'A'", "1\n"},
      {"PRAGMA cache_size = 77;", "SELECT cache_size FROM pragma_cache_size",
       "-2000\n"},
      {"PRAGMA legacy_alter_table = ON;",
       "SELECT legacy_alter_table FROM pragma_legacy_alter_table", "0\n"},
      {"PRAGMA reverse_unordered_selects = ON;",
       "SELECT group_concat(a) FROM t", "5,6\n"},
      {"CREATE TEMP TABLE seen (x);", "SELECT 'table'", "table\n"},
      {"CREATE TEMP VIEW t AS SELECT 'leak' AS a;", "SELECT min(a) FROM t",
       "5\n"},
      {"CREATE TEMP TRIGGER g AFTER INSERT ON main.seen BEGIN "
       "INSERT INTO seen VALUES ('leak'); END;",
       "SELECT 'trigger'", "trigger\n"},
      {"CREATE TABLE temp.seen AS SELECT 1;", "SELECT 'as'", "as\n"},
      {"INSERT INTO t VALUES (7), (8);", "SELECT changes()", "0\n"},
      {"INSERT INTO t VALUES (7), (8);", "SELECT total_changes()", "0\n"},
      {"INSERT INTO t VALUES (7), (8);", "SELECT last_insert_rowid()", "0\n"},
  };
  const struct support *support = *state;
  char text[256];
  support_write(support, "1_make.up.sql",
                "CREATE TABLE seen (x); CREATE TABLE t (a);"
                "INSERT INTO t VALUES (5), (6);");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    support_remove_database(support);
    support_write(support, "2_leak.up.sql", cases[i].leak);
    (void)snprintf(text, sizeof text, "INSERT INTO seen %s;", cases[i].see);
    support_write(support, "3_see.up.sql", text);
    assert_int_equal(support_up(support, NULL), MZ_OK);
    support_expect(support, "SELECT x FROM seen", cases[i].expected);
  }
}

static void a_function_does_not_leak_into_the_next_migration(void **state) {
  const struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  support_write(support, "1_make.up.sql", "CREATE TABLE t (a);");
  support_write(support, "2_define.lua",
                "return {up = function(db)\n"
                "  db:define('leak', function() return 1 end)\n"
                "  db:exec('INSERT INTO t VALUES (leak())')\nend}");
  support_write(support, "3_use.up.sql", "INSERT INTO t VALUES (leak());");
  assert_int_equal(support_up(support, &err), MZ_EMIGRATION);
  assert_string_equal(err.message, "no such function: leak");
  mz_error_release(&err);
  support_expect(support, "SELECT a FROM t", "1\n");
}

static void write_three(const struct support *support) {
  support_write(support, "1_make.up.sql", "CREATE TABLE t (a);");
  support_write(support, "2_fill.up.sql", "INSERT INTO t VALUES ('two');");
  support_write(support, "3_more.up.sql", "INSERT INTO t VALUES ('three');");
}

/* Put another file, which says so, in the place of the database. */
static void replace_file(const struct support *support) {
  char sql[512];
  char path[256];
  (void)snprintf(path, sizeof path, "%s/new.db", support->folder);
  (void)snprintf(sql, sizeof sql,
                 "INSERT INTO t VALUES ('new'); VACUUM INTO '%s'; "
                 "DELETE FROM t WHERE a = 'new'",
                 path);
  support_sql(support, sql);
  assert_int_equal(rename(path, support->database), 0);
}

static void a_file_that_was_replaced_is_the_one_that_is_migrated(void **state) {
  const struct support *support = *state;
  write_three(support);
  assert_int_equal(up_with(support, replace_file, NULL), MZ_OK);
  support_expect(support, "SELECT a FROM t", "two\nnew\nthree\n");
  support_expect(support, "SELECT version FROM schema_migrations", "3\n");
}

/* Have the link that is the database lead to another file. */
static void lead_elsewhere(const struct support *support) {
  char sql[512];
  char path[256];
  (void)snprintf(path, sizeof path, "%s/other.db", support->folder);
  (void)snprintf(sql, sizeof sql, "VACUUM INTO '%s'", path);
  support_sql(support, sql);
  assert_int_equal(unlink(support->database), 0);
  assert_int_equal(symlink(path, support->database), 0);
  support_sql(support, "INSERT INTO t VALUES ('other')");
}

static void a_link_that_was_changed_is_followed(void **state) {
  const struct support *support = *state;
  char path[256];
  (void)snprintf(path, sizeof path, "%s/first.db", support->folder);
  assert_int_equal(mz_fs_create(path, "", NULL), MZ_OK);
  assert_int_equal(symlink(path, support->database), 0);
  write_three(support);
  assert_int_equal(up_with(support, lead_elsewhere, NULL), MZ_OK);
  support_expect(support, "SELECT a FROM t", "two\nother\nthree\n");
}

static void remove_file(const struct support *support) {
  assert_int_equal(unlink(support->database), 0);
}

static void a_file_that_is_gone_is_not_written(void **state) {
  const struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  write_three(support);
  support_expect_error(
      support, up_with(support, remove_file, &err), MZ_EHISTORY, &err,
      "another process has moved FOLDER/app.db meanwhile: it is without any "
      "migration\nhint: run it again\n"
      "state: migration 3 was rolled back; FOLDER/app.db is still without any "
      "migration\n");
}

static void switch_to_wal(const struct support *support) {
  support_sql(support, "PRAGMA journal_mode = WAL");
}

/* 3 is EXTRA, 2 is FULL: https://www.sqlite.org/pragma.html */
static void a_journal_that_was_switched_is_made_durable(void **state) {
  const struct support *support = *state;
  static const char note[] =
      "INSERT INTO t SELECT synchronous FROM pragma_synchronous;";
  support_write(support, "1_make.up.sql", "CREATE TABLE t (a);");
  support_write(support, "2_fill.up.sql", "INSERT INTO t VALUES ('two');");
  support_write(support, "3_note.up.sql", note);
  assert_int_equal(up_with(support, switch_to_wal, NULL), MZ_OK);
  support_expect(support, "SELECT a FROM t", "two\n2\n");
  support_remove_database(support);
  assert_int_equal(support_up(support, NULL), MZ_OK);
  support_expect(support, "SELECT a FROM t", "two\n3\n");
}

static void force_one(const struct support *support) {
  support_sql(support, "UPDATE schema_migrations SET version = 1");
}

static void a_ledger_that_was_changed_is_read_again(void **state) {
  const struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  write_three(support);
  assert_int_equal(up_with(support, force_one, &err), MZ_EHISTORY);
  mz_error_release(&err);
  support_expect(support, "SELECT a FROM t", "two\n");
}

/* ---- what may be broken ------------------------------------------------- */

static const char base[] =
    "CREATE TABLE p (id INTEGER PRIMARY KEY, u UNIQUE, k, x);"
    "CREATE UNIQUE INDEX pk ON p (k);"
    "INSERT INTO p VALUES (1, 'one', 10, 0), (2, 'two', 20, 0);"
    "CREATE TABLE c (p REFERENCES p, k REFERENCES p (k), u REFERENCES P (u));"
    "INSERT INTO c VALUES (1, 10, 'one');"
    "CREATE TABLE e (a); INSERT INTO e VALUES (1);"
    "CREATE INDEX ei ON e (a);"
    "CREATE TABLE f (b);"
    "CREATE TRIGGER g AFTER DELETE ON f BEGIN DELETE FROM p WHERE id = 1; END;"
    "INSERT INTO f VALUES (1);"
    "CREATE VIRTUAL TABLE s USING fts5 (w);"
    "INSERT INTO s VALUES ('word');"
    "CREATE TABLE d (s REFERENCES s_docsize (id)); INSERT INTO d VALUES (1);"
    "CREATE VIEW v AS SELECT a FROM e; CREATE VIEW w AS SELECT a FROM v;"
    "CREATE VIEW i AS SELECT a FROM e INDEXED BY ei;"
    "CREATE VIEW j AS SELECT b, u FROM f, p;"
    "CREATE VIEW z AS SELECT value FROM json_each('[1]');";

static void insert_orphan(const struct support *support) {
  support_sql(support, "PRAGMA foreign_keys = OFF; INSERT INTO c VALUES (77, "
                       "NULL, NULL)");
}

static void prepare(const struct support *support, const char *third) {
  support_remove_database(support);
  support_write(support, "1_make.up.sql", base);
  support_write(support, "2_more.up.sql",
                "CREATE TABLE more (a); INSERT INTO p VALUES (3, 'three', 30, "
                "0); INSERT INTO c VALUES (3, 30, 'three');");
  support_write(support, "3_next.up.sql", third);
}

static const char lost[] = "rows are lost";
static const char keys[] = "foreign key violation";
static const char reserved[] = "a name that is mzlua's own";
static const char code[] = "not compile after this migration";

static void what_a_migration_breaks_is_found(void **state) {
  static const struct {
    const char *sql;
    const char *expected;
  } cases[] = {
      {"INSERT INTO c VALUES (9, NULL, NULL);", keys},
      {"UPDATE c SET p = 9 WHERE p = 3;", keys},
      {"DELETE FROM p WHERE id = 3;", keys},
      {"UPDATE p SET id = 9 WHERE id = 3;", keys},
      {"UPDATE p SET k = 9 WHERE id = 3;", keys},
      {"REPLACE INTO p VALUES (9, 'one', 90, 0);", keys},
      {"UPDATE OR REPLACE p SET u = 'one' WHERE id = 2;", keys},
      {"DELETE FROM f;", lost},
      {"-- mzlua: deletes=p\nDELETE FROM f;", keys},
      {"DELETE FROM s WHERE w = 'word';", keys},
      {"DROP TABLE p;", keys},
      {"DROP INDEX pk;", keys},
      {"DROP INDEX pk; ALTER TABLE p DROP COLUMN k;", keys},
      {"ALTER TABLE c ADD COLUMN more REFERENCES p DEFAULT 9;", keys},
      {"CREATE TABLE n AS SELECT * FROM p; DROP VIEW j; DROP TRIGGER g;"
       "DROP TABLE p; ALTER TABLE n RENAME TO p;",
       keys},
      {"PRAGMA legacy_alter_table = ON; ALTER TABLE p RENAME TO q;", keys},
      {"CREATE TABLE n (p REFERENCES nosuch); INSERT INTO n VALUES (1);", keys},
      {"CREATE TABLE n (p REFERENCES e (a)); INSERT INTO n VALUES (1);", keys},
      {"ALTER TABLE more RENAME TO mzlua_saved;", reserved},
      {"DROP TABLE e;", code},
      {"DROP VIEW v;", code},
      {"DROP INDEX ei;", code},
      {"ALTER TABLE f ADD COLUMN u;", code},
      {"CREATE TABLE json_each (a);", code},
      {"CREATE VIEW n AS SELECT nosuch FROM e;", code},
      {"CREATE TRIGGER n AFTER INSERT ON e BEGIN DELETE FROM nosuch; END;",
       code},
      {"CREATE TRIGGER w INSTEAD OF INSERT ON w BEGIN DELETE FROM nosuch; END;",
       code},
  };
  const struct support *support = *state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    prepare(support, cases[i].sql);
    if (support_up(support, &err) != MZ_EMIGRATION || !err.message ||
        !strstr(err.message, cases[i].expected))
      fail_msg("%s: %s", cases[i].sql, err.message ? err.message : "passed");
    mz_error_release(&err);
    support_expect(support, "SELECT version FROM schema_migrations", "2\n");
  }
}

static void what_a_migration_leaves_sound_passes(void **state) {
  static const char *const cases[] = {
      "INSERT INTO c VALUES (2, 20, 'two'); DELETE FROM c WHERE p = 3;",
      "DELETE FROM c; DELETE FROM p;",
      "-- mzlua: deletes=p\nDELETE FROM c; DELETE FROM f;",
      "DELETE FROM c; DELETE FROM f; DELETE FROM p;",
      "UPDATE p SET x = 1; ALTER TABLE p ADD COLUMN more;",
      "ALTER TABLE p RENAME TO q; ALTER TABLE q RENAME TO p;",
      "ALTER TABLE p RENAME COLUMN k TO l; DROP INDEX pk;"
      "CREATE UNIQUE INDEX pk ON p (l);",
      "DROP VIEW w; DROP VIEW v; DROP VIEW i; DROP TABLE e;",
      "CREATE VIEW n AS SELECT * FROM w; CREATE TRIGGER o INSTEAD OF INSERT ON "
      "n BEGIN DELETE FROM e; END;",
  };
  const struct support *support = *state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    prepare(support, cases[i]);
    if (support_up(support, &err))
      fail_msg("%s: %s", cases[i], err.message);
  }
}

static void what_somebody_else_breaks_between_does_not_count(void **state) {
  const struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  prepare(support, "INSERT INTO c VALUES (2, 20, 'two');");
  assert_int_equal(up_with(support, insert_orphan, NULL), MZ_OK);
  support_write(support, "4_worse.up.sql",
                "INSERT INTO c VALUES (78, 10, 'one');");
  assert_int_equal(support_up(support, &err), MZ_EMIGRATION);
  assert_string_equal(err.message, "1 foreign key violation");
  mz_error_release(&err);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(nothing_leaks_into_the_next_migration),
      SUPPORT_TEST(a_function_does_not_leak_into_the_next_migration),
      SUPPORT_TEST(a_file_that_was_replaced_is_the_one_that_is_migrated),
      SUPPORT_TEST(a_link_that_was_changed_is_followed),
      SUPPORT_TEST(a_file_that_is_gone_is_not_written),
      SUPPORT_TEST(a_journal_that_was_switched_is_made_durable),
      SUPPORT_TEST(a_ledger_that_was_changed_is_read_again),
      SUPPORT_TEST(what_a_migration_breaks_is_found),
      SUPPORT_TEST(what_a_migration_leaves_sound_passes),
      SUPPORT_TEST(what_somebody_else_breaks_between_does_not_count),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
