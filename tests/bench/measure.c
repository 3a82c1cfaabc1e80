/* measure.c - run a command and say what it cost.
 *
 * measure FILE LABEL COMMAND... appends one line to FILE: LABEL, milliseconds
 * of CPU (user and system), milliseconds on the clock, kilobytes of memory at
 * most. Its status is the command's. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_of(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double now(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int die(const char *what) {
  perror(what);
  return 127;
}

static int record(const char *path, const char *label, double wall,
                  const struct rusage *usage) {
  FILE *file = fopen(path, "a");
  double cpu = seconds_of(usage->ru_utime) + seconds_of(usage->ru_stime);
  if (!file)
    return die(path);
  (void)fprintf(file, "%s %.3f %.3f %ld\n", label, cpu * 1e3, wall * 1e3,
                usage->ru_maxrss);
  return fclose(file) ? die(path) : 0;
}

int main(int argc, char **argv) {
  struct rusage usage;
  double start = now();
  pid_t child = argc > 3 ? vfork() : -1;
  int status = 0;
  if (child == 0) {
    (void)execvp(argv[3], argv + 3);
    _exit(127);
  }
  if (child < 0 || wait4(child, &status, 0, &usage) != child)
    return die("measure");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  return record(argv[1], argv[2], now() - start, &usage);
}
