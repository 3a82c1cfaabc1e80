/* test_lua_table.c - fields of tables of settings, one by one. What messages
 * look like around them: test_config.c and test_engine_lua.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <lauxlib.h>

#include "script/lua_error.h"
#include "script/lua_table.h"

static struct mz_run run;

/* Takes a table whose field value is of any type, and the name of the reader;
 * returns what was read, or what stood there before. */
static int read_field(lua_State *lua) {
  static const char *const readers[] = {"boolean", "integer", "bytes",
                                        "string",  "check",   NULL};
  static const char *const keys[] = {"value", "volume", NULL};
  bool flag = false;
  int64_t number = 7;
  char *text = NULL;
  switch (luaL_checkoption(lua, 2, NULL, readers)) {
  case 0:
    mz_lua_table_boolean(lua, 1, "value", "a.value", &flag);
    lua_pushstring(lua, flag ? "true" : "false");
    break;
  case 1:
    mz_lua_table_integer(lua, 1, "value", "a.value", -5, &number);
    lua_pushfstring(lua, "%I", (LUAI_UACINT)number);
    break;
  case 2:
    mz_lua_table_bytes(lua, 1, "value", "a.value", &number);
    lua_pushfstring(lua, "%I", (LUAI_UACINT)number);
    break;
  case 3:
    mz_lua_table_string(lua, 1, "value", "a.value", &text);
    lua_pushstring(lua, text ? text : "absent");
    free(text);
    break;
  default:
    mz_lua_table_check(lua, 1, keys, "the table");
    lua_pushstring(lua, "known");
    break;
  }
  return 1;
}

static void expect(const char *table, const char *reader, const char *wanted) {
  struct mz_sandbox *sandbox = NULL;
  struct mz_error err = MZ_ERROR_INIT;
  assert_int_equal(mz_sandbox_open(&sandbox, &run, NULL), MZ_OK);
  mz_lua_error_open(sandbox->lua);
  lua_pushcfunction(sandbox->lua, read_field);
  assert_int_equal(luaL_dostring(sandbox->lua, table), LUA_OK);
  lua_pushstring(sandbox->lua, reader);
  if (mz_lua_error_call(sandbox, 2, 1, &err))
    assert_string_equal(err.message, wanted);
  else
    assert_string_equal(lua_tostring(sandbox->lua, -1), wanted);
  mz_sandbox_close(sandbox);
  mz_error_release(&err);
}

static void fields_have_types(void **state) {
  static const struct {
    const char *table;
    const char *reader;
    const char *wanted;
  } cases[] = {{"return {}", "boolean", "false"},
               {"return { value = true }", "boolean", "true"},
               {"return { value = 1 }", "boolean",
                "a.value must be a boolean, not a number"},
               {"return {}", "integer", "7"},
               {"return { value = -5 }", "integer", "-5"},
               {"return { value = -6 }", "integer",
                "a.value must be an integer of at least -5"},
               {"return { value = 5.0 }", "integer",
                "a.value must be an integer of at least -5"},
               {"return { value = '5' }", "integer",
                "a.value must be a number, not a string"},
               {"return { value = 9223372036854775807 }", "integer",
                "9223372036854775807"},
               {"return {}", "bytes", "7"},
               {"return { value = '3KB' }", "bytes", "3000"},
               {"return { value = '3MB' }", "bytes", "3000000"},
               {"return { value = '3GB' }", "bytes", "3000000000"},
               {"return { value = '3' }", "bytes", "3"},
               {"return { value = 3 }", "bytes", "3"},
               {"return { value = '3TB' }", "bytes",
                "a.value must be like \"512MB\", not \"3TB\""},
               {"return { value = '3mb' }", "bytes",
                "a.value must be like \"512MB\", not \"3mb\""},
               {"return { value = 'MB' }", "bytes",
                "a.value must be like \"512MB\", not \"MB\""},
               {"return { value = '1.5GB' }", "bytes",
                "a.value must be like \"512MB\", not \"1.5GB\""},
               {"return { value = true }", "bytes",
                "a.value must be a number, not a boolean"},
               {"return {}", "string", "absent"},
               {"return { value = '' }", "string", ""},
               {"return { value = 1 }", "string",
                "a.value must be a string, not a number"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    expect(cases[i].table, cases[i].reader, cases[i].wanted);
}

static void keys_are_known_or_refused(void **state) {
  static const struct {
    const char *table;
    const char *wanted;
  } cases[] = {
      {"return {}", "known"},
      {"return { value = 1, volume = 2 }", "known"},
      {"return { valeu = 1 }",
       "unknown key \"valeu\" in the table; is \"value\" meant?"},
      {"return { VOLUME = 1 }",
       "unknown key \"VOLUME\" in the table; is \"volume\" meant?"},
      {"return { other = 1 }", "unknown key \"other\" in the table"},
      {"return { 1 }", "the table has a key that is not a name but a number"},
      {"return { [true] = 1 }",
       "the table has a key that is not a name but a boolean"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    expect(cases[i].table, "check", cases[i].wanted);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields_have_types),
      cmocka_unit_test(keys_are_known_or_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
