/* Every way to name a database, and those that name none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "cli/database_url.h"
#include "support.h"

static const struct {
  const char *url;
  const char *path;
} good_urls[] = {
    /* paths are taken to the letter */
    {"app.db", "app.db"},
    {"/var/lib/my app.db", "/var/lib/my app.db"},
    {"100%20.db", "100%20.db"},
    {"what?.db", "what?.db"},
    {"a:b.db", "a:b.db"},
    {"sqlite", "sqlite"},
    {"sqlite3.db", "sqlite3.db"},
    {":memory:", ":memory:"},
    /* and so are SQLite's own URIs */
    {"file:app.db", "file:app.db"},
    {"file:my%20app.db?mode=ro", "file:my%20app.db?mode=ro"},
    {"file:///var/app.db", "file:///var/app.db"},
    /* golang-migrate and dbmate */
    {"sqlite:app.db", "app.db"},
    {"sqlite3:app.db", "app.db"},
    {"sqlite://app.db", "app.db"},
    {"sqlite3://db/app.db", "db/app.db"},
    {"sqlite:/var/app.db", "/var/app.db"},
    {"sqlite:///var/app.db", "/var/app.db"},
    {"sqlite3:///var/app.db", "/var/app.db"},
    {"sqlite3://../app.db", "../app.db"},
    {"sqlite3://my app.db", "my app.db"},
    {"sqlite3://my%20app%2edb", "my app.db"},
    {"sqlite:gr%C3%b6%C3%9Fe.db", "gr\xC3\xB6\xC3\x9F"
                                  "e.db"},
    {"sqlite:100%.db", "100%.db"},
    {"sqlite:100%2", "100%2"},
    {"sqlite:100%zz", "100%zz"},
    {"sqlite:a%253F.db", "a%3F.db"},
    {"sqlite:a%3Fb.db", "a?b.db"},
    /* what golang-migrate and its driver take changes no meaning here */
    {"sqlite3://app.db?", "app.db"},
    {"sqlite3://app.db?x-no-tx-wrap=true", "app.db"},
    {"sqlite3://app.db?_busy_timeout=500&_foreign_keys=on", "app.db"},
    {"sqlite3://app.db?x-migrations-table=schema_migrations", "app.db"},
    {"sqlite3://app.db?x-migrations-table=", "app.db"},
    {"sqlite3://app.db?_fk=1&x-migrations-table=schema_migrations&_x=1",
     "app.db"},
};

static void database_is_found_by_any_of_its_names(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof good_urls / sizeof *good_urls; i++) {
    char *path = NULL;
    print_message("%s\n", good_urls[i].url);
    assert_int_equal(mz_database_url_parse(good_urls[i].url, &path, NULL),
                     MZ_OK);
    assert_string_equal(path, good_urls[i].path);
    free(path);
  }
}

#define PARAMETER "the database's URL has a parameter that is not supported: "

static const struct {
  const char *url;
  const char *message;
} bad_urls[] = {
    {"", "the database has no name\n"},
    {"sqlite:", "the database's URL names no file\n"},
    {"sqlite3://", "the database's URL names no file\n"},
    {"sqlite3://?_fk=1", "the database's URL names no file\n"},
    {"postgres://db", "postgres://...: not an SQLite database\n"},
    {"mysql+tcp://root:secret@db/app", "mysql+tcp://...: not an SQLite "
                                       "database\n"},
    {"sqlite4://app.db", "sqlite4://...: not an SQLite database\n"},
    {"sqlite3://app.db?mode=ro", PARAMETER "mode=ro\n"},
    {"sqlite3://app.db?cache=shared&_fk=1&mode=ro&x-y=1",
     PARAMETER "mode=ro\n"},
    {"sqlite3://app.db?x-migrations-table=other",
     PARAMETER "x-migrations-table=other\n"},
    {"sqlite3://app.db?x-migrations-table=schema",
     PARAMETER "x-migrations-table=schema\n"},
    {"sqlite3://app.db?x-migrations-table=schema_migrations2&_fk=1",
     PARAMETER "x-migrations-table=schema_migrations2\n"},
};

static void other_url_is_refused_without_its_secrets(void **state) {
  for (size_t i = 0; i < sizeof bad_urls / sizeof *bad_urls; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    char *path = NULL;
    enum mz_status status = mz_database_url_parse(bad_urls[i].url, &path, &err);
    support_expect_error(*state, status, MZ_EUSAGE, &err, bad_urls[i].message);
    assert_null(path);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(database_is_found_by_any_of_its_names),
      cmocka_unit_test_setup_teardown(other_url_is_refused_without_its_secrets,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
