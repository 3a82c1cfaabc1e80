/* sandbox.h - a Lua state with limits that its script cannot lift.
 *
 * Counts memory and, where asked to, instructions; stops at an interrupt.
 * Once tripped, by instructions or a signal, or ended by itself, every pcall
 * and coroutine of the script raises again, so that none can swallow it; a
 * script that ran out of memory may go on with less. Contains accidents, not
 * attackers. The whole state lives inside one C function of its user. */
#ifndef MZ_SCRIPT_SANDBOX_H
#define MZ_SCRIPT_SANDBOX_H

#include "base/pool.h"
#include "script/engine.h"

#include <lua.h>

struct mz_sandbox {
  lua_State *lua;
  const struct mz_run *run;
  struct mz_database *database; /* NULL while a file is only checked */
  const void *object;           /* of Lua, that stands for it */
  struct mz_error err;          /* of the binding that is about to raise */
  enum mz_status tripped;       /* MZ_OK until a limit or a signal stops it */
  char reason[120];             /* why, as a message */
  bool skipped;                 /* the script has ended itself, as done */
  size_t memory;                /* bytes in use */
  struct mz_pool pool;          /* where they come from */
  bool out_of_memory;           /* an allocation was refused */
  uint64_t instructions;        /* run so far, where they are counted */
  lua_State *volatile running;  /* the coroutine that runs */
  const void *statement_type;   /* the metatable of statements */
  struct mz_lua_cursor *open;   /* the newest first */
  uint64_t loops;               /* opened so far */
  size_t cursors;               /* that are open */
  size_t cursors_wanted;        /* at which to look for those that were left */
  char *text;                   /* of a file on its way into Lua */
  int inside;                   /* functions that SQL is calling now */
  bool thrown;                  /* the kept error is on its way out of SQLite */
  bool lasting;                 /* it tripped the sandbox */
  char *trace;                  /* its frames */
  struct mz_lua_convert *convert;             /* that is running, or NULL */
  bool closing;                               /* no Lua is called any more */
  struct mz_lua_function *functions;          /* that SQL may call */
  void (*forget)(struct mz_sandbox *sandbox); /* them; NULL: there are none */
};

/* Create a state for run, whose limits and interrupt it keeps to, with no
 * library opened. run must outlive it. */
MZ_CHECKED enum mz_status mz_sandbox_open(struct mz_sandbox **sandbox,
                                          const struct mz_run *run,
                                          struct mz_error *err);

/* Close it, finalizing all that the script left. Accepts NULL. */
void mz_sandbox_close(struct mz_sandbox *sandbox);

/* The sandbox that lua, a state or a coroutine of it, belongs to. */
static inline struct mz_sandbox *mz_sandbox_of(lua_State *lua) {
  return *(struct mz_sandbox **)lua_getextraspace(lua);
}

/* Stop the script for good with status and a message. */
void mz_sandbox_trip(struct mz_sandbox *sandbox, enum mz_status status,
                     const char *reason);

/* End the script for good, as done: raises in lua. */
MZ_NORETURN void mz_sandbox_skip(lua_State *lua);

/* Keep the error at the top and pop it, raising nothing; push it again. */
void mz_sandbox_keep(lua_State *lua);
void mz_sandbox_push_kept(lua_State *lua);

/* Whether the sandbox is tripped or skipped, or a signal was caught. */
static inline bool mz_sandbox_stops(const struct mz_sandbox *sandbox) {
  const struct mz_interrupt *interrupt = sandbox->run->interrupt;
  return sandbox->tripped || sandbox->skipped ||
         (interrupt && interrupt->signal);
}

/* Raise, in lua, where it is so. */
MZ_NORETURN void mz_sandbox_stop(lua_State *lua);
static inline void mz_sandbox_check(lua_State *lua) {
  if (mz_sandbox_stops(mz_sandbox_of(lua)))
    mz_sandbox_stop(lua);
}

/* Count steps, as instructions where they are limited; then check. */
void mz_sandbox_count(lua_State *lua, uint64_t steps);

#endif
