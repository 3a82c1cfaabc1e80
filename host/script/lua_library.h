/* lua_library.h - the part of Lua's standard library that a script gets.
 *
 * No files, processes, bytecode or debug library. pcall, xpcall and coroutines
 * let no script swallow a limit or a signal; require finds files below the
 * lib folder beside the migrations and nothing else. */
#ifndef MZ_SCRIPT_LUA_LIBRARY_H
#define MZ_SCRIPT_LUA_LIBRARY_H

#include <lua.h>

/* Open the libraries in a new state of a sandbox. */
void mz_lua_library_open(lua_State *lua);

/* Push the table of what require has loaded: digests by name. */
void mz_lua_library_push_digests(lua_State *lua);

#endif
