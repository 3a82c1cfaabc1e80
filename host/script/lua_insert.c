#include "script/lua_insert.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "script/lua_error.h"
#include "script/lua_statement.h"
#include "script/lua_value.h"

/* Slots of the stack while rows are inserted. NAMES is the sorted array of the
 * columns of the row inserted last, STATEMENT what inserts them. */
enum { TABLE = 2, ROWS = 3, NAMES = 4, STATEMENT = 5, ROW = 6 };

/* Add the name, a string at index. */
static void add_quoted(lua_State *lua, luaL_Buffer *sql, int index) {
  size_t size = 0;
  const char *name = lua_tolstring(lua, index, &size);
  luaL_addchar(sql, '"');
  for (size_t i = 0; i < size; i++) {
    if (name[i] == '"')
      luaL_addchar(sql, '"');
    luaL_addchar(sql, name[i]);
  }
  luaL_addchar(sql, '"');
}

/* Whether the row has exactly the columns in NAMES. */
static bool has_same_columns(lua_State *lua) {
  lua_Unsigned wanted = lua_rawlen(lua, NAMES);
  lua_Unsigned found = 0;
  lua_pushnil(lua);
  while (lua_next(lua, ROW)) {
    lua_pop(lua, 1);
    found++;
  }
  for (lua_Unsigned i = 1; i <= wanted && found == wanted; i++) {
    lua_rawgeti(lua, NAMES, (lua_Integer)i);
    found -= lua_rawget(lua, ROW) == LUA_TNIL;
    lua_pop(lua, 1);
  }
  return found == wanted;
}

/* Put the columns of the row into NAMES, sorted so that rows with the same
 * columns share a statement. */
static void collect_columns(lua_State *lua) {
  lua_Integer count = 0;
  lua_newtable(lua);
  lua_replace(lua, NAMES);
  lua_pushnil(lua);
  while (lua_next(lua, ROW)) {
    lua_pop(lua, 1);
    if (lua_type(lua, -1) != LUA_TSTRING)
      mz_lua_error_misuse(lua,
                          "a row has the names of columns as keys, not a %s",
                          luaL_typename(lua, -1));
    lua_pushvalue(lua, -1);
    lua_rawseti(lua, NAMES, ++count);
  }
  lua_getfield(lua, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(lua, -1, LUA_TABLIBNAME);
  lua_getfield(lua, -1, "sort");
  lua_pushvalue(lua, NAMES);
  lua_call(lua, 1, 0);
  lua_pop(lua, 2);
}

static void push_sql(lua_State *lua) {
  lua_Integer count = (lua_Integer)lua_rawlen(lua, NAMES);
  luaL_Buffer sql;
  luaL_buffinit(lua, &sql);
  luaL_addstring(&sql, "INSERT INTO ");
  add_quoted(lua, &sql, TABLE);
  if (count == 0)
    luaL_addstring(&sql, " DEFAULT VALUES");
  for (lua_Integer i = 1; i <= count; i++) {
    luaL_addstring(&sql, i == 1 ? " (" : ", ");
    lua_rawgeti(lua, NAMES, i);
    lua_insert(lua, ROW + 1); /* out of the buffer's way */
    add_quoted(lua, &sql, ROW + 1);
    lua_remove(lua, ROW + 1);
  }
  for (lua_Integer i = 1; i <= count; i++)
    luaL_addstring(&sql, i == 1 ? ") VALUES (?" : ", ?");
  if (count > 0)
    luaL_addchar(&sql, ')');
  luaL_pushresult(&sql);
}

static struct mz_lua_statement *prepare_row(lua_State *lua) {
  if (!lua_isnil(lua, NAMES) && has_same_columns(lua))
    return lua_touserdata(lua, STATEMENT);
  collect_columns(lua);
  push_sql(lua);
  (void)mz_lua_statement_get(lua, lua_gettop(lua));
  lua_replace(lua, STATEMENT);
  lua_pop(lua, 1);
  return lua_touserdata(lua, STATEMENT);
}

/* Refuse the value at the top where it can't be that of the column name. */
static void check_value(lua_State *lua, const char *name) {
  struct mz_value value;
  const char *reason = mz_lua_value_get(lua, -1, &value);
  if (reason)
    mz_lua_error_misuse(lua, "column %s: %s", name, reason);
}

/* Insert the table in ROW. */
static void insert_row(lua_State *lua) {
  struct mz_lua_statement *used = prepare_row(lua);
  lua_Integer count = (lua_Integer)lua_rawlen(lua, NAMES);
  luaL_checkstack(lua, (int)count + 8, "too many columns");
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(lua, NAMES, i);
    lua_pushvalue(lua, -1);
    lua_rawget(lua, ROW);
    check_value(lua, lua_tostring(lua, -2));
    lua_remove(lua, -2);
  }
  (void)mz_lua_statement_run(lua, used, ROW + 1);
  lua_settop(lua, ROW);
}

/* The number of keys in ROWS, so that a list with a hole isn't cut short. */
static lua_Integer count_rows(lua_State *lua) {
  lua_Integer count = 0;
  for (lua_pushnil(lua); lua_next(lua, ROWS); lua_pop(lua, 1))
    count++;
  return count;
}

static int insert_rows(lua_State *lua) {
  lua_Integer count = count_rows(lua);
  for (lua_Integer i = 1; i <= count; i++) {
    if (lua_rawgeti(lua, ROWS, i) != LUA_TTABLE)
      return mz_lua_error_misuse(lua, "row %d must be a table, not a %s",
                                 (int)i, luaL_typename(lua, -1));
    lua_replace(lua, ROW);
    insert_row(lua);
  }
  lua_pushinteger(lua, count);
  return 1;
}

int mz_lua_insert(lua_State *lua) {
  luaL_checktype(lua, TABLE, LUA_TSTRING);
  luaL_checktype(lua, ROWS, LUA_TTABLE);
  lua_settop(lua, ROWS);
  lua_settop(lua, ROW);
  if (lua_rawlen(lua, ROWS) > 0 || count_rows(lua) == 0)
    return insert_rows(lua);
  lua_pushvalue(lua, ROWS);
  lua_replace(lua, ROW);
  insert_row(lua);
  lua_pushinteger(lua, mz_database_last_rowid(mz_sandbox_of(lua)->database));
  return 1;
}
