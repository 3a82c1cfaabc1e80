#include "script/lua_pattern.h"

#include <lauxlib.h>
#include <string.h>

#include "base/pattern.h"
#include "script/sandbox.h"

enum {
  CACHED = 200, /* patterns kept at most */
  QUICK = 32,   /* found by the address of their text */
  CACHE = 1,    /* upvalues of the functions */
  TABLE = 2
};

struct quick {
  const char *text; /* kept by the pattern, so that its address names it */
  size_t size;
  struct mz_pattern *pattern;
};

struct cache {
  struct mz_pattern_meter meter;
  size_t count;
  struct quick quick[QUICK];
};

struct call {
  lua_State *lua;
  const struct mz_pattern *pattern;
  struct mz_pattern_match match;
};

/* ---- the cache ---------------------------------------------------------- */

static void spent(void *context, long steps) {
  mz_sandbox_count(context, (uint64_t)steps);
}

/* The table maps texts to patterns; it starts again when it is full. */
static void make_room(lua_State *lua, struct cache *cache) {
  if (cache->count++ < CACHED)
    return;
  cache->count = 1;
  memset(cache->quick, 0, sizeof cache->quick);
  lua_newtable(lua);
  lua_replace(lua, lua_upvalueindex(TABLE));
}

/* Push the pattern compiled from the text at index, which it keeps. */
static struct mz_pattern *compile(lua_State *lua, int index, bool anchors) {
  size_t size = 0;
  const char *text = lua_tolstring(lua, index, &size);
  void *memory = lua_newuserdatauv(lua, mz_pattern_size(size), 1);
  lua_pushvalue(lua, index);
  lua_setiuservalue(lua, -2, 1);
  return mz_pattern_compile(memory, text, size, anchors);
}

/* Push the pattern of the text at index 2. */
static struct mz_pattern *push_pattern(lua_State *lua, struct cache *cache) {
  struct mz_pattern *pattern = NULL;
  lua_pushvalue(lua, 2);
  if (lua_rawget(lua, lua_upvalueindex(TABLE)) != LUA_TNIL)
    return lua_touserdata(lua, -1);
  lua_pop(lua, 1);
  make_room(lua, cache);
  pattern = compile(lua, 2, true);
  lua_pushvalue(lua, 2);
  lua_pushvalue(lua, -2);
  lua_rawset(lua, lua_upvalueindex(TABLE));
  return pattern;
}

/* The pattern of text, at index 2, which the table keeps. */
static struct mz_pattern *pattern_of(lua_State *lua, struct cache *cache,
                                     const char *text, size_t size) {
  struct quick *quick = &cache->quick[((uintptr_t)text >> 4) % QUICK];
  if (quick->text == text && quick->size == size)
    return quick->pattern;
  quick->text = NULL;
  quick->pattern = push_pattern(lua, cache);
  /* Long strings can be equal but two, only one of which is kept. */
  lua_getiuservalue(lua, -1, 1);
  if (lua_tostring(lua, -1) == text) {
    quick->text = text;
    quick->size = size;
  }
  lua_pop(lua, 2);
  return quick->pattern;
}

/* ---- a call ------------------------------------------------------------- */

static void begin(struct call *call, lua_State *lua, struct cache *cache,
                  const char *subject, size_t size) {
  call->lua = lua;
  call->match.subject = subject;
  call->match.end = subject + size;
  call->match.meter = &cache->meter;
  cache->meter.context = lua;
}

static bool find_from(struct call *call, const char *at) {
  bool found = mz_pattern_find(call->pattern, &call->match, at);
  if (call->match.error)
    luaL_error(call->lua, call->match.error, call->match.index);
  return found;
}

/* Push capture number, from 0; the whole match where there are none. */
static void push_capture(struct call *call, size_t number) {
  const struct mz_pattern *pattern = call->pattern;
  const struct mz_pattern_match *match = &call->match;
  const char *from = match->from;
  const char *to = match->to;
  if (number < pattern->captures) {
    from = match->captures[number].from;
    to = match->captures[number].to;
    if (pattern->unfinished[number])
      luaL_error(call->lua, "unfinished capture");
    if (pattern->position[number]) {
      lua_pushinteger(call->lua, from - match->subject + 1);
      return;
    }
  } else if (number > 0) {
    luaL_error(call->lua, "invalid capture index %%%d", (int)number + 1);
  }
  lua_pushlstring(call->lua, from, (size_t)(to - from));
}

/* Push them all; without any, the whole match where it is asked for. */
static int push_captures(struct call *call, bool whole) {
  size_t count = call->pattern->captures;
  if (count == 0 && whole)
    count = 1;
  luaL_checkstack(call->lua, (int)count, "too many captures");
  for (size_t i = 0; i < count; i++)
    push_capture(call, i);
  return (int)count;
}

/* The offset that a position, the argument at index, means. */
static size_t offset_of(lua_State *lua, int index, size_t size) {
  lua_Integer position = luaL_optinteger(lua, index, 1);
  if (position > 0)
    return (size_t)position - 1;
  if (position == 0 || position < -(lua_Integer)size)
    return 0;
  return size - (size_t)-position;
}

/* ---- find and match ----------------------------------------------------- */

static bool is_plain(const char *pattern, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (pattern[i] && strchr("^$*+?.([%-", pattern[i]))
      return false;
  return true;
}

/* memmem is no part of POSIX. Spends a step a byte, so that what repeats in
 * text and subject is stopped, too. */
static const char *find_plain(struct mz_pattern_meter *meter, const char *at,
                              size_t size, const char *text, size_t length) {
  const char *last = at + size - length;
  const char *hit = at;
  if (length == 0)
    return at;
  for (; length <= size && hit <= last; hit++) {
    hit = memchr(hit, *text, (size_t)(last - hit) + 1);
    if (!hit)
      return NULL;
    if (memcmp(hit, text, length) == 0)
      return hit;
    meter->left -= (long)(length / 8) + 1;
    if (meter->left <= 0) {
      meter->spent(meter->context, MZ_PATTERN_STEPS - meter->left);
      meter->left = MZ_PATTERN_STEPS;
    }
  }
  return NULL;
}

static int give_plain(struct call *call, const char *at, const char *text,
                      size_t length) {
  const char *hit = find_plain(call->match.meter, at,
                               (size_t)(call->match.end - at), text, length);
  if (!hit) {
    lua_pushnil(call->lua);
    return 1;
  }
  lua_pushinteger(call->lua, hit - call->match.subject + 1);
  lua_pushinteger(call->lua, hit - call->match.subject + (lua_Integer)length);
  return 2;
}

static int search(lua_State *lua, bool find) {
  struct cache *cache = lua_touserdata(lua, lua_upvalueindex(CACHE));
  struct call call;
  size_t size = 0;
  size_t length = 0;
  const char *subject = luaL_checklstring(lua, 1, &size);
  const char *text = luaL_checklstring(lua, 2, &length);
  size_t offset = offset_of(lua, 3, size);
  begin(&call, lua, cache, subject, size);
  if (offset > size) {
    lua_pushnil(lua);
    return 1;
  }
  if (find && (lua_toboolean(lua, 4) || is_plain(text, length)))
    return give_plain(&call, subject + offset, text, length);
  call.pattern = pattern_of(lua, cache, text, length);
  if (!find_from(&call, subject + offset)) {
    lua_pushnil(lua);
    return 1;
  }
  if (!find)
    return push_captures(&call, true);
  lua_pushinteger(lua, call.match.from - subject + 1);
  lua_pushinteger(lua, call.match.to - subject);
  return push_captures(&call, false) + 2;
}

static int string_find(lua_State *lua) { return search(lua, true); }

static int string_match(lua_State *lua) { return search(lua, false); }

/* ---- gmatch ------------------------------------------------------------- */

/* The next match from *at on that does not end where the last one did. */
static bool find_next(struct call *call, const char *at, const char *last) {
  while (at <= call->match.end && find_from(call, at)) {
    if (call->match.to != last)
      return true;
    if (call->pattern->anchored)
      return false;
    at = call->match.from + 1;
  }
  return false;
}

/* The upvalues: the cache, the subject, the pattern, the offset to go on
 * from, the end of the last match or -1. */
static int gmatch_next(lua_State *lua) {
  struct cache *cache = lua_touserdata(lua, lua_upvalueindex(CACHE));
  struct call call;
  size_t size = 0;
  const char *subject = lua_tolstring(lua, lua_upvalueindex(2), &size);
  size_t offset = (size_t)lua_tointeger(lua, lua_upvalueindex(4));
  lua_Integer last = lua_tointeger(lua, lua_upvalueindex(5));
  begin(&call, lua, cache, subject, size);
  call.pattern = lua_touserdata(lua, lua_upvalueindex(3));
  if (offset > size ||
      !find_next(&call, subject + offset, last < 0 ? NULL : subject + last))
    return 0;
  lua_pushinteger(lua, call.match.to - subject);
  lua_pushvalue(lua, -1);
  lua_replace(lua, lua_upvalueindex(4));
  lua_replace(lua, lua_upvalueindex(5));
  return push_captures(&call, true);
}

static int string_gmatch(lua_State *lua) {
  struct cache *cache = lua_touserdata(lua, lua_upvalueindex(CACHE));
  size_t size = 0;
  const char *text = NULL;
  size_t offset = 0;
  (void)luaL_checklstring(lua, 1, &size);
  text = luaL_checkstring(lua, 2);
  offset = offset_of(lua, 3, size);
  lua_settop(lua, 2);
  lua_pushvalue(lua, lua_upvalueindex(CACHE));
  lua_pushvalue(lua, 1);
  if (*text == '^') /* is no anchor here */
    (void)compile(lua, 2, false);
  else
    (void)push_pattern(lua, cache);
  lua_pushinteger(lua, (lua_Integer)(offset > size ? size + 1 : offset));
  lua_pushinteger(lua, -1);
  lua_pushcclosure(lua, gmatch_next, 5);
  return 1;
}

/* ---- gsub --------------------------------------------------------------- */

/* Add the match as the text at index 3 says. */
static void add_text(struct call *call, luaL_Buffer *out) {
  size_t size = 0;
  const char *text = lua_tolstring(call->lua, 3, &size);
  const char *end = text + size;
  const char *mark = NULL;
  while ((mark = memchr(text, '%', (size_t)(end - text)))) {
    luaL_addlstring(out, text, (size_t)(mark - text));
    text = mark + 2;
    if (mark[1] == '%') {
      luaL_addchar(out, '%');
    } else if (mark[1] == '0') {
      luaL_addlstring(out, call->match.from,
                      (size_t)(call->match.to - call->match.from));
    } else if (mark[1] >= '1' && mark[1] <= '9') {
      push_capture(call, (size_t)(mark[1] - '1'));
      luaL_addvalue(out);
    } else {
      luaL_error(call->lua, "invalid use of '%c' in replacement string", '%');
    }
  }
  luaL_addlstring(out, text, (size_t)(end - text));
}

/* Add what the table or function at index 3 has for the match; false where
 * it leaves the match as it is. */
static bool add_value(struct call *call, luaL_Buffer *out, int type) {
  lua_State *lua = call->lua;
  if (type == LUA_TTABLE) {
    push_capture(call, 0);
    lua_gettable(lua, 3);
  } else {
    lua_pushvalue(lua, 3);
    lua_call(lua, push_captures(call, true), 1);
  }
  if (!lua_toboolean(lua, -1)) {
    lua_pop(lua, 1);
    luaL_addlstring(out, call->match.from,
                    (size_t)(call->match.to - call->match.from));
    return false;
  }
  if (!lua_isstring(lua, -1))
    luaL_error(lua, "invalid replacement value (a %s)", luaL_typename(lua, -1));
  luaL_addvalue(out);
  return true;
}

/* Push the subject with up to most matches replaced; return how many. */
static lua_Integer replace(struct call *call, int type, lua_Integer most) {
  const char *at = call->match.subject;
  const char *last = NULL;
  lua_Integer count = 0;
  bool changed = false;
  luaL_Buffer out;
  while (count < most && find_next(call, last ? last : at, last)) {
    if (count++ == 0)
      luaL_buffinit(call->lua, &out);
    luaL_addlstring(&out, at, (size_t)(call->match.from - at));
    at = last = call->match.to;
    if (type == LUA_TTABLE || type == LUA_TFUNCTION) {
      changed = add_value(call, &out, type) || changed;
    } else {
      add_text(call, &out);
      changed = true;
    }
    call->match.meter->context = call->lua; /* a callback may have other */
    if (call->pattern->anchored)
      break;
  }
  if (!changed) {
    lua_pushvalue(call->lua, 1);
    return count;
  }
  luaL_addlstring(&out, at, (size_t)(call->match.end - at));
  luaL_pushresult(&out);
  return count;
}

static int string_gsub(lua_State *lua) {
  struct cache *cache = lua_touserdata(lua, lua_upvalueindex(CACHE));
  struct call call;
  size_t size = 0;
  size_t length = 0;
  const char *subject = luaL_checklstring(lua, 1, &size);
  const char *text = luaL_checklstring(lua, 2, &length);
  int type = lua_type(lua, 3);
  lua_Integer most = luaL_optinteger(lua, 4, (lua_Integer)size + 1);
  luaL_argexpected(lua,
                   type == LUA_TNUMBER || type == LUA_TSTRING ||
                       type == LUA_TTABLE || type == LUA_TFUNCTION,
                   3, "string/function/table");
  begin(&call, lua, cache, subject, size);
  lua_settop(lua, 3);
  if (type == LUA_TTABLE || type == LUA_TFUNCTION)
    call.pattern = push_pattern(lua, cache); /* which a callback may forget */
  else
    call.pattern = pattern_of(lua, cache, text, length);
  lua_pushinteger(lua, replace(&call, type, most));
  return 2;
}

void mz_lua_pattern_open(lua_State *lua) {
  static const luaL_Reg functions[] = {{"find", string_find},
                                       {"match", string_match},
                                       {"gmatch", string_gmatch},
                                       {"gsub", string_gsub},
                                       {NULL, NULL}};
  struct cache *cache = lua_newuserdatauv(lua, sizeof *cache, 0);
  memset(cache, 0, sizeof *cache);
  cache->meter.left = MZ_PATTERN_STEPS;
  cache->meter.spent = spent;
  lua_newtable(lua);
  luaL_setfuncs(lua, functions, 2);
}
