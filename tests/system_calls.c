#include "system_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <unistd.h>

int (*system_calls_before)(void) = NULL;

int __wrap_fsync(int file);
int __wrap_fdatasync(int file);

static bool fails(void) {
  int code = system_calls_before ? system_calls_before() : 0;
  if (code)
    errno = code;
  return code != 0;
}

int __wrap_fsync(int file) {
  (void)file;
  return fails() ? -1 : 0;
}

int __wrap_fdatasync(int file) { return __wrap_fsync(file); }

static ssize_t call_write(int file, const void *data, size_t size) {
  return fails() ? -1 : write(file, data, size);
}

static ssize_t call_pwrite(int file, const void *data, size_t size,
                           off_t offset) {
  return fails() ? -1 : pwrite(file, data, size, offset);
}

static int call_ftruncate(int file, off_t size) {
  return fails() ? -1 : ftruncate(file, size);
}

static int call_unlink(const char *path) { return fails() ? -1 : unlink(path); }

int system_calls_replace(void **state) {
  static const struct {
    const char *name;
    sqlite3_syscall_ptr function;
  } calls[] = {
      {"write", (sqlite3_syscall_ptr)call_write},
      {"pwrite", (sqlite3_syscall_ptr)call_pwrite},
      {"pwrite64", (sqlite3_syscall_ptr)call_pwrite},
      {"ftruncate", (sqlite3_syscall_ptr)call_ftruncate},
      {"unlink", (sqlite3_syscall_ptr)call_unlink},
  };
  sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
  (void)state;
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (vfs->xSetSystemCall(vfs, calls[i].name, calls[i].function))
      return -1;
  return 0;
}
