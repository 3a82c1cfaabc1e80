#include "sqlite/traces.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static struct mz_trace *find(const struct mz_traces *traces, const char *name) {
  for (size_t i = traces->count; i > 0; i--)
    if (strcasecmp(traces->items[i - 1].name, name) == 0)
      return &traces->items[i - 1];
  return NULL;
}

static struct mz_trace *add(struct mz_traces *traces, const char *name) {
  void *array = traces->items;
  struct mz_trace trace = {.name = NULL};
  if (!mz_mem_grow(&array, &traces->capacity, traces->count, sizeof trace))
    return NULL;
  traces->items = array;
  trace.name = strdup(name);
  if (!trace.name)
    return NULL;
  traces->items[traces->count] = trace;
  return &traces->items[traces->count++];
}

void mz_traces_note(struct mz_traces *traces, const char *name, unsigned what) {
  struct mz_trace *trace = name ? find(traces, name) : NULL;
  if (name && !trace)
    trace = add(traces, name);
  if (trace)
    trace->what |= what;
  else
    traces->unknown = true;
}

unsigned mz_traces_all(const struct mz_traces *traces) {
  unsigned what = 0;
  for (size_t i = 0; i < traces->count; i++)
    what |= traces->items[i].what;
  return what;
}

void mz_traces_clear(struct mz_traces *traces) {
  for (size_t i = 0; i < traces->count; i++)
    free(traces->items[i].name);
  traces->count = 0;
  traces->unknown = false;
}

void mz_traces_release(struct mz_traces *traces) {
  mz_traces_clear(traces);
  free(traces->items);
  *traces = (struct mz_traces)MZ_TRACES_INIT;
}
