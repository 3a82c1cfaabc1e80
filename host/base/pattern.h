/* pattern.h - Lua's patterns, compiled and matched without recursion.
 *
 * Knows no Lua. A pattern is a row of items with no alternatives between
 * them, so which captures are open at an item is known when it is compiled,
 * and a quantifier needs one place to go back to. What is malformed becomes
 * an item that fails when the match reaches it, as Lua does it. */
#ifndef MZ_BASE_PATTERN_H
#define MZ_BASE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MZ_PATTERN_CAPTURES = 32 };

enum mz_pattern_kind {
  MZ_PATTERN_ONE, /* a byte of a set */
  MZ_PATTERN_MAX, /* many of them, as many as possible first */
  MZ_PATTERN_MIN, /* as few as possible first */
  MZ_PATTERN_OPEN,
  MZ_PATTERN_CLOSE,
  MZ_PATTERN_POSITION,
  MZ_PATTERN_BALANCE,
  MZ_PATTERN_FRONTIER,
  MZ_PATTERN_BACK,
  MZ_PATTERN_END,
  MZ_PATTERN_DONE,
  MZ_PATTERN_BAD
};

struct mz_pattern_item {
  const uint8_t *set; /* set[byte] & mask: the byte belongs to it */
  const struct mz_pattern_item *next; /* ONE that has to follow, or NULL */
  const char *error;                  /* of BAD */
  uint8_t kind;                       /* enum mz_pattern_kind */
  uint8_t mask;
  uint8_t first;  /* a capture, or the bytes of BALANCE */
  uint8_t second; /* the other one */
  bool least;     /* one at least */
  bool single;    /* one at most */
  bool any;       /* every byte belongs to the set */
  bool byte;      /* first alone does */
};

/* A quantifier to go back to. */
struct mz_pattern_slot {
  const struct mz_pattern_item *item;
  const char *low;
  const char *at;
};

struct mz_pattern {
  struct mz_pattern_item *items;
  struct mz_pattern_slot *slots;
  uint8_t *sets;   /* eight in 256 bytes */
  size_t used;     /* sets */
  size_t captures; /* at its end */
  bool anchored;
  bool unfinished[MZ_PATTERN_CAPTURES];
  bool position[MZ_PATTERN_CAPTURES];
};

/* Called now and then with the steps done since; need not return. */
struct mz_pattern_meter {
  long left;
  void (*spent)(void *context, long steps);
  void *context;
};

struct mz_pattern_match {
  const char *subject;
  const char *end;
  const char *from; /* where the match begins */
  const char *to;
  struct mz_pattern_meter *meter;
  const char *error; /* a format for index, or NULL */
  int index;
  size_t depth;
  struct {
    const char *from;
    const char *to;
  } captures[MZ_PATTERN_CAPTURES];
};

enum { MZ_PATTERN_STEPS = 10000 }; /* between two calls of spent */

/* The bytes that a pattern of length bytes takes. */
size_t mz_pattern_size(size_t length);

/* Compile it into memory of that size, aligned as by malloc. Where anchors,
 * a ^ at its beginning is one. */
struct mz_pattern *mz_pattern_compile(void *memory, const char *text,
                                      size_t length, bool anchors);

/* Match at or, if the pattern is not anchored, after at; false where nothing
 * matches, or with an error. subject, end and meter are set before. The byte
 * at end must be readable. The pattern serves one match at a time. */
bool mz_pattern_find(const struct mz_pattern *pattern,
                     struct mz_pattern_match *match, const char *at);

#endif
