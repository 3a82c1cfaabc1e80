#include "base/pattern.h"

#include <string.h>

static void spend(struct mz_pattern_meter *meter, ptrdiff_t steps) {
  meter->left -= steps;
  if (meter->left <= 0) {
    long spent = MZ_PATTERN_STEPS - meter->left;
    meter->left = MZ_PATTERN_STEPS;
    meter->spent(meter->context, spent);
  }
}

static inline bool has(const struct mz_pattern_item *item, const char *at) {
  return item->set[(unsigned char)*at] & item->mask;
}

/* ---- quantifiers -------------------------------------------------------- */

static const char *expand(const struct mz_pattern_match *match,
                          const struct mz_pattern_item *item, const char *at) {
  const char *end = match->end;
  if (item->single)
    return at < end && has(item, at) ? at + 1 : at;
  if (item->any)
    return end;
  while (at < end && has(item, at))
    at++;
  return at;
}

/* The last place from at down to low where what follows can begin. */
static const char *fall(const struct mz_pattern_match *match,
                        const struct mz_pattern_item *item, const char *low,
                        const char *at) {
  const struct mz_pattern_item *next = item->next;
  if (!next)
    return at;
  if (at == match->end) {
    if (at == low)
      return NULL;
    at--;
  }
  for (; !has(next, at); at--)
    if (at == low)
      return NULL;
  return at;
}

/* The first place from at on where what follows can begin. */
static const char *rise(const struct mz_pattern_match *match,
                        const struct mz_pattern_item *item, const char *at) {
  const struct mz_pattern_item *next = item->next;
  if (!next)
    return at;
  for (; at < match->end; at++) {
    if (has(next, at))
      return at;
    if (!has(item, at))
      return NULL;
  }
  return NULL;
}

static void keep(const struct mz_pattern *pattern,
                 struct mz_pattern_match *match,
                 const struct mz_pattern_item *item, const char *low,
                 const char *at) {
  struct mz_pattern_slot *slot = &pattern->slots[match->depth++];
  slot->item = item;
  slot->low = low;
  slot->at = at;
}

static const char *begin_max(const struct mz_pattern *pattern,
                             struct mz_pattern_match *match,
                             const struct mz_pattern_item *item,
                             const char *at) {
  const char *top = expand(match, item, at);
  const char *low = at + item->least;
  const char *go = NULL;
  if (top < low)
    return NULL;
  go = fall(match, item, low, top);
  spend(match->meter, (go ? top - go : top - low) + (top - at));
  if (go && go > low)
    keep(pattern, match, item, low, go);
  return go;
}

static const char *begin_min(const struct mz_pattern *pattern,
                             struct mz_pattern_match *match,
                             const struct mz_pattern_item *item,
                             const char *at) {
  const char *go = rise(match, item, at);
  spend(match->meter, go ? go - at : match->end - at);
  if (go && go < match->end && has(item, go))
    keep(pattern, match, item, go, go);
  return go;
}

/* Where the slot at the top can go on, or NULL; it is gone where that was its
 * last place. */
static const char *retry(struct mz_pattern_match *match,
                         struct mz_pattern_slot *slot) {
  const char *at = slot->at;
  const char *go = NULL;
  bool more = false;
  if (slot->item->kind == MZ_PATTERN_MAX) {
    go = fall(match, slot->item, slot->low, at - 1);
    more = go && go > slot->low;
    spend(match->meter, 1 + (go ? at - go : at - slot->low));
  } else {
    go = rise(match, slot->item, at + 1);
    more = go && go < match->end && has(slot->item, go);
    spend(match->meter, 1 + (go ? go - at : 0));
  }
  slot->at = go;
  if (!more)
    match->depth--;
  return go;
}

/* ---- other items -------------------------------------------------------- */

static const char *balance(struct mz_pattern_match *match,
                           const struct mz_pattern_item *item, const char *at) {
  const char *from = at;
  size_t open = 1;
  if (at >= match->end || (uint8_t)*at != item->first)
    return NULL;
  for (at++; at < match->end; at++) {
    if ((uint8_t)*at == item->second) {
      if (--open == 0)
        break;
    } else if ((uint8_t)*at == item->first) {
      open++;
    }
  }
  spend(match->meter, at - from);
  return at < match->end ? at + 1 : NULL;
}

static const char *frontier(const struct mz_pattern_match *match,
                            const struct mz_pattern_item *item,
                            const char *at) {
  const char *before = at == match->subject ? "" : at - 1;
  const char *here = at == match->end ? "" : at;
  return !has(item, before) && has(item, here) ? at : NULL;
}

static const char *back(const struct mz_pattern *pattern,
                        struct mz_pattern_match *match,
                        const struct mz_pattern_item *item, const char *at) {
  const char *from = match->captures[item->first].from;
  ptrdiff_t size = match->captures[item->first].to - from;
  if (pattern->position[item->first] || match->end - at < size)
    return NULL;
  spend(match->meter, size);
  return memcmp(from, at, (size_t)size) == 0 ? at + size : NULL;
}

/* Match item at, or return NULL. */
static inline const char *forward(const struct mz_pattern *pattern,
                                  struct mz_pattern_match *match,
                                  const struct mz_pattern_item *item,
                                  const char *at) {
  switch ((enum mz_pattern_kind)item->kind) {
  case MZ_PATTERN_ONE:
    return at < match->end && has(item, at) ? at + 1 : NULL;
  case MZ_PATTERN_MAX:
    return begin_max(pattern, match, item, at);
  case MZ_PATTERN_MIN:
    return begin_min(pattern, match, item, at);
  case MZ_PATTERN_OPEN:
  case MZ_PATTERN_POSITION:
    match->captures[item->first].from = at;
    return at;
  case MZ_PATTERN_CLOSE:
    match->captures[item->first].to = at;
    return at;
  case MZ_PATTERN_BALANCE:
    return balance(match, item, at);
  case MZ_PATTERN_FRONTIER:
    return frontier(match, item, at);
  case MZ_PATTERN_BACK:
    return back(pattern, match, item, at);
  case MZ_PATTERN_END:
    return at == match->end ? at : NULL;
  case MZ_PATTERN_DONE:
  case MZ_PATTERN_BAD:
    break;
  }
  return at;
}

/* The end of a match that begins at, or NULL. */
static const char *run(const struct mz_pattern *pattern,
                       struct mz_pattern_match *match, const char *at) {
  const struct mz_pattern_item *item = pattern->items;
  match->depth = 0;
  while (item->kind != MZ_PATTERN_DONE) {
    if (item->kind == MZ_PATTERN_BAD) {
      match->error = item->error;
      match->index = item->first;
      return NULL;
    }
    at = forward(pattern, match, item, at);
    while (!at && match->depth > 0) {
      struct mz_pattern_slot *slot = &pattern->slots[match->depth - 1];
      item = slot->item;
      at = retry(match, slot);
    }
    if (!at)
      return NULL;
    item++;
  }
  return at;
}

/* The item whose byte every match begins with, or NULL. */
static const struct mz_pattern_item *
first_of(const struct mz_pattern *pattern) {
  const struct mz_pattern_item *item = pattern->items;
  while (item->kind == MZ_PATTERN_OPEN || item->kind == MZ_PATTERN_POSITION)
    item++;
  return item->kind == MZ_PATTERN_ONE ||
                 (item->kind == MZ_PATTERN_MAX && item->least)
             ? item
             : NULL;
}

/* Where from at on a match can begin, or NULL. */
static const char *skip(const struct mz_pattern_match *match,
                        const struct mz_pattern_item *first, const char *at) {
  if (!first)
    return at;
  if (first->byte && at < match->end)
    return memchr(at, first->first, (size_t)(match->end - at));
  while (at < match->end && !has(first, at))
    at++;
  return at < match->end ? at : NULL;
}

static bool found(const struct mz_pattern *pattern,
                  struct mz_pattern_match *match, const char *at) {
  match->to = run(pattern, match, at);
  match->from = at;
  return match->to != NULL;
}

bool mz_pattern_find(const struct mz_pattern *pattern,
                     struct mz_pattern_match *match, const char *at) {
  const struct mz_pattern_item *first = NULL;
  match->error = NULL;
  if (pattern->anchored)
    return found(pattern, match, at);
  first = first_of(pattern);
  for (const char *from = at; at <= match->end; from = at) {
    at = skip(match, first, at);
    if (!at)
      return false;
    spend(match->meter, at - from + 1);
    if (found(pattern, match, at) || match->error)
      return match->to != NULL;
    at++;
  }
  return false;
}
