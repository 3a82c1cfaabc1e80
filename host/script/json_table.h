/* json_table.h - which tables are arrays and objects of JSON, and in which
 * order an object's keys stand.
 *
 * They are plain tables that have a metatable without metamethods: one for
 * all arrays, and one for all objects whose keys came in the same order, its
 * shape, which lists the keys. */
#ifndef MZ_SCRIPT_JSON_TABLE_H
#define MZ_SCRIPT_JSON_TABLE_H

#include <lua.h>

#include <stdbool.h>
#include <stddef.h>

enum mz_json_kind {
  MZ_JSON_PLAIN, /* no metatable */
  MZ_JSON_ARRAY,
  MZ_JSON_OBJECT,
  MZ_JSON_OTHER /* a metatable of someone else */
};

struct mz_json_key {
  const char *name;
  size_t size;
};

/* Create what the functions below need, once for a state. */
void mz_json_table_open(lua_State *lua);

/* The kind of the table at index. Pushes its shape where it is an object. */
enum mz_json_kind mz_json_table_kind(lua_State *lua, int index);

/* Push the metatable of arrays, and the table of all shapes. */
void mz_json_table_push_arrays(lua_State *lua);
void mz_json_table_push_shapes(lua_State *lua);

/* Push the shape for the keys in the size bytes at names, a NUL byte behind
 * each. shapes is the index of the table of all. */
void mz_json_table_push_shape(lua_State *lua, int shapes, const char *names,
                              size_t size);

/* Push an array of those keys of the table at index, all strings and count in
 * number, that the shape at index shape doesn't list, sorted by bytes; return
 * it and their number. shape is 0 for none. */
const struct mz_json_key *mz_json_table_rest(lua_State *lua, int index,
                                             int shape, size_t count,
                                             size_t *found);

#endif
