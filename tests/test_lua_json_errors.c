/* test_lua_json_errors.c - mz.json: what is refused, and where it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

/* Forty levels of two are a million million values. */
static void what_grows_without_end_meets_the_memory_limit(void **state) {
  struct support *support = *state;
  static const struct lua_case cases[] = {
      {"a table that holds another twice, which does the same",
       "local t = { ('x'):rep(1000) }\n"
       "for _ = 1, 40 do t = { t, t } end\n"
       "mz.json.encode(t)",
       "FILE:3:0: the migration needs more memory than its limit of 3700000 "
       "bytes\n"
       "hint: work row by row, or raise limits.memory in mzlua.lua\n"},
      {"and the script may go on with less",
       "local text = ('x'):rep(1500000)\n"
       "local ok, err = pcall(mz.json.encode, { text, text, text })\n"
       "is(ok, false) is(tostring(err), 'not enough memory')\n"
       "is(mz.json.encode({ 1 }), '[1]')",
       NULL},
      {"garbage makes room",
       "local value = { ('x'):rep(1190000), print }\n"
       "local other = ('y'):rep(1190000)\n"
       "other = nil\n"
       "raises('$[2]: a function has no JSON value', mz.json.encode, value)",
       NULL}};
  support->options.limits.memory = 3700000;
  LUA_CASES_RUN(state, cases);
}

static void invalid_json_is_an_error_with_its_place(void **state) {
  static const struct lua_case cases[] = {
      {"syntax",
       "local J = mz.json\n"
       "raises([==[invalid JSON at line 1, column 4: unexpected token near "
       "`,2]`]==], J.decode, '[1,,2]')\n"
       "raises([==[invalid JSON at line 1, column 4: ']' expected near "
       "`2]`]==], J.decode, '[1 2]')\n"
       "raises([==[invalid JSON at line 1, column 6: ':' expected near "
       "`1}`]==], J.decode, '{\"a\" 1}')\n"
       "raises([==[invalid JSON at line 1, column 2: string or '}' expected "
       "near `a:1}`]==], J.decode, '{a:1}')\n"
       "raises([==[invalid JSON at line 1, column 4: unexpected token near "
       "`]`]==], J.decode, '[1,]')\n"
       "raises([==[invalid JSON at line 1, column 2: invalid token near "
       "`01]`]==], J.decode, '[01]')\n"
       "raises([==[invalid JSON at line 1, column 2: invalid token near "
       "`1.]`]==], J.decode, '[1.]')\n"
       "raises([==[invalid JSON at line 1, column 1: invalid token near "
       "`NaN`]==], J.decode, 'NaN')\n"
       "raises([==[invalid JSON at line 1, column 1: invalid token near "
       "`'a'`]==], J.decode, [['a']])\n"
       "raises([==[invalid JSON at line 1, column 5: the value has ended "
       "already near `x`]==], J.decode, '[1] x')\n"
       "raises([==[invalid JSON at line 1, column 8: string or '}' expected "
       "near `}`]==], J.decode, '{\"a\":1,}')",
       NULL},
      {"the end",
       "local J = mz.json\n"
       "raises([==[invalid JSON at line 1, column 1: the text ends too "
       "early]==], J.decode, '')\n"
       "raises([==[invalid JSON at line 1, column 2: the text ends too "
       "early]==], J.decode, ' ')\n"
       "raises([==[invalid JSON at line 1, column 3: the text ends too "
       "early]==], J.decode, '[1')\n"
       "raises([==[invalid JSON at line 1, column 5: the text ends too "
       "early]==], J.decode, '\"abc')\n"
       "raises([==[invalid JSON at line 1, column 6: the text ends too "
       "early]==], J.decode, '{\"a\":')",
       NULL},
      {"lines and columns count characters",
       "local J = mz.json\n"
       "raises([==[invalid JSON at line 3, column 10: invalid token near "
       "`tru`]==], J.decode, '{\\n  \"a\": 1,\\r\\n  \"世界é\": tru\\n}')\n"
       "raises([==[invalid JSON at line 1, column 14: ']' expected near "
       "`\"x\"]`]==], J.decode, '[\"ü\",\"\\\\\"é\\\\\\\\\" \"x\"]')\n"
       "raises([==[invalid JSON at line 1, column 6: ']' expected near "
       "`\"a\\\"b\\\\\"]`]==], J.decode, '[\"x\" \"a\\\\\"b\\\\\\\\\"]')\n"
       "raises([==[invalid JSON at line 1, column 4: invalid escape near "
       "`\\xb\"]`]==], J.decode, '[\"a\\\\xb\"]')\n"
       "raises([==[invalid JSON at line 1, column 3: invalid Unicode '\\uD800' "
       "near `\\ud800\"]`]==], J.decode, '[\"\\\\ud800\"]')",
       NULL},
      {"what would be lost",
       "local J = mz.json\n"
       "raises([==[invalid JSON at line 1, column 22: duplicate object key "
       "near `\"id\":3}`]==], J.decode, "
       "'{\"id\":1,\"b\":{\"id\":2},\"id\":3}')\n"
       "local key = ('k'):rep(50)\n"
       "raises([==[invalid JSON at line 2, column 2: duplicate object key near "
       "`\"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk`]==], J.decode, '{\"' .. "
       "key .. '\":1,\\n \"' .. key .. '\":2}')\n"
       "raises([==[invalid JSON at line 1, column 4: too big integer near "
       "`9223372036854775808]`]==], J.decode, '[1,9223372036854775808]')\n"
       "raises([==[invalid JSON at line 1, column 1: too big negative integer "
       "near `-9223372036854775809`]==], J.decode, '-9223372036854775809')\n"
       "raises([==[invalid JSON at line 1, column 2: real number overflow near "
       "`1e400]`]==], J.decode, '[1e400]')\n"
       "raises([==[invalid JSON at line 1, column 2: NUL byte in object key "
       "not supported near `\"\\u0000\":1}`]==], J.decode, "
       "'{\"\\\\u0000\":1}')",
       NULL},
      {"bytes that no terminal should see",
       "local J = mz.json\n"
       "raises([==[invalid JSON at line 1, column 4: unexpected newline]==], "
       "J.decode, '[\"a\\nb\"]')\n"
       "raises([==[invalid JSON at line 1, column 4: unable to decode byte "
       "0xff]==], J.decode, '[\"é\\xff\"]')\n"
       "raises([==[invalid JSON at line 1, column 1: unable to decode byte "
       "0xff]==], J.decode, '\\xff')\n"
       "raises([==[invalid JSON at line 1, column 3: control character "
       "0x1b]==], J.decode, '[\"\\x1b[2J\"]')\n"
       "raises([==[invalid JSON at line 1, column 4: invalid token]==], "
       "J.decode, '[1,\\0]')\n"
       "raises([==[invalid JSON at line 1, column 2: invalid token near "
       "`x`]==], J.decode, '[x\\u{9b}2J]')\n"
       "raises([==[invalid JSON at line 1, column 2: invalid token]==], "
       "J.decode, '[\\u{9b}2J]')",
       NULL},
      {"no more than forty characters are shown",
       "local J = mz.json\n"
       "raises([==[invalid JSON at line 1, column 1: invalid token near "
       "`éüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü`]==], J.decode, 'é' .. "
       "('ü'):rep(100))",
       NULL},
      {"nesting",
       "local J = mz.json\n"
       "local text = ('['):rep(100000) .. (']'):rep(100000)\n"
       "raises([==[invalid JSON at line 1, column 2049: nested deeper than "
       "2048 levels near `[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[`]==], "
       "J.decode, text)\n"
       "text = ('{\"a\":'):rep(100000)\n"
       "assert(not pcall(J.decode, text))",
       NULL},
      {"what is no text",
       "local J = mz.json\n"
       "raises('mz.json.decode takes a string, not nothing', J.decode)\n"
       "raises('mz.json.decode takes a string, not nil', J.decode, nil)\n"
       "raises('mz.json.decode takes a string, not mz.null', J.decode, "
       "mz.null)\n"
       "raises('mz.json.decode takes a string, not a blob', J.decode, "
       "mz.blob('1'))\n"
       "raises('mz.json.decode takes a string, not a number', J.decode, 1)\n"
       "raises('mz.json.decode takes a string, not a table', J.decode, {})",
       NULL},
      {"in a migration, with its line",
       "local J = mz.json\n"
       "\n"
       "J.decode(\"[1,2\")",
       "FILE:3:0: invalid JSON at line 1, column 5: the text ends too early\n"
       ""}};
  LUA_CASES_RUN(state, cases);
}

static void what_json_cannot_hold_is_an_error_with_its_path(void **state) {
  static const struct lua_case cases[] = {
      {"values",
       "local J = mz.json\n"
       "raises('$: nil has no JSON value', J.encode, nil)\n"
       "raises('$.a: a function has no JSON value', J.encode, { a = print })\n"
       "raises('$[2]: NaN has no JSON value', J.encode, { 1, 0 / 0 })\n"
       "raises('$[1].x[2]: infinity has no JSON value', J.encode,\n"
       "  { { x = { 1, -math.huge } } })\n"
       "raises('$: a blob has no JSON value', J.encode, mz.blob('x'))\n"
       "raises('$.a: an object has no JSON value', J.encode, { a = db })\n"
       "raises('$.a: a coroutine has no JSON value', J.encode,\n"
       "  { a = coroutine.create(print) })\n"
       "raises('$.a: a text that is not UTF-8', J.encode, { a = 'x\\xff' })\n"
       "raises('$.a: a text that is not UTF-8', J.encode, { a = "
       "'x\\0\\xed\\xa0\\x80' })\n"
       "raises('$.a: a table with a metatable has no JSON value', J.encode,\n"
       "  { a = setmetatable({}, {}) })",
       NULL},
      {"tables",
       "local J = mz.json\n"
       "raises('$: an empty table could be [] or {}: use mz.json.array() or ' "
       "..\n"
       "  'mz.json.object()', J.encode, {})\n"
       "raises('$.a: an array cannot have the key \"x\"', J.encode,\n"
       "  { a = { 1, 2, x = 3 } })\n"
       "raises('$: an array cannot have the key \"x\"', J.encode, J.array { x "
       "= 1 })\n"
       "raises('$: an array cannot have the key 0', J.encode, { [0] = 1, 2 })\n"
       "raises('$: an array cannot have the key 1.5', J.encode, { 1, [1.5] = 1 "
       "})\n"
       "raises('$: an object cannot have the key 3, only strings', J.encode,\n"
       "  { [3] = 1 })\n"
       "raises('$: an object cannot have the key true, only strings', "
       "J.encode,\n"
       "  { [true] = 1 })\n"
       "raises('$: an object cannot have the key a table, only strings', "
       "J.encode,\n"
       "  { [{}] = 1 })\n"
       "raises('$: an object cannot have the key 1, only strings', J.encode,\n"
       "  J.object { 'x' })\n"
       "raises('$: an object cannot have the key 1, only strings', J.encode,\n"
       "  (function() local o = J.decode('{\"a\":1}') o[1] = 2 return o "
       "end)())\n"
       "for _, key in ipairs { 'x\\0y', '\\xff' } do\n"
       "  raises('$: a key is UTF-8 without NUL bytes, which one here is "
       "not',\n"
       "    J.encode, { [key] = 1 })\n"
       "end",
       NULL},
      {"holes",
       "local J = mz.json\n"
       "local message = ': an array cannot have a hole: mz.null stands for "
       "null, ' ..\n"
       "  'and table.remove closes up'\n"
       "raises('$.a[2]' .. message, J.encode, { a = { 1, nil, 3 } })\n"
       "local a = J.decode('[1,2,3,4]')\n"
       "a[2] = nil\n"
       "raises('$[2]' .. message, J.encode, a)\n"
       "a = J.decode('[1]')\n"
       "a[3] = 3\n"
       "raises('$[2]' .. message, J.encode, a)\n"
       "local t = { 1, nil, 3, x = 1 }\n"
       "t.x = nil t[5] = 5\n"
       "raises('$[2]' .. message, J.encode, t)\n"
       "a = J.decode('[1]')\n"
       "a[1] = nil\n"
       "is(J.encode(a), '[]')",
       NULL},
      {"paths",
       "local J = mz.json\n"
       "local function path(expected, value)\n"
       "  raises(expected .. ': a function has no JSON value', J.encode, "
       "value)\n"
       "end\n"
       "path('$.a_1.\"1a\".\"b c\"', { a_1 = { ['1a'] = { ['b c'] = print } } "
       "})\n"
       "path('$.\"\\\\u001b\\\\n\\\\\"é\"', { ['\\27\\n\"é'] = print })\n"
       "path('$.\"\"', { [''] = print })\n"
       "path('$.\"' .. ('é'):rep(20) .. '\"...', { [('é'):rep(200)] = print "
       "})\n"
       "path('$.\"x' .. ('é'):rep(19) .. '\"...', { ['x' .. ('é'):rep(200)] = "
       "print })",
       NULL},
      {"cycles",
       "local J = mz.json\n"
       "local a = { b = { { c = 1 } } }\n"
       "a.b[1].c = a.b\n"
       "raises('$.b[1].c: a table that contains itself has no end in JSON', "
       "J.encode, a)\n"
       "a = J.array()\n"
       "a[1] = a\n"
       "raises('$[1]: a table that contains itself has no end in JSON', "
       "J.encode, a)\n"
       "local twice = { 1 }\n"
       "is(J.encode({ twice, twice }), '[[1],[1]]')",
       NULL},
      {"nesting",
       "local J = mz.json\n"
       "local deep = J.array()\n"
       "for _ = 1, 100000 do deep = { deep } end\n"
       "raises('$[1][1][1][1][1][1][1][1]...: nested deeper than 2048 "
       "levels',\n"
       "  J.encode, deep)",
       NULL},
      {"other functions",
       "local J = mz.json\n"
       "raises('mz.json.array takes a table, not a string', J.array, 'x')\n"
       "raises('mz.json.object takes a table, not mz.null', J.object, "
       "mz.null)\n"
       "raises('mz.json.array takes no table with a metatable', J.array,\n"
       "  setmetatable({}, {}))\n"
       "raises('mz.json.keys takes an object, not an array', J.keys, "
       "J.array())\n"
       "raises('mz.json.rename takes an object, not an array', J.rename, { 1 "
       "}, 'a',\n"
       "  'b')\n"
       "raises('mz.json.rename takes an object, whose keys are strings, not a "
       "boolean',\n"
       "  J.rename, { [true] = 1 }, 'a', 'b')\n"
       "raises('mz.json.rename takes two keys, not nil', J.rename, {}, 'a')\n"
       "raises('mz.json.rename takes two keys, not a number', J.rename, {}, 1, "
       "'a')\n"
       "raises('mz.json.rename takes a table, not nil', J.rename, nil, 'a', "
       "'b')\n"
       "raises('a key is UTF-8 without NUL bytes', J.rename, { a = 1 }, 'a', "
       "'b\\0')\n"
       "raises([[bad argument #1 to '?' (value expected)]], J.is_array)\n"
       "raises('cannot change a protected metatable', setmetatable, J.array(), "
       "{})",
       NULL},
      {"after an error the next call is as the first",
       "local J = mz.json\n"
       "for _ = 1, 3 do\n"
       "  assert(not pcall(J.encode, { 1, print }))\n"
       "  assert(not pcall(J.decode, '[1,{\"a\":2},x]'))\n"
       "  assert(not pcall(J.update, '{\"a\":1}', error))\n"
       "  is(J.encode(J.decode('{\"a\":[1]}')), '{\"a\":[1]}')\n"
       "end",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(invalid_json_is_an_error_with_its_place),
      SUPPORT_TEST(what_json_cannot_hold_is_an_error_with_its_path),
      SUPPORT_TEST(what_grows_without_end_meets_the_memory_limit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
