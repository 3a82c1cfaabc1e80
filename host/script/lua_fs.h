/* lua_fs.h - mz.fs: reading files below the folders of --allow-read. */
#ifndef MZ_SCRIPT_LUA_FS_H
#define MZ_SCRIPT_LUA_FS_H

#include <lua.h>

/* Push the table of its functions. */
int mz_lua_fs_open(lua_State *lua);

#endif
