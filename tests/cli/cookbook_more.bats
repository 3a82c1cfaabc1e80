#!/usr/bin/env bats
# cookbook_more.bats - recipes 6 to 10 of examples/cookbook, each on the first
# version of the library: what SQL says about the rows, what users did since,
# and the way back. before.db is the library as it was.

load support

COOKBOOK=$BATS_TEST_DIRNAME/../../examples/cookbook

# The library at version 1, made once.
setup_file() {
  "$MZLUA" -d "$BATS_FILE_TMPDIR/library.db" -p "$COOKBOOK/migrations" up 1 -q
  sqlite3 -batch -bail "$BATS_FILE_TMPDIR/library.db" <"$COOKBOOK/data.sql"
}

# The library after the SQL in $1, and the recipes of the versions that follow.
library() {
  cp "$BATS_FILE_TMPDIR/library.db" mzlua.db
  sql "$1"
  cp mzlua.db before.db
  for version in 000001 "${@:2}"; do
    cp "$COOKBOOK/migrations/$version"_* migrations
  done
}

# As sql, with the library as it was beside it, and keys enforced.
both() {
  sql -cmd 'PRAGMA foreign_keys = ON' -cmd "ATTACH 'before.db' AS before" "$@"
}

# What the query $1 prints must be the line $2, or standard input.
both_is() {
  compare <(both "$1") "${@:2}"
}

# The statement $1 must fail, with the message $2.
refused() {
  run ! both "$1"
  [[ $output == *"$2"* ]]
}

# What the library is: columns, keys, indexes, names of tables, and the rows
# for which $2 is true in table $1, and all those of the others.
contents() {
  local table where
  for table in user media media_file person credit artwork playlist viewing; do
    where=1
    [ "$table" != "${1:-}" ] || where=$2
    echo "-- $table"
    sql -cmd '.mode quote' "PRAGMA table_info($table);
      PRAGMA foreign_key_list($table); PRAGMA index_list($table);
      SELECT * FROM $table WHERE $where ORDER BY id"
  done
  sql "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'mzlua%'
    AND tbl_name <> 'schema_migrations' ORDER BY name"
}

# The library must be what it was, but for the rows of table $1 for which $2 is
# not true.
as_before() {
  diff -u <(DB=before.db contents "$@") <(contents "$@")
}

# ---- times -----------------------------------------------------------------

# Users 4k are in Berlin, 4k+1 in New York, 4k+2 in Kolkata, 4k+3 in UTC. Those
# from 60000 on are spread over two years.
TIMES="INSERT INTO viewing (id, user_id, media_id, started_at)
  SELECT 60000 + id, id, id, datetime('2023-01-01', (id * 200) || ' minutes')
  FROM user;
  INSERT INTO viewing (id, user_id, media_id, started_at) VALUES
  (50001, 4, 1, '2023-03-26 02:30:00'), (50002, 4, 1, '2023-10-29 02:30:00'),
  (50003, 1, 1, '2023-03-12 02:15:00'), (50004, 1, 1, '2023-11-05 01:45:00'),
  (50005, 2, 1, '2023-07-01 00:10:00'), (50006, 3, 1, '2023-07-01 12:00:00'),
  (50007, 4, 1, '2023-07-01T12:00'), (50008, 4, 1, '2023-10-29 02:59:59'),
  (50009, 6, 1, '2023-12-01 05:30:00'), (50010, 6, 1, '2023-12-01T05:30')"

# How many of the old rows are not what the calendars of 2023 and 2024 say,
# where the hour that is never shown counts by the winter's offset, and the one
# that is shown twice by the summer's.
wrong_times() {
  both "SELECT count(*) FROM viewing
    JOIN before.viewing AS old ON old.id = viewing.id
    JOIN before.user ON user.id = old.user_id
    WHERE viewing.started_at <> datetime(old.started_at, CASE user.zone
      WHEN 'Europe/Berlin' THEN CASE WHEN
        datetime(old.started_at) >= '2023-03-26 03:00:00' AND
        datetime(old.started_at) < '2023-10-29 03:00:00' OR
        datetime(old.started_at) >= '2024-03-31 03:00:00' AND
        datetime(old.started_at) < '2024-10-27 03:00:00'
        THEN '-120 minutes' ELSE '-60 minutes' END
      WHEN 'America/New_York' THEN CASE WHEN
        old.started_at >= '2023-03-12 03:00:00' AND
        old.started_at < '2023-11-05 02:00:00' OR
        old.started_at >= '2024-03-10 03:00:00' AND
        old.started_at < '2024-11-03 02:00:00'
        THEN '+240 minutes' ELSE '+300 minutes' END
      WHEN 'Asia/Kolkata' THEN '-330 minutes'
      ELSE '+0 minutes' END)"
}

# The rows whose clock showed one of the hours $2 in Berlin or $3 in New York.
hours() {
  both "SELECT '$1', count(*) FROM before.viewing
    JOIN before.user ON user.id = user_id
    WHERE zone = 'Europe/Berlin' AND substr(started_at, 1, 13) IN ($2)
      OR zone = 'America/New_York' AND substr(started_at, 1, 13) IN ($3)"
}

@test "local times become UTC, and what no clock can tell is listed" {
  library "$TIMES" 000006
  mz 0 up
  err_is "notice: times that no clock can tell, see viewing_local_time: \
$(sql "SELECT count(*) FROM viewing_local_time WHERE reason <> 'form'")"
  healthy
  [ "$(wrong_times)" = 0 ]
  db_is "SELECT viewing.id, started_at, reason, text, zone
    FROM viewing LEFT JOIN viewing_local_time ON viewing_id = viewing.id
    WHERE viewing.id BETWEEN 50000 AND 50099" <<'END'
50001|2023-03-26 01:30:00|never|2023-03-26 02:30:00|Europe/Berlin
50002|2023-10-29 00:30:00|twice|2023-10-29 02:30:00|Europe/Berlin
50003|2023-03-12 07:15:00|never|2023-03-12 02:15:00|America/New_York
50004|2023-11-05 05:45:00|twice|2023-11-05 01:45:00|America/New_York
50005|2023-06-30 18:40:00|||
50006|2023-07-01 12:00:00|||
50007|2023-07-01 10:00:00|form|2023-07-01T12:00|Europe/Berlin
50008|2023-10-29 00:59:59|twice|2023-10-29 02:59:59|Europe/Berlin
50009|2023-12-01 00:00:00|||
50010|2023-12-01 00:00:00|form|2023-12-01T05:30|Asia/Kolkata
END
  db_is 'SELECT reason, count(*) FROM viewing_local_time GROUP BY reason' <<END
form|2
$(hours never "'2023-03-26 02', '2024-03-31 02'" \
    "'2023-03-12 02', '2024-03-10 02'")
$(hours twice "'2023-10-29 02', '2024-10-27 02'" \
    "'2023-11-05 01', '2024-11-03 01'")
END
}

@test "local times come back to the letter, and with them what is new" {
  library "$TIMES" 000006
  mz 0 up -q
  mz 0 down -q
  as_before
  mz 0 up -q
  both "UPDATE viewing SET started_at = '2023-11-01 20:00:00'
    WHERE id = 50002;
    DELETE FROM viewing WHERE id IN (50003, 50005);
    UPDATE user SET zone = 'Europe/Lisbon' WHERE id = 6;
    INSERT INTO viewing (id, user_id, media_id, started_at)
    VALUES (50011, 1, 2, '2024-07-04 16:00:00');"
  mz 0 down -q
  healthy
  db_is 'SELECT id, started_at FROM viewing
    WHERE id BETWEEN 50000 AND 50099' <<'END'
50001|2023-03-26 02:30:00
50002|2023-11-01 21:00:00
50004|2023-11-05 01:45:00
50006|2023-07-01 12:00:00
50007|2023-07-01T12:00
50008|2023-10-29 02:59:59
50009|2023-12-01 00:00:00
50010|2023-12-01 00:00:00
50011|2024-07-04 12:00:00
END
  mz 0 up -q
  db_is "SELECT started_at FROM viewing WHERE id IN (50001, 50002, 50011)" \
    <<'END'
2023-03-26 01:30:00
2023-11-01 20:00:00
2024-07-04 16:00:00
END
  mz 0 down -q
  sql "UPDATE user SET zone = 'Asia/Kolkata' WHERE id = 6"
  as_before viewing 'id NOT BETWEEN 50000 AND 50099 AND user_id <> 6'
}

@test "a time that can't be read stops the migration and is named" {
  library "UPDATE viewing SET started_at = 'yesterday' WHERE id = 7" 000006
  mz 1 up
  err_is <<'END'
migrations/000006_times_to_utc.lua:32: error: viewing id 7: "yesterday" is not \
a known form of a time: pass format, such as "%Y-%m-%d %H:%M:%S"
    32 |   local time = mz.time.parse(text, { zone = zone, ambiguous = \
"earlier" })
  called from: migrations/000006_times_to_utc.lua:55: in the function of line 53
               migrations/000006_times_to_utc.lua:53: in the function of line 43
migration 6 was rolled back; mzlua.db is still at 1
END
  at_version 1
  as_before
}

# ---- images ----------------------------------------------------------------

@test "each image is kept once, by its digest, and comes back" {
  library "INSERT INTO artwork (id, media_id, kind, image)
    VALUES (50001, 1, 'logo', x''), (50002, 1, 'logo', x'00FF00')" 000007
  mz 0 up -q
  healthy
  both_is "SELECT count(*) FROM artwork
    JOIN before.artwork AS old ON old.id = artwork.id
    LEFT JOIN image ON image.hash = artwork.hash
    WHERE image.bytes IS NOT old.image OR artwork.kind <> old.kind" 0
  both_is "SELECT count(DISTINCT image) = (SELECT count(*) FROM image),
    count(image) > 2 * count(DISTINCT image) FROM before.artwork" '1|1'
  both_is "SELECT count(*) > 50 AND count(*) = (SELECT count(*)
    FROM artwork WHERE hash IS NULL) FROM before.artwork
    WHERE image IS NULL" 1
  for id in 1 4999 50001 50002; do
    sql "SELECT writefile('image', bytes) FROM artwork
      JOIN image USING (hash) WHERE artwork.id = $id" >written
    db_is "SELECT hash FROM artwork WHERE id = $id" \
      "$(digest image | cut -d ' ' -f 1)"
  done
  mz 0 down -q
  err_is ''
  as_before
}

@test "images that were added, shared or taken away since are kept so" {
  library '' 000007
  mz 0 up -q
  both "INSERT INTO image (hash, bytes)
    VALUES ('new', x'CAFE'), ('of nobody', x'01');
    INSERT INTO artwork (id, media_id, kind, hash)
    VALUES (50001, 1, 'logo', 'new');
    UPDATE artwork SET hash = (SELECT hash FROM artwork WHERE id = 2)
    WHERE id = 1;
    UPDATE artwork SET hash = NULL WHERE id = 3;
    DELETE FROM artwork WHERE id = 4;"
  mz 0 down -q
  err_is 'notice: images that no artwork shows are deleted: 1'
  healthy
  as_before artwork 'id NOT IN (1, 3, 4, 50001)'
  db_is 'SELECT id, hex(image) FROM artwork WHERE id IN (1, 3, 4, 50001)' <<END
1|$(both 'SELECT hex(image) FROM before.artwork WHERE id = 2')
3|
50001|CAFE
END
  mz 0 up -q
  db_is "SELECT count(*) FROM artwork JOIN image USING (hash)
    WHERE bytes = x'CAFE'" 1
}

@test "an image that is no blob stops the migration" {
  library "UPDATE artwork SET image = 'a text' WHERE id = 7" 000007
  mz 1 up
  err_is <<'END'
migrations/000007_content_addressed_images.lua:18:3: error: CHECK constraint \
failed: typeof(bytes) = 'blob'
    18 |   INSERT INTO image (hash, bytes)
       |   ^~~~~~
  image: hash = '734194ede5b063e654d63cb95a682ca1551b45e3cc86e88f1a85c1286eedd\
4ac', bytes = 'a text'
migration 7 was rolled back; mzlua.db is still at 1
END
  at_version 1
  as_before
}

# ---- ids -------------------------------------------------------------------

@test "media have UUIDs in every table and in the JSON of playlists" {
  library "INSERT INTO playlist VALUES
    (50001, 1, 'Gone', '[{\"media\": 999999, \"at\": 9007199254740993}]',
      1, 0)" 000008
  mz 0 up -q
  healthy
  both_is "SELECT count(*) FROM media JOIN media_number ON uuid = media.id
    JOIN before.media AS old ON old.id = number
    WHERE old.title = media.title AND old.year IS media.year
      AND old.runtime IS media.runtime AND length(media.id) = 36
      AND substr(media.id, 15, 1) = '7'" 5000
  db_is "SELECT count(*) FROM (SELECT uuid,
      lag(uuid) OVER (ORDER BY number) AS previous FROM media_number)
    WHERE previous < uuid" 4999
  for table in media_file credit artwork viewing; do
    both_is "SELECT (SELECT count(*) FROM before.$table) = (SELECT count(*)
      FROM main.$table AS new JOIN before.$table AS old USING (id)
      JOIN media_number ON number = old.media_id AND uuid = new.media_id)" 1
    db_is "SELECT \"table\", \"to\", on_delete
      FROM pragma_foreign_key_list('$table') WHERE \"from\" = 'media_id'" \
      'media|id|CASCADE'
    db_is "SELECT type, \"notnull\" FROM pragma_table_info('$table')
      WHERE name = 'media_id'" 'TEXT|1'
  done
  both_is "SELECT count(*) > 2000, count(*) = (SELECT count(*)
      FROM before.playlist AS old, json_each(old.items)) FROM playlist
    JOIN json_each(playlist.items) AS item
    JOIN before.playlist AS old ON old.id = playlist.id
    JOIN json_each(old.items) AS was ON was.key = item.key
    LEFT JOIN media_number ON number = was.value ->> 'media'
    WHERE item.value ->> 'media' = coalesce(uuid, 999999)
      AND (item.value ->> 'note') IS (was.value ->> 'note')" '1|1'
  db_is 'SELECT items FROM playlist WHERE id = 50001' \
    '[{"media": 999999, "at": 9007199254740993}]'
}

@test "keys, indexes and constraints work with UUIDs, and then with numbers" {
  library '' 000008
  mz 0 up -q
  db_is "SELECT sql FROM sqlite_schema WHERE name = 'viewing_user_id'" \
    'CREATE INDEX viewing_user_id ON viewing (user_id)'
  refused "INSERT INTO credit (media_id, person_id, role)
    SELECT media_id, person_id, role FROM credit WHERE id = 1" \
    'UNIQUE constraint failed: credit.media_id, credit.person_id, credit.role'
  refused "UPDATE viewing SET media_id = 'nothing' WHERE id = 7" \
    'FOREIGN KEY constraint failed'
  refused "INSERT INTO media (id, title) VALUES (NULL, 'Without an id')" \
    'NOT NULL constraint failed: media.id'
  both "DELETE FROM media
    WHERE id = (SELECT uuid FROM media_number WHERE number = 5000);
    INSERT INTO media (id, title) VALUES ('new', 'Ещё');
    UPDATE media_file SET media_id = 'new' WHERE id = 9;
    INSERT INTO playlist
    VALUES (50001, 1, 'New', '[{\"media\":\"new\"}]', 1, 0);
    UPDATE media SET title = 'Edited' WHERE id =
      (SELECT uuid FROM media_number WHERE number = 7);"
  mz 0 down -q
  healthy
  db_is "SELECT id, typeof(id), title FROM media
    WHERE id IN (7, 5000, 5001)" $'7|integer|Edited\n5001|integer|Ещё'
  db_is 'SELECT media_id FROM media_file WHERE id = 9' 5001
  db_is 'SELECT items FROM playlist WHERE id = 50001' '[{"media":5001}]'
  both_is "SELECT (SELECT count(*) FROM main.viewing) = (SELECT count(*)
    FROM before.viewing WHERE media_id <> 5000)" 1
  refused 'UPDATE viewing SET media_id = 5000 WHERE id = 7' \
    'FOREIGN KEY constraint failed'
  mz 0 up -q
  db_is "SELECT count(*) FROM media JOIN media_number ON uuid = id
    WHERE substr(id, 15, 1) = '7'" 5000
}

@test "numbers come back for UUIDs, everywhere" {
  library '' 000008
  mz 0 up -q
  mz 0 down -q
  healthy
  as_before
}

@test "a reference to no media stops the change of ids" {
  library "UPDATE viewing SET media_id = 999999 WHERE id = 7" 000008
  mz 1 up
  err_is <<'END'
migrations/000008_uuid_ids.lua:27: error: viewing is not changed, as 1 row \
would break it: NOT NULL constraint failed: viewing.media_id: id 7 \
(media_id 999999); give the column a fill
    27 |   db:transform(name, { type = { [column] = { type,
  called from: migrations/000008_uuid_ids.lua:57: in the function of line 47
migration 8 was rolled back; mzlua.db is still at 1
END
  at_version 1
  as_before
}

# ---- totals ----------------------------------------------------------------

# Playlists 1 to 100 are right from the start.
TOTALS="UPDATE playlist SET (item_count, minutes) =
  (SELECT count(*), CAST(total(runtime) AS INTEGER) FROM json_each(items)
    LEFT JOIN media ON media.id = value ->> 'media') WHERE id <= 100"
TOTAL_OF="SELECT playlist.id, item_count, minutes, count(item.key) AS items,
    CAST(total(runtime) AS INTEGER) AS runtimes
  FROM playlist LEFT JOIN json_each(playlist.items) AS item
  LEFT JOIN media ON media.id = item.value ->> 'media' GROUP BY playlist.id"
WRONG_TOTALS="SELECT count(*) FROM ($TOTAL_OF)
  WHERE item_count <> items OR minutes <> runtimes"

@test "totals are what the items say, and only wrong ones are written" {
  library "$TOTALS; CREATE TABLE written (id);
    CREATE TRIGGER write AFTER UPDATE ON playlist
    BEGIN INSERT INTO written VALUES (NEW.id); END" 000009
  wrong=$(sql "$WRONG_TOTALS")
  [ "$wrong" -gt 1000 ]
  mz 0 up
  err_is "playlists corrected: $wrong of 4000"
  healthy
  db_is "$WRONG_TOTALS" 0
  db_is 'SELECT count(DISTINCT id), count(*), min(id) > 100 FROM written' \
    "$wrong|$wrong|1"
  db_is 'SELECT count(*) FROM playlist_correction' "$wrong"
}

@test "old totals come back where nobody touched the new ones" {
  library "$TOTALS" 000009
  mz 0 up -q
  both "UPDATE playlist SET item_count = 77 WHERE id = 201;
    UPDATE playlist SET minutes = minutes + 1 WHERE id = 202;
    UPDATE playlist SET item_count = 5 WHERE id = 1;
    DELETE FROM playlist WHERE id = 203;
    INSERT INTO playlist VALUES (50001, 1, 'New', '[]', 3, 4);"
  kept=$(sql 'SELECT * FROM playlist WHERE id IN (1, 201, 202, 50001)')
  mz 0 down -q
  healthy
  as_before playlist 'id NOT IN (1, 201, 202, 203, 50001)'
  db_is 'SELECT * FROM playlist WHERE id IN (1, 201, 202, 50001)' "$kept"
  mz 0 up -q
  db_is "$WRONG_TOTALS" 0
  db_is 'SELECT count(*) FROM playlist' 4000
}

@test "items that are no JSON stop the migration and are named" {
  library "UPDATE playlist SET items = '[{]' WHERE id = 7" 000009
  mz 1 up
  err_is <<'END'
migrations/000009_playlist_totals.lua:30: error: playlist id 7: invalid JSON \
at line 1, column 3: string or '}' expected near `]`
    30 |     local items, minutes = mz.json.decode(row.items), 0
  called from: migrations/000009_playlist_totals.lua:27: in the function of \
line 16
migration 9 was rolled back; mzlua.db is still at 1
END
  at_version 1
  as_before
}

# ---- names -----------------------------------------------------------------

NAMES="INSERT INTO playlist (id, user_id, name, items, item_count, minutes)
  SELECT 50000 + key, 4000, value, '[]', 0, 0 FROM json_each('[\"Mix\",
  \"mix\", \"MIX (2)\", \"Mïx\", \"mix  (2)\", \"  \", \"\", \"Mix (3)\",
  \" ＭＩＸ\"]')"

# For the names of data.sql, what folding makes of them.
FOLDED="replace(replace(lower(trim(%s)), 'É', 'e'), 'é', 'e')"

@test "names are unique for each user, around those that have a number" {
  library "$NAMES" 000010
  mz 0 up -q
  healthy
  db_is 'SELECT id, name, name_key FROM playlist WHERE id >= 50000' <<'END'
50000|Mix|mix
50001|mix (4)|mix (4)
50002|MIX (2)|mix (2)
50003|Mïx (5)|mix (5)
50004|mix (2) (2)|mix (2) (2)
50005||
50006|(2)|(2)
50007|Mix (3)|mix (3)
50008|ＭＩＸ (6)|mix (6)
END
  db_is "SELECT count(*) FROM playlist WHERE id < 50000
    AND (name_key <> ${FOLDED//%s/name} OR name <> trim(name))" 0
  both_is "SELECT count(*) FROM main.playlist AS new
    JOIN before.playlist AS old USING (id)
    WHERE id < 50000 AND CASE WHEN EXISTS (SELECT 1
        FROM before.playlist AS first WHERE first.id < old.id
        AND first.user_id = old.user_id
        AND ${FOLDED//%s/first.name} = ${FOLDED//%s/old.name})
      THEN new.name NOT GLOB trim(old.name) || ' ([2-9])'
      ELSE new.name <> trim(old.name) END" 0
  refused "INSERT INTO playlist
    VALUES (50009, 4000, 'MÏX', '[]', 0, 0, 'mix')" \
    'UNIQUE constraint failed: playlist.user_id, playlist.name_key'
  both "INSERT INTO playlist VALUES (50009, 4001, 'MÏX', '[]', 0, 0, 'mix')"
}

@test "names come back where nobody gave another one" {
  library "$NAMES" 000010
  mz 0 up -q
  mz 0 down -q
  as_before
  mz 0 up -q
  both "UPDATE playlist SET name = 'Mine', name_key = 'mine' WHERE id = 50001;
    UPDATE playlist SET name = 'Ours', name_key = 'ours' WHERE id = 50000;
    DELETE FROM playlist WHERE id = 50003;
    INSERT INTO playlist VALUES (50009, 4000, 'mix', '[]', 0, 0, 'mix');"
  mz 0 down -q
  healthy
  as_before playlist 'id NOT IN (50000, 50001, 50003, 50009)'
  db_is 'SELECT id, name FROM playlist
    WHERE id IN (50000, 50001, 50003, 50009)' \
    $'50000|Ours\n50001|Mine\n50009|mix'
  mz 0 up -q
  db_is "SELECT count(*), count(DISTINCT user_id || ' ' || name_key)
    FROM playlist" '4009|4009'
}

# ---- all of them -----------------------------------------------------------

@test "all recipes go up and down one behind the other" {
  library "$TIMES; $TOTALS; $NAMES" 000006 000007 000008 000009 000010
  mz 0 up -q
  healthy
  at_version 10
  for version in 9 8 7 6 1; do
    mz 0 down -q
    at_version $version
    healthy
  done
  as_before
  mz 0 up -q
  healthy
}
