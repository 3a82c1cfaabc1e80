#include "script/lua_table.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "script/lua_error.h"

static bool is_known(const char *key, const char *const *keys) {
  for (; *keys; keys++)
    if (strcmp(key, *keys) == 0)
      return true;
  return false;
}

static void check_key(lua_State *lua, const char *const *keys,
                      const char *what) {
  const char *key = NULL;
  const char *nearest = NULL;
  if (lua_type(lua, -1) != LUA_TSTRING)
    mz_lua_error_misuse(lua, "%s has a key that is not a name but a %s", what,
                        luaL_typename(lua, -1));
  key = lua_tostring(lua, -1);
  if (is_known(key, keys))
    return;
  nearest = mz_text_nearest(key, keys);
  if (nearest)
    mz_lua_error_misuse(lua, "unknown key \"%s\" in %s; is \"%s\" meant?", key,
                        what, nearest);
  mz_lua_error_misuse(lua, "unknown key \"%s\" in %s", key, what);
}

void mz_lua_table_check(lua_State *lua, int index, const char *const *keys,
                        const char *what) {
  lua_pushnil(lua);
  while (lua_next(lua, index)) {
    lua_pop(lua, 1);
    check_key(lua, keys, what);
  }
}

int mz_lua_table_push(lua_State *lua, int index, const char *key, int wanted,
                      const char *name) {
  int type = lua_getfield(lua, index, key);
  if (type != LUA_TNIL && type != wanted)
    mz_lua_error_misuse(lua, "%s must be a %s, not a %s", name,
                        lua_typename(lua, wanted), lua_typename(lua, type));
  return type;
}

void mz_lua_table_boolean(lua_State *lua, int index, const char *key,
                          const char *name, bool *value) {
  if (mz_lua_table_push(lua, index, key, LUA_TBOOLEAN, name) != LUA_TNIL)
    *value = lua_toboolean(lua, -1);
  lua_pop(lua, 1);
}

void mz_lua_table_integer(lua_State *lua, int index, const char *key,
                          const char *name, int64_t least, int64_t *value) {
  if (mz_lua_table_push(lua, index, key, LUA_TNUMBER, name) != LUA_TNIL) {
    if (!lua_isinteger(lua, -1) || lua_tointeger(lua, -1) < least)
      mz_lua_error_misuse(lua, "%s must be an integer of at least %lld", name,
                          (long long)least);
    *value = lua_tointeger(lua, -1);
  }
  lua_pop(lua, 1);
}

/* The number of bytes that text stands for, or -1. */
static int64_t parse_bytes(const char *text) {
  static const struct {
    const char *unit;
    int64_t bytes;
  } units[] = {{"", 1}, {"KB", 1000}, {"MB", 1000000}, {"GB", 1000000000}};
  char *end = NULL;
  long long number = strtoll(text, &end, 10);
  if (end == text || number < 0 || number > 1000000)
    return -1;
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (strcmp(end, units[i].unit) == 0)
      return number * units[i].bytes;
  return -1;
}

void mz_lua_table_bytes(lua_State *lua, int index, const char *key,
                        const char *name, int64_t *value) {
  if (lua_getfield(lua, index, key) == LUA_TSTRING) {
    *value = parse_bytes(lua_tostring(lua, -1));
    if (*value < 0)
      mz_lua_error_misuse(lua, "%s must be like \"512MB\", not \"%s\"", name,
                          lua_tostring(lua, -1));
    lua_pop(lua, 1);
    return;
  }
  lua_pop(lua, 1);
  mz_lua_table_integer(lua, index, key, name, 0, value);
}

void mz_lua_table_string(lua_State *lua, int index, const char *key,
                         const char *name, char **copy) {
  if (mz_lua_table_push(lua, index, key, LUA_TSTRING, name) != LUA_TNIL) {
    free(*copy);
    *copy = strdup(lua_tostring(lua, -1));
  }
  lua_pop(lua, 1);
}
