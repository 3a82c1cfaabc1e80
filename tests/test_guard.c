#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "run/guard.h"
#include "support.h"

/* Look at what before makes, run after, and look again. */
static enum mz_status check(const struct support *support, const char *before,
                            const char *after, struct mz_error *err) {
  struct mz_guard guard = MZ_GUARD_INIT;
  struct mz_database *database = NULL;
  enum mz_status status = MZ_OK;
  support_remove_database(support);
  support_sql(support, before);
  database = support_open(support);
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  assert_int_equal(mz_guard_take(&guard, database, NULL), MZ_OK);
  assert_int_equal(support_script(database, after, NULL), MZ_OK);
  status = mz_guard_check(&guard, database, err);
  mz_guard_release(&guard);
  mz_database_close(database);
  return status;
}

static const char sound[] =
    "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1), (2);"
    "CREATE TABLE c (p REFERENCES p); INSERT INTO c VALUES (1);"
    "CREATE VIEW v AS SELECT id FROM p; CREATE VIEW w AS SELECT id FROM v;"
    "CREATE TRIGGER t AFTER INSERT ON c BEGIN UPDATE p SET id = id; END;";

/* The same with one of each broken already. */
static const char broken[] =
    "INSERT INTO c VALUES (77);"
    "CREATE VIEW x AS SELECT nosuch FROM p;"
    "CREATE VIEW y AS SELECT 1 FROM nosuch;"
    "CREATE TRIGGER u INSTEAD OF INSERT ON y BEGIN DELETE FROM p; END;"
    "CREATE TABLE d (a); CREATE TRIGGER z AFTER DELETE ON d BEGIN "
    "DELETE FROM nosuch; END";

static const char rebuild[] =
    "PRAGMA legacy_alter_table = ON; "
    "CREATE TABLE p2 (id INTEGER PRIMARY KEY, more); INSERT INTO p2 (id) "
    "SELECT id FROM p; DROP VIEW w; DROP VIEW v; DROP TABLE p; "
    "ALTER TABLE p2 RENAME TO p; CREATE VIEW v AS SELECT id FROM p";

static void what_stays_sound_passes(void **state) {
  static const char *const changes[] = {
      "",
      "INSERT INTO p VALUES (3); INSERT INTO c VALUES (3)",
      rebuild,
      "DROP TABLE c",
      "DELETE FROM p WHERE id = 2",
  };
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
    assert_int_equal(check(*state, sound, changes[i], NULL), MZ_OK);
}

static void what_was_broken_before_does_not_count(void **state) {
  char before[1000];
  (void)snprintf(before, sizeof before, "%s%s", sound, broken);
  assert_int_equal(check(*state, before, "INSERT INTO p VALUES (9)", NULL),
                   MZ_OK);
  assert_int_equal(check(*state, before, "DROP VIEW x; DELETE FROM c", NULL),
                   MZ_OK);
}

static void a_new_violation_is_an_error(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  support_expect_error(
      *state, check(*state, sound, "DELETE FROM p WHERE id = 1", &err),
      MZ_EMIGRATION, &err,
      "1 foreign key violation\n"
      "details: c: rowid = 1, p = 1 has no parent in p\n"
      "hint: insert the missing parents, or delete or repoint these rows in "
      "the migration; ON DELETE acts only under foreign_keys=on\n");
}

static void a_view_or_trigger_that_breaks_is_an_error(void **state) {
  static const char it[] =
      "hint: in the same migration, create what it needs, or drop it and "
      "create it anew after the change\n";
  static const char them[] =
      "hint: in the same migration, create what they need, or drop them and "
      "create them anew after the change\n";
  static const struct {
    const char *change;
    const char *error;
    const char *hint;
  } cases[] = {
      {"DROP VIEW v",
       "1 view or trigger does not compile after this migration\n"
       "details: view w: no such table: main.v\n",
       it},
      {"DROP TRIGGER t; DELETE FROM c; DROP TABLE p",
       "2 views or triggers do not compile after this migration\n"
       "details: view v: no such table: main.p\n"
       "view w: no such table: main.p\n",
       them},
      {"DROP VIEW w; DROP VIEW v; CREATE TABLE p2 (id INTEGER PRIMARY KEY); "
       "INSERT INTO p2 SELECT id FROM p; CREATE TABLE e (a); DROP TABLE e; "
       "CREATE TRIGGER g AFTER INSERT ON c BEGIN DELETE FROM e; END",
       "1 view or trigger does not compile after this migration\n"
       "details: trigger g: no such table: main.e\n",
       it},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    char text[400];
    enum mz_status status = check(*state, sound, cases[i].change, &err);
    (void)snprintf(text, sizeof text, "%s%s", cases[i].error, cases[i].hint);
    support_expect_error(*state, status, MZ_EMIGRATION, &err, text);
  }
}

/* One migration that passes or fails, guarded as those before it in its run. */
static enum mz_status guarded(const struct support *support,
                              struct mz_guard *guard, const char *migration) {
  struct mz_database *database = support_open(support);
  struct mz_error err = MZ_ERROR_INIT;
  enum mz_status status = MZ_OK;
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  assert_int_equal(mz_guard_take(guard, database, NULL), MZ_OK);
  assert_int_equal(support_script(database, migration, NULL), MZ_OK);
  status = mz_guard_check(guard, database, &err);
  mz_error_release(&err);
  if (!status)
    assert_int_equal(mz_database_commit(database, NULL), MZ_OK);
  mz_database_close(database);
  return status;
}

static void a_run_knows_what_was_broken_before_each_migration(void **state) {
  struct mz_guard guard = MZ_GUARD_INIT;
  support_remove_database(*state);
  support_sql(*state, sound);
  assert_int_equal(guarded(*state, &guard, "INSERT INTO p VALUES (3)"), MZ_OK);
  assert_int_equal(guarded(*state, &guard, "CREATE TABLE e (a)"), MZ_OK);
  /* Somebody else breaks one: no migration is to blame for it. */
  support_sql(*state, "CREATE VIEW x AS SELECT a FROM nosuch");
  assert_int_equal(guarded(*state, &guard, "CREATE TABLE f (a)"), MZ_OK);
  assert_int_equal(guarded(*state, &guard, "DELETE FROM e"), MZ_OK);
  assert_int_equal(
      guarded(*state, &guard, "CREATE VIEW y AS SELECT a FROM nosuch"),
      MZ_EMIGRATION);
  mz_guard_release(&guard);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(what_stays_sound_passes),
      SUPPORT_TEST(what_was_broken_before_does_not_count),
      SUPPORT_TEST(a_new_violation_is_an_error),
      SUPPORT_TEST(a_view_or_trigger_that_breaks_is_an_error),
      SUPPORT_TEST(a_run_knows_what_was_broken_before_each_migration),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
