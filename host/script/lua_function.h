/* lua_function.h - functions of Lua that SQL calls.
 *
 * They are called protected: what they raise fails the statement and is
 * raised again behind it, the same error with its frames. While one runs, no
 * statement can. All are gone when the sandbox is closed. */
#ifndef MZ_SCRIPT_LUA_FUNCTION_H
#define MZ_SCRIPT_LUA_FUNCTION_H

#include "script/sandbox.h"
#include "sqlite/function.h"

/* define(name, function, final, arguments, deterministic): a function, or with
 * final, not nil, an aggregate; replaces what was defined before. */
int mz_lua_function_define(lua_State *lua);

/* collation(name, function). */
int mz_lua_function_collation(lua_State *lua);

/* Give SQL a function of the program's own; its context is the sandbox. */
void mz_lua_function_own(lua_State *lua, const char *name,
                         void (*call)(void *, const struct mz_call *));

/* Fail the call with the error at the top, and pop it. */
void mz_lua_function_fail(lua_State *lua, const struct mz_call *call);

/* Call function with context, in Lua, protected, on behalf of a call by
 * SQLite, which fails where it raises. Returns whether it did not. */
bool mz_lua_function_call(struct mz_sandbox *sandbox, lua_CFunction function,
                          void *context, const struct mz_call *call);

/* Push the argument index of call, from 0. */
void mz_lua_function_push(lua_State *lua, const struct mz_call *call,
                          int index);

/* Refuse a schema that needs, from this migration on, what was defined. */
MZ_CHECKED enum mz_status mz_lua_function_check(struct mz_sandbox *sandbox,
                                                struct mz_error *err);

#endif
