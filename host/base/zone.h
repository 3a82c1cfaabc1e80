/* zone.h - what clocks show in a place: the time zones of the system.
 *
 * Reads TZif files (RFC 8536) of version 2 and up; beyond their table the rule
 * at their end counts. No environment variable and no global state of libc is
 * looked at. */
#ifndef MZ_BASE_ZONE_H
#define MZ_BASE_ZONE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define MZ_ZONE_FOLDER "/usr/share/zoneinfo"

/* Starts as MZ_ZONE_INIT, which is UTC. */
struct mz_zone {
  char *file; /* NULL: the same offset at all times */
  int offset;
  const unsigned char *times; /* count big-endian numbers of 8 bytes, sorted */
  size_t count;
  const unsigned char *types;  /* count indexes, what applies from a time on */
  const unsigned char *locals; /* 6 bytes a type; the first four its offset */
  size_t local_count;
  const char *rule; /* "" or as POSIX's TZ */
};

#define MZ_ZONE_INIT                                                           \
  { .file = NULL }

/* Open the zone called name: an offset such as +02:00, UTC, or a file in
 * folder such as Europe/Berlin. MZ_EMIGRATION where there is none. */
MZ_CHECKED enum mz_status mz_zone_open(struct mz_zone *zone, const char *folder,
                                       const char *name, struct mz_error *err);
void mz_zone_close(struct mz_zone *zone);

/* The seconds east of UTC at a time in seconds since 1970 UTC. */
int mz_zone_offset(const struct mz_zone *zone, int64_t seconds);

enum mz_zone_local { MZ_ZONE_ONE, MZ_ZONE_TWICE, MZ_ZONE_NEVER };

/* Set times[0] and times[1], the earlier first, to what a clock in zone that
 * shows local (seconds since 1970, as if it were UTC) can mean: the same twice
 * where it is plain, both where it is shown twice, and where it is never shown
 * what it is by the offsets after and before the gap. */
enum mz_zone_local mz_zone_find(const struct mz_zone *zone, int64_t local,
                                int64_t times[2]);

#endif
