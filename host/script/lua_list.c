#include "script/lua_list.h"

#include <lauxlib.h>

#include "script/lua_error.h"
#include "script/sandbox.h"

enum { STEPS = 1000, LONGEST = 10000000 };

static void move_one(lua_State *lua, int target, lua_Integer from,
                     lua_Integer to) {
  lua_geti(lua, 1, from);
  lua_seti(lua, target, to);
}

/* table.move(a1, f, e, t [, a2]); see the Lua 5.4 manual, 6.6. */
static int move(lua_State *lua) {
  lua_Integer first = luaL_checkinteger(lua, 2);
  lua_Integer last = luaL_checkinteger(lua, 3);
  lua_Integer to = luaL_checkinteger(lua, 4);
  int target = lua_isnoneornil(lua, 5) ? 1 : 5;
  bool forward = to > last || to <= first ||
                 (target == 5 && !lua_compare(lua, 1, 5, LUA_OPEQ));
  lua_Integer count = 0;
  luaL_checkany(lua, 1);
  if (last < first) {
    lua_pushvalue(lua, target);
    return 1;
  }
  luaL_argcheck(lua, first > 0 || last < LUA_MAXINTEGER + first, 3,
                "too many elements to move");
  count = last - first + 1;
  luaL_argcheck(lua, to <= LUA_MAXINTEGER - count + 1, 4,
                "destination wrap around");
  for (lua_Integer i = 0; i < count; i++) {
    lua_Integer at = forward ? i : count - 1 - i;
    move_one(lua, target, first + at, to + at);
    if (i % STEPS == STEPS - 1)
      mz_sandbox_count(lua, STEPS);
  }
  lua_pushvalue(lua, target);
  return 1;
}

/* table.insert or remove by the library's own, the upvalue: memory bounds how
 * long a table is, but not what a __len says. */
static int change(lua_State *lua) {
  if (luaL_getmetafield(lua, 1, "__len") != LUA_TNIL) {
    lua_pop(lua, 1);
    if (luaL_len(lua, 1) > LONGEST)
      return mz_lua_error_misuse(lua, "__len says more than %d", LONGEST);
  }
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
  return lua_gettop(lua);
}

static void replace(lua_State *lua, const char *field) {
  lua_getfield(lua, -1, field);
  lua_pushcclosure(lua, change, 1);
  lua_setfield(lua, -2, field);
}

void mz_lua_list_open(lua_State *lua) {
  lua_pushcfunction(lua, move);
  lua_setfield(lua, -2, "move");
  replace(lua, "insert");
  replace(lua, "remove");
}
