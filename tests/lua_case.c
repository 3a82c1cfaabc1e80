#include "lua_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/fs.h"
#include "script/engine_lua.h"

#define NAME "000001_case.lua"

static const char prelude[] =
    "local function show(value) "
    "  local kind = type(value) "
    "  local form = (kind == 'number' or kind == 'string') and '%q' or '%s' "
    "  return kind .. ' ' .. form:format(value) "
    "end "
    "local function is(got, wanted) "
    "  if show(got) ~= show(wanted) then "
    "    error('got ' .. show(got) .. ', wanted ' .. show(wanted), 2) "
    "  end "
    "end "
    "local function raises(message, f, ...) "
    "  local ok, err = pcall(f, ...) "
    "  if ok then error('nothing was raised', 2) end "
    "  local text = type(err) == 'table' and err.message or tostring(err) "
    "  if text ~= message then error('raised: ' .. text, 2) end "
    "  return err "
    "end ";

char *lua_case_text(const char *body) {
  struct mz_buf text = MZ_BUF_INIT;
  mz_buf_format(&text, "return { up = function(db) %s%s\nend }", prelude, body);
  return mz_buf_take(&text);
}

static enum mz_status run_guarded(const struct mz_run *run,
                                  struct mz_database *database,
                                  struct mz_error *err) {
  enum mz_status status = mz_database_begin(database, err);
  if (status)
    return status;
  mz_database_guard(database, true);
  status = mz_engine_lua.run(run, database, err);
  mz_database_guard(database, false);
  return status ? status : mz_database_commit(database, err);
}

static enum mz_status check_and_run(const struct support *support,
                                    const struct mz_migration *migration,
                                    struct mz_checked *checked,
                                    struct mz_error *err) {
  struct mz_run run = {.migration = migration,
                       .direction = MZ_UP,
                       .folder = support->migrations,
                       .limits = support->options.limits,
                       .allow_read = support->options.allow_read,
                       .interrupt = support->options.interrupt,
                       .log = support->options.log,
                       .progress = support->options.progress,
                       .log_context = support->options.context};
  struct mz_checked found = {.has_direction = false};
  enum mz_status status = mz_engine_lua.check(&run, &found, err);
  struct mz_database *database = NULL;
  if (status)
    return status;
  if (checked)
    *checked = found;
  database = support_open(support);
  status = run_guarded(&run, database, err);
  mz_database_rollback(database);
  mz_database_close(database);
  return status;
}

enum mz_status lua_case_file(const struct support *support, const char *text,
                             struct mz_checked *checked, struct mz_error *err) {
  struct mz_migration migration = {.version = 1, .kind = MZ_LUA};
  enum mz_status status = MZ_OK;
  migration.name = strdup("case");
  migration.up.path = mz_fs_join(support->migrations, NAME);
  migration.up.text = strdup(text);
  migration.up.size = strlen(text);
  status = check_and_run(support, &migration, checked, err);
  mz_migration_release(&migration);
  return status;
}

char *lua_case_error(const struct support *support,
                     const struct mz_error *err) {
  static const char file[] = "FOLDER/migrations/" NAME;
  char *text = support_error_text(support, err);
  char *found = NULL;
  while ((found = strstr(text, file))) {
    (void)memcpy(found, "FILE", 4);
    (void)memmove(found + 4, found + sizeof file - 1,
                  strlen(found + sizeof file - 1) + 1);
  }
  return text;
}

static void run_case(const struct support *support,
                     const struct lua_case *tried) {
  struct mz_error err = MZ_ERROR_INIT;
  char *text = lua_case_text(tried->body);
  enum mz_status status = lua_case_file(support, text, NULL, &err);
  char *shown = status ? lua_case_error(support, &err) : strdup("");
  const char *wanted = tried->error ? tried->error : "";
  bool same = strcmp(shown, wanted) == 0;
  if (!same)
    print_error("%s:\n%s\ninstead of\n%s\n", tried->name, shown, wanted);
  free(shown);
  free(text);
  mz_error_release(&err);
  support_remove_database(support);
  assert_true(same);
}

void lua_cases_run(void **state, const struct lua_case *cases, size_t count) {
  for (size_t i = 0; i < count; i++)
    run_case(*state, &cases[i]);
}
