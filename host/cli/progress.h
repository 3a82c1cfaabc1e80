/* progress.h - a bar for long work, with its rate and the time left.
 *
 * Shown on a terminal alone, in one line of standard error that makes way for
 * whatever is printed; not with -q or --json. May be told of every row: it
 * draws ten times a second at most. */
#ifndef MZ_CLI_PROGRESS_H
#define MZ_CLI_PROGRESS_H

#include "cli/report.h"

/* Zeroed: nothing was told yet. */
struct mz_progress {
  char *label;   /* of what is shown */
  int64_t start; /* when it began; milliseconds of some clock */
  int64_t drawn; /* when it was drawn last */
  int64_t first; /* what was done when it began */
  int64_t done;
};

/* What one line shows. */
struct mz_progress_line {
  const char *label;
  int64_t done;
  int64_t total;   /* 0: unknown */
  int64_t counted; /* of done, within elapsed */
  int64_t elapsed; /* milliseconds */
  int width;       /* columns of the terminal */
};

/* Tell that done of total, 0 where that is unknown, are done at now, in
 * milliseconds of any clock. Another label or less done begins anew; the end
 * clears the line. */
void mz_progress_tell(struct mz_progress *progress,
                      const struct mz_report *report, const char *label,
                      int64_t done, int64_t total, int64_t now);

/* Return the line as text narrower than its width, which the caller frees;
 * NULL when out of memory. */
char *mz_progress_format(const struct mz_progress_line *line);

void mz_progress_release(struct mz_progress *progress);

#endif
