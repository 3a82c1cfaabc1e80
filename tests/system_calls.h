/* system_calls.h - a place before each system call by which SQLite changes a
 * file.
 *
 * SQLite takes most of its system calls from a table that its unix VFS lets
 * others change (xSetSystemCall). Syncing isn't in it: programs that are
 * linked with this wrap fsync and fdatasync, which then do nothing, for a
 * process that ends takes nothing with it that the kernel has. */
#ifndef MZ_TESTS_SYSTEM_CALLS_H
#define MZ_TESTS_SYSTEM_CALLS_H

/* Called before each one; an errno lets the call fail with it, 0 lets it
 * happen. NULL: nothing is called. */
extern int (*system_calls_before)(void);

/* Put it into the table; for cmocka's group setup. */
int system_calls_replace(void **state);

#endif
