/* golang_migrate.h - what golang-migrate's sqlite3 driver does to a database,
 * statement for statement (database/sqlite3/sqlite3.go of v4). */
#ifndef MZ_TESTS_GOLANG_MIGRATE_H
#define MZ_TESTS_GOLANG_MIGRATE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* ensureVersionTable: create the ledger where it is missing. */
void golang_migrate_open(sqlite3 *handle);

/* SetVersion: -1 is no version. */
void golang_migrate_set(sqlite3 *handle, int64_t version, bool dirty);

/* Version: -1 where there is none. */
int64_t golang_migrate_version(sqlite3 *handle, bool *dirty);

/* The database at path as golang-migrate leaves it: opened, version set. */
void golang_migrate_leave(const char *path, int64_t version, bool dirty);

#endif
