/* test_config.c - mzlua.lua: every setting, and what is not one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "script/config.h"
#include "support.h"

static enum mz_status load(struct support *support, struct mz_config *config,
                           const char *text, struct mz_error *err) {
  char path[200];
  support_write(support, "mzlua.lua", text);
  (void)snprintf(path, sizeof path, "%s/mzlua.lua", support->migrations);
  return mz_config_load(config, path, err);
}

static void without_a_file_nothing_is_set(void **state) {
  struct mz_config config = MZ_CONFIG_INIT;
  (void)state;
  assert_int_equal(mz_config_load(&config, "/nowhere/mzlua.lua", NULL), MZ_OK);
  assert_null(config.database);
  assert_null(config.migrations);
  assert_false(config.has_baseline);
  assert_int_equal(config.lock_timeout, 15000);
  assert_int_equal(config.limits.memory, 1000000000);
  assert_int_equal(config.limits.instructions, 0);
  mz_config_release(&config);
}

static void an_empty_table_sets_nothing(void **state) {
  struct mz_config config = MZ_CONFIG_INIT;
  assert_int_equal(load(*state, &config, "return {}", NULL), MZ_OK);
  assert_null(config.database);
  assert_int_equal(config.lock_timeout, 15000);
  assert_int_equal(config.limits.memory, 1000000000);
  mz_config_release(&config);
}

static void every_setting_is_read(void **state) {
  struct mz_config config = MZ_CONFIG_INIT;
  assert_int_equal(
      load(*state, &config,
           "\xEF\xBB\xBFlocal name = 'app'\r\n"
           "return { database = name .. '.db', migrations = 'db',\r\n"
           "  baseline = { version = 0, when_table = 'user' },\r\n"
           "  lock_timeout = 60,\r\n"
           "  backup = true,\r\n"
           "  limits = { memory = '512MB', instructions = 5000000000 } }",
           NULL),
      MZ_OK);
  assert_string_equal(config.database, "app.db");
  assert_string_equal(config.migrations, "db");
  assert_true(config.has_baseline);
  assert_int_equal(config.baseline_version, 0);
  assert_string_equal(config.baseline_table, "user");
  assert_int_equal(config.lock_timeout, 60000);
  assert_true(config.backup);
  assert_int_equal(config.limits.memory, 512000000);
  assert_int_equal(config.limits.instructions, 5000000000);
  mz_config_release(&config);
  assert_null(config.database);
}

static void sizes_have_units(void **state) {
  static const struct {
    const char *text;
    size_t bytes;
  } cases[] = {{"'64KB'", 64000},
               {"'2GB'", 2000000000},
               {"'1000'", 1000},
               {"4096", 4096},
               {"0", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_config config = MZ_CONFIG_INIT;
    char text[64];
    (void)snprintf(text, sizeof text, "return { limits = { memory = %s } }",
                   cases[i].text);
    assert_int_equal(load(*state, &config, text, NULL), MZ_OK);
    assert_int_equal(config.limits.memory, cases[i].bytes);
    mz_config_release(&config);
  }
}

static void a_timeout_is_seconds(void **state) {
  struct mz_config config = MZ_CONFIG_INIT;
  assert_int_equal(load(*state, &config, "return { lock_timeout = 0 }", NULL),
                   MZ_OK);
  assert_int_equal(config.lock_timeout, 0);
  assert_int_equal(
      load(*state, &config, "return { lock_timeout = math.maxinteger }", NULL),
      MZ_OK);
  assert_int_equal(config.lock_timeout, 1000000000);
  mz_config_release(&config);
}

#define FILE_ "FOLDER/migrations/mzlua.lua:"

static void what_is_no_setting_is_refused(void **state) {
  static const struct {
    const char *text;
    const char *error;
  } cases[] = {
      {"return { databse = 'x' }",
       "0:0: unknown key \"databse\" in mzlua.lua; is \"database\" meant?\n"},
      {"return { color = true }", "0:0: unknown key \"color\" in mzlua.lua\n"},
      {"return { 'app.db' }",
       "0:0: mzlua.lua has a key that is not a name but a number\n"},
      {"return { baseline = { version = 1, when_tabel = 'x' } }",
       "0:0: unknown key \"when_tabel\" in baseline; is \"when_table\" "
       "meant?\n"},
      {"return { limits = { mem = 1 } }",
       "0:0: unknown key \"mem\" in limits\n"},
      {"return { database = 1 }",
       "0:0: database must be a string, not a number\n"},
      {"return { migrations = {} }",
       "0:0: migrations must be a string, not a table\n"},
      {"return { backup = 'app.bak' }",
       "0:0: backup must be a boolean, not a string\n"},
      {"return { lock_timeout = '5' }",
       "0:0: lock_timeout must be a number, not a string\n"},
      {"return { lock_timeout = -1 }",
       "0:0: lock_timeout must be an integer of at least 0\n"},
      {"return { lock_timeout = 1.5 }",
       "0:0: lock_timeout must be an integer of at least 0\n"},
      {"return { baseline = 1 }",
       "0:0: baseline must be a table, not a number\n"},
      {"return { baseline = { version = 1 } }",
       "0:0: baseline needs version and when_table\n"},
      {"return { baseline = { when_table = 'x' } }",
       "0:0: baseline needs version and when_table\n"},
      {"return { baseline = { version = -1, when_table = 'x' } }",
       "0:0: baseline.version must be an integer of at least 0\n"},
      {"return { baseline = { version = 1, when_table = true } }",
       "0:0: baseline.when_table must be a string, not a boolean\n"},
      {"return { limits = 5 }", "0:0: limits must be a table, not a number\n"},
      {"return { limits = { memory = '5 cows' } }",
       "0:0: limits.memory must be like \"512MB\", not \"5 cows\"\n"},
      {"return { limits = { memory = '' } }",
       "0:0: limits.memory must be like \"512MB\", not \"\"\n"},
      {"return { limits = { memory = '-5MB' } }",
       "0:0: limits.memory must be like \"512MB\", not \"-5MB\"\n"},
      {"return { limits = { memory = '99999999999GB' } }",
       "0:0: limits.memory must be like \"512MB\", not \"99999999999GB\"\n"},
      {"return { limits = { memory = -1 } }",
       "0:0: limits.memory must be an integer of at least 0\n"},
      {"return { limits = { memory = {} } }",
       "0:0: limits.memory must be a number, not a table\n"},
      {"return { limits = { instructions = '1' } }",
       "0:0: limits.instructions must be a number, not a string\n"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_config config = MZ_CONFIG_INIT;
    struct mz_error err = MZ_ERROR_INIT;
    char wanted[200];
    (void)snprintf(wanted, sizeof wanted, FILE_ "%s", cases[i].error);
    support_expect_error(*state, load(*state, &config, cases[i].text, &err),
                         MZ_EUSAGE, &err, wanted);
    mz_config_release(&config);
  }
}

static void expect_source(void **state, const char *text, const char *error,
                          const char *source) {
  struct mz_config config = MZ_CONFIG_INIT;
  struct mz_error err = MZ_ERROR_INIT;
  enum mz_status status = load(*state, &config, text, &err);
  if (source)
    assert_string_equal(err.source, source);
  else
    assert_null(err.source);
  support_expect_error(*state, status, MZ_EUSAGE, &err, error);
  assert_null(config.database);
  mz_config_release(&config);
}

static void a_file_that_cannot_be_read_says_where(void **state) {
  expect_source(state, "return {\n  database = = 'x',\n}\n",
                FILE_ "2:0: unexpected symbol near '='\n",
                "  database = = 'x',");
  expect_source(state, "\nerror('not now')", FILE_ "2:0: not now\n",
                "error('not now')");
  expect_source(state, "return { database = db.name }",
                FILE_ "1:0: attempt to index a nil value (global 'db')\n",
                "return { database = db.name }");
  expect_source(state, "",
                FILE_ "0:0: the file returns a table of settings, "
                      "not a nil\n",
                NULL);
  expect_source(state, "return 'app.db'",
                FILE_ "0:0: the file returns a table of settings, not a "
                      "string\n",
                NULL);
  expect_source(state, "\x1BLua",
                FILE_ "0:0: attempt to load a binary chunk (mode is 't')\n",
                NULL);
  expect_source(state, "return io.open('x')",
                FILE_ "1:0: attempt to index a nil value (global 'io')\n",
                "return io.open('x')");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_a_file_nothing_is_set),
      cmocka_unit_test_setup_teardown(an_empty_table_sets_nothing,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(every_setting_is_read, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(sizes_have_units, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(a_timeout_is_seconds, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(what_is_no_setting_is_refused,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(a_file_that_cannot_be_read_says_where,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
