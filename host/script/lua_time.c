#include "script/lua_time.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "base/time.h"
#include "base/zone.h"
#include "script/lua_error.h"
#include "script/lua_table.h"
#include "script/lua_value.h"

#define ZONE_TYPE "mz.zone"
#define ZONES lua_upvalueindex(1) /* a table: the zones by name */

static const char wanted[] = "%Y-%m-%d %H:%M:%S";

/* False where the first argument is nil or mz.null, which then is the one
 * value on the stack; the others are at 2 and 3. */
static bool take(lua_State *lua) {
  lua_settop(lua, 3);
  if (!lua_isnil(lua, 1) && !mz_lua_value_is_null(lua, 1))
    return true;
  lua_settop(lua, 1);
  return false;
}

/* ---- zones --------------------------------------------------------------- */

static int close_zone(lua_State *lua) {
  mz_zone_close(luaL_checkudata(lua, 1, ZONE_TYPE));
  return 0;
}

/* The zone that the text at the top names; it stays there. */
static const struct mz_zone *open_zone(lua_State *lua) {
  struct mz_zone *zone = NULL;
  lua_pushvalue(lua, -1);
  if (lua_rawget(lua, ZONES) == LUA_TUSERDATA)
    return lua_touserdata(lua, -1);
  lua_pop(lua, 1);
  zone = lua_newuserdatauv(lua, sizeof *zone, 0);
  *zone = (struct mz_zone)MZ_ZONE_INIT;
  luaL_setmetatable(lua, ZONE_TYPE);
  if (mz_zone_open(zone, MZ_ZONE_FOLDER, lua_tostring(lua, -2),
                   mz_lua_error_slot(lua)))
    mz_lua_error_raise(lua);
  lua_pushvalue(lua, -2);
  lua_pushvalue(lua, -2);
  lua_rawset(lua, ZONES);
  return zone;
}

/* The zone of the options at index, or NULL; on the stack while it is used. */
static const struct mz_zone *read_zone(lua_State *lua, int index) {
  if (!mz_lua_table_push(lua, index, "zone", LUA_TSTRING, "zone"))
    return NULL;
  return open_zone(lua);
}

static bool check_options(lua_State *lua, int index, const char *const *keys,
                          const char *what) {
  if (lua_isnil(lua, index))
    return false;
  if (!lua_istable(lua, index))
    mz_lua_error_misuse(lua, "%s are a table, not a %s", what,
                        luaL_typename(lua, index));
  mz_lua_table_check(lua, index, keys, what);
  return true;
}

/* ---- formats ------------------------------------------------------------- */

/* Raise where format has a code that isn't among known. */
static void check_codes(lua_State *lua, const char *format, const char *known) {
  const char *at = format;
  while ((at = strchr(at, '%'))) {
    if (!at[1] || !strchr(known, at[1]))
      mz_lua_error_misuse(lua,
                          "there is no %%%.1s in a format: the letters are %s",
                          at + 1, known);
    at += 2;
  }
}

/* Whether one of the codes stands in format. */
static bool has_code(const char *format, const char *codes) {
  for (const char *at = format; (at = strchr(at, '%')); at += 2)
    if (strchr(codes, at[1]))
      return true;
  return false;
}

static void check_read_format(lua_State *lua, const char *format) {
  check_codes(lua, format, mz_time_read_codes);
  if (!has_code(format, "Yy") || !has_code(format, "mbB") ||
      !has_code(format, "de"))
    mz_lua_error_misuse(lua, "the format \"%.80s\" has no year, month and day",
                        format);
}

/* ---- parse --------------------------------------------------------------- */

struct parse {
  const char *text;   /* NULL: a number */
  const char *format; /* NULL: guess */
  const struct mz_zone *zone;
  int choice; /* of two times, 0 or 1; -1: raise */
};

/* A fraction of milliseconds is the number that is nearest to its text. */
static int push_seconds(lua_State *lua, int64_t seconds, int nanosecond) {
  int milliseconds = nanosecond / 1000000;
  if (!nanosecond)
    lua_pushinteger(lua, seconds);
  else if (nanosecond % 1000000 == 0)
    lua_pushnumber(lua, ((double)seconds * 1000 + milliseconds) / 1000);
  else
    lua_pushnumber(lua, (double)seconds + nanosecond / 1e9);
  return 1;
}

/* The number that the argument is, or that its text says. */
static double get_number(lua_State *lua, const struct parse *parse) {
  const char *text = parse->text;
  if (text && (!*text || text[strspn(text, "+-.0123456789eE")] ||
               !lua_stringtonumber(lua, text)))
    mz_lua_error_misuse(lua, "\"%.80s\" is no number, as format = \"%s\" wants",
                        text, parse->format);
  return lua_tonumber(lua, text ? -1 : 1);
}

/* A number of days or milliseconds, as seconds. */
static int parse_number(lua_State *lua, const struct parse *parse) {
  double number = get_number(lua, parse);
  double milliseconds = number;
  struct mz_time time;
  if (strcmp(parse->format, "unix") == 0)
    milliseconds = number * 1000;
  else if (strcmp(parse->format, "julian") == 0)
    milliseconds = (number - 2440587.5) * 86400000;
  milliseconds = floor(milliseconds + 0.5);
  if (!(fabs(milliseconds) < 1e15) ||
      !mz_time_from_seconds(&time, (int64_t)floor(milliseconds / 1000), 0))
    mz_lua_error_misuse(lua,
                        "%.14g as format = \"%s\" is not in the years 0 "
                        "to 9999",
                        number, parse->format);
  return push_seconds(lua, (int64_t)floor(milliseconds / 1000),
                      (int)fmod(fmod(milliseconds, 1000) + 1000, 1000) *
                          1000000);
}

static void show_time(int64_t seconds, char out[32]) {
  struct mz_time time;
  if (!mz_time_from_seconds(&time, seconds, 0))
    time = (struct mz_time){.year = 0};
  (void)snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02dZ", time.year,
                 time.month, time.day, time.hour, time.minute, time.second);
}

/* What a clock of the zone that shows local means. */
static int64_t find_time(lua_State *lua, const struct parse *parse,
                         int64_t local) {
  int64_t times[2];
  char shown[2][32];
  enum mz_zone_local found = mz_zone_find(parse->zone, local, times);
  if (found == MZ_ZONE_ONE || parse->choice >= 0)
    return times[parse->choice > 0];
  show_time(times[0], shown[0]);
  show_time(times[1], shown[1]);
  mz_lua_error_misuse(
      lua,
      "\"%.80s\" is %s, as clocks are put %s: pass ambiguous = "
      "\"earlier\" (%s) or \"later\" (%s)",
      parse->text, found == MZ_ZONE_TWICE ? "shown twice" : "never shown",
      found == MZ_ZONE_TWICE ? "back" : "forward", shown[0], shown[1]);
}

static MZ_NORETURN int refuse(lua_State *lua, const struct parse *parse) {
  if (parse->format)
    mz_lua_error_misuse(lua, "\"%.80s\" is not of the format \"%.80s\"",
                        parse->text, parse->format);
  if (strchr(parse->text, '/'))
    mz_lua_error_misuse(lua,
                        "\"%.80s\" may have the month or the day first: pass "
                        "format, such as \"%%m/%%d/%%Y\" or \"%%d/%%m/%%Y\"",
                        parse->text);
  mz_lua_error_misuse(lua,
                      "\"%.80s\" is not a known form of a time: pass "
                      "format, such as \"%s\"",
                      parse->text, wanted);
}

static int parse_text(lua_State *lua, const struct parse *parse) {
  struct mz_time time;
  int64_t seconds = 0;
  struct mz_time checked;
  bool found = parse->format ? mz_time_read(&time, parse->format, parse->text)
                             : mz_time_guess(&time, parse->text);
  if (!found || strlen(parse->text) != lua_rawlen(lua, 1))
    return refuse(lua, parse);
  if (!mz_time_to_seconds(&time, &seconds))
    mz_lua_error_misuse(lua, "there is no such day or time: \"%.80s\"",
                        parse->text);
  if (time.zoned)
    seconds -= time.offset;
  else if (parse->zone)
    seconds = find_time(lua, parse, seconds);
  if (!mz_time_from_seconds(&checked, seconds, 0))
    mz_lua_error_misuse(lua, "\"%.80s\" is not in the years 0 to 9999, UTC",
                        parse->text);
  return push_seconds(lua, seconds, time.nanosecond);
}

static int read_choice(lua_State *lua) {
  const char *word = NULL;
  if (!mz_lua_table_push(lua, 2, "ambiguous", LUA_TSTRING, "ambiguous"))
    return -1;
  word = lua_tostring(lua, -1);
  if (strcmp(word, "earlier") != 0 && strcmp(word, "later") != 0)
    mz_lua_error_misuse(
        lua, "ambiguous must be \"earlier\" or \"later\", not \"%.80s\"", word);
  return word[0] == 'l';
}

static void read_parse(lua_State *lua, struct parse *parse) {
  static const char *const keys[] = {"ambiguous", "format", "zone", NULL};
  if (lua_type(lua, 1) == LUA_TSTRING)
    parse->text = lua_tostring(lua, 1);
  else if (lua_type(lua, 1) != LUA_TNUMBER)
    mz_lua_error_misuse(lua, "parse takes a text or a number, not a %s",
                        luaL_typename(lua, 1));
  if (!check_options(lua, 2, keys, "the options of parse"))
    return;
  parse->choice = read_choice(lua);
  if (mz_lua_table_push(lua, 2, "format", LUA_TSTRING, "format"))
    parse->format = lua_tostring(lua, -1);
  parse->zone = read_zone(lua, 2);
}

static bool is_number_format(const char *format) {
  return format && (!strcmp(format, "unix") || !strcmp(format, "unix_ms") ||
                    !strcmp(format, "julian"));
}

/* time.parse(value, {format, zone, ambiguous}): seconds. */
static int time_parse(lua_State *lua) {
  struct parse parse = {.choice = -1};
  if (!take(lua))
    return 1;
  read_parse(lua, &parse);
  if (is_number_format(parse.format))
    return parse_number(lua, &parse);
  if (!parse.text)
    return mz_lua_error_misuse(lua, "a number is a time by its format: pass "
                                    "\"unix\", \"unix_ms\" or \"julian\"");
  if (parse.format)
    check_read_format(lua, parse.format);
  return parse_text(lua, &parse);
}

/* ---- format -------------------------------------------------------------- */

/* Set *time to the argument, in zone and to the millisecond; return whether
 * it has a fraction. */
static bool read_time(lua_State *lua, const struct mz_zone *zone, bool minutes,
                      struct mz_time *time) {
  double value = lua_tonumber(lua, 1);
  double milliseconds = floor(value * 1000 + 0.5);
  int64_t seconds = 0;
  int offset = 0;
  if (!(fabs(value) < 1e12))
    mz_lua_error_misuse(lua, "format takes a time in the years 0 to 9999");
  seconds = (int64_t)floor(milliseconds / 1000);
  offset = zone ? mz_zone_offset(zone, seconds) : 0;
  if (minutes)
    offset -= offset % 60;
  if (!mz_time_from_seconds(time, seconds, offset))
    mz_lua_error_misuse(lua, "format takes a time in the years 0 to 9999");
  time->nanosecond = (int)(milliseconds - (double)seconds * 1000) * 1000000;
  return time->nanosecond;
}

static int push_formatted(lua_State *lua, const struct mz_time *time,
                          const char *format) {
  char out[MZ_TIME_SIZE];
  luaL_Buffer text;
  luaL_buffinit(lua, &text);
  for (; *format; format++) {
    if (*format != '%') {
      luaL_addchar(&text, *format);
      continue;
    }
    mz_time_put(time, *++format, out);
    luaL_addstring(&text, out);
  }
  luaL_pushresult(&text);
  return 1;
}

/* time.format(seconds, format, {zone}): text. */
static int time_format(lua_State *lua) {
  static const char *const keys[] = {"zone", NULL};
  const struct mz_zone *zone = NULL;
  const char *format = NULL;
  struct mz_time time;
  bool fraction = false;
  if (!take(lua))
    return 1;
  if (lua_type(lua, 1) != LUA_TNUMBER)
    mz_lua_error_misuse(lua, "format takes a number of seconds, not a %s",
                        luaL_typename(lua, 1));
  if (!lua_isnil(lua, 2) && lua_type(lua, 2) != LUA_TSTRING)
    mz_lua_error_misuse(lua, "a format is a text, not a %s",
                        luaL_typename(lua, 2));
  format = lua_tostring(lua, 2);
  if (check_options(lua, 3, keys, "the options of format"))
    zone = read_zone(lua, 3);
  if (!format) {
    fraction = read_time(lua, zone, false, &time);
    return push_formatted(lua, &time, fraction ? "%Y-%m-%d %H:%M:%f" : wanted);
  }
  if (strcmp(format, "rfc3339") == 0) {
    fraction = read_time(lua, zone, true, &time);
    return push_formatted(
        lua, &time, fraction ? "%Y-%m-%dT%H:%M:%f%:" : "%Y-%m-%dT%H:%M:%S%:");
  }
  check_codes(lua, format, mz_time_put_codes);
  (void)read_time(lua, zone, has_code(format, "z"), &time);
  return push_formatted(lua, &time, format);
}

int mz_lua_time_open(lua_State *lua) {
  static const luaL_Reg functions[] = {
      {"format", time_format}, {"parse", time_parse}, {NULL, NULL}};
  luaL_newmetatable(lua, ZONE_TYPE);
  lua_pushcfunction(lua, close_zone);
  lua_setfield(lua, -2, "__gc");
  lua_pop(lua, 1);
  luaL_newlibtable(lua, functions);
  lua_newtable(lua);
  luaL_setfuncs(lua, functions, 1);
  return 1;
}
