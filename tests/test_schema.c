#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "sqlite/schema.h"
#include "support.h"

static const char made[] =
    "CREATE TABLE b (x INTEGER PRIMARY KEY AUTOINCREMENT, y UNIQUE);"
    "CREATE TABLE a (x, y AS (x + 1), z HIDDEN);"
    "CREATE INDEX i ON a (x);"
    "CREATE VIEW v AS SELECT x FROM a;"
    "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END;"
    "CREATE TABLE schema_migrations (version uint64,dirty bool);"
    "CREATE UNIQUE INDEX version_unique ON schema_migrations (version);"
    "CREATE TABLE mzlua_history (id); CREATE TABLE mzluax (id);"
    "INSERT INTO b VALUES (1, 1)";

/* What was read, a line each; releases schema. */
static void expect(struct mz_schema *schema, const char *expected) {
  struct mz_buf lines = MZ_BUF_INIT;
  mz_buf_text(&lines, "");
  for (size_t i = 0; i < schema->count; i++)
    mz_buf_format(&lines, "%s %s %s: %s\n", schema->objects[i].type,
                  schema->objects[i].name, schema->objects[i].table,
                  schema->objects[i].sql);
  assert_string_equal(lines.data, expected);
  mz_buf_release(&lines);
  mz_schema_release(schema);
  assert_int_equal(schema->count, 0);
}

static void
objects_are_read_in_order_without_ledger_and_sqlites_own(void **state) {
  struct mz_database *database = NULL;
  struct mz_schema schema = MZ_SCHEMA_INIT;
  support_sql(*state, made);
  database = support_open(*state);
  assert_int_equal(mz_schema_read(database, &schema, NULL), MZ_OK);
  mz_database_close(database);
  expect(&schema,
         "index i a: CREATE INDEX i ON a (x)\n"
         "table a a: CREATE TABLE a (x, y AS (x + 1), z HIDDEN)\n"
         "table b b: CREATE TABLE b (x INTEGER PRIMARY KEY AUTOINCREMENT, "
         "y UNIQUE)\n"
         "table mzluax mzluax: CREATE TABLE mzluax (id)\n"
         "trigger t a: CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; "
         "END\n"
         "view v v: CREATE VIEW v AS SELECT x FROM a\n");
}

static void an_object_is_found_by_type_and_name(void **state) {
  struct mz_database *database = NULL;
  struct mz_schema schema = MZ_SCHEMA_INIT;
  support_sql(*state, made);
  database = support_open(*state);
  assert_int_equal(mz_schema_read(database, &schema, NULL), MZ_OK);
  assert_string_equal(mz_schema_find(&schema, "table", "A")->name, "a");
  assert_null(mz_schema_find(&schema, "view", "a"));
  assert_null(mz_schema_find(&schema, "table", "schema_migrations"));
  mz_schema_release(&schema);
  mz_database_close(database);
}

static void tables_and_columns_are_found_by_name(void **state) {
  static const struct {
    const char *name;
    bool has;
    const char *columns;
  } cases[] = {
      {"a", true, "x, y, z"}, {"A", true, "x, y, z"}, {"v", true, "x"},
      {"i", false, ""},       {"t", false, ""},       {"nosuch", false, ""},
      {"it's", false, ""},
  };
  struct mz_database *database = NULL;
  support_sql(*state, made);
  database = support_open(*state);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    bool has = !cases[i].has;
    char *columns = mz_schema_columns(database, cases[i].name);
    assert_int_equal(mz_schema_has_table(database, cases[i].name, &has, NULL),
                     MZ_OK);
    assert_int_equal(has, cases[i].has);
    assert_string_equal(columns, cases[i].columns);
    free(columns);
  }
  mz_database_close(database);
}

/* Tables that views and triggers of every kind stand on. */
static const char compiling[] =
    "CREATE TABLE a (x, y, z AS (x)); CREATE TABLE b (x); CREATE TABLE c (x);"
    "CREATE VIEW v AS SELECT x, y FROM a;"
    "CREATE VIEW w AS SELECT y FROM v;"
    "CREATE TRIGGER \"d el\" AFTER DELETE ON c BEGIN DELETE FROM a; END;"
    "CREATE TRIGGER ins AFTER INSERT ON c BEGIN INSERT INTO a (x) "
    "VALUES (NEW.x); END;"
    "CREATE TRIGGER upd AFTER UPDATE OF y ON a BEGIN DELETE FROM b; END;"
    "CREATE TRIGGER of_view INSTEAD OF INSERT ON w BEGIN "
    "INSERT INTO a (y) VALUES (NEW.y); END;";

static const struct breaking {
  const char *sql;
  const char *broken;
} breakings[] = {
    {"SELECT 1", ""},
    {"CREATE VIEW f AS SELECT apply_tax(x) FROM a", ""},
    {"CREATE VIEW f AS SELECT x FROM a ORDER BY x COLLATE swedish", ""},
    {"CREATE TRIGGER f AFTER INSERT ON b BEGIN SELECT apply_tax(1); END", ""},
    {"CREATE VIEW e AS SELECT 1 / 0 AS none", ""},
    {"CREATE VIEW k AS SELECT nosuch FROM a",
     "view k k: no such column: nosuch\n"},
    {"DROP TABLE b", "trigger upd a: no such table: main.b\n"},
    {"DROP VIEW v", "trigger of_view w: no such table: main.v\n"
                    "view w w: no such table: main.v\n"},
    {"DROP TRIGGER upd; DROP TRIGGER of_view; DROP TABLE a",
     "trigger d el c: no such table: main.a\n"
     "trigger ins c: no such table: main.a\n"
     "view v v: no such table: main.a\n"
     "view w w: no such table: main.a\n"},
    {"CREATE TRIGGER n AFTER UPDATE ON c BEGIN UPDATE b SET nosuch = 1; END",
     "trigger n c: no such column: nosuch\n"},
};

static void broken_views_and_triggers_are_found(void **state) {
  for (size_t i = 0; i < sizeof breakings / sizeof *breakings; i++) {
    struct mz_database *database = NULL;
    struct mz_schema broken = MZ_SCHEMA_INIT;
    support_sql(*state, compiling);
    support_sql(*state, breakings[i].sql);
    database = support_open(*state);
    struct mz_error e = MZ_ERROR_INIT;
    if (mz_schema_broken(database, &broken, &e))
      fail_msg("%s %s", breakings[i].sql, e.message);
    mz_database_close(database);
    for (size_t j = 1; j < broken.count; j++)
      if (strcmp(broken.objects[j - 1].type, broken.objects[j].type) > 0) {
        struct mz_schema_object object = broken.objects[j];
        broken.objects[j] = broken.objects[j - 1];
        broken.objects[j - 1] = object;
      }
    expect(&broken, breakings[i].broken);
    support_remove_database(*state);
  }
}

static void looking_for_broken_ones_changes_nothing(void **state) {
  struct mz_database *database = NULL;
  struct mz_schema broken = MZ_SCHEMA_INIT;
  char *before = NULL;
  support_sql(*state, compiling);
  support_sql(*state, "INSERT INTO a VALUES (1, 2); INSERT INTO c VALUES (3)");
  before = support_dump(*state);
  database = support_open(*state);
  assert_int_equal(mz_schema_broken(database, &broken, NULL), MZ_OK);
  assert_int_equal(mz_database_changes(database), 0);
  mz_database_close(database);
  support_expect(*state, "SELECT count(*) FROM a", "2\n");
  free(before);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(objects_are_read_in_order_without_ledger_and_sqlites_own),
      SUPPORT_TEST(an_object_is_found_by_type_and_name),
      SUPPORT_TEST(tables_and_columns_are_found_by_name),
      SUPPORT_TEST(broken_views_and_triggers_are_found),
      SUPPORT_TEST(looking_for_broken_ones_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
