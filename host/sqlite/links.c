#include "sqlite/links.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sqlite/statement.h"

static void release_link(struct mz_link *link) {
  free(link->child);
  free(link->parent);
}

static bool add(struct mz_links *links, const char *child, const char *parent) {
  struct mz_link link = {.child = strdup(child),
                         .parent = parent ? strdup(parent) : NULL};
  void *array = links->items;
  bool fits = link.child && (!parent || link.parent) &&
              mz_mem_grow(&array, &links->capacity, links->count, sizeof link);
  links->items = array;
  if (fits)
    links->items[links->count++] = link;
  else
    release_link(&link);
  return fits;
}

/* Add what the rows of statement tell: in column parent the parent, and the
 * child in the first, unless it is given. */
static enum mz_status add_rows(struct mz_links *links,
                               struct mz_statement *statement,
                               const char *child, int parent,
                               struct mz_error *err) {
  bool row = false;
  enum mz_status status = mz_statement_step(statement, &row, err);
  while (!status && row) {
    if (!add(links, child ? child : mz_statement_text(statement, 0),
             mz_statement_is_null(statement, parent)
                 ? NULL
                 : mz_statement_text(statement, parent)))
      return mz_error_memory(err);
    status = mz_statement_step(statement, &row, err);
  }
  return status;
}

static enum mz_status read_all(struct mz_links *links,
                               struct mz_database *database,
                               struct mz_error *err) {
  static const char sql[] =
      "SELECT m.name, f.\"table\" FROM sqlite_schema m, "
      "pragma_foreign_key_list(m.name) f WHERE m.type = 'table' UNION ALL "
      "SELECT name, NULL FROM sqlite_schema WHERE type = 'table' AND "
      "rootpage = 0";
  struct mz_statement *statement = NULL;
  enum mz_status status = mz_statement_prepare(&statement, database, sql,
                                               sizeof sql - 1, NULL, err);
  mz_links_release(links);
  if (!status)
    status = add_rows(links, statement, NULL, 1, err);
  mz_statement_close(statement);
  links->known = !status;
  return status;
}

/* Prepare PRAGMA name("table"). */
static enum mz_status prepare_pragma(struct mz_statement **statement,
                                     struct mz_database *database,
                                     const char *name, const char *table,
                                     struct mz_error *err) {
  struct mz_buf sql = MZ_BUF_INIT;
  enum mz_status status = MZ_OK;
  mz_buf_format(&sql, "PRAGMA main.%s(\"", name);
  for (; *table; table++)
    mz_buf_add(&sql, *table == '"' ? "\"\"" : table, *table == '"' ? 2 : 1);
  mz_buf_text(&sql, "\")");
  status = sql.failed ? mz_error_memory(err)
                      : mz_statement_prepare(statement, database, sql.data,
                                             sql.size, NULL, err);
  mz_buf_release(&sql);
  return status;
}

static void forget(struct mz_links *links, const char *child) {
  size_t kept = 0;
  for (size_t i = 0; i < links->count; i++)
    if (strcasecmp(links->items[i].child, child) == 0)
      release_link(&links->items[i]);
    else
      links->items[kept++] = links->items[i];
  links->count = kept;
}

static enum mz_status read_again(struct mz_links *links, const char *child,
                                 struct mz_database *database,
                                 struct mz_error *err) {
  struct mz_statement *statement = NULL;
  enum mz_status status =
      prepare_pragma(&statement, database, "foreign_key_list", child, err);
  forget(links, child);
  if (!status)
    status = add_rows(links, statement, child, 2, err);
  mz_statement_close(statement);
  return status;
}

enum mz_status mz_links_follow(struct mz_links *links,
                               const struct mz_traces *traces,
                               struct mz_database *database,
                               struct mz_error *err) {
  enum mz_status status = MZ_OK;
  if (!links->known)
    return read_all(links, database, err);
  for (size_t i = 0; i < traces->count && !status; i++)
    if (traces->items[i].what & MZ_TRACE_SCHEMA)
      status = read_again(links, traces->items[i].name, database, err);
  if (status)
    mz_links_release(links);
  return status;
}

/* Mark those that a change of name makes due. */
static void mark(struct mz_links *links, const char *name) {
  bool all = false;
  for (size_t i = 0; i < links->count; i++) {
    struct mz_link *link = &links->items[i];
    bool own = strcasecmp(link->child, name) == 0;
    all = all || (own && !link->parent);
    link->due = link->due || own ||
                (link->parent && strcasecmp(link->parent, name) == 0);
  }
  for (size_t i = 0; i < links->count && all; i++)
    links->items[i].due = true;
}

/* Also where SQLite raises because a key can match nothing. */
static enum mz_status look(const struct mz_link *link,
                           struct mz_database *database, bool *any,
                           struct mz_error *err) {
  struct mz_statement *statement = NULL;
  struct mz_error reason = MZ_ERROR_INIT;
  enum mz_status status = prepare_pragma(
      &statement, database, "foreign_key_check", link->child, &reason);
  if (!status)
    status = mz_statement_step(statement, any, &reason);
  if (status == MZ_EMIGRATION) {
    *any = true;
    status = MZ_OK;
  } else if (status)
    mz_error_move(err, &reason);
  mz_statement_close(statement);
  mz_error_release(&reason);
  return status;
}

enum mz_status mz_links_check(struct mz_links *links,
                              const struct mz_traces *traces,
                              struct mz_database *database, bool *any,
                              struct mz_error *err) {
  const char *last = "";
  enum mz_status status = MZ_OK;
  *any = false;
  for (size_t i = 0; i < traces->count; i++)
    mark(links, traces->items[i].name);
  for (size_t i = 0; i < links->count; i++) {
    struct mz_link *link = &links->items[i];
    if (link->due && link->parent && !*any && !status &&
        strcmp(link->child, last) != 0)
      status = look(link, database, any, err);
    if (link->due)
      last = link->child;
    link->due = false;
  }
  return status;
}

void mz_links_release(struct mz_links *links) {
  for (size_t i = 0; i < links->count; i++)
    release_link(&links->items[i]);
  free(links->items);
  *links = (struct mz_links)MZ_LINKS_INIT;
}
