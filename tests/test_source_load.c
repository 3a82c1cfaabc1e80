/* What a migration's text may be, and what of it the checksum covers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fs.h"
#include "model/source.h"
#include "support.h"

#define MARK "\xEF\xBB\xBF"
#define TEXT(text) text, sizeof(text) - 1

static void write_bytes(const struct support *support, const char *name,
                        const char *bytes, size_t size) {
  char *path = mz_fs_join(support->migrations, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
  free(path);
}

static void remove_file(const struct support *support, const char *name) {
  char *path = mz_fs_join(support->migrations, name);
  assert_int_equal(unlink(path), 0);
  free(path);
}

static struct mz_source *open_source(const struct support *support) {
  struct mz_source *source = NULL;
  assert_int_equal(mz_source_open(&source, support->migrations, NULL), MZ_OK);
  return source;
}

/* ---- texts that are taken ----------------------------------------------- */

static const struct {
  const char *bytes;
  size_t size;
  const char *text;
} good_texts[] = {
    {TEXT(""), ""},
    {TEXT(MARK), ""},
    {TEXT(MARK "SELECT 1;"), "SELECT 1;"},
    {TEXT("SELECT '" MARK "';"), "SELECT '" MARK "';"},
    {TEXT("SELECT 1;\r\nSELECT 2;\r\n"), "SELECT 1;\r\nSELECT 2;\r\n"},
    {TEXT("SELECT 1"), "SELECT 1"},
    {TEXT("-- nothing yet"), "-- nothing yet"},
    {TEXT("/* nothing yet */\n"), "/* nothing yet */\n"},
    {TEXT("SELECT ';', \";\", [;], `;` -- ; '\n/* ' */;"),
     "SELECT ';', \";\", [;], `;` -- ; '\n/* ' */;"},
    {TEXT("CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT 1; END;"),
     "CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT 1; END;"},
    {TEXT("SELECT 'gr\xC3\xB6\xC3\x9F"
          "e \xF0\x9F\x98\x80';"),
     "SELECT 'gr\xC3\xB6\xC3\x9F"
     "e \xF0\x9F\x98\x80';"},
    {TEXT("syntax errors are found by the parser (;"),
     "syntax errors are found by the parser (;"},
};

static void text_is_loaded_without_its_mark(void **state) {
  for (size_t i = 0; i < sizeof good_texts / sizeof *good_texts; i++) {
    struct mz_source *source = NULL;
    struct mz_migration_file *up = NULL;
    write_bytes(*state, "1_a.up.sql", good_texts[i].bytes, good_texts[i].size);
    source = open_source(*state);
    assert_int_equal(mz_source_load(source->migrations, NULL), MZ_OK);
    up = &source->migrations->up;
    assert_string_equal(up->text, good_texts[i].text);
    assert_int_equal(up->size, strlen(good_texts[i].text));
    mz_source_close(source);
  }
}

static void both_directions_and_directives_are_loaded(void **state) {
  struct mz_source *source = NULL;
  struct mz_migration *migration = NULL;
  support_write(*state, "1_a.up.sql", "SELECT 1;");
  support_write(*state, "1_a.down.sql",
                MARK "-- mzlua: foreign_keys=on\r\nSELECT 2;");
  source = open_source(*state);
  migration = source->migrations;
  assert_int_equal(mz_source_load(migration, NULL), MZ_OK);
  assert_string_equal(migration->up.text, "SELECT 1;");
  assert_false(migration->up.foreign_keys);
  assert_string_equal(migration->down.text,
                      "-- mzlua: foreign_keys=on\r\nSELECT 2;");
  assert_true(migration->down.foreign_keys);
  mz_source_close(source);
}

static void loading_twice_reads_once(void **state) {
  struct mz_source *source = NULL;
  const char *text = NULL;
  support_write(*state, "1_a.up.sql", "SELECT 1;");
  source = open_source(*state);
  assert_int_equal(mz_source_load(source->migrations, NULL), MZ_OK);
  text = source->migrations->up.text;
  remove_file(*state, "1_a.up.sql");
  assert_int_equal(mz_source_load(source->migrations, NULL), MZ_OK);
  assert_ptr_equal(source->migrations->up.text, text);
  mz_source_close(source);
}

static void lua_is_loaded_and_not_executed(void **state) {
  static const char lua[] = "-- mzlua: no directive\nerror('run') --[[ 'open";
  struct mz_source *source = NULL;
  support_write(*state, "1_a.lua", lua);
  source = open_source(*state);
  assert_int_equal(mz_source_load(source->migrations, NULL), MZ_OK);
  assert_string_equal(source->migrations->up.text, lua);
  assert_string_equal(source->migrations->checksum, "");
  mz_source_close(source);
}

/* ---- texts that are refused --------------------------------------------- */

#define SAVE "hint: save the file as UTF-8\n"
#define UP "FOLDER/migrations/1_a.up.sql"

static const struct {
  const char *name;
  const char *bytes;
  size_t size;
  const char *message;
} bad_texts[] = {
    {"1_a.up.sql", TEXT("SELECT 1;\0DROP TABLE a;"),
     UP ":1:10: the file has a NUL byte\n" SAVE},
    {"1_a.up.sql", TEXT("SELECT 1;\r\n\xC3\xA9 \0"),
     UP ":2:3: the file has a NUL byte\n" SAVE},
    {"1_a.up.sql", TEXT("\xFF\xFES\0E\0L\0"), /* UTF-16 */
     UP ":1:1: the byte 0xFF is not UTF-8\n" SAVE},
    {"1_a.up.sql",
     TEXT(MARK "\n\nSELECT 'gr\xF6\xDF"
               "e';"),
     UP ":3:11: the byte 0xF6 is not UTF-8\n" SAVE},
    {"1_a.up.sql", TEXT("-- \xED\xA0\x80\n"),
     UP ":1:4: the byte 0xED is not UTF-8\n" SAVE},
    {"1_a.lua", TEXT("return {\n  up = '\0'}"),
     "FOLDER/migrations/1_a.lua:2:9: the file has a NUL byte\n" SAVE},
    {"1_a.lua", TEXT("-- \xE9t\xE9"),
     "FOLDER/migrations/1_a.lua:1:4: the byte 0xE9 is not UTF-8\n" SAVE},
    {"1_a.down.sql", TEXT("SELECT 1;\n\0"),
     "FOLDER/migrations/1_a.down.sql:2:1: the file has a NUL byte\n" SAVE},
    {"1_a.up.sql", TEXT("SELECT 1;\nSELECT 'it''s;\n-- the end"),
     UP ":2:8: this text has no end\n"},
    {"1_a.up.sql", TEXT("SELECT x'00;"), UP ":1:8: this text has no end\n"},
    {"1_a.up.sql", TEXT("SELECT \"a\nFROM b;"),
     UP ":1:8: this name has no end\n"},
    {"1_a.up.sql", TEXT("SELECT `a"), UP ":1:8: this name has no end\n"},
    {"1_a.up.sql", TEXT("SELECT [a"), UP ":1:8: this name has no end\n"},
    {"1_a.up.sql", TEXT("SELECT 1;\r\n\r\n\xC3\xA9 /* DROP TABLE a; *\n"),
     UP ":3:3: this comment has no end\n"},
    {"1_a.down.sql", TEXT("/*"),
     "FOLDER/migrations/1_a.down.sql:1:1: this comment has no end\n"},
    {"1_a.up.sql", TEXT(MARK "-- mzlua: transaction=no\nVACUUM;"),
     UP ":1:11: transaction is on or off, not \"no\"\n"},
};

static void bad_text_is_refused_with_its_place(void **state) {
  struct support *support = *state;
  for (size_t i = 0; i < sizeof bad_texts / sizeof *bad_texts; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    struct mz_source *source = NULL;
    enum mz_status status = MZ_OK;
    write_bytes(support, bad_texts[i].name, bad_texts[i].bytes,
                bad_texts[i].size);
    source = open_source(support);
    status = mz_source_load(source->migrations, &err);
    support_expect_error(support, status, MZ_EUSAGE, &err,
                         bad_texts[i].message);
    mz_source_close(source);
    remove_file(support, bad_texts[i].name);
  }
}

static void file_that_vanished_is_named(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  struct mz_source *source = NULL;
  support_write(*state, "1_a.up.sql", "");
  source = open_source(*state);
  remove_file(*state, "1_a.up.sql");
  support_expect_error(*state, mz_source_load(source->migrations, &err),
                       MZ_EUSAGE, &err,
                       UP ": cannot read: No such file or directory\n");
  mz_source_close(source);
}

static void pipe_is_no_migration(void **state) {
  const struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  struct mz_source *source = NULL;
  char *path = mz_fs_join(support->migrations, "1_a.up.sql");
  assert_int_equal(mkfifo(path, 0600), 0);
  source = open_source(support);
  support_expect_error(support, mz_source_load(source->migrations, &err),
                       MZ_EUSAGE, &err, UP ": not a regular file\n");
  mz_source_close(source);
  free(path);
}

/* ---- the checksum ------------------------------------------------------- */

static void read_checksum(const struct support *support, const char *text,
                          char checksum[MZ_DIGEST_SIZE]) {
  struct mz_source *source = NULL;
  support_write(support, "1_a.up.sql", text);
  source = open_source(support);
  assert_int_equal(mz_source_load(source->migrations, NULL), MZ_OK);
  memcpy(checksum, source->migrations->checksum, MZ_DIGEST_SIZE);
  mz_source_close(source);
}

static const char statement[] = "CREATE TABLE a (b TEXT DEFAULT 'x y');";
static const char marked[] = MARK "CREATE TABLE a (b TEXT DEFAULT 'x y');";

static const char *const same[] = {
    "CREATE TABLE a (b TEXT DEFAULT 'x y');\n",
    marked,
    "-- What it does.\nCREATE TABLE a (b TEXT DEFAULT 'x y');",
    "CREATE TABLE a (\r\n  b TEXT\tDEFAULT 'x y' -- b\r\n);\r\n",
    "CREATE/* a */TABLE a(b TEXT DEFAULT'x y') ;/**/",
    "-- mzlua: ignore=rule reason\nCREATE TABLE a (b TEXT DEFAULT 'x y');",
};

static const char *const different[] = {
    "",
    "CREATE TABLE a (b TEXT DEFAULT 'x y')",
    "CREATE TABLE a (b TEXT DEFAULT 'x y');;",
    "CREATE TABLE a (b TEXT DEFAULT 'x  y');",
    "CREATE TABLE a (b TEXT DEFAULT 'x--y');",
    "CREATE TABLE a (b TEXT DEFAULT 'x' 'y');",
    "CREATE TABLE a (b TEXT DEFAULT \"x y\");",
    "CREATE TABLE a (bTEXT DEFAULT 'x y');",
    "create TABLE a (b TEXT DEFAULT 'x y');",
    "CREATE TABLE \"a\" (b TEXT DEFAULT 'x y');",
    "-- CREATE TABLE a (b TEXT DEFAULT 'x y');",
    "CREATE TABLE a (b TEXT DEFAULT 'x y'); SELECT 1",
};

static void checksum_ignores_comments_and_white_space(void **state) {
  char original[MZ_DIGEST_SIZE];
  char edited[MZ_DIGEST_SIZE];
  read_checksum(*state, statement, original);
  assert_int_equal(strlen(original), MZ_DIGEST_SIZE - 1);
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
    read_checksum(*state, same[i], edited);
    assert_string_equal(edited, original);
  }
}

static void checksum_ignores_nothing_else(void **state) {
  char original[MZ_DIGEST_SIZE];
  char edited[MZ_DIGEST_SIZE];
  read_checksum(*state, statement, original);
  for (size_t i = 0; i < sizeof different / sizeof *different; i++) {
    read_checksum(*state, different[i], edited);
    if (strcmp(edited, original) == 0)
      fail_msg("the same checksum for %s", different[i]);
  }
}

#define TEST(name)                                                             \
  cmocka_unit_test_setup_teardown(name, support_setup, support_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(text_is_loaded_without_its_mark),
      TEST(both_directions_and_directives_are_loaded),
      TEST(loading_twice_reads_once),
      TEST(lua_is_loaded_and_not_executed),
      TEST(bad_text_is_refused_with_its_place),
      TEST(file_that_vanished_is_named),
      TEST(pipe_is_no_migration),
      TEST(checksum_ignores_comments_and_white_space),
      TEST(checksum_ignores_nothing_else),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
