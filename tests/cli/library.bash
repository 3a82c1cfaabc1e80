# shellcheck shell=bash
# library.bash - what the tests of the shipped migrations have in common: a
# database per test, mzlua on it, and looking at it with the sqlite3 shell.
# MZLUA is the program.

setup() {
  : "${MZLUA:?path of the mzlua program}"
  MZLUA=$(realpath "$MZLUA")
  MIGRATIONS=$(cd "$BATS_TEST_DIRNAME/../../migrations" && pwd)
  DB=$BATS_TEST_TMPDIR/library.db
  cd "$BATS_TEST_TMPDIR" || return
  unset MZLUA_DATABASE MZLUA_PATH DATABASE_URL
}

# Run a command of mzlua on the test's database.
mz() {
  "$MZLUA" -d "$DB" -p "$MIGRATIONS" "$@" </dev/null
}

# Run SQL as a user's tool would; an error fails the test.
sql() {
  sqlite3 -bail -batch "$DB" "$@"
}

# What SQL prints must be the text on standard input.
expect() {
  diff -u - <(sql "$1")
}

# The schema and all rows but the ledger's, in an order of their own.
snapshot() {
  local tables table
  local own="name NOT LIKE 'mzlua%' AND name NOT LIKE 'sqlite%'
    AND tbl_name <> 'schema_migrations'"
  sql "SELECT type, name, sql FROM sqlite_schema WHERE $own ORDER BY 1, 2" ||
    return
  tables=$(sql "SELECT name FROM sqlite_schema
    WHERE type = 'table' AND $own ORDER BY 1") || return
  for table in $tables; do
    echo "-- $table"
    sql -cmd '.mode quote' "SELECT * FROM $table ORDER BY 1, 2" || return
  done
}

healthy() {
  expect "PRAGMA integrity_check; PRAGMA foreign_key_check" <<<ok
}

at_version() {
  expect 'SELECT version, dirty FROM schema_migrations' <<<"$1|0"
}

# A few rows in every table that refers to a profile or to a row below one.
fill_library() {
  sql "
    INSERT INTO movie_metadata (id, tmdb_id, original_title, original_language)
    VALUES (1, 603, 'The Matrix', 'en');
    INSERT INTO movie (id, title, quality_profile_id, movie_metadata_id)
    VALUES (1, 'The Matrix', 2, 1), (2, 'Heat', 3, NULL);
    INSERT INTO movie_file
      (movie_id, relative_path, size, quality_definition_id)
    VALUES (1, 'matrix.mkv', 8000000000, 8);
    INSERT INTO movie_transition (movie_id, to_state, sort_key, most_recent)
    VALUES (1, 'missing', 1, 0), (1, 'downloaded', 2, 1), (2, 'missing', 1, 1);
    INSERT INTO series (id, title, quality_profile_id) VALUES (1, 'Dark', 5);
    INSERT INTO season (id, series_id, season_number) VALUES (1, 1, 1);
    INSERT INTO episode (season_id, episode_number) VALUES (1, 1), (1, 2);
    INSERT INTO job (id, type) VALUES (1, 'scan');
    INSERT INTO job_transition (job_id, to_state, sort_key, most_recent)
    VALUES (1, 'pending', 1, 1);
    INSERT INTO indexer (name, implementation, url)
    VALUES ('local', 'torznab', 'http://localhost:9117');
    INSERT INTO download_client (name, protocol, implementation, host, port)
    VALUES ('local', 'torrent', 'transmission', 'localhost', 9091);"
}

profiles() {
  expect 'SELECT * FROM quality_profile ORDER BY id'
}
