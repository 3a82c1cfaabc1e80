/* The folder of migrations: what is in it, in which order, how often. */
#include <inttypes.h>
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

#include "base/buf.h"
#include "base/fs.h"
#include "model/source.h"
#include "support.h"

static struct mz_source *open_source(const struct support *support) {
  struct mz_source *source = NULL;
  assert_int_equal(mz_source_open(&source, support->migrations, NULL), MZ_OK);
  return source;
}

/* "version name kind up down", a migration a line, without the folder. */
static char *list(const struct mz_source *source) {
  struct mz_buf text = MZ_BUF_INIT;
  size_t skip = strlen(source->folder) + 1;
  mz_buf_text(&text, "");
  for (size_t i = 0; i < source->count; i++) {
    const struct mz_migration *migration = &source->migrations[i];
    const char *up = migration->up.path;
    const char *down = migration->down.path;
    mz_buf_format(&text, "%" PRId64 " %s %s %s %s\n", migration->version,
                  migration->name, migration->kind == MZ_SQL ? "sql" : "lua",
                  up ? up + skip : "-", down ? down + skip : "-");
  }
  return mz_buf_take(&text);
}

static void write_files(const struct support *support,
                        const char *const *names) {
  for (; *names; names++)
    support_write(support, *names, "");
}

static void expect_list(const struct support *support, const char *expected) {
  struct mz_source *source = open_source(support);
  char *text = list(source);
  assert_string_equal(text, expected);
  assert_string_equal(source->folder, support->migrations);
  free(text);
  mz_source_close(source);
}

static void order_is_that_of_the_numbers(void **state) {
  static const char *const names[] = {"10_ten.up.sql",
                                      "9_nine.lua",
                                      "20240229235959_time.up.sql",
                                      "0_zero.up.sql",
                                      "9223372036854775807_last.lua",
                                      "002_two.down.sql",
                                      "2_two.up.sql",
                                      NULL};
  write_files(*state, names);
  expect_list(*state, "0 zero sql 0_zero.up.sql -\n"
                      "2 two sql 2_two.up.sql 002_two.down.sql\n"
                      "9 nine lua 9_nine.lua -\n"
                      "10 ten sql 10_ten.up.sql -\n"
                      "20240229235959 time sql 20240229235959_time.up.sql -\n"
                      "9223372036854775807 last lua "
                      "9223372036854775807_last.lua -\n");
}

static void up_or_down_alone_is_a_migration(void **state) {
  static const char *const names[] = {"1_a.up.sql", "2_b.down.sql", NULL};
  write_files(*state, names);
  expect_list(*state, "1 a sql 1_a.up.sql -\n2 b sql - 2_b.down.sql\n");
}

static void empty_folder_has_no_migration(void **state) {
  expect_list(*state, "");
}

static void what_is_no_migration_is_passed_over(void **state) {
  static const char *const names[] = {
      "1_a.up.sql", "1_a.up.sql.bak", "1_a.UP.sql",  "1_a.up.lua",
      "README.md",  "2.sql",          ".1_b.up.sql", NULL};
  const struct support *support = *state;
  char folder[200];
  char inner[220];
  (void)snprintf(folder, sizeof folder, "%s/3_c.up.sql", support->migrations);
  (void)snprintf(inner, sizeof inner, "%s/4_d.up.sql", folder);
  write_files(support, names);
  assert_int_equal(mz_fs_create(inner, "", NULL), MZ_OK);
  expect_list(support, "1 a sql 1_a.up.sql -\n");
  assert_int_equal(unlink(inner), 0);
  assert_int_equal(rmdir(folder), 0);
}

static void names_are_kept_to_the_letter(void **state) {
  static const char *const names[] = {"1_it's 100%s \"a\".up.sql", NULL};
  write_files(*state, names);
  expect_list(*state, "1 it's 100%s \"a\" sql 1_it's 100%s \"a\".up.sql -\n");
}

#define TWICE(version, first, second)                                          \
  "version " version " is there twice: FOLDER/migrations/" first               \
  " and FOLDER/migrations/" second "\nhint: give one of them another "         \
  "version\n"

static const struct {
  const char *names[5];
  const char *message;
} refused[] = {
    {{"1_a.up.sql", "01_b.up.sql"}, TWICE("1", "01_b.up.sql", "1_a.up.sql")},
    {{"1_a.up.sql", "1_a.up..sql"}, TWICE("1", "1_a.up..sql", "1_a.up.sql")},
    {{"1_a.up.sql", "1_a.down.sql", "001_a.down.sql"},
     TWICE("1", "001_a.down.sql", "1_a.down.sql")},
    {{"2_a.lua", "02_b.lua"}, TWICE("2", "02_b.lua", "2_a.lua")},
    {{"1_a.up.sql", "01_b.lua"}, TWICE("1", "01_b.lua", "1_a.up.sql")},
    {{"1_a.lua", "1_b.up.sql"}, TWICE("1", "1_a.lua", "1_b.up.sql")},
    {{"1_a.down.sql", "1_b.lua"}, TWICE("1", "1_a.down.sql", "1_b.lua")},
    {{"1_b.down.sql", "1_a.lua"}, TWICE("1", "1_a.lua", "1_b.down.sql")},
    {{"1_a.lua", "1_a.up.sql", "1_a.down.sql"},
     TWICE("1", "1_a.down.sql", "1_a.lua")},
    {{"0_a.up.sql", "000_b.up.sql"}, TWICE("0", "000_b.up.sql", "0_a.up.sql")},
    {{"9223372036854775807_a.lua", "09223372036854775807_a.up.sql"},
     TWICE("9223372036854775807", "09223372036854775807_a.up.sql",
           "9223372036854775807_a.lua")},
    {{"1_a.up.sql", "9223372036854775808_b.lua"},
     "9223372036854775808_b.lua: the version is larger than "
     "9223372036854775807\nhint: rename the file\n"},
    {{"1_a\nb.up.sql"},
     "1_a?b.up.sql: the file's name has a control character\n"
     "hint: rename the file\n"},
};

static void remove_files(const struct support *support,
                         const char *const *names) {
  for (; *names; names++) {
    char *path = mz_fs_join(support->migrations, *names);
    assert_int_equal(unlink(path), 0);
    free(path);
  }
}

static void same_version_twice_names_both_files(void **state) {
  struct support *support = *state;
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    struct mz_source *source = NULL;
    enum mz_status status = MZ_OK;
    write_files(support, refused[i].names);
    status = mz_source_open(&source, support->migrations, &err);
    support_expect_error(support, status, MZ_EUSAGE, &err, refused[i].message);
    assert_null(source);
    remove_files(support, refused[i].names);
  }
}

static void missing_folder_is_named_and_not_made(void **state) {
  struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  struct mz_source *source = NULL;
  assert_int_equal(rmdir(support->migrations), 0);
  support_expect_error(
      support, mz_source_open(&source, support->migrations, &err), MZ_EUSAGE,
      &err,
      "FOLDER/migrations: cannot open the folder: No such file or directory\n");
  assert_false(mz_fs_exists(support->migrations));
}

static void migration_is_found_by_its_version(void **state) {
  static const char *const names[] = {"0_a.up.sql", "7_b.lua",
                                      "9223372036854775807_c.lua", NULL};
  struct mz_source *source = NULL;
  write_files(*state, names);
  source = open_source(*state);
  assert_string_equal(mz_source_find(source, 0)->name, "a");
  assert_string_equal(mz_source_find(source, 7)->name, "b");
  assert_string_equal(mz_source_find(source, INT64_MAX)->name, "c");
  assert_null(mz_source_find(source, 1));
  assert_null(mz_source_find(source, -1));
  mz_source_close(source);
  mz_source_close(NULL);
}

static void many_migrations_are_all_listed(void **state) {
  enum { MANY = 1000 };
  struct mz_source *source = NULL;
  char name[64];
  for (int i = MANY; i > 0; i--) {
    (void)snprintf(name, sizeof name, "%d_m.%s.sql", i, i % 2 ? "up" : "down");
    support_write(*state, name, "");
  }
  source = open_source(*state);
  assert_int_equal(source->count, MANY);
  for (int i = 0; i < MANY; i++)
    assert_int_equal(source->migrations[i].version, i + 1);
  mz_source_close(source);
}

/* A pipe would be waited for, and this text refused. */
static void opening_reads_no_file(void **state) {
  const struct support *support = *state;
  struct mz_source *source = NULL;
  char *path = mz_fs_join(support->migrations, "2_b.up.sql");
  support_write(support, "1_a.lua", "error('executed')\xFF");
  assert_int_equal(mkfifo(path, 0600), 0);
  source = open_source(support);
  assert_int_equal(source->count, 2);
  assert_null(source->migrations[0].up.text);
  mz_source_close(source);
  free(path);
}

#define TEST(name)                                                             \
  cmocka_unit_test_setup_teardown(name, support_setup, support_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(order_is_that_of_the_numbers),
      TEST(up_or_down_alone_is_a_migration),
      TEST(empty_folder_has_no_migration),
      TEST(what_is_no_migration_is_passed_over),
      TEST(names_are_kept_to_the_letter),
      TEST(same_version_twice_names_both_files),
      TEST(missing_folder_is_named_and_not_made),
      TEST(migration_is_found_by_its_version),
      TEST(many_migrations_are_all_listed),
      TEST(opening_reads_no_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
