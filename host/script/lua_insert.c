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

static void add_quoted(luaL_Buffer *sql, const char *name) {
  luaL_addchar(sql, '"');
  for (; *name; name++) {
    if (*name == '"')
      luaL_addchar(sql, '"');
    luaL_addchar(sql, *name);
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
      mz_lua_error_misuse(lua, "a row has the names of columns as keys, not %s",
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
  add_quoted(&sql, lua_tostring(lua, TABLE));
  if (count == 0)
    luaL_addstring(&sql, " DEFAULT VALUES");
  for (lua_Integer i = 1; i <= count; i++) {
    luaL_addstring(&sql, i == 1 ? " (" : ", ");
    lua_rawgeti(lua, NAMES, i);
    const char *name = lua_tostring(lua, -1);
    lua_insert(lua, ROW + 1); /* out of the buffer's way, still referenced */
    add_quoted(&sql, name);
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

/* Insert the table in ROW. */
static void insert_row(lua_State *lua) {
  struct mz_lua_statement *used = prepare_row(lua);
  lua_Integer count = (lua_Integer)lua_rawlen(lua, NAMES);
  luaL_checkstack(lua, (int)count + 8, "too many columns");
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(lua, NAMES, i);
    lua_rawget(lua, ROW);
  }
  (void)mz_lua_statement_run(lua, used, ROW + 1);
  lua_settop(lua, ROW);
}

static int insert_rows(lua_State *lua, lua_Integer count) {
  for (lua_Integer i = 1; i <= count; i++) {
    if (lua_rawgeti(lua, ROWS, i) != LUA_TTABLE)
      return mz_lua_error_misuse(lua, "row %d is a %s, not a table", (int)i,
                                 luaL_typename(lua, -1));
    lua_replace(lua, ROW);
    insert_row(lua);
  }
  lua_pushinteger(lua, count);
  return 1;
}

int mz_lua_insert(lua_State *lua) {
  lua_Integer count = 0;
  luaL_checktype(lua, TABLE, LUA_TSTRING);
  luaL_checktype(lua, ROWS, LUA_TTABLE);
  lua_settop(lua, ROWS);
  lua_settop(lua, ROW);
  count = (lua_Integer)lua_rawlen(lua, ROWS);
  if (count > 0)
    return insert_rows(lua, count);
  lua_pushvalue(lua, ROWS);
  lua_replace(lua, ROW);
  insert_row(lua);
  lua_pushinteger(lua, mz_database_last_rowid(mz_sandbox_of(lua)->database));
  return 1;
}
