/* test_lua_uuid.c - mz.uuid. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void uuids_are_made_and_known(void **state) {
  static const struct lua_case cases[] = {
      {"v4 differs each time",
       "local seen = {}\n"
       "local form = '^' .. ('%x'):rep(8) .. '%-%x%x%x%x%-4%x%x%x%-[89ab]%x%x"
       "%x%-' .. ('%x'):rep(12) .. '$'\n"
       "for _ = 1, 1000 do\n"
       "  local id = mz.uuid.v4()\n"
       "  assert(id:match(form) and id == id:lower() and not seen[id], id)\n"
       "  seen[id] = true\n"
       "end",
       NULL},
      {"v7 rises and begins with the time",
       "local last = ''\n"
       "for _ = 1, 1000 do\n"
       "  local id = mz.uuid.v7()\n"
       "  assert(id > last and id:sub(15, 15) == '7', id)\n"
       "  last = id\n"
       "end\n"
       "local time = tonumber(last:sub(1, 8) .. last:sub(10, 13), 16) // 1000\n"
       "assert(math.abs(time - os.time()) < 60)",
       NULL},
      {"is",
       "is(mz.uuid.is(mz.uuid.v4()), true) is(mz.uuid.is(mz.uuid.v7()), true)\n"
       "is(mz.uuid.is('x'), false) is(mz.uuid.is(nil), false)\n"
       "is(mz.uuid.is(mz.null), false) is(mz.uuid.is(12), false)\n"
       "raises([[bad argument #1 to '?' (value expected)]], mz.uuid.is)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(uuids_are_made_and_known, support_setup,
                                      support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
