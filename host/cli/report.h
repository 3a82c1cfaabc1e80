/* report.h - what the program prints.
 *
 * Results go to standard output, messages to standard error; with --json one
 * document goes to standard output instead of results. Nothing that came from
 * a file or a database reaches a terminal with its control characters. */
#ifndef MZ_CLI_REPORT_H
#define MZ_CLI_REPORT_H

#include "base/error.h"
#include "cli/options.h"

#include <stdint.h>

struct json_t;

struct mz_report {
  bool json;
  bool quiet;
  bool color;              /* standard error is a terminal and colours are on */
  bool terminal;           /* standard error is a terminal */
  bool changed;            /* the command has changed something */
  struct json_t *document; /* with --json */
};

void mz_report_open(struct mz_report *report, const struct mz_options *options);

/* Print the document, where there is one, with the exit status. */
void mz_report_close(struct mz_report *report, int exit_status);

/* A line of the result, for standard output; not with --json or -q. */
void mz_report_result(const struct mz_report *report, const char *format, ...)
    MZ_PRINTF(2, 3);

/* A line that is the answer itself: printed with -q as well. */
void mz_report_answer(const struct mz_report *report, const char *format, ...)
    MZ_PRINTF(2, 3);

/* A line for standard error; not with -q. */
void mz_report_message(const struct mz_report *report, const char *format, ...)
    MZ_PRINTF(2, 3);

/* A line for standard error, with -q as well. */
void mz_report_notice(const struct mz_report *report, const char *format, ...)
    MZ_PRINTF(2, 3);

/* Whether there is who watches. */
bool mz_report_shows_progress(const struct mz_report *report);

/* On a terminal: show what is going on, until the next call; NULL ends it. */
void mz_report_progress(const struct mz_report *report, const char *text);

/* Print err as compilers do, and put it into the document. */
void mz_report_error(struct mz_report *report, const struct mz_error *err);

/* Ask a question that yes or no answers. Without a terminal, or with --yes,
 * the answer is given. */
bool mz_report_confirm(const struct mz_options *options, const char *question,
                       bool otherwise);

/* Set key of the document, where there is one. */
void mz_report_set(struct mz_report *report, const char *key,
                   struct json_t *value);

#endif
