/* json_encode.h - from Lua values to a text of JSON.
 *
 * Own code, since jansson writes all numbers of a text with the same number
 * of digits, and from a copy of the whole value. What JSON cannot hold is an
 * error that names its path: "$.tags[2]", indices from 1. */
#ifndef MZ_SCRIPT_JSON_ENCODE_H
#define MZ_SCRIPT_JSON_ENCODE_H

#include "script/json_text.h"

struct mz_json_style {
  size_t indent; /* spaces a level; 0: all on one line */
  bool sort;     /* keys by bytes, and not in their order */
};

/* Push the text of the value at the top. text is used and left empty. */
void mz_json_encode(lua_State *lua, const struct mz_json_style *style,
                    struct mz_json_text *text);

/* Whether the size bytes at text are what a string of JSON can be: UTF-8 or
 * NUL bytes. */
bool mz_json_is_text(const char *text, size_t size);

#endif
