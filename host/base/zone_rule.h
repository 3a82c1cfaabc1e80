/* zone_rule.h - the rules of POSIX's TZ, such as CET-1CEST,M3.5.0,M10.5.0/3.
 *
 * POSIX.1-2017, 8.3, with the hours from -167 to 167 of RFC 8536, 3.3.1. */
#ifndef MZ_BASE_ZONE_RULE_H
#define MZ_BASE_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

/* Set *offset to the seconds east of UTC at seconds since 1970 UTC; false
 * where rule cannot be read. */
bool mz_zone_rule_offset(const char *rule, int64_t seconds, int *offset);

#endif
