#include "script/lua_json.h"

#include <lauxlib.h>
#include <string.h>

#include "script/json_decode.h"
#include "script/json_encode.h"
#include "script/json_table.h"
#include "script/lua_error.h"
#include "script/lua_table.h"
#include "script/lua_value.h"

enum { INDENT_MOST = 16 };

const char *const mz_lua_json_options[] = {"indent", "sort", NULL};

static const struct mz_json_style compact = {.indent = 0};

/* The upvalues of all functions here. */
static struct mz_json_text *text_of(lua_State *lua) {
  return lua_touserdata(lua, lua_upvalueindex(1));
}

static struct mz_json_document *document_of(lua_State *lua) {
  return lua_touserdata(lua, lua_upvalueindex(2));
}

static void check_string(lua_State *lua, int index, const char *function) {
  if (lua_type(lua, index) != LUA_TSTRING)
    mz_lua_error_misuse(lua, "mz.json.%s takes a string, not %s", function,
                        mz_lua_value_name(lua, index));
}

/* ---- texts --------------------------------------------------------------- */

/* mz.json.decode(text): its value. */
static int decode(lua_State *lua) {
  check_string(lua, 1, "decode");
  mz_json_decode(lua, 1, document_of(lua), text_of(lua));
  return 1;
}

static void take_style(lua_State *lua, int index, struct mz_json_style *style) {
  int64_t indent = 0;
  if (lua_isnoneornil(lua, index))
    return;
  if (!lua_istable(lua, index))
    mz_lua_error_misuse(lua,
                        "the options of mz.json.encode are a table, not %s",
                        mz_lua_value_name(lua, index));
  mz_lua_table_check(lua, index, mz_lua_json_options,
                     "the options of mz.json.encode");
  mz_lua_table_integer(lua, index, "indent", "indent", 0, &indent);
  mz_lua_table_boolean(lua, index, "sort", "sort", &style->sort);
  if (indent > INDENT_MOST)
    mz_lua_error_misuse(lua, "indent must be at most %d", INDENT_MOST);
  style->indent = (size_t)indent;
}

/* mz.json.encode(value, options): its text. */
static int encode(lua_State *lua) {
  struct mz_json_style style = compact;
  lua_settop(lua, 2);
  take_style(lua, 2, &style);
  lua_settop(lua, 1);
  mz_json_encode(lua, &style, text_of(lua));
  return 1;
}

/* mz.json.update(text, fn): the text of what fn makes of its value, which it
 * changes or returns anew; the same text where that is the same. */
static int update(lua_State *lua) {
  lua_settop(lua, 2);
  if (lua_type(lua, 2) != LUA_TFUNCTION)
    return mz_lua_error_misuse(lua, "mz.json.update takes a function, not %s",
                               mz_lua_value_name(lua, 2));
  if (lua_isnil(lua, 1) || mz_lua_value_is_null(lua, 1)) {
    lua_pushnil(lua);
    return 1;
  }
  check_string(lua, 1, "update");
  mz_json_decode(lua, 1, document_of(lua), text_of(lua));
  mz_json_encode(lua, &compact, text_of(lua));
  lua_pushvalue(lua, 2);
  lua_pushvalue(lua, 3);
  lua_call(lua, 1, 1);
  if (lua_isnil(lua, 5))
    lua_pushvalue(lua, 3);
  mz_json_encode(lua, &compact, text_of(lua));
  lua_pushvalue(lua, lua_rawequal(lua, 4, -1) ? 1 : -1);
  return 1;
}

/* ---- arrays and objects -------------------------------------------------- */

/* The kind of the table at index 1; pushes the shape of an object. */
static enum mz_json_kind check_table(lua_State *lua, const char *function) {
  enum mz_json_kind kind = MZ_JSON_OTHER;
  if (lua_type(lua, 1) != LUA_TTABLE)
    mz_lua_error_misuse(lua, "mz.json.%s takes a table, not %s", function,
                        mz_lua_value_name(lua, 1));
  kind = mz_json_table_kind(lua, 1);
  if (kind == MZ_JSON_OTHER)
    mz_lua_error_misuse(lua, "mz.json.%s takes no table with a metatable",
                        function);
  return kind;
}

static void make_table(lua_State *lua) {
  lua_settop(lua, 1);
  if (!lua_isnil(lua, 1))
    return;
  lua_newtable(lua);
  lua_replace(lua, 1);
}

/* mz.json.array(table): the table, marked; a new one where there is none. */
static int mark_array(lua_State *lua) {
  make_table(lua);
  (void)check_table(lua, "array");
  mz_json_table_push_arrays(lua);
  lua_setmetatable(lua, 1);
  lua_settop(lua, 1);
  return 1;
}

/* mz.json.object(table): the same. An object keeps its order. */
static int mark_object(lua_State *lua) {
  make_table(lua);
  if (check_table(lua, "object") != MZ_JSON_OBJECT) {
    mz_json_table_push_shapes(lua);
    mz_json_table_push_shape(lua, 2, "", 0);
    lua_setmetatable(lua, 1);
  }
  lua_settop(lua, 1);
  return 1;
}

/* mz.json.is_array(value) */
static int is_array(lua_State *lua) {
  enum mz_json_kind kind = MZ_JSON_OTHER;
  luaL_checkany(lua, 1);
  if (lua_type(lua, 1) == LUA_TTABLE)
    kind = mz_json_table_kind(lua, 1);
  lua_pushboolean(lua, kind == MZ_JSON_ARRAY ||
                           (kind == MZ_JSON_PLAIN && lua_rawlen(lua, 1) > 0));
  return 1;
}

/* Check that the table at index 1 is an object and put its shape, or nil, at
 * index 2. Returns how many keys it has. */
static size_t check_object(lua_State *lua, const char *function) {
  size_t count = 0;
  enum mz_json_kind kind = check_table(lua, function);
  bool array = kind == MZ_JSON_ARRAY || lua_rawlen(lua, 1) > 0;
  if (kind != MZ_JSON_OBJECT)
    lua_pushnil(lua);
  lua_insert(lua, 2);
  if (array)
    mz_lua_error_misuse(lua, "mz.json.%s takes an object, not an array",
                        function);
  lua_pushnil(lua);
  while (lua_next(lua, 1)) {
    lua_pop(lua, 1);
    if (lua_type(lua, -1) != LUA_TSTRING)
      mz_lua_error_misuse(lua,
                          "mz.json.%s takes an object, whose keys are "
                          "strings, not %s",
                          function, mz_lua_value_name(lua, -1));
    count++;
  }
  return count;
}

/* mz.json.keys(object): an array of its keys, in order. */
static int keys(lua_State *lua) {
  size_t count = 0;
  bool marked = false;
  lua_Integer listed = 0;
  lua_Integer next = 0;
  size_t rest = 0;
  const struct mz_json_key *found = NULL;
  lua_settop(lua, 1);
  count = check_object(lua, "keys");
  marked = lua_istable(lua, 2);
  listed = marked ? (lua_Integer)lua_rawlen(lua, 2) : 0;
  lua_createtable(lua, (int)count, 0);
  for (lua_Integer i = 1; i <= listed; i++) {
    lua_rawgeti(lua, 2, i);
    lua_pushvalue(lua, -1);
    if (lua_rawget(lua, 1) != LUA_TNIL) {
      lua_pushvalue(lua, -2);
      lua_rawseti(lua, 3, ++next);
    }
    lua_pop(lua, 2);
  }
  found = mz_json_table_rest(lua, 1, marked ? 2 : 0, count, &rest);
  for (size_t i = 0; i < rest; i++) {
    lua_pushlstring(lua, found[i].name, found[i].size);
    lua_rawseti(lua, 3, ++next);
  }
  lua_settop(lua, 3);
  return 1;
}

/* Push the shape at index 2 with the key at index 4 in the place of that at
 * index 3. */
static void push_renamed(lua_State *lua) {
  struct mz_json_text *names = text_of(lua);
  lua_Integer count = (lua_Integer)lua_rawlen(lua, 2);
  mz_json_text_clear(lua, names);
  for (lua_Integer i = 1; i <= count; i++) {
    size_t size = 0;
    const char *key = NULL;
    lua_rawgeti(lua, 2, i);
    key = lua_tolstring(lua, lua_rawequal(lua, -1, 3) ? 4 : -1, &size);
    if (!lua_rawequal(lua, -1, 4)) /* it was there once */
      mz_json_text_add(lua, names, key, size + 1);
    lua_pop(lua, 1);
  }
  mz_json_table_push_shapes(lua);
  mz_json_table_push_shape(lua, lua_gettop(lua), names->size ? names->data : "",
                           names->size);
}

static void check_name(lua_State *lua, int index) {
  size_t size = 0;
  const char *name = NULL;
  if (lua_type(lua, index) != LUA_TSTRING)
    mz_lua_error_misuse(lua, "mz.json.rename takes two keys, not %s",
                        mz_lua_value_name(lua, index));
  name = lua_tolstring(lua, index, &size);
  if (strlen(name) != size || !mz_json_is_text(name, size))
    mz_lua_error_misuse(lua, "a key is UTF-8 without NUL bytes");
}

/* mz.json.rename(object, old, new): whether there was a key of the old name;
 * its value gets the new one and stays where it is. */
static int rename_key(lua_State *lua) {
  lua_settop(lua, 3);
  check_name(lua, 2);
  check_name(lua, 3);
  (void)check_object(lua, "rename"); /* 2: the shape, 3: old, 4: new */
  lua_pushvalue(lua, 3);
  lua_pushboolean(lua, lua_rawget(lua, 1) != LUA_TNIL);
  lua_insert(lua, 5);
  if (lua_isnil(lua, 6) || lua_rawequal(lua, 3, 4)) {
    lua_settop(lua, 5);
    return 1;
  }
  lua_pushvalue(lua, 4);
  if (lua_rawget(lua, 1) != LUA_TNIL)
    return mz_lua_error_misuse(lua, "the object has a key \"%s\" already",
                               lua_tostring(lua, 4));
  lua_pop(lua, 1);
  lua_pushvalue(lua, 4);
  lua_insert(lua, -2);
  lua_rawset(lua, 1);
  lua_pushvalue(lua, 3);
  lua_pushnil(lua);
  lua_rawset(lua, 1);
  if (lua_istable(lua, 2)) {
    push_renamed(lua);
    lua_setmetatable(lua, 1);
  }
  lua_settop(lua, 5);
  return 1;
}

int mz_lua_json_open(lua_State *lua) {
  static const luaL_Reg functions[] = {
      {"array", mark_array},  {"decode", decode}, {"encode", encode},
      {"is_array", is_array}, {"keys", keys},     {"object", mark_object},
      {"rename", rename_key}, {"update", update}, {NULL, NULL}};
  mz_json_table_open(lua);
  luaL_newlibtable(lua, functions);
  (void)mz_json_text_new(lua);
  (void)mz_json_document_new(lua);
  luaL_setfuncs(lua, functions, 2);
  mz_lua_value_push_null(lua);
  lua_setfield(lua, -2, "null");
  return 1;
}
