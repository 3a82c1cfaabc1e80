/* lua_error.h - errors between C and Lua.
 *
 * What SQLite or a binding reports is raised as an error object: a table with
 * code, message, sql, file and line that prints as its message. At the outer
 * end whatever was raised, of any type, becomes a struct mz_error again, with
 * the user's frames. */
#ifndef MZ_SCRIPT_LUA_ERROR_H
#define MZ_SCRIPT_LUA_ERROR_H

#include "script/sandbox.h"

/* The sandbox's error, empty: for the call whose failure is to be raised. */
static inline struct mz_error *mz_lua_error_slot(lua_State *lua) {
  struct mz_error *err = &mz_sandbox_of(lua)->err;
  if (err->status || err->traceback)
    mz_error_release(err);
  return err;
}

/* Raise what is in the slot as an error object. What a script must not survive
 * (full disk, interrupt) trips the sandbox. */
MZ_NORETURN int mz_lua_error_raise(lua_State *lua);

/* Raise a message about a wrong use of a binding, as an error object. */
MZ_NORETURN int mz_lua_error_misuse(lua_State *lua, const char *format, ...)
    MZ_PRINTF(2, 3);

/* Whether the value at index is an error object. */
bool mz_lua_error_is_object(lua_State *lua, int index);

/* Whether the error at index is the kept one, whose frames are known. */
bool mz_lua_error_is_kept(lua_State *lua, int index);

/* The frames of the user's files, one a line; the caller frees it. */
char *mz_lua_error_trace(lua_State *lua);

/* Call the function below count arguments, protected, dropping its results
 * but results ones. What it raises goes to err, with MZ_EUSAGE where the
 * sandbox has no database, as the file was only checked. */
MZ_CHECKED enum mz_status mz_lua_error_call(struct mz_sandbox *sandbox,
                                            int count, int results,
                                            struct mz_error *err);

/* Move the error of a failed load, the message at the top, to err. */
enum mz_status mz_lua_error_load(struct mz_sandbox *sandbox,
                                 struct mz_error *err);

/* Create the metatable of error objects. */
void mz_lua_error_open(lua_State *lua);

#endif
