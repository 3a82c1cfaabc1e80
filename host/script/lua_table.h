/* lua_table.h - tables of settings: known keys, types, clear refusals.
 *
 * Used for the table that a migration or mzlua.lua returns. Field names in
 * messages carry the path of the table: baseline.version. */
#ifndef MZ_SCRIPT_LUA_TABLE_H
#define MZ_SCRIPT_LUA_TABLE_H

#include <lua.h>

#include <stdbool.h>
#include <stdint.h>

/* Raise where the table at index has a key that isn't among the
 * NULL-terminated keys, naming the nearest of them; what is what the table is
 * called in the message. */
void mz_lua_table_check(lua_State *lua, int index, const char *const *keys,
                        const char *what);

/* Push the field key of the table at index and return its type; raise where
 * it is there and isn't of the Lua type wanted, called name. */
int mz_lua_table_push(lua_State *lua, int index, const char *key, int wanted,
                      const char *name);

/* The field as a boolean, an integer of at least least, or a number of bytes
 * ("512MB", "2GB" or an integer); otherwise *value stays. */
void mz_lua_table_boolean(lua_State *lua, int index, const char *key,
                          const char *name, bool *value);
void mz_lua_table_integer(lua_State *lua, int index, const char *key,
                          const char *name, int64_t least, int64_t *value);
void mz_lua_table_bytes(lua_State *lua, int index, const char *key,
                        const char *name, int64_t *value);

/* Set *copy to a copy of the string field, which the caller frees; NULL where
 * it is not there. */
void mz_lua_table_string(lua_State *lua, int index, const char *key,
                         const char *name, char **copy);

#endif
