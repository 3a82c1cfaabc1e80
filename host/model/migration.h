/* migration.h - one migration: its version, name and files.
 *
 * Knows how files are named; does not read them and does not know what they
 * do. */
#ifndef MZ_MODEL_MIGRATION_H
#define MZ_MODEL_MIGRATION_H

#include "base/digest.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mz_direction { MZ_UP, MZ_DOWN };
enum mz_kind { MZ_SQL, MZ_LUA };

/* What of a file is the migration's. */
enum mz_section { MZ_SECTION_WHOLE, MZ_SECTION_UP, MZ_SECTION_DOWN };

struct mz_migration_file {
  char *path;  /* as the user would name it; NULL: there is none */
  char *text;  /* NULL until it is loaded; without BOM */
  size_t size; /* bytes */
  bool loaded; /* and checked */
  enum mz_section section;
  bool foreign_keys; /* enforce foreign keys while it runs */
  bool alone;        /* no transaction: each statement commits by itself */
  char *deletes;     /* tables that may lose rows unseen, parted by commas; or
                        NULL */
};

struct mz_migration {
  int64_t version; /* 0 and up */
  char *name;
  enum mz_kind kind;
  bool stored;  /* its texts are from the database: no file is there */
  bool drifted; /* its file was edited since it was applied, as was found */
  struct mz_migration_file up; /* of a Lua migration: both directions */
  struct mz_migration_file down;
  char checksum[MZ_DIGEST_SIZE]; /* "" until it is checked */
};

enum mz_name_kind {
  MZ_NAME_OTHER, /* not a migration */
  MZ_NAME_UP_SQL,
  MZ_NAME_DOWN_SQL,
  MZ_NAME_SQL, /* a migration where the file has sections for up and down */
  MZ_NAME_LUA
};

struct mz_file_name {
  enum mz_name_kind kind;
  int64_t version;
  const char *name; /* inside the file's name */
  size_t size;      /* of name, in bytes */
};

/* Read what the file called file_name, without folders, is. The rules are
 * those of golang-migrate: ^([0-9]+)_(.*)\.(up|down)\.(.*)$, and for Lua
 * ^([0-9]+)_(.*)\.lua$; dbmate's and goose's are ^([0-9]+)_(.*)\.sql$.
 * MZ_EUSAGE for a version above 2^63-1 or a name with a control character. */
MZ_CHECKED enum mz_status mz_file_name_parse(const char *file_name,
                                             struct mz_file_name *parsed,
                                             struct mz_error *err);

/* The file that holds direction; its path is NULL where there is none. */
const struct mz_migration_file *
mz_migration_file(const struct mz_migration *migration,
                  enum mz_direction direction);

void mz_migration_release(struct mz_migration *migration);

#endif
