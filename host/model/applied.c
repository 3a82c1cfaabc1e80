#include "model/applied.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

bool mz_version_equal(struct mz_version a, struct mz_version b) {
  return a.some == b.some && (!a.some || a.number == b.number);
}

const char *mz_version_describe(struct mz_version version, char text[64]) {
  if (version.some)
    (void)snprintf(text, 64, "at %" PRId64, version.number);
  else
    (void)snprintf(text, 64, "without any migration");
  return text;
}

/* Where version stands, or would, among those applied, which are sorted. */
static size_t find_place(const struct mz_applied *applied, int64_t version) {
  size_t low = 0;
  size_t high = applied->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (applied->versions[middle] < version)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool is_listed(const struct mz_applied *applied, int64_t version) {
  size_t place = find_place(applied, version);
  return place < applied->count && applied->versions[place] == version;
}

bool mz_applied_list(struct mz_applied *applied, int64_t version) {
  size_t place = find_place(applied, version);
  void *array = applied->versions;
  bool fits = false;
  if (is_listed(applied, version))
    return true;
  fits =
      mz_mem_grow(&array, &applied->capacity, applied->count, sizeof version);
  applied->versions = array;
  if (!fits)
    return false;
  memmove(applied->versions + place + 1, applied->versions + place,
          (applied->count++ - place) * sizeof version);
  applied->versions[place] = version;
  return true;
}

void mz_applied_unlist(struct mz_applied *applied, int64_t version) {
  size_t place = find_place(applied, version);
  if (is_listed(applied, version))
    memmove(applied->versions + place, applied->versions + place + 1,
            (--applied->count - place) * sizeof version);
}

static void forget_above(struct mz_applied *applied, struct mz_version top) {
  size_t kept = 0;
  for (size_t i = 0; i < applied->count; i++)
    if (top.some && applied->versions[i] <= top.number)
      applied->versions[kept++] = applied->versions[i];
  applied->count = kept;
}

void mz_applied_jump(struct mz_applied *applied, struct mz_version version) {
  forget_above(applied, version);
  applied->base = version;
}

bool mz_applied_has(const struct mz_applied *applied, int64_t version) {
  return (applied->base.some && version <= applied->base.number) ||
         is_listed(applied, version);
}
