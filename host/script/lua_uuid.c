#include "script/lua_uuid.h"

#include <lauxlib.h>

#include "base/uuid.h"
#include "script/lua_error.h"

/* mz.uuid.v4() */
static int make_random(lua_State *lua) {
  char text[MZ_UUID_SIZE];
  if (mz_uuid_v4(text, mz_lua_error_slot(lua)))
    return mz_lua_error_raise(lua);
  lua_pushstring(lua, text);
  return 1;
}

/* mz.uuid.v7(); the upvalue is the time of the last one. */
static int make_ordered(lua_State *lua) {
  uint64_t *last = lua_touserdata(lua, lua_upvalueindex(1));
  char text[MZ_UUID_SIZE];
  if (mz_uuid_v7(last, text, mz_lua_error_slot(lua)))
    return mz_lua_error_raise(lua);
  lua_pushstring(lua, text);
  return 1;
}

/* mz.uuid.is(value): whether it is a string that is one. */
static int is(lua_State *lua) {
  size_t size = 0;
  const char *text = NULL;
  luaL_checkany(lua, 1);
  if (lua_type(lua, 1) == LUA_TSTRING)
    text = lua_tolstring(lua, 1, &size);
  lua_pushboolean(lua, text && mz_uuid_is(text, size));
  return 1;
}

int mz_lua_uuid_open(lua_State *lua) {
  static const luaL_Reg functions[] = {
      {"is", is}, {"v4", make_random}, {NULL, NULL}};
  uint64_t *last = NULL;
  luaL_newlib(lua, functions);
  last = lua_newuserdatauv(lua, sizeof *last, 0);
  *last = 0;
  lua_pushcclosure(lua, make_ordered, 1);
  lua_setfield(lua, -2, "v7");
  return 1;
}
