#include "sqlite/row_changes.h"

#ifdef MZ_PREUPDATE_HOOK
#define SQLITE_ENABLE_PREUPDATE_HOOK 1 /* sqlite3.h declares it then */
#endif
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static struct mz_row_change *find(const struct mz_row_changes *changes,
                                  const char *table) {
  for (size_t i = changes->count; i > 0; i--)
    if (strcasecmp(changes->items[i - 1].table, table) == 0)
      return &changes->items[i - 1];
  return NULL;
}

const struct mz_row_change *
mz_row_changes_find(const struct mz_row_changes *changes, const char *table) {
  return find(changes, table);
}

#ifdef MZ_PREUPDATE_HOOK
static struct mz_row_change *entry_of(struct mz_row_changes *changes,
                                      const char *table) {
  struct mz_row_change *found = find(changes, table);
  struct mz_row_change made = {.table = NULL};
  void *array = changes->items;
  if (found)
    return found;
  if (!mz_mem_grow(&array, &changes->capacity, changes->count, sizeof made))
    return NULL;
  changes->items = array;
  made.table = strdup(table);
  if (!made.table)
    return NULL;
  changes->items[changes->count] = made;
  return &changes->items[changes->count++];
}

/* NOLINTNEXTLINE(readability-function-size): the signature is SQLite's */
static void on_change(void *context, struct sqlite3 *handle, int operation,
                      const char *database, const char *table,
                      sqlite3_int64 old_rowid, sqlite3_int64 new_rowid) {
  struct mz_row_changes *changes = context;
  struct mz_row_change *entry = NULL;
  (void)handle;
  (void)old_rowid;
  (void)new_rowid;
  if (strcmp(database, "main") != 0)
    return;
  entry = entry_of(changes, table);
  if (!entry)
    changes->failed = true;
  else if (operation == SQLITE_INSERT)
    entry->inserted++;
  else if (operation == SQLITE_UPDATE)
    entry->updated++;
  else
    entry->deleted++;
}
#endif

void mz_row_changes_watch(struct mz_database *database,
                          struct mz_row_changes *changes) {
#ifdef MZ_PREUPDATE_HOOK
  (void)sqlite3_preupdate_hook(database->handle, changes ? on_change : NULL,
                               changes);
#else
  (void)database;
  (void)changes;
#endif
}

void mz_row_changes_release(struct mz_row_changes *changes) {
  for (size_t i = 0; i < changes->count; i++)
    free(changes->items[i].table);
  free(changes->items);
  *changes = (struct mz_row_changes)MZ_ROW_CHANGES_INIT;
}
