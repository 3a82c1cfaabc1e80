/* test_lua_each.c - db:each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lua_case.h"
#include "script/engine_lua.h"

#define TABLE                                                                  \
  "db:exec [[CREATE TABLE t (id INTEGER PRIMARY KEY, a, b INT DEFAULT 0);"     \
  "INSERT INTO t (id, a) VALUES (1, ' x '), (2, 'y'), (7, NULL), (9, 'z "      \
  "')]]\n"

#define ALL                                                                    \
  "db:value([[SELECT group_concat(id || quote(a) || b, ' ') FROM (SELECT * "   \
  "FROM t ORDER BY id)]])"

/* counts("2 1 0", db:each(...)). */
#define COUNTS                                                                 \
  "local function counts(wanted, ...)\n"                                       \
  "  is(table.concat({ ... }, ' '), wanted) end\n"

static void rows_are_read_and_written(void **state) {
  static const struct lua_case cases[] = {
      {"and only what differs is",
       TABLE COUNTS
       "db:exec [[CREATE TABLE log (id); CREATE TRIGGER r AFTER UPDATE ON t "
       "BEGIN INSERT INTO log VALUES (new.id); END]]\n"
       "counts('4 2 0', db:each('t', nil, function(row)\n"
       "  is(row.b, 0)\n"
       "  return { a = row.a and row.a:match('^%s*(.-)%s*$'), id = row.id }\n"
       "end))\n"
       "is(db:value('SELECT group_concat(id) FROM log'), '1,9')\n"
       "is(" ALL ", \"1'x'0 2'y'0 7NULL0 9'z'0\")",
       NULL},
      {"whatever the size of a page",
       "db:exec [[CREATE TABLE n (x INT); WITH c(i) AS (SELECT 1 UNION ALL "
       "SELECT i + 1 FROM c WHERE i < 2500) INSERT INTO n SELECT i FROM c]]\n"
       "for turn, size in ipairs { 1, 7, 1000, 2500, 10000 } do\n"
       "  local scanned, changed = db:each('n', { batch = size },"
       " function(row) return { x = row.x + 1 } end)\n"
       "  is(scanned, 2500)\n"
       "  is(changed, 2500)\n"
       "  is(db:value('SELECT sum(x) FROM n'), 3126250 + turn * 2500)\n"
       "end",
       NULL},
      {"with values of every type, large ones too",
       "db:exec('CREATE TABLE v (id INTEGER PRIMARY KEY, x, y)')\n"
       "local big = ('é'):rep(300000)\n"
       "db:insert('v', { { x = 9007199254740993 }, { x = 2.0 }, { x = big },"
       " { x = mz.blob('\\0\\xFF') }, { x = '' }, { x = mz.blob('') },"
       " { x = big .. 'b' } })\n"
       "local scanned = db:each('v', nil, function(row)"
       " return { y = row.x } end)\n"
       "is(scanned, 7)\n"
       "is(db:value('SELECT count(*) FROM v WHERE x IS y AND typeof(x) = "
       "typeof(y)'), 7)\n"
       "db:each('v', { columns = 'x' }, function() return { x = mz.null }"
       " end)\n"
       "is(db:value('SELECT count(x) FROM v'), 0)",
       NULL},
      {"a change of the type alone is one",
       TABLE COUNTS "counts('4 4 0', db:each('t', nil, function()"
                    " return { b = '0x' } end))\n"
                    "counts('4 4 0', db:each('t', nil, function()"
                    " return { b = 1.5 } end))\n"
                    "counts('4 0 0', db:each('t', nil, function(row)"
                    " return row end))",
       NULL},
      {"where SQL says, with parameters of either kind",
       TABLE COUNTS
       "local function one() return { b = 1 } end\n"
       "counts('2 2 0', db:each('t', { where = 'id > ? AND id < ?',"
       " params = { 1, 9 }, batch = 1 }, one))\n"
       "counts('2 2 0', db:each('t', { where = 'id = :a OR id = :b -- two',"
       " params = { a = 1, b = 9 }, batch = 1 }, one))\n"
       "counts('4 0 0', db:each('t', { columns = { 'B' } }, function(row)\n"
       "  is(row.a, nil)\n"
       "  return { b = row.b } end))",
       NULL},
      {"of an empty table",
       "db:exec('CREATE TABLE e (x)')\n"
       "is(db:each('e', nil, error), 0)",
       NULL},
      {"by a compound key, without rowids",
       COUNTS "db:exec [[CREATE TABLE w (a INT, b TEXT COLLATE NOCASE, c,"
              " PRIMARY KEY (b, a)) WITHOUT ROWID; INSERT INTO w (a, b) VALUES"
              " (1, 'x'), (2, 'x'), (1, 'Y'), (2, 'a')]]\n"
              "local order = {}\n"
              "counts('4 4 0', db:each('w', { batch = 2 }, function(row)\n"
              "  order[#order + 1] = row.b .. row.a\n"
              "  return { c = #order } end))\n"
              "is(table.concat(order, ' '), 'a2 x1 x2 Y1')",
       NULL},
      {"by another key, and names that must be quoted",
       COUNTS
       "db:exec [[CREATE TABLE \"o\"\"d %s\" (rowid, \"k 'y\" TEXT NOT NULL"
       " UNIQUE, _rowid_, \"order\" INT); INSERT INTO \"o\"\"d %s\" VALUES"
       " (1, 'b', 2, 3), (1, 'a', 2, 4)]]\n"
       "local seen = ''\n"
       "counts('2 2 0', db:each('o\"d %s', { key = \"k 'y\" }, function(row)\n"
       "  seen = seen .. row[\"k 'y\"]\n"
       "  return { order = row.order + 1 } end))\n"
       "is(seen, 'ab')\n"
       "counts('2 2 0', db:each('o\"d %s', nil, function(row)\n"
       "  is(row.oid, nil)\n"
       "  return { rowid = row.rowid + 1 } end))",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void what_is_written_meanwhile_is_seen(void **state) {
  static const struct lua_case cases[] = {
      {"rows beyond the last one are not met",
       TABLE COUNTS "counts('4 0 0', db:each('t', nil, function(row)\n"
                    "  db:exec('INSERT INTO t (a) VALUES (?)', row.id)\n"
                    "end))\n"
                    "is(db:value('SELECT count(*) FROM t'), 8)",
       NULL},
      {"rows that were deleted are not, and changed ones are as they are",
       TABLE COUNTS "local seen = ''\n"
                    "counts('3 3 0', db:each('t', nil, function(row)\n"
                    "  seen = seen .. row.id .. row.b .. ' '\n"
                    "  if row.id == 1 then\n"
                    "    db:exec('DELETE FROM t WHERE id = ?', 2)\n"
                    "    db:exec('UPDATE t SET b = 5 WHERE id = ?', 7)\n"
                    "  end\n"
                    "  return { b = row.b + 1 } end))\n"
                    "is(seen, '10 75 90 ')\n"
                    "is(" ALL ", \"1' x '1 7NULL6 9'z '1\")",
       NULL},
      {"a row that deletes itself is not counted as changed",
       TABLE COUNTS "counts('4 3 0', db:each('t', nil, function(row)\n"
                    "  if row.id == 7 then\n"
                    "    db:exec('DELETE FROM t WHERE id = 7') end\n"
                    "  return { b = 1 } end))",
       NULL},
      {"by a trigger too",
       TABLE "db:exec [[CREATE TRIGGER r AFTER UPDATE OF a ON t BEGIN UPDATE t "
             "SET b = b + 1 WHERE id > new.id; END]]\n"
             "db:each('t', nil, function(row) return { a = row.b } end)\n"
             "is(" ALL ", '100 211 722 933')",
       NULL},
      {"in a loop of its own, over the same table",
       TABLE COUNTS "local inner = 0\n"
                    "counts('4 4 0', db:each('t', { batch = 2 }, function()\n"
                    "  inner = inner + db:each('t', { batch = 2 }, function(r)"
                    " return { b = r.b + 1 } end)\n"
                    "  return { b = -1 } end))\n"
                    "is(inner, 16)\n"
                    "is(" ALL ", \"1' x '2 2'y'1 7NULL0 9'z '-1\")",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void errors_name_the_row(void **state) {
  static const struct lua_case cases[] = {
      {"of the function",
       TABLE "db:each('t', nil, function(row)\n"
             "  if row.id == 7 then error('bad title') end\n"
             "end)",
       "FILE:3:0: t id 7: bad title\n"},
      {"of the function, where its text looks like a place",
       TABLE "db:each('t', nil, function() error('at 12:30: what', 0) end)",
       "FILE:2:0: t id 1: at 12:30: what\n"},
      {"of an inner loop, its row only",
       TABLE "raises('t id 1: bad', db.each, db, 't', nil, function(row)\n"
             "  db:each('t', { where = 'id > 0' }, function()"
             " mz.assert(false, 'bad') end) end)",
       NULL},
      {"of the update",
       "db:exec [[CREATE TABLE u (k TEXT PRIMARY KEY, x UNIQUE) WITHOUT ROWID;"
       "INSERT INTO u VALUES ('a', 1), ('b', 2)]]\n"
       "db:each('u', nil, function(row) return { x = 3 } end)",
       "FILE:2:0: u k 'b': UNIQUE constraint failed: u.x\n"
       "details: u: k = 'b', x = 3\n"
       "is there already: k = 'a', x = 3\n"
       "sql: UPDATE \"u\" SET \"x\" = 3 WHERE \"k\" = 'b'\n"},
      {"of what it returns",
       TABLE "local function try(message, changes)\n"
             "  raises('t id 1: ' .. message, db.each, db, 't', nil,"
             " function() return changes end)\n"
             "end\n"
             "db:exec('ALTER TABLE t ADD COLUMN g AS (b + 1)')\n"
             "try('the function must return a table of changes or nil, not a "
             "boolean', false)\n"
             "try('column a: a table has no SQL value', { a = {} })\n"
             "try('column a: NaN has no SQL value: use mz.null', { a = 0/0 })\n"
             "try('t has no column rowid', { rowid = 1 })\n"
             "try('t has no column aa; is a meant?', { aa = 1 })\n"
             "try('id is the key: it cannot be changed', { id = 2 })\n"
             "try('g is a generated column: it cannot be set', { g = 2 })\n"
             "try('the changes have the names of columns as keys, not a "
             "number', { 2 })\n"
             "raises('t id 1: column b was not read: add it to columns',"
             " db.each, db, 't', { columns = 'a' }, function()"
             " return { b = 1 } end)",
       NULL},
      {"a rowid that is no column",
       "db:exec('CREATE TABLE n (x); INSERT INTO n VALUES (1)')\n"
       "raises('n rowid 1: no', db.each, db, 'n', nil, function()"
       " error('no', 0) end)",
       NULL},
      {"a limit",
       TABLE "pcall(db.each, db, 't', { on_error = 'skip' }, function()\n"
             "  while true do end end)",
       "FILE:2:0: t id 1: the migration ran more instructions than its "
       "limit\n"}};
  struct support *support = *state;
  support->options.limits.instructions = 1000000;
  LUA_CASES_RUN(state, cases);
}

static void rows_that_fail_may_be_passed_over(void **state) {
  static const struct lua_case cases[] = {
      {"and all that was done for them is undone",
       TABLE COUNTS
       "db:exec('CREATE TABLE log (id UNIQUE)')\n"
       "db:exec('INSERT INTO log VALUES (9)')\n"
       "counts('4 2 2', db:each('t', { on_error = 'skip' }, function(row)\n"
       "  db:insert('log', { id = row.id })\n"
       "  if row.id == 2 then error('no') end\n"
       "  return { b = 1 } end))\n"
       "is(db:value('SELECT group_concat(id) FROM (SELECT id FROM log ORDER BY "
       "id)'), '1,7,9')\n"
       "is(" ALL ", \"1' x '1 2'y'0 7NULL1 9'z '0\")",
       NULL},
      {"with a function that is told",
       TABLE COUNTS
       "local told = {}\n"
       "counts('4 3 1', db:each('t', { on_error = function(err, row)\n"
       "  told[#told + 1] = err.message .. '/' .. row.id\n"
       "end }, function(row)\n"
       "  return { b = row.a and 1 or {} } end))\n"
       "is(table.concat(told, ' '), 't id 7: column b: a table has no SQL value"
       "/7')",
       NULL},
      {"unless that raises",
       TABLE "db:each('t', { on_error = function(err) error(err, 0) end },"
             " function() error('no') end)",
       "FILE:2:0: t id 1: no\n"},
      {"each by its own name, though one error object stands for all",
       TABLE COUNTS
       "local _, bad = pcall(mz.assert, false, 'bad')\n"
       "local told = {}\n"
       "counts('4 0 4', db:each('t', { on_error = function(err)\n"
       "  told[#told + 1] = err.message .. '/' .. err.row\n"
       "  is(tostring(err):sub(-11), err.message:sub(-11))\n"
       "end }, function() error(bad) end))\n"
       "is(table.concat(told, ' '), 't id 1: bad/t id 1 t id 2: bad/t id 2 "
       "t id 7: bad/t id 7 t id 9: bad/t id 9')\n"
       "is(bad.message, 'bad')",
       NULL},
      {"by the first one's name, where its error is raised again",
       TABLE COUNTS "local kept, last\n"
                    "counts('4 0 4', db:each('t', { on_error = function(err)\n"
                    "  kept, last = kept or err, err\n"
                    "end }, function() error(kept or select(2, "
                    "pcall(mz.assert, false, 'bad'))) end))\n"
                    "is(last.message, 't id 1: bad')",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void what_each_cannot_do_is_refused(void **state) {
  static const struct lua_case cases[] = {
      {"tables without a usable key",
       TABLE
       "db:exec [[CREATE VIEW v AS SELECT * FROM t; CREATE VIRTUAL TABLE f "
       "USING fts5(a); CREATE TABLE h (rowid, _rowid_, oid);"
       "CREATE UNIQUE INDEX i ON t (a)]]\n"
       "raises('v is a view: each needs a table', db.each, db, 'v', nil,"
       " print)\n"
       "raises('f is a virtual table: each needs a table', db.each, db, 'f',"
       " nil, print)\n"
       "raises('the columns rowid, _rowid_ and oid of h hide its rowid',"
       " db.each, db, 'h', nil, print)\n"
       "raises('b is no unique key of t, which has id and a', db.each, db,"
       " 't', { key = 'b' }, print)\n"
       "raises('a may be NULL: each needs a key that never is', db.each, db,"
       " 't', { key = 'a' }, print)\n"
       "raises('t has no column c; is a meant?', db.each, db, 't', { columns = "
       "'c' },"
       " print)",
       NULL},
      {"options",
       TABLE
       "raises('each has no option batchs; is batch meant?', db.each, db, 't',"
       " { batchs = 1 }, print)\n"
       "raises('batch must be a positive integer', db.each, db, 't',"
       " { batch = 0 }, print)\n"
       "raises('where must be a string, not a table', db.each, db, 't',"
       " { where = {} }, print)\n"
       "raises('on_error must be \"raise\", \"skip\" or a function', db.each,"
       " db, 't', { on_error = 'stop' }, print)\n"
       "raises('each takes a function, not a nil', db.each, db, 't', {})\n"
       "raises('the options of each are a table, not a function', db.each, db,"
       " 't', print)\n"
       "raises('parameter 1 has no value in params', db.each, db, 't',"
       " { where = 'id = ?' }, print)\n"
       "raises('parameter :id has no value in params', db.each, db, 't',"
       " { where = 'id = :id', params = { di = 1 } }, print)\n"
       "raises('params has 2 values, but where has 1 parameter', db.each, db,"
       " 't', { where = 'id = ?', params = { 1, 2 } }, print)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

#define KEYS_APART                                                             \
  "db:exec [[CREATE TABLE w (name TEXT COLLATE NOCASE, v, PRIMARY KEY (name "  \
  "COLLATE BINARY)) WITHOUT ROWID;\n"                                          \
  "CREATE TABLE r (name TEXT COLLATE NOCASE NOT NULL, v, UNIQUE (name "        \
  "COLLATE BINARY));\n"                                                        \
  "CREATE TABLE k (v, name TEXT, PRIMARY KEY (name COLLATE NOCASE)) WITHOUT "  \
  "ROWID;\n"                                                                   \
  "INSERT INTO w VALUES ('a', 1), ('A', 2), ('b', 3); INSERT INTO r SELECT * " \
  "FROM w; INSERT INTO k VALUES (1, 'b'), (2, 'A'), (3, 'c')]]\n"

static void a_key_compares_as_its_index_does(void **state) {
  static const struct lua_case cases[] = {
      {"whatever the collation of its column",
       KEYS_APART
       "local function add(row) return { v = row.v + 10 } end\n"
       "for _, one in ipairs { { 'w' }, { 'r', 'name' }, { 'k' } } do\n"
       "  local all = 'SELECT group_concat(name || v) FROM (SELECT * FROM ' .. "
       "one[1] .. ' ORDER BY v)'\n"
       "  local scanned, changed = db:each(one[1], { key = one[2], batch = 1 "
       "}, add)\n"
       "  is(scanned, 3) is(changed, 3)\n"
       "  is(db:value(all), one[1] == 'k' and 'b11,A12,c13' or "
       "'a11,A12,b13')\n"
       "  db:upsert(one[1], 'name', { { name = 'A', v = 20 } })\n"
       "  is(db:value(all), one[1] == 'k' and 'b11,c13,A20' or "
       "'a11,b13,A20')\n"
       "end",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static struct {
  char label[16];
  int64_t done;
  int64_t total;
} told;

static void note_progress(void *context, const char *label, int64_t done,
                          int64_t total) {
  (void)context;
  (void)snprintf(told.label, sizeof told.label, "%s", label);
  told.done = done;
  told.total = total;
}

static void progress_is_told_at_the_end(void **state) {
  struct mz_migration migration = {.version = 1, .kind = MZ_LUA};
  struct mz_run run = {.migration = &migration,
                       .direction = MZ_UP,
                       .folder = "m",
                       .progress = note_progress};
  struct mz_database *database = support_open(*state);
  migration.up.path = strdup("m.lua");
  migration.up.text = lua_case_text(
      TABLE "db:each('t', { where = 'id > ?', params = { 1 }, label = 'ids' },"
            " function() end)");
  migration.up.size = strlen(migration.up.text);
  assert_int_equal(mz_database_begin(database, NULL), MZ_OK);
  assert_int_equal(mz_engine_lua.run(&run, database, NULL), MZ_OK);
  assert_string_equal(told.label, "ids");
  assert_int_equal(told.done, 3);
  assert_int_equal(told.total, 3);
  mz_database_close(database);
  mz_migration_release(&migration);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(rows_are_read_and_written),
      SUPPORT_TEST(what_is_written_meanwhile_is_seen),
      SUPPORT_TEST(errors_name_the_row),
      SUPPORT_TEST(rows_that_fail_may_be_passed_over),
      SUPPORT_TEST(what_each_cannot_do_is_refused),
      SUPPORT_TEST(a_key_compares_as_its_index_does),
      SUPPORT_TEST(progress_is_told_at_the_end)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
