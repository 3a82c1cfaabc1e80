#include "script/lua_row.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "script/lua_rethrow.h"
#include "script/lua_value.h"
#include "script/sandbox.h"

enum { SHOWN = 40 }; /* bytes of a text in an error */

bool mz_lua_row_same(const struct mz_value *a, const struct mz_value *b) {
  if (a->type != b->type)
    return false;
  switch (a->type) {
  case MZ_NULL:
    return true;
  case MZ_INTEGER:
    return a->integer == b->integer;
  case MZ_REAL:
    return !(a->real < b->real || a->real > b->real);
  case MZ_TEXT:
  case MZ_BLOB:
    break;
  }
  return a->bytes.size == b->bytes.size &&
         memcmp(a->bytes.data, b->bytes.data, a->bytes.size) == 0;
}

static void push_text(lua_State *lua, const struct mz_value *value) {
  bool cut = value->bytes.size > SHOWN;
  size_t size = cut ? SHOWN : value->bytes.size;
  while (cut && size > 0 && ((unsigned char)value->bytes.data[size] >> 6) == 2)
    size--; /* not inside a character */
  lua_pushlstring(lua, value->bytes.data, size);
  lua_pushfstring(lua, "'%s%s'", lua_tostring(lua, -1), cut ? "..." : "");
  lua_remove(lua, -2);
}

static void push_shown(lua_State *lua, const struct mz_value *value) {
  switch (value->type) {
  case MZ_TEXT:
    push_text(lua, value);
    break;
  case MZ_BLOB:
    lua_pushfstring(lua, "(a blob of %d bytes)", (int)value->bytes.size);
    break;
  case MZ_NULL:
    lua_pushliteral(lua, "NULL");
    break;
  case MZ_INTEGER:
  case MZ_REAL:
    mz_lua_value_push_value(lua, value);
    luaL_tolstring(lua, -1, NULL);
    lua_remove(lua, -2);
    break;
  }
}

void mz_lua_row_push_name(lua_State *lua, const char *table, int index,
                          const struct mz_value *values) {
  lua_Integer count = (lua_Integer)lua_rawlen(lua, index);
  lua_pushstring(lua, table);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(lua, index, i);
    push_shown(lua, &values[i - 1]);
    lua_pushfstring(lua, "%s%s %s %s", lua_tostring(lua, -3), i > 1 ? "," : "",
                    lua_tostring(lua, -2), lua_tostring(lua, -1));
    lua_replace(lua, -4);
    lua_pop(lua, 2);
  }
}

void mz_lua_row_name_error(lua_State *lua) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  char reason[sizeof sandbox->reason];
  if (sandbox->tripped) {
    memcpy(reason, sandbox->reason, sizeof reason);
    (void)snprintf(sandbox->reason, sizeof sandbox->reason, "%s: %.60s",
                   lua_tostring(lua, -1), reason);
  }
  mz_lua_rethrow_name(lua);
}
