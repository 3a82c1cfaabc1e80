/* What files are called, and what their leading comments say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model/directives.h"
#include "support.h"

/* ---- names -------------------------------------------------------------- */

static const struct {
  const char *file;
  enum mz_name_kind kind;
  int64_t version;
  const char *name;
} good_names[] = {
    {"000001_initial_schema.up.sql", MZ_NAME_UP_SQL, 1, "initial_schema"},
    {"000001_initial_schema.down.sql", MZ_NAME_DOWN_SQL, 1, "initial_schema"},
    {"000002_split_names.lua", MZ_NAME_LUA, 2, "split_names"},
    /* golang-migrate's pattern is greedy and takes any extension */
    {"1_a.up..sql", MZ_NAME_UP_SQL, 1, "a"},
    {"1_a.down..sql", MZ_NAME_DOWN_SQL, 1, "a"},
    {"1_a.up.db.sql", MZ_NAME_UP_SQL, 1, "a"},
    {"1_.up.sql", MZ_NAME_UP_SQL, 1, ""},
    {"1__.up.sql", MZ_NAME_UP_SQL, 1, "_"},
    {"1_.lua", MZ_NAME_LUA, 1, ""},
    {"1_2_b.up.sql", MZ_NAME_UP_SQL, 1, "2_b"},
    {"1_a.b.up.sql", MZ_NAME_UP_SQL, 1, "a.b"},
    {"1_a.sql.up.sql", MZ_NAME_UP_SQL, 1, "a.sql"},
    {"1_a.sql", MZ_NAME_SQL, 1, "a"},
    {"1_a.UP.sql", MZ_NAME_SQL, 1, "a.UP"},
    {"1_up.sql", MZ_NAME_SQL, 1, "up"},
    {"20240101120000_a_b.sql", MZ_NAME_SQL, 20240101120000, "a_b"},
    {"1_a.up.down.sql", MZ_NAME_DOWN_SQL, 1, "a.up"},
    {"1_a.down.up.sql", MZ_NAME_UP_SQL, 1, "a.down"},
    {"1_a.up.up.sql", MZ_NAME_UP_SQL, 1, "a.up"},
    {"1_a.b.lua", MZ_NAME_LUA, 1, "a.b"},
    {"1_up.lua", MZ_NAME_LUA, 1, "up"},
    /* versions */
    {"0_a.up.sql", MZ_NAME_UP_SQL, 0, "a"},
    {"000_a.lua", MZ_NAME_LUA, 0, "a"},
    {"0000000000000000000000000000042_a.up.sql", MZ_NAME_UP_SQL, 42, "a"},
    {"20240229235959_a.down.sql", MZ_NAME_DOWN_SQL, 20240229235959, "a"},
    {"9223372036854775807_a.up.sql", MZ_NAME_UP_SQL, INT64_MAX, "a"},
    {"009223372036854775807_a.lua", MZ_NAME_LUA, INT64_MAX, "a"},
    /* names are the author's own */
    {"1_user's \"100%s\".up.sql", MZ_NAME_UP_SQL, 1, "user's \"100%s\""},
    {"1_gr\xC3\xB6\xC3\x9F"
     "e.lua",
     MZ_NAME_LUA, 1,
     "gr\xC3\xB6\xC3\x9F"
     "e"},
};

static void good_name_is_version_name_and_direction(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof good_names / sizeof *good_names; i++) {
    struct mz_file_name name;
    print_message("%s\n", good_names[i].file);
    assert_int_equal(mz_file_name_parse(good_names[i].file, &name, NULL),
                     MZ_OK);
    assert_int_equal(name.kind, good_names[i].kind);
    assert_int_equal(name.version, good_names[i].version);
    assert_int_equal(name.size, strlen(good_names[i].name));
    assert_memory_equal(name.name, good_names[i].name, name.size);
  }
}

static const char *const other_names[] = {
    "",
    "README.md",
    "1_a.up.sql.bak",
    "1_a.up.sql~",
    "1_a.up.sql ",
    "1_a.up.sql.swp",
    "1_a.up.SQL",
    "1_a.up.lua",
    "1_a.down.lua",
    "1_a.LUA",
    "1_a.up.sqlx",
    "1_a.up.xsql",
    "1_a.upsql",
    "1_a.up",
    "1_a.up.",
    "1_a",
    "1_",
    "1",
    "1.up.sql",
    "1-a.up.sql",
    "1a_b.up.sql",
    "_a.up.sql",
    "a.up.sql",
    ".up.sql",
    ".1_a.up.sql",
    "-1_a.up.sql",
    "+1_a.up.sql",
    " 1_a.up.sql",
    "0x1_a.up.sql",
    "1.5_a.up.sql",
    "\xD9\xA1_a.up.sql", /* an Arabic one */
    "99999999999999999999_a.txt",
    "1_a\nb.txt",
    "1_a\nb.sql",
    "99999999999999999999_a.sql",
};

static void any_other_name_is_no_migration(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++) {
    struct mz_file_name name;
    print_message("%s\n", other_names[i]);
    assert_int_equal(mz_file_name_parse(other_names[i], &name, NULL), MZ_OK);
    assert_int_equal(name.kind, MZ_NAME_OTHER);
  }
}

#define TOO_LARGE                                                              \
  ": the version is larger than 9223372036854775807\nhint: rename the file\n"
#define CONTROL                                                                \
  ": the file's name has a control character\nhint: rename the file\n"

static const struct {
  const char *file;
  const char *message;
} bad_names[] = {
    {"9223372036854775808_a.up.sql", "9223372036854775808_a.up.sql" TOO_LARGE},
    {"9223372036854775810_a.lua", "9223372036854775810_a.lua" TOO_LARGE},
    {"18446744073709551615_a.up.sql",
     "18446744073709551615_a.up.sql" TOO_LARGE},
    {"18446744073709551616_a.down.sql",
     "18446744073709551616_a.down.sql" TOO_LARGE},
    {"20240229235959123456_a.lua", "20240229235959123456_a.lua" TOO_LARGE},
    {"99999999999999999999999_100%s.lua",
     "99999999999999999999999_100%s.lua" TOO_LARGE},
    {"1_a\nb.up.sql", "1_a?b.up.sql" CONTROL},
    {"1_a.up.\n.sql", "1_a.up.?.sql" CONTROL},
    {"1_\ta.lua", "1_?a.lua" CONTROL},
    {"1_\x1B[31m.lua", "1_?[31m.lua" CONTROL},
    {"1_a\x7F.down.sql", "1_a?.down.sql" CONTROL},
};

static void name_that_cannot_be_right_is_refused(void **state) {
  for (size_t i = 0; i < sizeof bad_names / sizeof *bad_names; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    struct mz_file_name name;
    support_expect_error(*state,
                         mz_file_name_parse(bad_names[i].file, &name, &err),
                         MZ_EUSAGE, &err, bad_names[i].message);
  }
}

/* ---- directives --------------------------------------------------------- */

static enum mz_status read_directives(const char *text, bool *foreign_keys,
                                      struct mz_error *err) {
  char path[] = "1_a.up.sql";
  char *copy = strdup(text);
  struct mz_migration_file file = {
      .path = path, .text = copy, .size = strlen(text)};
  enum mz_status status = mz_directives_read(&file, err);
  *foreign_keys = file.foreign_keys;
  free(file.deletes);
  free(copy);
  return status;
}

static const struct {
  const char *text;
  bool foreign_keys;
} good_directives[] = {
    {"", false},
    {"SELECT 1;", false},
    {"-- mzlua: foreign_keys=on", true},
    {"-- mzlua: foreign_keys=on\nSELECT 1;", true},
    {"-- mzlua: foreign_keys=on\r\nSELECT 1;\r\n", true},
    {"--mzlua:foreign_keys=on\n", true},
    {"--\t mzlua: \tforeign_keys=on because of it\n", true},
    {"\n  -- What it does.\n\n\t-- mzlua: foreign_keys=on\n", true},
    {"/* a */\n-- mzlua: foreign_keys=on\n", true},
    {"-- mzlua: foreign_keys = on\n", true},
    {"-- mzlua: foreign_keys=off\n", false},
    {"-- mzlua: foreign_keys=on\n-- mzlua: foreign_keys=off\n", false},
    {"-- mzlua: transaction=on\n-- mzlua: foreign_keys=on\n", true},
    {"-- mzlua: transaction=off\n", false},
    {"-- mzlua: ignore=select-star the table is ours\n", false},
    {"-- mzlua: deletes=a, b c\r\n-- mzlua: deletes=d\n", false},
    /* only the leading comment lines count */
    {"SELECT 1;\n-- mzlua: foreign_keys=on\n", false},
    {"SELECT '\n-- mzlua: foreign_keys=on\n';", false},
    {"/* a\n-- mzlua: foreign_keys=on\n*/SELECT 1;", false},
    {"SELECT 1; -- mzlua: nonsense\n", false},
    /* and only as directives */
    {"-- see mzlua: foreign_keys=on\n", false},
    {"-- written for mzlua\n", false},
    {"-- mzlua is what runs this\n", false},
};

static void directives_are_read(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof good_directives / sizeof *good_directives;
       i++) {
    bool foreign_keys = false;
    print_message("%s\n", good_directives[i].text);
    assert_int_equal(
        read_directives(good_directives[i].text, &foreign_keys, NULL), MZ_OK);
    assert_int_equal(foreign_keys, good_directives[i].foreign_keys);
  }
}

#define KNOWN                                                                  \
  "hint: a directive is foreign_keys=on, transaction=off, deletes=TABLE or "   \
  "ignore=RULE reason\n"

static const struct {
  const char *text;
  int width;
  const char *message;
} bad_directives[] = {
    {"-- What it does.\n  --  mzlua: transactoin=off\nVACUUM;", 11,
     "1_a.up.sql:2:14: there is no directive \"transactoin\"\n"
     "hint: is transaction meant?\n"},
    {"-- mzlua: foreign-keys=on", 12,
     "1_a.up.sql:1:11: there is no directive \"foreign-keys\"\n"
     "hint: is foreign_keys meant?\n"},
    {"-- mzlua: colour=red\n", 6,
     "1_a.up.sql:1:11: there is no directive \"colour\"\n" KNOWN},
    {"-- mzlua:\nSELECT 1;", 1,
     "1_a.up.sql:1:10: there is no directive \"\"\n" KNOWN},
    {"-- mzlua: foreign_keys=yes\r\n", 12,
     "1_a.up.sql:1:11: foreign_keys is on or off, not \"yes\"\n"},
    {"-- mzlua: foreign_keys\nSELECT 1;", 12,
     "1_a.up.sql:1:11: foreign_keys is on or off, not \"\"\n"},
    {"-- mzlua: foreign_keys = yes\n", 12,
     "1_a.up.sql:1:11: foreign_keys is on or off, not \"yes\"\n"},
    {"-- mzlua: deletes=\n", 7, "1_a.up.sql:1:11: deletes names no table\n"},
    {"-- mzlua: transaction=of\n", 11,
     "1_a.up.sql:1:11: transaction is on or off, not \"of\"\n"},
    {"-- mzlua: foreign_keys=on\n-- mzlua: 100%s=%n\n", 5,
     "1_a.up.sql:2:11: there is no directive \"100%s\"\n" KNOWN},
};

static void directive_that_is_not_known_is_refused(void **state) {
  for (size_t i = 0; i < sizeof bad_directives / sizeof *bad_directives; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    bool foreign_keys = false;
    enum mz_status status =
        read_directives(bad_directives[i].text, &foreign_keys, &err);
    assert_int_equal(err.width, bad_directives[i].width);
    support_expect_error(*state, status, MZ_EUSAGE, &err,
                         bad_directives[i].message);
  }
}

static void refused_directive_shows_its_line(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  bool foreign_keys = false;
  (void)state;
  assert_int_equal(
      read_directives("-- a\r\n-- mzlua: x=y\r\n", &foreign_keys, &err),
      MZ_EUSAGE);
  assert_string_equal(err.source, "-- mzlua: x=y");
  mz_error_release(&err);
}

static void directive_that_is_too_long_is_cut(void **state) {
  struct mz_error err = MZ_ERROR_INIT;
  bool foreign_keys = false;
  support_expect_error(
      *state,
      read_directives("-- mzlua: 0123456789012345678901234567890123456789=on",
                      &foreign_keys, &err),
      MZ_EUSAGE, &err,
      "1_a.up.sql:1:11: there is no directive "
      "\"0123456789012345678901234567890\"\n" KNOWN);
}

/* ---- a migration's files ------------------------------------------------ */

static void lua_file_holds_both_directions(void **state) {
  struct mz_migration sql = {.kind = MZ_SQL};
  struct mz_migration lua = {.kind = MZ_LUA};
  (void)state;
  assert_ptr_equal(mz_migration_file(&sql, MZ_UP), &sql.up);
  assert_ptr_equal(mz_migration_file(&sql, MZ_DOWN), &sql.down);
  assert_ptr_equal(mz_migration_file(&lua, MZ_UP), &lua.up);
  assert_ptr_equal(mz_migration_file(&lua, MZ_DOWN), &lua.up);
}

static void released_migration_holds_nothing(void **state) {
  struct mz_migration migration = {
      .name = strdup("a"),
      .up = {.path = strdup("1_a.up.sql"), .text = strdup("SELECT 1")}};
  (void)state;
  mz_migration_release(&migration);
  assert_null(migration.name);
  assert_null(migration.up.path);
  mz_migration_release(&migration);
}

#define TEST(name)                                                             \
  cmocka_unit_test_setup_teardown(name, support_setup, support_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(good_name_is_version_name_and_direction),
      TEST(any_other_name_is_no_migration),
      TEST(name_that_cannot_be_right_is_refused),
      TEST(directives_are_read),
      TEST(directive_that_is_not_known_is_refused),
      TEST(refused_directive_shows_its_line),
      TEST(directive_that_is_too_long_is_cut),
      TEST(lua_file_holds_both_directions),
      TEST(released_migration_holds_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
