/* test_lua_path.c - mz.path: both flavours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void posix_paths_are_taken_apart(void **state) {
  static const struct lua_case cases[] = {
      {"normalize",
       "local n = mz.path.normalize\n"
       "is(n('a//b/../c/'), 'a/c') is(n('/../a/.'), '/a') is(n(''), '.')\n"
       "is(n('../../a/..'), '../..') is(n('//a'), '/a') is(n('/'), '/')\n"
       "is(n('./Ä b/…'), 'Ä b/…') is(n('a\\\\b'), 'a\\\\b')",
       NULL},
      {"join",
       "local j = mz.path.join\n"
       "is(j('a', '', 'b/', '../c'), 'a/c') is(j('a', '/b', 'c'), '/b/c')\n"
       "is(j(), '.')",
       NULL},
      {"dirname and basename",
       "local p = mz.path\n"
       "is(p.dirname('/a/b'), '/a') is(p.dirname('/a'), '/')\n"
       "is(p.dirname('a'), '.') is(p.dirname('/'), '/')\n"
       "is(p.basename('/a/b.c/'), 'b.c') is(p.basename('/'), '')",
       NULL},
      {"split_extension",
       "local function x(a) return table.concat({ "
       "mz.path.split_extension(a) }, '|') end\n"
       "is(x('a/film.cut.mkv'), 'film.cut|.mkv') is(x('.profile'), "
       "'.profile|')\n"
       "is(x('a.'), 'a|.') is(x('none'), 'none|') is(x('..a'), '..a|')",
       NULL},
      {"parts",
       "local names, root = mz.path.parts('/srv/./media')\n"
       "is(table.concat(names, '|'), 'srv|media') is(root, '/')\n"
       "names, root = mz.path.parts('a')\n"
       "is(#names, 1) is(root, '')",
       NULL},
      {"relative",
       "local r = mz.path.relative\n"
       "is(r('/srv/media', '/srv/music/a'), '../music/a')\n"
       "is(r('/a', '/a'), '.') is(r('a', 'b/c'), '../b/c')\n"
       "raises('there is no relative path from a to /b', r, 'a', '/b')\n"
       "raises('there is no relative path from ../x to a', r, '../x', 'a')",
       NULL},
      {"what is no path",
       "raises('a path is a string, not a nil', mz.path.dirname)\n"
       "raises('a path is a string, not a number', mz.path.join, 'a', 1)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void windows_paths_are_taken_apart(void **state) {
  static const struct lua_case cases[] = {
      {"roots",
       "local w = mz.path.windows\n"
       "local function root(p) return (select(2, w.parts(p))) end\n"
       "is(root([[c:\\a]]), [[C:\\]]) is(root('c:a'), 'C:')\n"
       "is(root([[\\\\nas\\Films\\x]]), [[\\\\nas\\Films\\]])\n"
       "is(root([[\\a]]), [[\\]]) is(root('a'), '')\n"
       "is(w.is_absolute('C:/a'), true) is(w.is_absolute('C:a'), false)",
       NULL},
      {"both separators",
       "local w = mz.path.windows\n"
       "is(w.normalize([[D:/a\\\\b/../c/]]), [[D:\\a\\c]])\n"
       "is(w.join([[D:\\a]], 'b/c'), [[D:\\a\\b\\c]])\n"
       "is(w.join([[D:\\a]], [[E:\\b]]), [[E:\\b]])\n"
       "is(w.dirname([[\\\\nas\\Films\\x]]), [[\\\\nas\\Films\\]])\n"
       "is(w.basename([[C:\\a/b.txt]]), 'b.txt')",
       NULL},
      {"case is kept and not compared",
       "local w = mz.path.windows\n"
       "is(w.relative([[c:\\Media\\A]], [[C:\\media\\b]]), [[..\\b]])\n"
       "raises([[there is no relative path from C:\\a to D:\\a]], w.relative, "
       "[[C:\\a]], [[D:\\a]])",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(posix_paths_are_taken_apart,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(windows_paths_are_taken_apart,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
