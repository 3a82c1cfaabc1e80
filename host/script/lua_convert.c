#include "script/lua_convert.h"

#include <lauxlib.h>

#include "script/lua_error.h"
#include "script/lua_function.h"
#include "script/lua_rethrow.h"
#include "script/lua_row.h"
#include "script/lua_statement.h"
#include "script/lua_value.h"

enum { SQL = 1, FUNCTION, TABLE, KEY, COLUMNS, PARAMS, CONVERT };

enum { KEYS_MAX = 16, STACK = 16 };

/* The results of a call stay on the stack of lua, above base, until the next
 * one: SQLite is given their bytes. */
struct mz_lua_convert {
  lua_State *lua;
  int handler; /* of errors; the function to call comes behind it */
  int base;
  int keys;
  int columns;
  lua_Integer called;
  const struct mz_call *call; /* that is being answered */
};

/* ---- calling the function ------------------------------------------------ */

/* Upvalues of call_function. */
enum { GIVEN = 1, NAMES, CONVERTED, UPVALUES = CONVERTED };

/* Whether the value at top, for the column index, from 0, is another than it
 * was. */
static bool is_new(lua_State *lua, const struct mz_lua_convert *convert,
                   int top, int index) {
  struct mz_value old;
  struct mz_value new;
  const char *reason = mz_lua_value_get(lua, top, &new);
  if (reason) {
    lua_rawgeti(lua, lua_upvalueindex(NAMES), index + 1);
    mz_lua_error_misuse(lua, "column %s: %s", lua_tostring(lua, -1), reason);
  }
  mz_function_argument(convert->call, convert->keys + index, &old);
  return !mz_lua_row_same(&old, &new);
}

/* Whether a value changes, and the values. */
static int call_function(lua_State *lua) {
  enum { CHANGED = 1, FIRST };
  const struct mz_lua_convert *convert =
      lua_touserdata(lua, lua_upvalueindex(CONVERTED));
  int count = convert->columns;
  int given = 0;
  bool changed = false;
  luaL_checkstack(lua, count + STACK, "too many columns");
  lua_pushboolean(lua, 0);
  lua_pushvalue(lua, lua_upvalueindex(GIVEN));
  for (int i = 0; i < count; i++)
    mz_lua_function_push(lua, convert->call, convert->keys + i);
  lua_call(lua, count, LUA_MULTRET);
  given = lua_gettop(lua) - CHANGED;
  if (given < count)
    return mz_lua_error_misuse(lua,
                               "the function returned %d value%s for %d "
                               "column%s; return nil for NULL",
                               given, given == 1 ? "" : "s", count,
                               count == 1 ? "" : "s");
  lua_settop(lua, CHANGED + count);
  for (int i = 0; i < count; i++)
    changed = is_new(lua, convert, FIRST + i, i) || changed;
  lua_pushboolean(lua, changed);
  lua_replace(lua, CHANGED);
  return CHANGED + count;
}

/* Called with an error, the table's name, the names of its key and convert:
 * the error with the row's name. */
static int name_error(lua_State *lua) {
  const struct mz_lua_convert *convert = lua_touserdata(lua, 4);
  struct mz_value values[KEYS_MAX];
  for (int i = 0; i < convert->keys; i++)
    mz_function_argument(convert->call, i, &values[i]);
  lua_pushvalue(lua, 1);
  mz_lua_row_push_name(lua, lua_tostring(lua, 2), 3, values);
  mz_lua_row_name_error(lua);
  return 1;
}

/* Fail with the error at the top. No hook is to stop this on the way. */
static void fail(struct mz_lua_convert *convert) {
  lua_State *lua = convert->lua;
  lua_Hook hook = lua_gethook(lua);
  int mask = lua_gethookmask(lua);
  int count = lua_gethookcount(lua);
  lua_sethook(lua, NULL, 0, 0);
  lua_pushcfunction(lua, name_error);
  lua_insert(lua, -2);
  lua_pushvalue(lua, TABLE);
  lua_pushvalue(lua, KEY);
  lua_pushlightuserdata(lua, convert);
  (void)lua_pcall(lua, 4, 1, 0);
  lua_sethook(lua, hook, mask, count);
  mz_lua_function_fail(lua, convert->call);
}

/* mzlua_changed(key..., column...). */
static void on_changed(void *context, const struct mz_call *call) {
  struct mz_sandbox *sandbox = context;
  struct mz_lua_convert *convert = sandbox->convert;
  const struct mz_value yes = {.type = MZ_INTEGER, .integer = 1};
  const struct mz_value no = {.type = MZ_INTEGER, .integer = 0};
  int code = LUA_OK;
  if (!convert || sandbox->thrown ||
      call->count != convert->keys + convert->columns) {
    mz_function_fail(call, "only db:convert can call this function");
    return;
  }
  convert->call = call;
  convert->called++;
  lua_settop(convert->lua, convert->base);
  lua_pushvalue(convert->lua, convert->handler + 1);
  sandbox->inside++;
  code = mz_lua_rethrow_handled(convert->lua, 0, convert->columns + 1,
                                convert->handler);
  sandbox->inside--;
  if (code != LUA_OK)
    fail(convert);
  else
    mz_function_result(
        call, lua_toboolean(convert->lua, convert->base + 1) ? &yes : &no,
        false);
}

/* mzlua_result(index). */
static void on_result(void *context, const struct mz_call *call) {
  const struct mz_sandbox *sandbox = context;
  const struct mz_lua_convert *convert = sandbox->convert;
  struct mz_value index = {.type = MZ_NULL};
  struct mz_value value;
  if (call->count == 1)
    mz_function_argument(call, 0, &index);
  if (!convert || index.type != MZ_INTEGER || index.integer < 0 ||
      index.integer >= convert->columns ||
      lua_gettop(convert->lua) <= convert->base ||
      mz_lua_value_get(convert->lua, convert->base + 2 + (int)index.integer,
                       &value))
    mz_function_fail(call, "only db:convert can call this function");
  else
    mz_function_result(call, &value, false);
}

/* ---- running the UPDATE -------------------------------------------------- */

/* Push the parameters, each or all in one table by name. */
static void push_params(lua_State *lua) {
  lua_Integer count =
      lua_isnil(lua, PARAMS) ? 0 : (lua_Integer)lua_rawlen(lua, PARAMS);
  luaL_checkstack(lua, (int)count + STACK, "too many parameters");
  for (lua_Integer i = 1; i <= count; i++)
    lua_rawgeti(lua, PARAMS, i);
  if (count == 0 && !lua_isnil(lua, PARAMS))
    lua_pushvalue(lua, PARAMS);
}

/* The same arguments as those of convert, and convert: the rows changed. */
static int run(lua_State *lua) {
  struct mz_lua_convert *convert = lua_touserdata(lua, CONVERT);
  struct mz_lua_statement *used = mz_lua_statement_get(lua, SQL);
  int first = 0;
  mz_lua_rethrow_push_handler(lua);
  convert->handler = lua_gettop(lua);
  lua_pushvalue(lua, FUNCTION);
  lua_pushvalue(lua, COLUMNS);
  lua_pushlightuserdata(lua, convert);
  lua_pushcclosure(lua, call_function, UPVALUES);
  first = lua_gettop(lua) + 1;
  push_params(lua);
  convert->base = lua_gettop(lua);
  luaL_checkstack(lua, convert->columns + STACK, "too many columns");
  lua_pushinteger(lua, mz_lua_statement_run(lua, used, first));
  return 1;
}

int mz_lua_convert_prepare(lua_State *lua) {
  mz_lua_statement_enter(lua);
  mz_lua_function_own(lua, "mzlua_changed", on_changed);
  mz_lua_function_own(lua, "mzlua_result", on_result);
  return 0;
}

int mz_lua_convert(lua_State *lua) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  struct mz_lua_convert *convert = NULL;
  int code = LUA_OK;
  mz_lua_statement_enter(lua);
  lua_settop(lua, PARAMS);
  convert = lua_newuserdatauv(lua, sizeof *convert, 0);
  *convert = (struct mz_lua_convert){.lua = lua,
                                     .keys = (int)lua_rawlen(lua, KEY),
                                     .columns = (int)lua_rawlen(lua, COLUMNS)};
  if (convert->keys > KEYS_MAX)
    return mz_lua_error_misuse(lua, "the key has more than %d columns",
                               (int)KEYS_MAX);
  lua_pushcfunction(lua, run);
  for (int i = SQL; i <= CONVERT; i++)
    lua_pushvalue(lua, i);
  sandbox->convert = convert;
  code = mz_lua_rethrow_call(lua, CONVERT, 1);
  sandbox->convert = NULL;
  if (code != LUA_OK)
    return mz_lua_rethrow(lua);
  lua_pushinteger(lua, convert->called);
  return 2;
}
