#include "cli/report.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"

enum { EXCERPT = 160, SQL_SHOWN = 400 };

/* Whether standard error is a terminal that knows escape sequences. */
static bool has_terminal(void) {
  const char *terminal = getenv("TERM");
  return isatty(STDERR_FILENO) && (!terminal || strcmp(terminal, "dumb") != 0);
}

/* https://no-color.org */
static bool wants_color(void) {
  const char *no_color = getenv("NO_COLOR");
  return has_terminal() && (!no_color || !*no_color);
}

void mz_report_open(struct mz_report *report,
                    const struct mz_options *options) {
  *report = (struct mz_report){.json = options->json,
                               .quiet = options->quiet,
                               .color = wants_color(),
                               .terminal = has_terminal()};
  /* Or an error would come before the results where both go to one file. */
  (void)setvbuf(stdout, NULL, _IOLBF, 0);
  if (report->json)
    report->document = json_object();
  if (options->command)
    mz_report_set(report, "command", json_string(options->command));
}

void mz_report_set(struct mz_report *report, const char *key,
                   struct json_t *value) {
  if (report->document)
    (void)json_object_set_new(report->document, key, value);
  else
    json_decref(value);
}

void mz_report_close(struct mz_report *report, int exit_status) {
  if (!report->document)
    return;
  mz_report_set(report, "exit_status", json_integer(exit_status));
  (void)json_dumpf(report->document, stdout, JSON_INDENT(2));
  (void)fputc('\n', stdout);
  json_decref(report->document);
  report->document = NULL;
}

/* ---- lines -------------------------------------------------------------- */

static void print_text(FILE *file, const char *text) {
  char *printable = mz_text_printable(text);
  (void)fputs(printable ? printable : "(out of memory)", file);
  free(printable);
}

static void print_line(FILE *file, const char *format, va_list arguments) {
  va_list again;
  int size = 0;
  char *text = NULL;
  va_copy(again, arguments);
  size = vsnprintf(NULL, 0, format, again);
  va_end(again);
  text = size >= 0 ? malloc((size_t)size + 1) : NULL;
  if (text && vsnprintf(text, (size_t)size + 1, format, arguments) >= 0)
    print_text(file, text);
  (void)fputc('\n', file);
  free(text);
}

void mz_report_result(const struct mz_report *report, const char *format, ...) {
  va_list arguments;
  if (report->json || report->quiet)
    return;
  va_start(arguments, format);
  print_line(stdout, format, arguments);
  va_end(arguments);
}

void mz_report_answer(const struct mz_report *report, const char *format, ...) {
  va_list arguments;
  if (report->json)
    return;
  va_start(arguments, format);
  print_line(stdout, format, arguments);
  va_end(arguments);
}

void mz_report_message(const struct mz_report *report, const char *format,
                       ...) {
  va_list arguments;
  if (report->quiet)
    return;
  va_start(arguments, format);
  print_line(stderr, format, arguments);
  va_end(arguments);
}

void mz_report_notice(const struct mz_report *report, const char *format, ...) {
  va_list arguments;
  (void)report;
  va_start(arguments, format);
  print_line(stderr, format, arguments);
  va_end(arguments);
}

bool mz_report_shows_progress(const struct mz_report *report) {
  return report->terminal && !report->quiet && !report->json;
}

void mz_report_progress(const struct mz_report *report, const char *text) {
  if (!mz_report_shows_progress(report))
    return;
  (void)fputs("\r\033[K", stderr);
  if (text)
    print_text(stderr, text);
  (void)fflush(stderr);
}

bool mz_report_confirm(const struct mz_options *options, const char *question,
                       bool otherwise) {
  char answer[16] = "";
  if (options->yes)
    return true;
  if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
    return otherwise;
  (void)fprintf(stderr, "%s [y/N] ", question);
  if (!fgets(answer, sizeof answer, stdin))
    return false;
  return answer[0] == 'y' || answer[0] == 'Y';
}

/* ---- errors ------------------------------------------------------------- */

static void start_color(const struct mz_report *report, const char *code) {
  if (report->color)
    (void)fprintf(stderr, "\033[%sm", code);
}

static void print_head(const struct mz_report *report,
                       const struct mz_error *err) {
  start_color(report, "1");
  print_text(stderr, err->file ? err->file : "mzlua");
  if (err->file && err->line > 0)
    (void)fprintf(stderr, ":%d", err->line);
  if (err->file && err->line > 0 && err->column > 0)
    (void)fprintf(stderr, ":%d", err->column);
  (void)fputs(": ", stderr);
  start_color(report, "31");
  (void)fputs("error:", stderr);
  start_color(report, "0");
  (void)fputc(' ', stderr);
  print_text(stderr, err->message ? err->message : "out of memory");
  (void)fputc('\n', stderr);
}

/* Behind count characters of text. */
static const char *skip_characters(const char *text, int count) {
  for (; *text && count > 0; count--)
    for (text++; ((unsigned char)*text & 0xC0) == 0x80; text++)
      ;
  return text;
}

/* The text up to end as it is printed; the caller frees it. */
static char *printable_to(const char *text, const char *end) {
  char *copy = strndup(text, (size_t)(end - text));
  char *printable = copy ? mz_text_printable(copy) : NULL;
  free(copy);
  return printable;
}

/* The columns that the text up to end takes. */
static int printed_width(const char *text, const char *end) {
  char *printable = printable_to(text, end);
  int width = printable ? mz_text_width(printable, strlen(printable)) : 0;
  free(printable);
  return width;
}

/* Blanks as wide as the text up to end; tabs stay tabs. */
static void print_blanks(const char *text, const char *end) {
  while (text < end) {
    const char *next = skip_characters(text, 1);
    int width = *text == '\t' ? 0 : printed_width(text, next);
    (void)fprintf(stderr, "%s%*s", *text == '\t' ? "\t" : "", width, "");
    text = next;
  }
}

static void print_mark(const struct mz_report *report,
                       const struct mz_error *err, const char *start,
                       const char *caret) {
  const char *end = skip_characters(caret, err->width > 0 ? err->width : 1);
  int width = printed_width(caret, end);
  (void)fprintf(stderr, "%6s | ", "");
  print_blanks(start, caret);
  start_color(report, "31");
  (void)fputc('^', stderr);
  for (int i = 1; i < width; i++)
    (void)fputc('~', stderr);
  start_color(report, "0");
  if (err->note) {
    (void)fputs("  ", stderr);
    print_text(stderr, err->note);
  }
  (void)fputc('\n', stderr);
}

/* The source line, or as much of a long one as is around the caret. */
static void print_source(const struct mz_report *report,
                         const struct mz_error *err) {
  int column = err->column > 0 ? err->column : 1;
  const char *start = err->source;
  const char *caret = NULL;
  const char *end = NULL;
  char *shown = NULL;
  if (mz_text_characters(start, strlen(start)) > EXCERPT && column > 60)
    start = skip_characters(start, column - 60);
  caret = skip_characters(err->source, column - 1);
  end = skip_characters(start, EXCERPT);
  shown = printable_to(start, end);
  (void)fprintf(stderr, "%6d | ", err->line);
  (void)fputs(shown ? shown : "", stderr);
  (void)fputc('\n', stderr);
  free(shown);
  if (err->column > 0 && caret <= end)
    print_mark(report, err, start, caret);
  else if (err->note) {
    (void)fprintf(stderr, "%6s | ", "");
    print_text(stderr, err->note);
    (void)fputc('\n', stderr);
  }
}

/* Each line of text behind indent, the first behind label. */
static void print_block(const char *label, const char *text) {
  size_t indent = strlen(label);
  while (*text) {
    size_t size = strcspn(text, "\n");
    char *line = strndup(text, size);
    (void)fprintf(stderr, "%*s", (int)indent, label);
    print_text(stderr, line ? line : "");
    (void)fputc('\n', stderr);
    free(line);
    label = "";
    text += size + (text[size] == '\n');
  }
}

static void print_sql(const char *sql) {
  char *shown = strndup(sql, SQL_SHOWN);
  if (shown)
    print_block("  in the SQL: ", shown);
  free(shown);
}

static void print_error(const struct mz_report *report,
                        const struct mz_error *err) {
  mz_report_progress(report, NULL);
  print_head(report, err);
  if (err->source && err->line > 0)
    print_source(report, err);
  else if (err->note)
    print_block("  ", err->note);
  if (err->sql)
    print_sql(err->sql);
  if (err->details)
    print_block("  ", err->details);
  if (err->traceback && strchr(err->traceback, '\n'))
    print_block("  called from: ", strchr(err->traceback, '\n') + 1);
  if (err->hint)
    print_block("hint: ", err->hint);
  if (err->state)
    print_block("", err->state);
}

static void set_string(json_t *object, const char *key, const char *text) {
  if (text)
    (void)json_object_set_new(object, key, json_string(text));
}

static json_t *error_to_json(const struct mz_error *err) {
  json_t *object = json_object();
  set_string(object, "message", err->message ? err->message : "out of memory");
  set_string(object, "code", err->code);
  set_string(object, "file", err->file);
  if (err->line > 0)
    (void)json_object_set_new(object, "line", json_integer(err->line));
  if (err->column > 0)
    (void)json_object_set_new(object, "column", json_integer(err->column));
  set_string(object, "note", err->note);
  set_string(object, "details", err->details);
  set_string(object, "sql", err->sql);
  set_string(object, "traceback", err->traceback);
  set_string(object, "hint", err->hint);
  set_string(object, "state", err->state);
  return object;
}

void mz_report_error(struct mz_report *report, const struct mz_error *err) {
  print_error(report, err);
  if (report->document)
    mz_report_set(report, "error", error_to_json(err));
}
