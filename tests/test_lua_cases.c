/* test_lua_cases.c - the cases of one file of tests/lua/cases.
 *
 * Such a file is Lua that calls case("a sentence", function() ... end), each
 * at the start of a line, and sees what an up sees, with what lua_case.h gives
 * and rows(sql), all values of the rows' first column, parted by ";". Every
 * case runs on an empty database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "lua_case.h"

#define MARK "\ncase(\""
#define MOST 64

struct found {
  const char *text; /* the whole file */
  size_t number;    /* the case's, from 1 */
  char *name;
};

static const struct found *current;

static char *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  char *read = NULL;
  size_t size = 0;
  if (!file || getdelim(&read, &size, '\0', file) < 1) {
    (void)fprintf(stderr, "%s cannot be read\n", path);
    exit(EXIT_FAILURE);
  }
  (void)fclose(file);
  return read;
}

static size_t find_cases(const char *text, struct found *list) {
  size_t count = 0;
  const char *at = text;
  while (count < MOST && (at = strstr(at, MARK))) {
    at += sizeof MARK - 1;
    list[count].text = text;
    list[count].name = strndup(at, strcspn(at, "\""));
    list[count].number = count + 1;
    count++;
  }
  return count;
}

static int setup(void **state) {
  current = (const struct found *)*state;
  return support_setup(state);
}

static void run_case(void **state) {
  static const char format[] =
      "local function rows(sql) local list = {} "
      "for value in db:urows(sql) do list[#list + 1] = tostring(value) end "
      "return table.concat(list, ';') end "
      "local number = 0 "
      "local function case(name, fn) "
      "number = number + 1 if number == %zu then fn() end end %s";
  struct mz_buf body = MZ_BUF_INIT;
  mz_buf_format(&body, format, current->number, current->text);
  char *text = mz_buf_take(&body);
  const struct lua_case tried = {current->name, text, NULL};
  lua_cases_run(state, &tried, 1);
  free(text);
}

int main(int argc, char **argv) {
  static struct found list[MOST];
  static struct CMUnitTest tests[MOST];
  char *text = read_file(argc > 1 ? argv[1] : "");
  size_t count = find_cases(text, list);
  for (size_t i = 0; i < count; i++) {
    tests[i] = (struct CMUnitTest){list[i].name, run_case, setup,
                                   support_teardown, &list[i]};
  }
  int failed = _cmocka_run_group_tests(argv[1], tests, count, NULL, NULL);
  for (size_t i = 0; i < count; i++)
    free(list[i].name);
  free(text);
  return count == 0 ? EXIT_FAILURE : failed;
}
