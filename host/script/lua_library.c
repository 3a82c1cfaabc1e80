#include "script/lua_library.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/fs.h"
#include "base/text.h"
#include "script/lua_error.h"
#include "script/lua_list.h"
#include "script/lua_pattern.h"

#define MODULES "mz.modules" /* what require has loaded, in the registry */

/* ---- calls that catch errors -------------------------------------------- */

/* After a protected call: raise again what no script may swallow. */
static int finish_call(lua_State *lua, int code, lua_KContext extra) {
  if (code != LUA_OK && code != LUA_YIELD) {
    mz_sandbox_of(lua)->running = lua; /* the error may have left another */
    mz_sandbox_check(lua);
    lua_pushboolean(lua, 0);
    lua_pushvalue(lua, -2);
    return 2;
  }
  return lua_gettop(lua) - (int)extra;
}

static int protected_call(lua_State *lua) {
  luaL_checkany(lua, 1);
  lua_pushboolean(lua, 1);
  lua_insert(lua, 1);
  return finish_call(
      lua, lua_pcallk(lua, lua_gettop(lua) - 2, LUA_MULTRET, 0, 0, finish_call),
      0);
}

/* The script's message handler, the upvalue. Where the hook has raised the
 * error, no hook is called in here: a handler that loops could not be stopped,
 * and has nothing to handle. */
static int handle_message(lua_State *lua) {
  if (mz_sandbox_stops(mz_sandbox_of(lua)))
    return 1;
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, 1);
  return 1;
}

/* xpcall(f, handler, ...): the stack becomes f, handler, true, f, ... */
static int protected_call_with(lua_State *lua) {
  luaL_checktype(lua, 2, LUA_TFUNCTION);
  lua_pushvalue(lua, 2);
  lua_pushcclosure(lua, handle_message, 1);
  lua_replace(lua, 2);
  lua_pushboolean(lua, 1);
  lua_pushvalue(lua, 1);
  lua_rotate(lua, 3, 2);
  return finish_call(
      lua, lua_pcallk(lua, lua_gettop(lua) - 4, LUA_MULTRET, 2, 2, finish_call),
      2);
}

/* coroutine.resume by the library's own, the upvalue, remembering which
 * coroutine runs. */
static int resume(lua_State *lua) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  lua_State *coroutine = lua_tothread(lua, 1);
  lua_State *outer = sandbox->running;
  if (coroutine)
    sandbox->running = coroutine;
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
  sandbox->running = outer;
  mz_sandbox_check(lua);
  return lua_gettop(lua);
}

/* Close the coroutine where it ended in the error at the top of lua, which an
 * error on the way replaces. */
static void close_failed(lua_State *lua, lua_State *coroutine) {
  if (lua_status(coroutine) == LUA_OK || lua_status(coroutine) == LUA_YIELD)
    return;
  (void)lua_resetthread(coroutine);
  lua_xmove(coroutine, lua, 1);
}

/* The function that coroutine.wrap returns; its upvalues are resume and the
 * coroutine. An error closes what the coroutine left to be closed. */
static int resume_wrapped(lua_State *lua) {
  lua_pushvalue(lua, lua_upvalueindex(2));
  lua_insert(lua, 1);
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
  if (lua_toboolean(lua, 1))
    return lua_gettop(lua) - 1;
  lua_settop(lua, 2);
  close_failed(lua, lua_tothread(lua, lua_upvalueindex(2)));
  return lua_error(lua);
}

/* coroutine.wrap(f); its upvalues are resume and coroutine.create. */
static int wrap(lua_State *lua) {
  luaL_checktype(lua, 1, LUA_TFUNCTION);
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_pushvalue(lua, lua_upvalueindex(2));
  lua_pushvalue(lua, 1);
  lua_call(lua, 1, 1);
  lua_pushcclosure(lua, resume_wrapped, 2);
  return 1;
}

/* coroutine.yield(...), which cannot leave what SQL waits for. */
static int yield(lua_State *lua) {
  if (mz_sandbox_of(lua)->inside > 0 && !lua_isyieldable(lua))
    return mz_lua_error_misuse(lua, "a function that SQL calls cannot yield");
  return lua_yield(lua, lua_gettop(lua));
}

static void replace_coroutines(lua_State *lua) {
  lua_getglobal(lua, LUA_COLIBNAME);
  lua_getfield(lua, -1, "resume");
  lua_pushcclosure(lua, resume, 1);
  lua_pushvalue(lua, -1);
  lua_setfield(lua, -3, "resume");
  lua_getfield(lua, -2, "create");
  lua_pushcclosure(lua, wrap, 2);
  lua_setfield(lua, -2, "wrap");
  lua_pushcfunction(lua, yield);
  lua_setfield(lua, -2, "yield");
  lua_pop(lua, 1);
}

/* ---- require ------------------------------------------------------------ */

static bool is_module_name(const char *name) {
  const char *at = name;
  for (; *at; at++)
    if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                "0123456789_-.",
                *at) ||
        (at[0] == '.' && (at == name || at[1] == '.' || !at[1])))
      return false;
  return at > name;
}

/* Push the path of the module: lib/a/b.lua for a.b. */
static void push_path(lua_State *lua, const char *name) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  const char *file = NULL;
  free(sandbox->text);
  sandbox->text = mz_fs_join(sandbox->run->folder, "lib/");
  lua_pushstring(lua, sandbox->text ? sandbox->text : "lib/");
  file = luaL_gsub(lua, name, ".", "/");
  lua_pushfstring(lua, "%s%s.lua", lua_tostring(lua, -2), file);
  lua_replace(lua, -3);
  lua_pop(lua, 1);
}

/* Push the text of the file at path as a string. */
static void push_file(lua_State *lua, const char *path) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  size_t size = 0;
  size_t bad = 0;
  size_t mark = 0;
  free(sandbox->text);
  sandbox->text = NULL; /* held there, as pushing it may raise */
  if (mz_fs_read(path, &sandbox->text, &size, mz_lua_error_slot(lua)))
    mz_lua_error_raise(lua);
  if (!mz_text_valid(sandbox->text, size, &bad))
    mz_lua_error_misuse(lua, "%s is not a UTF-8 text", path);
  mark = mz_text_mark(sandbox->text, size);
  lua_pushlstring(lua, sandbox->text + mark, size - mark);
}

/* Add the file's digest to what the sandbox has required. */
static void note_digest(lua_State *lua, const char *name, const char *text,
                        size_t size) {
  char hex[MZ_DIGEST_SIZE];
  mz_digest_sha256(text, size, hex);
  lua_getfield(lua, LUA_REGISTRYINDEX, MODULES);
  lua_pushstring(lua, hex);
  lua_setfield(lua, -2, name);
  lua_pop(lua, 1);
}

void mz_lua_library_push_digests(lua_State *lua) {
  lua_getfield(lua, LUA_REGISTRYINDEX, MODULES);
}

static int load_module(lua_State *lua, const char *name) {
  size_t size = 0;
  const char *text = NULL;
  const char *path = NULL;
  push_path(lua, name);
  path = lua_tostring(lua, -1);
  push_file(lua, path);
  text = lua_tolstring(lua, -1, &size);
  note_digest(lua, name, text, size);
  lua_pushfstring(lua, "@%s", path);
  if (luaL_loadbufferx(lua, text, size, lua_tostring(lua, -1), "t"))
    return lua_error(lua);
  lua_pushstring(lua, name);
  lua_call(lua, 1, 1);
  if (lua_isnil(lua, -1)) {
    lua_pop(lua, 1);
    lua_pushboolean(lua, 1);
  }
  return 1;
}

/* require(name): mz, a module of the lib folder, or raises. While a module is
 * loaded, what a script can't make stands in its place. */
static int require(lua_State *lua) {
  size_t size = 0;
  const char *name = luaL_checklstring(lua, 1, &size);
  int type = LUA_TNIL;
  lua_settop(lua, 1);
  if (strcmp(name, "mz") == 0) {
    lua_getglobal(lua, "mz");
    return 1;
  }
  if (strlen(name) != size || !is_module_name(name))
    return mz_lua_error_misuse(lua,
                               "require takes the name of a file in the "
                               "lib folder, without .lua and with dots "
                               "for folders, not \"%s\"",
                               name);
  lua_pushvalue(lua, lua_upvalueindex(1));
  type = lua_getfield(lua, 2, name);
  if (type == LUA_TLIGHTUSERDATA)
    return mz_lua_error_misuse(lua,
                               "%s requires itself, by way of the files that "
                               "it requires, or failed to load before",
                               name);
  if (type != LUA_TNIL)
    return 1;
  lua_pop(lua, 1);
  lua_pushlightuserdata(lua, NULL);
  lua_setfield(lua, 2, name);
  load_module(lua, name);
  lua_pushvalue(lua, -1);
  lua_setfield(lua, 2, name);
  return 1;
}

/* ---- what is left out or tamed ------------------------------------------ */

/* string.rep by the library's own, the upvalue: of nothing, a billion times,
 * it would count for minutes where no hook can stop it. */
static int repeat(lua_State *lua) {
  size_t size = 0;
  size_t separator = 0;
  (void)luaL_checklstring(lua, 1, &size);
  (void)luaL_checkinteger(lua, 2);
  (void)luaL_optlstring(lua, 3, "", &separator);
  if (size + separator == 0) {
    lua_pushliteral(lua, "");
    return 1;
  }
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, 1);
  return 1;
}

/* setmetatable by the library's own, the upvalue: no hook is called inside a
 * finalizer, so that none could be stopped. */
static int set_metatable(lua_State *lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  luaL_argexpected(lua, lua_isnil(lua, 2) || lua_istable(lua, 2), 2,
                   "nil or table");
  if (lua_istable(lua, 2)) {
    lua_pushliteral(lua, "__gc");
    if (lua_rawget(lua, 2) != LUA_TNIL)
      return mz_lua_error_misuse(lua, "__gc is not available in a migration");
    lua_pop(lua, 1);
  }
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, 1);
  return 1;
}

/* Replace the field of the table at the top by function, whose upvalue is
 * what was there. */
static void tame(lua_State *lua, const char *field, lua_CFunction function) {
  lua_getfield(lua, -1, field);
  lua_pushcclosure(lua, function, 1);
  lua_setfield(lua, -2, field);
}

static void remove_fields(lua_State *lua, const char *const *fields) {
  for (; *fields; fields++) {
    lua_pushnil(lua);
    lua_setfield(lua, -2, *fields);
  }
}

static void open_libraries(lua_State *lua) {
  static const luaL_Reg libraries[] = {
      {LUA_GNAME, luaopen_base},       {LUA_STRLIBNAME, luaopen_string},
      {LUA_TABLIBNAME, luaopen_table}, {LUA_MATHLIBNAME, luaopen_math},
      {LUA_UTF8LIBNAME, luaopen_utf8}, {LUA_COLIBNAME, luaopen_coroutine},
      {LUA_OSLIBNAME, luaopen_os},     {NULL, NULL}};
  for (const luaL_Reg *library = libraries; library->name; library++) {
    luaL_requiref(lua, library->name, library->func, 1);
    lua_pop(lua, 1);
  }
}

static void tame_base(lua_State *lua) {
  static const char *const unsafe[] = {"load",           "loadfile", "dofile",
                                       "collectgarbage", "warn",     NULL};
  lua_pushglobaltable(lua);
  remove_fields(lua, unsafe);
  tame(lua, "setmetatable", set_metatable);
  lua_pushcfunction(lua, protected_call);
  lua_setfield(lua, -2, "pcall");
  lua_pushcfunction(lua, protected_call_with);
  lua_setfield(lua, -2, "xpcall");
  lua_newtable(lua);
  lua_pushcclosure(lua, require, 1);
  lua_setfield(lua, -2, "require");
  lua_pop(lua, 1);
}

static void tame_strings(lua_State *lua) {
  static const char *const unsafe[] = {"dump", NULL};
  lua_getglobal(lua, LUA_STRLIBNAME);
  remove_fields(lua, unsafe);
  tame(lua, "rep", repeat);
  mz_lua_pattern_open(lua);
  lua_pop(lua, 1);
  lua_pushliteral(lua, "");
  lua_getmetatable(lua, -1);
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 2);
}

static void tame_os(lua_State *lua) {
  static const char *const unsafe[] = {"execute", "exit",     "getenv",
                                       "remove",  "rename",   "setlocale",
                                       "tmpname", "difftime", NULL};
  lua_getglobal(lua, LUA_OSLIBNAME);
  remove_fields(lua, unsafe);
  lua_pop(lua, 1);
}

static void tame_tables(lua_State *lua) {
  lua_getglobal(lua, LUA_TABLIBNAME);
  mz_lua_list_open(lua);
  lua_pop(lua, 1);
}

void mz_lua_library_open(lua_State *lua) {
  open_libraries(lua);
  lua_newtable(lua);
  lua_setfield(lua, LUA_REGISTRYINDEX, MODULES);
  tame_base(lua);
  tame_strings(lua);
  tame_tables(lua);
  tame_os(lua);
  replace_coroutines(lua);
}
