/* test_lua_convert.c - db:convert. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

#define TABLE                                                                  \
  "db:exec [[CREATE TABLE t (id INTEGER PRIMARY KEY, a, b INT DEFAULT 0);"     \
  "INSERT INTO t (id, a) VALUES (1, ' x '), (2, 'y'), (7, NULL), (9, 'z "      \
  "')]]\n"

#define ALL                                                                    \
  "db:value([[SELECT group_concat(id || quote(a) || b, ' ') FROM (SELECT * "   \
  "FROM t ORDER BY id)]])"

#define TRIM                                                                   \
  "local calls = 0\n"                                                          \
  "local function trim(s)\n"                                                   \
  "  calls = calls + 1\n"                                                      \
  "  return s and s:match('^%s*(.-)%s*$')\n"                                   \
  "end\n"                                                                      \
  "local function both(a, b) return a, b end\n"

#define LOG                                                                    \
  "db:exec [[CREATE TABLE log (id); CREATE TRIGGER r AFTER UPDATE ON t "       \
  "BEGIN INSERT INTO log VALUES (new.id); END]]\n"

static void only_rows_that_change_are_written(void **state) {
  static const struct lua_case cases[] = {
      {"in one pass, each row asked for once",
       TABLE TRIM "local changed, scanned = db:convert('t', 'a', trim)\n"
                  "is(changed, 2)\n"
                  "is(scanned, 4)\n"
                  "is(calls, 4)\n"
                  "is(" ALL ", \"1'x'0 2'y'0 7NULL0 9'z'0\")",
       NULL},
      {"where a trigger makes it two passes",
       TABLE LOG TRIM "local changed, scanned = db:convert('t', 'A', trim)\n"
                      "is(changed, 2)\n"
                      "is(scanned, 4)\n"
                      "is(calls, 4)\n"
                      "is(db:value('SELECT group_concat(id) FROM log'), '1,9')",
       NULL},
      {"where the key keeps apart what its column does not",
       "db:exec [[CREATE TABLE w (name TEXT COLLATE NOCASE, v, PRIMARY KEY "
       "(name COLLATE BINARY)) WITHOUT ROWID;\n"
       "INSERT INTO w VALUES ('a', 1), ('A', 2), ('b', 3)]]\n"
       "is(db:convert('w', 'v', function(v) return v * 10 end, { where = 'v < "
       "3' }), 2)\n"
       "is(db:value('SELECT group_concat(name || v) FROM (SELECT * FROM w "
       "ORDER BY v)'), 'b3,a10,A20')",
       NULL},
      {"where a foreign key or an index is in the way",
       TABLE TRIM
       "db:exec [[CREATE INDEX i ON t (a); CREATE TABLE c (t_a REFERENCES t "
       "(a))]]\n"
       "local order = {}\n"
       "local changed, scanned = db:convert('t', 'a', function(a)\n"
       "  order[#order + 1] = tostring(a)\n"
       "  return a and 'zz' .. a end, { where = 'a > ?', params = { ' ' } })\n"
       "is(changed, 3)\n"
       "is(scanned, 3)\n"
       "is(#order, 3)\n"
       "is(" ALL ", \"1'zz x '0 2'zzy'0 7NULL0 9'zzz '0\")",
       NULL},
      {"a change of the type alone is one",
       "db:exec [[CREATE TABLE t (id INTEGER PRIMARY KEY, a);"
       "INSERT INTO t (a) VALUES (1), (1.0), ('1'), (x'31'), (NULL)]]\n"
       "is(db:convert('t', 'a', function(a) return a end), 0)\n"
       "is(db:convert('t', 'a', function() return 1 end), 4)\n"
       "is(db:value('SELECT group_concat(typeof(a)) FROM t'),"
       " 'integer,integer,integer,integer,integer')\n"
       "is(db:convert('t', 'a', function() return mz.null end), 5)\n"
       "is(db:convert('t', 'a', function() return nil end), 0)\n"
       "is(db:convert('t', 'a', function() return mz.blob('\\0') end), 5)",
       NULL},
      {"several columns at once",
       TABLE TRIM "is(db:convert('t', { 'a', 'b' }, function(a, b)\n"
                  "  return a, a and b + #a or b end), 3)\n"
                  "is(" ALL ", \"1' x '3 2'y'1 7NULL0 9'z '2\")\n"
                  "is(db:convert('t', { 'b', 'a' }, both), 0)",
       NULL},
      {"where SQL says, with parameters of either kind",
       TABLE "local function mark() return 1 end\n"
             "local changed, scanned = db:convert('t', 'b', mark,"
             " { where = 'id > ? AND id < ?', params = { 1, 9 } })\n"
             "is(changed, 2)\n"
             "is(scanned, 2)\n"
             "is(db:convert('t', 'b', mark, { where = 'id = :id -- one',"
             " params = { id = 1 } }), 1)\n"
             "is(db:convert('t', 'b', mark, { where = [[EXISTS (SELECT 1 FROM t"
             " AS o WHERE o.id = t.id + 2)]] }), 0)\n"
             "is(" ALL ", \"1' x '1 2'y'1 7NULL1 9'z '0\")",
       NULL},
      {"without a rowid, and the key itself",
       "db:exec [[CREATE TABLE w (k TEXT, v INT, x, PRIMARY KEY (k, v))"
       " WITHOUT ROWID; INSERT INTO w VALUES ('a', 1, 5), ('b', 2, 6)]]\n"
       "is(db:convert('w', 'x', function(x) return x * 2 end), 2)\n"
       "is(db:convert('w', 'k', function(k) return 'z' .. k end), 2)\n"
       "is(db:value('SELECT group_concat(k || v || x) FROM w'), 'za110,zb212')",
       NULL},
      {"the rowid",
       TABLE "is(db:convert('t', 'id', function(id) return id + 100 end), 4)\n"
             "is(" ALL ", \"101' x '0 102'y'0 107NULL0 109'z '0\")",
       NULL},
      {"with a column called rowid, and names that must be quoted",
       "db:exec [[CREATE TABLE \"o\"\"d %s\" (rowid TEXT, \"k 'y\" INT);"
       " INSERT INTO \"o\"\"d %s\" VALUES ('a', 1), ('b', 2)]]\n"
       "is(db:convert('o\"d %s', { 'k \\'y' }, function(k) return -k end), 2)\n"
       "is(db:convert('o\"d %s', 'k \\'y', function(k) return k end,"
       " { where = '1' }), 0)\n"
       "is(db:value([[SELECT sum(\"k 'y\") FROM \"o\"\"d %s\"]]), -3)",
       NULL},
      {"inside a loop, and twice",
       TABLE "for id in db:urows('SELECT id FROM t') do\n"
             "  db:convert('t', 'b', function(b) return b + id end)\n"
             "end\n"
             "is(db:value('SELECT min(b) = 19 AND max(b) = 19 FROM t'), 1)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void errors_name_the_row(void **state) {
  static const struct lua_case cases[] = {
      {"of the function",
       TABLE "db:convert('t', 'a', function(a)\n"
             "  if a == nil then error('bad title') end\n"
             "  return a end)",
       "FILE:3:0: t id 7: bad title\n"},
      {"of Lua", TABLE "db:convert('t', 'a', function(a) return #a end)",
       "FILE:2:0: t id 7: attempt to get length of a nil value (local 'a')\n"},
      {"a table where a value is needed",
       TABLE "raises('t id 2: column b: a table has no SQL value', db.convert,"
             " db, 't', { 'a', 'b' }, function(a, b)\n"
             "  return a, a == 'y' and {} or b end)",
       NULL},
      {"no value at all",
       TABLE "raises('t id 1: the function returned 0 values for 1 column; "
             "return nil for NULL', db.convert, db, 't', 'a', function() end)\n"
             "raises('t id 1: the function returned 1 value for 2 columns; "
             "return nil for NULL', db.convert, db, 't', { 'a', 'b' },"
             " function() return 1 end)",
       NULL},
      {"a key of text, cut short",
       "db:exec [[CREATE TABLE w (k TEXT, v INT, x, PRIMARY KEY (v, k))"
       " WITHOUT ROWID]]\n"
       "db:insert('w', { k = ('é'):rep(30), v = 1 })\n"
       "raises('w v 1, k \\'' .. ('é'):rep(20) .. '...\\': no', db.convert, db,"
       " 'w', 'x', function() error('no', 0) end)",
       NULL},
      {"a use of db inside",
       TABLE "raises('t id 1: db cannot be used inside a function that SQL "
             "calls', db.convert, db, 't', 'a', function() db:row('SELECT 1')"
             " end)\n"
             "raises('t id 1: db cannot be used inside a function that SQL "
             "calls', db.convert, db, 't', 'a', function()"
             " db:convert('t', 'a', print) end)\n"
             "raises('only db:convert can call this function', db.value, db,"
             " 'SELECT mzlua_changed(1)')\n"
             "raises('only db:convert can call this function', db.value, db,"
             " 'SELECT mzlua_result(0)')\n"
             "is(db:convert('t', 'b', function() return 5 end), 4)",
       NULL},
      {"nothing is changed where one row fails",
       TABLE "pcall(db.convert, db, 't', 'a', function(a)\n"
             "  return a:upper() end)\n"
             "is(" ALL ", \"1' x '0 2'y'0 7NULL0 9'z '0\")",
       NULL},
      {"a limit",
       TABLE "db:convert('t', 'a', function() while true do end end)",
       "FILE:2:0: t id 1: the migration ran more instructions than its "
       "limit\n"}};
  struct support *support = *state;
  support->options.limits.instructions = 1000000;
  LUA_CASES_RUN(state, cases);
}

static void what_cannot_be_converted_is_refused(void **state) {
  static const struct lua_case cases[] = {
      {"columns",
       TABLE "db:exec('ALTER TABLE t ADD COLUMN g AS (b + 1)')\n"
             "raises('t has no column aa; is a meant?', db.convert, db, 't',"
             " 'aa', print)\n"
             "raises('g is a generated column: it cannot be set', db.convert,"
             " db, 't', 'g', print)\n"
             "raises('the column a is named twice', db.convert, db, 't',"
             " { 'a', 'A' }, print)\n"
             "raises('what convert changes must be the name of a column or a "
             "list of them', db.convert, db, 't', {}, print)",
       NULL},
      {"tables",
       TABLE "db:exec('CREATE VIEW v AS SELECT * FROM t')\n"
             "raises('v is a view: convert needs a table', db.convert, db, 'v',"
             " 'a', print)\n"
             "raises('no such table: tt; is t meant?', db.convert, db, 'tt',"
             " 'a', print)",
       NULL},
      {"functions and options",
       TABLE "raises('convert takes a function, not a string', db.convert, db,"
             " 't', 'a', 'b')\n"
             "raises('convert has no option wher; is where meant?', db.convert,"
             " db, 't', 'a', print, { wher = '1' })\n"
             "raises('where must be a string, not a boolean', db.convert, db,"
             " 't', 'a', print, { where = true })\n"
             "raises('the statement has 1 parameter, but 0 values were given',"
             " db.convert, db, 't', 'a', print, { where = 'id = ?' })\n"
             "raises('names that begin with mzlua_ are the program\\'s own',"
             " db.define, db, 'mzlua_changed', print)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static struct mz_interrupt interrupt;

static void raise_signal(void *context, enum mz_log_level level,
                         const char *message) {
  (void)context;
  (void)level;
  (void)message;
  mz_interrupt_raise(&interrupt, 2);
}

static void a_signal_names_the_row_that_it_stopped(void **state) {
  struct support *support = *state;
  struct mz_error err = MZ_ERROR_INIT;
  char *text = lua_case_text(TABLE "db:convert('t', 'b', function(b)\n"
                                   "  mz.log('now')\n"
                                   "  while true do pcall(error) end end)");
  support->options.interrupt = &interrupt;
  support->options.log = raise_signal;
  assert_int_equal(lua_case_file(support, text, NULL, &err), MZ_EINTERRUPT);
  assert_string_equal(err.message, "t id 1: interrupted");
  mz_error_release(&err);
  interrupt.signal = 0;
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SUPPORT_TEST(only_rows_that_change_are_written),
      SUPPORT_TEST(errors_name_the_row),
      SUPPORT_TEST(a_signal_names_the_row_that_it_stopped),
      SUPPORT_TEST(what_cannot_be_converted_is_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
