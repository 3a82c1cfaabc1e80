/* test_transform_random.c - db:transform on random tables.
 *
 * The cases are Lua, in tests/lua/random. MZ_SEED=N begins with that seed,
 * MZ_CASES=N runs so many, MZ_TORTURE=1 runs 20,000; a case that fails names
 * its own: MZ_SEED=THAT MZ_CASES=1 repeats it alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/fs.h"
#include "lua_case.h"

enum { BATCH = 250, SHORT = 500, LONG = 20000, WRONG = 400 };

static const char *const files[] = {"random_numbers", "random_schema",
                                    "random_change",  "random_look",
                                    "random_case",    "random_run"};

static long long number_of(const char *name, long long otherwise) {
  const char *text = getenv(name);
  return text && *text ? strtoll(text, NULL, 10) : otherwise;
}

static long long first_seed(void) {
  return number_of("MZ_SEED", (long long)time(NULL) % 1000000 * 100000);
}

static void copy_library(const struct support *support) {
  char folder[256];
  (void)snprintf(folder, sizeof folder, "%s/lib", support->migrations);
  assert_int_equal(mkdir(folder, 0777), 0);
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    char path[128];
    char name[64];
    char *text = NULL;
    size_t size = 0;
    (void)snprintf(path, sizeof path, "tests/lua/random/%s.lua", files[i]);
    (void)snprintf(name, sizeof name, "lib/%s.lua", files[i]);
    assert_int_equal(mz_fs_read(path, &text, &size, &err), MZ_OK);
    support_write(support, name, text);
    free(text);
  }
}

/* Run the function of random_run for seeds from first to last. */
static void run(struct support *support, const char *function, long long first,
                long long last) {
  struct mz_error err = MZ_ERROR_INIT;
  struct mz_buf text = MZ_BUF_INIT;
  enum mz_status status = MZ_OK;
  mz_buf_format(&text,
                "local run = require 'random_run' return { up = function(db) "
                "local made, refused = run.%s(db, %lld, %lld) "
                "if made then mz.assert(refused * 10 < (made + refused) * 4 "
                "or refused < 20, refused .. ' of ' .. made .. ' were refused')"
                " end end }",
                function, first, last);
  status = lua_case_file(support, text.data, NULL, &err);
  mz_buf_release(&text);
  if (status)
    print_error("%s\n", err.message);
  mz_error_release(&err);
  support_remove_database(support);
  assert_int_equal(status, MZ_OK);
}

static void wrong_transforms_are_found(void **state) {
  long long first = first_seed();
  copy_library(*state);
  run(*state, "wrong", first, first + WRONG - 1);
}

static void right_ones_do_what_they_are_told(void **state) {
  long long first = first_seed();
  long long count =
      number_of("MZ_CASES", number_of("MZ_TORTURE", 0) ? LONG : SHORT);
  copy_library(*state);
  print_message("%lld cases, MZ_SEED=%lld\n", count, first);
  for (long long i = 0; i < count; i += BATCH) {
    long long rest = count - i < BATCH ? count - i : BATCH;
    run(*state, "cases", first + i, first + i + rest - 1);
  }
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      SUPPORT_TEST(wrong_transforms_are_found),
      SUPPORT_TEST(right_ones_do_what_they_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
