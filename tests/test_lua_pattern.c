/* test_lua_pattern.c - patterns, beside those of Lua's own library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <lauxlib.h>
#include <lualib.h>

#include "lua_case.h"
#include "script/lua_pattern.h"
#include "script/sandbox.h"

/* same(name, ...): string.NAME gives what stock.NAME does, or raises it. */
static const char *const prelude =
    "local function all(t, f, ...)\n"
    "  local got = table.pack(pcall(t[f], ...))\n"
    "  local text = {}\n"
    "  for i = 1, got.n do\n"
    "    text[i] = type(got[i]) .. ':' .. tostring(got[i])\n"
    "  end\n"
    "  text = table.concat(text, '|')\n"
    "  return (stock.gsub(text, \"to '[^']*' %(\", 'to it ('))\n"
    "end\n"
    "local function iterate(t)\n"
    "  return { gmatch = function(...)\n"
    "    local out, times = {}, 0\n"
    "    for a, b, c in t.gmatch(...) do\n"
    "      times = times + 1\n"
    "      out[#out + 1] = tostring(a) .. ';' .. tostring(b) .. ';' ..\n"
    "        tostring(c)\n"
    "      if times > 100 then break end\n"
    "    end\n"
    "    return table.concat(out, ',')\n"
    "  end }\n"
    "end\n"
    "local s, o = iterate(stock), iterate(string)\n"
    "function same(f, ...)\n"
    "  local w = all(f == 'gmatch' and s or stock, f, ...)\n"
    "  local g = all(f == 'gmatch' and o or string, f, ...)\n"
    "  if w ~= g then\n"
    "    local given = {}\n"
    "    for i, v in ipairs({ ... }) do\n"
    "      given[i] = stock.format('%q', tostring(v))\n"
    "    end\n"
    "    error(f .. '(' .. table.concat(given, ', ') .. '): ' .. g ..\n"
    "      ' instead of ' .. w, 0)\n"
    "  end\n"
    "end\n"
    "function every(subject, pattern)\n"
    "  same('find', subject, pattern)\n"
    "  same('match', subject, pattern)\n"
    "  same('gmatch', subject, pattern)\n"
    "  same('gsub', subject, pattern, '<%0%1>')\n"
    "  same('gsub', subject, pattern, { a = 'x', [1] = 'y', [''] = false })\n"
    "end\n";

static const char *const written =
    "local subjects = { '', 'a', 'aab', 'hello  world', ' \\t x y ', "
    "'((a)b)',\n"
    "  'a\\0b\\0', 'THE (quick) fox', 'x=1, y=2', 'abcabc', '$^%-', '[]]',\n"
    "  '\\xff\\xe4 1f', 'aaaaab' }\n"
    "local patterns = { '', 'a', '.', 'a*', 'a+', 'a-', 'a?', 'a-b', 'a?b',\n"
    "  '^a', '^', '$', '^$', 'a$', 'a$b', '(a)', '()', '()a()', "
    "'(a*(.)%w())',\n"
    "  '%b()', '%bxx', '%b(', '%b', '%f', '%f[', '%f[%a]', '%f[%z]',\n"
    "  '%f[%a]%a+%f[%A]', '%f[\\0]', '%', 'a%', '[', '[a', '[^', '[]', '[]]',\n"
    "  '[^]]', '[a-]', '[]-a]', '[a-%%]', '[%a-z]', '[a-c]+', '[^a-c]', '[%',\n"
    "  '[%]', '[%]]', '[%d', '(', ')', '(()', '())', '(a', 'a)', '(a)%1',\n"
    "  '()%1', '(a%1)', '%1', '%0', '(.)(.)%2', '(.-)%1', '(a*)%1$', '*', "
    "'*a',\n"
    "  '^*a', '+', '?', '-', '--', 'a**', '%a', '%c', '%d', '%g', '%l', '%p',\n"
    "  '%s', '%u', '%w', '%x', '%z', '%A', '%C', '%D', '%G', '%L', '%P', "
    "'%S',\n"
    "  '%U', '%W', '%X', '%Z', '\\0', '[\\0]', '[^\\0]+', 'a\\0', '\\xff', "
    "'%\\xe4',\n"
    "  '[\\x80-\\xff]', '^%s*(.-)%s*$', '^%s*(.*%S)', '%s+', '(%w+)=(%w+)',\n"
    "  '.-', '.-$', '(.*)b', 'a*b', 'a*a*b', '.*a.*b', '.-a.-b', '[^%s]+',\n"
    "  'a.', '..', 'x[', 'a[', 'b%', 'aa%', '%%', '%.', '^^', '$$', 'a-$',\n"
    "  ('(a)'):rep(32), ('()'):rep(32), ('()'):rep(33), ('(a?)'):rep(33),\n"
    "  ('a?'):rep(60), ('a'):rep(50) }\n"
    "for _, subject in ipairs(subjects) do\n"
    "  for _, pattern in ipairs(patterns) do every(subject, pattern) end\n"
    "end\n"
    "for _, f in ipairs({ 'find', 'match', 'gmatch' }) do\n"
    "  for _, p in ipairs({ 'l', '', '^h', '^l', 'l*', '.', '()' }) do\n"
    "    for i = -8, 8 do same(f, 'hello', p, i) end\n"
    "    same(f, 'hello', p, math.mininteger)\n"
    "    same(f, 'hello', p, math.maxinteger)\n"
    "    same(f, 'hello', p, 1.5)\n"
    "  end\n"
    "end\n"
    "for _, p in ipairs({ '', '.', 'l', 'll', 'lo', 'x', 'hello', 'hellos' })\n"
    "do\n"
    "  for i = -7, 7 do same('find', 'hello', p, i, true) end\n"
    "end\n"
    "same('find', 'a\\0b.c', 'b.', 1, true)\n"
    "for _, r in ipairs({ '', '%', '%0', '%1', '%2', '%9', '%%', 'a%', '%a',\n"
    "  '%0%', 5, 1.5, {}, false, { b = 1 }, { b = true }, { b = {} },\n"
    "  { a = 1.5, b = false }, print, function() end, function() return 1 "
    "end,\n"
    "  function() return {} end, function(...) return select('#', ...) end,\n"
    "  function(a) return a:gsub('.', '[%0]') end,\n"
    "  function() error('no', 0) end,\n"
    "  setmetatable({}, { __index = function(_, k) return k .. k end }) }) do\n"
    "  for _, p in ipairs({ 'b', '(b)', '()b', '(b)()', '(b', 'b*', '' }) do\n"
    "    for _, n in ipairs({ -1, 0, 1, 2, 100 }) do\n"
    "      same('gsub', 'abcb', p, r, n)\n"
    "    end\n"
    "    same('gsub', 'abcb', p, r)\n"
    "    same('gsub', 'xyz', p, r)\n"
    "  end\n"
    "end\n"
    "for _, f in ipairs({ 'find', 'match', 'gmatch', 'gsub' }) do\n"
    "  same(f, 12321, 2, 3)\n"
    "  same(f, 'a', 'a', 'x')\n"
    "  same(f, 'a', 'a', 1, 'x')\n"
    "end\n"
    "same('gsub', 'a', 'a')\n"
    "same('gsub', ('ab '):rep(3000), '%s+', '--')\n"
    "same('gsub', ('ab '):rep(3000), '%w+', { ab = ('c'):rep(99) })\n"
    "for i = 1, 1000 do every('x' .. i .. 'y', i .. '+') end\n"
    "local long = ('a?'):rep(30)\n"
    "for i = 1, 50 do every('aaa', long .. ('b'):rep(i) .. '?') end\n";

static const char *const random_ones =
    "local state = seed\n"
    "local function random(n)\n"
    "  state = (state * 6364136223846793005 + 1442695040888963407)\n"
    "  return (state >> 33) % n + 1\n"
    "end\n"
    "local parts = { 'a', 'b', '.', '%a', '%s', '[ab]', '[^a]', '(', ')',\n"
    "  '()', '*', '+', '-', '?', '%1', '%2', '^', '$', '%b()', '%bab',\n"
    "  '%f[a]', '%', '[', ']', '%f', 'a*', '.-', '(a', 'b)', ' ', '%0' }\n"
    "local bytes = { 'a', 'b', ' ', '(', ')', 'a', 'b' }\n"
    "local names = { 'find', 'match', 'gmatch', 'gsub' }\n"
    "local function text(from, most)\n"
    "  local out = {}\n"
    "  for i = 1, random(most) - 1 do out[i] = from[random(#from)] end\n"
    "  return table.concat(out)\n"
    "end\n"
    "for _ = 1, 160000 do\n"
    "  local subject, pattern = text(bytes, 9), text(parts, 8)\n"
    "  for _, name in ipairs(names) do\n"
    "    same(name, subject, pattern, name == 'gsub' and '<%1>' or nil)\n"
    "  end\n"
    "end\n"
    "local any = {}\n"
    "for i = 0, 255 do any[i + 1] = stock.char(i) end\n"
    "for _, c in ipairs({ '%', '[', ']', '(', ')', '*', '-', '+' }) do\n"
    "  for _ = 1, 20 do any[#any + 1] = c end\n"
    "end\n"
    "for _ = 1, 10000 do every(text(any, 12), text(any, 12)) end\n";

static int open_both(lua_State *lua) {
  luaL_openlibs(lua);
  lua_getglobal(lua, LUA_STRLIBNAME);
  lua_newtable(lua);
  lua_pushnil(lua);
  while (lua_next(lua, -3)) {
    lua_pushvalue(lua, -2);
    lua_insert(lua, -2);
    lua_rawset(lua, -4);
  }
  lua_setglobal(lua, "stock");
  mz_lua_pattern_open(lua);
  lua_pushinteger(lua, 20240229);
  lua_setglobal(lua, "seed");
  return 0;
}

static void compare(const char *body) {
  char message[1024] = "";
  struct mz_run run = {0};
  struct mz_error err = {0};
  struct mz_sandbox *sandbox = NULL;
  assert_int_equal(mz_sandbox_open(&sandbox, &run, &err), MZ_OK);
  lua_pushcfunction(sandbox->lua, open_both);
  assert_int_equal(lua_pcall(sandbox->lua, 0, 0, 0), LUA_OK);
  if (luaL_dostring(sandbox->lua, prelude) || luaL_dostring(sandbox->lua, body))
    (void)snprintf(message, sizeof message, "%s",
                   lua_tostring(sandbox->lua, -1));
  mz_sandbox_close(sandbox);
  assert_string_equal(message, "");
}

static void written_cases_are_as_in_lua(void **state) {
  (void)state;
  compare(written);
}

static void random_cases_are_as_in_lua(void **state) {
  (void)state;
  print_message("seed 20240229\n");
  compare(random_ones);
}

static void no_pattern_is_too_complex(void **state) {
  (void)state;
  compare("local a = ('a'):rep(500)\n"
          "assert(a:match(('a?'):rep(500)) == a)\n"
          "assert(a:match(('a-'):rep(500) .. '$') == a)\n"
          "local same = 'abc'\n"
          "assert(same:gsub('x', 'y') == same)\n");
}

static void steps_count_as_instructions(void **state) {
  static const struct lua_case cases[] = {
      {"a pattern without an end, in a pcall",
       "pcall(string.find, ('a'):rep(60), ('a*'):rep(30) .. 'b')\n"
       "while true do end\n",
       "FILE:1:0: the migration ran more instructions than its limit\n"},
      {"called as a method",
       "return (('a'):rep(60):gsub(('a-'):rep(30) .. 'b', ''))\n",
       "FILE:1:0: the migration ran more instructions than its limit\n"},
  };
  struct support *support = *state;
  support->options.limits.instructions = 1000000;
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(written_cases_are_as_in_lua),
      cmocka_unit_test(random_cases_are_as_in_lua),
      cmocka_unit_test(no_pattern_is_too_complex),
      cmocka_unit_test_setup_teardown(steps_count_as_instructions,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
