/* From files, ledger and target to the steps. A case is written in words:
 *
 *   files   versions; "3d" has a down file alone
 *   ledger  the version, or -; "!": dirty; behind ":" what history lists, and
 *           "<1" for all up to 1; without ":" golang-migrate has been here
 *   target  up, down, goto and redo as on the command line, down without a
 *           number is --all; "up!" and "goto!" allow what is out of order
 *   steps   direction, version, and the ledger before and after */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "model/plan.h"
#include "support.h"

enum { MOST = 8 };

struct world {
  char folder[2];
  char paths[MOST][64];
  struct mz_migration migrations[MOST];
  struct mz_source source;
  int64_t listed[MOST];
  struct mz_ledger ledger;
  struct mz_target target;
};

static struct mz_version version(const char *text) {
  bool some = *text != '-';
  return (struct mz_version){.some = some,
                             .number = some ? strtoll(text, NULL, 10) : -1};
}

static void add_file(struct world *world, const char *word) {
  size_t index = world->source.count++;
  struct mz_migration *migration = &world->migrations[index];
  bool down = strchr(word, 'd');
  migration->version = version(word).number;
  (void)snprintf(world->paths[index], sizeof world->paths[index],
                 "m/%" PRId64 "_a.%s.sql", migration->version,
                 down ? "down" : "up");
  (down ? &migration->down : &migration->up)->path = world->paths[index];
}

static void set_files(struct world *world, const char *files) {
  char copy[128];
  strcpy(world->folder, "m");
  world->source.folder = world->folder;
  world->source.migrations = world->migrations;
  (void)snprintf(copy, sizeof copy, "%s", files);
  for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
    add_file(world, word);
}

static int compare_versions(const void *a, const void *b) {
  const int64_t *x = a;
  const int64_t *y = b;
  return (*x > *y) - (*x < *y);
}

static void set_ledger(struct world *world, const char *text) {
  struct mz_ledger *ledger = &world->ledger;
  const char *list = strchr(text, ':');
  char copy[128];
  ledger->exists = true;
  ledger->version = version(text);
  ledger->dirty = strchr(text, '!');
  ledger->has_history = list;
  ledger->applied.versions = world->listed;
  ledger->applied.base = list ? version("-") : ledger->version;
  (void)snprintf(copy, sizeof copy, "%s", list ? list + 1 : "");
  for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
    if (*word == '<')
      ledger->applied.base = version(word + 1);
    else
      world->listed[ledger->applied.count++] = version(word).number;
  qsort(world->listed, ledger->applied.count, sizeof *world->listed,
        compare_versions);
}

static void set_target(struct world *world, const char *text) {
  static const char *const names[] = {
      [MZ_MOVE_UP] = "up",
      [MZ_MOVE_DOWN] = "down",
      [MZ_MOVE_GOTO] = "goto",
      [MZ_MOVE_REDO] = "redo",
  };
  struct mz_target *target = &world->target;
  const char *space = strchr(text, ' ');
  while (strncmp(text, names[target->move], strlen(names[target->move])) != 0)
    target->move++;
  target->allow_out_of_order = strchr(text, '!');
  target->limited = space && target->move != MZ_MOVE_GOTO;
  if (target->limited)
    target->count = strtoull(space, NULL, 10);
  else if (space)
    target->version = strtoll(space, NULL, 10);
}

static void make_world(struct world *world, const char *files,
                       const char *ledger, const char *target) {
  *world = (struct world){.folder = ""};
  set_files(world, files);
  set_ledger(world, ledger);
  set_target(world, target);
}

static void add_version(struct mz_buf *text, struct mz_version shown) {
  if (shown.some)
    mz_buf_format(text, " %" PRId64, shown.number);
  else
    mz_buf_text(text, " -");
}

static char *show(const struct mz_plan *plan) {
  struct mz_buf text = MZ_BUF_INIT;
  for (size_t i = 0; i < plan->count; i++) {
    const struct mz_step *step = &plan->steps[i];
    mz_buf_format(&text, "%s%s %" PRId64 ":", i ? "; " : "",
                  step->direction == MZ_UP ? "up" : "down",
                  step->migration->version);
    add_version(&text, step->before);
    mz_buf_text(&text, " to");
    add_version(&text, step->after);
  }
  return mz_buf_take(&text);
}

struct plan_case {
  const char *files;
  const char *ledger;
  const char *target;
  const char *steps;
};

static void expect_steps(const struct plan_case *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const struct plan_case *one = &cases[i];
    struct mz_plan plan = MZ_PLAN_INIT;
    struct world world;
    char *shown = NULL;
    make_world(&world, one->files, one->ledger, one->target);
    assert_int_equal(
        mz_plan_make(&plan, &world.source, &world.ledger, &world.target, NULL),
        MZ_OK);
    shown = show(&plan);
    if (strcmp(shown, one->steps) != 0)
      fail_msg("files %s, ledger %s, %s: %s, not %s", one->files, one->ledger,
               one->target, shown, one->steps);
    free(shown);
    mz_plan_release(&plan);
  }
}

#define EXPECT_STEPS(cases) expect_steps(cases, sizeof(cases) / sizeof *(cases))

/* ---- in order ----------------------------------------------------------- */

static const struct plan_case in_order[] = {
    {"1 2 3", "-", "up", "up 1: - to 1; up 2: 1 to 2; up 3: 2 to 3"},
    {"1 2 3", "-", "up 1", "up 1: - to 1"},
    {"1 2 3", "-", "up 2", "up 1: - to 1; up 2: 1 to 2"},
    {"1 2 3", "-", "up 0", ""},
    {"1 2 3", "1", "up 9", "up 2: 1 to 2; up 3: 2 to 3"},
    {"1 2 3", "1", "up 18446744073709551615", "up 2: 1 to 2; up 3: 2 to 3"},
    {"1 2 3", "2: 1 2", "up", "up 3: 2 to 3"},
    {"1 2 3", "3", "up", ""},
    {"1 2 3", "-", "down", ""},
    {"1 2 3", "-", "down 1", ""},
    {"1 2 3", "3: 1 2 3", "down 1", "down 3: 3 to 2"},
    {"1 2 3", "3", "down 2", "down 3: 3 to 2; down 2: 2 to 1"},
    {"1 2 3", "3", "down 0", ""},
    {"1 2 3", "2", "down", "down 2: 2 to 1; down 1: 1 to -"},
    {"1 2 3", "2: 1 2", "down 9", "down 2: 2 to 1; down 1: 1 to -"},
    {"1 2 3", "-", "goto 2", "up 1: - to 1; up 2: 1 to 2"},
    {"1 2 3", "1", "goto 3", "up 2: 1 to 2; up 3: 2 to 3"},
    {"1 2 3", "2", "goto 2", ""},
    {"1 2 3", "3: 1 2 3", "goto 1", "down 3: 3 to 2; down 2: 2 to 1"},
    {"1 2 3", "2: 1 2", "redo", "down 2: 2 to 1; up 2: 1 to 2"},
    {"1 2 3", "1", "redo", "down 1: 1 to -; up 1: - to 1"},
    {"", "-", "up", ""},
    {"", "-", "down", ""},
    /* zero is a version, gaps and the largest one are fine */
    {"0 1", "-", "up", "up 0: - to 0; up 1: 0 to 1"},
    {"0 1", "0", "up", "up 1: 0 to 1"},
    {"0 1", "1", "goto 0", "down 1: 1 to 0"},
    {"0 1", "0: 0", "down 1", "down 0: 0 to -"},
    {"0 1", "0", "redo", "down 0: 0 to -; up 0: - to 0"},
    {"10 20 30", "20: 10 20", "up", "up 30: 20 to 30"},
    {"10 20 30", "20", "down 1", "down 20: 20 to 10"},
    {"5 9223372036854775807", "5", "up",
     "up 9223372036854775807: 5 to 9223372036854775807"},
    {"5 9223372036854775807", "9223372036854775807", "goto 5",
     "down 9223372036854775807: 9223372036854775807 to 5"},
    /* a migration without a down is refused by who runs it, not here */
    {"1 2d", "1", "up", "up 2: 1 to 2"},
};

static void steps_lead_to_the_target(void **state) {
  (void)state;
  EXPECT_STEPS(in_order);
}

/* ---- out of order ------------------------------------------------------- */

static const struct plan_case out_of_order[] = {
    /* allowed: it runs first, and the version stays */
    {"1 2 3 4", "3: 1 3", "up!", "up 2: 3 to 3; up 4: 3 to 4"},
    {"1 2 3 4", "3: 1 3", "up! 1", "up 2: 3 to 3"},
    {"1 2 3 4", "4: 1 4", "up!", "up 2: 4 to 4; up 3: 4 to 4"},
    {"1 2 3 4", "3: 1 3", "goto! 4", "up 2: 3 to 3; up 4: 3 to 4"},
    {"1 2 3 4", "3: 1 3", "goto! 3", "up 2: 3 to 3"},
    {"0 1", "1: 1", "up!", "up 0: 1 to 1"},
    {"1 2 3", "3: 3 <1", "up!", "up 2: 3 to 3"},
    /* none where golang-migrate has been, or where history says so */
    {"1 2 3 4", "3", "up", "up 4: 3 to 4"},
    {"1 2 3 4", "3: 3 <2", "up", "up 4: 3 to 4"},
    {"1 2 3 4", "3: 1 3 2", "up", "up 4: 3 to 4"},
    {"1 2 3", "3: 3 1 2", "up!", ""},
    /* the way down passes over it */
    {"1 2 3", "3: 1 3", "down 1", "down 3: 3 to 1"},
    {"1 2 3", "3: 1 3", "down", "down 3: 3 to 1; down 1: 1 to -"},
    {"1 2 3", "3: 3", "down", "down 3: 3 to -"},
    {"1 2 3", "3: 1 3 2", "down 2", "down 3: 3 to 2; down 2: 2 to 1"},
    {"1 2 3", "3: 1 3", "redo", "down 3: 3 to 1; up 3: 1 to 3"},
    {"1 2 3 4", "4: 1 3 4", "goto 3", "down 4: 4 to 3"},
    {"1 2 3", "3: 1 3", "goto 1", "down 3: 3 to 1"},
    /* to go to it, the way ends below it and leads up to it */
    {"1 2 3", "3: 1 3", "goto 2", "down 3: 3 to 1; up 2: 1 to 2"},
    {"1 2 3 4", "4: 1 4", "goto 3",
     "down 4: 4 to 1; up 2: 1 to 2; up 3: 2 to 3"},
    {"1 2", "2: 2", "goto 1", "down 2: 2 to -; up 1: - to 1"},
};

static void late_file_runs_when_allowed(void **state) {
  (void)state;
  EXPECT_STEPS(out_of_order);
}

/* ---- files that are gone ------------------------------------------------ */

static const struct plan_case gone[] = {
    /* what lies below doesn't matter for what is above */
    {"1 3 4", "3: 1 2 3", "up", "up 4: 3 to 4"},
    {"3 4", "3", "up", "up 4: 3 to 4"},
    /* the version then is one that only history knows */
    {"1 3", "3: 1 2 3", "down 1", "down 3: 3 to 2"},
    {"1 3", "3: 1 2 3", "redo", "down 3: 3 to 2; up 3: 2 to 3"},
    {"3", "3: 1 2 3", "down 1", "down 3: 3 to 2"},
    {"1 3", "3: 2 3 <1", "down 1", "down 3: 3 to 2"},
    /* of golang-migrate's work nobody knows more than the files */
    {"1 3", "3", "down", "down 3: 3 to 1; down 1: 1 to -"},
    {"3", "3", "down 1", "down 3: 3 to -"},
};

static void file_that_is_gone_still_counts_as_applied(void **state) {
  (void)state;
  EXPECT_STEPS(gone);
}

/* ---- refused ------------------------------------------------------------ */

#define BRING                                                                  \
  "hint: bring its file back, or `mzlua force V` to a version that the files " \
  "know\n"
#define GONE(version)                                                          \
  "the database is at version " version ", but no file has that "              \
  "version\n" BRING
#define DEPLOY "hint: deploy the files that belong to this database\n"
#define NEWER(version, newest)                                                 \
  "the database is at version " version ", newer than the newest file "        \
  "(" newest ")\n" DEPLOY
#define UNKNOWN(version)                                                       \
  "m has no migration with version " version "\n"                              \
  "hint: `mzlua status` lists the versions; `mzlua down --all` goes below "    \
  "the first\n"
#define LATE(file, version)                                                    \
  "m/" file " is out of order: it was never applied, and the database is "     \
  "already at version " version "\nhint: give it a version above " version     \
  ", or run it now with --allow-out-of-order\n"
#define DIRTY(version)                                                         \
  "Dirty database version " version ". Fix and force version.\n"               \
  "hint: golang-migrate stopped in the middle of this migration: look at the " \
  "database, then `mzlua force " version "` if it is complete, or `mzlua "     \
  "force V` with the version before it if nothing of it is there\n"

static const struct {
  const char *files;
  const char *ledger;
  const char *target;
  enum mz_status status;
  const char *message;
} refused[] = {
    {"1 2", "2!", "up", MZ_EHISTORY, DIRTY("2")},
    {"1 2", "2!", "down 1", MZ_EHISTORY, DIRTY("2")},
    {"1 2", "2!: 1 2", "goto 1", MZ_EHISTORY, DIRTY("2")},
    {"1 2", "2!", "goto 9", MZ_EHISTORY, DIRTY("2")},
    {"1 2", "2!", "redo", MZ_EHISTORY, DIRTY("2")},
    {"1 2", "-!", "up", MZ_EHISTORY, DIRTY("-1")},
    /* newer than the files */
    {"1 2", "5", "up", MZ_EHISTORY, NEWER("5", "2")},
    {"1 2", "5: 1 2 5", "up 1", MZ_EHISTORY, NEWER("5", "2")},
    {"", "5", "up", MZ_EHISTORY,
     "the database is at version 5, but m holds no migration\n" DEPLOY},
    {"1 2", "5", "goto 5", MZ_EUSAGE, UNKNOWN("5")},
    {"1 2", "5", "goto 2", MZ_EHISTORY, GONE("5")},
    {"1 2", "5", "down 1", MZ_EHISTORY, GONE("5")},
    {"1 2", "5", "redo", MZ_EHISTORY, GONE("5")},
    /* the current version's file is gone */
    {"1 3", "2", "up", MZ_EHISTORY, GONE("2")},
    {"1 3", "2: 1 2", "up!", MZ_EHISTORY, GONE("2")},
    {"1 3", "2", "down 1", MZ_EHISTORY, GONE("2")},
    {"1 3", "2", "down", MZ_EHISTORY, GONE("2")},
    {"1 3", "2", "goto 1", MZ_EHISTORY, GONE("2")},
    {"1 3", "2", "goto 3", MZ_EHISTORY, GONE("2")},
    {"1 3", "2: 1 2", "redo", MZ_EHISTORY, GONE("2")},
    /* and one on the way */
    {"1 3", "3: 1 2 3", "down 2", MZ_EHISTORY, GONE("2")},
    {"1 3", "3: 1 2 3", "down", MZ_EHISTORY, GONE("2")},
    {"1 3", "3: 1 2 3", "goto 1", MZ_EHISTORY, GONE("2")},
    /* no such version */
    {"1 3", "-", "goto 2", MZ_EUSAGE, UNKNOWN("2")},
    {"1 3", "3", "goto 2", MZ_EUSAGE, UNKNOWN("2")},
    {"", "-", "goto 0", MZ_EUSAGE, UNKNOWN("0")},
    {"1", "1", "goto 9223372036854775807", MZ_EUSAGE,
     UNKNOWN("9223372036854775807")},
    /* out of order */
    {"1 2 3", "3: 1 3", "up", MZ_EHISTORY, LATE("2_a.up.sql", "3")},
    {"1 2 3 4", "3: 1 3", "up", MZ_EHISTORY, LATE("2_a.up.sql", "3")},
    {"1 2 3 4", "3: 1 3", "up 1", MZ_EHISTORY, LATE("2_a.up.sql", "3")},
    {"1 2 3 4", "3: 1 3", "goto 4", MZ_EHISTORY, LATE("2_a.up.sql", "3")},
    {"1 2d 3", "3: 1 3", "up", MZ_EHISTORY, LATE("2_a.down.sql", "3")},
    {"0 1", "1: 1", "up", MZ_EHISTORY, LATE("0_a.up.sql", "1")},
    {"1 2", "-", "redo", MZ_EHISTORY,
     "there is nothing to redo: no migration is applied\n"},
};

static void impossible_target_is_refused_with_the_reason(void **state) {
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    struct mz_plan plan = MZ_PLAN_INIT;
    struct world world;
    enum mz_status status = MZ_OK;
    make_world(&world, refused[i].files, refused[i].ledger, refused[i].target);
    status =
        mz_plan_make(&plan, &world.source, &world.ledger, &world.target, &err);
    support_expect_error(*state, status, refused[i].status, &err,
                         refused[i].message);
    assert_null(plan.steps);
    assert_int_equal(plan.count, 0);
  }
}

/* ---- one migration ------------------------------------------------------ */

static const struct {
  const char *ledger;
  bool pending;
  bool late;
} states[] = {
    {"-", true, false},        {"1", true, false},
    {"2", false, false},       {"3", false, false},
    {"3: 1 3", false, true},   {"3: 1 2 3", false, false},
    {"3: 3 <2", false, false}, {"3: 3 <1", false, true},
    {"2: 1 2", false, false},
};

static void migration_is_pending_late_or_applied(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
    struct world world;
    make_world(&world, "2", states[i].ledger, "up");
    assert_int_equal(mz_plan_is_pending(world.migrations, &world.ledger),
                     states[i].pending);
    assert_int_equal(mz_plan_is_out_of_order(world.migrations, &world.ledger),
                     states[i].late);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(steps_lead_to_the_target),
      cmocka_unit_test(late_file_runs_when_allowed),
      cmocka_unit_test(file_that_is_gone_still_counts_as_applied),
      cmocka_unit_test_setup_teardown(
          impossible_target_is_refused_with_the_reason, support_setup,
          support_teardown),
      cmocka_unit_test(migration_is_pending_late_or_applied),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
