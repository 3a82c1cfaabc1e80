/* test_digest_functions.c - the functions that SQL has while a migration runs;
 * the digests are Python's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support.h"

static const char *const true_in_sql[] = {
    "md5('abc') = '900150983cd24fb0d6963f7d28e17f72'",
    "sha1('abc') = 'a9993e364706816aba3e25717850c26c9cd0d89d'",
    "sha256('abc') = 'ba7816bf8f01cfea414140de5dae2223"
    "b00361a396177a9cb410ff61f20015ad'",
    "crc32('123456789') = 3421780262",
    "typeof(crc32('')) = 'integer' AND crc32('') = 0",
    "typeof(md5('')) = 'text'",
    "md5(x'') = 'd41d8cd98f00b204e9800998ecf8427e' AND md5('') = md5(x'')",
    "md5(zeroblob(0)) = md5('')",
    "sha1(CAST('J\xC3\xBCrgen' || char(0) || 'x' AS BLOB)) = "
    "'2c76107b75b15f69f1725fd18246a30366088f4d'",
    "sha1('J\xC3\xBCrgen' || char(0) || 'x') = "
    "'2c76107b75b15f69f1725fd18246a30366088f4d'",
    "md5(NULL) IS NULL AND sha1(NULL) IS NULL AND sha256(NULL) IS NULL",
    "crc32(NULL) IS NULL",
    "md5(9007199254740993) = md5('9007199254740993')",
    "md5(1.0) = md5('1.0') AND md5(1) = md5('1') AND md5(1.0) <> md5(1)",
    "MD5('abc') = md5('abc')",
};

static void expect_true(struct mz_database *database, const char *expression) {
  char sql[400];
  (void)snprintf(sql, sizeof sql, "SELECT %s", expression);
  if (support_number(database, sql) != 1)
    fail_msg("%s", expression);
}

static void functions_hash_bytes(void **state) {
  struct mz_database *database = support_open(*state);
  for (size_t i = 0; i < sizeof true_in_sql / sizeof *true_in_sql; i++)
    expect_true(database, true_in_sql[i]);
  mz_database_close(database);
}

static void a_scratch_database_has_them_too(void **state) {
  struct mz_database *database = NULL;
  (void)state;
  assert_int_equal(mz_database_open_scratch(&database, NULL, NULL), MZ_OK);
  expect_true(database, "crc32('123456789') = 3421780262");
  mz_database_close(database);
}

/* In UTF-16 as well, as SQLite keeps it there. */
static void text_is_hashed_as_utf_8(void **state) {
  const struct support *support = *state;
  struct mz_database *database = NULL;
  support_sql(support, "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (a);"
                       "INSERT INTO t VALUES ('J\xC3\xBCrgen')");
  database = support_open(support);
  assert_int_equal(support_number(database, "SELECT crc32(a) = crc32(CAST(x'"
                                            "4AC3BC7267656E' AS BLOB)) FROM t"),
                   1);
  mz_database_close(database);
}

/* Where they would be called without mzlua. */
static void the_schema_cannot_use_them(void **state) {
  static const char *const refused[] = {
      "CREATE TABLE t (a, b AS (md5(a)))",
      "CREATE TABLE t (a, CHECK (md5(a) <> ''))",
      "CREATE TABLE t (a); CREATE INDEX i ON t (md5(a))",
      "CREATE TABLE t (a); CREATE INDEX i ON t (a) WHERE md5(a) > ''",
      "CREATE VIEW v AS SELECT md5(1); SELECT * FROM v",
      "CREATE TABLE t (a); CREATE TRIGGER r BEFORE INSERT ON t BEGIN "
      "SELECT md5(new.a); END; INSERT INTO t VALUES (1)",
  };
  struct mz_database *database = support_open(*state);
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
    assert_int_equal(mz_database_exec(database, refused[i], &err),
                     MZ_EMIGRATION);
    assert_string_equal(err.message, "unsafe use of md5()");
    mz_error_release(&err);
    mz_database_rollback(database);
  }
  mz_database_close(database);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(functions_hash_bytes),
      SUPPORT_TEST(a_scratch_database_has_them_too),
      SUPPORT_TEST(text_is_hashed_as_utf_8),
      SUPPORT_TEST(the_schema_cannot_use_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
