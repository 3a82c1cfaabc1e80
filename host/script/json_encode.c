#include "script/json_encode.h"

#include <ctype.h>
#include <lauxlib.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "script/json_table.h"
#include "script/lua_error.h"
#include "script/lua_value.h"

enum {
  DEEPEST = 2048,  /* jansson reads no deeper */
  STEPS_SHOWN = 8, /* of a path */
  KEY_SHOWN = 40   /* bytes */
};

/* Where a value stands. */
struct place {
  const struct place *outer; /* of what holds it; NULL for the whole */
  const void *table;         /* what holds it */
  const char *key;           /* the key there, of size bytes */
  size_t size;
  lua_Integer index; /* where key is NULL */
  size_t depth;
};

struct encoder {
  lua_State *lua;
  struct mz_json_text *text;
  const struct mz_json_style *style;
};

bool mz_json_is_text(const char *text, size_t size) {
  size_t bad = 0;
  while (!mz_text_valid(text, size, &bad)) {
    if (text[bad])
      return false;
    text += bad + 1;
    size -= bad + 1;
  }
  return true;
}

/* ---- errors -------------------------------------------------------------- */

static void add(const struct encoder *encoder, const char *text) {
  mz_json_text_add(encoder->lua, encoder->text, text, strlen(text));
}

/* The key in quotes, cut where it is long. */
static void add_key(const struct encoder *encoder, const char *key,
                    size_t size) {
  size_t shown = size > KEY_SHOWN ? KEY_SHOWN : size;
  while (shown < size && shown > 0 &&
         ((unsigned char)key[shown] & 0xC0U) == 0x80U)
    shown--;
  mz_json_text_quote(encoder->lua, encoder->text, key, shown);
  if (shown < size)
    add(encoder, "...");
}

static bool is_name(const char *key, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (!isalnum((unsigned char)key[i]) && key[i] != '_')
      return false;
  return size > 0 && size <= KEY_SHOWN && !isdigit((unsigned char)key[0]);
}

static void add_step(const struct encoder *encoder, const struct place *place) {
  if (!place->key) {
    add(encoder, "[");
    mz_json_text_integer(encoder->lua, encoder->text, place->index);
    add(encoder, "]");
    return;
  }
  add(encoder, ".");
  if (is_name(place->key, place->size))
    mz_json_text_add(encoder->lua, encoder->text, place->key, place->size);
  else
    add_key(encoder, place->key, place->size);
}

static void add_path(const struct encoder *encoder, const struct place *place) {
  const struct place *shown[STEPS_SHOWN] = {NULL};
  add(encoder, "$");
  for (const struct place *at = place; at->outer; at = at->outer)
    if (at->depth <= STEPS_SHOWN)
      shown[at->depth - 1] = at;
  for (size_t i = 0; i < STEPS_SHOWN && shown[i]; i++)
    add_step(encoder, shown[i]);
  if (place->depth > STEPS_SHOWN)
    add(encoder, "...");
}

/* Raise "PATH: " and the message. */
static MZ_NORETURN void refuse(const struct encoder *encoder,
                               const struct place *place, const char *format,
                               ...) {
  struct mz_json_text *text = encoder->text;
  struct mz_error *err = NULL;
  const char *message = NULL;
  va_list arguments;
  va_start(arguments, format);
  message = lua_pushvfstring(encoder->lua, format, arguments);
  va_end(arguments);
  text->size = 0;
  add_path(encoder, place);
  err = mz_lua_error_slot(encoder->lua);
  (void)mz_error_set(err, MZ_EMIGRATION, "%.*s: %s", (int)text->size,
                     text->data, message);
  mz_lua_error_raise(encoder->lua);
}

/* The key at the top as text. */
static const char *name_key(const struct encoder *encoder) {
  lua_State *lua = encoder->lua;
  size_t size = 0;
  const char *key = NULL;
  if (lua_type(lua, -1) == LUA_TNUMBER || lua_type(lua, -1) == LUA_TBOOLEAN)
    return luaL_tolstring(lua, -1, NULL);
  if (lua_type(lua, -1) != LUA_TSTRING)
    return mz_lua_value_name(lua, -1);
  key = lua_tolstring(lua, -1, &size);
  if (!mz_json_is_text(key, size))
    return "a text that is not UTF-8";
  encoder->text->size = 0;
  add_key(encoder, key, size);
  lua_pushlstring(lua, encoder->text->data, encoder->text->size);
  return lua_tostring(lua, -1);
}

/* Raise at the outermost table that stands in itself, if there is one. */
static MZ_NORETURN void refuse_depth(const struct encoder *encoder,
                                     const struct place *place,
                                     const void *table) {
  const struct place *found = NULL;
  for (const struct place *at = place; at; table = at->table, at = at->outer)
    for (const struct place *above = at; above->outer; above = above->outer)
      if (above->table == table)
        found = at;
  if (found)
    refuse(encoder, found, "a table that contains itself has no end in JSON");
  refuse(encoder, place, "nested deeper than %d levels", DEEPEST);
}

/* ---- values -------------------------------------------------------------- */

static void write_value(const struct encoder *encoder,
                        const struct place *place);

static void start_item(const struct encoder *encoder, const struct place *place,
                       bool first) {
  if (!first)
    mz_json_text_add(encoder->lua, encoder->text, ",", 1);
  if (encoder->style->indent)
    mz_json_text_line(encoder->lua, encoder->text,
                      encoder->style->indent * (place->depth + 1));
}

static void end_items(const struct encoder *encoder, const struct place *place,
                      bool none, const char *bracket) {
  if (encoder->style->indent && !none)
    mz_json_text_line(encoder->lua, encoder->text,
                      encoder->style->indent * place->depth);
  mz_json_text_add(encoder->lua, encoder->text, bracket, 1);
}

/* Raise unless the keys of the table are 1 to count. */
static void check_array(const struct encoder *encoder,
                        const struct place *place, int table,
                        lua_Integer count) {
  lua_State *lua = encoder->lua;
  struct place hole = {.outer = place, .depth = place->depth + 1};
  lua_Integer found = 0;
  bool above = false;
  lua_pushnil(lua);
  while (lua_next(lua, table)) {
    lua_pop(lua, 1);
    if (!lua_isinteger(lua, -1) || lua_tointeger(lua, -1) < 1)
      refuse(encoder, place, "an array cannot have the key %s",
             name_key(encoder));
    above = above || lua_tointeger(lua, -1) > count;
    found++;
  }
  if (found == count && !above)
    return;
  for (hole.index = 1; lua_rawgeti(lua, table, hole.index) != LUA_TNIL;
       hole.index++)
    lua_pop(lua, 1);
  refuse(encoder, &hole,
         "an array cannot have a hole: mz.null stands for null, and "
         "table.remove closes up");
}

static void write_array(const struct encoder *encoder,
                        const struct place *place, int table) {
  lua_State *lua = encoder->lua;
  struct place item = {.outer = place,
                       .table = lua_topointer(lua, table),
                       .depth = place->depth + 1};
  lua_Integer count = (lua_Integer)lua_rawlen(lua, table);
  check_array(encoder, place, table, count);
  mz_json_text_add(lua, encoder->text, "[", 1);
  for (item.index = 1; item.index <= count; item.index++) {
    start_item(encoder, place, item.index == 1);
    lua_rawgeti(lua, table, item.index);
    write_value(encoder, &item);
    lua_pop(lua, 1);
  }
  end_items(encoder, place, count == 0, "]");
}

/* How many keys the table has; raises unless all are strings. */
static size_t count_keys(const struct encoder *encoder,
                         const struct place *place, int table) {
  lua_State *lua = encoder->lua;
  size_t count = 0;
  lua_pushnil(lua);
  while (lua_next(lua, table)) {
    lua_pop(lua, 1);
    if (lua_type(lua, -1) != LUA_TSTRING)
      refuse(encoder, place, "an object cannot have the key %s, only strings",
             name_key(encoder));
    count++;
  }
  return count;
}

/* Write key, and the value at the top, which it pops. */
static void write_member(const struct encoder *encoder,
                         const struct place *member, bool first) {
  start_item(encoder, member->outer, first);
  mz_json_text_quote(encoder->lua, encoder->text, member->key, member->size);
  mz_json_text_add(encoder->lua, encoder->text, ": ",
                   encoder->style->indent ? 2 : 1);
  write_value(encoder, member);
  lua_pop(encoder->lua, 1);
}

/* Write the members that the shape lists, if they are there; how many. */
static size_t write_listed(const struct encoder *encoder, struct place *member,
                           int table, int shape) {
  lua_State *lua = encoder->lua;
  lua_Integer count = (lua_Integer)lua_rawlen(lua, shape);
  size_t written = 0;
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(lua, shape, i);
    member->key = lua_tolstring(lua, -1, &member->size);
    if (lua_rawget(lua, table) == LUA_TNIL)
      lua_pop(lua, 1);
    else
      write_member(encoder, member, written++ == 0);
  }
  return written;
}

/* Write count members, all that the shape does not list. */
static void write_rest(const struct encoder *encoder, struct place *member,
                       int table, int shape, size_t count) {
  lua_State *lua = encoder->lua;
  size_t found = 0;
  bool first = encoder->text->data[encoder->text->size - 1] == '{';
  const struct mz_json_key *keys =
      mz_json_table_rest(lua, table, shape, count, &found);
  for (size_t i = 0; i < found; i++) {
    member->key = keys[i].name;
    member->size = keys[i].size;
    if (memchr(member->key, '\0', member->size) ||
        !mz_json_is_text(member->key, member->size))
      refuse(encoder, member->outer,
             "a key is UTF-8 without NUL bytes, which one here is not");
    lua_pushlstring(lua, member->key, member->size);
    lua_rawget(lua, table);
    write_member(encoder, member, first && i == 0);
  }
}

/* shape is 0 where there is none. */
static void write_object(const struct encoder *encoder,
                         const struct place *place, int table, int shape) {
  lua_State *lua = encoder->lua;
  struct place member = {.outer = place,
                         .table = lua_topointer(lua, table),
                         .depth = place->depth + 1};
  size_t count = count_keys(encoder, place, table);
  size_t written = 0;
  mz_json_text_add(lua, encoder->text, "{", 1);
  if (encoder->style->sort)
    shape = 0;
  if (shape)
    written = write_listed(encoder, &member, table, shape);
  if (written < count)
    write_rest(encoder, &member, table, shape, count);
  end_items(encoder, place, count == 0, "}");
}

/* A table without a mark: what it holds decides. */
static void write_plain(const struct encoder *encoder,
                        const struct place *place, int table) {
  lua_State *lua = encoder->lua;
  bool array = false;
  lua_pushnil(lua);
  if (!lua_next(lua, table))
    refuse(encoder, place,
           "an empty table could be [] or {}: use mz.json.array() or "
           "mz.json.object()");
  lua_pop(lua, 2);
  array = lua_rawlen(lua, table) > 0;
  if (array)
    write_array(encoder, place, table);
  else
    write_object(encoder, place, table, 0);
}

static void write_table(const struct encoder *encoder,
                        const struct place *place) {
  lua_State *lua = encoder->lua;
  int table = lua_gettop(lua);
  luaL_checkstack(lua, 16, NULL);
  mz_sandbox_check(lua);
  if (place->depth >= DEEPEST)
    refuse_depth(encoder, place, lua_topointer(lua, table));
  switch (mz_json_table_kind(lua, table)) {
  case MZ_JSON_PLAIN:
    write_plain(encoder, place, table);
    break;
  case MZ_JSON_ARRAY:
    write_array(encoder, place, table);
    break;
  case MZ_JSON_OBJECT:
    write_object(encoder, place, table, table + 1);
    break;
  case MZ_JSON_OTHER:
    refuse(encoder, place, "a table with a metatable has no JSON value");
  }
  lua_settop(lua, table);
}

static void write_number(const struct encoder *encoder,
                         const struct place *place) {
  lua_State *lua = encoder->lua;
  double number = lua_tonumber(lua, -1);
  if (lua_isinteger(lua, -1))
    mz_json_text_integer(lua, encoder->text, lua_tointeger(lua, -1));
  else if (isfinite(number))
    mz_json_text_real(lua, encoder->text, number);
  else
    refuse(encoder, place, "%s has no JSON value",
           isnan(number) ? "NaN" : "infinity");
}

static void write_string(const struct encoder *encoder,
                         const struct place *place) {
  size_t size = 0;
  const char *text = lua_tolstring(encoder->lua, -1, &size);
  if (!mz_json_is_text(text, size))
    refuse(encoder, place, "a text that is not UTF-8");
  mz_json_text_quote(encoder->lua, encoder->text, text, size);
}

/* Write the value at the top. */
static void write_value(const struct encoder *encoder,
                        const struct place *place) {
  switch (lua_type(encoder->lua, -1)) {
  case LUA_TTABLE:
    write_table(encoder, place);
    break;
  case LUA_TSTRING:
    write_string(encoder, place);
    break;
  case LUA_TNUMBER:
    write_number(encoder, place);
    break;
  case LUA_TBOOLEAN:
    add(encoder, lua_toboolean(encoder->lua, -1) ? "true" : "false");
    break;
  default:
    if (!mz_lua_value_is_null(encoder->lua, -1))
      refuse(encoder, place, "%s has no JSON value",
             mz_lua_value_name(encoder->lua, -1));
    add(encoder, "null");
  }
}

void mz_json_encode(lua_State *lua, const struct mz_json_style *style,
                    struct mz_json_text *text) {
  struct encoder encoder = {.lua = lua, .text = text, .style = style};
  struct place whole = {.outer = NULL};
  mz_json_text_clear(lua, text);
  write_value(&encoder, &whole);
  lua_pushlstring(lua, text->data, text->size);
  mz_json_text_clear(lua, text);
}
