#include "base/pattern.h"

#include <ctype.h>
#include <string.h>

enum { ESCAPE = '%', SETS = 8, TABLE = 256 };

struct compiler {
  struct mz_pattern *pattern;
  struct mz_pattern_item *item; /* the next one */
  const char *at;
  const char *end;
};

static size_t tables_of(size_t length) { return length / SETS + 1; }

size_t mz_pattern_size(size_t length) {
  return sizeof(struct mz_pattern) +
         (length + 1) *
             (sizeof(struct mz_pattern_item) + sizeof(struct mz_pattern_slot)) +
         tables_of(length) * TABLE;
}

static struct mz_pattern_item *add(struct compiler *to,
                                   enum mz_pattern_kind kind) {
  struct mz_pattern_item *item = to->item++;
  memset(item, 0, sizeof *item);
  item->kind = (uint8_t)kind;
  return item;
}

/* Nothing behind it is ever reached. */
static void add_bad(struct compiler *to, const char *error, int index) {
  struct mz_pattern_item *item = add(to, MZ_PATTERN_BAD);
  item->error = error;
  item->first = (uint8_t)index;
  to->at = to->end;
}

/* ---- sets --------------------------------------------------------------- */

static uint8_t *new_set(struct compiler *to, struct mz_pattern_item *item) {
  size_t number = to->pattern->used++;
  uint8_t *set = to->pattern->sets + number / SETS * TABLE;
  item->set = set;
  item->mask = (uint8_t)(1U << number % SETS);
  return set;
}

static bool in_class(int letter, int byte) {
  switch (letter) {
  case 'a':
    return isalpha(byte);
  case 'c':
    return iscntrl(byte);
  case 'd':
    return isdigit(byte);
  case 'g':
    return isgraph(byte);
  case 'l':
    return islower(byte);
  case 'p':
    return ispunct(byte);
  case 's':
    return isspace(byte);
  case 'u':
    return isupper(byte);
  case 'w':
    return isalnum(byte);
  case 'x':
    return isxdigit(byte);
  default:
    return byte == 0; /* z, which Lua still knows */
  }
}

static void add_range(uint8_t *set, uint8_t mask, int from, int to) {
  for (int byte = from; byte <= to; byte++)
    set[byte] |= mask;
}

/* What stands behind an escape. */
static void add_class(uint8_t *set, uint8_t mask, int letter) {
  int lower = letter >= 'A' && letter <= 'Z' ? letter | 0x20 : letter;
  if (!lower || !strchr("acdglpsuwxz", lower)) {
    set[letter] |= mask;
    return;
  }
  for (int byte = 0; byte < TABLE; byte++)
    if ((in_class(lower, byte) != 0) == (letter == lower))
      set[byte] |= mask;
}

static int byte_at(const char *at) { return (unsigned char)*at; }

/* How many bytes the member of a set at at takes up, where no range is seen. */
static ptrdiff_t width_of(const char *at) { return *at == ESCAPE ? 2 : 1; }

/* The ] that closes a set whose members begin at first, which is one itself
 * whatever it is; NULL where there is none. */
static const char *find_close(const char *first, const char *end) {
  const char *at = first;
  while (at < end && (*at != ']' || at == first)) {
    if (end - at < width_of(at))
      return NULL;
    at += width_of(at);
  }
  return at < end ? at : NULL;
}

/* Add the member at at to the set; where the next one is. */
static const char *add_member(uint8_t *set, uint8_t mask, const char *at,
                              const char *close) {
  if (*at == ESCAPE) {
    add_class(set, mask, byte_at(at + 1));
    return at + 2;
  }
  if (close - at > 2 && at[1] == '-') {
    add_range(set, mask, byte_at(at), byte_at(at + 2));
    return at + 3;
  }
  set[byte_at(at)] |= mask;
  return at + 1;
}

static void complement(uint8_t *set, uint8_t mask) {
  for (int byte = 0; byte < TABLE; byte++)
    set[byte] ^= mask;
}

/* Fill the item from the brackets at to->at; false where they don't close. */
static bool take_brackets(struct compiler *to, struct mz_pattern_item *item) {
  bool negated = to->at + 1 < to->end && to->at[1] == '^';
  const char *first = to->at + (negated ? 2 : 1);
  const char *close = find_close(first, to->end);
  uint8_t *set = NULL;
  if (!close) {
    to->item = item;
    add_bad(to, "malformed pattern (missing ']')", 0);
    return false;
  }
  set = new_set(to, item);
  while (first < close)
    first = add_member(set, item->mask, first, close);
  if (negated)
    complement(set, item->mask);
  to->at = close + 1;
  return true;
}

/* ---- items -------------------------------------------------------------- */

static void take_quantifier(struct compiler *to, struct mz_pattern_item *item) {
  char mark = '\0';
  if (to->at < to->end)
    mark = *to->at;
  if (!mark || !strchr("*+-?", mark))
    return;
  to->at++;
  item->kind = mark == '-' ? MZ_PATTERN_MIN : MZ_PATTERN_MAX;
  item->least = mark == '+';
  item->single = mark == '?';
}

static void take_byte(struct compiler *to, struct mz_pattern_item *item) {
  int byte = byte_at(to->at++);
  uint8_t *set = new_set(to, item);
  item->any = byte == '.';
  item->byte = !item->any;
  item->first = (uint8_t)byte;
  if (item->any)
    add_range(set, item->mask, 0, TABLE - 1);
  else
    set[byte] |= item->mask;
}

static void take_single(struct compiler *to) {
  struct mz_pattern_item *item = NULL;
  if (*to->at == ESCAPE && to->at + 1 == to->end) {
    add_bad(to, "malformed pattern (ends with '%%')", 0);
    return;
  }
  item = add(to, MZ_PATTERN_ONE);
  if (*to->at == '[') {
    if (!take_brackets(to, item))
      return;
  } else if (*to->at == ESCAPE) {
    uint8_t *set = new_set(to, item);
    add_class(set, item->mask, byte_at(to->at + 1));
    to->at += 2;
  } else {
    take_byte(to, item);
  }
  take_quantifier(to, item);
}

static void take_open(struct compiler *to) {
  struct mz_pattern *pattern = to->pattern;
  size_t capture = pattern->captures;
  bool position = to->at + 1 < to->end && to->at[1] == ')';
  if (capture == MZ_PATTERN_CAPTURES) {
    add_bad(to, "too many captures", 0);
    return;
  }
  pattern->captures++;
  pattern->position[capture] = position;
  pattern->unfinished[capture] = !position;
  add(to, position ? MZ_PATTERN_POSITION : MZ_PATTERN_OPEN)->first =
      (uint8_t)capture;
  to->at += position ? 2 : 1;
}

static void take_close(struct compiler *to) {
  size_t capture = to->pattern->captures;
  while (capture > 0 && !to->pattern->unfinished[capture - 1])
    capture--;
  if (capture == 0) {
    add_bad(to, "invalid pattern capture", 0);
    return;
  }
  to->pattern->unfinished[capture - 1] = false;
  add(to, MZ_PATTERN_CLOSE)->first = (uint8_t)(capture - 1);
  to->at++;
}

static void take_balance(struct compiler *to) {
  struct mz_pattern_item *item = NULL;
  if (to->end - to->at < 4) {
    add_bad(to, "malformed pattern (missing arguments to '%%b')", 0);
    return;
  }
  item = add(to, MZ_PATTERN_BALANCE);
  item->first = (uint8_t)to->at[2];
  item->second = (uint8_t)to->at[3];
  to->at += 4;
}

static void take_frontier(struct compiler *to) {
  to->at += 2;
  if (to->at == to->end || *to->at != '[')
    add_bad(to, "missing '[' after '%%f' in pattern", 0);
  else
    (void)take_brackets(to, add(to, MZ_PATTERN_FRONTIER));
}

static void take_back(struct compiler *to) {
  int number = to->at[1] - '0';
  size_t capture = (size_t)number - 1;
  if (number == 0 || capture >= to->pattern->captures ||
      to->pattern->unfinished[capture]) {
    add_bad(to, "invalid capture index %%%d", number);
    return;
  }
  add(to, MZ_PATTERN_BACK)->first = (uint8_t)capture;
  to->at += 2;
}

static void take_escape(struct compiler *to) {
  int letter = to->at + 1 < to->end ? byte_at(to->at + 1) : 0;
  if (letter == 'b')
    take_balance(to);
  else if (letter == 'f')
    take_frontier(to);
  else if (letter >= '0' && letter <= '9')
    take_back(to);
  else
    take_single(to);
}

static void take_item(struct compiler *to) {
  if (*to->at == '(') {
    take_open(to);
  } else if (*to->at == ')') {
    take_close(to);
  } else if (*to->at == ESCAPE) {
    take_escape(to);
  } else if (*to->at == '$' && to->at + 1 == to->end) {
    add(to, MZ_PATTERN_END);
    to->at++;
  } else {
    take_single(to);
  }
}

static bool takes_no_room(const struct mz_pattern_item *item) {
  return item->kind == MZ_PATTERN_OPEN || item->kind == MZ_PATTERN_CLOSE ||
         item->kind == MZ_PATTERN_POSITION;
}

static bool needs_byte(const struct mz_pattern_item *item) {
  return item->kind == MZ_PATTERN_ONE ||
         (item->kind == MZ_PATTERN_MAX && item->least);
}

/* From the end, each item learns which byte has to follow it. */
static void link_items(struct mz_pattern_item *items,
                       struct mz_pattern_item *last) {
  const struct mz_pattern_item *next = NULL;
  for (struct mz_pattern_item *item = last; item >= items; item--) {
    item->next = next;
    if (needs_byte(item))
      next = item;
    else if (!takes_no_room(item))
      next = NULL;
    if (item == items)
      break;
  }
}

struct mz_pattern *mz_pattern_compile(void *memory, const char *text,
                                      size_t length, bool anchors) {
  struct mz_pattern *pattern = memory;
  struct compiler to = {pattern, NULL, text, text + length};
  memset(pattern, 0, sizeof *pattern);
  pattern->items = (struct mz_pattern_item *)(pattern + 1);
  pattern->slots = (struct mz_pattern_slot *)(pattern->items + length + 1);
  pattern->sets = (uint8_t *)(pattern->slots + length + 1);
  memset(pattern->sets, 0, tables_of(length) * TABLE);
  to.item = pattern->items;
  if (anchors && length > 0 && *text == '^') {
    pattern->anchored = true;
    to.at++;
  }
  while (to.at < to.end)
    take_item(&to);
  link_items(pattern->items, add(&to, MZ_PATTERN_DONE));
  return pattern;
}
