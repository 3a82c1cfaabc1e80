/* lua_change.h - what a function returned for a row: the columns that change,
 * and their values. */
#ifndef MZ_SCRIPT_LUA_CHANGE_H
#define MZ_SCRIPT_LUA_CHANGE_H

#include "sqlite/statement.h"

#include <lua.h>

enum { MZ_CHANGE_COLUMNS = 2000 }; /* of a table, at most */

struct mz_lua_change {
  const char *table; /* its name */
  int index;         /* the slot of the stack with the number of each column,
                        from 1: negative where it can't be set, 0 where it
                        wasn't read */
  int keys;          /* the first columns, which cannot change */
  int columns;
  int count;                                 /* how many values change */
  unsigned short set[MZ_CHANGE_COLUMNS];     /* their columns, from 0 */
  struct mz_value values[MZ_CHANGE_COLUMNS]; /* by column */
  bool is_new[MZ_CHANGE_COLUMNS];
};

/* Set count, set and values from the table at index table, which holds their
 * bytes, where they differ from those of row. Raises an error object. */
void mz_lua_change_take(lua_State *lua, struct mz_lua_change *change,
                        const struct mz_value *row, int table);

#endif
