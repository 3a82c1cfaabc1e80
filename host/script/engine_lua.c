#include "script/engine_lua.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "base/buf.h"
#include "script/lua_database.h"
#include "script/lua_error.h"
#include "script/lua_function.h"
#include "script/lua_library.h"
#include "script/lua_mz.h"
#include "script/lua_statement.h"
#include "script/lua_table.h"
#include "sqlite/constraint.h"
#include "sqlite/script.h"

const char *const mz_engine_lua_keys[] = {
    "up", "down", "transaction", "foreign_keys", "deletes", "test", NULL};

static const char *direction_key(const struct mz_run *run) {
  return run->direction == MZ_UP ? "up" : "down";
}

/* Prepare the state; called protected. */
static int open_state(lua_State *lua) {
  mz_lua_error_open(lua);
  mz_lua_library_open(lua);
  mz_lua_mz_open(lua);
  lua_gc(lua, LUA_GCGEN, 0, 0);
  return 0;
}

static void check_action(lua_State *lua, int table, const char *key) {
  size_t size = 0;
  int type = lua_getfield(lua, table, key);
  if (type != LUA_TNIL && type != LUA_TFUNCTION && type != LUA_TSTRING)
    mz_lua_error_misuse(lua,
                        "%s must be a function or a string of SQL, not a "
                        "%s",
                        key, lua_typename(lua, type));
  if (type == LUA_TSTRING &&
      strlen(lua_tostring(lua, -1)) != lua_rawlen(lua, -1))
    mz_lua_error_misuse(lua, "the SQL of %s has a NUL byte", key);
  if (type == LUA_TSTRING)
    (void)mz_lua_statement_text(lua, lua_gettop(lua), &size);
  lua_pop(lua, 1);
}

/* Check that deletes is a list of names. */
static void check_deletes(lua_State *lua) {
  if (mz_lua_table_push(lua, 1, "deletes", LUA_TTABLE, "deletes") == LUA_TNIL)
    return;
  for (int i = 1; lua_rawgeti(lua, -1, i) != LUA_TNIL; i++) {
    if (lua_type(lua, -1) != LUA_TSTRING)
      mz_lua_error_misuse(lua, "deletes must be a list of tables, not of a %s",
                          luaL_typename(lua, -1));
    lua_pop(lua, 1);
  }
  lua_pop(lua, 2);
}

/* Called protected with what the file returned: check that it is a migration
 * and return it, whether its direction is there, and foreign_keys. */
static int check_table(lua_State *lua) {
  const struct mz_run *run = mz_sandbox_of(lua)->run;
  bool transaction = true;
  bool foreign_keys = false;
  if (lua_type(lua, 1) != LUA_TTABLE)
    return mz_lua_error_misuse(lua,
                               "a migration returns a table with up and "
                               "down, not a %s",
                               luaL_typename(lua, 1));
  mz_lua_table_check(lua, 1, mz_engine_lua_keys, "a migration");
  check_action(lua, 1, "up");
  check_action(lua, 1, "down");
  mz_lua_table_boolean(lua, 1, "transaction", "transaction", &transaction);
  mz_lua_table_boolean(lua, 1, "foreign_keys", "foreign_keys", &foreign_keys);
  (void)mz_lua_table_push(lua, 1, "test", LUA_TTABLE, "test");
  check_deletes(lua);
  if (!transaction)
    return mz_lua_error_misuse(lua, "transaction = false is not for Lua: write "
                                    "a file of SQL that says "
                                    "-- mzlua: transaction=off");
  if (lua_getfield(lua, 1, "up") == LUA_TNIL)
    return mz_lua_error_misuse(lua, "a migration needs up");
  lua_settop(lua, 1);
  lua_pushboolean(lua, lua_getfield(lua, 1, direction_key(run)) != LUA_TNIL);
  lua_remove(lua, 2);
  lua_pushboolean(lua, foreign_keys);
  return 3;
}

/* Run the file and leave its table, whether it has the direction, and
 * foreign_keys on the stack. */
static enum mz_status evaluate(struct mz_sandbox *sandbox,
                               struct mz_error *err) {
  const struct mz_migration_file *file = &sandbox->run->migration->up;
  struct mz_buf name = MZ_BUF_INIT;
  lua_State *lua = sandbox->lua;
  enum mz_status status = MZ_OK;
  int code = LUA_OK;
  lua_pushcfunction(lua, open_state);
  status = mz_lua_error_call(sandbox, 0, 0, err);
  if (status)
    return status;
  mz_buf_format(&name, "@%s", file->path);
  if (name.failed)
    return mz_error_memory(err);
  lua_pushcfunction(lua, check_table);
  code = luaL_loadbufferx(lua, file->text, file->size, name.data, "t");
  mz_buf_release(&name);
  if (code != LUA_OK)
    return mz_lua_error_load(sandbox, err);
  status = mz_lua_error_call(sandbox, 0, 1, err);
  return status ? status : mz_lua_error_call(sandbox, 1, 3, err);
}

/* The digest of the file and of the files that it required: their names and
 * digests in order of name. Called protected; returns it. */
static int sum(lua_State *lua) {
  const struct mz_migration_file *file =
      &mz_sandbox_of(lua)->run->migration->up;
  char hex[MZ_DIGEST_SIZE];
  size_t size = 0;
  const char *all = NULL;
  int names = 0;
  lua_newtable(lua);
  names = lua_gettop(lua);
  mz_lua_library_push_digests(lua);
  lua_pushnil(lua);
  while (lua_next(lua, -2)) {
    lua_pushfstring(lua, "%s %s\n", lua_tostring(lua, -2),
                    lua_tostring(lua, -1));
    lua_rawseti(lua, names, (lua_Integer)lua_rawlen(lua, names) + 1);
    lua_pop(lua, 1);
  }
  lua_getfield(lua, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(lua, -1, LUA_TABLIBNAME);
  lua_getfield(lua, -1, "sort");
  lua_pushvalue(lua, names);
  lua_call(lua, 1, 0);
  lua_getfield(lua, -1, "concat");
  lua_pushvalue(lua, names);
  lua_call(lua, 1, 1);
  mz_digest_sha256(file->text, file->size, hex);
  lua_pushfstring(lua, "%s\n%s", hex, lua_tostring(lua, -1));
  all = lua_tolstring(lua, -1, &size);
  mz_digest_sha256(all, size, hex);
  lua_pushstring(lua, hex);
  return 1;
}

static enum mz_status check_opened(struct mz_sandbox *sandbox,
                                   struct mz_checked *checked,
                                   struct mz_error *err) {
  lua_State *lua = sandbox->lua;
  enum mz_status status = evaluate(sandbox, err);
  if (status)
    return status;
  checked->has_direction = lua_toboolean(lua, -2);
  checked->foreign_keys = lua_toboolean(lua, -1);
  lua_pushcfunction(lua, sum);
  status = mz_lua_error_call(sandbox, 0, 1, err);
  if (!status)
    memcpy(checked->checksum, lua_tostring(lua, -1), MZ_DIGEST_SIZE);
  return status;
}

static enum mz_status check(const struct mz_run *run,
                            struct mz_checked *checked, struct mz_error *err) {
  struct mz_sandbox *sandbox = NULL;
  enum mz_status status = mz_sandbox_open(&sandbox, run, err);
  if (!status)
    status = check_opened(sandbox, checked, err);
  mz_sandbox_close(sandbox);
  return status;
}

/* Tell the losses of the run which tables the migration, at 1, declares. */
static void declare_deletes(lua_State *lua, struct mz_losses *losses) {
  if (losses && lua_getfield(lua, 1, "deletes") == LUA_TTABLE)
    for (int i = 1; lua_rawgeti(lua, 2, i) == LUA_TSTRING; i++) {
      mz_losses_declare(losses, lua_tostring(lua, -1));
      lua_pop(lua, 1);
    }
  lua_settop(lua, 1);
}

/* Called protected with the migration's table: return the string of SQL or
 * the function that is to run, and for that db. */
static int push_action(lua_State *lua) {
  const struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  int type = LUA_TNIL;
  declare_deletes(lua, sandbox->database->authorizer.losses);
  type = lua_getfield(lua, 1, direction_key(sandbox->run));
  if (type == LUA_TFUNCTION)
    mz_lua_database_push(lua);
  else
    lua_pushnil(lua);
  return 2;
}

/* Where the file has the text of script once, as it stands: its errors can
 * then name their lines. */
static void find_string(const struct mz_migration_file *file,
                        struct mz_script *script) {
  const char *found = script->size ? strstr(file->text, script->text) : NULL;
  if (!found || strstr(found + 1, script->text))
    return;
  script->file = file->path;
  script->around = file->text;
  script->around_size = file->size;
  script->start = (size_t)(found - file->text);
}

/* Run the string below the top as a file of SQL would be. */
static enum mz_status run_string(struct mz_sandbox *sandbox,
                                 struct mz_error *err) {
  const struct mz_migration_file *file = &sandbox->run->migration->up;
  struct mz_script script = {.transaction = true};
  enum mz_status status = MZ_OK;
  script.text = lua_tolstring(sandbox->lua, -2, &script.size);
  find_string(file, &script);
  status = mz_script_run(sandbox->database, &script, NULL, err);
  if (status && err)
    mz_error_place(err, file->path, 0, 0);
  return status;
}

static enum mz_status run_opened(struct mz_sandbox *sandbox,
                                 struct mz_database *database,
                                 struct mz_error *err) {
  lua_State *lua = sandbox->lua;
  enum mz_status status = evaluate(sandbox, err);
  if (status)
    return status;
  sandbox->database = database;
  lua_settop(lua, 1);
  lua_pushcfunction(lua, push_action);
  lua_insert(lua, 1);
  status = mz_lua_error_call(sandbox, 1, 2, err);
  if (status)
    return status;
  status = lua_type(lua, -2) == LUA_TSTRING
               ? run_string(sandbox, err)
               : mz_lua_error_call(sandbox, 1, 0, err);
  return status ? status : mz_lua_function_check(sandbox, err);
}

static enum mz_status run(const struct mz_run *run,
                          struct mz_database *database, struct mz_error *err) {
  struct mz_sandbox *sandbox = NULL;
  enum mz_status status = mz_sandbox_open(&sandbox, run, err);
  if (!status)
    status = run_opened(sandbox, database, err);
  mz_sandbox_close(sandbox);
  database->unlock = NULL;
  database->check_write = NULL;
  if (status && err)
    mz_constraint_explain_text(database, err);
  return status;
}

const struct mz_engine mz_engine_lua = {
    .kind = "lua", .check = check, .run = run};
