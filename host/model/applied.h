/* applied.h - which versions are applied.
 *
 * Pure: a sorted list, and the version up to which someone else has seen to
 * it. */
#ifndef MZ_MODEL_APPLIED_H
#define MZ_MODEL_APPLIED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A version of the database; none: no migration is applied. */
struct mz_version {
  bool some;
  int64_t number; /* meaningful where some, or -1 */
};

/* Which versions are applied as far as history tells: those it lists, and all
 * up to base, where someone else (golang-migrate, force) set the version. */
struct mz_applied {
  int64_t *versions; /* ascending */
  size_t count;
  size_t capacity;
  struct mz_version base;
};

/* List version; false where memory is exhausted. */
bool mz_applied_list(struct mz_applied *applied, int64_t version);
void mz_applied_unlist(struct mz_applied *applied, int64_t version);

/* Someone else has moved the version: what was applied up to there counts as
 * applied, what is above does not. */
void mz_applied_jump(struct mz_applied *applied, struct mz_version version);

/* Whether version is applied. */
bool mz_applied_has(const struct mz_applied *applied, int64_t version);

/* Write "at 3" or "without any migration" into text, and return it. */
const char *mz_version_describe(struct mz_version version, char text[64]);

/* Whether a and b are the same version. */
bool mz_version_equal(struct mz_version a, struct mz_version b);

#endif
