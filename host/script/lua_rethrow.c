#include "script/lua_rethrow.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "script/lua_error.h"

/* The message handler: the error stays what it is. */
static int note_frames(lua_State *lua) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  if (mz_lua_error_is_kept(lua, 1)) /* with the frames of a call inside */
    return 1;
  free(sandbox->trace);
  sandbox->trace = mz_lua_error_trace(lua);
  return 1;
}

void mz_lua_rethrow_push_handler(lua_State *lua) {
  lua_pushcfunction(lua, note_frames);
}

int mz_lua_rethrow_handled(lua_State *lua, int count, int results,
                           int handler) {
  int code = lua_pcall(lua, count, results, handler);
  if (code != LUA_OK)
    mz_sandbox_of(lua)->running = lua; /* the error may have left another */
  return code;
}

int mz_lua_rethrow_call(lua_State *lua, int count, int results) {
  int handler = lua_gettop(lua) - count;
  int code = LUA_OK;
  mz_lua_rethrow_push_handler(lua);
  lua_insert(lua, handler);
  code = mz_lua_rethrow_handled(lua, count, results, handler);
  lua_remove(lua, handler);
  return code;
}

void mz_lua_rethrow_keep(lua_State *lua) {
  mz_sandbox_of(lua)->thrown = true;
  mz_sandbox_keep(lua);
}

int mz_lua_rethrow(lua_State *lua) {
  lua_pushvalue(lua, -1);
  mz_sandbox_keep(lua);
  return lua_error(lua);
}

/* Whether a place's file ends at end: a script's, as Lua shortens it. */
static bool ends_file(const char *text, const char *end) {
  static const char suffix[] = ".lua";
  size_t size = sizeof suffix - 1;
  return (size_t)(end - text) >= size && memcmp(end - size, suffix, size) == 0;
}

/* Where "file:line: " at the start of text ends; text itself: it has none. */
static const char *skip_place(const char *text) {
  const char *colon = strchr(text, ':');
  for (; colon; colon = strchr(colon + 1, ':')) {
    size_t digits = strspn(colon + 1, "0123456789");
    if (digits > 0 && ends_file(text, colon) &&
        strncmp(colon + 1 + digits, ": ", 2) == 0)
      return colon + digits + 3;
  }
  return text;
}

static void name_string(lua_State *lua, int error) {
  const char *text = lua_tostring(lua, error);
  const char *rest = skip_place(text);
  lua_pushlstring(lua, text, (size_t)(rest - text));
  lua_pushfstring(lua, "%s%s: %s", lua_tostring(lua, -1),
                  lua_tostring(lua, error + 1), rest);
  lua_replace(lua, error);
}

/* Have a copy of the object at error in its place: the script may raise the
 * object again. */
static void copy_object(lua_State *lua, int error) {
  lua_newtable(lua);
  for (lua_pushnil(lua); lua_next(lua, error); lua_pop(lua, 1)) {
    lua_pushvalue(lua, -2);
    lua_pushvalue(lua, -2);
    lua_rawset(lua, -5);
  }
  (void)lua_getmetatable(lua, error);
  lua_setmetatable(lua, -2);
  lua_replace(lua, error);
}

/* One that has a row's name already keeps that. */
static void name_object(lua_State *lua, int error) {
  if (lua_getfield(lua, error, "row") != LUA_TNIL ||
      lua_getfield(lua, error, "message") != LUA_TSTRING)
    return;
  lua_pushfstring(lua, "%s: %s", lua_tostring(lua, error + 1),
                  lua_tostring(lua, -1));
  copy_object(lua, error);
  lua_setfield(lua, error, "message");
  lua_pushvalue(lua, error + 1);
  lua_setfield(lua, error, "row");
}

void mz_lua_rethrow_name(lua_State *lua) {
  int error = lua_gettop(lua) - 1;
  if (lua_type(lua, error) == LUA_TSTRING)
    name_string(lua, error);
  else if (mz_lua_error_is_object(lua, error))
    name_object(lua, error);
  lua_settop(lua, error);
}
