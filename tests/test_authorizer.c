#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sqlite/authorizer.h"

static const char rebuild[] =
    "rebuild the table: create the new one, copy, drop the old one, rename "
    "the new one";
static const char force[] =
    "it is where the program records which migrations ran; `mzlua force V` "
    "sets the version";
static const char outside[] = "remove it, or set it outside of migrations";

static const struct denied {
  int action;
  const char *first;
  const char *second;
  const char *reason;
  const char *hint;
} denied[] = {
    {SQLITE_ATTACH, "other.db", NULL,
     "ATTACH is not allowed inside a migration",
     "a migration works on one database"},
    {SQLITE_ATTACH, NULL, NULL, "ATTACH is not allowed inside a migration",
     "a migration works on one database"},
    {SQLITE_DETACH, "other", NULL, "DETACH is not allowed inside a migration",
     "a migration works on one database"},
    {SQLITE_PRAGMA, "writable_schema", "ON",
     "PRAGMA writable_schema cannot be set inside a migration: it would not be "
     "rolled back",
     rebuild},
    {SQLITE_PRAGMA, "Journal_Mode", "MEMORY",
     "PRAGMA Journal_Mode cannot be set inside a migration: it would not be "
     "rolled back",
     "set it once outside of migrations: sqlite3 FILE 'PRAGMA "
     "journal_mode=WAL', or in a file of its own that says -- mzlua: "
     "transaction=off"},
    {SQLITE_PRAGMA, "synchronous", "OFF",
     "PRAGMA synchronous cannot be set inside a migration: it would not be "
     "rolled back",
     "remove it: mzlua sets what makes a commit durable"},
    {SQLITE_PRAGMA, "trusted_schema", "ON",
     "PRAGMA trusted_schema cannot be set inside a migration: it would not be "
     "rolled back",
     outside},
    {SQLITE_PRAGMA, "query_only", "ON",
     "PRAGMA query_only cannot be set inside a migration: it would not be "
     "rolled back",
     outside},
    {SQLITE_PRAGMA, "cache_spill", "ON",
     "PRAGMA cache_spill cannot be set inside a migration: it would not be "
     "rolled back",
     outside},
    {SQLITE_PRAGMA, "wal_checkpoint", NULL,
     "PRAGMA wal_checkpoint cannot be set inside a migration: it would not be "
     "rolled back",
     "remove it: the application's connections checkpoint"},
    {SQLITE_INSERT, "schema_migrations", NULL,
     "a migration may not change the table schema_migrations", force},
    {SQLITE_UPDATE, "Schema_Migrations", "dirty",
     "a migration may not change the table Schema_Migrations", force},
    {SQLITE_DELETE, "mzlua_history", NULL,
     "a migration may not change the table mzlua_history", force},
    {SQLITE_DROP_TABLE, "mzlua_history", NULL,
     "a migration may not change the table mzlua_history", force},
    {SQLITE_CREATE_TABLE, "MZLUA_new", NULL,
     "a migration may not change the table MZLUA_new", force},
    {SQLITE_CREATE_VIEW, "mzlua_view", NULL,
     "a migration may not change the table mzlua_view", force},
    {SQLITE_CREATE_VTABLE, "mzlua_text", "fts5",
     "a migration may not change the table mzlua_text", force},
    {SQLITE_CREATE_TEMP_TABLE, "schema_migrations", NULL,
     "a migration may not change the table schema_migrations", force},
    {SQLITE_CREATE_TEMP_VIEW, "mzlua_history", NULL,
     "a migration may not change the table mzlua_history", force},
    {SQLITE_CREATE_INDEX, "i", "schema_migrations",
     "a migration may not change the table schema_migrations", force},
    {SQLITE_CREATE_TRIGGER, "t", "mzlua_history",
     "a migration may not change the table mzlua_history", force},
    {SQLITE_CREATE_TEMP_TRIGGER, "t", "schema_migrations",
     "a migration may not change the table schema_migrations", force},
    {SQLITE_DROP_INDEX, "version_unique", "schema_migrations",
     "a migration may not change the table schema_migrations", force},
    {SQLITE_DROP_TRIGGER, "t", "mzlua_history",
     "a migration may not change the table mzlua_history", force},
    {SQLITE_ALTER_TABLE, "main", "schema_migrations",
     "a migration may not change the table schema_migrations", force},
};

static void what_leaves_the_transaction_is_denied_with_a_reason(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) {
    const struct denied *each = &denied[i];
    struct mz_authorizer authorizer = {.guarded = true};
    assert_int_equal(mz_authorizer_decide(&authorizer, each->action,
                                          each->first, each->second, "main",
                                          NULL),
                     SQLITE_DENY);
    assert_string_equal(authorizer.reason, each->reason);
    assert_string_equal(authorizer.hint, each->hint);
  }
}

static void the_program_itself_may_do_all_of_it(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) {
    struct mz_authorizer authorizer = {.guarded = false};
    assert_int_equal(mz_authorizer_decide(&authorizer, denied[i].action,
                                          denied[i].first, denied[i].second,
                                          "main", NULL),
                     SQLITE_OK);
    assert_string_equal(authorizer.reason, "");
    assert_int_equal(authorizer.kind, MZ_STATEMENT_PLAIN);
  }
}

static void what_is_let_through_is_recognised(void **state) {
  static const struct {
    const char *first;
    const char *second;
    int action;
    enum mz_statement_kind kind;
  } cases[] = {
      {"BEGIN", NULL, SQLITE_TRANSACTION, MZ_STATEMENT_BEGIN},
      {"COMMIT", NULL, SQLITE_TRANSACTION, MZ_STATEMENT_COMMIT},
      {"ROLLBACK", NULL, SQLITE_TRANSACTION, MZ_STATEMENT_ROLLBACK},
      {"BEGIN", "s", SQLITE_SAVEPOINT, MZ_STATEMENT_SAVEPOINT},
      {"RELEASE", "s", SQLITE_SAVEPOINT, MZ_STATEMENT_SAVEPOINT},
      {"ROLLBACK", "s", SQLITE_SAVEPOINT, MZ_STATEMENT_SAVEPOINT},
      {"foreign_keys", "OFF", SQLITE_PRAGMA, MZ_STATEMENT_FOREIGN_KEYS},
      {"FOREIGN_KEYS", "1", SQLITE_PRAGMA, MZ_STATEMENT_FOREIGN_KEYS},
      {"foreign_keys", NULL, SQLITE_PRAGMA, MZ_STATEMENT_PRAGMA},
      {"foreign_key_check", NULL, SQLITE_PRAGMA,
       MZ_STATEMENT_FOREIGN_KEY_CHECK},
      {"foreign_key_check", "t", SQLITE_PRAGMA, MZ_STATEMENT_FOREIGN_KEY_CHECK},
      {"journal_mode", NULL, SQLITE_PRAGMA, MZ_STATEMENT_PRAGMA},
      {"user_version", "7", SQLITE_PRAGMA, MZ_STATEMENT_PRAGMA},
      {"legacy_alter_table", "ON", SQLITE_PRAGMA, MZ_STATEMENT_PRAGMA},
      {"table_info", "t", SQLITE_PRAGMA, MZ_STATEMENT_PRAGMA},
      {"person", NULL, SQLITE_INSERT, MZ_STATEMENT_PLAIN},
      {"schema_migrations_2", NULL, SQLITE_INSERT, MZ_STATEMENT_PLAIN},
      {"schema_migrations", "version", SQLITE_READ, MZ_STATEMENT_PLAIN},
      {NULL, NULL, SQLITE_SELECT, MZ_STATEMENT_PLAIN},
      {"mzlua_index", "person", SQLITE_CREATE_INDEX, MZ_STATEMENT_PLAIN},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mz_authorizer authorizer = {.guarded = true};
    assert_int_equal(mz_authorizer_decide(&authorizer, cases[i].action,
                                          cases[i].first, cases[i].second,
                                          "main", NULL),
                     SQLITE_OK);
    assert_int_equal(authorizer.kind, cases[i].kind);
    assert_string_equal(authorizer.reason, "");
  }
}

static void a_long_name_is_cut_short(void **state) {
  struct mz_authorizer authorizer = {.guarded = true};
  char name[1000] = "mzlua_";
  (void)state;
  memset(name + 6, 'x', sizeof name - 7);
  name[sizeof name - 1] = '\0';
  assert_int_equal(mz_authorizer_decide(&authorizer, SQLITE_DELETE, name, NULL,
                                        "main", NULL),
                   SQLITE_DENY);
  assert_int_equal(strlen(authorizer.reason), sizeof authorizer.reason - 1);
}

static void what_was_noted_is_forgotten(void **state) {
  struct mz_authorizer authorizer = {.guarded = true};
  (void)state;
  (void)mz_authorizer_decide(&authorizer, SQLITE_ATTACH, NULL, NULL, NULL,
                             NULL);
  (void)mz_authorizer_decide(&authorizer, SQLITE_SAVEPOINT, "BEGIN", "s", NULL,
                             NULL);
  mz_authorizer_clear(&authorizer);
  assert_int_equal(authorizer.kind, MZ_STATEMENT_PLAIN);
  assert_string_equal(authorizer.reason, "");
  assert_string_equal(authorizer.hint, "");
  assert_true(authorizer.guarded);
}

static void the_ledger_is_known_in_any_case(void **state) {
  (void)state;
  assert_true(mz_authorizer_is_ledger("schema_migrations"));
  assert_true(mz_authorizer_is_ledger("SCHEMA_MIGRATIONS"));
  assert_true(mz_authorizer_is_ledger("mzlua_saved"));
  assert_false(mz_authorizer_is_ledger("mzluax"));
  assert_false(mz_authorizer_is_ledger("schema_migration"));
  assert_false(mz_authorizer_is_ledger(NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_leaves_the_transaction_is_denied_with_a_reason),
      cmocka_unit_test(the_program_itself_may_do_all_of_it),
      cmocka_unit_test(what_is_let_through_is_recognised),
      cmocka_unit_test(a_long_name_is_cut_short),
      cmocka_unit_test(what_was_noted_is_forgotten),
      cmocka_unit_test(the_ledger_is_known_in_any_case),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
