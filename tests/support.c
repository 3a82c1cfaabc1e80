#include "support.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/fs.h"
#include "sqlite/script.h"
#include "sqlite/statement.h"

/* AddressSanitizer asks for this; a small quarantine keeps a process that
 * forks small. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "quarantine_size_mb=1"; }

/* ---- folder and files --------------------------------------------------- */

static void set_options(struct support *support) {
  support->options = (struct mz_run_options){.database = support->database,
                                             .folder = support->migrations};
}

int support_setup(void **state) {
  struct support *support = calloc(1, sizeof *support);
  const char *place = getenv("TMPDIR");
  assert_non_null(support);
  (void)snprintf(support->folder, sizeof support->folder, "%s/mzlua-XXXXXX",
                 place ? place : "/tmp");
  assert_non_null(mkdtemp(support->folder));
  (void)snprintf(support->database, sizeof support->database, "%s/app.db",
                 support->folder);
  (void)snprintf(support->migrations, sizeof support->migrations,
                 "%s/migrations", support->folder);
  assert_int_equal(mkdir(support->migrations, 0700), 0);
  set_options(support);
  *state = support;
  return 0;
}

static void remove_files(const char *folder) {
  char **names = NULL;
  if (mz_fs_list(folder, &names, NULL))
    return;
  for (char **name = names; *name; name++) {
    char *path = mz_fs_join(folder, *name);
    (void)unlink(path);
    free(path);
  }
  mz_fs_names_free(names);
  (void)rmdir(folder);
}

int support_teardown(void **state) {
  struct support *support = *state;
  remove_files(support->migrations);
  remove_files(support->folder);
  free(support);
  return 0;
}

void support_write(const struct support *support, const char *name,
                   const char *text) {
  char *path = mz_fs_join(support->migrations, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
  free(path);
}

void support_remove_database(const struct support *support) {
  static const char *const ends[] = {"", "-journal", "-wal", "-shm"};
  char path[200];
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    (void)snprintf(path, sizeof path, "%s%s", support->database, ends[i]);
    (void)unlink(path);
  }
}

/* ---- looking at the database -------------------------------------------- */

static sqlite3 *open_handle(const struct support *support) {
  sqlite3 *handle = NULL;
  assert_int_equal(sqlite3_open(support->database, &handle), SQLITE_OK);
  return handle;
}

static int add_row(void *context, int count, char **cells, char **names) {
  struct mz_buf *rows = context;
  (void)names;
  for (int i = 0; i < count; i++)
    mz_buf_format(rows, "%s%s", i ? "|" : "", cells[i] ? cells[i] : "NULL");
  mz_buf_text(rows, "\n");
  return 0;
}

static void run(sqlite3 *handle, const char *sql, struct mz_buf *rows) {
  char *message = NULL;
  if (sqlite3_exec(handle, sql, rows ? add_row : NULL, rows, &message))
    fail_msg("%s\nin %s", message, sql);
}

void support_sql(const struct support *support, const char *sql) {
  sqlite3 *handle = open_handle(support);
  run(handle, sql, NULL);
  assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

char *support_query(const struct support *support, const char *sql) {
  struct mz_buf rows = MZ_BUF_INIT;
  sqlite3 *handle = open_handle(support);
  mz_buf_text(&rows, "");
  run(handle, sql, &rows);
  assert_int_equal(sqlite3_close(handle), SQLITE_OK);
  return mz_buf_take(&rows);
}

void support_expect(const struct support *support, const char *sql,
                    const char *rows) {
  char *text = support_query(support, sql);
  assert_string_equal(text, rows);
  free(text);
}

/* A SELECT for each table, a text a row, of all that doesn't tell the time. */
static const char selects_sql[] =
    "SELECT printf('SELECT %Q || %s FROM \"%w\" ORDER BY 1', t.name || ': ', "
    "group_concat(printf('quote(\"%w\")', c.name), ' || ''|'' || '), t.name) "
    "FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c "
    "WHERE t.type = 'table' AND c.name NOT IN ('started_at', 'duration_ms') "
    "GROUP BY t.name ORDER BY t.name";

char *support_dump(const struct support *support) {
  struct mz_buf rows = MZ_BUF_INIT;
  struct mz_buf selects = MZ_BUF_INIT;
  sqlite3 *handle = NULL;
  if (mz_fs_exists(support->database))
    handle = open_handle(support);
  else
    assert_int_equal(sqlite3_open(":memory:", &handle), SQLITE_OK);
  run(handle,
      "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2; "
      "PRAGMA user_version",
      &rows);
  run(handle, selects_sql, &selects);
  for (char *sql = selects.data ? strtok(selects.data, "\n") : NULL; sql;
       sql = strtok(NULL, "\n"))
    run(handle, sql, &rows);
  assert_int_equal(sqlite3_close(handle), SQLITE_OK);
  mz_buf_release(&selects);
  return mz_buf_take(&rows);
}

/* ---- running what is tested --------------------------------------------- */

struct mz_database *support_open(const struct support *support) {
  struct mz_database *database = NULL;
  struct mz_database_options options = {.path = support->database,
                                        .mode = MZ_DATABASE_CREATE};
  assert_int_equal(mz_database_open(&database, &options, NULL), MZ_OK);
  return database;
}

int64_t support_number(struct mz_database *database, const char *sql) {
  struct mz_statement *statement = NULL;
  bool row = false;
  int64_t result = 0;
  assert_int_equal(
      mz_statement_prepare(&statement, database, sql, strlen(sql), NULL, NULL),
      MZ_OK);
  assert_int_equal(mz_statement_step(statement, &row, NULL), MZ_OK);
  assert_true(row);
  result = mz_statement_integer(statement, 0);
  mz_statement_close(statement);
  return result;
}

enum mz_status support_script(struct mz_database *database, const char *text,
                              struct mz_error *err) {
  struct mz_script script = {
      .file = "m.sql", .text = text, .size = strlen(text), .transaction = true};
  enum mz_status status = MZ_OK;
  mz_database_guard(database, true);
  status = mz_script_run(database, &script, NULL, err);
  mz_database_guard(database, false);
  return status;
}

enum mz_status support_move(const struct support *support,
                            const struct mz_target *target,
                            struct mz_error *err) {
  struct mz_runner *runner = NULL;
  enum mz_status status =
      mz_runner_open(&runner, &support->options, false, err);
  if (!status)
    status = mz_runner_plan(runner, target, err);
  if (!status)
    status = mz_runner_run(runner, err);
  mz_runner_close(runner);
  return status;
}

enum mz_status support_up(const struct support *support, struct mz_error *err) {
  return support_move(support, &(struct mz_target){.move = MZ_MOVE_UP}, err);
}

enum mz_status support_down(const struct support *support,
                            struct mz_error *err) {
  return support_move(
      support,
      &(struct mz_target){.move = MZ_MOVE_DOWN, .limited = true, .count = 1},
      err);
}

/* ---- errors ------------------------------------------------------------- */

static void add_field(struct mz_buf *text, const char *label,
                      const char *value) {
  if (value)
    mz_buf_format(text, "%s%s\n", label, value);
}

static char *replace_folder(const struct support *support, const char *text) {
  struct mz_buf result = MZ_BUF_INIT;
  const char *found = NULL;
  mz_buf_text(&result, "");
  while ((found = strstr(text, support->folder))) {
    mz_buf_add(&result, text, (size_t)(found - text));
    mz_buf_text(&result, "FOLDER");
    text = found + strlen(support->folder);
  }
  mz_buf_text(&result, text);
  return mz_buf_take(&result);
}

char *support_error_text(const struct support *support,
                         const struct mz_error *err) {
  struct mz_buf text = MZ_BUF_INIT;
  char *shown = NULL;
  mz_buf_text(&text, "");
  if (err->file)
    mz_buf_format(&text, "%s:%d:%d: ", err->file, err->line, err->column);
  add_field(&text, "", err->message ? err->message : "(none)");
  add_field(&text, "note: ", err->note);
  add_field(&text, "details: ", err->details);
  add_field(&text, "hint: ", err->hint);
  add_field(&text, "sql: ", err->sql);
  add_field(&text, "state: ", err->state);
  shown = replace_folder(support, text.data);
  mz_buf_release(&text);
  return shown;
}

void support_expect_error(const struct support *support, enum mz_status status,
                          enum mz_status expected, struct mz_error *err,
                          const char *text) {
  char *shown = support_error_text(support, err);
  assert_string_equal(shown, text);
  assert_int_equal(status, expected);
  assert_int_equal(err->status, expected);
  free(shown);
  mz_error_release(err);
}
