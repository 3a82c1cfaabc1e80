#include "sqlite/losses.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static struct mz_loss *find(const struct mz_losses *losses, const char *name) {
  for (size_t i = 0; i < losses->count; i++)
    if (strcasecmp(losses->items[i].name, name) == 0)
      return &losses->items[i];
  return NULL;
}

/* The entry of a name, made where it is missing; NULL out of memory. */
static struct mz_loss *entry_of(struct mz_losses *losses, const char *name) {
  struct mz_loss *found = find(losses, name);
  void *array = losses->items;
  struct mz_loss made = {.before = -1};
  if (found)
    return found;
  if (!mz_mem_grow(&array, &losses->capacity, losses->count, sizeof made))
    return NULL;
  losses->items = array;
  made.name = strdup(name);
  if (!made.name)
    return NULL;
  losses->items[losses->count] = made;
  return &losses->items[losses->count++];
}

/* Note that rows of the table may go: because a statement says so, or not. */
static void add(struct mz_losses *losses, const char *table, bool named) {
  struct mz_loss *loss = entry_of(losses, table);
  if (!loss)
    losses->failed = true;
  else if (named)
    loss->named = true;
  else
    loss->exposed = true;
}

void mz_losses_note(struct mz_losses *losses, int action, const char *table,
                    const char *trigger) {
  bool direct = !trigger && !losses->targeted;
  if (!table || strncasecmp(table, "sqlite_", 7) == 0)
    return;
  if (action == SQLITE_DROP_TABLE) { /* its rows are deleted next */
    add(losses, table, true);
    return;
  }
  if (direct)
    losses->targeted = true;
  if (action == SQLITE_DELETE)
    add(losses, table, direct);
}

void mz_losses_declare(struct mz_losses *losses, const char *table) {
  add(losses, table, true);
}

void mz_losses_clear(struct mz_losses *losses) {
  for (size_t i = 0; i < losses->count; i++)
    free(losses->items[i].name);
  losses->count = 0;
  losses->failed = false;
}

void mz_losses_release(struct mz_losses *losses) {
  mz_losses_clear(losses);
  free(losses->items);
  *losses = (struct mz_losses)MZ_LOSSES_INIT;
}
