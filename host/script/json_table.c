#include "script/json_table.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* Their addresses name entries of the registry; of kind_key also the field of
 * a metatable that holds its kind. */
static const char arrays_key = 0;
static const char shapes_key = 0;
static const char kind_key = 0;

static void push_metatable(lua_State *lua, enum mz_json_kind kind) {
  lua_createtable(lua, 0, 2);
  lua_pushinteger(lua, kind);
  lua_rawsetp(lua, -2, &kind_key);
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
}

void mz_json_table_open(lua_State *lua) {
  push_metatable(lua, MZ_JSON_ARRAY);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &arrays_key);
  lua_newtable(lua);
  lua_createtable(lua, 0, 1);
  lua_pushliteral(lua, "v");
  lua_setfield(lua, -2, "__mode");
  lua_setmetatable(lua, -2);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &shapes_key);
}

enum mz_json_kind mz_json_table_kind(lua_State *lua, int index) {
  enum mz_json_kind kind = MZ_JSON_OTHER;
  if (!lua_getmetatable(lua, index))
    return MZ_JSON_PLAIN;
  if (lua_rawgetp(lua, -1, &kind_key) == LUA_TNUMBER)
    kind = (enum mz_json_kind)lua_tointeger(lua, -1);
  lua_pop(lua, kind == MZ_JSON_OBJECT ? 1 : 2);
  return kind;
}

void mz_json_table_push_arrays(lua_State *lua) {
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &arrays_key);
}

void mz_json_table_push_shapes(lua_State *lua) {
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &shapes_key);
}

void mz_json_table_push_shape(lua_State *lua, int shapes, const char *names,
                              size_t size) {
  lua_Integer count = 0;
  lua_pushlstring(lua, names, size);
  lua_pushvalue(lua, -1);
  if (lua_rawget(lua, shapes) != LUA_TNIL) {
    lua_remove(lua, -2);
    return;
  }
  lua_pop(lua, 1);
  push_metatable(lua, MZ_JSON_OBJECT);
  for (const char *name = names; name < names + size;
       name += strlen(name) + 1) {
    lua_pushstring(lua, name);
    lua_rawseti(lua, -2, ++count);
  }
  lua_insert(lua, -2);
  lua_pushvalue(lua, -2);
  lua_rawset(lua, shapes);
}

static int compare(const void *left, const void *right) {
  const struct mz_json_key *a = left;
  const struct mz_json_key *b = right;
  int order = memcmp(a->name, b->name, a->size < b->size ? a->size : b->size);
  return order ? order : (a->size > b->size) - (a->size < b->size);
}

/* Push room for count keys. */
static struct mz_json_key *push_keys(lua_State *lua, size_t count) {
  return lua_newuserdatauv(lua, (count + 1) * sizeof(struct mz_json_key), 0);
}

/* Push the keys of the shape, sorted. */
static struct mz_json_key *push_listed(lua_State *lua, int shape,
                                       size_t *count) {
  struct mz_json_key *keys = NULL;
  *count = shape ? (size_t)lua_rawlen(lua, shape) : 0;
  keys = push_keys(lua, *count);
  for (size_t i = 0; i < *count; i++) {
    lua_rawgeti(lua, shape, (lua_Integer)i + 1);
    keys[i].name = lua_tolstring(lua, -1, &keys[i].size); /* shape holds it */
    lua_pop(lua, 1);
  }
  qsort(keys, *count, sizeof *keys, compare);
  return keys;
}

const struct mz_json_key *mz_json_table_rest(lua_State *lua, int index,
                                             int shape, size_t count,
                                             size_t *found) {
  size_t listed_count = 0;
  struct mz_json_key *keys = push_keys(lua, count);
  struct mz_json_key *listed = push_listed(lua, shape, &listed_count);
  struct mz_json_key *end = keys;
  lua_pushnil(lua);
  while (lua_next(lua, index)) {
    lua_pop(lua, 1);
    end->name = lua_tolstring(lua, -1, &end->size); /* the table holds it */
    if (!bsearch(end, listed, listed_count, sizeof *end, compare))
      end++;
  }
  lua_pop(lua, 1);
  *found = (size_t)(end - keys);
  qsort(keys, *found, sizeof *keys, compare);
  return keys;
}
