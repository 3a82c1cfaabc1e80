/* test_lua_fs.c - mz.fs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/fs.h"
#include "lua_case.h"

/* The cases may read the folder of migrations, and begin with its path in
 * dir. */
static void run_allowed(void **state, struct lua_case *cases, size_t count) {
  struct support *support = *state;
  const char *const folders[] = {support->migrations, NULL};
  support->options.allow_read = folders;
  for (size_t i = 0; i < count; i++) {
    struct mz_buf body = MZ_BUF_INIT;
    mz_buf_format(&body, "local dir = '%s' %s", support->migrations,
                  cases[i].body);
    cases[i].body = body.data;
    lua_cases_run(state, &cases[i], 1);
    mz_buf_release(&body);
  }
}

#define RUN_ALLOWED(state, cases)                                              \
  run_allowed(state, cases, sizeof(cases) / sizeof *(cases))

static void write_bytes(const struct support *support, const char *name,
                        const char *bytes, size_t size) {
  char *path = mz_fs_join(support->migrations, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
  free(path);
}

static void files_are_read(void **state) {
  static const char bytes[] = "a\0\xFF\r\n";
  struct lua_case cases[] = {
      {"all bytes", "is(mz.fs.read(dir .. '/bytes'), 'a\\0\\xFF\\r\\n')", NULL},
      {"none", "is(mz.fs.read(dir .. '/empty'), '')", NULL},
      {"more than a chunk",
       "local text = mz.fs.read(dir .. '/long')\n"
       "is(#text, 200000) is(text:sub(-1), 'x')",
       NULL},
      {"what stat says",
       "local found = mz.fs.stat(dir .. '/bytes')\n"
       "is(found.type, 'file') is(found.size, 5)\n"
       "assert(math.abs(os.time() - found.modified) < 3600)\n"
       "is(math.type(found.modified), 'integer')\n"
       "is(mz.fs.stat(dir).type, 'folder')\n"
       "is(mz.fs.stat(dir .. '/nosuch'), nil)",
       NULL},
      {"the names in a folder, sorted",
       "is(table.concat(mz.fs.list(dir), ' '), 'Z bytes empty lines long é')",
       NULL}};
  char *text = malloc(200000);
  assert_non_null(text);
  (void)memset(text, 'x', 200000);
  write_bytes(*state, "bytes", bytes, sizeof bytes - 1);
  write_bytes(*state, "empty", "", 0);
  write_bytes(*state, "long", text, 200000);
  write_bytes(*state, "lines", "", 0);
  write_bytes(*state, "é", "", 0);
  write_bytes(*state, "Z", "", 0);
  free(text);
  RUN_ALLOWED(state, cases);
}

static void lines_are_read_one_by_one(void **state) {
  struct lua_case cases[] = {
      {"without their ends",
       "local lines = {}\n"
       "for line in mz.fs.lines(dir .. '/lines') do\n"
       "  lines[#lines + 1] = line\n"
       "end\n"
       "is(#lines, 5) is(lines[1], 'one') is(lines[2], '') is(lines[3], "
       "'two\\r')\n"
       "is(lines[4], 'ü\\0') is(lines[5], 'last\\r')",
       NULL},
      {"none",
       "for _ in mz.fs.lines(dir .. '/empty') do error('a line') end\n"
       "local next = mz.fs.lines(dir .. '/empty')\n"
       "is(next(), nil) is(next(), nil)",
       NULL},
      {"across chunks",
       "local count, size = 0, 0\n"
       "for line in mz.fs.lines(dir .. '/long') do\n"
       "  count, size = count + 1, math.max(size, #line)\n"
       "end\n"
       "is(count, 3) is(size, 40000)",
       NULL},
      {"a loop may be left, and the file is closed",
       "local reader\n"
       "for i = 1, 2000 do\n"
       "  for line in mz.fs.lines(dir .. '/lines') do break end\n"
       "end\n"
       "local next, _, _, file = mz.fs.lines(dir .. '/lines')\n"
       "do local closed <close> = file end\n"
       "is(next(), nil)",
       NULL}};
  char *text = malloc(60002);
  assert_non_null(text);
  (void)memset(text, 'x', 60002);
  text[10000] = '\n';
  text[50001] = '\n';
  write_bytes(*state, "long", text, 60002);
  write_bytes(*state, "empty", "", 0);
  write_bytes(*state, "lines", "one\n\r\ntwo\r\r\nü\0\nlast\r", 21);
  free(text);
  RUN_ALLOWED(state, cases);
}

static void files_count_as_memory(void **state) {
  struct support *support = *state;
  struct lua_case cases[] = {
      {"read", "mz.fs.read(dir .. '/long')",
       "FILE:0:0: the migration needs more memory than its limit of 2000000 "
       "bytes\nhint: work row by row, or raise limits.memory in mzlua.lua\n"}};
  char *text = calloc(1, 4000000);
  assert_non_null(text);
  write_bytes(support, "long", text, 4000000);
  free(text);
  support->options.limits.memory = 2000000;
  RUN_ALLOWED(state, cases);
}

static void what_cannot_be_read_raises(void **state) {
  struct lua_case cases[] = {
      {"a path outside",
       "raises('/etc/passwd: only what is in ' .. dir .. ' may be read',\n"
       "  mz.fs.read, '/etc/passwd')\n"
       "local path = dir .. '/../app.db'\n"
       "for _, f in pairs(mz.fs) do\n"
       "  raises(path .. ': only what is in ' .. dir .. ' may be read', f, "
       "path)\n"
       "end\n"
       "is(raises(path .. ': only what is in ' .. dir .. ' may be read',\n"
       "  mz.fs.stat, path).hint,\n"
       "  'mzlua --allow-read DIR allows another folder')",
       NULL},
      {"what isn't there",
       "raises(dir .. '/x: cannot read: No such file or directory',\n"
       "  mz.fs.read, dir .. '/x')\n"
       "raises(dir .. ': not a regular file', mz.fs.lines, dir)",
       NULL},
      {"what is no path",
       "raises('mz.fs.read takes a path, not a number', mz.fs.read, 1)\n"
       "raises('mz.fs.list takes a path, not a nil', mz.fs.list, nil)\n"
       "raises('a path cannot hold a NUL byte', mz.fs.read, dir .. '\\0')\n"
       "raises('a path cannot be empty', mz.fs.read, '')",
       NULL}};
  RUN_ALLOWED(state, cases);
}

static void nothing_is_read_unless_it_is_allowed(void **state) {
  struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  char *text = NULL;
  static const struct lua_case cases[] = {
      {"without --allow-read",
       "for name, f in pairs(mz.fs) do\n"
       "  raises('mz.fs.' .. name .. ' reads only what is allowed: run mzlua "
       "with --allow-read DIR', f, '.')\n"
       "end",
       NULL}};
  LUA_CASES_RUN(state, cases);
  assert_int_equal(lua_case_file(support,
                                 "mz.fs.list('.') return { up = mz.noop }",
                                 NULL, &err),
                   MZ_EUSAGE);
  text = lua_case_error(support, &err);
  assert_string_equal(text, "FILE:1:0: mz.fs.list is for up and down: the file "
                            "itself is run whenever it is checked\n");
  free(text);
  mz_error_release(&err);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(files_are_read),
      SUPPORT_TEST(lines_are_read_one_by_one),
      SUPPORT_TEST(files_count_as_memory),
      SUPPORT_TEST(what_cannot_be_read_raises),
      SUPPORT_TEST(nothing_is_read_unless_it_is_allowed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
