/* test_allowed.c - what lies below the allowed folders, and what only seems
 * to. */
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

#include "base/allowed.h"
#include "base/fs.h"
#include "support.h"

/* The tree below the folder of the test, which is the working folder while it
 * runs; removed by its names in reverse. */
static const struct {
  const char *name;
  const char *content; /* NULL: a folder; "->x": a link to x; "|": a fifo */
} tree[] = {
    {"data", NULL},
    {"data/a.txt", "inside"},
    {"data/sub", NULL},
    {"data/sub/b", "deep"},
    {"data/pipe", "|"},
    {"data/app.db", "rows"},
    {"data/app.db-wal", "rows"},
    {"database", NULL},
    {"database/c", "outside"},
    {"data/in", "->sub/b"},
    {"data/up", "->../data/a.txt"},
    {"data/out", "->../database/c"},
    {"data/away", "->../database"},
    {"data/gone", "->../nosuch"},
    {"data/loop", "->loop"},
    {"data/copy", "->app.db"},
    {"alias", "->data"},
};

enum { TREE = sizeof tree / sizeof *tree };

struct fixture {
  void *support;
  char *before; /* the working folder */
};

static void make(const char *name, const char *content) {
  if (!content)
    assert_int_equal(mkdir(name, 0700), 0);
  else if (strncmp(content, "->", 2) == 0)
    assert_int_equal(symlink(content + 2, name), 0);
  else if (strcmp(content, "|") == 0)
    assert_int_equal(mkfifo(name, 0600), 0);
  else
    assert_int_equal(mz_fs_create(name, content, NULL), MZ_OK);
}

static int setup(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  *state = fixture;
  (void)support_setup(&fixture->support);
  fixture->before = getcwd(NULL, 0);
  if (chdir(((struct support *)fixture->support)->folder))
    return -1;
  for (int i = 0; i < TREE; i++)
    make(tree[i].name, tree[i].content);
  return 0;
}

static int teardown(void **state) {
  struct fixture *fixture = *state;
  for (int i = TREE - 1; i >= 0; i--)
    (void)remove(tree[i].name);
  if (chdir(fixture->before))
    return -1;
  (void)support_teardown(&fixture->support);
  free(fixture->before);
  free(fixture);
  return 0;
}

#define OUTSIDE ": only what is in data may be read\n"
#define HINT "hint: mzlua --allow-read DIR allows another folder\n"

/* Read the file at path as data allows it; "!MESSAGE" where it doesn't. */
static char *read_file(const struct support *support,
                       const struct mz_allowed *allowed, const char *path) {
  struct mz_error err = MZ_ERROR_INIT;
  char *text = calloc(1, 600);
  int fd = -1;
  assert_non_null(text);
  if (mz_allowed_open(allowed, path, false, &fd, &err)) {
    char *shown = support_error_text(support, &err);
    assert_int_equal(err.status, MZ_EMIGRATION);
    (void)snprintf(text, 600, "!%s", shown);
    free(shown);
  } else {
    assert_true(read(fd, text, 599) >= 0);
    assert_int_equal(close(fd), 0);
  }
  mz_error_release(&err);
  return text;
}

static const struct {
  const char *path;
  const char *wanted;
} files[] = {
    {"data/a.txt", "inside"},
    {"./data//sub/../a.txt", "inside"},
    {"database/../data/sub/b", "deep"},
    {"data/in", "deep"},
    {"data/up", "inside"},
    {"alias/a.txt", "inside"},
    {"database/c", "!database/c" OUTSIDE HINT},
    {"data/../database/c", "!data/../database/c" OUTSIDE HINT},
    {"data/out", "!data/out" OUTSIDE HINT},
    {"data/away/c", "!data/away/c" OUTSIDE HINT},
    {"data/away/nosuch", "!data/away/nosuch" OUTSIDE HINT},
    {"nosuch", "!nosuch" OUTSIDE HINT},
    {"/etc/passwd", "!/etc/passwd" OUTSIDE HINT},
    {"/", "!/" OUTSIDE HINT},
    {"data/nosuch", "!data/nosuch: cannot read: No such file or directory\n"},
    {"data/nosuch/../../database/c",
     "!data/nosuch/../../database/c: cannot read: No such file or directory\n"},
    {"data/gone", "!data/gone: cannot read: No such file or directory\n"},
    {"data/a.txt/x", "!data/a.txt/x: cannot read: Not a directory\n"},
    {"data/loop",
     "!data/loop: cannot read: Too many levels of symbolic links\n"},
    {"data", "!data: not a regular file\n"},
    {"data/pipe", "!data/pipe: not a regular file\n"},
    {"", "!a path cannot be empty\n"},
    {"data/app.db", "!data/app.db: the database is read through db alone\n"},
    {"data/copy", "!data/copy: the database is read through db alone\n"},
    {"data/app.db-wal",
     "!data/app.db-wal: the database is read through db alone\n"},
};

static void files_are_read_where_they_really_are(void **state) {
  const struct fixture *fixture = *state;
  static const char *const folders[] = {"data", NULL};
  const struct mz_allowed allowed = {.folders = folders,
                                     .database = "data/app.db"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char *text = read_file(fixture->support, &allowed, files[i].path);
    assert_string_equal(text, files[i].wanted);
    free(text);
  }
}

static void expect_read(const struct fixture *fixture,
                        const char *const *folders, const char *path,
                        const char *wanted) {
  const struct mz_allowed allowed = {.folders = folders};
  char *text = read_file(fixture->support, &allowed, path);
  assert_string_equal(text, wanted);
  free(text);
}

static void folders_may_be_many_or_links_or_all(void **state) {
  expect_read(*state, (const char *const[]){"nosuch", "database/", NULL},
              "data/out", "outside");
  expect_read(*state, (const char *const[]){"alias", NULL}, "data/a.txt",
              "inside");
  expect_read(*state, (const char *const[]){"/", NULL}, "data/out", "outside");
  expect_read(
      *state, (const char *const[]){"data/sub", "alias", NULL}, "database/c",
      "!database/c: only what is in data/sub, alias may be read\n" HINT);
}

static void expect_stat(const char *path, int type, int size) {
  static const char *const folders[] = {"data", NULL};
  const struct mz_allowed allowed = {.folders = folders};
  struct stat info;
  bool found = false;
  assert_int_equal(mz_allowed_stat(&allowed, path, &info, &found, NULL), MZ_OK);
  assert_int_equal(found, type != 0);
  if (type) {
    assert_int_equal(info.st_mode & S_IFMT, type);
    assert_true(size < 0 || info.st_size == size);
  }
}

static void stat_says_what_is_there_without_opening(void **state) {
  const struct fixture *fixture = *state;
  static const char *const folders[] = {"data", NULL};
  const struct mz_allowed allowed = {.folders = folders};
  struct mz_error err = MZ_ERROR_INIT;
  struct stat info;
  bool found = false;
  char *text = NULL;
  expect_stat("data/a.txt", S_IFREG, 6);
  expect_stat("data", S_IFDIR, -1);
  expect_stat("data/sub/", S_IFDIR, -1);
  expect_stat("data/in", S_IFREG, 4);
  expect_stat("data/pipe", S_IFIFO, -1);
  expect_stat("data/nosuch", 0, 0);
  expect_stat("data/gone", 0, 0);
  expect_stat("data/a.txt/x", 0, 0);
  assert_int_equal(mz_allowed_stat(&allowed, "data/out", &info, &found, &err),
                   MZ_EMIGRATION);
  text = support_error_text(fixture->support, &err);
  assert_string_equal(text, "data/out" OUTSIDE HINT);
  free(text);
  mz_error_release(&err);
}

static void folders_are_opened_to_be_listed(void **state) {
  const struct fixture *fixture = *state;
  static const char *const folders[] = {"data", NULL};
  const struct mz_allowed allowed = {.folders = folders};
  struct mz_error err = MZ_ERROR_INIT;
  char *text = NULL;
  int fd = -1;
  assert_int_equal(mz_allowed_open(&allowed, "data/sub", true, &fd, NULL),
                   MZ_OK);
  assert_int_equal(close(fd), 0);
  assert_int_equal(mz_allowed_open(&allowed, "data/a.txt", true, &fd, &err),
                   MZ_EMIGRATION);
  text = support_error_text(fixture->support, &err);
  assert_string_equal(text, "data/a.txt: not a folder\n");
  free(text);
  mz_error_release(&err);
}

/* ---- links that are put there meanwhile ---------------------------------- */

static const char *swapped; /* becomes a link, once it has been resolved */
static const char *target;

char *__real_realpath(const char *path, char *resolved);
char *__wrap_realpath(const char *path, char *resolved);
char *__wrap_realpath(const char *path, char *resolved) {
  char *result = __real_realpath(path, resolved);
  if (swapped && strstr(path, swapped)) {
    assert_int_equal(rename(swapped, "moved"), 0);
    assert_int_equal(symlink(target, swapped), 0);
    swapped = NULL;
  }
  return result;
}

static void expect_swapped(const struct fixture *fixture, const char *name,
                           const char *link, const char *path,
                           const char *wanted) {
  swapped = name;
  target = link;
  expect_read(fixture, (const char *const[]){"data", NULL}, path, wanted);
  assert_null(swapped);
  assert_int_equal(unlink(name), 0);
  assert_int_equal(rename("moved", name), 0);
}

static void a_link_that_is_put_there_meanwhile_leads_nowhere(void **state) {
  expect_swapped(*state, "data/a.txt", "../database/c", "data/a.txt",
                 "!data/a.txt: not a regular file\n");
  assert_int_equal(rename("database/c", "database/b"), 0);
  expect_swapped(*state, "data/sub", "../database", "data/sub/b",
                 "!data/sub/b: cannot read: Not a directory\n");
  assert_int_equal(rename("database/b", "database/c"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(files_are_read_where_they_really_are,
                                      setup, teardown),
      cmocka_unit_test_setup_teardown(
          a_link_that_is_put_there_meanwhile_leads_nowhere, setup, teardown),
      cmocka_unit_test_setup_teardown(folders_may_be_many_or_links_or_all,
                                      setup, teardown),
      cmocka_unit_test_setup_teardown(stat_says_what_is_there_without_opening,
                                      setup, teardown),
      cmocka_unit_test_setup_teardown(folders_are_opened_to_be_listed, setup,
                                      teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
