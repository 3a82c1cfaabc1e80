/* test_lua_merge.c - duplicates, found and merged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

#define TABLES                                                                 \
  "db:exec([[CREATE TABLE movie (id INTEGER PRIMARY KEY, title TEXT, year "    \
  "INTEGER, code TEXT UNIQUE);\n"                                              \
  "INSERT INTO movie VALUES (1, 'Alien', 1979, 'a'), (2, 'alien ', NULL, "     \
  "'b'), (3, 'Brazil', 1985, 'c'),\n"                                          \
  "(4, 'ALIEN', 1980, 'd'), (5, NULL, NULL, NULL), (6, 'Brazil', 1985, "       \
  "NULL), (7, NULL, NULL, 'g')]])\n"                                           \
  "local function norm(text) return text and "                                 \
  "text:lower():match('^%s*(.-)%s*$') end\n"                                   \
  "local function all(sql) return db:value('SELECT group_concat(r) FROM "      \
  "(SELECT ' .. sql .. ')') end\n"                                             \
  "local function shown(list)\n"                                               \
  "  local parts = {}\n"                                                       \
  "  for i, g in ipairs(list) do parts[i] = g.count .. ':' .. "                \
  "table.concat(g.keys, ' ') end\n"                                            \
  "  return table.concat(parts, ', ')\n"                                       \
  "end\n"

static void duplicates_are_listed_in_order(void **state) {
  static const struct lua_case cases[] = {
      {"by columns",
       TABLES
       "local list = db:duplicates('movie', 'title')\n"
       "is(shown(list), '2:3 6') is(list[1].values.title, 'Brazil')\n"
       "is(shown(db:duplicates('movie', { 'Title', 'year' })), '2:3 6')\n"
       "is(shown(db:duplicates('movie', 'id')), '')\n",
       NULL},
      {"by a function",
       TABLES
       "local list = db:duplicates('movie', 'title', { by = norm })\n"
       "is(shown(list), '3:1 2 4, 2:3 6') is(list[1].values.title, 'Alien')\n"
       "is(shown(db:duplicates('movie', { 'title', 'year' }, { by = "
       "function(t, y) return t == nil and y == nil end })),\n"
       "  '5:1 2 3 4 6, 2:5 7')\n"
       "is(shown(db:duplicates('movie', 'title', { by = function(t) return "
       "mz.blob(t and 'x' or 'y') end })),\n"
       "  '5:1 2 3 4 6, 2:5 7')\n"
       "is(shown(db:duplicates('movie', 'year', { by = function(y) return y == "
       "1979 and 1 or y == 1980 and '1' or y == 1985 and 1.0 or mz.null end "
       "})),\n"
       "  '3:1 3 6')\n",
       NULL},
      {"as the columns compare, with NULLs apart",
       TABLES "db:exec([[CREATE TABLE n (a TEXT COLLATE NOCASE, b); INSERT "
              "INTO n VALUES ('x', 1), ('X', 1), ('x', NULL), ('X', NULL), "
              "('x', 1.0), ('x', '1')]])\n"
              "local list = db:duplicates('n', { 'a', 'b' })\n"
              "is(shown(list), '3:1 2 5') is(list[1].values.a, 'x') "
              "is(list[1].values.b, 1)\n",
       NULL},
      {"with keys of every kind",
       TABLES "db:exec([[CREATE TABLE w (a, b, c, PRIMARY KEY (b, a)) WITHOUT "
              "ROWID; INSERT INTO w VALUES (1, 'y', 0), (2, 'x', 0);\n"
              "CREATE TABLE k (k TEXT PRIMARY KEY, c); INSERT INTO k VALUES "
              "(NULL, 1), ('z', 1)]])\n"
              "local keys = db:duplicates('w', 'c')[1].keys\n"
              "is(keys[1].a, 2) is(keys[1].b, 'x') is(keys[2].b, 'y')\n"
              "keys = db:duplicates('k', 'c')[1].keys\n"
              "is(keys[1], mz.null) is(keys[2], 'z')\n",
       NULL},
      {"or an error",
       TABLES "raises('movie has no column tilte; is title meant?', "
              "db.duplicates, db, 'movie', 'tilte')\n"
              "raises('columns must be the name of a column or a list of such "
              "names', db.duplicates, db, 'movie', 1)\n"
              "raises('by must be a function, not a string', db.duplicates, "
              "db, 'movie', 'title', { by = 'x' })\n"
              "raises('by must return a value to compare, not a table (row "
              "1)', db.duplicates, db, 'movie', 'title', { by = function() "
              "return {} end })\n"
              "raises('by must return a value to compare, not NaN (row 1)', "
              "db.duplicates, db, 'movie', 'title', { by = function() return "
              "0/0 end })\n"
              "local calls = 0\n"
              "raises('by may read with db, but not write', db.merge, db, "
              "'movie', { key = 'title', by = function(t)\n"
              "  calls = calls + 1\n"
              "  if calls == 3 then db:exec('DELETE FROM movie WHERE id = 1') "
              "end\n"
              "  return t\n"
              "end })\n"
              "is(db:value('SELECT count(*) FROM movie'), 7)\n"
              "is(#db:duplicates('movie', 'title', { by = function(t) return "
              "db:value('SELECT lower(?)', t) end }), 2)\n"
              "raises('db:duplicates: there is no option nulls', "
              "db.duplicates, db, 'movie', 'title', { nulls = true })\n",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void merging_repoints_every_reference(void **state) {
  static const struct lua_case cases[] = {
      {"declared and not, of one column and of two, to the key and to others",
       TABLES
       "db:exec([[CREATE TABLE tag (id INTEGER PRIMARY KEY, movie_id "
       "REFERENCES movie ON DELETE CASCADE);\n"
       "INSERT INTO tag VALUES (1, 1), (2, 2), (3, 4), (4, 3), (5, NULL), (6, "
       "99);\n"
       "CREATE TABLE by_code (code TEXT REFERENCES Movie (code)); INSERT INTO "
       "by_code VALUES ('a'), ('b'), ('d'), (NULL), ('g');\n"
       "CREATE TABLE loose (m INTEGER); INSERT INTO loose VALUES (4), (1), "
       "(5)]])\n"
       "local r = db:merge('movie', { key = 'title', by = norm, references = "
       "{{ table = 'loose', column = 'm' }} })\n"
       "is(r.groups, 2) is(r.deleted, 3) is(next(r.dropped), nil)\n"
       "is(r.repointed['tag.movie_id'], 2) is(r.repointed['by_code.code'], 2) "
       "is(r.repointed['loose.m'], 1)\n"
       "is(all('id AS r FROM movie ORDER BY id'), '1,3,5,7')\n"
       "is(all(\"id || ':' || ifnull(movie_id, '-') AS r FROM tag ORDER BY "
       "id\"), '1:1,2:1,3:1,4:3,5:-,6:99')\n"
       "is(all(\"ifnull(code, '-') AS r FROM by_code ORDER BY rowid\"), "
       "'a,a,a,-,g')\n"
       "is(all('m AS r FROM loose ORDER BY rowid'), '1,1,5')\n",
       NULL},
      {"compound keys and tables without rowid",
       TABLES "db:exec([[CREATE TABLE p (a TEXT, b BLOB, name, PRIMARY KEY (a, "
              "b)) WITHOUT ROWID;\n"
              "INSERT INTO p VALUES ('x', x'01', 'n'), ('x', x'02', 'n'), "
              "('y', x'01', 'o');\n"
              "CREATE TABLE c (id TEXT PRIMARY KEY, a, b, FOREIGN KEY (a, b) "
              "REFERENCES p) WITHOUT ROWID;\n"
              "INSERT INTO c VALUES ('1', 'x', x'01'), ('2', 'x', x'02'), "
              "('3', 'y', x'01'), ('4', 'x', NULL)]])\n"
              "local r = db:merge('p', { key = 'name', keep = 'last' })\n"
              "is(r.deleted, 1) is(r.repointed['c.a,b'], 1)\n"
              "is(all(\"id || a || quote(b) AS r FROM c ORDER BY id\"), "
              "\"1xX'02',2xX'02',3yX'01',4xNULL\")\n",
       NULL},
      {"rows that only the key's own collation tells apart",
       TABLES "db:exec([[CREATE TABLE w (name TEXT COLLATE NOCASE, v, n, "
              "PRIMARY KEY (name COLLATE BINARY)) WITHOUT ROWID;\n"
              "INSERT INTO w VALUES ('a', 1, 0), ('A', 2, 0), ('b', 1, "
              "0)]])\n"
              "is(#db:duplicates('w', 'v')[1].keys, 2)\n"
              "local r = db:merge('w', { key = 'v', keep = 'last', merge = "
              "function() return { n = 5 } end })\n"
              "is(r.deleted, 1)\n"
              "is(all('name || n AS r FROM w ORDER BY v'), 'b5,A0')\n",
       NULL},
      {"columns that refer by another collation",
       TABLES "db:exec([[CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT "
              "UNIQUE); INSERT INTO p VALUES (1, 'Bob'), (2, 'bob');\n"
              "CREATE TABLE c (p TEXT COLLATE NOCASE REFERENCES p (name) ON "
              "DELETE SET NULL);\n"
              "CREATE TABLE u (p TEXT COLLATE NOCASE REFERENCES p (name), x, "
              "UNIQUE (x, p));\n"
              "INSERT INTO c VALUES ('bob'), ('Bob'); INSERT INTO u VALUES "
              "('bob', 1), ('Bob', 2)]])\n"
              "local r = db:merge('p', { key = 'name', by = string.lower })\n"
              "is(r.repointed['c.p'], 1) is(r.repointed['u.p'], 1)\n"
              "is(all('p AS r FROM c'), 'Bob,Bob') is(all('p AS r FROM u ORDER "
              "BY x'), 'Bob,Bob')\n",
       NULL},
      {"tables of any name",
       TABLES "for _, name in ipairs { 'm', 'n', 'o', 'c', 'after', 'kept' } "
              "do\n"
              "  db:exec('CREATE TABLE \"' .. name .. '\" (id INTEGER PRIMARY "
              "KEY, v); INSERT INTO \"' .. name .. '\" VALUES (1, 1), (2, "
              "1)')\n"
              "  db:exec('CREATE TABLE child (p REFERENCES \"' .. name .. '\" "
              "UNIQUE); INSERT INTO child VALUES (2)')\n"
              "  is(db:merge(name, { key = 'v' }).repointed['child.p'], 1)\n"
              "  db:exec('DROP TABLE child')\n"
              "  db:exec('CREATE TABLE p (id INTEGER PRIMARY KEY, v); INSERT "
              "INTO p VALUES (1, 1), (2, 1)')\n"
              "  db:exec('DROP TABLE \"' .. name .. '\"; CREATE TABLE \"' .. "
              "name .. '\" (p REFERENCES p UNIQUE); INSERT INTO \"' .. name .. "
              "'\" VALUES (2)')\n"
              "  is(db:merge('p', { key = 'v' }).repointed[name .. '.p'], 1)\n"
              "  db:exec('DROP TABLE p; DROP TABLE \"' .. name .. '\"')\n"
              "end\n",
       NULL},
      {"references to itself",
       TABLES
       "db:exec([[CREATE TABLE folder (id INTEGER PRIMARY KEY, path, up "
       "REFERENCES folder);\n"
       "INSERT INTO folder VALUES (1, '/a', NULL), (2, '/a/', NULL), (3, "
       "'/a/b', 2), (4, '/a//b', 1), (5, '/a/b/c', 4)]])\n"
       "local r = db:merge('folder', { key = 'path', by = function(p) return "
       "(p:gsub('/+', '/'):gsub('/$', '')) end })\n"
       "is(r.groups, 2) is(r.deleted, 2) is(r.repointed['folder.up'], 2)\n"
       "is(all(\"id || ':' || ifnull(up, '-') AS r FROM folder ORDER BY id\"), "
       "'1:-,3:1,5:3')\n",
       NULL},
      {"by which a row that goes takes another such row with it",
       TABLES "db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, k, up "
              "REFERENCES t);\n"
              "INSERT INTO t VALUES (1, 'x', NULL), (2, 'x', 1), (3, 'x', 2), "
              "(4, 'y', 3);\n"
              "CREATE TRIGGER cascades AFTER DELETE ON t BEGIN DELETE FROM t "
              "WHERE up = old.id; END]])\n"
              "is(db:merge('t', { key = 'k' }).deleted, 2)\n"
              "is(all(\"id || ifnull(up, '-') AS r FROM t ORDER BY id\"), "
              "'1-,41')\n",
       NULL},
      {"but those of rows that go do not count",
       TABLES
       "db:exec([[CREATE TABLE folder (id INTEGER PRIMARY KEY, name, up "
       "REFERENCES folder, UNIQUE (up, name));\n"
       "INSERT INTO folder VALUES (1, 'a', NULL), (2, 'a', NULL), (3, 'b', 1), "
       "(4, 'b', 2), (5, 'c', 2)]])\n"
       "local r = db:merge('folder', { key = 'name' })\n"
       "is(r.deleted, 2) is(r.repointed['folder.up'], 1)\n"
       "is(all(\"name || ifnull(up, '-') AS r FROM folder ORDER BY id\"), "
       "'a-,b1,c1')\n",
       NULL},
      {"nothing to merge",
       TABLES "local r = db:merge('movie', { key = 'code' })\n"
              "is(r.groups, 0) is(r.deleted, 0) is(next(r.repointed), nil)\n",
       NULL},
      {"and leaves no table behind, and may be called in a loop that has ended",
       TABLES "for _ in db:urows('SELECT id FROM movie') do break end\n"
              "db:merge('movie', { key = 'title' }) db:merge('movie', { key = "
              "'title', by = norm })\n"
              "is(db:value('SELECT count(*) FROM sqlite_temp_schema'), 0)\n",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void which_row_stays_and_what_it_becomes_is_to_be_said(void **state) {
  static const struct lua_case cases[] = {
      {"the last",
       TABLES "db:merge('movie', { key = 'title', by = norm, keep = 'last' })\n"
              "is(all('id AS r FROM movie ORDER BY id'), '4,5,6,7')\n",
       NULL},
      {"what a function says",
       TABLES "local function newest(rows)\n"
              "  local best = 1\n"
              "  for i, row in ipairs(rows) do if (row.year or 0) > "
              "(rows[best].year or 0) then best = i end end\n"
              "  return best == 1 and rows[1] or best\n"
              "end\n"
              "is(db:merge('movie', { key = 'title', by = norm, keep = newest "
              "}).deleted, 3)\n"
              "is(all('id AS r FROM movie ORDER BY id'), '3,4,5,7')\n",
       NULL},
      {"values come from the rows that go",
       TABLES "local seen = {}\n"
              "db:merge('movie', { key = 'title', by = norm, keep = "
              "function(rows) return #rows > 2 and 2 or 1 end,\n"
              "  merge = function(kept, dropped)\n"
              "    seen[#seen + 1] = kept.id .. '<' .. dropped.id\n"
              "    if not kept.year then return { Year = dropped.year, title = "
              "'Alien' } end\n"
              "    if kept.id == 3 then return { title = mz.null } end\n"
              "  end })\n"
              "is(table.concat(seen, ' '), '2<1 2<4 3<6')\n"
              "is(all(\"id || ifnull(title, '-') || ifnull(year, '-') AS r "
              "FROM movie ORDER BY id\"), '2Alien1979,3-1985,5--,7--')\n",
       NULL},
      {"or it is an error, and nothing was done",
       TABLES
       "local function wrong(message, options) options.key = 'title' "
       "options.by = norm raises(message, db.merge, db, 'movie', options) end\n"
       "wrong('keep must return one of the 3 rows or its place among them, not "
       "nil', { keep = function() end })\n"
       "wrong('keep must return one of the 3 rows or its place among them, not "
       "4', { keep = function() return 4 end })\n"
       "wrong('merge must return a table of changed columns or nil, not a "
       "number', { merge = function() return 1 end })\n"
       "wrong('merge: movie has no column tilte; is title meant?', { merge = "
       "function() return { tilte = 1 } end })\n"
       "wrong('merge may not change movie.id, by which rows are found', { "
       "merge = function() return { id = 9 } end })\n"
       "wrong('keep must be \"first\", \"last\" or a function, not newest', { "
       "keep = 'newest' })\n"
       "wrong('merge must be a function, not a table', { merge = {} })\n"
       "wrong('db:merge: there is no option kep; is keep meant?', { kep = 1 "
       "})\n"
       "wrong('on_conflict: no table movie_tag refers to the merged one', { "
       "on_conflict = { movie_tag = 'delete' } })\n"
       "wrong('on_conflict must be a table such as { child = \"delete\" }, not "
       "a string', { on_conflict = 'delete' })\n"
       "wrong('references must be \"auto\" or a list such as { { table = "
       "\"child\", column = \"parent_id\" } }', { references = {} })\n"
       "wrong('references: there is no option columns; is column meant?', { "
       "references = {{ columns = 1 }} })\n"
       "wrong('no such table: child', { references = {{ table = 'child', "
       "column = 'x' }} })\n"
       "raises('db:merge takes a table with a key, not a string', db.merge, "
       "db, 'movie', 'title')\n"
       "raises('key must be the name of a column or a list of such names', "
       "db.merge, db, 'movie', {})\n"
       "is(db:value('SELECT count(*) FROM movie'), 7) is(db:value('SELECT "
       "count(*) FROM sqlite_temp_schema'), 0)\n",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void
rows_that_would_become_the_same_are_not_lost_silently(void **state) {
  static const struct lua_case cases[] = {
      {"an error names them",
       TABLES "db:exec([[CREATE TABLE tag (movie_id REFERENCES movie, tag TEXT "
              "COLLATE NOCASE, UNIQUE (movie_id, tag));\n"
              "INSERT INTO tag VALUES (2, 'x'), (1, 'X'), (4, 'y'), (2, 'Y'), "
              "(4, 'z'), (3, 'x'), (1, NULL), (2, NULL)]])\n"
              "raises('tag: repointing movie_id would make rows the same in "
              "movie_id, tag: 2 and 1; 3 and 4; '\n"
              "  .. 'on_conflict = { tag = \"delete\" } deletes the second of "
              "each', db.merge, db, 'movie', { key = 'title', by = norm })\n"
              "is(db:value('SELECT count(*) FROM movie'), 7)\n"
              "local r = db:merge('movie', { key = 'title', by = norm, "
              "on_conflict = { Tag = 'delete' } })\n"
              "is(r.dropped.tag, 2) is(r.repointed['tag.movie_id'], 3)\n"
              "is(all(\"movie_id || ifnull(tag, '-') AS r FROM tag ORDER BY "
              "rowid\"), '1X,1y,1z,3x,1-,1-')\n",
       NULL},
      {"of a primary key too",
       TABLES
       "db:exec([[CREATE TABLE detail (movie_id INTEGER PRIMARY KEY REFERENCES "
       "movie, plot); INSERT INTO detail VALUES (4, 'p'), (2, 'q');\n"
       "CREATE TABLE w (tag, movie_id REFERENCES movie, PRIMARY KEY (movie_id, "
       "tag)) WITHOUT ROWID; INSERT INTO w VALUES ('t', 3), ('t', 6)]])\n"
       "raises('detail: repointing movie_id would make rows the same in "
       "movie_id: 2 and 4; '\n"
       "  .. 'on_conflict = { detail = \"delete\" } deletes the second of "
       "each', db.merge, db, 'movie', { key = 'title', by = norm })\n"
       "raises(\"w: repointing movie_id would make rows the same in movie_id, "
       "tag: (3, 't') and (6, 't'); \"\n"
       "  .. 'on_conflict = { w = \"delete\" } deletes the second of each', "
       "db.merge, db, 'movie', { key = 'title' })\n"
       "db:merge('movie', { key = 'title', by = norm, on_conflict = { detail = "
       "'delete', w = 'delete' } })\n"
       "is(all('movie_id || plot AS r FROM detail'), '1q') is(all('movie_id AS "
       "r FROM w'), '3')\n",
       NULL},
      {"nor by way of the rows that are dropped",
       TABLES
       "db:exec([[CREATE TABLE tag (id INTEGER PRIMARY KEY, movie_id "
       "REFERENCES movie UNIQUE); INSERT INTO tag VALUES (1, 1), (2, 2);\n"
       "CREATE TABLE vote (tag_id REFERENCES tag ON DELETE CASCADE); INSERT "
       "INTO vote VALUES (2), (1)]])\n"
       "raises('1 row of vote refers to rows of tag that on_conflict would "
       "delete: merge tag first', db.merge, db, 'movie',\n"
       "  { key = 'title', by = norm, on_conflict = { tag = 'delete' } })\n"
       "raises('on_conflict: tag must be \"delete\", not keep', db.merge, db, "
       "'movie', { key = 'title', on_conflict = { tag = 'keep' } })\n"
       "raises('on_conflict: no table tgas refers to the merged one; is tag "
       "meant?', db.merge, db, 'movie', { key = 'title', on_conflict = { tgas "
       "= 'delete' } })\n",
       NULL},
      {"a partial index is SQLite's to check",
       TABLES "db:exec([[CREATE TABLE tag (movie_id REFERENCES movie, gone); "
              "CREATE UNIQUE INDEX i ON tag (movie_id) WHERE NOT gone;\n"
              "INSERT INTO tag VALUES (1, 0), (2, 1)]])\n"
              "db:merge('movie', { key = 'title', by = norm })\n"
              "is(db:value('SELECT sum(movie_id) FROM tag'), 2)\n",
       NULL},
      {"a reference to what the row that stays does not have",
       TABLES "db:exec([[CREATE TABLE by_code (code REFERENCES movie (code)); "
              "INSERT INTO by_code VALUES ('c')]])\n"
              "raises('1 row of by_code refers to movie (code) of a row that "
              "goes, and the one that stays has none: keep the other',\n"
              "  db.merge, db, 'movie', { key = 'title', keep = 'last' })\n",
       NULL},
      {"a trigger that deletes more",
       TABLES
       "db:exec([[CREATE TABLE tag (movie_id REFERENCES movie); INSERT INTO "
       "tag VALUES (3), (6);\n"
       "CREATE TRIGGER t AFTER DELETE ON movie BEGIN DELETE FROM tag; END]])\n"
       "raises('deleting from movie took 2 rows of tag with it', db.merge, db, "
       "'movie', { key = 'title' })\n"
       "is(db:value('SELECT count(*) FROM tag'), 2)\n",
       NULL},
      {"a trigger that keeps rows",
       TABLES "db:exec([[CREATE TRIGGER t BEFORE DELETE ON movie BEGIN SELECT "
              "raise(IGNORE); END]])\n"
              "raises('1 of 1 rows of movie could not be deleted', db.merge, "
              "db, 'movie', { key = 'title' })\n",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(duplicates_are_listed_in_order,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(merging_repoints_every_reference,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(
          which_row_stays_and_what_it_becomes_is_to_be_said, support_setup,
          support_teardown),
      cmocka_unit_test_setup_teardown(
          rows_that_would_become_the_same_are_not_lost_silently, support_setup,
          support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
