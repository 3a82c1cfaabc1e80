/* lua_rethrow.h - errors that are caught and raised again somewhere else.
 *
 * An error inside a function that SQL calls must pass SQLite, which knows of
 * messages only: it is kept, and raised when the statement has failed. What is
 * raised again keeps the frames in which it was raised first. */
#ifndef MZ_SCRIPT_LUA_RETHROW_H
#define MZ_SCRIPT_LUA_RETHROW_H

#include <lua.h>

/* lua_pcall, which notes the frames of an error. */
int mz_lua_rethrow_call(lua_State *lua, int count, int results);

/* The same with a handler that was pushed before and stands at the index
 * handler, for those who call again and again. */
int mz_lua_rethrow_handled(lua_State *lua, int count, int results, int handler);
void mz_lua_rethrow_push_handler(lua_State *lua);

/* Keep the error at the top, popping it, for the statement that is going to
 * fail because of it. Raises nothing. */
void mz_lua_rethrow_keep(lua_State *lua);

/* Raise the error at the top, the one whose frames were noted last. */
int mz_lua_rethrow(lua_State *lua);

/* Put the string at the top, a row's name, and ": " in front of the message
 * of the error below it, behind its place; pops the string. An error object
 * makes way for a copy with the name as its row, once; another value than a
 * string or an error object stays as it is. */
void mz_lua_rethrow_name(lua_State *lua);

#endif
