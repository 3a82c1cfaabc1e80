#include "script/json_text.h"

#include <float.h>
#include <jansson.h>
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "script/lua_error.h"

#define TEXT_TYPE "mz.json_text"

enum { KEPT = 1 << 16, NUMBER = 64 };

/* Set the capacity; false where the sandbox's limit forbids it. */
static bool resize(lua_State *lua, struct mz_json_text *text, size_t capacity) {
  void *context = NULL;
  lua_Alloc allocate = lua_getallocf(lua, &context);
  char *moved = allocate(context, text->data, text->capacity, capacity);
  if (!moved && capacity > 0)
    return false;
  text->data = moved;
  text->capacity = capacity;
  return true;
}

/* Set the capacity when memory is short; garbage makes room. */
static void squeeze(lua_State *lua, struct mz_json_text *text,
                    size_t capacity) {
  lua_gc(lua, LUA_GCCOLLECT, 0);
  if (!resize(lua, text, capacity))
    luaL_error(lua, "not enough memory");
}

/* Room for size more bytes. */
static char *reserve(lua_State *lua, struct mz_json_text *text, size_t size) {
  size_t needed = text->size + size;
  size_t capacity = text->capacity ? text->capacity : 1024;
  if (needed <= text->capacity)
    return text->data + text->size;
  while (capacity < needed)
    capacity *= 2;
  mz_sandbox_check(lua);
  if (!resize(lua, text, capacity))
    squeeze(lua, text, needed + needed / 8);
  return text->data + text->size;
}

static int release(lua_State *lua) {
  struct mz_json_text *text = lua_touserdata(lua, 1);
  json_decref(text->real);
  text->real = NULL;
  text->size = 0;
  (void)resize(lua, text, 0);
  return 0;
}

struct mz_json_text *mz_json_text_new(lua_State *lua) {
  struct mz_json_text *text = lua_newuserdatauv(lua, sizeof *text, 0);
  *text = (struct mz_json_text){.data = NULL};
  if (luaL_newmetatable(lua, TEXT_TYPE)) {
    lua_pushcfunction(lua, release);
    lua_setfield(lua, -2, "__gc");
  }
  lua_setmetatable(lua, -2);
  text->real = json_real(0);
  if (!text->real)
    luaL_error(lua, "not enough memory");
  return text;
}

void mz_json_text_clear(lua_State *lua, struct mz_json_text *text) {
  text->size = 0;
  if (text->capacity > KEPT)
    (void)resize(lua, text, 0);
}

void mz_json_text_add(lua_State *lua, struct mz_json_text *text,
                      const char *bytes, size_t size) {
  char *room = reserve(lua, text, size);
  if (size)
    memcpy(room, bytes, size);
  text->size += size;
}

void mz_json_text_line(lua_State *lua, struct mz_json_text *text,
                       size_t count) {
  char *room = reserve(lua, text, count + 1);
  room[0] = '\n';
  memset(room + 1, ' ', count);
  text->size += count + 1;
}

/* Write the escape of byte, if it needs one; returns its size. */
static size_t escape(char *room, unsigned char byte) {
  static const char digits[] = "0123456789abcdef";
  static const char plain[] = "\"\\\b\f\n\r\t";
  static const char letters[] = "\"\\bfnrt";
  const char *found = byte ? strchr(plain, byte) : NULL;
  room[0] = '\\';
  if (found) {
    room[1] = letters[found - plain];
    return 2;
  }
  room[1] = 'u';
  room[2] = '0';
  room[3] = '0';
  room[4] = digits[byte >> 4];
  room[5] = digits[byte & 0x0FU];
  return 6;
}

void mz_json_text_quote(lua_State *lua, struct mz_json_text *text,
                        const char *bytes, size_t size) {
  enum { STEP = 256, LONGEST = 6 };
  mz_json_text_add(lua, text, "\"", 1);
  for (size_t start = 0; start < size; start += STEP) {
    size_t end = size - start > STEP ? start + STEP : size;
    char *room = reserve(lua, text, (end - start) * LONGEST);
    for (size_t i = start; i < end; i++) {
      unsigned char byte = (unsigned char)bytes[i];
      if (byte >= ' ' && byte != '"' && byte != '\\')
        *room++ = bytes[i];
      else
        room += escape(room, byte);
    }
    text->size = (size_t)(room - text->data);
  }
  mz_json_text_add(lua, text, "\"", 1);
}

void mz_json_text_integer(lua_State *lua, struct mz_json_text *text,
                          lua_Integer number) {
  char digits[NUMBER];
  char *at = digits + sizeof digits;
  lua_Unsigned left =
      number < 0 ? 0 - (lua_Unsigned)number : (lua_Unsigned)number;
  do {
    *--at = (char)('0' + left % 10);
    left /= 10;
  } while (left > 0);
  if (number < 0)
    *--at = '-';
  mz_json_text_add(lua, text, at, (size_t)(digits + sizeof digits - at));
}

/* Fifteen digits are the fewest where they read as the same, and seventeen
 * always do; subnormal numbers have fewer. */
void mz_json_text_real(lua_State *lua, struct mz_json_text *text,
                       double number) {
  char digits[NUMBER];
  size_t precision = fabs(number) < DBL_MIN ? 1 : 15;
  (void)json_real_set(text->real, number);
  for (;; precision++) {
    size_t size = json_dumpb(text->real, digits, sizeof digits - 1,
                             JSON_ENCODE_ANY | JSON_REAL_PRECISION(precision));
    digits[size] = '\0';
    if (precision >= 17 || strtod(digits, NULL) == number) {
      mz_json_text_add(lua, text, digits, size);
      return;
    }
  }
}
