/* test_lua_unmodified.c - only rows that still are what was shipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void rows_that_a_user_edited_are_kept(void **state) {
  static const struct lua_case cases[] = {
      {"every listed column counts, NULL and case too",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec(\"CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, cutoff INT, note); INSERT INTO p VALUES (1, "
       "'HD', 720, NULL), (2, 'UHD', 2160, 'x'), (3, 'sd', 480, "
       "NULL)\")\n"
       "local function all() return rows(\"SELECT id || name || "
       "cutoff || quote(note) FROM p\") end\n"
       "\n"
       "local changed, kept = db:update_unmodified('p', { { id = 1, "
       "name = 'HD', note = mz.null }, { id = 2, cutoff = 2160, note "
       "= mz.null }, { id = 3, name = 'SD' }, { id = 4, name = 'gone' "
       "} }, { cutoff = 1 })\n"
       "is(changed, 1) is(kept, 2) is(all(), "
       "\"1HD1NULL;2UHD2160'x';3sd480NULL\")\n",
       NULL},
      {"with changes for each, and by a function",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec(\"CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, cutoff INT, note); INSERT INTO p VALUES (1, "
       "'HD', 720, NULL), (2, 'UHD', 2160, 'x'), (3, 'sd', 480, "
       "NULL)\")\n"
       "local function all() return rows(\"SELECT id || name || "
       "cutoff || quote(note) FROM p\") end\n"
       "\n"
       "db:update_unmodified('p', { { id = 1, cutoff = 720 }, { id = "
       "2, cutoff = 2160 } }, { { cutoff = 700 }, { note = mz.null } "
       "})\n"
       "is(all(), \"1HD700NULL;2UHD2160NULL;3sd480NULL\")\n"
       "db:update_unmodified('p', { { id = 1, cutoff = 700 } }, "
       "function(original) return { cutoff = original.cutoff + 1 } "
       "end)\n"
       "is(all(), \"1HD701NULL;2UHD2160NULL;3sd480NULL\")\n",
       NULL},
      {"found by another key",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec(\"CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, cutoff INT, note); INSERT INTO p VALUES (1, "
       "'HD', 720, NULL), (2, 'UHD', 2160, 'x'), (3, 'sd', 480, "
       "NULL)\")\n"
       "local function all() return rows(\"SELECT id || name || "
       "cutoff || quote(note) FROM p\") end\n"
       "\n"
       "local changed, kept = db:update_unmodified('p', { { name = "
       "'HD', cutoff = 720 }, { name = 'UHD', cutoff = 1 } }, { note "
       "= 'n' }, { key = 'name' })\n"
       "is(changed, 1) is(kept, 1)\n",
       NULL},
  };
  LUA_CASES_RUN(state, cases);
}

static void wrong_uses_are_errors(void **state) {
  static const struct lua_case cases[] = {
      {"each",
       "local function rows(sql) local list = {}\n"
       "for row in db:urows(sql) do list[#list + 1] = row end return "
       "table.concat(list, ';') end\n"
       "db:exec(\"CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
       "COLLATE NOCASE, cutoff INT, note); INSERT INTO p VALUES (1, "
       "'HD', 720, NULL), (2, 'UHD', 2160, 'x'), (3, 'sd', 480, "
       "NULL)\")\n"
       "local function all() return rows(\"SELECT id || name || "
       "cutoff || quote(note) FROM p\") end\n"
       "\n"
       "local f = db.update_unmodified\n"
       "raises('original 1 lists only the key (id): list the shipped "
       "value of every column that a user may have changed', f, db, "
       "'p', { { id = 1 } }, { cutoff = 1 })\n"
       "raises('original 1 has no id, by which its row is found; for "
       "NULL give mz.null', f, db, 'p', { { name = 'x' } }, { cutoff "
       "= 1 })\n"
       "raises('original 2: p has no column nam; is name meant?', f, "
       "db, 'p', { { id = 2, name = 'UHD' }, { id = 1, nam = 'x' } }, "
       "{ cutoff = 1 })\n"
       "raises('there are 2 changes for 1 originals', f, db, 'p', { { "
       "id = 1, name = 'HD' } }, { { cutoff = 1 }, { cutoff = 2 } })\n"
       "raises('changes names no column', f, db, 'p', { { id = 1, "
       "name = 'HD' } }, {})\n"
       "raises('db:update_unmodified takes a list of the rows as they "
       "were shipped', f, db, 'p', { id = 1 }, {})\n"
       "is(all(), \"1HD720NULL;2UHD2160'x';3sd480NULL\")\n",
       NULL},
      {"a table without a key",
       "db:exec('CREATE TABLE t (a, b)') db:update_unmodified('t', { "
       "{ a = 1 } }, { b = 1 })\n",
       "FILE:1:0: t has no primary key: say by which columns its rows are "
       "found, as in { key = \"name\" }\n"},
  };
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(rows_that_a_user_edited_are_kept,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(wrong_uses_are_errors, support_setup,
                                      support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
