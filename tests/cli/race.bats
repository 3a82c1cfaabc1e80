#!/usr/bin/env bats
# race.bats - several processes on one database at once: each migration is
# applied exactly once, and nobody fails for it.

load support

# Five migrations that show when one of them has run twice.
counting_migrations() {
  migration 1_make.up.sql 'CREATE TABLE ran (version INTEGER);
INSERT INTO ran VALUES (1);\n'
  for version in 2 4; do
    migration ${version}_sql.up.sql "INSERT INTO ran VALUES ($version);\n"
  done
  for version in 3 5; do
    migration ${version}_lua.lua "return {up = function(db)
  assert(db:value('SELECT max(version) FROM ran') == $version - 1)
  db:insert('ran', {version = $version})
end}\n"
  done
}

# A process that says so when it is there, waits for the lock on the file
# barrier to end, and then becomes mzlua.
start() {
  (
    exec 7<&- 9<barrier
    echo there >&8
    flock --shared 9
    exec "$MZLUA" up >"out$1" 2>"err$1" </dev/null 8>&- 9<&-
  ) 3>&- &
}

# Start $1 processes, let them run at the same moment, and wait for them.
race() {
  local pid pids=()
  rm -f out* err*
  flock --exclusive 7
  for ((i = 1; i <= $1; i++)); do
    start "$i"
    pids+=($!)
  done
  for ((i = 1; i <= $1; i++)); do
    read -r <&8
  done
  flock --unlock 7
  for pid in "${pids[@]}"; do
    wait "$pid" || { cat err*; return 1; }
  done
}

# Fifty races of $1 processes on a new database in the journal mode $2.
fifty_races() {
  local round
  counting_migrations
  mkfifo ready
  touch barrier
  exec 7<barrier 8<>ready
  for ((round = 1; round <= 50; round++)); do
    rm -f mzlua.db mzlua.db-wal mzlua.db-shm
    [ "$2" = delete ] || sql "PRAGMA journal_mode = $2" >/dev/null
    race "$1"
    compare <(cat err*) ''
    compare <(sed -n 's/^up  *\([^ ]*\).*/\1/p' out* | sort) <<'END'
000001_make
000002_sql
000003_lua
000004_sql
000005_lua
END
    db_is "SELECT group_concat(version) FROM ran;
      SELECT group_concat(version || direction) FROM mzlua_history;
      SELECT version, dirty FROM schema_migrations;
      PRAGMA integrity_check; PRAGMA journal_mode" <<END
1,2,3,4,5
1up,2up,3up,4up,5up
5|0
ok
$2
END
  done
}

@test "two processes, rollback journal, fifty rounds" { fifty_races 2 delete; }
@test "four processes, rollback journal, fifty rounds" { fifty_races 4 delete; }
@test "two processes, WAL, fifty rounds" { fifty_races 2 wal; }
@test "four processes, WAL, fifty rounds" { fifty_races 4 wal; }

@test "a lock that is held past the lock timeout is exit 75" {
  counting_migrations
  for mode in delete wal; do
    rm -f mzlua.db
    sql "PRAGMA journal_mode = $mode" >/dev/null
    mz 0 up 1
    before=$(dump)
    hold "BEGIN IMMEDIATE; SELECT 'locked';"
    for seconds in 0 1; do
      mz 75 up --lock-timeout $seconds
      out_is ''
      err_is <<END
mzlua: error: mzlua.db: database is locked
  locked by sqlite3 (process N)
hint: another process is using mzlua.db: try again, or wait longer with \
--lock-timeout
migration 2 was not begun; mzlua.db is still at 1
END
    done
    let_go
    [ "$(dump)" = "$before" ]
    mz 0 up --lock-timeout 0
    at_version 5
  done
}
