/* support.h - what the tests of databases share: a temporary folder, SQL as
 * another program would run it, and a run as the command line would start it.
 *
 * Looks at databases through SQLite alone, never through what is tested. Any
 * failure of its own fails the test. */
#ifndef MZ_TESTS_SUPPORT_H
#define MZ_TESTS_SUPPORT_H

#include "run/runner.h"

#include <stddef.h>

struct support {
  char folder[128];              /* temporary, removed at the end */
  char database[160];            /* folder/app.db; not made */
  char migrations[160];          /* folder/migrations, empty */
  struct mz_run_options options; /* for these two */
};

/* For cmocka: *state is a struct support. */
int support_setup(void **state);
int support_teardown(void **state);

/* A test with the two. */
#define SUPPORT_TEST(name)                                                     \
  cmocka_unit_test_setup_teardown(name, support_setup, support_teardown)

/* Write a migration file. */
void support_write(const struct support *support, const char *name,
                   const char *text);

/* Remove the database and what belongs to it. */
void support_remove_database(const struct support *support);

/* Run SQL on the database, which is made where it is missing. */
void support_sql(const struct support *support, const char *sql);

/* The rows that sql gives, a line each, columns parted by "|"; the caller
 * frees it. */
char *support_query(const struct support *support, const char *sql);

/* Assert that sql gives exactly these rows. */
void support_expect(const struct support *support, const char *sql,
                    const char *rows);

/* All that the database says: its schema in the order of names, every row as
 * quote() has it, and its user_version; of mzlua_history all but the times.
 * A missing database counts as an empty one. The caller frees it. */
char *support_dump(const struct support *support);

/* Open the database for writing, with the default options. */
struct mz_database *support_open(const struct support *support);

/* The first column of the first row that sql gives in database. */
int64_t support_number(struct mz_database *database, const char *sql);

/* Run text as the file m.sql of a migration in an open transaction. */
enum mz_status support_script(struct mz_database *database, const char *text,
                              struct mz_error *err);

/* Open, plan and run, as `mzlua up`, `down` and `goto` do. */
enum mz_status support_move(const struct support *support,
                            const struct mz_target *target,
                            struct mz_error *err);
enum mz_status support_up(const struct support *support, struct mz_error *err);
enum mz_status support_down(const struct support *support,
                            struct mz_error *err);

/* err as text, a field a line: place and message, note, details, hint, sql
 * and state; the caller frees it. In it, the temporary folder is called
 * FOLDER. */
char *support_error_text(const struct support *support,
                         const struct mz_error *err);

/* Assert that status is expected and that err reads as text; release err. */
void support_expect_error(const struct support *support, enum mz_status status,
                          enum mz_status expected, struct mz_error *err,
                          const char *text);

#endif
