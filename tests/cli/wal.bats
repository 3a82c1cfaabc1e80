#!/usr/bin/env bats
# wal.bats - databases in WAL mode, with -wal and -shm there.

load support

# Three migrations, the first applied to a database in WAL mode.
wal_database() {
  person_migrations
  mz 0 up 1
  [ "$(sql 'PRAGMA journal_mode=WAL')" = wal ]
}

@test "up and down on a database in WAL mode, which it stays" {
  wal_database
  mz 0 up
  err_is ''
  at_version 10
  healthy
  mz 0 down --all
  db_is "SELECT count(*) FROM sqlite_schema WHERE name = 'person'" 0
  db_is 'PRAGMA journal_mode' wal
}

@test "with an application connected, -wal and -shm stay, and it sees all" {
  wal_database
  hold 'SELECT count(*) FROM person;'
  [ -e mzlua.db-wal ] && [ -e mzlua.db-shm ]
  mz 0 up
  at_version 10
  echo 'SELECT group_concat(name) FROM person;' >&"${SHELL_OPEN[1]}"
  read -r line <&"${SHELL_OPEN[0]}"
  [ "$line" = ADA,GRACE ]
  mz 0 down 2
  at_version 1
  let_go
  [ ! -e mzlua.db-wal ]
  at_version 1
  healthy
}

@test "a reader in a transaction keeps its view, and delays nothing" {
  wal_database
  hold 'BEGIN; SELECT group_concat(name) FROM person;'
  mz 0 up --lock-timeout 0
  at_version 10
  echo 'SELECT group_concat(name) FROM person;' >&"${SHELL_OPEN[1]}"
  read -r line <&"${SHELL_OPEN[0]}"
  [ "$line" = ada,grace ]
  let_go
  db_is 'SELECT group_concat(name) FROM person' ADA,GRACE
}

@test "a writer locks it" {
  wal_database
  hold "BEGIN IMMEDIATE; SELECT 'locked';"
  mz 75 up --lock-timeout 0
  err_is <<'END'
mzlua: error: mzlua.db: database is locked
  locked by sqlite3 (process N)
hint: another process is using mzlua.db: try again, or wait longer with \
--lock-timeout
migration 2 was not begun; mzlua.db is still at 1
END
  let_go
}

@test "a failed migration is rolled back, with an application connected" {
  wal_database
  migration 000010_index_name.up.sql \
    "UPDATE person SET name = 'x';\nSELECT nix FROM person;"
  hold 'SELECT count(*) FROM person;'
  mz 0 up 1
  before=$(dump)
  mz 1 up
  err_is <<'END'
migrations/000010_index_name.up.sql:2:8: error: no such column: nix
     2 | SELECT nix FROM person;
       |        ^~~  person has: id, name
migration 10 was rolled back; mzlua.db is still at 2
END
  [ "$(dump)" = "$before" ]
  let_go
  [ "$(dump)" = "$before" ]
}

@test "--dry-run and the reading commands change no byte of the database" {
  wal_database
  before=$(digest mzlua.db)
  mz 0 up --dry-run
  mz 0 status
  mz 0 version
  out_is 1
  [ "$(digest mzlua.db)" = "$before" ]
  hold "UPDATE person SET name = 'Ada' WHERE id = 1; SELECT 1;"
  before=$(digest mzlua.db)
  wal=$(digest mzlua.db-wal)
  mz 0 up --dry-run
  mz 0 status
  mz 0 version
  [ "$(digest mzlua.db)" = "$before" ]
  [ "$(digest mzlua.db-wal)" = "$wal" ]
  let_go
}

# Take back many more new pages than SQLite's cache holds, some of them written
# twice, and commit a few: what SQLite 3.11 to 3.50.1 writes wrongly once it has
# spilled its cache.
wide_rows() {
  file migrations/11_wide.lua <<'END'
local fill = [[
  INSERT INTO wide
  WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT 8000)
  SELECT i, zeroblob(1000) FROM c]]

return {
  up = function(db)
    db:exec("CREATE TABLE wide (id INTEGER PRIMARY KEY, a)")
    local done = pcall(db.savepoint, db, function()
      db:exec(fill)
      db:exec("UPDATE wide SET a = randomblob(1000) WHERE id > 4000")
      error("take this back")
    end)
    assert(not done)
    db:exec("INSERT INTO wide VALUES (1, 'kept')")
  end,
}
END
  migration 12_after.up.sql "INSERT INTO wide VALUES (2, 'kept too');"
}

# Whether the program's SQLite is one in which a checkpoint races a commit: up
# to 3.51.2.
checkpoints_race() {
  local major minor patch
  [[ $("$MZLUA" --version) =~ SQLite\ ([0-9]+)\.([0-9]+)\.([0-9]+) ]]
  major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]} patch=${BASH_REMATCH[3]}
  [ $((major * 1000000 + minor * 1000 + patch)) -le 3051002 ]
}

@test "no checkpoint while an application is connected, where one may race" {
  checkpoints_race || skip "this SQLite may checkpoint at any time"
  wal_database
  wide_rows
  hold 'SELECT count(*) FROM person;'
  before=$(digest mzlua.db)
  file migrations/13_large.up.sql <<'END'
INSERT INTO wide
  WITH RECURSIVE c(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM c LIMIT 8000)
  SELECT i, zeroblob(1000) FROM c;
END
  mz 0 up
  [ "$(digest mzlua.db)" = "$before" ]
  at_version 13
  let_go
}

@test "what is committed after a partial rollback survives a crash" {
  wal_database
  wide_rows
  hold 'SELECT count(*) FROM person;'
  mz 0 up
  cp mzlua.db crashed.db
  cp mzlua.db-wal crashed.db-wal
  let_go
  export DB=crashed.db
  at_version 12
  healthy
  db_is 'SELECT * FROM wide' <<'END'
1|kept
2|kept too
END
}

@test "a -wal that a crash left is taken up" {
  wal_database
  hold "UPDATE person SET name = 'Ada' WHERE id = 1; SELECT 1;"
  mkdir crashed
  cp mzlua.db mzlua.db-wal crashed
  let_go
  mz 0 version -d crashed/mzlua.db
  out_is 1
  mz 0 up -d crashed/mzlua.db
  DB=crashed/mzlua.db at_version 10
  DB=crashed/mzlua.db db_is 'SELECT group_concat(name) FROM person' ADA,GRACE
}

@test "a journal that a crash left is taken up, by reading commands as well" {
  person_migrations
  mz 0 up 2
  hold "PRAGMA cache_size=1; BEGIN; UPDATE person SET name = 'x';
    CREATE TABLE t AS SELECT zeroblob(100000) AS a; SELECT 1;"
  for command in up status version; do
    mkdir $command
    cp mzlua.db mzlua.db-journal $command
  done
  let_go
  mz 0 up -d up/mzlua.db
  DB=up/mzlua.db at_version 10
  DB=up/mzlua.db healthy
  DB=up/mzlua.db db_is 'SELECT group_concat(name) FROM person' ADA,GRACE
  mz 0 version -d version/mzlua.db
  out_is 2
  mz 0 status -d status/mzlua.db
  DB=status/mzlua.db db_is 'SELECT group_concat(name) FROM person' ADA,GRACE
}
