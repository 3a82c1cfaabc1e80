#include "script/lua_value.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "script/lua_error.h"

#define BLOB_TYPE "mz.blob"
#define NULL_TYPE "mz.null"

enum { AT_ONCE = 16 }; /* cells */

static const char null_key = 0; /* its address names mz.null in the registry */

struct blob {
  size_t size;
  char data[];
};

void mz_lua_value_push_blob(lua_State *lua, const char *data, size_t size) {
  struct blob *blob = lua_newuserdatauv(lua, sizeof *blob + size, 0);
  blob->size = size;
  if (size)
    memcpy(blob->data, data, size);
  luaL_setmetatable(lua, BLOB_TYPE);
}

void mz_lua_value_push_null(lua_State *lua) {
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &null_key);
}

bool mz_lua_value_is_null(lua_State *lua, int index) {
  return luaL_testudata(lua, index, NULL_TYPE);
}

static void push_bytes(lua_State *lua, const struct mz_value *value) {
  if (!value->bytes.data)
    mz_lua_error_misuse(lua, "out of memory");
  if (value->type == MZ_TEXT)
    lua_pushlstring(lua, value->bytes.data, value->bytes.size);
  else
    mz_lua_value_push_blob(lua, value->bytes.data, value->bytes.size);
}

static inline void push_value(lua_State *lua, const struct mz_value *value) {
  switch (value->type) {
  case MZ_NULL:
    lua_pushnil(lua);
    break;
  case MZ_INTEGER:
    lua_pushinteger(lua, value->integer);
    break;
  case MZ_REAL:
    lua_pushnumber(lua, value->real);
    break;
  case MZ_TEXT:
  case MZ_BLOB:
    push_bytes(lua, value);
    break;
  }
}

void mz_lua_value_push(lua_State *lua, const struct mz_statement *statement,
                       int index) {
  struct mz_value value;
  mz_statement_column(statement, index, &value);
  push_value(lua, &value);
}

void mz_lua_value_push_value(lua_State *lua, const struct mz_value *value) {
  push_value(lua, value);
}

void mz_lua_value_push_row(lua_State *lua,
                           const struct mz_statement *statement) {
  struct mz_value values[AT_ONCE];
  for (int first = 0; first < statement->columns; first += AT_ONCE) {
    int count = mz_statement_columns(statement, first, values, AT_ONCE);
    for (int i = 0; i < count; i++)
      push_value(lua, &values[i]);
  }
}

static const char *get_number(lua_State *lua, int index,
                              struct mz_value *value) {
  if (lua_isinteger(lua, index)) {
    value->type = MZ_INTEGER;
    value->integer = lua_tointeger(lua, index);
    return NULL;
  }
  value->type = MZ_REAL;
  value->real = lua_tonumber(lua, index);
  return isnan(value->real) ? "NaN has no SQL value: use mz.null" : NULL;
}

static const char *get_userdata(lua_State *lua, int index,
                                struct mz_value *value) {
  const struct blob *blob = luaL_testudata(lua, index, BLOB_TYPE);
  if (mz_lua_value_is_null(lua, index)) {
    value->type = MZ_NULL;
    return NULL;
  }
  if (!blob)
    return "an object has no SQL value";
  value->type = MZ_BLOB;
  value->bytes.data = blob->data;
  value->bytes.size = blob->size;
  return NULL;
}

const char *mz_lua_value_get(lua_State *lua, int index,
                             struct mz_value *value) {
  switch (lua_type(lua, index)) {
  case LUA_TNIL:
    value->type = MZ_NULL;
    return NULL;
  case LUA_TNUMBER:
    return get_number(lua, index, value);
  case LUA_TBOOLEAN:
    value->type = MZ_INTEGER;
    value->integer = lua_toboolean(lua, index);
    return NULL;
  case LUA_TSTRING:
    value->type = MZ_TEXT;
    value->bytes.data = lua_tolstring(lua, index, &value->bytes.size);
    return NULL;
  case LUA_TUSERDATA:
    return get_userdata(lua, index, value);
  case LUA_TTABLE:
    return "a table has no SQL value";
  case LUA_TTHREAD:
    return "a coroutine has no SQL value";
  default:
    return "a function has no SQL value";
  }
}

const char *mz_lua_value_name(lua_State *lua, int index) {
  static const char *const names[] = {"nil",        "a boolean", "an object",
                                      "a number",   "a string",  "a table",
                                      "a function", "an object", "a coroutine"};
  int type = lua_type(lua, index);
  if (type == LUA_TNONE)
    return "nothing";
  if (mz_lua_value_is_null(lua, index))
    return "mz.null";
  return luaL_testudata(lua, index, BLOB_TYPE) ? "a blob" : names[type];
}

static struct blob *check_blob(lua_State *lua, int index) {
  return luaL_checkudata(lua, index, BLOB_TYPE);
}

/* tostring(blob): its bytes. */
static int blob_to_string(lua_State *lua) {
  const struct blob *blob = check_blob(lua, 1);
  lua_pushlstring(lua, blob->data, blob->size);
  return 1;
}

/* #blob: how many bytes. */
static int blob_length(lua_State *lua) {
  lua_pushinteger(lua, (lua_Integer)check_blob(lua, 1)->size);
  return 1;
}

static int blob_equal(lua_State *lua) {
  const struct blob *a = luaL_testudata(lua, 1, BLOB_TYPE);
  const struct blob *b = luaL_testudata(lua, 2, BLOB_TYPE);
  lua_pushboolean(lua, a && b && a->size == b->size &&
                           memcmp(a->data, b->data, a->size) == 0);
  return 1;
}

static int null_to_string(lua_State *lua) {
  lua_pushstring(lua, "null");
  return 1;
}

static void new_type(lua_State *lua, const char *name,
                     const luaL_Reg *functions) {
  luaL_newmetatable(lua, name);
  luaL_setfuncs(lua, functions, 0);
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 1);
}

void mz_lua_value_open(lua_State *lua) {
  static const luaL_Reg of_blob[] = {{"__tostring", blob_to_string},
                                     {"__len", blob_length},
                                     {"__eq", blob_equal},
                                     {NULL, NULL}};
  static const luaL_Reg of_null[] = {{"__tostring", null_to_string},
                                     {NULL, NULL}};
  new_type(lua, BLOB_TYPE, of_blob);
  new_type(lua, NULL_TYPE, of_null);
  (void)lua_newuserdatauv(lua, 0, 0);
  luaL_setmetatable(lua, NULL_TYPE);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &null_key);
}
