/* locks.h - which process has locked a file.
 *
 * By /proc/locks, as Linux has it; the file itself is not opened, for closing
 * it again would drop this process's own locks on it. */
#ifndef MZ_BASE_LOCKS_H
#define MZ_BASE_LOCKS_H

#include <stdbool.h>
#include <stddef.h>

/* Write "NAME (process ID)" of another process that has locked the file at path
 * into text, of size bytes. False where none is known. */
bool mz_locks_holder(const char *path, char *text, size_t size);

#endif
