#include "script/lua_text.h"

#include <lauxlib.h>
#include <string.h>

#include "base/html.h"
#include "base/unicode.h"
#include "script/lua_error.h"
#include "script/lua_table.h"
#include "script/lua_value.h"

enum { ROOM = 512 }; /* bytes of an output that needs no allocation */

struct input {
  const char *data;
  size_t size;
  bool ascii;
};

static const char *type_name(lua_State *lua, int index) {
  struct mz_value value;
  if (lua_type(lua, index) == LUA_TUSERDATA &&
      !mz_lua_value_get(lua, index, &value) && value.type == MZ_BLOB)
    return "blob";
  return lua_isnone(lua, index) ? "nil" : luaL_typename(lua, index);
}

/* The text at index, which is what function calls by name. */
static void check_text(lua_State *lua, int index, const char *function,
                       struct input *in) {
  size_t bad = 0;
  enum mz_unicode kind = MZ_UNICODE_ASCII;
  if (lua_type(lua, index) != LUA_TSTRING)
    mz_lua_error_misuse(lua, "%s takes a text, not a %s", function,
                        type_name(lua, index));
  in->data = lua_tolstring(lua, index, &in->size);
  kind = mz_unicode_kind(in->data, in->size, &bad);
  if (kind == MZ_UNICODE_INVALID)
    mz_lua_error_misuse(lua, "%s takes UTF-8, and byte %zu of the text is not",
                        function, bad + 1);
  in->ascii = kind == MZ_UNICODE_ASCII;
}

/* Take the first argument. False where it is nil or mz.null, which then is
 * the one value on the stack. */
static bool take(lua_State *lua, const char *function, struct input *in) {
  int type = lua_type(lua, 1);
  if (type == LUA_TNIL ||
      (type == LUA_TUSERDATA && mz_lua_value_is_null(lua, 1))) {
    lua_settop(lua, 1);
    return false;
  }
  check_text(lua, 1, function, in);
  return true;
}

/* Room for an output of size bytes: stack, of ROOM bytes, or a userdata. */
static void *make_room(lua_State *lua, void *stack, size_t size) {
  return size <= ROOM ? stack : lua_newuserdatauv(lua, size, 0);
}

/* Return the size bytes at out, or the argument where it is the same. */
static int give(lua_State *lua, const struct input *in, const char *out,
                size_t size) {
  if (size == in->size && memcmp(in->data, out, size) == 0)
    lua_pushvalue(lua, 1);
  else
    lua_pushlstring(lua, out, size);
  return 1;
}

/* Apply convert, whose output is up to factor times as long as its input. */
static int apply(lua_State *lua, const struct input *in, size_t factor,
                 size_t (*convert)(const char *, size_t, char *)) {
  char stack[ROOM];
  char *out = make_room(lua, stack, in->size * factor);
  return give(lua, in, out, convert(in->data, in->size, out));
}

static int text_trim(lua_State *lua) {
  struct input in;
  const char *start = NULL;
  size_t size = 0;
  if (!take(lua, "trim", &in))
    return 1;
  start = in.data;
  size = mz_unicode_trim(&start, in.size);
  return give(lua, &in, start, size);
}

static int text_squeeze(lua_State *lua) {
  struct input in;
  if (!take(lua, "squeeze", &in))
    return 1;
  return apply(lua, &in, 1, mz_unicode_squeeze);
}

static int text_lower(lua_State *lua) {
  struct input in;
  if (!take(lua, "lower", &in))
    return 1;
  return apply(lua, &in, 2, mz_unicode_lower);
}

static int text_upper(lua_State *lua) {
  struct input in;
  if (!take(lua, "upper", &in))
    return 1;
  return apply(lua, &in, 2, mz_unicode_upper);
}

static int text_unescape_html(lua_State *lua) {
  struct input in;
  if (!take(lua, "unescape_html", &in))
    return 1;
  return apply(lua, &in, 2, mz_html_unescape);
}

/* text.length(s): how many characters. */
static int text_length(lua_State *lua) {
  struct input in;
  lua_Integer count = 0;
  if (!take(lua, "length", &in))
    return 1;
  for (size_t i = 0; i < in.size; i++)
    count += ((unsigned char)in.data[i] & 0xC0) != 0x80;
  lua_pushinteger(lua, count);
  return 1;
}

/* ---- normal forms -------------------------------------------------------- */

/* The text in a form: written to points, which has room for ROOM bytes, or to
 * a userdata on the stack. */
static char *transform(lua_State *lua, const struct input *in,
                       enum mz_unicode_form form, int32_t *points,
                       size_t *size) {
  size_t capacity = ROOM / sizeof *points - 1;
  size_t count =
      mz_unicode_decompose(in->data, in->size, form, points, capacity);
  if (count > capacity) {
    points = lua_newuserdatauv(lua, (count + 1) * sizeof *points, 0);
    (void)mz_unicode_decompose(in->data, in->size, form, points, count);
  }
  *size = mz_unicode_compose(points, count, form);
  return (char *)points;
}

static int text_fold(lua_State *lua) {
  struct input in;
  int32_t points[ROOM / sizeof(int32_t)];
  char *out = NULL;
  size_t size = 0;
  if (!take(lua, "fold", &in))
    return 1;
  if (in.ascii)
    return apply(lua, &in, 2, mz_unicode_lower);
  out = transform(lua, &in, MZ_UNICODE_FOLD, points, &size);
  return give(lua, &in, out, size);
}

static int text_nfc(lua_State *lua) {
  struct input in;
  int32_t points[ROOM / sizeof(int32_t)];
  char *out = NULL;
  size_t size = 0;
  if (!take(lua, "nfc", &in))
    return 1;
  if (in.ascii) {
    lua_settop(lua, 1);
    return 1;
  }
  out = transform(lua, &in, MZ_UNICODE_NFC, points, &size);
  return give(lua, &in, out, size);
}

static int text_normalise(lua_State *lua) {
  struct input in;
  int32_t points[ROOM / sizeof(int32_t)];
  char *out = NULL;
  size_t size = 0;
  if (!take(lua, "normalise", &in))
    return 1;
  if (in.ascii)
    return apply(lua, &in, 1, mz_unicode_normalise_ascii);
  out = transform(lua, &in, MZ_UNICODE_FOLD, points, &size);
  return give(lua, &in, out, mz_unicode_squeeze(out, size, out));
}

/* ---- with options -------------------------------------------------------- */

/* The options of function at index, nil or a table of the keys. */
static bool check_options(lua_State *lua, int index, const char *const *keys,
                          const char *function) {
  if (lua_isnoneornil(lua, index))
    return false;
  if (!lua_istable(lua, index))
    mz_lua_error_misuse(lua, "the options of %s are a table, not a %s",
                        function, type_name(lua, index));
  mz_lua_table_check(lua, index, keys,
                     lua_pushfstring(lua, "the options of %s", function));
  lua_pop(lua, 1);
  return true;
}

/* text.slug(s, {separator}): fold, then letters and digits alone. */
static int text_slug(lua_State *lua) {
  static const char *const keys[] = {"separator", NULL};
  struct input in;
  struct input separator = {.data = "-", .size = 1};
  int32_t points[ROOM / sizeof(int32_t)];
  char *folded = NULL;
  size_t size = 0;
  char *out = NULL;
  lua_settop(lua, 2);
  if (!take(lua, "slug", &in))
    return 1;
  if (check_options(lua, 2, keys, "slug") &&
      mz_lua_table_push(lua, 2, "separator", LUA_TSTRING, "separator"))
    check_text(lua, -1, "slug", &separator);
  folded = transform(lua, &in, MZ_UNICODE_FOLD, points, &size);
  out = lua_newuserdatauv(lua, size + (size + 1) * separator.size, 0);
  size = mz_unicode_slug(folded, size, separator.data, separator.size, out);
  return give(lua, &in, out, size);
}

struct split {
  struct input separator;
  int64_t limit;
  bool trim;
  bool empty;
  lua_Integer count;
};

/* Where the separator stands in the size bytes at text; size where it does
 * not. */
static size_t find_separator(const struct split *split, const char *text,
                             size_t size) {
  const struct input *separator = &split->separator;
  const char *at = text;
  const char *end = text + size;
  while ((size_t)(end - at) >= separator->size &&
         (at = memchr(at, separator->data[0],
                      (size_t)(end - at) - separator->size + 1))) {
    if (memcmp(at, separator->data, separator->size) == 0)
      return (size_t)(at - text);
    at++;
  }
  return size;
}

static void add_part(lua_State *lua, struct split *split, const char *text,
                     size_t size) {
  if (split->trim)
    size = mz_unicode_trim(&text, size);
  if (!size && !split->empty)
    return;
  lua_pushlstring(lua, text, size);
  lua_rawseti(lua, -2, ++split->count);
}

static void read_split(lua_State *lua, struct split *split) {
  static const char *const keys[] = {"empty", "limit", "trim", NULL};
  check_text(lua, 2, "split", &split->separator);
  if (!split->separator.size)
    mz_lua_error_misuse(lua, "split takes a separator, not an empty text");
  if (!check_options(lua, 3, keys, "split"))
    return;
  mz_lua_table_integer(lua, 3, "limit", "limit", 1, &split->limit);
  mz_lua_table_boolean(lua, 3, "trim", "trim", &split->trim);
  mz_lua_table_boolean(lua, 3, "empty", "empty", &split->empty);
}

/* text.split(s, separator, {limit, trim, empty}): an array. */
static int text_split(lua_State *lua) {
  struct split split = {.limit = INT64_MAX, .empty = true};
  struct input in;
  lua_settop(lua, 3);
  if (!take(lua, "split", &in))
    return 1;
  read_split(lua, &split);
  lua_newtable(lua);
  while (split.count + 1 < split.limit) {
    size_t size = find_separator(&split, in.data, in.size);
    if (size == in.size)
      break;
    add_part(lua, &split, in.data, size);
    size += split.separator.size;
    in.data += size;
    in.size -= size;
  }
  add_part(lua, &split, in.data, in.size);
  return 1;
}

int mz_lua_text_open(lua_State *lua) {
  static const luaL_Reg functions[] = {
      {"fold", text_fold},           {"length", text_length},
      {"lower", text_lower},         {"nfc", text_nfc},
      {"normalise", text_normalise}, {"slug", text_slug},
      {"split", text_split},         {"squeeze", text_squeeze},
      {"trim", text_trim},           {"unescape_html", text_unescape_html},
      {"upper", text_upper},         {NULL, NULL}};
  luaL_newlib(lua, functions);
  return 1;
}
