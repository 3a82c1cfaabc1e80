/* traces.h - which tables a migration's statements may change.
 *
 * Noted while they are compiled, those of triggers included. Where that is not
 * the whole truth, or something stays behind on the connection, they are
 * unknown. */
#ifndef MZ_SQLITE_TRACES_H
#define MZ_SQLITE_TRACES_H

#include <stdbool.h>
#include <stddef.h>

enum {
  MZ_TRACE_ROWS = 1,     /* rows, or an index that was made */
  MZ_TRACE_MADE = 2,     /* a table or view */
  MZ_TRACE_ALTERED = 4,  /* the table, its name perhaps */
  MZ_TRACE_DROPPED = 8,  /* a table, view or index, or an index of the table */
  MZ_TRACE_VIEW = 16,    /* a view of that name was made: does it compile? */
  MZ_TRACE_TRIGGER = 32, /* a trigger on it was made */
  MZ_TRACE_SCHEMA = MZ_TRACE_MADE | MZ_TRACE_ALTERED | MZ_TRACE_DROPPED
};

struct mz_trace {
  char *name;
  unsigned what; /* MZ_TRACE_... */
};

/* Starts as MZ_TRACES_INIT. */
struct mz_traces {
  struct mz_trace *items;
  size_t count;
  size_t capacity;
  bool unknown;
};

#define MZ_TRACES_INIT                                                         \
  { .items = NULL }

/* Note that what may happen to name. Out of memory, all is unknown. */
void mz_traces_note(struct mz_traces *traces, const char *name, unsigned what);

/* What may have happened to anything. */
unsigned mz_traces_all(const struct mz_traces *traces);

/* Forget them all. */
void mz_traces_clear(struct mz_traces *traces);
void mz_traces_release(struct mz_traces *traces);

#endif
