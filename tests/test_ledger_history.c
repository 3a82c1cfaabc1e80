/* Which migrations are applied, after mzlua and golang-migrate have moved one
 * database in turns. */
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
#include "golang_migrate.h"
#include "model/ledger.h"

static const struct mz_version none = {.some = false, .number = -1};

static struct mz_version some(int64_t number) {
  return (struct mz_version){.some = number >= 0, .number = number};
}

static int setup(void **state) {
  struct mz_database *database = NULL;
  assert_int_equal(mz_database_open_scratch(&database, NULL, NULL), MZ_OK);
  assert_int_equal(mz_ledger_create(database, NULL), MZ_OK);
  *state = database;
  return 0;
}

static int teardown(void **state) {
  mz_database_close(*state);
  return 0;
}

static void start_anew(struct mz_database *database) {
  assert_int_equal(mz_database_exec(database,
                                    "DELETE FROM mzlua_history; "
                                    "DELETE FROM schema_migrations",
                                    NULL),
                   MZ_OK);
}

static void write_entry(struct mz_database *database, const char *direction,
                        int64_t version, struct mz_version after) {
  struct mz_history_entry entry = {.version = version,
                                   .name = "a",
                                   .direction = direction,
                                   .started_at = "now",
                                   .after = after};
  bool dirty = false;
  entry.before = some(golang_migrate_version(database->handle, &dirty));
  assert_int_equal(mz_ledger_write(database, &entry, NULL), MZ_OK);
}

static void read_ledger(struct mz_database *database,
                        struct mz_ledger *ledger) {
  assert_int_equal(mz_ledger_read(database, ledger, NULL), MZ_OK);
  assert_true(ledger->has_history);
}

/* ---- told --------------------------------------------------------------- */

/* A story is told in words: u3 up, d3:2 down with the version after it, f3
 * force, b3 baseline; g3 golang-migrate set version 3, x3 and left it dirty.
 * - is no version. */
static int64_t number(const char *text) {
  return *text == '-' ? -1 : strtoll(text, NULL, 10);
}

static struct mz_version higher(struct mz_database *database, int64_t version) {
  bool dirty = false;
  int64_t at = golang_migrate_version(database->handle, &dirty);
  return some(at > version ? at : version);
}

static void tell(struct mz_database *database, const char *word) {
  int64_t version = number(word + 1);
  const char *after = strchr(word, ':');
  switch (word[0]) {
  case 'u':
    write_entry(database, "up", version, higher(database, version));
    break;
  case 'd':
    write_entry(database, "down", version, some(number(after + 1)));
    break;
  case 'f':
    write_entry(database, "force", version, some(version));
    break;
  case 'b':
    write_entry(database, "baseline", version, some(version));
    break;
  default:
    golang_migrate_set(database->handle, version, word[0] == 'x');
  }
}

/* The version, which of 0 to 9 are applied, and whether it is dirty. */
static char *show(struct mz_database *database) {
  struct mz_buf text = MZ_BUF_INIT;
  struct mz_ledger ledger;
  read_ledger(database, &ledger);
  if (ledger.version.some)
    mz_buf_format(&text, "%" PRId64 " ", ledger.version.number);
  else
    mz_buf_text(&text, "- ");
  for (int i = 0; i < 10; i++)
    if (mz_applied_has(&ledger.applied, i))
      mz_buf_format(&text, "%d", i);
  mz_buf_text(&text, ledger.dirty ? " dirty" : "");
  mz_ledger_release(&ledger);
  return mz_buf_take(&text);
}

static const struct {
  const char *story;
  const char *applied;
} stories[] = {
    /* mzlua alone */
    {"", "- "},
    {"u0", "0 0"},
    {"u1 u2 u3", "3 123"},
    {"u1 u2 d2:1", "1 1"},
    {"u1 d1:-", "- "},
    {"u1 d1:- u1", "1 1"},
    {"u1 u2 d2:1 d1:- u1 u2", "2 12"},
    /* out of order */
    {"u1 u3", "3 13"},
    {"u1 u3 u2", "3 123"},
    {"u1 u3 d3:1", "1 1"},
    {"u1 u3 u2 d3:2", "2 12"},
    {"u1 u3 u2 d3:2 d2:1 u3", "3 13"},
    /* golang-migrate first: up to its version all counts */
    {"g3", "3 0123"},
    {"g3 u4", "4 01234"},
    {"g3 u5", "5 01235"},
    {"g3 u5 u4", "5 012345"},
    {"g3 d3:2", "2 012"},
    {"g3 d3:1 u4", "4 014"},
    {"g3 u4 d4:3 d3:2 u3", "3 0123"},
    /* golang-migrate goes on */
    {"u1 u2 g5", "5 012345"},
    {"u1 u3 g4 u5", "5 012345"},
    {"u1 g2 u3 g4 u5", "5 012345"},
    {"g2 u3 g4", "4 01234"},
    /* golang-migrate goes back */
    {"u1 u2 u3 g1", "1 01"},
    {"u1 u2 u3 g1 u2", "2 012"},
    {"u1 u3 g2", "2 012"},
    {"u1 u2 g-", "- "},
    {"u1 u2 g- u1", "1 1"},
    {"u1 u2 u3 g- u3", "3 3"},
    {"g3 u4 g2 u5", "5 0125"},
    {"g3 u4 u5 g4 d4:3", "3 0123"},
    /* where it comes back to, nothing has happened */
    {"u1 u3 g1 g3", "3 13"},
    {"u1 u3 g4 g3", "3 13"},
    /* force and baseline */
    {"f3", "3 0123"},
    {"u1 f5", "5 012345"},
    {"u1 u2 f1", "1 01"},
    {"u1 u2 f-", "- "},
    {"u1 u2 f- u2", "2 2"},
    {"f3 u4 u6", "6 012346"},
    {"b4 u5", "5 012345"},
    {"b0", "0 0"},
    {"u1 f3 g5 f2 d2:1 u2", "2 012"},
    /* dirty */
    {"x3", "3 0123 dirty"},
    {"u1 u2 x3", "3 0123 dirty"},
    {"u1 u2 x2", "2 12 dirty"},
    {"u1 x-", "-  dirty"},
    {"u1 u2 x3 f2 u3", "3 0123"},
};

static void every_story_ends_as_told(void **state) {
  for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
    char copy[64];
    char *shown = NULL;
    start_anew(*state);
    (void)snprintf(copy, sizeof copy, "%s", stories[i].story);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
      tell(*state, word);
    shown = show(*state);
    if (strcmp(shown, stories[i].applied) != 0)
      fail_msg("%s: \"%s\"", stories[i].story, shown);
    free(shown);
  }
}

/* ---- played ------------------------------------------------------------- */

enum { FILES = 3, TURNS = 4 };

/* The applied set as a set: what mzlua does changes one member; what someone
 * else has done shows in the version alone, and makes it all up to there. */
struct model {
  bool applied[FILES + 1]; /* by version; files 1 to FILES */
  int version;             /* 0: none */
  int seen;                /* the version when mzlua last wrote */
};

static void look(struct model *model) {
  for (int i = 1; i <= FILES && model->version != model->seen; i++)
    model->applied[i] = i <= model->version;
  model->seen = model->version;
}

static struct mz_version version_of(int version) {
  return version ? some(version) : none;
}

static bool play_up(struct model *model, struct mz_database *database) {
  look(model);
  if (model->version == FILES)
    return false;
  model->seen = ++model->version;
  model->applied[model->version] = true;
  write_entry(database, "up", model->version, version_of(model->version));
  return true;
}

static bool play_late_up(struct model *model, struct mz_database *database) {
  int late = 1;
  look(model);
  while (late < model->version && model->applied[late])
    late++;
  if (late >= model->version)
    return false;
  model->applied[late] = true;
  write_entry(database, "up", late, version_of(model->version));
  return true;
}

static bool play_down(struct model *model, struct mz_database *database) {
  int version = model->version;
  look(model);
  if (version == 0)
    return false;
  model->applied[version] = false;
  while (model->version > 0 && !model->applied[model->version])
    model->version--;
  model->seen = model->version;
  write_entry(database, "down", version, version_of(model->version));
  return true;
}

static bool play_skip(struct model *model, struct mz_database *database) {
  look(model);
  if (model->version > 1)
    return false;
  model->seen = model->version = FILES;
  model->applied[FILES] = true;
  write_entry(database, "up", FILES, version_of(FILES));
  return true;
}

static bool play_force(struct model *model, struct mz_database *database) {
  for (int i = 1; i <= FILES; i++)
    model->applied[i] = i <= 2;
  model->seen = model->version = 2;
  write_entry(database, "force", 2, some(2));
  return true;
}

static bool play_their_up(struct model *model, struct mz_database *database) {
  if (model->version == FILES)
    return false;
  golang_migrate_set(database->handle, ++model->version, false);
  return true;
}

static bool play_their_down(struct model *model, struct mz_database *database) {
  if (model->version == 0)
    return false;
  model->version--;
  golang_migrate_set(database->handle, model->version ? model->version : -1,
                     false);
  return true;
}

static bool (*const moves[])(struct model *, struct mz_database *) = {
    play_up,    play_late_up,  play_down,      play_skip,
    play_force, play_their_up, play_their_down};

enum { MOVES = sizeof moves / sizeof *moves };

static void expect_model(struct mz_database *database, struct model model,
                         int game) {
  struct mz_ledger ledger;
  read_ledger(database, &ledger);
  look(&model);
  assert_true(mz_version_equal(ledger.version, version_of(model.version)));
  for (int i = 1; i <= FILES; i++)
    if (mz_applied_has(&ledger.applied, i) != model.applied[i])
      fail_msg("version %d in game %d", i, game);
  mz_ledger_release(&ledger);
}

/* The digits of game, to the base of MOVES, are the moves. */
static void play(struct mz_database *database, int game) {
  struct model model = {.version = 0};
  int rest = game;
  start_anew(database);
  for (int turn = 0; turn < TURNS; turn++, rest /= MOVES)
    if (!moves[rest % MOVES](&model, database))
      break; /* the rest of this game cannot be played */
  expect_model(database, model, game);
}

static void every_game_of_both_ends_with_the_applied_set(void **state) {
  int games = 1;
  for (int turn = 0; turn < TURNS; turn++)
    games *= MOVES;
  for (int game = 0; game < games; game++)
    play(*state, game);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(every_story_ends_as_told, setup,
                                      teardown),
      cmocka_unit_test_setup_teardown(
          every_game_of_both_ends_with_the_applied_set, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
