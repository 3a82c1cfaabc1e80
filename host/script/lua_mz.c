#include "script/lua_mz.h"

#include <lauxlib.h>

#include "script/lua_error.h"
#include "script/lua_module.h"
#include "script/lua_value.h"

/* mz.noop: the down of a migration that needs none. */
static int noop(lua_State *lua) {
  (void)lua;
  return 0;
}

/* Push the arguments as one text, a space between two. */
static const char *join(lua_State *lua) {
  int count = lua_gettop(lua);
  luaL_Buffer text;
  luaL_buffinit(lua, &text);
  for (int i = 1; i <= count; i++) {
    if (i > 1)
      luaL_addchar(&text, ' ');
    luaL_tolstring(lua, i, NULL);
    luaL_addvalue(&text);
  }
  luaL_pushresult(&text);
  return lua_tostring(lua, -1);
}

static int say(lua_State *lua, enum mz_log_level level) {
  const struct mz_run *run = mz_sandbox_of(lua)->run;
  const char *text = join(lua);
  if (run->log)
    run->log(run->log_context, level, text);
  return 0;
}

/* mz.log(...): for who watches the run. */
static int log_info(lua_State *lua) { return say(lua, MZ_LOG_INFO); }

/* mz.notice(...): also shown with -q. */
static int log_notice(lua_State *lua) { return say(lua, MZ_LOG_NOTICE); }

/* mz.progress(done, total, label): shows how far long work is. */
static int progress(lua_State *lua) {
  const struct mz_run *run = mz_sandbox_of(lua)->run;
  lua_Integer done = luaL_checkinteger(lua, 1);
  lua_Integer total = luaL_optinteger(lua, 2, 0);
  const char *name = run->migration ? run->migration->name : "";
  const char *label = luaL_optstring(lua, 3, name);
  mz_sandbox_check(lua);
  if (run->progress)
    run->progress(run->log_context, label, done < 0 ? 0 : done,
                  total < 0 ? 0 : total);
  return 0;
}

/* mz.skip(reason): ends up or down, as done. */
static int skip(lua_State *lua) {
  const struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  const struct mz_run *run = sandbox->run;
  const char *reason = luaL_optstring(lua, 1, NULL);
  if (!sandbox->database)
    return mz_lua_error_misuse(lua, "mz.skip ends up or down: call it inside "
                                    "of them");
  lua_pushfstring(lua, "migration %I skipped the rest%s%s",
                  (LUAI_UACINT)run->migration->version, reason ? ": " : "",
                  reason ? reason : "");
  if (run->log)
    run->log(run->log_context, MZ_LOG_NOTICE, lua_tostring(lua, -1));
  mz_sandbox_skip(lua);
}

/* mz.blob(text): a value that is stored as a BLOB. */
static int new_blob(lua_State *lua) {
  size_t size = 0;
  const char *data = luaL_checklstring(lua, 1, &size);
  mz_lua_value_push_blob(lua, data, size);
  return 1;
}

/* mz.assert(value, ...): its arguments, or raises the second of them, a text
 * as an error object with its place. */
static int check(lua_State *lua) {
  struct mz_error *err = NULL;
  luaL_checkany(lua, 1);
  if (lua_toboolean(lua, 1))
    return lua_gettop(lua);
  lua_settop(lua, 2);
  if (!lua_isnil(lua, 2) && !lua_isstring(lua, 2))
    return lua_error(lua);
  err = mz_lua_error_slot(lua);
  mz_error_add(&err->code, "MZLUA_ASSERT");
  (void)mz_error_set(err, MZ_EMIGRATION, "%s",
                     luaL_optstring(lua, 2, "assertion failed"));
  return mz_lua_error_raise(lua);
}

static void set_facts(lua_State *lua) {
  const struct mz_run *run = mz_sandbox_of(lua)->run;
  if (run->migration)
    lua_pushinteger(lua, run->migration->version);
  else
    lua_pushnil(lua);
  lua_setfield(lua, -2, "version");
  lua_pushstring(lua, run->direction == MZ_UP ? "up" : "down");
  lua_setfield(lua, -2, "direction");
  lua_pushboolean(lua, run->dry_run);
  lua_setfield(lua, -2, "dry_run");
  mz_lua_value_push_null(lua);
  lua_setfield(lua, -2, "null");
}

void mz_lua_mz_open(lua_State *lua) {
  static const luaL_Reg functions[] = {
      {"assert", check},      {"blob", new_blob}, {"log", log_info},
      {"notice", log_notice}, {"noop", noop},     {"progress", progress},
      {"skip", skip},         {NULL, NULL}};
  mz_lua_value_open(lua);
  luaL_newlib(lua, functions);
  set_facts(lua);
  mz_lua_module_attach(lua);
  lua_setglobal(lua, "mz");
  lua_pushcfunction(lua, log_info);
  lua_setglobal(lua, "print");
  mz_lua_module_open(lua);
}
