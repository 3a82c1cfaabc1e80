#include "script/lua_insert.h"

#include <lauxlib.h>

#include "script/lua_error.h"
#include "script/lua_writer.h"
#include "sqlite/database.h"

enum { TABLE = MZ_WRITER_TABLE, ROWS = 3, KEY = MZ_WRITER_KEY };
enum { NAME = MZ_WRITER_NAME, ROW = MZ_WRITER_ROW };

/* How many rows there were, one that isn't in a list or many, and how many
 * were written. */
struct count {
  bool single;
  lua_Integer given;
  int64_t written;
};

/* Write the value at the top, and pop it. */
static void write_row(lua_State *lua, struct count *count) {
  count->given++;
  if (lua_type(lua, -1) != LUA_TTABLE)
    mz_lua_error_misuse(lua, "row %d must be a table, not a %s",
                        (int)count->given, luaL_typename(lua, -1));
  mz_sandbox_check(lua);
  lua_replace(lua, ROW);
  count->written +=
      mz_lua_writer_write(lua, count->single ? 0 : (int)count->given);
}

/* The number of keys in ROWS, so that a list with a hole isn't cut short. */
static lua_Integer count_keys(lua_State *lua) {
  lua_Integer count = 0;
  for (lua_pushnil(lua); lua_next(lua, ROWS); lua_pop(lua, 1))
    count++;
  return count;
}

static void write_list(lua_State *lua, struct count *count) {
  lua_Integer keys = count_keys(lua);
  for (lua_Integer i = 1; i <= keys; i++) {
    lua_rawgeti(lua, ROWS, i);
    write_row(lua, count);
  }
}

/* Write what ROWS returns, each time it is called, until that is nil. */
static void write_each(lua_State *lua, struct count *count) {
  for (;;) {
    lua_pushvalue(lua, ROWS);
    lua_call(lua, 0, 1);
    if (lua_isnil(lua, -1))
      return;
    write_row(lua, count);
  }
}

/* Whether the rows at index are to be called for; otherwise they are a
 * table. */
static bool check_rows(lua_State *lua, int index) {
  if (lua_isfunction(lua, index) ||
      luaL_getmetafield(lua, index, "__call") != LUA_TNIL)
    return true;
  luaL_checktype(lua, index, LUA_TTABLE);
  return false;
}

static bool is_empty(lua_State *lua) {
  lua_pushnil(lua);
  if (!lua_next(lua, ROWS))
    return true;
  lua_pop(lua, 2);
  return false;
}

/* Write ROWS, where KEY and NAME are set. */
static void write_rows(lua_State *lua, bool called, struct count *count) {
  lua_settop(lua, ROW);
  if (called)
    write_each(lua, count);
  else if (lua_rawlen(lua, ROWS) > 0 || is_empty(lua))
    write_list(lua, count);
  else {
    count->single = true;
    lua_pushvalue(lua, ROWS);
    write_row(lua, count);
  }
}

int mz_lua_insert(lua_State *lua) {
  struct count count = {.single = false};
  bool called = false;
  luaL_checktype(lua, TABLE, LUA_TSTRING);
  called = check_rows(lua, ROWS);
  lua_settop(lua, ROWS);
  lua_pushnil(lua);
  lua_pushvalue(lua, TABLE);
  write_rows(lua, called, &count);
  if (count.single)
    lua_pushinteger(lua, mz_database_last_rowid(mz_sandbox_of(lua)->database));
  else
    lua_pushinteger(lua, count.given);
  return 1;
}

int mz_lua_insert_upsert(lua_State *lua) {
  struct count count = {.single = false};
  bool called = check_rows(lua, 4);
  lua_settop(lua, 4);
  lua_insert(lua, ROWS); /* before the key */
  lua_pushvalue(lua, TABLE);
  for (lua_Integer i = 1; lua_rawgeti(lua, KEY, i) == LUA_TSTRING; i++) {
    lua_pushfstring(lua, "%s\n%s", lua_tostring(lua, NAME),
                    lua_tostring(lua, -1));
    lua_replace(lua, NAME);
    lua_pop(lua, 1);
  }
  lua_settop(lua, NAME);
  write_rows(lua, called, &count);
  lua_pushinteger(lua, count.written);
  return 1;
}
