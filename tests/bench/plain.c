/* plain.c - what a C program without mzlua does, as the bench's reference.
 *
 * plain full FILE ROWS        make a database with ROWS items
 * plain empty FILE ROWS       make one without, for ROWS to be inserted
 * plain WORKLOAD FILE ROWS    do the work of WORKLOAD in one transaction
 * plain sum FILE              print a checksum of all that workloads write
 * plain                       do nothing
 *
 * Opens the database as usual and keeps SQLite's defaults. */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { NAME_MAX_BYTES = 64, NAMES = 97 };

static sqlite3 *database;

static void check(bool fine) {
  if (fine)
    return;
  (void)fprintf(stderr, "plain: %s\n",
                database ? sqlite3_errmsg(database) : "cannot run");
  exit(1);
}

static void run(const char *sql) {
  check(sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK);
}

static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *statement = NULL;
  check(sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK);
  return statement;
}

static bool step(sqlite3_stmt *statement) {
  int code = sqlite3_step(statement);
  check(code == SQLITE_ROW || code == SQLITE_DONE);
  return code == SQLITE_ROW;
}

static void finish(sqlite3_stmt *statement) {
  check(sqlite3_finalize(statement) == SQLITE_OK);
}

static void bind_text(sqlite3_stmt *statement, int index, const char *text) {
  check(sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC) ==
        SQLITE_OK);
}

/* Run statement to its end, so that it can be bound and run again. */
static void execute(sqlite3_stmt *statement) {
  while (step(statement))
    ;
  check(sqlite3_reset(statement) == SQLITE_OK);
}

/* ---- the database ------------------------------------------------------- */

static const char schema[] =
    "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL, "
    "qty INTEGER, note TEXT);"
    "CREATE TABLE result (total REAL, quantity INTEGER);"
    "CREATE TABLE size (rows INTEGER);"
    /* As golang-migrate leaves it before the first migration. */
    "CREATE TABLE schema_migrations (version uint64,dirty bool);"
    "CREATE UNIQUE INDEX version_unique ON schema_migrations (version)";

static const char insert_item[] =
    "INSERT INTO item (id, name, price, qty, note) VALUES (?, ?, ?, ?, ?)";

static void insert(sqlite3_stmt *statement, int row, const char *name,
                   const char *note) {
  check(sqlite3_bind_int64(statement, 1, row) == SQLITE_OK);
  bind_text(statement, 2, name);
  check(sqlite3_bind_double(statement, 3, row % 9973 * 0.25) == SQLITE_OK);
  check(sqlite3_bind_int64(statement, 4, row % 97) == SQLITE_OK);
  bind_text(statement, 5, note);
  execute(statement);
}

static void make_empty(int rows) {
  sqlite3_stmt *statement = NULL;
  run(schema);
  statement = prepare("INSERT INTO size VALUES (?)");
  check(sqlite3_bind_int64(statement, 1, rows) == SQLITE_OK);
  execute(statement);
  finish(statement);
}

static void make_full(int rows) {
  static const char *const first[] = {"Anna", "ROBERT", " Grace", "Alan",
                                      "zoë",  "Ken",    "LINUS",  "Barbara "};
  static const char *const last[] = {"Lovelace", "HOPPER",   " Turing",
                                     "Thompson", "Torvalds", "Müller",
                                     "LISKOV ",  "Ritchie"};
  sqlite3_stmt *statement = NULL;
  make_empty(rows);
  statement = prepare(insert_item);
  for (int row = 1; row <= rows; row++) {
    char name[NAME_MAX_BYTES];
    (void)snprintf(name, sizeof name, "%s %s %d", first[row % 8],
                   last[row / 8 % 8], row);
    insert(statement, row, name, row % 4 ? "in stock" : NULL);
  }
  finish(statement);
}

/* FNV-1a over every cell: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t sum_rows(const char *sql, uint64_t sum) {
  sqlite3_stmt *statement = prepare(sql);
  int columns = sqlite3_column_count(statement);
  while (step(statement))
    for (int i = 0; i < columns; i++) {
      const unsigned char *cell = sqlite3_column_text(statement, i);
      sum =
          (sum ^ (uint64_t)sqlite3_column_type(statement, i)) * 1099511628211U;
      for (; cell && *cell; cell++)
        sum = (sum ^ *cell) * 1099511628211U;
    }
  finish(statement);
  return sum;
}

static void print_sum(int rows) {
  uint64_t found = 14695981039346656037U;
  (void)rows;
  found = sum_rows("SELECT * FROM item ORDER BY id", found);
  found = sum_rows("SELECT * FROM result", found);
  (void)printf("%016llx\n", (unsigned long long)found);
}

/* ---- workloads ---------------------------------------------------------- */

static void read_all(int rows) {
  sqlite3_stmt *statement = prepare("SELECT id, name, price, qty, note "
                                    "FROM item");
  double total = 0;
  int64_t quantity = 0;
  volatile size_t seen = 0; /* the other columns are read as well */
  (void)rows;
  while (step(statement)) {
    seen += (size_t)sqlite3_column_int64(statement, 0);
    if (sqlite3_column_text(statement, 1))
      seen += (size_t)sqlite3_column_bytes(statement, 1);
    total += sqlite3_column_double(statement, 2);
    quantity += sqlite3_column_int64(statement, 3);
    if (sqlite3_column_text(statement, 4))
      seen += (size_t)sqlite3_column_bytes(statement, 4);
  }
  finish(statement);
  statement = prepare("INSERT INTO result VALUES (?, ?)");
  check(sqlite3_bind_double(statement, 1, total) == SQLITE_OK);
  check(sqlite3_bind_int64(statement, 2, quantity) == SQLITE_OK);
  execute(statement);
  finish(statement);
}

static bool is_space(unsigned char byte) {
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Copy text to out without blanks around it, with one blank for each run of
 * them, and with ASCII letters in lower case. Returns whether all is ASCII. */
static bool squeeze(const char *text, char out[NAME_MAX_BYTES]) {
  size_t size = 0;
  bool ascii = true;
  for (; *text && size < NAME_MAX_BYTES - 1; text++) {
    unsigned char byte = (unsigned char)*text;
    ascii = ascii && byte < 0x80;
    if (!is_space(byte))
      out[size++] = (char)(byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte);
    else if (size > 0 && out[size - 1] != ' ')
      out[size++] = ' ';
  }
  while (size > 0 && out[size - 1] == ' ')
    size--;
  out[size] = '\0';
  return ascii;
}

/* As squeeze, with letters of every script in one case and no accents. */
static void fold(const char *text, char out[NAME_MAX_BYTES]) {
  utf8proc_uint8_t *folded = NULL;
  if (squeeze(text, out))
    return;
  check(utf8proc_map((const utf8proc_uint8_t *)out, 0, &folded,
                     UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
                         UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK) >= 0);
  (void)snprintf(out, NAME_MAX_BYTES, "%s", (const char *)folded);
  free(folded);
}

static void update_all(bool unicode) {
  sqlite3_stmt *reader = prepare("SELECT id, name, note FROM item");
  sqlite3_stmt *writer = prepare("UPDATE item SET name = ?, note = ? "
                                 "WHERE id = ?");
  char name[NAME_MAX_BYTES];
  while (step(reader)) {
    const char *text = (const char *)sqlite3_column_text(reader, 1);
    const char *note = (const char *)sqlite3_column_text(reader, 2);
    if (unicode)
      fold(text, name);
    else
      (void)squeeze(text, name);
    bind_text(writer, 1, name);
    bind_text(writer, 2, note ? note : "none");
    check(sqlite3_bind_int64(writer, 3, sqlite3_column_int64(reader, 0)) ==
          SQLITE_OK);
    execute(writer);
  }
  finish(reader);
  finish(writer);
}

static void update_ascii(int rows) {
  (void)rows;
  update_all(false);
}

static void update_unicode(int rows) {
  (void)rows;
  update_all(true);
}

/* The names are made before, here and by all others: what is compared is how
 * rows get into the table, not how text is formatted. */
static void insert_all(int rows) {
  char names[NAMES][NAME_MAX_BYTES];
  sqlite3_stmt *statement = prepare(insert_item);
  for (int i = 0; i < NAMES; i++)
    (void)snprintf(names[i], sizeof names[i], "Item number %d of 97", i);
  for (int row = 1; row <= rows; row++)
    insert(statement, row, names[row % NAMES], row % 4 ? "in stock" : NULL);
  finish(statement);
}

static const char columns_not_null[] =
    "(id INTEGER PRIMARY KEY, name TEXT, price REAL, qty INTEGER, "
    "note TEXT NOT NULL)";

/* NOT NULL put in where rows are NULL, by the steps of SQLite's manual. */
static void rebuild(int rows) {
  char sql[512];
  (void)rows;
  (void)snprintf(sql, sizeof sql, "CREATE TABLE item_new %s", columns_not_null);
  run(sql);
  run("INSERT INTO item_new SELECT id, name, price, qty, COALESCE(note, "
      "CASE qty WHEN 1 THEN 'one' WHEN 2 THEN 'two' WHEN 3 THEN 'three' END, "
      "'none') FROM item");
  run("DROP TABLE item");
  run("ALTER TABLE item_new RENAME TO item");
}

static void update_in_sql(int rows) {
  (void)rows;
  run("UPDATE item SET name = upper(name) || '!'");
}

static const struct {
  const char *name;
  void (*work)(int rows);
} workloads[] = {{"full", make_full},     {"empty", make_empty},
                 {"W1", read_all},        {"W1t", read_all},
                 {"W2", update_ascii},    {"W2n", update_unicode},
                 {"W2e", update_unicode}, {"W2c", update_unicode},
                 {"W4", insert_all},      {"W4i", insert_all},
                 {"W5", rebuild},         {"W6", update_in_sql},
                 {"sum", print_sum},      {NULL, NULL}};

static void work(const char *name, int rows) {
  int i = 0;
  while (workloads[i].name && strcmp(workloads[i].name, name) != 0)
    i++;
  check(workloads[i].name);
  run("BEGIN");
  workloads[i].work(rows);
  run("COMMIT");
}

int main(int argc, char **argv) {
  int rows = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 0;
  if (argc < 3)
    return 0;
  check(sqlite3_open_v2(argv[2], &database,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        NULL) == SQLITE_OK);
  work(argv[1], rows);
  return sqlite3_close(database) != SQLITE_OK;
}
