/* Files as they are: read whole, listed whole, never written over. */
#include <fcntl.h>
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
#include "support.h"

static char *in_folder(const struct support *support, const char *name) {
  char *path = mz_fs_join(support->folder, name);
  assert_non_null(path);
  return path;
}

static void write_bytes(const char *path, const char *bytes, size_t size) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

/* ---- reading ------------------------------------------------------------ */

static void expect_content(const char *path, const char *bytes, size_t size) {
  char *text = NULL;
  size_t got = 0;
  assert_int_equal(mz_fs_read(path, &text, &got, NULL), MZ_OK);
  assert_int_equal(got, size);
  assert_memory_equal(text, bytes, size);
  assert_int_equal(text[size], '\0');
  free(text);
}

static void every_byte_is_read(void **state) {
  char *path = in_folder(*state, "file");
  enum { LARGE = 200001 };
  char *large = malloc(LARGE);
  assert_non_null(large);
  for (int i = 0; i < LARGE; i++)
    large[i] = (char)(i % 251);
  write_bytes(path, "", 0);
  expect_content(path, "", 0);
  write_bytes(path, "a\0b\r\n\xFF", 6);
  expect_content(path, "a\0b\r\n\xFF", 6);
  write_bytes(path, large, LARGE);
  expect_content(path, large, LARGE);
  free(large);
  free(path);
}

static void expect_unreadable(struct support *support, const char *name,
                              const char *message) {
  struct mz_error err = MZ_ERROR_INIT;
  char *path = in_folder(support, name);
  char *text = NULL;
  size_t size = 42;
  support_expect_error(support, mz_fs_read(path, &text, &size, &err), MZ_EUSAGE,
                       &err, message);
  assert_null(text);
  assert_int_equal(size, 42);
  free(path);
}

static void missing_file_is_named_and_not_made(void **state) {
  char *path = in_folder(*state, "none.sql");
  expect_unreadable(*state, "none.sql",
                    "FOLDER/none.sql: cannot read: No such file or "
                    "directory\n");
  assert_false(mz_fs_exists(path));
  free(path);
}

static void folder_is_not_read(void **state) {
  expect_unreadable(*state, "migrations",
                    "FOLDER/migrations: not a regular file\n");
}

static void pipe_is_not_waited_for(void **state) {
  char *path = in_folder(*state, "pipe");
  assert_int_equal(mkfifo(path, 0600), 0);
  expect_unreadable(*state, "pipe", "FOLDER/pipe: not a regular file\n");
  free(path);
}

/* ---- listing ------------------------------------------------------------ */

static bool has_name(char **names, const char *name) {
  for (; *names; names++)
    if (strcmp(*names, name) == 0)
      return true;
  return false;
}

static void every_name_is_listed_once(void **state) {
  struct support *support = *state;
  char **names = NULL;
  char name[32];
  size_t count = 0;
  for (int i = 0; i < 100; i++) {
    (void)snprintf(name, sizeof name, "file %d", i);
    support_write(support, name, "");
  }
  support_write(support, ".hidden", "");
  support_write(support, "100%\n\"", "");
  assert_int_equal(mz_fs_list(support->migrations, &names, NULL), MZ_OK);
  while (names[count])
    count++;
  assert_int_equal(count, 102);
  assert_true(has_name(names, "file 0"));
  assert_true(has_name(names, "file 99"));
  assert_true(has_name(names, ".hidden"));
  assert_true(has_name(names, "100%\n\""));
  mz_fs_names_free(names);
}

static void folders_are_no_files(void **state) {
  struct support *support = *state;
  char *folder = in_folder(support, "migrations/folder");
  char *to_folder = in_folder(support, "migrations/to folder");
  char *to_nothing = in_folder(support, "migrations/to nothing");
  char *file = in_folder(support, "migrations/file");
  char *to_file = in_folder(support, "migrations/to file");
  char **names = NULL;
  write_bytes(file, "", 0);
  assert_int_equal(mkdir(folder, 0777), 0);
  assert_int_equal(symlink("folder", to_folder), 0);
  assert_int_equal(symlink("file", to_file), 0);
  assert_int_equal(symlink("nothing", to_nothing), 0);
  assert_int_equal(mz_fs_list_files(support->migrations, &names, NULL), MZ_OK);
  assert_string_equal(names[0], "file");
  assert_string_equal(names[1], "to file");
  assert_string_equal(names[2], "to nothing");
  assert_null(names[3]);
  mz_fs_names_free(names);
  assert_int_equal(unlink(to_folder), 0);
  assert_int_equal(rmdir(folder), 0);
  free(to_nothing);
  free(to_file);
  free(file);
  free(to_folder);
  free(folder);
}

static void empty_folder_has_no_names(void **state) {
  struct support *support = *state;
  char **names = NULL;
  assert_int_equal(mz_fs_list(support->migrations, &names, NULL), MZ_OK);
  assert_null(names[0]);
  mz_fs_names_free(names);
}

static void what_is_no_folder_is_not_listed(void **state) {
  struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  char *path = in_folder(support, "none");
  char **names = NULL;
  support_expect_error(support, mz_fs_list(path, &names, &err), MZ_EUSAGE, &err,
                       "FOLDER/none: cannot open the folder: No such file or "
                       "directory\n");
  write_bytes(path, "", 0);
  support_expect_error(support, mz_fs_list(path, &names, &err), MZ_EUSAGE, &err,
                       "FOLDER/none: cannot open the folder: Not a "
                       "directory\n");
  assert_null(names);
  free(path);
}

/* ---- creating ----------------------------------------------------------- */

static void file_is_created_with_its_folders(void **state) {
  char *path = in_folder(*state, "a/b/1_new.lua");
  char *inner = in_folder(*state, "a/b");
  char *outer = in_folder(*state, "a");
  assert_int_equal(mz_fs_create(path, "return {}\n", NULL), MZ_OK);
  expect_content(path, "return {}\n", 10);
  assert_int_equal(unlink(path), 0);
  assert_int_equal(mz_fs_create(path, "", NULL), MZ_OK);
  expect_content(path, "", 0);
  assert_int_equal(unlink(path), 0);
  assert_int_equal(rmdir(inner), 0);
  assert_int_equal(rmdir(outer), 0);
  free(outer);
  free(inner);
  free(path);
}

static void expect_uncreated(struct support *support, const char *name,
                             const char *message) {
  struct mz_error err = MZ_ERROR_INIT;
  char *path = in_folder(support, name);
  support_expect_error(support, mz_fs_create(path, "new", &err), MZ_EUSAGE,
                       &err, message);
  free(path);
}

static void file_that_is_there_stays(void **state) {
  char *path = in_folder(*state, "mine");
  write_bytes(path, "old", 3);
  expect_uncreated(*state, "mine", "FOLDER/mine: cannot create: File exists\n");
  expect_content(path, "old", 3);
  expect_uncreated(*state, "mine/1.sql",
                   "FOLDER/mine/1.sql: cannot create: Not a directory\n");
  expect_uncreated(*state, "mine/sub/1.sql",
                   "FOLDER/mine/sub: cannot create the folder: Not a "
                   "directory\n");
  free(path);
}

static void link_to_nowhere_is_not_followed(void **state) {
  char *path = in_folder(*state, "link");
  char *target = in_folder(*state, "target");
  assert_int_equal(symlink(target, path), 0);
  expect_uncreated(*state, "link", "FOLDER/link: cannot create: File exists\n");
  assert_true(mz_fs_exists(path));
  assert_false(mz_fs_exists(target));
  assert_false(mz_fs_is_folder(path));
  free(target);
  free(path);
}

/* ---- paths -------------------------------------------------------------- */

static void files_and_folders_are_told_apart(void **state) {
  struct support *support = *state;
  char *file = in_folder(support, "file");
  char *link = in_folder(support, "link");
  assert_false(mz_fs_exists(file));
  assert_false(mz_fs_is_folder(file));
  write_bytes(file, "", 0);
  assert_true(mz_fs_exists(file));
  assert_false(mz_fs_is_folder(file));
  assert_true(mz_fs_is_folder(support->folder));
  assert_int_equal(symlink(support->migrations, link), 0);
  assert_true(mz_fs_is_folder(link));
  free(link);
  free(file);
}

static void what_is_no_regular_file_is_special(void **state) {
  struct support *support = *state;
  char *file = in_folder(support, "file");
  char *link = in_folder(support, "link");
  char *pipe = in_folder(support, "pipe");
  assert_false(mz_fs_is_special(file)); /* not there */
  write_bytes(file, "", 0);
  assert_int_equal(symlink(pipe, link), 0);
  assert_int_equal(mkfifo(pipe, 0600), 0);
  assert_false(mz_fs_is_special(file));
  assert_true(mz_fs_is_special(pipe));
  assert_true(mz_fs_is_special(link));
  assert_true(mz_fs_is_special(support->folder));
  free(pipe);
  free(link);
  free(file);
}

static const struct {
  const char *folder;
  const char *name;
  const char *path;
} joins[] = {
    {"a", "b.sql", "a/b.sql"}, {"a/", "b.sql", "a/b.sql"},
    {"/a/b", "c", "/a/b/c"},   {"/", "c", "/c"},
    {".", "b.sql", "b.sql"},   {"", "b.sql", "b.sql"},
    {"a", "/b.sql", "/b.sql"}, {"a b", "100%.sql", "a b/100%.sql"},
    {"..", "b", "../b"},
};

static void paths_are_joined(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) {
    char *path = mz_fs_join(joins[i].folder, joins[i].name);
    assert_string_equal(path, joins[i].path);
    free(path);
  }
}

static void absolute_path_starts_at_the_working_folder(void **state) {
  struct support *support = *state;
  char *before = getcwd(NULL, 0);
  char *path = NULL;
  char *folder = NULL;
  char *expected = NULL;
  assert_non_null(before);
  assert_int_equal(chdir(support->folder), 0);
  folder = getcwd(NULL, 0);
  path = mz_fs_absolute("file:x.db");
  assert_int_equal(chdir(before), 0);
  expected = mz_fs_join(folder, "file:x.db");
  assert_string_equal(path, expected);
  free(path);
  path = mz_fs_absolute("/a/../b");
  assert_string_equal(path, "/a/../b");
  free(path);
  free(expected);
  free(folder);
  free(before);
}

#define TEST(name)                                                             \
  cmocka_unit_test_setup_teardown(name, support_setup, support_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(every_byte_is_read),
      TEST(missing_file_is_named_and_not_made),
      TEST(folder_is_not_read),
      TEST(pipe_is_not_waited_for),
      TEST(every_name_is_listed_once),
      TEST(folders_are_no_files),
      TEST(empty_folder_has_no_names),
      TEST(what_is_no_folder_is_not_listed),
      TEST(file_is_created_with_its_folders),
      TEST(file_that_is_there_stays),
      TEST(link_to_nowhere_is_not_followed),
      TEST(files_and_folders_are_told_apart),
      TEST(what_is_no_regular_file_is_special),
      TEST(paths_are_joined),
      TEST(absolute_path_starts_at_the_working_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
