/* links.h - which table refers to which.
 *
 * Read once, and again for tables that were changed. Tells which tables have
 * to be looked at for rows without parents. */
#ifndef MZ_SQLITE_LINKS_H
#define MZ_SQLITE_LINKS_H

#include "sqlite/database.h"

/* The links of one child stand together. */
struct mz_link {
  char *child;
  char *parent; /* NULL: child is virtual and may write to any table */
  bool due;     /* child is to be looked at */
};

/* Starts as MZ_LINKS_INIT. */
struct mz_links {
  struct mz_link *items;
  size_t count;
  size_t capacity;
  bool known;
};

#define MZ_LINKS_INIT                                                          \
  { .items = NULL }

/* Bring links up to date: by what traces say of the schema where they are
 * known, else by reading all. */
MZ_CHECKED enum mz_status mz_links_follow(struct mz_links *links,
                                          const struct mz_traces *traces,
                                          struct mz_database *database,
                                          struct mz_error *err);

/* Look at those children that traces touch, or whose parents: *any tells
 * whether one of their rows may have no parent. Nothing is due afterwards. */
MZ_CHECKED enum mz_status mz_links_check(struct mz_links *links,
                                         const struct mz_traces *traces,
                                         struct mz_database *database,
                                         bool *any, struct mz_error *err);

/* Forget them all. */
void mz_links_release(struct mz_links *links);

#endif
