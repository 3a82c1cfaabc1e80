#include "golang_migrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void run(sqlite3 *handle, const char *sql) {
  assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
}

void golang_migrate_open(sqlite3 *handle) {
  run(handle, "\n\tCREATE TABLE IF NOT EXISTS schema_migrations "
              "(version uint64,dirty bool);\n"
              "  CREATE UNIQUE INDEX IF NOT EXISTS version_unique ON "
              "schema_migrations (version);\n  ");
}

/* Go's driver binds an int and a bool as 64-bit integers. */
static void insert(sqlite3 *handle, int64_t version, bool dirty) {
  sqlite3_stmt *statement = NULL;
  assert_int_equal(
      sqlite3_prepare_v2(handle,
                         "INSERT INTO schema_migrations (version, dirty) "
                         "VALUES (?, ?)",
                         -1, &statement, NULL),
      SQLITE_OK);
  (void)sqlite3_bind_int64(statement, 1, version);
  (void)sqlite3_bind_int64(statement, 2, dirty);
  assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
  assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
}

void golang_migrate_set(sqlite3 *handle, int64_t version, bool dirty) {
  run(handle, "BEGIN");
  run(handle, "DELETE FROM schema_migrations");
  if (version >= 0 || (version == -1 && dirty))
    insert(handle, version, dirty);
  run(handle, "COMMIT");
}

int64_t golang_migrate_version(sqlite3 *handle, bool *dirty) {
  sqlite3_stmt *statement = NULL;
  int64_t version = -1;
  *dirty = false;
  assert_int_equal(
      sqlite3_prepare_v2(handle,
                         "SELECT version, dirty FROM schema_migrations LIMIT 1",
                         -1, &statement, NULL),
      SQLITE_OK);
  if (sqlite3_step(statement) == SQLITE_ROW) {
    version = sqlite3_column_int64(statement, 0);
    *dirty = sqlite3_column_int64(statement, 1) > 0;
  }
  assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
  return version;
}

void golang_migrate_leave(const char *path, int64_t version, bool dirty) {
  sqlite3 *handle = NULL;
  assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
  golang_migrate_open(handle);
  golang_migrate_set(handle, version, dirty);
  assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}
