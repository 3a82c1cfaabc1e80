/* lua_cursor.h - the queries whose rows a script is reading.
 *
 * A loop that was left by break looks as one that goes on. So where an open
 * cursor is in the way of another statement it is closed, and only a loop that
 * then asks for its next row raises: when a table is to be dropped, when a
 * savepoint is set, or when a write would give the loop rows to meet again. */
#ifndef MZ_SCRIPT_LUA_CURSOR_H
#define MZ_SCRIPT_LUA_CURSOR_H

#include "script/sandbox.h"
#include "sqlite/statement.h"

struct mz_lua_cursor {
  struct mz_statement *statement; /* NULL: closed */
  bool busy;                      /* its rows are being read */
  const char *closed;             /* why they were closed meanwhile, or NULL */
  uint64_t serial;                /* of its loop */
  struct mz_lua_cursor *next;     /* of the open ones */
};

/* Mark cursor as being read until mz_lua_cursor_stop. */
void mz_lua_cursor_start(lua_State *lua, struct mz_lua_cursor *cursor);
void mz_lua_cursor_stop(lua_State *lua, struct mz_lua_cursor *cursor);

/* Close the cursors that write, in whose way a savepoint would be. */
void mz_lua_cursor_close_writers(lua_State *lua);

/* Have the sandbox's database close cursors that are in the way. */
void mz_lua_cursor_watch(lua_State *lua);

#endif
