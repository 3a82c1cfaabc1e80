/* test_pitfalls.c - what has gone wrong in other tools: transactions, foreign
 * keys, and the rename that repoints. Each test is a whole run. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support.h"

static const char family[] =
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);\n"
    "CREATE TABLE child (id INTEGER PRIMARY KEY,\n"
    "  parent INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE);\n"
    "CREATE TABLE note (parent REFERENCES parent ON DELETE SET NULL, text);\n"
    "CREATE VIEW names AS SELECT name FROM parent;\n"
    "INSERT INTO parent VALUES (1, 'ann'), (2, 'bea');\n"
    "INSERT INTO child VALUES (10, 1), (11, 1), (12, 2);\n"
    "INSERT INTO note VALUES (1, 'x'), (2, 'y');\n";

/* A database with the family in it, at 1. */
static void make_family(const struct support *support) {
  support_write(support, "1_family.up.sql", family);
  assert_int_equal(support_up(support, NULL), MZ_OK);
}

/* The second migration fails so, and leaves everything as it was. */
static void expect_undone(const struct support *support, const char *text) {
  struct mz_error err = MZ_ERROR_INIT;
  char *before = support_dump(support);
  char *after = NULL;
  support_expect_error(support, support_up(support, &err), MZ_EMIGRATION, &err,
                       text);
  after = support_dump(support);
  assert_string_equal(after, before);
  free(before);
  free(after);
}

/* ---- 1: rebuilding a parent --------------------------------------------- */

#define REBUILD                                                                \
  "CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"           \
  "INSERT INTO new SELECT id, name FROM parent;\n"                             \
  "DROP VIEW names;\nDROP TABLE parent;\n"                                     \
  "ALTER TABLE new RENAME TO parent;\n"                                        \
  "CREATE VIEW names AS SELECT name FROM parent;\n"

static void rebuilding_a_parent_keeps_its_children(void **state) {
  static const char *const texts[] = {
      REBUILD,
      "PRAGMA foreign_keys = OFF;\n" REBUILD "PRAGMA foreign_keys = ON;\n",
      "PRAGMA foreign_keys=OFF;\nBEGIN;\n" REBUILD
      "PRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys=ON;\n",
      "BEGIN;\nPRAGMA defer_foreign_keys = ON;\n" REBUILD "COMMIT;\n",
      "PRAGMA foreign_keys = ON;\n" REBUILD,
  };
  const struct support *support = *state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    support_write(support, "1_family.up.sql", family);
    support_write(support, "2_rebuild.up.sql", texts[i]);
    assert_int_equal(support_up(support, NULL), MZ_OK);
    support_expect(support, "SELECT * FROM child", "10|1\n11|1\n12|2\n");
    support_expect(support, "SELECT * FROM note", "1|x\n2|y\n");
    support_expect(support, "PRAGMA foreign_key_check", "");
    support_remove_database(support);
  }
}

static void rebuilding_a_parent_in_lua_keeps_its_children(void **state) {
  const struct support *support = *state;
  make_family(support);
  support_write(support, "2_rebuild.lua",
                "return {up = function(db)\ndb:exec([[" REBUILD "]])\nend}");
  assert_int_equal(support_up(support, NULL), MZ_OK);
  support_expect(support, "SELECT count(*) FROM child", "3\n");
  support_expect(support, "SELECT count(parent) FROM note", "2\n");
}

/* ---- 2: version and work ------------------------------------------------ */

static void look(void *context, enum mz_log_level level, const char *message) {
  const struct support *support = context;
  (void)level;
  (void)message;
  support_expect(support, "SELECT version FROM schema_migrations", "1\n");
  support_expect(support, "SELECT count(*) FROM parent", "2\n");
}

static void version_and_work_appear_at_the_same_moment(void **state) {
  struct support *support = *state;
  support_sql(support, "PRAGMA journal_mode = WAL");
  make_family(support);
  support_write(support, "2_more.lua",
                "local mz = require('mz')\n"
                "return {up = function(db)\n"
                "  db:exec(\"INSERT INTO parent VALUES (3, 'cid')\")\n"
                "  mz.log('done')\nend}");
  support->options.log = look;
  support->options.context = support;
  assert_int_equal(support_up(support, NULL), MZ_OK);
  support_expect(support, "SELECT version, dirty FROM schema_migrations",
                 "2|0\n");
  support_expect(support, "SELECT count(*) FROM parent", "3\n");
}

/* ---- 3: a script that ends the transaction ------------------------------ */

static void a_script_cannot_end_the_runners_transaction(void **state) {
  static const struct {
    const char *name;
    const char *text;
    const char *error;
  } cases[] = {
      {"2_bad.up.sql", "DELETE FROM child;\nCOMMIT;\nDELETE FROM parent;",
       "FOLDER/migrations/2_bad.up.sql:2:1: a migration may not begin or end a "
       "transaction\n"
       "hint: remove it: mzlua runs each migration in one transaction; one "
       "BEGIN ... COMMIT around the whole file is fine\n"},
      {"2_bad.up.sql",
       "DELETE FROM child;\nINSERT OR ROLLBACK INTO parent VALUES (1, 'x');\n"
       "DELETE FROM parent;",
       "FOLDER/migrations/2_bad.up.sql:2:1: UNIQUE constraint failed: "
       "parent.id\n"
       "hint: use OR ABORT or RAISE(ABORT, ...): a ROLLBACK would end the "
       "migration's transaction\n"},
      {"2_bad.up.sql",
       "CREATE TRIGGER r BEFORE DELETE ON child BEGIN\n"
       "  SELECT RAISE(ROLLBACK, 'keep it');\nEND;\n"
       "DELETE FROM child;\nDELETE FROM parent;",
       "FOLDER/migrations/2_bad.up.sql:4:1: keep it\n"
       "hint: use OR ABORT or RAISE(ABORT, ...): a ROLLBACK would end the "
       "migration's transaction\n"},
  };
  const struct support *support = *state;
  make_family(support);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[600];
    support_write(support, cases[i].name, cases[i].text);
    (void)snprintf(text, sizeof text,
                   "%sstate: migration 2 was rolled back; FOLDER/app.db is "
                   "still at 1\n",
                   cases[i].error);
    expect_undone(support, text);
  }
}

static void a_pcall_cannot_hide_that_the_transaction_ended(void **state) {
  static const char *const bodies[] = {
      "pcall(db.exec, db, 'COMMIT') db:exec('COMMIT')",
      "pcall(db.exec, db, \"INSERT OR ROLLBACK INTO parent VALUES (1, 'x')\")",
      "pcall(db.exec, db, \"INSERT OR ROLLBACK INTO parent VALUES (1, 'x')\")"
      " db:exec('DELETE FROM parent')",
      "pcall(db.exec, db, \"INSERT OR ROLLBACK INTO parent VALUES (1, 'x')\")"
      " pcall(db.exec, db, 'DELETE FROM parent')",
      "pcall(db.savepoint, db, function() "
      "db:exec(\"INSERT OR ROLLBACK INTO parent VALUES (1, 'x')\") end)",
  };
  const struct support *support = *state;
  make_family(support);
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    char text[400];
    char *before = support_dump(support);
    char *after = NULL;
    (void)snprintf(text, sizeof text,
                   "return {up = function(db) db:exec('DELETE FROM child') "
                   "%s end}",
                   bodies[i]);
    support_write(support, "2_bad.lua", text);
    assert_int_equal(support_up(support, &err), MZ_EMIGRATION);
    assert_memory_equal(err.state, "migration 2 was rolled back; ", 29);
    mz_error_release(&err);
    after = support_dump(support);
    assert_string_equal(after, before);
    free(before);
    free(after);
  }
}

/* ---- 4: violations ------------------------------------------------------ */

static void old_violations_do_not_block_and_new_ones_do(void **state) {
  const struct support *support = *state;
  make_family(support);
  support_sql(support, "INSERT INTO child VALUES (13, 99)");
  support_write(support, "2_rebuild.up.sql", REBUILD);
  assert_int_equal(support_up(support, NULL), MZ_OK);
  support_write(support, "3_lose.up.sql", "DELETE FROM parent WHERE id = 2;");
  expect_undone(
      support,
      "FOLDER/migrations/3_lose.up.sql:0:0: 2 foreign key violations\n"
      "details: child: id = 12, parent = 2 has no parent in parent\n"
      "note: rowid = 2, parent = 2 has no parent in parent\n"
      "hint: insert the missing parents, or delete or repoint these rows in "
      "the migration; ON DELETE acts only under foreign_keys=on\n"
      "state: migration 3 was rolled back; FOLDER/app.db is still at 2\n");
}

/* ---- 5: two at once; the races themselves are tests/cli/race.bats ------- */

static void no_lock_is_left_in_the_database(void **state) {
  const struct support *support = *state;
  make_family(support);
  support_expect(support,
                 "SELECT name FROM sqlite_schema WHERE name LIKE '%lock%'", "");
  support_expect(support,
                 "SELECT name FROM sqlite_schema WHERE name LIKE 'mzlua%' OR "
                 "name LIKE 'schema%' ORDER BY 1",
                 "mzlua_history\nschema_migrations\n");
}

/* ---- 6: busy ------------------------------------------------------------ */

static void a_locked_database_has_a_status_of_its_own(void **state) {
  const struct support *support = *state;
  struct mz_database *application = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  make_family(support);
  support_write(support, "2_more.up.sql", "DELETE FROM note;");
  application = support_open(support);
  assert_int_equal(mz_database_begin(application, NULL), MZ_OK);
  support_expect_error(
      support, support_up(support, &err), MZ_EBUSY, &err,
      "FOLDER/app.db: database is locked\n"
      "hint: another process is using FOLDER/app.db: try again, or wait longer "
      "with --lock-timeout\n"
      "state: migration 2 was not begun; FOLDER/app.db is still at 1\n");
  mz_database_close(application);
  assert_int_equal(support_up(support, NULL), MZ_OK);
}

/* ---- 7: an interrupted statement ---------------------------------------- */

static void interrupt_it(void *context, enum mz_log_level level,
                         const char *message) {
  (void)level;
  (void)message;
  mz_interrupt_raise(context, SIGINT);
}

/* SQLite gives up the whole transaction for a write, but not for a read. */
static void an_interrupted_read_or_write_is_rolled_back(void **state) {
  static const char *const statements[] = {
      "UPDATE note SET text = (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL "
      "SELECT i + 1 FROM n) SELECT count(*) FROM n)",
      "SELECT (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM "
      "n) SELECT count(*) FROM n)",
  };
  struct support *support = *state;
  make_family(support);
  for (int i = 0; i < 4; i++) {
    struct support own = *support;
    struct mz_interrupt interrupt = {.signal = 0};
    struct mz_error err = MZ_ERROR_INIT;
    char *before = support_dump(support);
    char *after = NULL;
    char text[500];
    (void)snprintf(text, sizeof text,
                   "local mz = require('mz')\n"
                   "return {up = function(db) db:exec('DELETE FROM child')\n"
                   "mz.log('now')\n%s(db.exec, db, [[%s]]) end}",
                   i / 2 ? "pcall" : "(function(f, ...) f(...) end)",
                   statements[i % 2]);
    support_write(support, "2_long.lua", text);
    own.options.interrupt = &interrupt;
    own.options.log = interrupt_it;
    own.options.context = &interrupt;
    assert_int_equal(support_up(&own, &err), MZ_EINTERRUPT);
    assert_string_equal(err.message, "interrupted");
    assert_memory_equal(err.state, "migration 2 was rolled back; ", 29);
    mz_error_release(&err);
    after = support_dump(support);
    assert_string_equal(after, before);
    free(before);
    free(after);
  }
}

/* ---- 8: renaming the old table first ------------------------------------ */

static void
renaming_the_old_table_first_cannot_repoint_the_children(void **state) {
  const struct support *support = *state;
  make_family(support);
  support_write(support, "2_rename.up.sql",
                "DROP VIEW names;\nALTER TABLE parent RENAME TO old;\n"
                "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);\n"
                "INSERT INTO parent SELECT * FROM old;\nDROP TABLE old;\n");
  expect_undone(
      support,
      "FOLDER/migrations/2_rename.up.sql:0:0: 5 foreign key violations\n"
      "details: child: id = 10, parent = 1 has no parent in old\n"
      "child: id = 11, parent = 1 has no parent in old\n"
      "child: id = 12, parent = 2 has no parent in old\n"
      "note: rowid = 1, parent = 1 has no parent in old\n"
      "note: rowid = 2, parent = 2 has no parent in old\n"
      "hint: insert the missing parents, or delete or repoint these rows in "
      "the migration; ON DELETE acts only under foreign_keys=on\n"
      "state: migration 2 was rolled back; FOLDER/app.db is still at 1\n");
}

static void renaming_the_old_table_first_cannot_repoint_a_view(void **state) {
  const struct support *support = *state;
  make_family(support);
  support_write(support, "2_rename.up.sql",
                "DELETE FROM child; DELETE FROM note;\n"
                "ALTER TABLE parent RENAME TO old;\n"
                "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);\n"
                "DROP TABLE old;\n");
  expect_undone(
      support,
      "FOLDER/migrations/2_rename.up.sql:0:0: 1 view or trigger does not "
      "compile after this migration\n"
      "details: view names: no such table: main.old\n"
      "hint: in the same migration, create what it needs, or drop it and "
      "create it anew after the change\n"
      "state: migration 2 was rolled back; FOLDER/app.db is still at 1\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(rebuilding_a_parent_keeps_its_children),
      SUPPORT_TEST(rebuilding_a_parent_in_lua_keeps_its_children),
      SUPPORT_TEST(version_and_work_appear_at_the_same_moment),
      SUPPORT_TEST(a_script_cannot_end_the_runners_transaction),
      SUPPORT_TEST(a_pcall_cannot_hide_that_the_transaction_ended),
      SUPPORT_TEST(old_violations_do_not_block_and_new_ones_do),
      SUPPORT_TEST(no_lock_is_left_in_the_database),
      SUPPORT_TEST(a_locked_database_has_a_status_of_its_own),
      SUPPORT_TEST(an_interrupted_read_or_write_is_rolled_back),
      SUPPORT_TEST(renaming_the_old_table_first_cannot_repoint_the_children),
      SUPPORT_TEST(renaming_the_old_table_first_cannot_repoint_a_view),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
