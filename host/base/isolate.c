#include "base/isolate.h"

#ifdef __linux__

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As in linux/landlock.h, whose older versions lack some: numbers of the
 * kernel's interface. */
enum {
  CREATE_RULESET = 444,
  ADD_RULE = 445,
  RESTRICT_SELF = 446,
  GET_VERSION = 1,
  PATH_BENEATH = 1
};

static const uint64_t fs_execute = 1 << 0;
static const uint64_t fs_read = 1 << 2 | 1 << 3;           /* files, folders */
static const uint64_t fs_write = 1 << 1 | 1 << 5 | 1 << 8; /* write, remove,
                                                              make files */
static const uint64_t fs_others = 1 << 4 | 1 << 6 | 1 << 7 | 1 << 9 | 1 << 10 |
                                  1 << 11 | 1 << 12; /* folders, devices */
static const uint64_t fs_truncate = 1 << 14;         /* from version 3 on */
static const uint64_t net_all = 1 << 0 | 1 << 1;     /* from version 4 on */

struct ruleset {
  uint64_t fs;
  uint64_t net;
};

struct __attribute__((packed)) rule {
  uint64_t allowed;
  int32_t folder;
};

static long version(void) {
  return syscall(CREATE_RULESET, NULL, 0, GET_VERSION);
}

bool mz_isolate_is_possible(void) { return version() >= 1; }

static int make_ruleset(long known) {
  struct ruleset ruleset = {.fs = fs_execute | fs_read | fs_write | fs_others,
                            .net = known >= 4 ? net_all : 0};
  size_t size = known >= 4 ? sizeof ruleset : sizeof ruleset.fs;
  if (known >= 3)
    ruleset.fs |= fs_truncate;
  return (int)syscall(CREATE_RULESET, &ruleset, size, 0);
}

/* Allow what is below a folder, or a file itself. */
static void allow(int ruleset, const char *path, uint64_t what) {
  int folder = open(path, O_RDONLY | O_CLOEXEC);
  struct rule rule = {.allowed = what, .folder = folder};
  struct stat status;
  if (folder < 0)
    return;
  if (fstat(folder, &status) == 0 && !S_ISDIR(status.st_mode))
    rule.allowed &= 1 << 1 | 1 << 2 | fs_truncate;
  (void)syscall(ADD_RULE, ruleset, PATH_BENEATH, &rule, 0);
  (void)close(folder);
}

bool mz_isolate(const char *const *readable, const char *const *writable) {
  long known = version();
  int ruleset = known >= 1 ? make_ruleset(known) : -1;
  bool done = false;
  if (ruleset < 0)
    return false;
  for (; *readable; readable++)
    allow(ruleset, *readable, fs_read);
  for (; *writable; writable++)
    allow(ruleset, *writable,
          fs_read | fs_write | (known >= 3 ? fs_truncate : 0));
  done = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(RESTRICT_SELF, ruleset, 0) == 0;
  (void)close(ruleset);
  return done;
}

#else

bool mz_isolate_is_possible(void) { return false; }

bool mz_isolate(const char *const *readable, const char *const *writable) {
  (void)readable;
  (void)writable;
  return false;
}

#endif
