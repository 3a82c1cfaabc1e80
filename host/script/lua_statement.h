/* lua_statement.h - prepared statements and cursors of a script.
 *
 * A statement is compiled once and kept by its text; a loop's cursor is the
 * statement itself. One whose loop was left is closed when another statement
 * needs the table, or by the garbage collector: a generic for could close it,
 * but up to Lua 5.4.4 a break then corrupts Lua's stack where a function uses
 * the loop's variables. */
#ifndef MZ_SCRIPT_LUA_STATEMENT_H
#define MZ_SCRIPT_LUA_STATEMENT_H

#include "script/lua_cursor.h"

struct mz_lua_statement {
  struct mz_lua_cursor cursor;
  int recompiled;    /* when its column names were read */
  lua_Integer loops; /* begun with it */
};

/* Raise where no statement may run: inside a function that SQL calls, and
 * where the script is to stop. */
void mz_lua_statement_enter(lua_State *lua);

/* The SQL at index; raises for one that SQLite would cut short in silence, at
 * a NUL byte or a comment that never ends. */
const char *mz_lua_statement_text(lua_State *lua, int index, size_t *size);

/* Push the statement for the SQL at index, compiled now or earlier, that is
 * not busy. Raises when there is not exactly one statement. */
struct mz_lua_statement *mz_lua_statement_get(lua_State *lua, int index);

/* Compile the SQL at index and push its statement, which isn't kept. */
struct mz_lua_statement *mz_lua_statement_new(lua_State *lua, int index);

/* Step used: whether there is a row. Raises an error object. */
bool mz_lua_statement_step(lua_State *lua, struct mz_lua_statement *used);

/* Bind the arguments from first up, run used to its end, and return the
 * number of rows changed. */
int64_t mz_lua_statement_run(lua_State *lua, struct mz_lua_statement *used,
                             int first);

/* Push the iterator for a loop over the statement at index, whose parameters
 * are the arguments from first up: with names, each row is a table; else it is
 * its values. Returns 1. */
int mz_lua_statement_loop(lua_State *lua, int index, int first, bool names);

/* Push the first row of used, which is at index 1 and whose parameters are the
 * arguments from first up: whole as a table by column, else its first column;
 * nil where there is none. Returns 1. */
int mz_lua_statement_first(lua_State *lua, struct mz_lua_statement *used,
                           int first, bool whole);

/* Create the metatable and the store of kept statements. */
void mz_lua_statement_open(lua_State *lua);

#endif
