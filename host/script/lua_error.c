#include "script/lua_error.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/text.h"

#define ERROR_TYPE "mz.error"

/* Reaching a frame costs as many steps as there are above it. */
enum { FRAMES_SHOWN = 12, FRAMES_READ = 1000 };

static bool is_user_frame(const lua_Debug *info) {
  return info->source[0] == '@' && info->currentline > 0;
}

/* Find the innermost frame of the user's files. */
static bool find_frame(lua_State *lua, lua_Debug *info) {
  for (int level = 0; lua_getstack(lua, level, info); level++) {
    lua_getinfo(lua, "Sl", info);
    if (is_user_frame(info))
      return true;
  }
  return false;
}

static void set_text(lua_State *lua, const char *key, const char *text) {
  if (!text)
    return;
  lua_pushstring(lua, text);
  lua_setfield(lua, -2, key);
}

static void set_place(lua_State *lua) {
  lua_Debug info;
  if (!find_frame(lua, &info))
    return;
  set_text(lua, "file", info.source + 1);
  lua_pushinteger(lua, info.currentline);
  lua_setfield(lua, -2, "line");
}

/* Statuses that no pcall of a script may survive. */
static bool is_fatal(enum mz_status status) {
  return status == MZ_EINTERRUPT || status == MZ_EIO || status == MZ_EOPEN ||
         status == MZ_EUNKNOWN || status == MZ_EBUSY || status == MZ_ENOMEM;
}

int mz_lua_error_raise(lua_State *lua) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  struct mz_error *err = &sandbox->err;
  if (sandbox->thrown) {
    sandbox->thrown = false;
    mz_error_release(err);
    mz_sandbox_push_kept(lua);
    (void)lua_error(lua);
  }
  if (is_fatal(err->status))
    mz_sandbox_trip(sandbox, err->status, err->message ? err->message : "");
  lua_createtable(lua, 0, 8);
  set_text(lua, "code", err->code ? err->code : "MZLUA_MISUSE");
  set_text(lua, "message", err->message ? err->message : "out of memory");
  set_text(lua, "sql", err->sql);
  set_text(lua, "note", err->note);
  set_text(lua, "hint", err->hint);
  set_text(lua, "details", err->details);
  set_place(lua);
  luaL_setmetatable(lua, ERROR_TYPE);
  mz_error_release(err);
  (void)lua_error(lua);
  abort(); /* lua_error does not return */
}

int mz_lua_error_misuse(lua_State *lua, const char *format, ...) {
  struct mz_error *err = mz_lua_error_slot(lua);
  va_list arguments;
  char message[512];
  va_start(arguments, format);
  (void)vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  (void)mz_error_set(err, MZ_EMIGRATION, "%s", message);
  mz_lua_error_raise(lua);
}

/* Error objects print as "file:line: message". */
static int error_to_string(lua_State *lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_getfield(lua, 1, "file");
  lua_getfield(lua, 1, "line");
  lua_getfield(lua, 1, "message");
  if (lua_isnil(lua, 2))
    luaL_tolstring(lua, 4, NULL);
  else
    lua_pushfstring(lua, "%s:%d: %s", luaL_tolstring(lua, 2, NULL),
                    (int)lua_tointeger(lua, 3), luaL_tolstring(lua, 4, NULL));
  return 1;
}

void mz_lua_error_open(lua_State *lua) {
  lua_pushboolean(lua, 0);
  mz_sandbox_keep(lua);
  luaL_newmetatable(lua, ERROR_TYPE);
  lua_pushcfunction(lua, error_to_string);
  lua_setfield(lua, -2, "__tostring");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 1);
}

static void add_frame(struct mz_buf *frames, const lua_Debug *info) {
  mz_buf_format(frames, "%s%s:%d: in ", frames->size ? "\n" : "",
                info->source + 1, info->currentline);
  if (strcmp(info->what, "main") == 0)
    mz_buf_text(frames, "the file itself");
  else if (info->name)
    mz_buf_format(frames, "function %s", info->name);
  else
    mz_buf_format(frames, "the function of line %d", info->linedefined);
}

char *mz_lua_error_trace(lua_State *lua) {
  struct mz_buf frames = MZ_BUF_INIT;
  lua_Debug info;
  int shown = 0;
  int level = 0;
  for (; level < FRAMES_READ && lua_getstack(lua, level, &info); level++) {
    lua_getinfo(lua, "Sln", &info);
    if (is_user_frame(&info) && shown++ < FRAMES_SHOWN)
      add_frame(&frames, &info);
  }
  if (level == FRAMES_READ)
    mz_buf_text(&frames, "\n... and many more");
  else if (shown > FRAMES_SHOWN)
    mz_buf_format(&frames, "\n... and %d more", shown - FRAMES_SHOWN);
  return mz_buf_take(&frames);
}

/* Behind "place:line: " at the start of message, with the line; or message
 * itself, with *line 0. Lua shortens long places, so any text may be one. */
static const char *skip_place(const char *message, int *line) {
  const char *colon = strchr(message, ':');
  *line = 0;
  for (; colon; colon = strchr(colon + 1, ':')) {
    char *end = NULL;
    long number =
        isdigit((unsigned char)colon[1]) ? strtol(colon + 1, &end, 10) : 0;
    if (end && end[0] == ':' && end[1] == ' ') {
      *line = (int)number;
      return end + 2;
    }
  }
  return message;
}

static char *copy_field(lua_State *lua, int index, const char *key) {
  char *copy = NULL;
  if (lua_getfield(lua, index, key) == LUA_TSTRING)
    copy = strdup(lua_tostring(lua, -1));
  lua_pop(lua, 1);
  return copy;
}

bool mz_lua_error_is_object(lua_State *lua, int index) {
  bool same = false;
  if (lua_type(lua, index) != LUA_TTABLE || !lua_getmetatable(lua, index))
    return false;
  luaL_getmetatable(lua, ERROR_TYPE);
  same = lua_rawequal(lua, -1, -2);
  lua_pop(lua, 2);
  return same;
}

static void take_object(lua_State *lua, struct mz_error *err) {
  err->code = copy_field(lua, 1, "code");
  err->message = copy_field(lua, 1, "message");
  err->sql = copy_field(lua, 1, "sql");
  err->note = copy_field(lua, 1, "note");
  err->hint = copy_field(lua, 1, "hint");
  err->details = copy_field(lua, 1, "details");
  lua_getfield(lua, 1, "line");
  if (lua_getfield(lua, 1, "file") == LUA_TSTRING)
    mz_error_place(err, lua_tostring(lua, -1), (int)lua_tointeger(lua, -2), 0);
  lua_pop(lua, 2);
}

/* Where text starts with a place in the file of info, as error() puts it
 * there, return what follows and set *line; otherwise NULL. */
static const char *skip_place_in(const lua_Debug *info, const char *text,
                                 int *line) {
  size_t size = strlen(info->short_src);
  char *end = NULL;
  if (strncmp(text, info->short_src, size) != 0 || text[size] != ':' ||
      !isdigit((unsigned char)text[size + 1]))
    return NULL;
  *line = (int)strtol(text + size + 1, &end, 10);
  return end[0] == ':' && end[1] == ' ' ? end + 2 : NULL;
}

/* Any other value: as text, at the place that the text names, which may not
 * be where it was raised last. */
static void take_value(lua_State *lua, struct mz_error *err) {
  lua_Debug info;
  int line = 0;
  const char *text = luaL_tolstring(lua, 1, NULL);
  const char *rest = NULL;
  for (int level = 0;
       !rest && level < FRAMES_READ && lua_getstack(lua, level, &info);
       level++) {
    lua_getinfo(lua, "Sl", &info);
    if (is_user_frame(&info))
      rest = skip_place_in(&info, text, &line);
  }
  err->message = strdup(rest ? rest : text);
  if (rest)
    mz_error_place(err, info.source + 1, line, 0);
  else if (find_frame(lua, &info))
    mz_error_place(err, info.source + 1, info.currentline, 0);
  lua_pop(lua, 1);
}

/* Whether the error object is the one that tripped the sandbox. */
static bool is_reason(lua_State *lua, const struct mz_sandbox *sandbox) {
  bool same = false;
  if (mz_lua_error_is_object(lua, 1) &&
      lua_getfield(lua, 1, "message") == LUA_TSTRING)
    same = strncmp(lua_tostring(lua, -1), sandbox->reason,
                   strlen(sandbox->reason)) == 0;
  lua_settop(lua, 1);
  return same;
}

static void take_trip(lua_State *lua, const struct mz_sandbox *sandbox,
                      struct mz_error *err) {
  lua_Debug info;
  bool interrupted = sandbox->tripped == MZ_EINTERRUPT;
  if (!interrupted && is_reason(lua, sandbox))
    take_object(lua, err);
  else
    err->message = strdup(sandbox->reason);
  if (!interrupted && find_frame(lua, &info))
    mz_error_place(err, info.source + 1, info.currentline, 0);
}

bool mz_lua_error_is_kept(lua_State *lua, int index) {
  bool same = false;
  mz_sandbox_push_kept(lua);
  same = mz_sandbox_of(lua)->trace && lua_rawequal(lua, index, -1);
  lua_pop(lua, 1);
  return same;
}

/* The message handler: takes the error while its frames are still there. */
static int handle(lua_State *lua) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  struct mz_error *err = &sandbox->err;
  bool kept = false;
  mz_error_release(err); /* of a handler that failed itself, too */
  lua_settop(lua, 1);
  kept = mz_lua_error_is_kept(lua, 1);
  if (kept) {
    err->traceback = sandbox->trace;
    sandbox->trace = NULL;
  } else
    err->traceback = mz_lua_error_trace(lua);
  if (sandbox->tripped && !(kept && sandbox->lasting))
    take_trip(lua, sandbox, err);
  else if (mz_lua_error_is_object(lua, 1))
    take_object(lua, err);
  else
    take_value(lua, err);
  err->status = sandbox->tripped ? sandbox->tripped : MZ_EMIGRATION;
  return 1;
}

static void explain_memory(struct mz_sandbox *sandbox, struct mz_error *err) {
  (void)mz_error_set(err, MZ_EMIGRATION,
                     "the migration needs more memory than its limit of %zu "
                     "bytes",
                     sandbox->run->limits.memory);
  mz_error_add(&err->hint, "work row by row, or raise limits.memory in "
                           "mzlua.lua");
}

/* Show the line of the error's file, where it is the migration's or can be
 * read. */
static void add_source(struct mz_sandbox *sandbox, struct mz_error *err) {
  const struct mz_migration *migration = sandbox->run->migration;
  char *text = NULL;
  size_t size = 0;
  const char *at = NULL;
  if (!err->file || err->line < 1 || err->source)
    return;
  if (migration && !strcmp(err->file, migration->up.path))
    text = strdup(migration->up.text);
  else if (mz_fs_read(err->file, &text, &size, NULL))
    text = NULL;
  at = text;
  for (int line = 1; at && line < err->line; line++)
    at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL;
  if (at)
    err->source = strndup(at, strcspn(at, "\r\n"));
  free(text);
}

/* Complete the error in the slot and move it to err. */
static enum mz_status take_slot(struct mz_sandbox *sandbox, int code,
                                struct mz_error *err) {
  struct mz_error *slot = &sandbox->err;
  enum mz_status status = MZ_OK;
  if (code == LUA_ERRMEM) /* for which no handler is called */
    mz_error_release(slot);
  if (sandbox->tripped)
    (void)mz_error_set(slot, sandbox->tripped, "%s", sandbox->reason);
  else if (code == LUA_ERRMEM)
    explain_memory(sandbox, slot);
  (void)mz_error_set(slot, MZ_EMIGRATION,
                     "the error that was raised cannot be shown");
  if (sandbox->out_of_memory && slot->message &&
      strstr(slot->message, "not enough memory")) {
    free(slot->message);
    slot->message = NULL;
    explain_memory(sandbox, slot);
  }
  if (!sandbox->database && slot->status == MZ_EMIGRATION)
    slot->status = MZ_EUSAGE;
  if (sandbox->run->migration)
    mz_error_place(slot, sandbox->run->migration->up.path, 0, 0);
  add_source(sandbox, slot);
  status = slot->status;
  if (err && !err->message) {
    mz_error_release(err);
    *err = *slot;
    *slot = (struct mz_error)MZ_ERROR_INIT;
  }
  return status;
}

enum mz_status mz_lua_error_call(struct mz_sandbox *sandbox, int count,
                                 int results, struct mz_error *err) {
  lua_State *lua = sandbox->lua;
  int base = lua_gettop(lua) - count;
  int code = LUA_OK;
  lua_pushcfunction(lua, handle);
  lua_insert(lua, base);
  code = lua_pcall(lua, count, results, base);
  lua_remove(lua, base);
  if (sandbox->skipped && !sandbox->tripped) {
    lua_settop(lua, base - 1);
    for (int i = 0; i < results; i++)
      lua_pushnil(lua);
    return MZ_OK;
  }
  if (code == LUA_OK && !sandbox->tripped)
    return MZ_OK;
  if (code == LUA_OK) /* the script has swallowed it */
    (void)mz_lua_error_slot(lua);
  return take_slot(sandbox, code, err);
}

enum mz_status mz_lua_error_load(struct mz_sandbox *sandbox,
                                 struct mz_error *err) {
  lua_State *lua = sandbox->lua;
  struct mz_error *slot = mz_lua_error_slot(lua);
  const char *text = lua_tostring(lua, -1);
  const struct mz_migration *migration = sandbox->run->migration;
  int line = 0;
  const char *rest = skip_place(text ? text : "", &line);
  (void)mz_error_set(slot, MZ_EUSAGE, "%s", rest);
  if (migration)
    mz_error_place(slot, migration->up.path, line, 0);
  return take_slot(sandbox, LUA_ERRRUN, err);
}
