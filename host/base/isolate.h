/* isolate.h - a process that gives up what it doesn't need.
 *
 * Linux's Landlock: from then on this process reaches no file but those below
 * the folders named, starts no program and opens no TCP connection. For good,
 * and nothing that was open before is closed. See
 * https://docs.kernel.org/userspace-api/landlock.html */
#ifndef MZ_BASE_ISOLATE_H
#define MZ_BASE_ISOLATE_H

#include <stdbool.h>

/* Whether the kernel can do it. */
bool mz_isolate_is_possible(void);

/* Leave this process what is below the folders of readable to read, and below
 * those of writable to read, write, make and remove; both are ended by NULL,
 * and what is not there is passed over. False where it was not done. */
bool mz_isolate(const char *const *readable, const char *const *writable);

#endif
