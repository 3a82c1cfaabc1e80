#include "script/json_decode.h"

#include <ctype.h>
#include <jansson.h>
#include <lauxlib.h>
#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "script/json_table.h"
#include "script/lua_error.h"
#include "script/lua_value.h"

#define DOCUMENT_TYPE "mz.json_document"

enum { SHOWN = 40 }; /* characters of the text in a message */

struct mz_json_document {
  json_t *root;
};

static void clear(struct mz_json_document *document) {
  json_decref(document->root);
  document->root = NULL;
}

static int release(lua_State *lua) {
  clear(lua_touserdata(lua, 1));
  return 0;
}

struct mz_json_document *mz_json_document_new(lua_State *lua) {
  struct mz_json_document *document =
      lua_newuserdatauv(lua, sizeof *document, 0);
  document->root = NULL;
  if (luaL_newmetatable(lua, DOCUMENT_TYPE)) {
    lua_pushcfunction(lua, release);
    lua_setfield(lua, -2, "__gc");
  }
  lua_setmetatable(lua, -2);
  return document;
}

/* ---- errors -------------------------------------------------------------- */

static bool is_word(char byte) {
  return isalnum((unsigned char)byte) || strchr("+-._", byte);
}

/* The start of the string whose closing quote is at end. */
static size_t string_start(const char *text, size_t end) {
  size_t start = end;
  bool escaped = true;
  while (start > 0 && escaped) {
    size_t slash = 0;
    start--;
    slash = start;
    while (slash > 0 && text[slash - 1] == '\\')
      slash--;
    escaped = text[start] != '"' || (start - slash) % 2 != 0;
  }
  return start;
}

/* The start of the token whose last byte is at end. */
static size_t token_start(const char *text, size_t end) {
  size_t start = end;
  if (text[end] == '"')
    return string_start(text, end);
  while (start > 0 && is_word(text[start]) && is_word(text[start - 1]))
    start--;
  while (start > 0 && ((unsigned char)text[start] & 0xC0U) == 0x80U)
    start--;
  return start;
}

static bool begins(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

/* jansson takes a NUL byte for the end as well. */
static bool has_ended(const json_error_t *error, size_t size) {
  return json_error_code(error) == json_error_premature_end_of_input &&
         (size_t)error->position >= size;
}

/* Where the token, character or escape is that jansson's error is about: it
 * tells how far it has read. */
static size_t find_place(const char *text, size_t size,
                         const json_error_t *error) {
  enum json_error_code code = json_error_code(error);
  size_t end = (size_t)error->position;
  if (has_ended(error, size))
    return size;
  if (code == json_error_invalid_utf8 ||
      begins(error->text, "control character") ||
      begins(error->text, "unexpected newline"))
    return end < size ? end : size - 1;
  end -= end > 0;
  if (!begins(error->text, "invalid escape") &&
      !begins(error->text, "invalid Unicode"))
    return token_start(text, end);
  while (end > 0 && text[end] != '\\')
    end--;
  return end;
}

/* The size of what may be shown of the size bytes at text: no more than a
 * line, and nothing that a terminal would act on. */
static size_t shown_size(const char *text, size_t size) {
  size_t end = 0;
  int characters = 0;
  if (!mz_text_valid(text, size, &end))
    size = end;
  for (end = 0; end < size; end++) {
    unsigned char byte = (unsigned char)text[end];
    characters += (byte & 0xC0U) != 0x80U;
    if (characters > SHOWN || byte < ' ' || byte == 0x7F ||
        (byte == 0xC2 && (unsigned char)text[end + 1] < 0xA0))
      break;
  }
  return end;
}

/* What is wrong: jansson's own words but for a few, up to its excerpt. */
static const char *explain(const json_error_t *error, bool ended, int *size) {
  const char *end = strstr(error->text, " near ");
  const char *text = error->text;
  if (ended)
    text = "the text ends too early";
  else if (json_error_code(error) == json_error_end_of_input_expected)
    text = "the value has ended already";
  else if (json_error_code(error) == json_error_stack_overflow)
    text = "nested deeper than 2048 levels";
  *size = text == error->text && end ? (int)(end - text) : (int)strlen(text);
  return text;
}

static MZ_NORETURN void refuse(lua_State *lua, const char *text, size_t size,
                               const json_error_t *error) {
  struct mz_error *err = mz_lua_error_slot(lua);
  struct mz_error place = MZ_ERROR_INIT;
  size_t offset = find_place(text, size, error);
  int shown = (int)shown_size(text + offset, size - offset);
  int length = 0;
  const char *what = explain(error, has_ended(error, size), &length);
  mz_text_place(&place, "", text, size, offset);
  if (json_error_code(error) == json_error_out_of_memory)
    (void)mz_error_memory(err);
  (void)mz_error_set(
      err, MZ_EMIGRATION, "invalid JSON at line %d, column %d: %.*s%s%.*s%s",
      place.line, place.column, length, what, shown ? " near `" : "", shown,
      text + offset, shown ? "`" : "");
  mz_error_release(&place);
  mz_lua_error_raise(lua);
}

/* ---- values -------------------------------------------------------------- */

struct decoder {
  lua_State *lua;
  struct mz_json_text *names;
  int arrays; /* indices of what json_table.h pushes */
  int shapes;
};

static void push_value(const struct decoder *decoder, json_t *value);

static int room(size_t count) { return count > INT_MAX ? INT_MAX : (int)count; }

static void push_array(const struct decoder *decoder, const json_t *array) {
  lua_State *lua = decoder->lua;
  size_t count = json_array_size(array);
  lua_createtable(lua, room(count), 0);
  for (size_t i = 0; i < count; i++) {
    push_value(decoder, json_array_get(array, i));
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  lua_pushvalue(lua, decoder->arrays);
  lua_setmetatable(lua, -2);
}

/* jansson keeps keys in their order, and has none with a NUL byte. */
static void push_shape_of(const struct decoder *decoder, json_t *object) {
  struct mz_json_text *names = decoder->names;
  names->size = 0;
  for (void *at = json_object_iter(object); at;
       at = json_object_iter_next(object, at)) {
    const char *key = json_object_iter_key(at);
    mz_json_text_add(decoder->lua, names, key, strlen(key) + 1);
  }
  mz_json_table_push_shape(decoder->lua, decoder->shapes,
                           names->data ? names->data : "", names->size);
}

static void push_object(const struct decoder *decoder, json_t *object) {
  lua_State *lua = decoder->lua;
  lua_Integer index = 0;
  lua_createtable(lua, 0, room(json_object_size(object)));
  push_shape_of(decoder, object);
  for (void *at = json_object_iter(object); at;
       at = json_object_iter_next(object, at)) {
    lua_rawgeti(lua, -1, ++index);
    push_value(decoder, json_object_iter_value(at));
    lua_rawset(lua, -4);
  }
  lua_setmetatable(lua, -2);
}

static void push_value(const struct decoder *decoder, json_t *value) {
  lua_State *lua = decoder->lua;
  luaL_checkstack(lua, 8, NULL);
  switch (json_typeof(value)) {
  case JSON_OBJECT:
    push_object(decoder, value);
    break;
  case JSON_ARRAY:
    push_array(decoder, value);
    break;
  case JSON_STRING:
    lua_pushlstring(lua, json_string_value(value), json_string_length(value));
    break;
  case JSON_INTEGER:
    lua_pushinteger(lua, json_integer_value(value));
    break;
  case JSON_REAL:
    lua_pushnumber(lua, json_real_value(value));
    break;
  case JSON_TRUE:
  case JSON_FALSE:
    lua_pushboolean(lua, json_is_true(value));
    break;
  case JSON_NULL:
    mz_lua_value_push_null(lua);
    break;
  }
}

void mz_json_decode(lua_State *lua, int index,
                    struct mz_json_document *document,
                    struct mz_json_text *names) {
  size_t size = 0;
  const char *text = lua_tolstring(lua, index, &size);
  json_error_t error;
  struct decoder decoder = {.lua = lua, .names = names};
  clear(document); /* what an error has left there */
  document->root = json_loadb(
      text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL,
      &error);
  if (!document->root)
    refuse(lua, text, size, &error);
  mz_json_table_push_arrays(lua);
  decoder.arrays = lua_gettop(lua);
  mz_json_table_push_shapes(lua);
  decoder.shapes = lua_gettop(lua);
  push_value(&decoder, document->root);
  lua_replace(lua, decoder.arrays);
  lua_settop(lua, decoder.arrays);
  clear(document);
  mz_json_text_clear(lua, names);
}
