/* test_lua_library.c - which of Lua's libraries a script has, and require. */
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
#include "lua_case.h"

static void only_what_is_safe_is_there(void **state) {
  static const struct lua_case cases[] = {
      {"the globals",
       "local names = {}\n"
       "for name in pairs(_G) do names[#names + 1] = name end\n"
       "table.sort(names)\n"
       "is(table.concat(names, ' '), '_G _VERSION assert coroutine error "
       "getmetatable ipairs math mz next os pairs pcall print rawequal rawget "
       "rawlen rawset require select setmetatable string table tonumber "
       "tostring type utf8 xpcall')",
       NULL},
      {"no way to files, processes, other code or the collector",
       "for _, name in ipairs { 'load', 'loadstring', 'dofile', 'loadfile',"
       " 'collectgarbage', 'io', 'debug', 'package', 'warn' } do\n"
       "  is(_G[name], nil)\n"
       "end\n"
       "is(string.dump, nil)\n"
       "local names = {}\n"
       "for name in pairs(os) do names[#names + 1] = name end\n"
       "table.sort(names)\n"
       "is(table.concat(names, ' '), 'clock date time')",
       NULL},
      {"strings cannot be changed for the program",
       "is(getmetatable(''), false)\n"
       "is(pcall(setmetatable, '', {}), false)",
       NULL},
      {"no finalizers, which nothing could stop",
       "raises('__gc is not available in a migration', setmetatable, {},"
       " { __gc = function() end })\n"
       "local meta = setmetatable({}, { __index = { __gc = print } })\n"
       "local t = setmetatable({}, meta)\n"
       "meta.__gc = error\n"
       "t = nil\n"
       "for _ = 1, 100 do local s = ('x'):rep(1 << 16) end",
       NULL},
      {"setmetatable otherwise as ever",
       "local t = setmetatable({}, { __metatable = 'locked' })\n"
       "is(getmetatable(t), 'locked')\n"
       "raises('cannot change a protected metatable', setmetatable, t, {})\n"
       "is(getmetatable(setmetatable({}, nil)), nil)\n"
       "setmetatable({}, 1)",
       "FILE:5:0: bad argument #2 to 'setmetatable' (nil or table expected, "
       "got number)\n"},
      {"string.rep of nothing ends at once",
       "is((''):rep(math.maxinteger), '')\n"
       "is((''):rep(3, ''), '')\n"
       "is(('a'):rep(3, '-'), 'a-a-a')\n"
       "is((''):rep(3, '-'), '--')\n"
       "is(('a'):rep(-1), '')",
       NULL},
      {"pcall and xpcall as ever",
       "local a, b, c = pcall(function(...) return ... end, 1, nil)\n"
       "is(a, true) is(b, 1) is(c, nil)\n"
       "is(select('#', pcall(error)), 2)\n"
       "is(select('#', pcall(function() end)), 1)\n"
       "a, b, c = xpcall(function(...) return ... end, error, 1, 2)\n"
       "is(a, true) is(b, 1) is(c, 2)\n"
       "a, b = xpcall(error, function(e) return e .. '!' end, 'no')\n"
       "is(a, false) is(b, 'no!')\n"
       "raises([[bad argument #1 to 'pcall' (value expected)]], pcall)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void coroutines_are_as_ever(void **state) {
  static const struct lua_case cases[] = {
      {"values go in and out",
       "local co = coroutine.create(function(a, b)\n"
       "  local c = coroutine.yield(a + b)\n"
       "  local d, e = coroutine.yield(c * 2)\n"
       "  return d, e\n"
       "end)\n"
       "local function both(...)\n"
       "  return table.concat({ tostring((...)), select(2, ...) }, ' ')\n"
       "end\n"
       "is(both(coroutine.resume(co, 1, 2)), 'true 3')\n"
       "is(both(coroutine.resume(co, 10)), 'true 20')\n"
       "is(both(coroutine.resume(co, 'd', 'e')), 'true d e')\n"
       "is(both(coroutine.resume(co)), 'false cannot resume dead coroutine')",
       NULL},
      {"wrapped ones too, and raise what was raised",
       "local f = coroutine.wrap(function(a) a = coroutine.yield(a) return a"
       " end)\n"
       "is(f(1), 1) is(f(2), 2)\n"
       "raises('cannot resume dead coroutine', f)\n"
       "local thrown = {}\n"
       "local ok, e = pcall(coroutine.wrap(function() error(thrown) end))\n"
       "assert(e == thrown)",
       NULL},
      {"a wrapped one that raised is closed",
       "local closed\n"
       "pcall(coroutine.wrap(function()\n"
       "  local x <close> = setmetatable({}, { __close = function(_, e)\n"
       "    closed = e\n"
       "  end })\n"
       "  error('no', 0)\n"
       "end))\n"
       "is(closed, 'no')",
       NULL},
      {"a yield through pcall",
       "local co = coroutine.wrap(function()\n"
       "  local ok, e = pcall(function()\n"
       "    coroutine.yield(1)\n"
       "    error('late', 0)\n"
       "  end)\n"
       "  coroutine.yield(e)\n"
       "  return select(2, xpcall(function() return coroutine.yield(2) end,"
       " print))\n"
       "end)\n"
       "is(co(), 1) is(co(), 'late') is(co(), 2) is(co(3), 3)",
       NULL},
      {"wrap takes a function",
       "raises([[bad argument #1 to 'coroutine.wrap' (function expected, got "
       "no value)]],"
       " coroutine.wrap)",
       NULL},
      {"resume takes a coroutine",
       "is(pcall(coroutine.resume, print), false)\n"
       "is(coroutine.wrap(function() return 1 end)(), 1)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

/* ---- require ------------------------------------------------------------ */

static int setup_lib(void **state) {
  struct support *support = NULL;
  char path[200];
  if (support_setup(state))
    return -1;
  support = *state;
  (void)snprintf(path, sizeof path, "%s/lib", support->migrations);
  return mkdir(path, 0700);
}

static void write_lib(const struct support *support, const char *name,
                      const char *text) {
  char path[64];
  (void)snprintf(path, sizeof path, "lib/%s", name);
  support_write(support, path, text);
}

static int teardown_lib(void **state) {
  const struct support *support = *state;
  char *folder = mz_fs_join(support->migrations, "lib");
  char **names = NULL;
  assert_int_equal(mz_fs_list(folder, &names, NULL), MZ_OK);
  for (char **name = names; *name; name++) {
    char *path = mz_fs_join(folder, *name);
    (void)remove(path);
    free(path);
  }
  mz_fs_names_free(names);
  (void)rmdir(folder);
  free(folder);
  return support_teardown(state);
}

#define LIB "FOLDER/migrations/lib/"

static void require_finds_files_of_the_lib_folder(void **state) {
  static const struct lua_case cases[] = {
      {"once, with what it returns",
       "local a = require 'a'\n"
       "is(a.name, 'a') assert(require 'a' == a)\n"
       "is(loads, 1)\n"
       "is(require 'nothing', true)\n"
       "is(require 'no', false)\n"
       "is(require 'no', false)\n"
       "is(require('under_score-2').x, 1)\n"
       "is(require 'marked', 7)",
       NULL}};
  write_lib(*state, "a.lua",
            "loads = (loads or 0) + 1\nreturn { name = ... }\n");
  write_lib(*state, "nothing.lua", "");
  write_lib(*state, "no.lua", "return false");
  write_lib(*state, "under_score-2.lua", "return { x = 1 }");
  write_lib(*state, "marked.lua", "\xEF\xBB\xBFreturn 7\r\n");
  LUA_CASES_RUN(state, cases);
}

static void require_finds_files_in_folders_of_it(void **state) {
  const struct support *support = *state;
  static const struct lua_case cases[] = {
      {"by dots", "is(require 'deep.b', 'deep.b')", NULL}};
  char path[200];
  (void)snprintf(path, sizeof path, "%s/lib/deep", support->migrations);
  assert_int_equal(mkdir(path, 0700), 0);
  write_lib(support, "deep/b.lua", "return ...");
  LUA_CASES_RUN(state, cases);
  (void)snprintf(path, sizeof path, "%s/lib/deep/b.lua", support->migrations);
  assert_int_equal(unlink(path), 0);
}

static void require_finds_nothing_else(void **state) {
  static const struct lua_case cases[] = {
      {"by names that could lead elsewhere",
       "for _, name in ipairs { '', '.', '..', 'a..b', '.a', 'a.', '../a',"
       " '/etc/passwd', 'a/b', 'a\\\\b', 'a\\0b', 'a b', '\\u{e4}', 'a.lua;b' }"
       " do\n"
       "  raises('require takes the name of a file in the lib folder, without "
       ".lua and with dots for folders, not \"' .. name:match('^%Z*') ..\n"
       "    '\"', require, name)\n"
       "end",
       NULL},
      {"a file that is missing", "require 'missing'",
       "FILE:1:0: " LIB
       "missing.lua: cannot read: No such file or directory\n"},
      {"a folder", "require 'folder'",
       "FILE:1:0: " LIB "folder.lua: not a regular file\n"},
      {"a file that isn't UTF-8", "require 'latin'",
       "FILE:1:0: " LIB "latin.lua is not a UTF-8 text\n"},
      {"bytecode", "require 'bytecode'",
       "FILE:1:0: " LIB "bytecode.lua is not a UTF-8 text\n"},
      {"bytecode that is UTF-8", "require 'short'",
       "FILE:1:0: attempt to load a binary chunk (mode is 't')\n"},
      {"what is no name", "require {}",
       "FILE:1:0: bad argument #1 to 'require' (string expected, got table)\n"},
      {"a module of the program", "require 'mz.schema'",
       "FILE:1:0: " LIB
       "mz/schema.lua: cannot read: No such file or directory\n"}};
  const struct support *support = *state;
  char path[200];
  (void)snprintf(path, sizeof path, "%s/lib/folder.lua", support->migrations);
  assert_int_equal(mkdir(path, 0700), 0);
  write_lib(support, "latin.lua", "return 'caf\xE9'");
  write_lib(support, "bytecode.lua", "\x1BLua\x54\x99\x93\r\n\x1A\n\xFF");
  write_lib(support, "short.lua", "\x1BLua");
  LUA_CASES_RUN(state, cases);
}

static void an_error_in_a_required_file_is_placed(void **state) {
  static const struct lua_case cases[] = {
      {"of syntax, on the line of require as well", "require 'syntax'",
       "FILE:1:0: " LIB "syntax.lua:1: unexpected symbol near '='\n"},
      {"while it is loaded", "\nrequire 'raising'",
       LIB "raising.lua:2:0: at once\n"},
      {"when it is called", "\nrequire('good').fail()",
       LIB "good.lua:2:0: later\n"},
      {"from the database", "\nrequire('good').ask(db)",
       LIB "good.lua:3:0: no such table: nowhere\n"
           "sql: SELECT * FROM nowhere\n"},
      {"in a circle", "require 'one'",
       LIB "two.lua:1:0: one requires itself, by way of the files that it "
           "requires, or failed to load before\n"},
      {"and the second time", "pcall(require, 'raising')\nrequire 'raising'",
       "FILE:2:0: raising requires itself, by way of the files that it "
       "requires, or failed to load before\n"}};
  write_lib(*state, "syntax.lua", "return = 1");
  write_lib(*state, "raising.lua", "\nerror('at once')");
  write_lib(*state, "good.lua",
            "return {\n  fail = function() error('later') end,\n"
            "  ask = function(db) db:value('SELECT * FROM nowhere') end }");
  write_lib(*state, "one.lua", "return require 'two'");
  write_lib(*state, "two.lua", "local one = require 'one'\nreturn one");
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(only_what_is_safe_is_there, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(coroutines_are_as_ever, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(require_finds_files_of_the_lib_folder,
                                      setup_lib, teardown_lib),
      cmocka_unit_test_setup_teardown(require_finds_files_in_folders_of_it,
                                      setup_lib, teardown_lib),
      cmocka_unit_test_setup_teardown(require_finds_nothing_else, setup_lib,
                                      teardown_lib),
      cmocka_unit_test_setup_teardown(an_error_in_a_required_file_is_placed,
                                      setup_lib, teardown_lib),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
