#include "base/diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 2000 };

struct line {
  const char *text;
  size_t size;
};

struct lines {
  struct line *items;
  size_t count;
};

static size_t count_lines(const char *text) {
  size_t count = 0;
  while (text && *text) {
    count++;
    text += strcspn(text, "\n");
    text += *text == '\n';
  }
  return count;
}

/* The lines of text; items is NULL out of memory. */
static struct lines split(const char *text) {
  struct lines lines = {.count = count_lines(text)};
  lines.items = calloc(lines.count + 1, sizeof *lines.items);
  for (size_t i = 0; i < lines.count && lines.items; i++) {
    lines.items[i] = (struct line){text, strcspn(text, "\n")};
    text += lines.items[i].size;
    text += *text == '\n';
  }
  return lines;
}

static bool same(struct line a, struct line b) {
  return a.size == b.size && memcmp(a.text, b.text, a.size) == 0;
}

/* The lengths of the longest common subsequences of what is behind i and j, in
 * rows of b.count + 1; NULL out of memory. */
static uint16_t *measure(const struct lines *a, const struct lines *b) {
  size_t width = b->count + 1;
  uint16_t *common = calloc((a->count + 1) * width, sizeof *common);
  for (size_t i = a->count; i-- > 0 && common;)
    for (size_t j = b->count; j-- > 0;) {
      uint16_t down = common[(i + 1) * width + j];
      uint16_t right = common[i * width + j + 1];
      uint16_t both = common[(i + 1) * width + j + 1];
      common[i * width + j] = same(a->items[i], b->items[j])
                                  ? (uint16_t)(both + 1)
                              : down >= right ? down
                                              : right;
    }
  return common;
}

static void add(struct mz_buf *out, char sign, struct line line) {
  mz_buf_format(out, "%c%.*s\n", sign, (int)line.size, line.text);
}

/* Without common, nothing is the same. */
static void walk(struct mz_buf *out, const struct lines *a,
                 const struct lines *b, const uint16_t *common) {
  size_t width = b->count + 1;
  size_t i = 0;
  size_t j = 0;
  while (i < a->count || j < b->count) {
    if (common && i < a->count && j < b->count &&
        same(a->items[i], b->items[j])) {
      add(out, ' ', a->items[i++]);
      j++;
    } else if (j == b->count ||
               (i < a->count && (!common || common[(i + 1) * width + j] >=
                                                common[i * width + j + 1])))
      add(out, '-', a->items[i++]);
    else
      add(out, '+', b->items[j++]);
  }
}

void mz_diff_unified(struct mz_buf *out, const char *before,
                     const char *after) {
  struct lines a = split(before);
  struct lines b = split(after);
  uint16_t *common = NULL;
  if (!a.items || !b.items)
    out->failed = true;
  else {
    mz_buf_format(out, "@@ -%d,%zu +%d,%zu @@\n", a.count > 0, a.count,
                  b.count > 0, b.count);
    if (a.count <= MOST && b.count <= MOST)
      common = measure(&a, &b);
    walk(out, &a, &b, common);
  }
  free(common);
  free(a.items);
  free(b.items);
}
