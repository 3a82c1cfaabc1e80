/* test_escapes.c - scripts that try to get out of the sandbox.
 *
 * The sections of tests/lua/escapes.lua, each as the up of a second migration
 * on a database with a ledger, under limits of memory, instructions and time.
 * Whatever comes of it: what returns true has got out; no file is read, made
 * or changed, and of the database either all or nothing is done. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/fs.h"
#include "support.h"

#define MARK "\n--# "

enum { MEMORY = 64000000, INSTRUCTIONS = 100000000, MILLISECONDS = 300 };

static struct mz_interrupt interrupt;

static void on_alarm(int signo) { mz_interrupt_raise(&interrupt, signo); }

static void set_alarm(int milliseconds) {
  struct itimerval timer = {
      .it_value = {.tv_sec = milliseconds / 1000,
                   .tv_usec = milliseconds % 1000 * 1000L}};
  (void)signal(SIGALRM, on_alarm);
  assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

/* text with FOLDER as the folder of the test; the caller frees it. */
static char *with_folder(const struct support *support, const char *text,
                         size_t size) {
  struct mz_buf out = MZ_BUF_INIT;
  const char *end = text + size;
  for (const char *found = NULL;
       (found = strstr(text, "FOLDER")) && found < end; text = found + 6) {
    mz_buf_add(&out, text, (size_t)(found - text));
    mz_buf_text(&out, support->folder);
  }
  mz_buf_add(&out, text, (size_t)(end - text));
  return mz_buf_take(&out);
}

static void prepare(const struct support *support, const char *body,
                    size_t size) {
  struct mz_buf file = MZ_BUF_INIT;
  char *text = with_folder(support, body, size);
  support_remove_database(support);
  mz_buf_format(&file,
                "return { up = function(db) local function try() %s\nend "
                "if try() then mz.assert(false, 'ESCAPED') end end }",
                text);
  support_write(support, "1_kept.up.sql",
                "CREATE TABLE kept (a); INSERT INTO kept VALUES (1), (2);");
  support_write(support, "2_escape.lua", file.data);
  mz_buf_release(&file);
  free(text);
}

/* Whether the folder has just what it should, its names in order. */
static bool is_folder_whole(const struct support *support) {
  static const char *const wanted[] = {"app.db", "migrations", "secret.lua",
                                       "secret.txt", NULL};
  struct mz_error err = MZ_ERROR_INIT;
  char **names = NULL;
  size_t i = 0;
  assert_int_equal(mz_fs_list(support->folder, &names, &err), MZ_OK);
  while (names[i] && wanted[i] && strcmp(names[i], wanted[i]) == 0)
    i++;
  bool whole = !names[i] && !wanted[i];
  mz_fs_names_free(names);
  return whole;
}

/* What is wrong after a run that ended with status, or NULL. */
static const char *judge(const struct support *support, enum mz_status status,
                         const struct mz_error *err) {
  const char *message = err->message ? err->message : "";
  char *state = support_query(support, "SELECT version, dirty, (SELECT count(*)"
                                       " FROM kept) FROM schema_migrations");
  bool done = strcmp(state, "2|0|2\n") == 0;
  bool undone = strcmp(state, "1|0|2\n") == 0;
  free(state);
  if (strstr(message, "ESCAPED"))
    return "got out";
  if (strstr(message, "SECRET"))
    return "read a file";
  if (!is_folder_whole(support))
    return "left a file";
  return status ? (undone ? NULL : "failed, and left something")
                : (done ? NULL : "passed, and lost something");
}

static bool try_one(struct support *support, const char *name, const char *body,
                    size_t size) {
  struct mz_error err = MZ_ERROR_INIT;
  const char *wrong = NULL;
  enum mz_status status = MZ_OK;
  print_message("%.*s\n", (int)strcspn(name, "\n"), name);
  prepare(support, body, size);
  interrupt.signal = 0;
  set_alarm(MILLISECONDS);
  status = support_up(support, &err);
  set_alarm(0);
  interrupt.signal = 0;
  wrong = judge(support, status, &err);
  if (wrong)
    print_error("%.*s: %s (%s)\n", (int)strcspn(name, "\n"), name, wrong,
                err.message ? err.message : "no error");
  mz_error_release(&err);
  return !wrong;
}

/* The files that must not be read, and one that requires itself. */
static void make_files(const struct support *support) {
  struct mz_error err = MZ_ERROR_INIT;
  static const char *const files[][2] = {
      {"secret.txt", "SECRET"},
      {"secret.lua", "error('SECRET')"},
      {"migrations/lib/circle.lua", "return require 'circle'"}};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", support->folder, files[i][0]);
    assert_int_equal(mz_fs_create(path, files[i][1], &err), MZ_OK);
  }
}

static void open_up(struct support *support) {
  support->options.limits =
      (struct mz_limits){.memory = MEMORY, .instructions = INSTRUCTIONS};
  support->options.interrupt = &interrupt;
  make_files(support);
}

static void no_script_gets_out(void **state) {
  struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  char *text = NULL;
  size_t size = 0;
  int count = 0;
  int failed = 0;
  open_up(support);
  assert_int_equal(mz_fs_read("tests/lua/escapes.lua", &text, &size, &err),
                   MZ_OK);
  for (char *at = strstr(text, MARK); at; count++) {
    const char *name = at + sizeof MARK - 1;
    const char *body = strchr(name, '\n');
    char *next = strstr(name, MARK);
    failed += !try_one(support, name, body,
                       next ? (size_t)(next - body) : strlen(body));
    at = next;
  }
  print_message("%d scripts\n", count);
  free(text);
  assert_int_equal(failed, 0);
  assert_true(count >= 200);
}

/* The judge itself: what it must find. */
static void what_gets_out_is_found(void **state) {
  static const char *const bodies[] = {
      "return true",
      "error('SECRET')",
      "db:exec('DELETE FROM kept')",
      "db:exec('DELETE FROM kept') return false",
  };
  struct support *support = *state;
  open_up(support);
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
    assert_false(try_one(support, bodies[i], bodies[i], strlen(bodies[i])));
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      SUPPORT_TEST(what_gets_out_is_found),
      SUPPORT_TEST(no_script_gets_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
