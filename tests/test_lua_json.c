/* test_lua_json.c - mz.json: what is read, changed and written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void a_text_that_is_read_and_written_is_the_same(void **state) {
  static const struct lua_case cases[] = {
      {"values of every type",
       "local J = mz.json\n"
       "for _, text in ipairs { 'null', 'true', 'false', '0', '-1', '\"\"', "
       "'[]', '{}',\n"
       "  '[[],{},[{}]]', '[null]', '[null,1,null]', '{\"a\":null}', '\"ü 世界 "
       "🎬\"',\n"
       "  '{\"\":1,\" \":2}' } do\n"
       "  is(J.encode(J.decode(text)), text)\n"
       "end",
       NULL},
      {"integers of 64 bits",
       "local J = mz.json\n"
       "for _, text in ipairs { '9007199254740993', '-9007199254740993',\n"
       "  '9223372036854775807', '-9223372036854775808', '[1,10,100]' } do\n"
       "  is(J.encode(J.decode(text)), text)\n"
       "end\n"
       "is(J.decode('9007199254740993'), 9007199254740993)\n"
       "is(J.decode('1'), 1) is(J.decode('1.0'), 1.0) is(J.decode('1e2'), "
       "100.0)",
       NULL},
      {"doubles with the fewest digits",
       "local J = mz.json\n"
       "for _, text in ipairs { '0.1', '1.0', '-0.0', '1e300', '5e-324', "
       "'0.3',\n"
       "  '0.30000000000000004', '1.7976931348623157e308', "
       "'2.2250738585072014e-308',\n"
       "  '123456.789', '100.0', '9007199254740993.5e3', '1e-7', '0.0001', "
       "'3.14' } do\n"
       "  local value = J.decode(text)\n"
       "  is(math.type(value), 'float')\n"
       "  is(tonumber(J.encode(value)), value)\n"
       "  if #text < 18 then is(J.encode(value), text) end\n"
       "end\n"
       "is(J.encode(0.1 + 0.2), '0.30000000000000004')\n"
       "is(J.encode(2.0 ^ 53), '9007199254740992.0')\n"
       "is(J.encode(-1e15), '-1e15')",
       NULL},
      {"any double at all",
       "local J = mz.json\n"
       "for i = 1, 2000 do\n"
       "  local bits = math.random(0)\n"
       "  local value = string.unpack('d', string.pack('j', bits))\n"
       "  if value == value and math.abs(value) ~= math.huge then\n"
       "    is(string.pack('d', J.decode(J.encode(value))), string.pack('d', "
       "value))\n"
       "  end\n"
       "end",
       NULL},
      {"escapes",
       "local J = mz.json\n"
       "is(J.decode([[\"\\u0000\\b\\f\\n\\r\\t\\\"\\\\\\/"
       "\\u001f\\u00e9\\ud83c\\udfac\"]]),\n"
       "  '\\0\\b\\f\\n\\r\\t\"\\\\/\\x1fé🎬')\n"
       "is(J.encode('\\0\\b\\f\\n\\r\\t\"\\\\/\\x1f\\x7fé🎬'),\n"
       "  [[\"\\u0000\\b\\f\\n\\r\\t\\\"\\\\/\\u001f]] .. '\\x7fé🎬\"')\n"
       "for byte = 0, 127 do\n"
       "  local text = ('x'):rep(byte * 7) .. string.char(byte) .. 'y'\n"
       "  is(J.decode(J.encode(text)), text)\n"
       "  is(J.decode(J.encode({ [text:gsub('%z', '')] = 1 }))[text:gsub('%z', "
       "'')], 1)\n"
       "end\n"
       "for _, byte in ipairs { '\\1', '\"', '\\\\', '\\n', 'ü' } do\n"
       "  is(J.decode(J.encode(byte:rep(5000))), byte:rep(5000))\n"
       "end",
       NULL},
      {"white space is dropped as SQLite drops it",
       "local J = mz.json\n"
       "local text = ' { \"b\" : [ 1 , 2.5 , null ] ,\\r\\n\\t\"a\" : { } } '\n"
       "is(J.encode(J.decode(text)), db:value('SELECT json(?)', text))",
       NULL},
      {"a document of settings",
       "local J = mz.json\n"
       "local text = "
       "'{\"theme\":\"\",\"size\":\"5\",\"id\":9007199254740993,\"ratio\":1.0,'"
       " ..\n"
       "  '\"unknown\":[{\"x\":null},[]],\"off\":false,\"none\":null}'\n"
       "is(J.encode(J.decode(text)), text)",
       NULL},
      {"as deep as the limit",
       "local J = mz.json\n"
       "local text = ('['):rep(2048) .. (']'):rep(2048)\n"
       "is(J.encode(J.decode(text)), text)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void decoded_values_are_plain_tables(void **state) {
  static const struct lua_case cases[] = {
      {"objects",
       "local J = mz.json\n"
       "local o = J.decode('{\"b\":1,\"a\":\"x\",\"none\":null}')\n"
       "is(o.b, 1) is(o.a, 'x') is(o.none, mz.null) is(o.missing, nil)\n"
       "is(J.null, mz.null)\n"
       "local seen = 0\n"
       "for key, value in pairs(o) do seen = seen + 1 is(o[key], value) end\n"
       "is(seen, 3) is(#o, 0) is(getmetatable(o), false)\n"
       "o.c = 2 o.a = nil\n"
       "is(o.c, 2) is(next({}), nil) is(rawget(o, 'a'), nil)",
       NULL},
      {"arrays",
       "local J = mz.json\n"
       "local a = J.decode('[1,null,3]')\n"
       "is(#a, 3) is(a[2], mz.null)\n"
       "table.insert(a, 4) table.remove(a, 1) a[#a + 1] = 'x'\n"
       "is(J.encode(a), '[null,3,4,\"x\"]')\n"
       "local sum = 0\n"
       "for i in ipairs(a) do sum = sum + i end\n"
       "is(sum, 10)\n"
       "table.sort(a, function(x, y) return tostring(x) < tostring(y) end)\n"
       "is(J.encode(a), '[3,4,null,\"x\"]')\n"
       "while #a > 0 do table.remove(a) end\n"
       "is(J.encode(a), '[]')",
       NULL},
      {"tables that share a shape keep their own keys",
       "local J = mz.json\n"
       "local a, b = J.decode('{\"x\":1,\"y\":2}'), "
       "J.decode('{\"x\":3,\"y\":4}')\n"
       "a.x = nil a.z = 5\n"
       "J.rename(b, 'x', 'first')\n"
       "is(J.encode(a), '{\"y\":2,\"z\":5}') is(J.encode(b), "
       "'{\"first\":3,\"y\":4}')\n"
       "is(J.encode(J.decode('{\"x\":1,\"y\":2}')), '{\"x\":1,\"y\":2}')",
       NULL},
      {"keys that mean something to Lua",
       "local J = mz.json\n"
       "local text = "
       "'{\"__index\":1,\"__metatable\":2,\"__gc\":3,\"__len\":4,\"1\":5}'\n"
       "local o = J.decode(text)\n"
       "is(o.__gc, 3) is(o[1], nil) is(#o, 0) is(J.encode(o), text)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void keys_keep_their_order(void **state) {
  static const struct lua_case cases[] = {
      {"also through changes",
       "local J = mz.json\n"
       "local o = J.decode('{\"z\":1,\"m\":2,\"a\":3}')\n"
       "o.m = { 1 } o.b = 4 o.B = 5\n"
       "is(J.encode(o), '{\"z\":1,\"m\":[1],\"a\":3,\"B\":5,\"b\":4}')\n"
       "o.z = nil\n"
       "is(J.encode(o), '{\"m\":[1],\"a\":3,\"B\":5,\"b\":4}')\n"
       "o.z = 0\n"
       "is(J.encode(o), '{\"z\":0,\"m\":[1],\"a\":3,\"B\":5,\"b\":4}')\n"
       "is(table.concat(J.keys(o), ' '), 'z m a B b')\n"
       "is(J.encode(o, { sort = true }), "
       "'{\"B\":5,\"a\":3,\"b\":4,\"m\":[1],\"z\":0}')",
       NULL},
      {"plain tables are sorted by bytes",
       "local J = mz.json\n"
       "is(J.encode({ b = 1, a = 2, ['é'] = 3, B = 4, ab = 5 }),\n"
       "  '{\"B\":4,\"a\":2,\"ab\":5,\"b\":1,\"é\":3}')\n"
       "is(J.encode(J.object { b = 1, a = 2 }), '{\"a\":2,\"b\":1}')\n"
       "is(table.concat(J.keys({ b = 1, a = 2 }), ' '), 'a b')\n"
       "is(#J.keys(J.object()), 0)",
       NULL},
      {"a thousand keys",
       "local J = mz.json\n"
       "local parts = {}\n"
       "for i = 1, 1000 do parts[i] = ('\"k%d\":%d'):format(i * 7919 % 1009, "
       "i) end\n"
       "local text = '{' .. table.concat(parts, ',') .. '}'\n"
       "is(J.encode(J.decode(text)), text)",
       NULL},
      {"rename keeps the place",
       "local J = mz.json\n"
       "local o = J.decode('{\"z\":1,\"m\":null,\"a\":3}')\n"
       "is(J.rename(o, 'm', 'middle'), true)\n"
       "is(J.encode(o), '{\"z\":1,\"middle\":null,\"a\":3}')\n"
       "is(J.rename(o, 'm', 'x'), false) is(J.rename(o, 'z', 'z'), true)\n"
       "is(J.rename(o, 'a', ''), true) is(J.rename(o, 'z', 'ü'), true)\n"
       "is(J.encode(o), '{\"ü\":1,\"middle\":null,\"\":3}')\n"
       "raises('the object has a key \"ü\" already', J.rename, o, '', 'ü')\n"
       "o.new = 4\n"
       "is(J.rename(o, 'new', 'newer'), true)\n"
       "is(J.encode(o), '{\"ü\":1,\"middle\":null,\"\":3,\"newer\":4}')",
       NULL},
      {"rename to the name of a key that is gone",
       "local J = mz.json\n"
       "local o = J.decode('{\"a\":1,\"b\":2,\"c\":3}')\n"
       "o.a = nil\n"
       "J.rename(o, 'c', 'a')\n"
       "is(J.encode(o), '{\"b\":2,\"a\":3}')\n"
       "local p = { x = 1 }\n"
       "is(J.rename(p, 'x', 'y'), true) is(p.y, 1) is(p.x, nil)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void arrays_and_objects_stay_what_they_are(void **state) {
  static const struct lua_case cases[] = {
      {"marks",
       "local J = mz.json\n"
       "is(J.encode({ J.array(), J.object(), J.array { 1 }, J.object { a = 1 } "
       "}),\n"
       "  '[[],{},[1],{\"a\":1}]')\n"
       "local t = {}\n"
       "assert(rawequal(J.array(t), t)) is(J.encode(t), '[]')\n"
       "assert(rawequal(J.object(t), t)) is(J.encode(t), '{}')\n"
       "local o = J.decode('{\"b\":1,\"a\":2}')\n"
       "is(J.encode(J.object(o)), '{\"b\":1,\"a\":2}')",
       NULL},
      {"is_array",
       "local J = mz.json\n"
       "is(J.is_array(J.decode('[]')), true) is(J.is_array(J.decode('{}')), "
       "false)\n"
       "is(J.is_array({ 1 }), true) is(J.is_array({}), false)\n"
       "is(J.is_array({ a = 1 }), false) is(J.is_array(mz.null), false)\n"
       "is(J.is_array(nil), false)",
       NULL},
      {"in a loop over what was decoded",
       "local J = mz.json\n"
       "local o = J.decode('{\"list\":[],\"map\":{},\"more\":[{\"a\":[]}]}')\n"
       "local copy = J.object()\n"
       "for key, value in pairs(o) do copy[key] = value end\n"
       "is(J.encode(copy), '{\"list\":[],\"map\":{},\"more\":[{\"a\":[]}]}')",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void encode_has_a_style(void **state) {
  static const struct lua_case cases[] = {
      {"indent",
       "local J = mz.json\n"
       "local text = '{\"a\":[1,{\"b\":null}],\"c\":{},\"d\":[]}'\n"
       "local shown = J.encode(J.decode(text), { indent = 2 })\n"
       "is(shown, [[\n"
       "{\n"
       "  \"a\": [\n"
       "    1,\n"
       "    {\n"
       "      \"b\": null\n"
       "    }\n"
       "  ],\n"
       "  \"c\": {},\n"
       "  \"d\": []\n"
       "}]])\n"
       "is(J.encode(J.decode(shown)), text)\n"
       "is(J.encode(J.decode(text), { indent = 0 }), text)\n"
       "is(J.encode(J.decode(text), {}), text) is(J.encode(1, nil), '1')\n"
       "is(J.encode({ 1 }, { indent = 1 }), '[\\n 1\\n]')",
       NULL},
      {"what is no style",
       "local J = mz.json\n"
       "raises('unknown key \"indnt\" in the options of mz.json.encode; is "
       "\"indent\" ' ..\n"
       "  'meant?', J.encode, 1, { indnt = 2 })\n"
       "raises('indent must be an integer of at least 0', J.encode, 1, { "
       "indent = -1 })\n"
       "raises('indent must be at most 16', J.encode, 1, { indent = 17 })\n"
       "raises('sort must be a boolean, not a number', J.encode, 1, { sort = 1 "
       "})\n"
       "raises('the options of mz.json.encode are a table, not a number', "
       "J.encode,\n"
       "  1, 2)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void update_rewrites_only_what_changes(void **state) {
  static const struct lua_case cases[] = {
      {"in place",
       "local J = mz.json\n"
       "local text = '{ \"size\": \"5\",\\n \"tags\": [], \"id\": "
       "9007199254740993, \"x\": null }'\n"
       "local function fix(o) o.size = tonumber(o.size) end\n"
       "is(J.update(text, fix),\n"
       "  '{\"size\":5,\"tags\":[],\"id\":9007199254740993,\"x\":null}')\n"
       "is(J.update(J.update(text, fix), fix), J.update(text, fix))",
       NULL},
      {"the same text where nothing changes",
       "local J = mz.json\n"
       "local text = '{ \"a\" : 1e2 }'\n"
       "is(J.update(text, function() end), text)\n"
       "is(J.update(text, function(o) o.a = 100.0 o.b = nil end), text)\n"
       "is(J.update(text, function(o) return { a = 100.0 } end), text)\n"
       "is(J.update(text, function(o) o.a = 100 end), '{\"a\":100}')",
       NULL},
      {"a new value",
       "local J = mz.json\n"
       "is(J.update('[1]', function(a) return { list = a } end), "
       "'{\"list\":[1]}')\n"
       "is(J.update('1', function() return mz.null end), 'null')\n"
       "is(J.update('1', function() return false end), 'false')\n"
       "is(J.update('null', function(v) is(v, mz.null) end), 'null')",
       NULL},
      {"NULL stays NULL",
       "local J = mz.json\n"
       "is(J.update(nil, error), nil) is(J.update(mz.null, error), nil)",
       NULL},
      {"inside of each other",
       "local J = mz.json\n"
       "is(J.update('{\"inner\":\"[1, 2]\"}', function(o)\n"
       "  o.inner = J.update(o.inner, function(a) a[3] = J.encode(a) end)\n"
       "end), [[{\"inner\":\"[1,2,\\\"[1,2]\\\"]\"}]])",
       NULL},
      {"errors",
       "local J = mz.json\n"
       "raises('mz.json.update takes a function, not nil', J.update, '1')\n"
       "raises('mz.json.update takes a string, not a number', J.update, 1, "
       "print)\n"
       "raises(\"invalid JSON at line 1, column 1: invalid token near `x`\", "
       "J.update,\n"
       "  'x', print)\n"
       "J.update('{\"a\":{}}', function(o) o.a.b = {} end)",
       "FILE:6:0: $.a.b: an empty table could be [] or {}: use mz.json.array() "
       "or mz.json.object()\n"
       ""},
      {"a rewrite of a table",
       "local J = mz.json\n"
       "db:exec('CREATE TABLE t (id INTEGER PRIMARY KEY, settings)')\n"
       "db:insert('t', { { settings = '{\"a\":\"5\"}' }, { settings = mz.null "
       "},\n"
       "  { settings = '{ \"b\":1}' } })\n"
       "for id, text in db:urows('SELECT id, settings FROM t') do\n"
       "  local new = J.update(text, function(o) J.rename(o, 'a', 'A') end)\n"
       "  if new ~= text then\n"
       "    db:exec('UPDATE t SET settings = ? WHERE id = ?', new, id)\n"
       "  end\n"
       "end\n"
       "is(db:value([[SELECT group_concat(ifnull(settings, 'NULL'), '|') FROM "
       "t]]),\n"
       "  '{\"A\":\"5\"}|NULL|{ \"b\":1}')",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(a_text_that_is_read_and_written_is_the_same),
      SUPPORT_TEST(decoded_values_are_plain_tables),
      SUPPORT_TEST(keys_keep_their_order),
      SUPPORT_TEST(arrays_and_objects_stay_what_they_are),
      SUPPORT_TEST(encode_has_a_style),
      SUPPORT_TEST(update_rewrites_only_what_changes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
