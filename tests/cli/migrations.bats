#!/usr/bin/env bats
# migrations.bats - the shipped migrations as a whole, and the first of them:
# a fresh install, the seed rows, running it again, all the way down.

bats_require_minimum_version 1.5.0
load library

@test "a fresh install ends at version 3 with every table" {
  mz up
  at_version 3
  healthy
  expect "SELECT name FROM sqlite_schema WHERE type = 'table'
    AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'mzlua%'
    AND name <> 'schema_migrations' ORDER BY name" <<'END'
download_client
episode
indexer
job
job_transition
movie
movie_file
movie_metadata
movie_transition
quality_definition
quality_profile
quality_profile_item
season
series
END
}

@test "a second up has nothing to do" {
  mz up
  before=$(snapshot)
  mz up
  [ "$(snapshot)" = "$before" ]
  at_version 3
}

@test "the seed holds 28 definitions" {
  mz up 1
  at_version 1
  healthy
  expect 'SELECT id, quality_id, name, preferred_size, max_size, media_type
    FROM quality_definition ORDER BY id' <<'END'
1|1|HDTV-720p|1999|2000|movie
2|2|WEBDL-720p|1999|2000|movie
3|3|WEBRip-720p|1999|2000|movie
4|4|Bluray-720p|1999|2000|movie
5|5|HDTV-1080p|1999|2000|movie
6|6|WEBDL-1080p|1999|2000|movie
7|7|WEBRip-1080p|1999|2000|movie
8|8|Bluray-1080p|1999|2000|movie
9|9|Remux-1080p|1999|2000|movie
10|10|HDTV-2160p|1999|2000|movie
11|11|WEBDL-2160p|1999|2000|movie
12|12|WEBRip-2160p|1999|2000|movie
13|13|Bluray-2160p|1999|2000|movie
14|14|Remux-2160p|1999|2000|movie
15|15|HDTV-720p|995|1000|episode
16|16|WEBDL-720p|995|1000|episode
17|17|WEBRip-720p|995|1000|episode
18|18|Bluray-720p|995|1000|episode
19|19|HDTV-1080p|995|1000|episode
20|20|WEBDL-1080p|995|1000|episode
21|21|WEBRip-1080p|995|1000|episode
22|22|Bluray-1080p|995|1000|episode
23|23|Remux-1080p|995|1000|episode
24|24|HDTV-2160p|995|1000|episode
25|25|WEBDL-2160p|995|1000|episode
26|26|WEBRip-2160p|995|1000|episode
27|27|Bluray-2160p|995|1000|episode
28|28|Remux-2160p|995|1000|episode
END
}

@test "every smallest size is below the preferred one" {
  mz up 1
  expect 'SELECT count(*) FROM quality_definition
    WHERE min_size > 0 AND min_size < preferred_size' <<<28
}

@test "the seed holds 6 profiles with 27 items" {
  mz up 1
  profiles <<'END'
1|Standard Definition|2|1
2|High Definition|8|1
3|Ultra High Definition|13|0
4|Standard Definition|16|1
5|High Definition|23|1
6|Ultra High Definition|27|0
END
  expect 'SELECT profile_id, count(*), min(quality_id), max(quality_id)
    FROM quality_profile_item GROUP BY profile_id' <<'END'
1|2|1|2
2|6|3|8
3|5|9|13
4|2|15|16
5|7|17|23
6|5|23|27
END
  expect 'SELECT count(*) FROM quality_profile_item' <<<27
}

@test "the initial schema runs twice and doubles nothing" {
  sql <"$MIGRATIONS/000001_initial_schema.up.sql"
  fill_library
  before=$(snapshot)
  sql <"$MIGRATIONS/000001_initial_schema.up.sql"
  [ "$(snapshot)" = "$before" ]
}

@test "the initial schema runs again and leaves edited rows alone" {
  mz up 1
  sql "
    UPDATE quality_profile SET name = 'Mine', cutoff_quality_id = 1
    WHERE id = 1;
    UPDATE quality_definition SET name = 'TV', min_size = 1 WHERE id = 15;
    UPDATE quality_definition SET id = 90 WHERE id = 28;
    INSERT INTO quality_profile VALUES (7, 'Own', 4, 0);
    INSERT INTO quality_profile_item VALUES (7, 4);"
  before=$(snapshot)
  sql -cmd 'PRAGMA foreign_keys = ON' \
    <"$MIGRATIONS/000001_initial_schema.up.sql"
  [ "$(snapshot)" = "$before" ]
}

@test "a movie has one most recent transition" {
  mz up 1
  fill_library
  run ! sql "INSERT INTO movie_transition
    (movie_id, to_state, sort_key, most_recent) VALUES (1, 'missing', 3, 1)"
  sql "INSERT INTO movie_transition
    (movie_id, to_state, sort_key, most_recent) VALUES (1, 'missing', 3, 0)"
}

@test "down to nothing leaves the ledger alone" {
  mz up
  fill_library
  mz down --all
  expect "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')
    AND name NOT LIKE 'mzlua%' AND name NOT LIKE 'sqlite%'" \
    <<<schema_migrations
  expect 'SELECT count(*) FROM schema_migrations' <<<0
  healthy
}

@test "the initial schema goes away where foreign keys are enforced" {
  mz up 1
  fill_library
  sql -cmd 'PRAGMA foreign_keys = ON' \
    <"$MIGRATIONS/000001_initial_schema.down.sql"
  [ -z "$(snapshot)" ]
}
