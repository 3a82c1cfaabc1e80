/* json_decode.h - from a text of JSON to Lua values, by jansson.
 *
 * Nothing is lost on the way: integers are integers, null is mz.null, arrays
 * and objects stay what they are, keys keep their order, and what Lua cannot
 * hold, such as an integer of more than 64 bits, is an error. */
#ifndef MZ_SCRIPT_JSON_DECODE_H
#define MZ_SCRIPT_JSON_DECODE_H

#include "script/json_text.h"

/* What holds jansson's document while it is read. */
struct mz_json_document;

/* Push a new one. */
struct mz_json_document *mz_json_document_new(lua_State *lua);

/* Push the value of the string at index. names is used and left empty. Raises
 * with line and column, both from 1, the latter in characters. */
void mz_json_decode(lua_State *lua, int index,
                    struct mz_json_document *document,
                    struct mz_json_text *names);

#endif
