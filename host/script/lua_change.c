#include "script/lua_change.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "script/lua_error.h"
#include "script/lua_row.h"
#include "script/lua_value.h"

static void refuse_name(lua_State *lua, const struct mz_lua_change *change,
                        const char *name) {
  const char *names[MZ_CHANGE_COLUMNS + 1] = {NULL};
  const char *nearest = NULL;
  int count = 0;
  for (lua_pushnil(lua);
       count < MZ_CHANGE_COLUMNS && lua_next(lua, change->index);
       lua_pop(lua, 1))
    names[count++] = lua_tostring(lua, -2);
  nearest = mz_text_nearest(name, names);
  mz_lua_error_misuse(lua, "%s has no column %s%s%s%s", change->table, name,
                      nearest ? "; is " : "", nearest ? nearest : "",
                      nearest ? " meant?" : "");
}

/* The number, from 0, of the column whose name is below the top. */
static int find_column(lua_State *lua, const struct mz_lua_change *change,
                       bool *generated) {
  int number = 0;
  if (lua_type(lua, -2) != LUA_TSTRING)
    mz_lua_error_misuse(lua,
                        "the changes have the names of columns as keys, not "
                        "a %s",
                        luaL_typename(lua, -2));
  lua_pushvalue(lua, -2);
  if (lua_rawget(lua, change->index) != LUA_TNUMBER)
    refuse_name(lua, change, lua_tostring(lua, -3));
  number = (int)lua_tointeger(lua, -1);
  lua_pop(lua, 1);
  if (number == 0)
    mz_lua_error_misuse(lua, "column %s was not read: add it to columns",
                        lua_tostring(lua, -2));
  *generated = number < 0;
  return abs(number) - 1;
}

/* Note the value at the top, for the column whose name is below it. */
static void take_value(lua_State *lua, struct mz_lua_change *change,
                       const struct mz_value *row) {
  bool generated = false;
  int column = find_column(lua, change, &generated);
  const char *reason = mz_lua_value_get(lua, -1, &change->values[column]);
  if (reason)
    mz_lua_error_misuse(lua, "column %s: %s", lua_tostring(lua, -2), reason);
  change->is_new[column] =
      !mz_lua_row_same(&change->values[column], &row[column]);
  if (!change->is_new[column])
    return;
  if (generated)
    mz_lua_error_misuse(lua, "%s is a generated column: it cannot be set",
                        lua_tostring(lua, -2));
  if (column < change->keys)
    mz_lua_error_misuse(lua, "%s is the key: it cannot be changed",
                        lua_tostring(lua, -2));
  change->count++;
}

void mz_lua_change_take(lua_State *lua, struct mz_lua_change *change,
                        const struct mz_value *row, int table) {
  int count = 0;
  change->count = 0;
  memset(change->is_new, 0, (size_t)change->columns);
  for (lua_pushnil(lua); lua_next(lua, table); lua_pop(lua, 1))
    take_value(lua, change, row);
  for (int i = 0; i < change->columns && count < change->count; i++)
    if (change->is_new[i])
      change->set[count++] = (unsigned short)i;
}
