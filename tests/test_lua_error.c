/* test_lua_error.c - error objects, and whatever else a script may raise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

#define PERSON                                                                 \
  "db:exec [[CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT UNIQUE);" \
  " INSERT INTO person (email) VALUES ('a@b')]]\n"

static void an_error_object_tells_all(void **state) {
  static const struct lua_case cases[] = {
      {"of a constraint",
       PERSON "local ok, e = pcall(db.exec, db,\n"
              "  'INSERT INTO person (email) VALUES (?)', 'a@b')\n"
              "is(ok, false)\n"
              "is(e.code, 'SQLITE_CONSTRAINT_UNIQUE')\n"
              "is(e.message, 'UNIQUE constraint failed: person.email')\n"
              "is(e.sql, [[INSERT INTO person (email) VALUES ('a@b')]])\n"
              "is(e.hint, nil)",
       NULL},
      {"of a wrong column",
       PERSON "local e = raises('no such column: emial', function()\n"
              "  db:row('SELECT emial FROM person WHERE id = ?', 1)\n"
              "end)\n"
              "is(e.code, 'SQLITE_ERROR')\n"
              "is(e.note, 'person has: id, email')\n"
              "is(e.sql, 'SELECT emial FROM person WHERE id = ?')\n"
              "is(e.line, 3)\n"
              "is(e.file:match('[^/]*$'), '000001_case.lua')\n"
              "is(tostring(e), e.file .. ':3: no such column: emial')\n"
              "local fields = {}\n"
              "for name in pairs(e) do fields[#fields + 1] = name end\n"
              "table.sort(fields)\n"
              "is(table.concat(fields, ' '), 'code file line message note"
              " sql')\n"
              "is(getmetatable(e), false)",
       NULL},
      {"of a wrong use",
       "local e = raises('the SQL is empty', function() db:value('') end)\n"
       "is(e.code, 'MZLUA_MISUSE')\n"
       "is(e.sql, nil)\n"
       "is(e.line, 1)",
       NULL},
      {"of one of many statements",
       "local e = raises('no such table: a', function()\n"
       "  db:exec('SELECT 1; SELECT * FROM a; SELECT 2')\n"
       "end)\n"
       "is(e.sql, 'SELECT * FROM a; SELECT 2')",
       NULL},
      {"where a file of the program's own stands between",
       "local e = raises('a table of parameters has names as keys; give "
       "positional values one by one', function()\n"
       "  db:columns({ 1 })\n"
       "end)\n"
       "is(e.line, 2)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void what_was_raised_is_told(void **state) {
  static const struct lua_case cases[] = {
      {"an error object",
       PERSON "db:exec('INSERT INTO person VALUES (1, NULL)')",
       "FILE:2:0: UNIQUE constraint failed: person.id\n"
       "details: person: id = 1, email = NULL\n"
       "is there already: id = 1, email = 'a@b'\n"
       "sql: INSERT INTO person VALUES (1, NULL)\n"},
      {"one that was caught, at its own line",
       "local ok, e = pcall(function()\n"
       "  db:exec('DELETE FROM nowhere')\n"
       "end)\n"
       "error(e)",
       "FILE:2:0: no such table: nowhere\nsql: DELETE FROM nowhere\n"},
      {"one that was changed",
       "local ok, e = pcall(db.exec, db, 'x')\n"
       "e.message, e.file, e.line, e.hint, e.sql = 'mine', nil, 'a', 'hint'\n"
       "e.status, e.note = 3, {}\n"
       "error(e)",
       "FILE:0:0: mine\nhint: hint\n"},
      {"a text, without the place that error puts before it",
       "\nerror('a: 12: b')", "FILE:2:0: a: 12: b\n"},
      {"a text without a place", "\nerror('plain', 0)", "FILE:2:0: plain\n"},
      {"a text with the place of a caller",
       "local function check()\n"
       "  error('wrong', 2)\n"
       "end\n"
       "check()",
       "FILE:4:0: wrong\n"},
      {"a text that was caught",
       "local ok, e = pcall(function()\n"
       "  error('first')\n"
       "end)\n"
       "error(e, 0)",
       "FILE:2:0: first\n"},
      {"what Lua itself raises", "\nlocal x = nil + 1",
       "FILE:2:0: attempt to perform arithmetic on a nil value\n"},
      {"a number", "error(42)", "FILE:1:0: 42\n"},
      {"a boolean", "error(false)", "FILE:1:0: false\n"},
      {"nil", "error()", "FILE:1:0: nil\n"},
      {"a blob", "error(mz.blob('bytes'))", "FILE:1:0: bytes\n"},
      {"mz.null", "error(mz.null)", "FILE:1:0: null\n"},
      {"a table that prints",
       "error(setmetatable({}, { __tostring = function() return 'shown' end "
       "}))",
       "FILE:1:0: shown\n"},
      {"a table whose __tostring raises",
       "error(setmetatable({}, { __tostring = function() error('inner') end "
       "}))",
       "FILE:1:0: inner\n"},
      {"a table whose __tostring is error itself",
       "error(setmetatable({}, { __tostring = error }))",
       "FILE:1:0: C stack overflow\n"},
      {"a table whose __tostring gives no text",
       "error(setmetatable({}, { __tostring = function() return {} end }))",
       "FILE:1:0: '__tostring' must return a string\n"},
      {"in a coroutine",
       "local co = coroutine.wrap(function()\n"
       "  error('there')\n"
       "end)\n"
       "co()",
       "FILE:2:0: there\n"},
      {"by a message handler",
       "local ok, e = xpcall(error, function() error('again') end, 'x')\n"
       "is(ok, false)\n"
       "is(xpcall(error, error), false)",
       NULL},
      {"by a __close",
       "local x <close> = setmetatable({}, { __close ="
       " function() error('closing') end })",
       "FILE:1:0: closing\n"}};
  LUA_CASES_RUN(state, cases);
}

static void a_table_is_told_by_its_kind(void **state) {
  struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  char *text = lua_case_text("error({})");
  assert_int_equal(lua_case_file(support, text, NULL, &err), MZ_EMIGRATION);
  assert_memory_equal(err.message, "table: 0x", 9);
  mz_error_release(&err);
  free(text);
}

/* Eleven of them. */
#define FRAME(line) "FILE:" line ": in function f\n"
#define FRAMES(line)                                                           \
  FRAME(line)                                                                  \
  FRAME(line)                                                                  \
  FRAME(line)                                                                  \
  FRAME(line)                                                                  \
  FRAME(line)                                                                  \
  FRAME(line) FRAME(line) FRAME(line) FRAME(line) FRAME(line) FRAME(line)

static void expect_frames(struct support *support, const char *body,
                          const char *frames, const char *source) {
  struct mz_error err = MZ_ERROR_INIT;
  struct mz_error traceback = MZ_ERROR_INIT;
  char *text = lua_case_text(body);
  char *shown = NULL;
  assert_int_equal(lua_case_file(support, text, NULL, &err), MZ_EMIGRATION);
  traceback.message = err.traceback;
  shown = lua_case_error(support, &traceback);
  assert_string_equal(shown, frames);
  assert_string_equal(err.source, source);
  free(shown);
  free(text);
  mz_error_release(&err);
}

static void the_frames_of_the_script_are_kept(void **state) {
  expect_frames(*state,
                "\n"
                "local function inner()\n"
                "  local x = nil .. 'x'\n"
                "end\n"
                "local function outer()\n"
                "  inner()\n"
                "end\n"
                "for _, f in ipairs { outer } do f() end",
                "FILE:3: in function inner\nFILE:6: in function f\nFILE:8: in "
                "the function of line 1\n",
                "  local x = nil .. 'x'");
}

static void a_long_traceback_is_cut(void **state) {
  expect_frames(*state,
                "\n"
                "local function f(n)\n"
                "  if n == 0 then error('x') end\n"
                "  f(n - 1)\n"
                "end\n"
                "f(20)",
                "FILE:3: in function f\n" FRAMES("4") "... and 10 more\n",
                "  if n == 0 then error('x') end");
}

static void an_endless_recursion_is_told_at_once(void **state) {
  expect_frames(*state,
                "\n"
                "local function f()\n"
                "  return 1 + f()\n"
                "end\n"
                "f()",
                "FILE:3: in function f\n" FRAMES("3") "... and many more\n",
                "  return 1 + f()");
}

static void the_code_reaches_the_outside(void **state) {
  struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  char *text = lua_case_text("mz.assert(false)");
  assert_int_equal(lua_case_file(support, text, NULL, &err), MZ_EMIGRATION);
  assert_string_equal(err.code, "MZLUA_ASSERT");
  mz_error_release(&err);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(an_error_object_tells_all, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(what_was_raised_is_told, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(a_table_is_told_by_its_kind,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(the_frames_of_the_script_are_kept,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(a_long_traceback_is_cut, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(an_endless_recursion_is_told_at_once,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(the_code_reaches_the_outside,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
