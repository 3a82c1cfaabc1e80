/* lua_module.h - the parts of mz and db that are loaded when first used.
 *
 * mz.NAME is opened by C or is the value that lua/mz/NAME.lua returns; further
 * methods of db are added by files of lua/mz/ that return a function for it.
 * Lua that is part of the program sees Lua's functions as they were before the
 * script ran, whatever globals that sets. */
#ifndef MZ_SCRIPT_LUA_MODULE_H
#define MZ_SCRIPT_LUA_MODULE_H

#include <lua.h>

/* The names of the modules of mz, and of its functions that are written in
 * Lua; ended by NULL. */
extern const char *const mz_lua_module_names[];
extern const char *const mz_lua_module_functions[];

/* Remember the global functions as they are, for the program's own Lua. */
void mz_lua_module_open(lua_State *lua);

/* Have the table at the top, mz, open its modules when they are first used. */
void mz_lua_module_attach(lua_State *lua);

/* Have the table at the top, methods of db, add those that are written in Lua
 * when the first of them is used. */
void mz_lua_module_attach_methods(lua_State *lua);

#endif
