#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "sqlite/foreign_keys.h"
#include "support.h"

/* Run before, remember what is violated, run after, and check. */
static enum mz_status check(const struct support *support, const char *before,
                            const char *after, struct mz_error *err) {
  struct mz_foreign_keys known = MZ_FOREIGN_KEYS_INIT;
  struct mz_database *database = NULL;
  enum mz_status status = MZ_OK;
  support_remove_database(support);
  support_sql(support, before);
  database = support_open(support);
  assert_int_equal(mz_foreign_keys_read(database, &known, NULL), MZ_OK);
  assert_int_equal(mz_database_exec(database, after, NULL), MZ_OK);
  status = mz_foreign_keys_check(database, &known, err);
  mz_foreign_keys_release(&known);
  mz_database_close(database);
  return status;
}

static const char tables[] =
    "CREATE TABLE p (id INTEGER PRIMARY KEY, a, b, UNIQUE (a, b));"
    "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p);"
    "INSERT INTO p VALUES (1, 1, 1), (2, 2, 2);"
    "INSERT INTO c VALUES (1, 1), (2, NULL), (3, 77), (4, 77);";

static const char rebuild[] =
    "CREATE TABLE c2 (extra, p REFERENCES p, id INTEGER PRIMARY KEY);"
    "INSERT INTO c2 (id, p) SELECT 10 - id, p FROM c; DROP TABLE c;"
    "ALTER TABLE c2 RENAME TO c";

static void violations_that_were_there_do_not_count(void **state) {
  static const char *const changes[] = {
      "SELECT 1",
      "DELETE FROM p WHERE id = 2",
      "INSERT INTO c VALUES (5, 2), (6, NULL)",
      "UPDATE c SET id = id + 100",
      "UPDATE c SET p = 1 WHERE id = 3",
      "DELETE FROM c WHERE p = 77",
      rebuild,
      "DROP TABLE c",
  };
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    if (check(*state, tables, changes[i], &err))
      fail_msg("%s: %s", changes[i], err.message);
  }
}

static const char hint[] = "hint: insert the missing parents, or delete or "
                           "repoint these rows in the migration; ON DELETE "
                           "acts only under foreign_keys=on\n";

static void new_violations_are_counted_and_shown(void **state) {
  static const struct {
    const char *after;
    const char *error;
  } cases[] = {
      {"INSERT INTO c VALUES (9, 78)",
       "1 foreign key violation\n"
       "details: c: id = 9, p = 78 has no parent in "
       "p\n"},
      {"INSERT INTO c VALUES (9, 77)",
       "1 foreign key violation\n"
       "details: c: id = 9, p = 77 has no parent in "
       "p\n"},
      {"DELETE FROM p", "1 foreign key violation\ndetails: c: id = 1, p = 1 "
                        "has no parent in p\n"},
      {"INSERT INTO c (p) VALUES (11), (12), ('it''s'), (14), (15), (16)",
       "6 foreign key violations\n"
       "details: c: id = 5, p = 11 has no parent in p\n"
       "c: id = 6, p = 12 has no parent in p\n"
       "c: id = 7, p = 'it''s' has no parent in p\n"
       "c: id = 8, p = 14 has no parent in p\n"
       "c: id = 9, p = 15 has no parent in p\n...\n"},
      {"CREATE TABLE two (x, y, FOREIGN KEY (x, y) REFERENCES p (a, b));"
       "INSERT INTO two VALUES (1, 1), (1, 2), (NULL, 3), (x'00', 1.5)",
       "2 foreign key violations\n"
       "details: two: rowid = 2, x = 1, y = 2 has no parent in p\n"
       "two: rowid = 4, x = X'00', y = 1.5 has no parent in p\n"},
      {"CREATE TABLE w (k PRIMARY KEY, p REFERENCES p) WITHOUT ROWID;"
       "INSERT INTO w VALUES ('x', 5)",
       "1 foreign key violation\n"
       "details: w: k = 'x', p = 5 has no parent in p\n"},
      {"CREATE TABLE r (rowid, \"o''id\" REFERENCES p);"
       "INSERT INTO r VALUES ('x', 5)",
       "1 foreign key violation\n"
       "details: r: _rowid_ = 1, o''id = 5 has no parent in p\n"},
      {"CREATE TABLE \"d \"\"q\" (\"c d\" REFERENCES nosuch);"
       "INSERT INTO \"d \"\"q\" VALUES (5)",
       "1 foreign key violation\n"
       "details: d \"q: rowid = 1, c d = 5 has no parent in nosuch\n"},
      {"CREATE TABLE s (id INTEGER PRIMARY KEY, up REFERENCES s);"
       "INSERT INTO s VALUES (1, 1), (2, 3)",
       "1 foreign key violation\ndetails: s: id = 2, up = 3 has no parent in "
       "s\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    char text[600];
    enum mz_status status = check(*state, tables, cases[i].after, &err);
    (void)snprintf(text, sizeof text, "%s%s", cases[i].error, hint);
    support_expect_error(*state, status, MZ_EMIGRATION, &err, text);
  }
}

static void a_key_that_can_match_nothing_is_a_violation(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  support_expect_error(
      *state,
      check(*state, tables,
            "CREATE TABLE m (x REFERENCES p (b)); INSERT INTO m VALUES (1)",
            &err),
      MZ_EMIGRATION, &err,
      "1 foreign key violation\n"
      "details: foreign key mismatch - \"m\" referencing \"p\"\n"
      "hint: the parent's columns need a UNIQUE index or must be its PRIMARY "
      "KEY\n");
}

static void a_mismatch_that_was_there_does_not_count(void **state) {
  assert_int_equal(check(*state,
                         "CREATE TABLE p (a); CREATE TABLE m (x REFERENCES p "
                         "(a)); INSERT INTO m VALUES (1)",
                         "INSERT INTO m VALUES (2)", NULL),
                   MZ_OK);
}

static void long_values_are_cut(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  enum mz_status status =
      check(*state, tables, "INSERT INTO c VALUES (9, printf('%.*c', 99, 'x'))",
            &err);
  support_expect_error(
      *state, status, MZ_EMIGRATION, &err,
      "1 foreign key violation\n"
      "details: c: id = 9, p = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
      "xxxxxxxxxxxxxxxxxxxxx has no parent in p\n"
      "hint: insert the missing parents, or delete or repoint "
      "these rows in the migration; ON DELETE acts only "
      "under foreign_keys=on\n");
}

static void without_rowid_the_new_ones_are_counted_as_well(void **state) {
  static const char before[] =
      "CREATE TABLE p (id INTEGER PRIMARY KEY);"
      "CREATE TABLE w (k PRIMARY KEY, p REFERENCES p) WITHOUT ROWID;"
      "INSERT INTO w VALUES ('x', 5)";
  struct mz_error err = MZ_ERROR_INIT;
  assert_int_equal(
      check(*state, before, "INSERT INTO w VALUES ('y', NULL)", NULL), MZ_OK);
  support_expect_error(
      *state,
      check(*state, before, "INSERT INTO w VALUES ('y', 5), ('z', 6)", &err),
      MZ_EMIGRATION, &err,
      "2 foreign key violations\n"
      "details: w: k = 'y', p = 5 has no parent in p\n"
      "w: k = 'z', p = 6 has no parent in p\n"
      "hint: insert the missing parents, or delete or repoint these rows in "
      "the migration; ON DELETE acts only under foreign_keys=on\n");
}

/* The parent's affinity decides: '05' is not the text '5', but the integer. */
static void without_rowid_the_parents_affinity_decides(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  support_expect_error(
      *state,
      check(*state,
            "CREATE TABLE n (id INTEGER PRIMARY KEY);"
            "CREATE TABLE t (id TEXT PRIMARY KEY COLLATE NOCASE);"
            "INSERT INTO n VALUES (5); INSERT INTO t VALUES ('5'), ('a')",
            "CREATE TABLE w (k PRIMARY KEY, n TEXT REFERENCES n, "
            "t REFERENCES t) WITHOUT ROWID;"
            "INSERT INTO w VALUES (1, '05', 5), (2, 5, 'A'), (3, 'x', '05')",
            &err),
      MZ_EMIGRATION, &err,
      "2 foreign key violations\n"
      "details: w: k = 3, t = '05' has no parent in t\n"
      "w: k = 3, n = 'x' has no parent in n\n"
      "hint: insert the missing parents, or delete or repoint these rows in "
      "the migration; ON DELETE acts only under foreign_keys=on\n");
}

static enum mz_status judge(void *state, const char *before,
                            const char *after) {
  struct mz_error err = MZ_ERROR_INIT;
  enum mz_status status = check(state, before, after, &err);
  mz_error_release(&err);
  return status;
}

static void another_row_in_the_place_of_an_old_violation_is_new(void **state) {
  static const char before[] =
      "CREATE TABLE p (id INTEGER PRIMARY KEY);"
      "CREATE TABLE w (k PRIMARY KEY, p REFERENCES p) WITHOUT ROWID;"
      "CREATE TABLE c (p REFERENCES p);"
      "INSERT INTO w VALUES ('x', 5); INSERT INTO c VALUES (7)";
  assert_int_equal(
      judge(*state, before, "DELETE FROM w; INSERT INTO w VALUES ('y', 6)"),
      MZ_EMIGRATION);
  assert_int_equal(judge(*state, before, "UPDATE c SET p = 8"), MZ_EMIGRATION);
  assert_int_equal(judge(*state, before,
                         "DELETE FROM c; CREATE TABLE q (id PRIMARY KEY);"
                         "CREATE TABLE d (q REFERENCES q);"
                         "INSERT INTO d VALUES (8)"),
                   MZ_EMIGRATION);
}

static void old_violations_survive_a_renamed_parent(void **state) {
  static const char before[] =
      "CREATE TABLE p (id INTEGER PRIMARY KEY);"
      "CREATE TABLE c (p REFERENCES p); INSERT INTO c VALUES (99), (98);"
      "CREATE TABLE w (k PRIMARY KEY, p REFERENCES p) WITHOUT ROWID;"
      "INSERT INTO w VALUES ('x', 99)";
  assert_int_equal(judge(*state, before,
                         "ALTER TABLE p RENAME TO parent;"
                         "ALTER TABLE c RENAME COLUMN p TO parent_id;"
                         "ALTER TABLE c RENAME TO child;"
                         "CREATE TABLE w2 (k, p REFERENCES parent);"
                         "INSERT INTO w2 SELECT * FROM w; DROP TABLE w"),
                   MZ_OK);
  assert_int_equal(judge(*state, before,
                         "ALTER TABLE p RENAME TO parent;"
                         "INSERT INTO c VALUES (97)"),
                   MZ_EMIGRATION);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(violations_that_were_there_do_not_count),
      SUPPORT_TEST(new_violations_are_counted_and_shown),
      SUPPORT_TEST(a_key_that_can_match_nothing_is_a_violation),
      SUPPORT_TEST(a_mismatch_that_was_there_does_not_count),
      SUPPORT_TEST(without_rowid_the_new_ones_are_counted_as_well),
      SUPPORT_TEST(without_rowid_the_parents_affinity_decides),
      SUPPORT_TEST(another_row_in_the_place_of_an_old_violation_is_new),
      SUPPORT_TEST(old_violations_survive_a_renamed_parent),
      SUPPORT_TEST(long_values_are_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
