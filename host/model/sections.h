/* sections.h - files of SQL that hold both directions, as dbmate and goose
 * write them.
 *
 * A comment line begins each: "-- migrate:up", "-- migrate:down" (dbmate) or
 * "-- +goose Up", "-- +goose Down". See
 * https://github.com/amacneil/dbmate#creating-migrations and
 * https://pressly.github.io/goose/documentation/annotations/ */
#ifndef MZ_MODEL_SECTIONS_H
#define MZ_MODEL_SECTIONS_H

#include "model/migration.h"

/* Set *up and *down to whether the file at path has such sections. A file that
 * cannot be read has none. */
void mz_sections_find(const char *path, bool *up, bool *down);

/* Blank all but the file's section in its text, so that places stay what they
 * are, and note where it is to run without a transaction. */
void mz_sections_cut(struct mz_migration_file *file);

#endif
