/* embedded.h - the Lua files that are part of the program.
 *
 * The table is made from lua/ when the program is built. */
#ifndef MZ_SCRIPT_EMBEDDED_H
#define MZ_SCRIPT_EMBEDDED_H

#include <stddef.h>

struct mz_embedded {
  const char *name; /* "mz.schema" for lua/mz/schema.lua */
  const char *text;
  size_t size; /* bytes */
};

/* Ended by an entry whose name is NULL. */
extern const struct mz_embedded mz_embedded[];

#endif
