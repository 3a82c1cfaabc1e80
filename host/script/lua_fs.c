#include "script/lua_fs.h"

#include <errno.h>
#include <lauxlib.h>
#include <string.h>
#include <unistd.h>

#include "base/allowed.h"
#include "base/fs.h"
#include "script/lua_error.h"

#define READER_TYPE "mz.reader"

enum { CHUNK = 16384 };

/* An open file or folder; closed by the collector at the latest. */
struct reader {
  int fd;       /* -1: closed */
  char **names; /* of a folder */
  size_t start; /* of what is not used yet in chunk */
  size_t end;
  char chunk[CHUNK];
};

static void shut(struct reader *reader) {
  if (reader->fd >= 0)
    (void)close(reader->fd);
  reader->fd = -1;
  mz_fs_names_free(reader->names);
  reader->names = NULL;
}

/* __gc and __close of readers. */
static int close_reader(lua_State *lua) {
  shut(lua_touserdata(lua, 1));
  return 0;
}

/* The path that is the first argument of function, and where it may lead. */
static const char *check_path(lua_State *lua, const char *function,
                              struct mz_allowed *allowed) {
  const struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  mz_sandbox_check(lua);
  if (!sandbox->database)
    mz_lua_error_misuse(lua,
                        "mz.fs.%s is for up and down: the file itself is "
                        "run whenever it is checked",
                        function);
  if (!sandbox->run->allow_read || !*sandbox->run->allow_read)
    mz_lua_error_misuse(lua,
                        "mz.fs.%s reads only what is allowed: run mzlua "
                        "with --allow-read DIR",
                        function);
  if (lua_type(lua, 1) != LUA_TSTRING)
    mz_lua_error_misuse(lua, "mz.fs.%s takes a path, not a %s", function,
                        luaL_typename(lua, 1));
  if (strlen(lua_tostring(lua, 1)) != lua_rawlen(lua, 1))
    mz_lua_error_misuse(lua, "a path cannot hold a NUL byte");
  allowed->folders = sandbox->run->allow_read;
  allowed->database = mz_database_file(sandbox->database);
  return lua_tostring(lua, 1);
}

/* Push, at 2, a reader of the path that is the first argument. */
static struct reader *open_reader(lua_State *lua, const char *function,
                                  bool folder) {
  struct mz_allowed allowed;
  const char *path = check_path(lua, function, &allowed);
  struct reader *reader = NULL;
  lua_settop(lua, 1);
  reader = lua_newuserdatauv(lua, sizeof *reader, 0);
  reader->fd = -1;
  reader->names = NULL;
  reader->start = reader->end = 0;
  luaL_setmetatable(lua, READER_TYPE);
  if (mz_allowed_open(&allowed, path, folder, &reader->fd,
                      mz_lua_error_slot(lua)))
    mz_lua_error_raise(lua);
  return reader;
}

/* Read the next chunk; false at the end. */
static bool fill(lua_State *lua, struct reader *reader) {
  ssize_t got = 0;
  do {
    mz_sandbox_check(lua);
    got = read(reader->fd, reader->chunk, CHUNK);
  } while (got < 0 && errno == EINTR);
  if (got < 0)
    mz_lua_error_misuse(lua, "a file cannot be read: %s", strerror(errno));
  reader->start = 0;
  reader->end = (size_t)got;
  return got > 0;
}

/* fs.stat(path): what is there, or nil. */
static int fs_stat(lua_State *lua) {
  struct mz_allowed allowed;
  const char *path = check_path(lua, "stat", &allowed);
  struct stat info;
  bool found = false;
  if (mz_allowed_stat(&allowed, path, &info, &found, mz_lua_error_slot(lua)))
    return mz_lua_error_raise(lua);
  if (!found) {
    lua_pushnil(lua);
    return 1;
  }
  lua_createtable(lua, 0, 3);
  lua_pushstring(lua, S_ISREG(info.st_mode)   ? "file"
                      : S_ISDIR(info.st_mode) ? "folder"
                                              : "other");
  lua_setfield(lua, -2, "type");
  lua_pushinteger(lua, (lua_Integer)info.st_size);
  lua_setfield(lua, -2, "size");
  lua_pushinteger(lua, (lua_Integer)info.st_mtime);
  lua_setfield(lua, -2, "modified");
  return 1;
}

/* fs.read(path): all its bytes. */
static int fs_read(lua_State *lua) {
  struct reader *reader = open_reader(lua, "read", false);
  luaL_Buffer text;
  luaL_buffinit(lua, &text);
  while (fill(lua, reader))
    luaL_addlstring(&text, reader->chunk, reader->end);
  luaL_pushresult(&text);
  shut(reader);
  return 1;
}

/* Add to text up to the end of a line; whether that was found. */
static bool add_line(struct reader *reader, luaL_Buffer *text) {
  const char *from = reader->chunk + reader->start;
  size_t size = reader->end - reader->start;
  const char *end = memchr(from, '\n', size);
  if (end)
    size = (size_t)(end - from);
  luaL_addlstring(text, from, size);
  reader->start += size + (end ? 1 : 0);
  return end;
}

/* The next line, or nil; the reader is upvalue 1. */
static int next_line(lua_State *lua) {
  struct reader *reader = lua_touserdata(lua, lua_upvalueindex(1));
  luaL_Buffer text;
  bool some = false;
  bool ended = false;
  size_t size = 0;
  if (reader->fd < 0)
    return 0;
  luaL_buffinit(lua, &text);
  while (!ended && (reader->start < reader->end || fill(lua, reader))) {
    some = true;
    ended = add_line(reader, &text);
  }
  size = luaL_bufflen(&text);
  if (ended && size && luaL_buffaddr(&text)[size - 1] == '\r')
    luaL_buffsub(&text, 1);
  luaL_pushresult(&text);
  if (!some)
    lua_pushnil(lua);
  return 1;
}

/* fs.lines(path): for the generic for, which closes the file. */
static int fs_lines(lua_State *lua) {
  (void)open_reader(lua, "lines", false);
  lua_pushvalue(lua, 2);
  lua_pushcclosure(lua, next_line, 1);
  lua_pushnil(lua);
  lua_pushnil(lua);
  lua_pushvalue(lua, 2);
  return 4;
}

/* fs.list(path): the names in a folder, sorted. */
static int fs_list(lua_State *lua) {
  struct reader *reader = open_reader(lua, "list", true);
  int fd = reader->fd;
  lua_Integer count = 0;
  reader->fd = -1;
  if (mz_fs_list_open(fd, lua_tostring(lua, 1), &reader->names,
                      mz_lua_error_slot(lua)))
    return mz_lua_error_raise(lua);
  lua_newtable(lua);
  for (char **name = reader->names; *name; name++) {
    lua_pushstring(lua, *name);
    lua_rawseti(lua, -2, ++count);
  }
  return 1;
}

int mz_lua_fs_open(lua_State *lua) {
  static const luaL_Reg functions[] = {{"lines", fs_lines},
                                       {"list", fs_list},
                                       {"read", fs_read},
                                       {"stat", fs_stat},
                                       {NULL, NULL}};
  luaL_newmetatable(lua, READER_TYPE);
  lua_pushcfunction(lua, close_reader);
  lua_setfield(lua, -2, "__gc");
  lua_pushcfunction(lua, close_reader);
  lua_setfield(lua, -2, "__close");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 1);
  luaL_newlib(lua, functions);
  return 1;
}
