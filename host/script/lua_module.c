#include "script/lua_module.h"

#include <lauxlib.h>
#include <string.h>

#include "base/text.h"
#include "script/embedded.h"
#include "script/lua_convert.h"
#include "script/lua_each.h"
#include "script/lua_error.h"
#include "script/lua_fs.h"
#include "script/lua_function.h"
#include "script/lua_hash.h"
#include "script/lua_insert.h"
#include "script/lua_json.h"
#include "script/lua_statement.h"
#include "script/lua_text.h"
#include "script/lua_time.h"
#include "script/lua_uuid.h"
#include "sqlite/schema.h"
#include "sqlite/token.h"

/* What the program's own Lua sees, in the registry. */
#define GLOBALS "mz.globals"

/* What part() has loaded, in the registry. */
#define PARTS "mz.parts"

const char *const mz_lua_module_names[] = {"fs",   "hash", "json", "path",
                                           "text", "time", "uuid", NULL};

/* What mz.fill has in its field constructors. */
const char *const mz_lua_module_functions[] = {"by", "saved", "sql", NULL};

/* The modules that C opens: open pushes the module. */
static const luaL_Reg native[] = {{"fs", mz_lua_fs_open},
                                  {"hash", mz_lua_hash_open},
                                  {"json", mz_lua_json_open},
                                  {"text", mz_lua_text_open},
                                  {"time", mz_lua_time_open},
                                  {"uuid", mz_lua_uuid_open},
                                  {NULL, NULL}};

static const char *const method_files[] = {
    "mz.schema", "mz.rows",          "mz.functions", "mz.seed",     "mz.map",
    "mz.merge",  "mz.rebuild_table", "mz.transform", "mz.preserve", NULL};

/* ---- loading ------------------------------------------------------------- */

static const struct mz_embedded *find_file(const char *name) {
  const struct mz_embedded *file = mz_embedded;
  while (file->name && strcmp(file->name, name) != 0)
    file++;
  return file;
}

/* Push what the embedded file returns. */
static void load(lua_State *lua, const char *name) {
  const struct mz_embedded *file = find_file(name);
  lua_pushfstring(lua, "=%s", name);
  if (luaL_loadbufferx(lua, file->text, file->size, lua_tostring(lua, -1), "t"))
    lua_error(lua);
  lua_getfield(lua, LUA_REGISTRYINDEX, GLOBALS);
  lua_setupvalue(lua, -2, 1);
  lua_call(lua, 0, 1);
  lua_remove(lua, -2);
}

/* ---- what the program's own Lua may call --------------------------------- */

/* misuse(message): raise an error object at the migration's line. */
static int raise_misuse(lua_State *lua) {
  return mz_lua_error_misuse(lua, "%s", luaL_checkstring(lua, 1));
}

/* quote(name): the name as an identifier of SQL. */
static int quote(lua_State *lua) {
  const char *name = luaL_checkstring(lua, 1);
  luaL_Buffer text;
  luaL_buffinit(lua, &text);
  luaL_addchar(&text, '"');
  luaL_addgsub(&text, name, "\"", "\"\"");
  luaL_addchar(&text, '"');
  luaL_pushresult(&text);
  return 1;
}

/* meant(word, words): "; is WORD meant?" for the one of the array that is
 * most like word, or "" where none is much like it. */
static int push_meant(lua_State *lua) {
  const char *word = luaL_checkstring(lua, 1);
  lua_Integer count = (lua_Integer)lua_rawlen(lua, 2);
  const char **words =
      lua_newuserdatauv(lua, ((size_t)count + 1) * sizeof *words, 0);
  const char *nearest = NULL;
  for (lua_Integer i = 0; i < count; i++) {
    lua_rawgeti(lua, 2, i + 1);
    words[i] = luaL_checkstring(lua, -1); /* the array holds it */
    lua_pop(lua, 1);
  }
  words[count] = NULL;
  nearest = mz_text_nearest(word, words);
  if (nearest)
    lua_pushfstring(lua, "; is %s meant?", nearest);
  else
    lua_pushliteral(lua, "");
  return 1;
}

/* Push what broken() returns, for the schema that is the first upvalue. */
static int copy_broken(lua_State *lua) {
  const struct mz_schema *broken = lua_touserdata(lua, lua_upvalueindex(1));
  lua_createtable(lua, (int)broken->count, 0);
  for (size_t i = 0; i < broken->count; i++) {
    lua_createtable(lua, 0, 3);
    lua_pushstring(lua, broken->objects[i].type);
    lua_setfield(lua, -2, "type");
    lua_pushstring(lua, broken->objects[i].name);
    lua_setfield(lua, -2, "name");
    lua_pushstring(lua, broken->objects[i].sql);
    lua_setfield(lua, -2, "message");
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* broken(): {type, name, message} of each view and trigger that does not
 * compile, as an array. */
static int push_broken(lua_State *lua) {
  struct mz_database *database = mz_sandbox_of(lua)->database;
  struct mz_schema broken = MZ_SCHEMA_INIT;
  enum mz_status status = MZ_OK;
  mz_database_guard(database, false);
  status = mz_schema_broken(database, &broken, mz_lua_error_slot(lua));
  mz_database_guard(database, true);
  if (status)
    return mz_lua_error_raise(lua);
  lua_pushlightuserdata(lua, &broken);
  lua_pushcclosure(lua, copy_broken, 1);
  status = lua_pcall(lua, 0, 1, 0) == LUA_OK ? MZ_OK : MZ_EMIGRATION;
  mz_schema_release(&broken);
  return status ? lua_error(lua) : 1;
}

/* Called with SQL and its parameters: the rows changed. */
static int run_statement(lua_State *lua) {
  struct mz_lua_statement *used = mz_lua_statement_new(lua, 1);
  lua_insert(lua, 1);
  lua_pushinteger(lua, mz_lua_statement_run(lua, used, 3));
  return 1;
}

/* own(sql, ...): run a statement of the program's own, which may write to its
 * tables: the rows changed. */
static int run_own(lua_State *lua) {
  struct mz_database *database = mz_sandbox_of(lua)->database;
  int code = LUA_OK;
  lua_pushcfunction(lua, run_statement);
  lua_insert(lua, 1);
  mz_database_guard(database, false);
  code = lua_pcall(lua, lua_gettop(lua) - 1, 1, 0);
  mz_database_guard(database, true);
  return code == LUA_OK ? 1 : lua_error(lua);
}

/* part(name): what another file of the program returns, loaded once. */
static int push_part(lua_State *lua) {
  const char *name = luaL_checkstring(lua, 1);
  luaL_getsubtable(lua, LUA_REGISTRYINDEX, PARTS);
  if (lua_getfield(lua, -1, name) == LUA_TNIL) {
    load(lua, name);
    lua_pushvalue(lua, -1);
    lua_setfield(lua, -4, name);
  }
  return 1;
}

static const char *const token_kinds[] = {[MZ_TOKEN_END] = "end",
                                          [MZ_TOKEN_SPACE] = "space",
                                          [MZ_TOKEN_COMMENT] = "comment",
                                          [MZ_TOKEN_WORD] = "word",
                                          [MZ_TOKEN_QUOTED] = "quoted",
                                          [MZ_TOKEN_STRING] = "string",
                                          [MZ_TOKEN_NUMBER] = "number",
                                          [MZ_TOKEN_VARIABLE] = "variable",
                                          [MZ_TOKEN_SEMICOLON] = "operator",
                                          [MZ_TOKEN_OPERATOR] = "operator",
                                          [MZ_TOKEN_OPEN] = "open"};

/* tokens(sql): an array of {kind, from, to}, which covers all of the text. */
static int push_tokens(lua_State *lua) {
  size_t size = 0;
  const char *text = luaL_checklstring(lua, 1, &size);
  const char *cursor = text;
  struct mz_token token;
  lua_newtable(lua);
  for (lua_Integer i = 1; mz_token_next(&cursor, text + size, &token); i++) {
    lua_createtable(lua, 0, 3);
    lua_pushstring(lua, token_kinds[token.kind]);
    lua_setfield(lua, -2, "kind");
    lua_pushinteger(lua, token.text - text + 1);
    lua_setfield(lua, -2, "from");
    lua_pushinteger(lua, token.text - text + (lua_Integer)token.size);
    lua_setfield(lua, -2, "to");
    lua_rawseti(lua, -2, i);
  }
  return 1;
}

static const luaL_Reg helpers[] = {
    {"broken", push_broken},
    {"convert", mz_lua_convert},
    {"convert_prepare", mz_lua_convert_prepare},
    {"define_collation", mz_lua_function_collation},
    {"define_function", mz_lua_function_define},
    {"each", mz_lua_each},
    {"meant", push_meant},
    {"misuse", raise_misuse},
    {"own", run_own},
    {"part", push_part},
    {"quote", quote},
    {"tokens", push_tokens},
    {"upsert", mz_lua_insert_upsert},
    {"watched", mz_lua_each_watched},
    {NULL, NULL}};

void mz_lua_module_open(lua_State *lua) {
  lua_newtable(lua);
  lua_pushglobaltable(lua);
  lua_pushnil(lua);
  while (lua_next(lua, -2)) {
    lua_pushvalue(lua, -2);
    lua_insert(lua, -2);
    lua_rawset(lua, -5);
  }
  lua_pop(lua, 1);
  luaL_setfuncs(lua, helpers, 0);
  lua_setfield(lua, LUA_REGISTRYINDEX, GLOBALS);
}

/* ---- opening ------------------------------------------------------------- */

static bool is_among(const char *name, const char *const *known) {
  while (*known && strcmp(*known, name) != 0)
    known++;
  return *known;
}

static void open_module(lua_State *lua, const char *name) {
  const luaL_Reg *found = native;
  while (found->name && strcmp(found->name, name) != 0)
    found++;
  if (found->name) {
    lua_pushcfunction(lua, found->func);
    lua_call(lua, 0, 1);
  } else
    load(lua, lua_pushfstring(lua, "mz.%s", name));
}

static void open_constructor(lua_State *lua, const char *name) {
  lua_pushcfunction(lua, push_part);
  lua_pushliteral(lua, "mz.fill");
  lua_call(lua, 1, 1);
  lua_getfield(lua, -1, "constructors");
  lua_getfield(lua, -1, name);
}

/* __index of mz. */
static int find_module(lua_State *lua) {
  const char *name = lua_tostring(lua, 2);
  if (lua_type(lua, 2) != LUA_TSTRING)
    return 0;
  if (is_among(name, mz_lua_module_names))
    open_module(lua, name);
  else if (is_among(name, mz_lua_module_functions))
    open_constructor(lua, name);
  else
    return 0;
  lua_pushvalue(lua, 2);
  lua_pushvalue(lua, -2);
  lua_rawset(lua, 1);
  return 1;
}

/* __index of the methods: the first one that is missing loads all. */
static int find_method(lua_State *lua) {
  lua_settop(lua, 2);
  lua_pushnil(lua);
  lua_setmetatable(lua, 1);
  for (const char *const *file = method_files; *file; file++) {
    load(lua, *file);
    lua_pushvalue(lua, 1);
    lua_call(lua, 1, 0);
  }
  lua_pushvalue(lua, 2);
  lua_rawget(lua, 1);
  return 1;
}

static void set_index(lua_State *lua, lua_CFunction function) {
  lua_createtable(lua, 0, 2);
  lua_pushcfunction(lua, function);
  lua_setfield(lua, -2, "__index");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_setmetatable(lua, -2);
}

void mz_lua_module_attach(lua_State *lua) { set_index(lua, find_module); }

void mz_lua_module_attach_methods(lua_State *lua) {
  set_index(lua, find_method);
}
