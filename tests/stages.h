/* stages.h - the states that a database goes through on its way up.
 *
 * Runs a folder's migrations undisturbed, one at a time, and keeps a dump
 * before the first and after each: what a disturbed run is measured by. */
#ifndef MZ_TESTS_STAGES_H
#define MZ_TESTS_STAGES_H

#include "support.h"

enum { STAGES_MAX = 8 };

struct stages {
  char *dumps[STAGES_MAX]; /* at 0, 1, ... count migrations */
  int64_t versions[STAGES_MAX];
  size_t count;
};

/* Fill stages from the folder in support's options, and remove the database
 * again. sql, unless NULL, is run on a new one first. */
void stages_make(struct stages *stages, const struct support *support,
                 const char *sql);
void stages_release(struct stages *stages);

/* Assert that the database is as after count migrations. */
void stages_expect(const struct stages *stages, const struct support *support,
                   size_t count);

/* Assert that an undisturbed run, now, ends where it should. */
void stages_expect_repair(const struct stages *stages,
                          const struct support *support);

/* "at V" or "without any migration", as messages have it. */
const char *stages_describe(const struct stages *stages, size_t count,
                            char text[64]);

/* From one place where a run is disturbed to the next: every one of the mixed
 * set; of the shipped migrations, which take thousands, every fifth, or with
 * MZ_EVERY_STEP=1 in the environment each. */
int stages_stride(const char *folder);

#endif
