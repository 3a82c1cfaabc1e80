/* json_text.h - a growing text of JSON, in memory of a Lua state.
 *
 * Counts towards the sandbox's limit and survives errors: it hangs on a
 * userdata. Whatever adds to it may raise when memory is exhausted. */
#ifndef MZ_SCRIPT_JSON_TEXT_H
#define MZ_SCRIPT_JSON_TEXT_H

#include <lua.h>

#include <stdbool.h>
#include <stddef.h>

struct json_t;

struct mz_json_text {
  char *data;
  size_t size;
  size_t capacity;
  struct json_t *real; /* what numbers are written by */
};

/* Push a new one. */
struct mz_json_text *mz_json_text_new(lua_State *lua);

/* Make it empty again; memory of unusual size is freed. */
void mz_json_text_clear(lua_State *lua, struct mz_json_text *text);

void mz_json_text_add(lua_State *lua, struct mz_json_text *text,
                      const char *bytes, size_t size);

/* Add a line feed and count spaces. */
void mz_json_text_line(lua_State *lua, struct mz_json_text *text, size_t count);

/* Add the size bytes, which are UTF-8 or NUL bytes, in quotes. */
void mz_json_text_quote(lua_State *lua, struct mz_json_text *text,
                        const char *bytes, size_t size);

/* Add a number; the fewest digits that read as the same double, with a point
 * or an exponent, which must be finite. */
void mz_json_text_integer(lua_State *lua, struct mz_json_text *text,
                          lua_Integer number);
void mz_json_text_real(lua_State *lua, struct mz_json_text *text,
                       double number);

#endif
