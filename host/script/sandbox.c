#include "script/sandbox.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 10000 }; /* instructions between two looks at the limit */

static const char kept_key = 0; /* names the kept error in the registry */

/* Whether held bytes may become size bytes. */
static inline bool has_room(const struct mz_sandbox *sandbox, size_t held,
                            size_t size) {
  size_t limit = sandbox->run->limits.memory;
  return !limit || sandbox->memory - held + size <= limit;
}

MZ_SLOW static void *resize(struct mz_sandbox *sandbox, void *block, size_t old,
                            size_t size) {
  size_t held = block ? old : 0; /* without a block, old is a type */
  void *moved = NULL;
  if (size > held && !has_room(sandbox, held, size)) {
    sandbox->out_of_memory = true;
    return NULL;
  }
  moved = mz_pool_resize(&sandbox->pool, block, held, size);
  if (moved || size == 0)
    sandbox->memory += size - held;
  return moved;
}

/* A few blocks come and go with each row: what is not done here at once is
 * left to resize. */
static void *allocate(void *context, void *block, size_t old, size_t size) {
  struct mz_sandbox *sandbox = context;
  void *taken = NULL;
  if (block && size == 0 && old <= MZ_POOL_LARGEST) {
    mz_pool_give(&sandbox->pool, block, old);
    sandbox->memory -= old;
    return NULL;
  }
  if (!block && has_room(sandbox, 0, size))
    taken = mz_pool_take(&sandbox->pool, size);
  if (!taken)
    return resize(sandbox, block, old, size);
  sandbox->memory += size;
  return taken;
}

void mz_sandbox_trip(struct mz_sandbox *sandbox, enum mz_status status,
                     const char *reason) {
  if (sandbox->tripped)
    return;
  sandbox->tripped = status;
  (void)snprintf(sandbox->reason, sizeof sandbox->reason, "%s", reason);
}

/* The key is there from the start, so that nothing is allocated. */
void mz_sandbox_keep(lua_State *lua) {
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &kept_key);
}

void mz_sandbox_push_kept(lua_State *lua) {
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &kept_key);
}

void mz_sandbox_stop(lua_State *lua) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  const struct mz_interrupt *interrupt = sandbox->run->interrupt;
  if (interrupt && interrupt->signal)
    mz_sandbox_trip(sandbox, MZ_EINTERRUPT, "interrupted");
  if (sandbox->tripped && sandbox->lasting)
    mz_sandbox_push_kept(lua);
  else
    lua_pushstring(lua, sandbox->tripped ? sandbox->reason : "skipped");
  (void)lua_error(lua);
  abort(); /* lua_error does not return */
}

void mz_sandbox_skip(lua_State *lua) {
  mz_sandbox_of(lua)->skipped = true;
  mz_sandbox_stop(lua);
}

void mz_sandbox_count(lua_State *lua, uint64_t steps) {
  struct mz_sandbox *sandbox = mz_sandbox_of(lua);
  uint64_t limit = sandbox->run->limits.instructions;
  sandbox->instructions += steps;
  if (limit && sandbox->instructions > limit)
    mz_sandbox_trip(sandbox, MZ_EMIGRATION,
                    "the migration ran more instructions than its limit");
  mz_sandbox_check(lua);
}

static void on_count(lua_State *lua, lua_Debug *info) {
  (void)info;
  mz_sandbox_count(lua, COUNT);
}

/* Called inside a signal handler; lua_sethook is safe there (Lua 5.4 manual,
 * 4.7; lua.c does the same). A hook costs a third of Lua's speed, so there is
 * none until it is needed. */
static void wake(void *context) {
  struct mz_sandbox *sandbox = context;
  lua_sethook(sandbox->running, on_count,
              LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

enum mz_status mz_sandbox_open(struct mz_sandbox **sandbox,
                               const struct mz_run *run, struct mz_error *err) {
  struct mz_sandbox *made = calloc(1, sizeof *made);
  if (!made)
    return mz_error_memory(err);
  made->run = run;
  made->lua = lua_newstate(allocate, made);
  if (!made->lua) {
    mz_pool_release(&made->pool);
    free(made);
    return mz_error_memory(err);
  }
  *(struct mz_sandbox **)lua_getextraspace(made->lua) = made;
  made->running = made->lua;
  if (run->limits.instructions)
    lua_sethook(made->lua, on_count, LUA_MASKCOUNT, COUNT);
  mz_interrupt_watch(run->interrupt, wake, made);
  *sandbox = made;
  return MZ_OK;
}

void mz_sandbox_close(struct mz_sandbox *sandbox) {
  if (!sandbox)
    return;
  mz_interrupt_watch(sandbox->run->interrupt, NULL, NULL);
  sandbox->closing = true;
  lua_close(sandbox->lua);
  if (sandbox->forget)
    sandbox->forget(sandbox);
  free(sandbox->trace);
  mz_pool_release(&sandbox->pool);
  mz_error_release(&sandbox->err);
  free(sandbox->text);
  free(sandbox);
}
