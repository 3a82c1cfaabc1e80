#include "script/lua_writer.h"

#include <lauxlib.h>
#include <lualib.h>
#include <strings.h>

#include "script/lua_error.h"
#include "script/lua_statement.h"
#include "script/lua_value.h"

enum { TABLE = MZ_WRITER_TABLE, KEY = MZ_WRITER_KEY, NAME = MZ_WRITER_NAME };
enum { KEPT = MZ_WRITER_KEPT, ROW = MZ_WRITER_ROW, NAMES = ROW + 1 };

static const char store_key = 0; /* names the store in the registry */

struct column {
  const char *name; /* held by the parameters */
  int parameter;
};

/* A userdata whose values are the statement and its parameters: their numbers
 * by column. The columns stand in the order in which lua_next() gives them,
 * mostly the same for rows that were made in one place. */
struct writer {
  struct mz_lua_statement *used;
  int count;
  struct column columns[];
};

enum { STATEMENT = 1, PARAMETERS = 2 };

/* ---- the statement ------------------------------------------------------- */

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

/* Add the string i of the array at index, out of the buffer's way. */
static void add_name(lua_State *lua, luaL_Buffer *sql, int index,
                     lua_Integer i) {
  lua_rawgeti(lua, index, i);
  lua_insert(lua, NAMES + 1);
  add_quoted(lua, sql, NAMES + 1);
  lua_remove(lua, NAMES + 1);
}

static void add_names(lua_State *lua, luaL_Buffer *sql, int index) {
  lua_Integer count = (lua_Integer)lua_rawlen(lua, index);
  for (lua_Integer i = 1; i <= count; i++) {
    luaL_addstring(sql, i == 1 ? " (" : ", ");
    add_name(lua, sql, index, i);
  }
  luaL_addchar(sql, ')');
}

/* Whether the string i of NAMES is a column of the key, in any case. */
static bool is_key(lua_State *lua, lua_Integer i) {
  lua_Integer count = (lua_Integer)lua_rawlen(lua, KEY);
  bool found = false;
  lua_rawgeti(lua, NAMES, i);
  for (lua_Integer k = 1; k <= count && !found; k++) {
    lua_rawgeti(lua, KEY, k);
    found = strcasecmp(lua_tostring(lua, -1), lua_tostring(lua, -2)) == 0;
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  return found;
}

/* Add "SET a = excluded.a WHERE a IS NOT excluded.a" for what isn't in the
 * key; where nothing is left there is nothing to do. */
static void add_conflict(lua_State *lua, luaL_Buffer *sql, const bool *in_key,
                         lua_Integer count) {
  const char *before = " DO UPDATE SET ";
  for (lua_Integer i = 1; i <= count; i++) {
    if (in_key[i])
      continue;
    luaL_addstring(sql, before);
    add_name(lua, sql, NAMES, i);
    luaL_addstring(sql, " = excluded.");
    add_name(lua, sql, NAMES, i);
    before = ", ";
  }
  if (before[0] == ' ') {
    luaL_addstring(sql, " DO NOTHING");
    return;
  }
  before = " WHERE ";
  for (lua_Integer i = 1; i <= count; i++) {
    if (in_key[i])
      continue;
    luaL_addstring(sql, before);
    add_quoted(lua, sql, TABLE);
    luaL_addchar(sql, '.');
    add_name(lua, sql, NAMES, i);
    luaL_addstring(sql, " IS NOT excluded.");
    add_name(lua, sql, NAMES, i);
    before = " OR ";
  }
}

/* Push an array of which columns of NAMES are in the key, from 1. */
static const bool *push_in_key(lua_State *lua, lua_Integer count) {
  lua_Integer keys = (lua_Integer)lua_rawlen(lua, KEY);
  lua_Integer found = 0;
  bool *in_key = lua_newuserdatauv(lua, (size_t)count + 1, 0);
  for (lua_Integer i = 1; i <= count; i++) {
    in_key[i] = is_key(lua, i);
    found += in_key[i];
  }
  if (found != keys)
    mz_lua_error_misuse(lua, "a row needs a value for each column of the key");
  return in_key;
}

/* Push the SQL for the columns in NAMES. */
static void push_sql(lua_State *lua) {
  lua_Integer count = (lua_Integer)lua_rawlen(lua, NAMES);
  const bool *in_key = lua_isnil(lua, KEY) ? NULL : push_in_key(lua, count);
  luaL_Buffer sql;
  luaL_buffinit(lua, &sql);
  luaL_addstring(&sql, "INSERT INTO ");
  add_quoted(lua, &sql, TABLE);
  if (count == 0)
    luaL_addstring(&sql, " DEFAULT VALUES");
  else
    add_names(lua, &sql, NAMES);
  for (lua_Integer i = 1; i <= count; i++)
    luaL_addstring(&sql, i == 1 ? " VALUES (?" : ", ?");
  if (count > 0)
    luaL_addchar(&sql, ')');
  if (in_key) {
    luaL_addstring(&sql, " ON CONFLICT");
    add_names(lua, &sql, KEY);
    add_conflict(lua, &sql, in_key, count);
  }
  luaL_pushresult(&sql);
}

/* ---- a writer for the columns of a row ----------------------------------- */

/* Push the columns of the row, sorted, so that rows with the same columns
 * share a statement. */
static void push_names(lua_State *lua) {
  lua_Integer count = 0;
  lua_newtable(lua);
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

/* Push the numbers of the columns in NAMES. */
static void push_parameters(lua_State *lua, int count) {
  lua_createtable(lua, 0, count);
  for (int i = 1; i <= count; i++) {
    lua_rawgeti(lua, NAMES, i);
    lua_pushinteger(lua, i);
    lua_rawset(lua, -3);
  }
}

/* Note the order of the row's columns; their numbers are at the top. */
static void note_order(lua_State *lua, struct writer *made) {
  int parameters = lua_gettop(lua);
  lua_pushnil(lua);
  for (int i = 0; i < made->count && lua_next(lua, ROW); i++) {
    lua_pop(lua, 1);
    made->columns[i].name = lua_tostring(lua, -1);
    lua_pushvalue(lua, -1);
    lua_rawget(lua, parameters);
    made->columns[i].parameter = (int)lua_tointeger(lua, -1);
    lua_pop(lua, 1);
  }
  lua_settop(lua, parameters);
}

/* Put a writer for the row into KEPT and the store. */
static void make(lua_State *lua) {
  struct writer *made = NULL;
  int count = 0;
  lua_settop(lua, ROW);
  push_names(lua);
  count = (int)lua_rawlen(lua, NAMES);
  made = lua_newuserdatauv(
      lua, sizeof *made + (size_t)count * sizeof(struct column), 2);
  lua_replace(lua, KEPT);
  push_sql(lua);
  made->used = mz_lua_statement_get(lua, lua_gettop(lua));
  made->count = count;
  lua_setiuservalue(lua, KEPT, STATEMENT);
  push_parameters(lua, count);
  note_order(lua, made);
  lua_setiuservalue(lua, KEPT, PARAMETERS);
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &store_key);
  lua_pushvalue(lua, NAME);
  lua_pushvalue(lua, KEPT);
  lua_rawset(lua, -3);
  lua_settop(lua, ROW);
}

/* ---- writing ------------------------------------------------------------- */

/* The parameter for the column whose name and value are at the top, expected
 * to be column i of the writer; 0: it has no such column. */
static int find_parameter(lua_State *lua, const struct writer *writer, int i) {
  int parameter = 0;
  if (lua_type(lua, -2) != LUA_TSTRING)
    return 0;
  if (i < writer->count && lua_tostring(lua, -2) == writer->columns[i].name)
    return writer->columns[i].parameter;
  lua_getiuservalue(lua, KEPT, PARAMETERS);
  lua_pushvalue(lua, -3);
  lua_rawget(lua, -2);
  parameter = (int)lua_tointeger(lua, -1);
  lua_pop(lua, 2);
  return parameter;
}

/* Bind the value at the top, that of the column whose name is below it. */
static void bind(lua_State *lua, const struct writer *writer, int parameter) {
  struct mz_statement *statement = writer->used->cursor.statement;
  struct mz_value value;
  const char *reason = mz_lua_value_get(lua, -1, &value);
  if (reason)
    mz_lua_error_misuse(lua, "column %s: %s", lua_tostring(lua, -2), reason);
  if (mz_statement_bind(statement, parameter, &value, false,
                        &mz_sandbox_of(lua)->err))
    mz_lua_error_raise(lua);
}

/* Bind the row's values: whether it has exactly the writer's columns. */
static bool bind_row(lua_State *lua, const struct writer *writer) {
  int found = 0;
  lua_pushnil(lua);
  while (lua_next(lua, ROW)) {
    int parameter = find_parameter(lua, writer, found);
    if (parameter == 0) {
      lua_settop(lua, ROW);
      return false;
    }
    bind(lua, writer, parameter);
    lua_pop(lua, 1);
    found++;
  }
  return found == writer->count;
}

/* The writer in KEPT, or else the one in the store; NULL: there is none, or
 * its statement was closed since. */
static const struct writer *find_kept(lua_State *lua) {
  const struct writer *kept = NULL;
  if (lua_isnil(lua, KEPT)) {
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &store_key);
    lua_pushvalue(lua, NAME);
    lua_rawget(lua, -2);
    lua_replace(lua, KEPT);
    lua_pop(lua, 1);
  }
  kept = lua_touserdata(lua, KEPT);
  return kept && kept->used->cursor.statement && !kept->used->cursor.busy
             ? kept
             : NULL;
}

int64_t mz_lua_writer_write(lua_State *lua) {
  const struct writer *writer = find_kept(lua);
  (void)mz_lua_error_slot(lua);
  if (!writer || !bind_row(lua, writer)) {
    make(lua);
    writer = lua_touserdata(lua, KEPT);
    (void)bind_row(lua, writer);
  }
  while (mz_lua_statement_step(lua, writer->used))
    ;
  return writer->used->cursor.statement->changes;
}

void mz_lua_writer_open(lua_State *lua) {
  lua_newtable(lua);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &store_key);
}
