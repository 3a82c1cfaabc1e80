#include "script/lua_function.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "script/lua_error.h"
#include "script/lua_rethrow.h"
#include "script/lua_statement.h"
#include "script/lua_value.h"

enum { STACK = 8 }; /* slots that a call needs before it is protected */

enum kind { FUNCTION, AGGREGATE, COLLATION };

struct mz_lua_function {
  struct mz_lua_function *next;
  struct mz_sandbox *sandbox;
  enum kind kind;
  char *name;
  int function; /* what Lua calls, as references; an aggregate's step */
  int final;
  lua_Integer arguments; /* -1: any number */
  bool added;            /* SQLite knows it */
  bool known; /* the schema named it before: the application has one as well */
  union {
    struct mz_function of_function;
    struct mz_collation of_collation;
  };
};

/* ---- calling ------------------------------------------------------------- */

void mz_lua_function_fail(lua_State *lua, const struct mz_call *call) {
  mz_lua_rethrow_keep(lua);
  mz_function_fail(call, "a function in Lua raised an error");
}

/* Fails without a call while an error is on its way out, and at the end. */
bool mz_lua_function_call(struct mz_sandbox *sandbox, lua_CFunction function,
                          void *context, const struct mz_call *call) {
  lua_State *lua = sandbox->running;
  int code = LUA_OK;
  if (sandbox->closing || sandbox->thrown || !lua_checkstack(lua, STACK)) {
    mz_function_fail(call, "the function cannot be called now");
    return false;
  }
  sandbox->inside++;
  lua_pushcfunction(lua, function);
  lua_pushlightuserdata(lua, context);
  code = mz_lua_rethrow_call(lua, 1, 0);
  sandbox->inside--;
  if (code != LUA_OK)
    mz_lua_function_fail(lua, call);
  return code == LUA_OK;
}

void mz_lua_function_push(lua_State *lua, const struct mz_call *call,
                          int index) {
  struct mz_value value;
  mz_function_argument(call, index, &value);
  mz_lua_value_push_value(lua, &value);
}

struct request {
  const struct mz_lua_function *function;
  const struct mz_call *call;
  int *state; /* of an aggregate's group: a reference to its table */
};

static void push_arguments(lua_State *lua, const struct request *request) {
  const struct mz_call *call = request->call;
  lua_Integer wanted = request->function->arguments;
  if (wanted >= 0 && wanted != call->count)
    mz_lua_error_misuse(lua, "%s takes %d argument%s, not %d",
                        request->function->name, (int)wanted,
                        wanted == 1 ? "" : "s", call->count);
  luaL_checkstack(lua, call->count + STACK, "too many arguments");
  for (int i = 0; i < call->count; i++)
    mz_lua_function_push(lua, call, i);
}

/* Give the value at the top to SQLite. */
static void give_result(lua_State *lua, const struct request *request) {
  struct mz_value value;
  const char *reason = mz_lua_value_get(lua, -1, &value);
  if (reason)
    mz_lua_error_misuse(lua, "what %s returns: %s", request->function->name,
                        reason);
  mz_function_result(request->call, &value, true);
}

static int call_function(lua_State *lua) {
  const struct request *request = lua_touserdata(lua, 1);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, request->function->function);
  push_arguments(lua, request);
  lua_call(lua, request->call->count, 1);
  give_result(lua, request);
  return 0;
}

/* Push the group's table, made when it is first asked for. */
static void push_state(lua_State *lua, int *state) {
  if (!state)
    mz_lua_error_misuse(lua, "out of memory");
  if (*state == 0) {
    lua_newtable(lua);
    *state = luaL_ref(lua, LUA_REGISTRYINDEX);
  }
  lua_rawgeti(lua, LUA_REGISTRYINDEX, *state);
}

static int call_step(lua_State *lua) {
  const struct request *request = lua_touserdata(lua, 1);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, request->function->function);
  push_state(lua, request->state);
  push_arguments(lua, request);
  lua_call(lua, request->call->count + 1, 0);
  return 0;
}

static int call_final(lua_State *lua) {
  const struct request *request = lua_touserdata(lua, 1);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, request->function->final);
  push_state(lua, request->state);
  lua_call(lua, 1, 1);
  give_result(lua, request);
  return 0;
}

static void on_call(void *context, const struct mz_call *call) {
  struct mz_lua_function *function = context;
  struct request request = {.function = function, .call = call};
  bool aggregate = function->kind == AGGREGATE;
  if (aggregate)
    request.state = mz_function_state(call);
  (void)mz_lua_function_call(
      function->sandbox, aggregate ? call_step : call_function, &request, call);
}

/* Called for a statement that failed or was left as well. */
static void on_final(void *context, const struct mz_call *call) {
  struct mz_lua_function *function = context;
  struct mz_sandbox *sandbox = function->sandbox;
  struct request request = {
      .function = function, .call = call, .state = mz_function_state(call)};
  lua_State *lua = sandbox->running;
  if (sandbox->closing)
    return;
  if (!sandbox->tripped)
    (void)mz_lua_function_call(sandbox, call_final, &request, call);
  if (request.state && *request.state && lua_checkstack(lua, STACK))
    luaL_unref(lua, LUA_REGISTRYINDEX, *request.state);
}

/* ---- collations ---------------------------------------------------------- */

struct comparison {
  const struct mz_lua_function *function;
  const struct mz_value *a;
  const struct mz_value *b;
  int result;
};

static int call_compare(lua_State *lua) {
  struct comparison *comparison = lua_touserdata(lua, 1);
  lua_Number order = 0;
  lua_rawgeti(lua, LUA_REGISTRYINDEX, comparison->function->function);
  mz_lua_value_push_value(lua, comparison->a);
  mz_lua_value_push_value(lua, comparison->b);
  lua_call(lua, 2, 1);
  order = lua_tonumber(lua, -1);
  if (lua_type(lua, -1) != LUA_TNUMBER || order != order)
    return mz_lua_error_misuse(lua,
                               "the collation %s must return a number below, "
                               "at or above 0, not a %s",
                               comparison->function->name,
                               luaL_typename(lua, -1));
  comparison->result = (order > 0) - (order < 0);
  return 0;
}

/* The order that SQLite has without a collation. */
static int compare_bytes(const struct mz_value *a, const struct mz_value *b) {
  size_t size = a->bytes.size < b->bytes.size ? a->bytes.size : b->bytes.size;
  int order = size ? memcmp(a->bytes.data, b->bytes.data, size) : 0;
  return order ? order
               : (a->bytes.size > b->bytes.size) -
                     (a->bytes.size < b->bytes.size);
}

/* No comparison can fail its statement, which goes on with an order that is
 * none: so an error ends the migration. */
static int on_compare(void *context, const struct mz_value *a,
                      const struct mz_value *b) {
  struct mz_lua_function *function = context;
  struct mz_sandbox *sandbox = function->sandbox;
  struct comparison comparison = {.function = function, .a = a, .b = b};
  lua_State *lua = sandbox->running;
  int code = LUA_OK;
  if (sandbox->closing || sandbox->tripped || !lua_checkstack(lua, STACK))
    return compare_bytes(a, b);
  sandbox->inside++;
  lua_pushcfunction(lua, call_compare);
  lua_pushlightuserdata(lua, &comparison);
  code = mz_lua_rethrow_call(lua, 1, 0);
  sandbox->inside--;
  if (code == LUA_OK)
    return comparison.result;
  mz_lua_rethrow_keep(lua);
  sandbox->lasting = !sandbox->tripped;
  mz_sandbox_trip(sandbox, MZ_EMIGRATION, "a collation raised an error");
  return compare_bytes(a, b);
}

/* ---- defining ------------------------------------------------------------ */

static enum mz_status remove_from(struct mz_lua_function *function,
                                  struct mz_error *err) {
  struct mz_database *database = function->sandbox->database;
  enum mz_status status = MZ_OK;
  if (!function->added)
    return MZ_OK;
  if (function->kind == COLLATION)
    status =
        mz_function_remove_collation(database, &function->of_collation, err);
  else
    status = mz_function_remove(database, &function->of_function, err);
  function->added = status != MZ_OK;
  return status;
}

static enum mz_status add_to(struct mz_lua_function *function,
                             struct mz_error *err) {
  struct mz_database *database = function->sandbox->database;
  enum mz_status status = MZ_OK;
  if (function->kind == COLLATION)
    status = mz_function_add_collation(database, &function->of_collation, err);
  else
    status = mz_function_add(database, &function->of_function, err);
  function->added = status == MZ_OK;
  return status;
}

/* Called when no Lua and no statement is left. */
static void forget_all(struct mz_sandbox *sandbox) {
  while (sandbox->functions) {
    struct mz_lua_function *function = sandbox->functions;
    enum mz_status ignored = remove_from(function, NULL);
    (void)ignored; /* nothing can be using it */
    sandbox->functions = function->next;
    free(function->name);
    free(function);
  }
}

/* The function or collation of that name, new where there is none. */
static struct mz_lua_function *find_or_make(lua_State *lua, const char *name,
                                            bool collation) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  struct mz_lua_function *found = sandbox->functions;
  while (found && ((found->kind == COLLATION) != collation ||
                   strcasecmp(found->name, name) != 0))
    found = found->next;
  if (found)
    return found;
  found = calloc(1, sizeof *found);
  if (found)
    found->name = strdup(name);
  if (!found || !found->name) {
    free(found);
    mz_lua_error_misuse(lua, "out of memory");
  }
  found->sandbox = sandbox;
  found->kind = collation ? COLLATION : FUNCTION;
  found->function = found->final = LUA_NOREF;
  found->next = sandbox->functions;
  sandbox->functions = found;
  sandbox->forget = forget_all;
  return found;
}

/* Whether the schema names it already. */
static bool is_known(lua_State *lua, const char *name, bool collation) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  char *object = NULL;
  bool known = false;
  if (mz_function_find_use(sandbox->database, name, collation, &object,
                           mz_lua_error_slot(lua)))
    mz_lua_error_raise(lua);
  known = object;
  free(object);
  return known;
}

/* Have the reference hold the value at index. */
static void refer(lua_State *lua, int *reference, int index) {
  luaL_unref(lua, LUA_REGISTRYINDEX, *reference);
  *reference = LUA_NOREF;
  lua_pushvalue(lua, index);
  *reference = luaL_ref(lua, LUA_REGISTRYINDEX);
}

static const char *check_name(lua_State *lua) {
  mz_lua_statement_enter(lua);
  return luaL_checkstring(lua, 1);
}

int mz_lua_function_define(lua_State *lua) {
  const char *name = check_name(lua);
  enum kind kind = lua_isnil(lua, 3) ? FUNCTION : AGGREGATE;
  struct mz_lua_function *function = find_or_make(lua, name, false);
  struct mz_function wanted = {.name = function->name,
                               .deterministic = lua_toboolean(lua, 5),
                               .context = function,
                               .call = on_call,
                               .final = kind == AGGREGATE ? on_final : NULL};
  if (!function->added)
    function->known = is_known(lua, name, false);
  if (function->kind != kind ||
      function->of_function.deterministic != wanted.deterministic)
    if (remove_from(function, mz_lua_error_slot(lua)))
      return mz_lua_error_raise(lua);
  function->kind = kind;
  function->arguments = lua_tointeger(lua, 4);
  refer(lua, &function->function, 2);
  refer(lua, &function->final, 3);
  if (function->added)
    return 0;
  function->of_function = wanted;
  if (add_to(function, mz_lua_error_slot(lua)))
    return mz_lua_error_raise(lua);
  return 0;
}

int mz_lua_function_collation(lua_State *lua) {
  const char *name = check_name(lua);
  struct mz_lua_function *function = find_or_make(lua, name, true);
  if (!function->added)
    function->known = is_known(lua, name, true);
  refer(lua, &function->function, 2);
  if (function->added)
    return 0;
  function->of_collation = (struct mz_collation){
      .name = function->name, .context = function, .compare = on_compare};
  if (add_to(function, mz_lua_error_slot(lua)))
    return mz_lua_error_raise(lua);
  return 0;
}

void mz_lua_function_own(lua_State *lua, const char *name,
                         void (*call)(void *, const struct mz_call *)) {
  struct mz_lua_function *function = find_or_make(lua, name, false);
  if (function->added)
    return;
  function->known = true;
  function->of_function = (struct mz_function){
      .name = function->name, .context = function->sandbox, .call = call};
  if (add_to(function, mz_lua_error_slot(lua)))
    mz_lua_error_raise(lua);
}

static enum mz_status check_one(const struct mz_lua_function *function,
                                struct mz_error *err) {
  bool collation = function->kind == COLLATION;
  char *object = NULL;
  enum mz_status status = mz_function_find_use(
      function->sandbox->database, function->name, collation, &object, err);
  if (!status && object) {
    mz_error_add(&err->hint, "where the application has one of that name, "
                             "create what uses it before it is defined here");
    mz_error_place(err, function->sandbox->run->migration->up.path, 0, 0);
    status = mz_error_set(err, MZ_EMIGRATION,
                          "%s uses the %s %s, which is gone after this "
                          "migration",
                          object, collation ? "collation" : "function",
                          function->name);
  }
  free(object);
  return status;
}

enum mz_status mz_lua_function_check(struct mz_sandbox *sandbox,
                                     struct mz_error *err) {
  const struct mz_lua_function *function = sandbox->functions;
  enum mz_status status = MZ_OK;
  for (; function && !status; function = function->next)
    if (!function->known)
      status = check_one(function, err);
  return status;
}
