#include "model/sections.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fs.h"

struct mark {
  bool found;
  bool alone;    /* it says that there is no transaction */
  size_t offset; /* of its line */
};

/* The text behind word at the start of line, or NULL. */
static const char *behind(const char *line, const char *word) {
  size_t size = strlen(word);
  if (strncasecmp(line, word, size) != 0 || strcspn(line + size, " \t\r\n") > 0)
    return NULL;
  return line + size;
}

/* Whether the line is the mark of the section, in either tool's words. */
static const char *read_mark(const char *line, enum mz_section section) {
  const char *rest = NULL;
  if (strncmp(line, "--", 2) != 0)
    return NULL;
  line += 2 + strspn(line + 2, " \t");
  rest = behind(line, section == MZ_SECTION_UP ? "migrate:up" : "migrate:down");
  if (rest || strncasecmp(line, "+goose", 6) != 0)
    return rest;
  line += 6 + strspn(line + 6, " \t");
  return behind(line, section == MZ_SECTION_UP ? "up" : "down");
}

static bool line_has(const char *line, const char *word) {
  const char *found = strstr(line, word);
  return found && found < line + strcspn(line, "\n");
}

static struct mark find_mark(const char *text, enum mz_section section) {
  struct mark mark = {.found = false};
  for (const char *line = text; line && !mark.found;) {
    const char *rest = read_mark(line, section);
    if (rest)
      mark = (struct mark){.found = true,
                           .alone = line_has(rest, "transaction:false"),
                           .offset = (size_t)(line - text)};
    line = strchr(line, '\n');
    line = line ? line + 1 : NULL;
  }
  return mark;
}

void mz_sections_find(const char *path, bool *up, bool *down) {
  struct mz_error ignored = MZ_ERROR_INIT;
  char *text = NULL;
  size_t size = 0;
  *up = *down = false;
  if (!mz_fs_read(path, &text, &size, &ignored)) {
    *up = find_mark(text, MZ_SECTION_UP).found;
    *down = *up && find_mark(text, MZ_SECTION_DOWN).found;
  }
  free(text);
  mz_error_release(&ignored);
}

static void blank(char *text, size_t from, size_t to) {
  for (size_t i = from; i < to; i++)
    if (text[i] != '\n')
      text[i] = ' ';
}

/* goose's "-- +goose NO TRANSACTION" stands for the whole file. */
static bool says_no_transaction(const char *text) {
  for (const char *line = text; line;) {
    const char *at = line;
    if (strncmp(at, "--", 2) == 0) {
      at += 2 + strspn(at + 2, " \t");
      if (strncasecmp(at, "+goose no transaction", 21) == 0)
        return true;
    }
    line = strchr(line, '\n');
    line = line ? line + 1 : NULL;
  }
  return false;
}

void mz_sections_cut(struct mz_migration_file *file) {
  struct mark up = find_mark(file->text, MZ_SECTION_UP);
  struct mark down = find_mark(file->text, MZ_SECTION_DOWN);
  struct mark own = file->section == MZ_SECTION_UP ? up : down;
  struct mark other = file->section == MZ_SECTION_UP ? down : up;
  size_t end =
      other.found && other.offset > own.offset ? other.offset : file->size;
  file->alone = own.alone || says_no_transaction(file->text);
  blank(file->text, 0, own.offset);
  blank(file->text, end, file->size);
}
