#include "cli/progress.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"

enum { INTERVAL = 100, BAR_MIN = 5, BAR_MAX = 30, WIDTH = 80 };

/* ---- the line ----------------------------------------------------------- */

/* Add as much of text, on one line and safe to print, as fits into width. */
static void add_label(struct mz_buf *out, const char *text, int width) {
  char *printable = mz_text_printable(text);
  const char *at = printable;
  while (at && *at) {
    size_t size = 1;
    while (((unsigned char)at[size] & 0xC0) == 0x80)
      size++;
    bool blank = *at == '\n' || *at == '\t';
    width -= blank ? 1 : mz_text_width(at, size);
    if (width < 0)
      break;
    mz_buf_add(out, blank ? " " : at, size);
    at += size;
  }
  free(printable);
}

static void add_time(struct mz_buf *out, int64_t seconds) {
  if (seconds >= 3600)
    mz_buf_format(out, "  %" PRId64 ":%02d:%02d left", seconds / 3600,
                  (int)(seconds / 60 % 60), (int)(seconds % 60));
  else
    mz_buf_format(out, "  %d:%02d left", (int)(seconds / 60),
                  (int)(seconds % 60));
}

/* Add what stands behind the bar: how much, how fast, how long still. */
static void add_numbers(struct mz_buf *out,
                        const struct mz_progress_line *line) {
  double rate = line->elapsed > 0
                    ? (double)line->counted * 1000 / (double)line->elapsed
                    : 0;
  if (line->total > 0)
    mz_buf_format(out, "  %3d %%",
                  (int)((double)line->done / (double)line->total * 100));
  else
    mz_buf_format(out, "  %" PRId64, line->done);
  if (rate >= 1)
    mz_buf_format(out, "  %.0f/s", rate);
  if (rate > 0 && line->total > 0 &&
      (double)(line->total - line->done) / rate < 3600.0 * 1000)
    add_time(out, (int64_t)((double)(line->total - line->done) / rate));
}

/* Add a bar of width columns, its frame included. */
static void add_bar(struct mz_buf *out, const struct mz_progress_line *line,
                    int width) {
  int filled =
      (int)((double)line->done / (double)line->total * (double)(width - 2));
  mz_buf_text(out, "  [");
  for (int i = 0; i < width - 2; i++)
    mz_buf_text(out, i < filled ? "#" : "-");
  mz_buf_text(out, "]");
}

char *mz_progress_format(const struct mz_progress_line *line) {
  struct mz_buf numbers = MZ_BUF_INIT;
  struct mz_buf out = MZ_BUF_INIT;
  int room = 0;
  add_numbers(&numbers, line);
  room = line->width - 1 - (int)numbers.size;
  add_label(&out, line->label, room);
  if (!out.failed && out.size > 0)
    room -= mz_text_width(out.data, out.size);
  if (line->total > 0 && room >= BAR_MIN + 2)
    add_bar(&out, line, room - 2 < BAR_MAX ? room - 2 : BAR_MAX);
  if (!numbers.failed && (int)numbers.size < line->width)
    mz_buf_text(&out, numbers.data);
  mz_buf_release(&numbers);
  return mz_buf_take(&out);
}

/* ---- telling ------------------------------------------------------------ */

static int terminal_width(void) {
  struct winsize size;
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col == 0)
    return WIDTH;
  return size.ws_col;
}

static void draw(const struct mz_progress *progress,
                 const struct mz_report *report, int64_t total, int64_t now) {
  struct mz_progress_line line = {.label = progress->label,
                                  .done = progress->done,
                                  .total = total,
                                  .counted = progress->done - progress->first,
                                  .elapsed = now - progress->start,
                                  .width = terminal_width()};
  char *text = mz_progress_format(&line);
  mz_report_progress(report, text);
  free(text);
}

static void begin(struct mz_progress *progress, const char *label, int64_t done,
                  int64_t now) {
  free(progress->label);
  progress->label = strdup(label);
  progress->start = now;
  progress->first = done;
}

void mz_progress_tell(struct mz_progress *progress,
                      const struct mz_report *report, const char *label,
                      int64_t done, int64_t total, int64_t now) {
  bool anew = !progress->label || done < progress->done ||
              strcmp(progress->label, label) != 0;
  bool ended = total > 0 && done >= total;
  bool due = progress->drawn == 0 || now - progress->drawn >= INTERVAL;
  if (anew)
    begin(progress, label, done, now);
  progress->done = done;
  if (!progress->label || (!ended && !due))
    return;
  if (ended)
    mz_report_progress(report, NULL);
  else
    draw(progress, report, total, now);
  progress->drawn = now;
}

void mz_progress_release(struct mz_progress *progress) {
  free(progress->label);
  *progress = (struct mz_progress){.label = NULL};
}
