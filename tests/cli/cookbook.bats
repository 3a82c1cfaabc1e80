#!/usr/bin/env bats
# cookbook.bats - each recipe does what it says, keeps what users change
# between up and down, and gives the rest back. What must come out is computed
# by the sqlite3 shell from the database as it was, OLD in the tests.
# MZLUA is the program.

bats_require_minimum_version 1.5.0

# One database for each version, so that a test begins at the one it is about.
setup_file() {
  : "${MZLUA:?path of the mzlua program}"
  MZLUA=$(realpath "$MZLUA")
  COOKBOOK=$(cd "$BATS_TEST_DIRNAME/../../examples/cookbook" && pwd)
  export MZLUA COOKBOOK
  cd "$BATS_FILE_TMPDIR" || return
  unset MZLUA_DATABASE MZLUA_PATH DATABASE_URL
  mz up 1 -q || return
  sqlite3 -bail media.db <"$COOKBOOK/data.sql" || return
  cp media.db 1.db
  for version in 2 3 4; do
    mz up 1 -q || return
    cp media.db "$version.db"
  done
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  unset MZLUA_DATABASE MZLUA_PATH DATABASE_URL
}

# Begin with the database of version $1, which is OLD from then on.
start() {
  OLD=$BATS_FILE_TMPDIR/$1.db
  cp "$OLD" media.db
}

mz() {
  "$MZLUA" -d media.db -p "$COOKBOOK/migrations" "$@" </dev/null
}

sql() {
  sqlite3 -bail -batch media.db "$@"
}

# What SQL prints must be the text on standard input; old is the database OLD.
expect() {
  diff -u - <(sql "ATTACH '$OLD' AS old" "$1")
}

# Two queries must have the same rows, each as often.
same() {
  diff -u <(sql "ATTACH '$OLD' AS old" "$1" | LC_ALL=C sort) \
    <(sql "ATTACH '$OLD' AS old" "$2" | LC_ALL=C sort)
}

# The rows of the tables given must be those of OLD.
unchanged() {
  for table in "$@"; do
    same "SELECT * FROM old.$table" "SELECT * FROM main.$table"
  done
}

healthy() {
  [ "$(sql 'PRAGMA integrity_check; PRAGMA foreign_key_check')" = ok ]
}

at_version() {
  [ "$(sql 'SELECT * FROM schema_migrations')" = "$1|0" ]
}

tables() {
  sqlite3 "$1" "SELECT name FROM sqlite_schema
    WHERE type = 'table' AND name NOT LIKE 'mzlua%' ORDER BY name"
}

# Columns, indexes and rows of a database.
dump() {
  sqlite3 "$1" "SELECT t.name, c.* FROM sqlite_schema AS t
    JOIN pragma_table_info(t.name) AS c
    WHERE t.name NOT LIKE 'mzlua%' ORDER BY t.name, c.cid;
    SELECT sql FROM sqlite_schema WHERE type = 'index' ORDER BY name"
  sqlite3 "$1" .dump | grep '^INSERT' | grep -v 'INTO mzlua' | LC_ALL=C sort
}

# ---- all --------------------------------------------------------------------

@test "every recipe goes back to the letter, and up again to the same" {
  start 1
  mz goto 5 -q
  healthy
  dump media.db >up
  mz goto 1 --yes -q
  healthy
  diff <(dump "$OLD") <(dump media.db)
  mz goto 5 -q
  diff up <(dump media.db)
  mz up -q
  healthy
  mz goto 1 --yes -q
  healthy
  diff <(dump "$OLD") <(dump media.db)
}

@test "every recipe takes a database without rows" {
  mz up -q
  healthy
  mz goto 1 --yes -q
  healthy
  [ "$(tables media.db)" = "$(tables "$BATS_FILE_TMPDIR/1.db")" ]
}

# ---- 2: settings ------------------------------------------------------------

@test "settings: keys keep their place, texts become integers" {
  start 1
  mz up 1 -q
  healthy
  # A key's name never stands in a value of these texts.
  same "SELECT id, replace(replace(
      json_remove(settings, '\$.tracking'), 'pageSize', 'page_size'),
      'lastSeenId', 'last_seen_id')
    FROM old.user WHERE id NOT IN (4, 6, 7)" "
    WITH texted (id, settings) AS (
      SELECT id, iif(settings ->> '\$.page_size' IS NULL, settings,
        json_replace(settings, '\$.page_size',
        settings ->> '\$.page_size' || ''))
      FROM user)
    SELECT id, iif(settings ->> '\$.filters[0].value' IS NULL, settings,
      json_replace(settings, '\$.filters[0].value',
        settings ->> '\$.filters[0].value' || ''))
    FROM texted WHERE id NOT IN (4, 6, 7)"
  expect "SELECT json_type(settings, '\$.page_size'),
      json_type(settings, '\$.filters[0].value'), count(*)
    FROM user WHERE id NOT IN (4, 6, 7) GROUP BY 1, 2" <<'SQL'
||100
integer||1225
integer|integer|3672
SQL
  expect "SELECT settings FROM user WHERE id IN (1, 4, 6, 7)" <<SQL
{"theme":"light","page_size":20,"last_seen_id":9007199254740994,"ratio":0.1,\
"filters":[{"field":"year","op":"gt","value":1901},{"field":"tags","op":"in",\
"value":["a",null,1]}],"plugins":{}}
{"page_size":25,"filters":null}
{ "theme" : "dark" }
{"page_size":"all","filters":[{"field":"zip","value":"01234"},{"field":"year",\
"value":"0x7D0"}]}
SQL
  unchanged media media_file person credit artwork playlist viewing
}

@test "settings: what users change stays, and tracking comes back" {
  start 1
  mz up 1 -q
  sql "PRAGMA foreign_keys = ON;
    UPDATE user SET settings = json_set(settings, '\$.page_size', 75,
      '\$.filters[0].value', 2001) WHERE id = 1;
    UPDATE user SET settings = NULL WHERE id = 2;
    UPDATE user SET name = 'Zoé' WHERE id = 3;
    DELETE FROM user WHERE id = 5;
    INSERT INTO user VALUES (6000, 'New', 'UTC', '{\"page_size\":30,\"x\":[]}')"
  mz down -q
  healthy
  expect "SELECT id, settings FROM user WHERE id IN (1, 2, 5, 6000)" <<SQL
1|{"theme":"light","pageSize":"75","lastSeenId":9007199254740994,"ratio":0.1,\
"filters":[{"field":"year","op":"gt","value":"2001"},{"field":"tags",\
"op":"in","value":["a",null,1]}],"plugins":{},"tracking":{"id":"x1","on":true}}
2|
6000|{"pageSize":"30","x":[]}
SQL
  expect 'SELECT name FROM user WHERE id = 3' <<<'Zoé'
  same 'SELECT id, settings FROM old.user WHERE id NOT IN (1, 2, 5)' \
    'SELECT id, settings FROM user WHERE id NOT IN (1, 2, 6000)'
}

@test "settings that are no JSON stop the migration and are named" {
  start 1
  sql "UPDATE user SET settings = '{\"pageSize\":' WHERE id = 4242"
  run -1 mz up 1
  [[ $output == *'user id 4242: '* ]]
  at_version 1
}

# ---- 3: folders -------------------------------------------------------------

# The paths of old, in the way in which their machine writes them.
normal="SELECT id, CASE
    WHEN path LIKE '/%' THEN replace(path, '/./', '/')
    WHEN path LIKE '\\\\%' THEN replace(path, '/', '\\')
    ELSE replace(replace('D' || substr(path, 2), '/', '\\'), '\\\\', '\\')
  END FROM old.media_file"

# The folders by their paths, which end in a separator.
folders="WITH RECURSIVE place (id, path, s) AS (
    SELECT id, name, substr(name, -1) FROM folder WHERE parent_id IS NULL
    UNION ALL SELECT f.id, place.path || f.name || s, s
    FROM place JOIN folder AS f ON f.parent_id = place.id)"

@test "folders: each once, with its files" {
  start 2
  mz up 1 -q
  healthy
  same "$normal" "$folders SELECT f.id, place.path || f.name
    FROM media_file AS f JOIN place ON place.id = f.folder_id"
  # A path without all that is no separator at its end is its folder.
  same "WITH RECURSIVE file (id, path) AS ($normal),
    part (path, s) AS (
      SELECT path, iif(path LIKE '/%', '/', '\\') FROM file
      UNION SELECT rtrim(rtrim(path, s), replace(path, s, '')), s FROM part
      WHERE rtrim(path, s) NOT IN ('', 'D:', '\\\\nas\\Films'))
    SELECT path FROM part WHERE path LIKE '%' || s" \
    "$folders SELECT path FROM place"
  expect "SELECT name, (SELECT count(*) FROM folder AS f
      WHERE f.parent_id = folder.id) FROM folder
    WHERE parent_id IS NULL ORDER BY name" <<'SQL'
/|1
D:\|1
\\nas\Films\|1667
SQL
  same 'SELECT id, media_id, size FROM old.media_file' \
    'SELECT id, media_id, size FROM main.media_file'
  unchanged user media person credit
}

@test "folders: files that moved come back with their new paths" {
  start 2
  mz up 1 -q
  sql "UPDATE folder SET name = 'Filme' WHERE name = 'Films'
      AND parent_id = (SELECT id FROM folder WHERE name = 'Media');
    UPDATE media_file SET name = 'new.mkv' WHERE id IN (1, 5003);
    UPDATE media_file SET folder_id = (SELECT id FROM folder
      WHERE name = '\\\\nas\\Films\\') WHERE id = 4;
    DELETE FROM media_file WHERE id = 7;
    INSERT INTO folder (id, name) VALUES (9001, 'Z:\\');
    INSERT INTO media_file VALUES (9000, 9, 9001, 'ü.mkv', 1)"
  mz down -q
  healthy
  expect 'SELECT id, path FROM media_file
    WHERE id IN (1, 4, 7, 5001, 5002, 5003, 9000)' <<'SQL'
1|/srv/media/Série/T/The Night 0/new.mkv
4|\\nas\Films\4.mkv
5001|D:\Media\Filme\mixed.mkv
5002|d:\low.mkv
5003|/srv/media/Films/new.mkv
9000|Z:\ü.mkv
SQL
  same "SELECT id, replace(path, 'D:\\Media\\Films\\', 'D:\\Media\\Filme\\')
    FROM old.media_file WHERE id NOT IN (1, 4, 7, 5001, 5003)" \
    'SELECT id, path FROM main.media_file
    WHERE id NOT IN (1, 4, 5001, 5003, 9000)'
  [ "$(tables media.db)" = "$(tables "$OLD")" ]
}

@test "folders: a file without a way to a root stops the way back" {
  start 2
  mz up 1 -q
  run -19 sql "INSERT INTO folder (name) VALUES ('/srv')"
  sql "DELETE FROM folder WHERE name = 'The Night 0'"
  run -1 mz down
  [[ $output == *'1 files are in folders that lead to no root'* ]]
  at_version 3
}

@test "folders: a path from nowhere, or twice, stops the migration" {
  start 2
  sql "INSERT INTO media_file VALUES (6000, 1, 'Films/a.mkv', 1)"
  run -1 mz up 1
  [[ $output == *'no way from a root: Films/a.mkv'* ]]
  at_version 2
  sql "UPDATE media_file SET path = '/srv//top.mkv' WHERE id = 6000;
    UPDATE media_file SET path = '/srv/top.mkv' WHERE id = 5004"
  run -1 mz up 1
  [[ $output == *'UNIQUE'*'folder_id'*'name'* ]]
  at_version 2
}

# ---- 4: aliases -------------------------------------------------------------

@test "aliases: a row for each, in their order" {
  start 3
  mz up 1 -q
  healthy
  same "SELECT id, 1, 'Z. ' || id FROM old.person WHERE id > 4 AND id % 6 = 2
    UNION ALL SELECT id, 2, 'Ö' || id FROM old.person
    WHERE id > 4 AND id % 6 = 2
    UNION ALL SELECT id, 1, aliases FROM old.person
    WHERE id > 4 AND id % 6 > 2" \
    'SELECT person_id, place, name FROM person_alias WHERE person_id > 4'
  expect 'SELECT person_id, name FROM person_alias WHERE person_id < 5
    ORDER BY person_id, place' <<'SQL'
2|A
2|B
3|B
3|A
SQL
  same 'SELECT id, name, born FROM old.person' 'SELECT * FROM person'
}

@test "aliases: those that users change stay, and NULL is not empty" {
  start 3
  mz up 1 -q
  sql "UPDATE person_alias SET name = 'C' WHERE person_id = 2 AND name = 'A';
    INSERT INTO person_alias (person_id, place, name)
    VALUES (6, 1, 'six'), (7, 1, 'seven'), (12, 1, 'AC;DC');
    DELETE FROM person_alias WHERE person_id IN (8, 9);
    DELETE FROM person_alias WHERE person_id = 14 AND place = 1;
    INSERT INTO person (id, name) VALUES (6000, 'new');
    INSERT INTO person_alias (person_id, place, name)
    VALUES (6000, 2, 'second'), (6000, 1, 'first')"
  run -0 mz down
  [[ $output == *'notice: 1 aliases hold a ;'* ]]
  healthy
  expect 'SELECT id, quote(aliases) FROM person
    WHERE id IN (2, 3, 4, 6, 7, 8, 9, 12, 13, 14, 18, 6000)' <<'SQL'
2|'C; B'
3|'A; B; A'
4|' ; '
6|'six'
7|'seven'
8|NULL
9|NULL
12|'AC;DC'
13|''
14|'Ö14'
18|NULL
6000|'first; second'
SQL
  same 'SELECT id, name, born, quote(aliases) FROM old.person
    WHERE id NOT IN (2, 6, 7, 8, 9, 12, 14)' \
    'SELECT id, name, born, quote(aliases) FROM main.person
    WHERE id NOT IN (2, 6, 7, 8, 9, 12, 14, 6000)'
}

# ---- 5: people --------------------------------------------------------------

# Who each person of old becomes; lower() knows ASCII, as upper() in data.sql.
merged="WITH became (id, kept) AS (
    SELECT id, min(id) OVER (PARTITION BY lower(trim(name)))
    FROM old.person)"

@test "people: one for each name, with the credits and aliases of all" {
  start 4
  mz up 1 -q
  healthy
  expect 'SELECT count(*) FROM person' <<<3751
  same "$merged SELECT kept, (SELECT name FROM old.person WHERE id = kept),
      max(born) FROM became JOIN old.person USING (id) GROUP BY kept" \
    'SELECT * FROM person'
  same "$merged SELECT DISTINCT media_id, kept, role
    FROM old.credit JOIN became ON became.id = person_id" \
    'SELECT media_id, person_id, role FROM main.credit'
  same "$merged SELECT DISTINCT kept, name
    FROM old.person_alias JOIN became ON became.id = person_id" \
    'SELECT person_id, name FROM person_alias'
  expect "$merged SELECT count(*) - count(DISTINCT media_id || ' ' || kept
      || ' ' || role) FROM old.credit JOIN became ON became.id = person_id;
    SELECT count(*) FROM old.credit WHERE id NOT IN
      (SELECT id FROM main.credit)" <<<$'124\n124'
  unchanged user media media_file
}

@test "people: three of a name part again, each with what was theirs" {
  start 4
  sql "INSERT INTO person VALUES (6001, 'Amélie', NULL),
      (6002, 'AMELIE ', 1976), (6003, 'amélie', 1976);
    INSERT INTO person VALUES (6004, '', 1950), (6005, ' ', 1960);
    INSERT INTO credit (id, media_id, person_id, role) VALUES
      (20001, 1, 6002, 'a'), (20002, 1, 6003, 'a'), (20003, 2, 6003, 'b');
    INSERT INTO person_alias (person_id, place, name) VALUES
      (6001, 1, 'x'), (6002, 1, 'x'), (6003, 1, 'y'), (6002, 2, 'y')"
  dump media.db >before
  mz up 1 -q
  expect 'SELECT * FROM person WHERE id > 6000' <<'SQL'
6001|Amélie|1976
6004||1950
6005| |1960
SQL
  expect 'SELECT * FROM main.credit WHERE person_id > 6000' <<'SQL'
20001|1|6001|a
20003|2|6001|b
SQL
  mz down -q
  healthy
  diff before <(dump media.db)
}

@test "people: what users change after a merge stays" {
  start 4
  mz up 1 -q
  sql "PRAGMA foreign_keys = ON;
    UPDATE person SET born = 1850 WHERE id = 20; -- got 1920 from 21
    UPDATE person SET name = 'José Cruz' WHERE id = 8;
    UPDATE credit SET role = 'composer' WHERE id = 2144; -- was of 9
    DELETE FROM credit WHERE id = 7144;                  -- was of 9
    UPDATE credit SET person_id = 2 WHERE person_id = 12;
    DELETE FROM credit WHERE person_id = 16 AND role = 'narrator';
    DELETE FROM person WHERE id = 24;
    INSERT INTO person VALUES (33, 'Somebody else', 2000);
    INSERT INTO credit (id, media_id, person_id, role) VALUES
      (20001, 1, 8, 'singer'),
      (10002, 1, 8, 'dancer')"
  run -0 mz down
  [[ $output == *"notice: 1 merged people can't come back"* ]]
  healthy
  expect 'SELECT * FROM main.person
    WHERE id IN (8, 9, 20, 21, 24, 25, 32, 33, 40)' <<'SQL'
8|José Cruz|1908
9|  JOSé DE LA CRUZ 8 |1908
20|Иван de la Cruz 20|1850
21|  Иван DE LA CRUZ 20 |1920
32|Łukasz de la Cruz 32|1932
33|Somebody else|2000
40|Zoë de la Cruz 40|
SQL
  # 10002 was the second of two equal ones: it gets another number.
  expect "SELECT media_id, person_id, role FROM main.credit
    WHERE person_id IN (8, 9) ORDER BY 2, 3, 1" <<'SQL'
2|8|actor
1|8|dancer
2|8|director
1|8|narrator
1|8|singer
2145|9|composer
1|9|narrator
SQL
  expect "SELECT count(*) FROM main.credit
    WHERE role = 'narrator' AND person_id IN (16, 17)" <<<0
  same "SELECT media_id, role FROM old.credit
    WHERE person_id = 2 OR person_id = 12 OR person_id = 13" \
    'SELECT media_id, role FROM main.credit WHERE person_id = 2'
  same 'SELECT id, media_id, person_id, role FROM old.credit
    WHERE person_id NOT IN (2, 8, 9, 12, 13, 16, 17, 24, 25, 32, 33)' \
    'SELECT id, media_id, person_id, role FROM main.credit
    WHERE person_id NOT IN (2, 8, 9, 12, 13, 16, 17, 24, 25, 32, 33)'
  same 'SELECT * FROM old.person_alias
    WHERE person_id NOT IN (24, 25, 32, 33)' 'SELECT * FROM main.person_alias
    WHERE person_id NOT IN (24, 25, 32, 33)'
}
