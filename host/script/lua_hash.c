#include "script/lua_hash.h"

#include <lauxlib.h>

#include "base/digest.h"
#include "script/lua_error.h"
#include "script/lua_value.h"

/* The bytes of the string or blob at index 1; name is the function's. */
static const char *check_bytes(lua_State *lua, const char *name, size_t *size) {
  struct mz_value value = {.type = MZ_NULL};
  const char *refused = mz_lua_value_get(lua, 1, &value);
  if (refused || (value.type != MZ_TEXT && value.type != MZ_BLOB))
    mz_lua_error_misuse(lua, "mz.hash.%s takes a string or a blob, not %s",
                        name, mz_lua_value_name(lua, 1));
  *size = value.bytes.size;
  return value.bytes.data;
}

/* A function of the module; its upvalue is its struct mz_digest. */
static int hash(lua_State *lua) {
  const struct mz_digest *digest = lua_touserdata(lua, lua_upvalueindex(1));
  char hex[MZ_DIGEST_SIZE];
  size_t size = 0;
  const char *bytes = check_bytes(lua, digest->name, &size);
  digest->write(bytes, size, hex);
  lua_pushstring(lua, hex);
  return 1;
}

static int crc32(lua_State *lua) {
  size_t size = 0;
  const char *bytes = check_bytes(lua, "crc32", &size);
  lua_pushinteger(lua, mz_digest_crc32(bytes, size));
  return 1;
}

int mz_lua_hash_open(lua_State *lua) {
  lua_newtable(lua);
  lua_pushcfunction(lua, crc32);
  lua_setfield(lua, -2, "crc32");
  for (const struct mz_digest *digest = mz_digests; digest->name; digest++) {
    union {
      const struct mz_digest *given;
      void *taken; /* what Lua asks for; hash() takes it as it was given */
    } upvalue = {.given = digest};
    lua_pushlightuserdata(lua, upvalue.taken);
    lua_pushcclosure(lua, hash, 1);
    lua_setfield(lua, -2, digest->name);
  }
  return 1;
}
