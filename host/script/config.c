#include "script/config.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/text.h"
#include "script/lua_error.h"
#include "script/lua_library.h"
#include "script/lua_table.h"

const char *const mz_config_keys[] = {"backup", "baseline",     "database",
                                      "limits", "lock_timeout", "migrations",
                                      NULL};
const char *const mz_config_baseline_keys[] = {"version", "when_table", NULL};
const char *const mz_config_limits_keys[] = {"instructions", "memory",
                                             "seconds", NULL};

static int open_state(lua_State *lua) {
  mz_lua_error_open(lua);
  mz_lua_library_open(lua);
  return 0;
}

static void read_baseline(lua_State *lua, struct mz_config *config) {
  int table = 0;
  if (mz_lua_table_push(lua, 1, "baseline", LUA_TTABLE, "baseline") == LUA_TNIL)
    return;
  table = lua_gettop(lua);
  mz_lua_table_check(lua, table, mz_config_baseline_keys, "baseline");
  config->baseline_version = -1;
  mz_lua_table_integer(lua, table, "version", "baseline.version", 0,
                       &config->baseline_version);
  mz_lua_table_string(lua, table, "when_table", "baseline.when_table",
                      &config->baseline_table);
  if (config->baseline_version < 0 || !config->baseline_table)
    mz_lua_error_misuse(lua, "baseline needs version and when_table");
  config->has_baseline = true;
}

static void read_limits(lua_State *lua, struct mz_limits *limits) {
  int64_t memory = (int64_t)limits->memory;
  int64_t instructions = 0;
  int table = 0;
  if (mz_lua_table_push(lua, 1, "limits", LUA_TTABLE, "limits") == LUA_TNIL)
    return;
  table = lua_gettop(lua);
  mz_lua_table_check(lua, table, mz_config_limits_keys, "limits");
  mz_lua_table_bytes(lua, table, "memory", "limits.memory", &memory);
  mz_lua_table_integer(lua, table, "instructions", "limits.instructions", 0,
                       &instructions);
  mz_lua_table_integer(lua, table, "seconds", "limits.seconds", 0,
                       &limits->seconds);
  limits->memory = (size_t)memory;
  limits->instructions = (uint64_t)instructions;
}

/* Called protected with what the file returned and the config to fill. */
static int read_table(lua_State *lua) {
  struct mz_config *config = lua_touserdata(lua, 2);
  int64_t seconds = config->lock_timeout / 1000;
  if (lua_type(lua, 1) != LUA_TTABLE)
    return mz_lua_error_misuse(lua,
                               "the file returns a table of settings, "
                               "not a %s",
                               luaL_typename(lua, 1));
  mz_lua_table_check(lua, 1, mz_config_keys, "mzlua.lua");
  mz_lua_table_string(lua, 1, "database", "database", &config->database);
  mz_lua_table_boolean(lua, 1, "backup", "backup", &config->backup);
  mz_lua_table_string(lua, 1, "migrations", "migrations", &config->migrations);
  mz_lua_table_integer(lua, 1, "lock_timeout", "lock_timeout", 0, &seconds);
  config->lock_timeout = seconds < 1000000 ? seconds * 1000 : 1000000000;
  read_baseline(lua, config);
  read_limits(lua, &config->limits);
  return 0;
}

static enum mz_status run_file(struct mz_sandbox *sandbox,
                               struct mz_config *config, const char *path,
                               struct mz_error *err) {
  const struct mz_migration_file *file = &sandbox->run->migration->up;
  lua_State *lua = sandbox->lua;
  struct mz_buf name = MZ_BUF_INIT;
  size_t mark = mz_text_mark(file->text, file->size);
  enum mz_status status = MZ_OK;
  int code = LUA_OK;
  lua_pushcfunction(lua, open_state);
  status = mz_lua_error_call(sandbox, 0, 0, err);
  if (status)
    return status;
  mz_buf_format(&name, "@%s", path);
  lua_pushcfunction(lua, read_table);
  code = luaL_loadbufferx(lua, file->text + mark, file->size - mark,
                          name.failed ? path : name.data, "t");
  mz_buf_release(&name);
  if (code != LUA_OK)
    return mz_lua_error_load(sandbox, err);
  status = mz_lua_error_call(sandbox, 0, 1, err);
  if (status)
    return status;
  lua_pushlightuserdata(lua, config);
  return mz_lua_error_call(sandbox, 2, 0, err);
}

enum mz_status mz_config_load(struct mz_config *config, const char *path,
                              struct mz_error *err) {
  struct mz_migration file = {.kind = MZ_LUA};
  struct mz_run run = {.migration = &file,
                       .folder = ".",
                       .limits = {.memory = MZ_CONFIG_MEMORY}};
  struct mz_sandbox *sandbox = NULL;
  enum mz_status status = MZ_OK;
  if (!mz_fs_exists(path))
    return MZ_OK;
  status = mz_fs_read(path, &file.up.text, &file.up.size, err);
  file.up.path = strdup(path);
  if (!status && !file.up.path)
    status = mz_error_memory(err);
  if (!status)
    status = mz_sandbox_open(&sandbox, &run, err);
  if (!status)
    status = run_file(sandbox, config, path, err);
  mz_sandbox_close(sandbox);
  mz_migration_release(&file);
  return status;
}

void mz_config_release(struct mz_config *config) {
  free(config->database);
  free(config->migrations);
  free(config->baseline_table);
  *config = (struct mz_config)MZ_CONFIG_INIT;
}

const char *mz_config_library(void) { return LUA_RELEASE; }
