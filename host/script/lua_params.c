#include "script/lua_params.h"

#include <lauxlib.h>
#include <string.h>

#include "base/text.h"
#include "script/lua_error.h"
#include "script/lua_value.h"

enum { NAMES_COMPARED = 64 };

static void refuse_value(lua_State *lua, const struct mz_statement *statement,
                         int parameter, const char *reason) {
  const char *name = mz_statement_parameter(statement, parameter);
  if (name)
    mz_lua_error_misuse(lua, "parameter %s: %s", name, reason);
  mz_lua_error_misuse(lua, "parameter %d: %s", parameter, reason);
}

static void bind_value(lua_State *lua, struct mz_statement *statement,
                       int parameter, int index, bool copy) {
  struct mz_value value;
  const char *reason = mz_lua_value_get(lua, index, &value);
  if (reason)
    refuse_value(lua, statement, parameter, reason);
  if (mz_statement_bind(statement, parameter, &value, copy,
                        mz_lua_error_slot(lua)))
    mz_lua_error_raise(lua);
}

static void bind_positional(lua_State *lua, struct mz_statement *statement,
                            int first, bool copy) {
  int wanted = mz_statement_parameters(statement);
  int given = lua_gettop(lua) - first + 1;
  if (given != wanted)
    mz_lua_error_misuse(lua,
                        "the statement has %d parameter%s, but %d value%s "
                        "%s given",
                        wanted, wanted == 1 ? "" : "s", given,
                        given == 1 ? "" : "s", given == 1 ? "was" : "were");
  for (int i = 1; i <= wanted; i++)
    bind_value(lua, statement, i, first + i - 1, copy);
}

/* Whether key, a name without prefix, is a parameter of statement. */
static bool has_parameter(const struct mz_statement *statement,
                          const char *key) {
  for (int i = mz_statement_parameters(statement); i > 0; i--) {
    const char *name = mz_statement_parameter(statement, i);
    if (name && strcmp(name + 1, key) == 0)
      return true;
  }
  return false;
}

static void refuse_key(lua_State *lua, const struct mz_statement *statement,
                       const char *key) {
  const char *names[NAMES_COMPARED + 1] = {NULL};
  const char *nearest = NULL;
  int count = 0;
  for (int i = mz_statement_parameters(statement); i > 0; i--) {
    const char *name = mz_statement_parameter(statement, i);
    if (name && count < NAMES_COMPARED)
      names[count++] = name + 1;
  }
  nearest = mz_text_nearest(key, names);
  if (nearest)
    mz_lua_error_misuse(
        lua, "the statement has no parameter :%s; is :%s meant?", key, nearest);
  mz_lua_error_misuse(lua, "the statement has no parameter :%s", key);
}

static void check_keys(lua_State *lua, const struct mz_statement *statement,
                       int table) {
  lua_pushnil(lua);
  while (lua_next(lua, table)) {
    lua_pop(lua, 1);
    if (lua_type(lua, -1) != LUA_TSTRING)
      mz_lua_error_misuse(lua, "a table of parameters has names as keys; give "
                               "positional values one by one");
    if (!has_parameter(statement, lua_tostring(lua, -1)))
      refuse_key(lua, statement, lua_tostring(lua, -1));
  }
}

static void bind_named(lua_State *lua, struct mz_statement *statement,
                       int table) {
  int wanted = mz_statement_parameters(statement);
  check_keys(lua, statement, table);
  for (int i = 1; i <= wanted; i++) {
    const char *name = mz_statement_parameter(statement, i);
    if (!name || name[0] == '?')
      mz_lua_error_misuse(lua, "the statement mixes ? with named parameters");
    lua_pushstring(lua, name + 1);
    if (lua_rawget(lua, table) == LUA_TNIL) /* raw: no script may run here */
      mz_lua_error_misuse(
          lua, "parameter %s has no value; for NULL give mz.null", name);
    bind_value(lua, statement, i, lua_gettop(lua), true);
    lua_pop(lua, 1);
  }
}

void mz_lua_params_bind(lua_State *lua, struct mz_statement *statement,
                        int first, bool copy) {
  if (lua_gettop(lua) == first && lua_type(lua, first) == LUA_TTABLE)
    bind_named(lua, statement, first);
  else
    bind_positional(lua, statement, first, copy);
}

/* Push the value for the parameter number. */
static void push_parameter(lua_State *lua, const struct mz_statement *statement,
                           int table, int number) {
  const char *name = mz_statement_parameter(statement, number);
  if (!name || name[0] == '?') {
    lua_rawgeti(lua, table, number);
    name = NULL;
  } else {
    lua_pushstring(lua, name + 1);
    lua_rawget(lua, table);
  }
  if (lua_isnil(lua, -1) && name)
    mz_lua_error_misuse(lua, "parameter %s has no value in params", name);
  if (lua_isnil(lua, -1))
    mz_lua_error_misuse(lua, "parameter %d has no value in params", number);
}

void mz_lua_params_bind_table(lua_State *lua, struct mz_statement *statement,
                              int table, int count) {
  int given = 0;
  for (int i = 1; i <= count; i++) {
    push_parameter(lua, statement, table, i);
    bind_value(lua, statement, i, lua_gettop(lua), true);
    lua_pop(lua, 1);
  }
  for (lua_pushnil(lua); lua_next(lua, table); lua_pop(lua, 1))
    given++;
  if (given > count)
    mz_lua_error_misuse(lua,
                        "params has %d value%s, but where has %d "
                        "parameter%s",
                        given, given == 1 ? "" : "s", count,
                        count == 1 ? "" : "s");
}
