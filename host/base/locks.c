#include "base/locks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The name of a process, as the kernel has it. */
static void name_of(long process, char *name, size_t size) {
  char path[64];
  FILE *file = NULL;
  (void)snprintf(path, sizeof path, "/proc/%ld/comm", process);
  file = fopen(path, "r");
  if (!file || !fgets(name, (int)size, file))
    (void)snprintf(name, size, "?");
  name[strcspn(name, "\n")] = '\0';
  if (file)
    (void)fclose(file);
}

/* The field of a line, from 0; "" behind the last. */
static const char *field(const char *line, int number) {
  line += strspn(line, " ");
  while (number-- > 0) {
    line += strcspn(line, " \n");
    line += strspn(line, " ");
  }
  return line;
}

/* The process of a line such as
 * "1: POSIX  ADVISORY  WRITE 1234 fe:00:5678 1073741825 1073741825", where
 * that is about the inode; else 0. With "->" behind the number it only waits.
 */
static long process_of(const char *line, unsigned long long inode) {
  const char *device = field(line, 5);
  const char *found = strchr(device, ':');
  found = found ? strchr(found + 1, ':') : NULL;
  if (!found || field(line, 1)[0] == '-' ||
      strtoull(found + 1, NULL, 10) != inode)
    return 0;
  return strtol(field(line, 4), NULL, 10);
}

bool mz_locks_holder(const char *path, char *text, size_t size) {
  struct stat status;
  FILE *locks = NULL;
  char line[256];
  char name[64];
  long process = 0;
  if (stat(path, &status) != 0)
    return false;
  locks = fopen("/proc/locks", "r");
  while (locks && !process && fgets(line, sizeof line, locks)) {
    process = process_of(line, (unsigned long long)status.st_ino);
    if (process == (long)getpid())
      process = 0;
  }
  if (locks)
    (void)fclose(locks);
  if (process <= 0)
    return false;
  name_of(process, name, sizeof name);
  (void)snprintf(text, size, "%s (process %ld)", name, process);
  return true;
}
