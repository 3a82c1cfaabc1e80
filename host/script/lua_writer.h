/* lua_writer.h - rows, tables of values by column, on their way into a table.
 *
 * A statement for each set of columns, compiled once. The values are bound
 * straight from the row, which holds them while the statement runs. */
#ifndef MZ_SCRIPT_LUA_WRITER_H
#define MZ_SCRIPT_LUA_WRITER_H

#include <lua.h>

#include <stdint.h>

/* Where its user keeps what it needs, as slots of the stack. */
enum {
  MZ_WRITER_TABLE = 2, /* the name of the table */
  MZ_WRITER_KEY = 4,   /* an upsert's key, a list of columns; or nil */
  MZ_WRITER_NAME = 5,  /* a string for table and key, to find it again */
  MZ_WRITER_KEPT = 6,  /* what wrote the last row, or nil */
  MZ_WRITER_ROW = 7    /* the row, a table; above it nothing */
};

/* Write the row: insert it, or with a key update the other columns of the one
 * that has it, where they differ. Returns the number of rows written. Raises
 * an error object, which may call the row by its number, from 1; 0: it is the
 * only one. */
int64_t mz_lua_writer_write(lua_State *lua, int number);

/* Create the store of what was compiled. */
void mz_lua_writer_open(lua_State *lua);

#endif
