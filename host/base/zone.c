#include "base/zone.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/time.h"
#include "base/zone_rule.h"

enum { HEADER = 44, DAY = 86400 };

/* ---- the file ------------------------------------------------------------ */

static int64_t get(const unsigned char *bytes, int size) {
  uint64_t number = bytes[0] & 0x80 ? UINT64_MAX : 0;
  for (int i = 0; i < size; i++)
    number = number << 8 | bytes[i];
  return (int64_t)number;
}

/* The counts of a header, in the order of RFC 8536, 3.1. */
enum { ISUT, ISSTD, LEAP, TIME, TYPE, CHARACTER, COUNTS };

/* Read the header at *at and move behind it; false where there is none. */
static bool read_header(const unsigned char **at, const unsigned char *end,
                        size_t counts[COUNTS]) {
  if (end - *at < HEADER || memcmp(*at, "TZif", 4) != 0 || (*at)[4] < '2')
    return false;
  for (size_t i = 0; i < COUNTS; i++) {
    int64_t count = get(*at + 20 + i * 4, 4);
    if (count < 0 || count > 65536)
      return false;
    counts[i] = (size_t)count;
  }
  *at += HEADER;
  return true;
}

/* The size of the data behind a header, in which a time takes time bytes. */
static size_t data_size(const size_t counts[COUNTS], size_t time) {
  return counts[TIME] * (time + 1) + counts[TYPE] * 6 + counts[CHARACTER] +
         counts[LEAP] * (time + 4) + counts[ISSTD] + counts[ISUT];
}

static bool check_types(const struct mz_zone *zone) {
  for (size_t i = 0; i < zone->count; i++)
    if (zone->types[i] >= zone->local_count)
      return false;
  return zone->local_count > 0;
}

/* Point at the parts of the file; false where it is no TZif. */
static bool read_file(struct mz_zone *zone, size_t size) {
  const unsigned char *at = (const unsigned char *)zone->file;
  const unsigned char *end = at + size;
  size_t counts[COUNTS];
  int offset = 0;
  char *line = NULL;
  if (!read_header(&at, end, counts) ||
      (size_t)(end - at) < data_size(counts, 4))
    return false;
  at += data_size(counts, 4);
  if (!read_header(&at, end, counts) || counts[LEAP] ||
      (size_t)(end - at) < data_size(counts, 8) + 2)
    return false;
  zone->times = at;
  zone->count = counts[TIME];
  zone->types = at + zone->count * 8;
  zone->locals = zone->types + zone->count;
  zone->local_count = counts[TYPE];
  line = zone->file + (at - (const unsigned char *)zone->file) +
         data_size(counts, 8);
  if (line[0] != '\n' || !strchr(line + 1, '\n'))
    return false;
  *strchr(line + 1, '\n') = '\0';
  zone->rule = line + 1;
  return check_types(zone) &&
         (!*zone->rule || mz_zone_rule_offset(zone->rule, 0, &offset));
}

static bool is_name(const char *name) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789_+-/";
  return *name && *name != '/' && !name[strspn(name, letters)];
}

static enum mz_status unknown(const char *name, const char *folder,
                              struct mz_error *err) {
  if (!mz_fs_is_folder(folder))
    return mz_error_set(err, MZ_EMIGRATION,
                        "the zone %s cannot be looked up, as there is no %s: "
                        "install tzdata, or give an offset such as \"+02:00\"",
                        name, folder);
  return mz_error_set(err, MZ_EMIGRATION,
                      "no zone is called \"%s\": give one such as "
                      "\"Europe/Berlin\", \"UTC\" or \"+02:00\"",
                      name);
}

enum mz_status mz_zone_open(struct mz_zone *zone, const char *folder,
                            const char *name, struct mz_error *err) {
  char *path = NULL;
  size_t size = 0;
  enum mz_status status = MZ_OK;
  if (mz_time_read_offset(name, &zone->offset))
    return MZ_OK;
  path = is_name(name) ? mz_fs_join(folder, name) : NULL;
  if (!path || mz_fs_read(path, &zone->file, &size, NULL))
    status = unknown(name, folder, err);
  else if (!read_file(zone, size))
    status = mz_error_set(err, MZ_EMIGRATION,
                          "%s: not a TZif file (RFC 8536) without leap seconds",
                          path);
  free(path);
  if (status)
    mz_zone_close(zone);
  return status;
}

void mz_zone_close(struct mz_zone *zone) {
  free(zone->file);
  *zone = (struct mz_zone)MZ_ZONE_INIT;
}

/* ---- looking up ---------------------------------------------------------- */

/* How many changes there are up to a time. */
static size_t count_changes(const struct mz_zone *zone, int64_t seconds) {
  size_t low = 0;
  size_t high = zone->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (get(zone->times + middle * 8, 8) <= seconds)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

int mz_zone_offset(const struct mz_zone *zone, int64_t seconds) {
  size_t changes = 0;
  size_t type = 0;
  int offset = zone->offset;
  if (!zone->file)
    return offset;
  changes = count_changes(zone, seconds);
  if (changes == zone->count && *zone->rule &&
      mz_zone_rule_offset(zone->rule, seconds, &offset))
    return offset;
  if (changes)
    type = zone->types[changes - 1];
  return (int)get(zone->locals + type * 6, 4);
}

enum mz_zone_local mz_zone_find(const struct mz_zone *zone, int64_t local,
                                int64_t times[2]) {
  int64_t first = local - mz_zone_offset(zone, local - DAY);
  int64_t second = local - mz_zone_offset(zone, local + DAY);
  bool is_first = first + mz_zone_offset(zone, first) == local;
  bool is_second = second + mz_zone_offset(zone, second) == local;
  if (is_first != is_second) {
    times[0] = times[1] = is_first ? first : second;
    return MZ_ZONE_ONE;
  }
  times[0] = first < second ? first : second;
  times[1] = first < second ? second : first;
  if (first == second)
    return MZ_ZONE_ONE;
  return is_first ? MZ_ZONE_TWICE : MZ_ZONE_NEVER;
}
