/* test_isolate.c - what a process can still do once it is isolated. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/isolate.h"
#include "support.h"

static const char *folder; /* of the test */

/* 0, or the error that opening the file named name with flags gives. */
static int try_open(const char *path, int flags) {
  int fd = open(path, flags, 0666);
  if (fd < 0)
    return errno;
  (void)close(fd);
  return 0;
}

static int try_connect(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  int code = 0;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
    code = errno;
  (void)close(fd);
  return code;
}

static int try_run(void) {
  char name[] = "true";
  char *const arguments[] = {name, NULL};
  (void)execv("/bin/true", arguments);
  return errno;
}

/* In a process of its own: the number of the first thing that is not as it
 * should be, or 0. */
static int isolated(void) {
  const char *const readable[] = {"/proc", "/not/there", NULL};
  const char *const writable[] = {folder, NULL};
  char inside[256];
  (void)snprintf(inside, sizeof inside, "%s/new", folder);
  if (!mz_isolate(readable, writable))
    return 1;
  if (try_open("/proc/self/stat", O_RDONLY) != 0)
    return 2;
  if (try_open(inside, O_RDWR | O_CREAT | O_TRUNC) != 0 || unlink(inside) != 0)
    return 3;
  if (try_open("/etc/passwd", O_RDONLY) != EACCES)
    return 4;
  if (try_open("/tmp/mzlua-isolated", O_RDWR | O_CREAT) != EACCES)
    return 5;
  if (try_open("/proc/self/comm", O_WRONLY) != EACCES)
    return 6;
  if (try_connect() != EACCES && try_connect() != ECONNREFUSED)
    return 7;
  return try_run() == EACCES ? 0 : 8;
}

static void nothing_else_is_reached(void **state) {
  const struct support *support = *state;
  int status = 0;
  pid_t child = 0;
  if (!mz_isolate_is_possible())
    skip();
  folder = support->folder;
  child = fork();
  if (child == 0)
    _exit(isolated());
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      SUPPORT_TEST(nothing_else_is_reached),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
