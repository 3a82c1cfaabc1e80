#!/usr/bin/env bats
# ledger.bats - schema_migrations is golang-migrate's to the byte, and databases
# pass between the two tools at any version.

load support

# The statements of golang-migrate's sqlite3 driver, ensureVersionTable and
# SetVersion: https://github.com/golang-migrate/migrate, database/sqlite3.
migrate_open() {
  sql "CREATE TABLE IF NOT EXISTS schema_migrations (version uint64,dirty bool);
  CREATE UNIQUE INDEX IF NOT EXISTS version_unique ON schema_migrations \
(version);"
}

# Set the version $1, or none where it is -1 and not dirty, and dirty to $2.
migrate_set() {
  if [ "$1" -ge 0 ] || [ "$2" = 1 ]; then
    sql "BEGIN; DELETE FROM schema_migrations;
      INSERT INTO schema_migrations (version, dirty) VALUES ($1, $2); COMMIT;"
  else
    sql 'BEGIN; DELETE FROM schema_migrations; COMMIT;'
  fi
}

# Run the file $2 as golang-migrate does, to version $1.
migrate_run() {
  migrate_open
  migrate_set "$1" 1
  sql "BEGIN; $(cat "$2") COMMIT;" || return
  migrate_set "$1" 0
}

# Four versions in plain SQL.
versions() {
  for n in 1 2 3 4; do
    migration "00000${n}_t$n.up.sql" "CREATE TABLE t$n (a);\n"
    migration "00000${n}_t$n.down.sql" "DROP TABLE t$n;\n"
  done
}

# The tables t1 to t4 that are there must be $1.
tables() {
  [ "$(sql "SELECT name FROM sqlite_schema WHERE name GLOB 't[0-9]'
    ORDER BY name" | xargs)" = "$1" ]
}

@test "the ledger is what golang-migrate makes, to the byte" {
  versions
  DB=theirs.db migrate_run 1 migrations/000001_t1.up.sql
  mz 0 up 1
  ledger="SELECT type, name, tbl_name, sql FROM sqlite_schema
    WHERE tbl_name = 'schema_migrations'"
  DB=theirs.db sql "$ledger" >theirs
  db_is "$ledger" <theirs
  row='SELECT version, typeof(version), dirty, typeof(dirty)
    FROM schema_migrations'
  DB=theirs.db db_is "$row" '1|integer|0|integer'
  db_is "$row" '1|integer|0|integer'
}

@test "beside the ledger there is nothing but mzlua's own tables" {
  versions
  mz 0 up 1
  db_is "SELECT type, name FROM sqlite_schema ORDER BY rowid" <<'END'
table|t1
table|schema_migrations
index|version_unique
table|mzlua_history
END
}

@test "a database goes back and forth between the tools" {
  versions
  migrate_run 1 migrations/000001_t1.up.sql
  mz 0 status
  out_is <<'END'
mzlua.db is at 1
  applied           1  t1
  pending           2  t2
  pending           3  t3
  pending           4  t4
1 applied, 3 pending
END
  mz 0 up 1
  tables 't1 t2'
  migrate_run 3 migrations/000003_t3.up.sql
  mz 0 up
  out_is <<'END'
up   000004_t4  (N ms, 0 rows)
mzlua.db is at 4
END
  tables 't1 t2 t3 t4'
  migrate_run 3 migrations/000004_t4.down.sql
  mz 0 down 2
  out_is <<'END'
down 000003_t3  (N ms, 0 rows)
down 000002_t2  (N ms, 0 rows)
mzlua.db is at 1
END
  migrate_run 2 migrations/000002_t2.up.sql
  mz 0 down --all
  tables ''
  migrate_run 1 migrations/000001_t1.up.sql
  migrate_run -1 migrations/000001_t1.down.sql
  mz 0 up
  tables 't1 t2 t3 t4'
  mz 0 status
  out_is <<'END'
mzlua.db is at 4
  applied           1  t1
  applied           2  t2
  applied           3  t3
  applied           4  t4
4 applied, 0 pending
END
}

@test "what golang-migrate applied has no history, and is not out of order" {
  versions
  for n in 1 2 3; do
    migrate_run $n "migrations/00000${n}_t$n.up.sql"
  done
  mz 0 up
  out_is <<'END'
up   000004_t4  (N ms, 0 rows)
mzlua.db is at 4
END
  db_is 'SELECT version FROM mzlua_history' 4
  mz 0 status
  out_is <<'END'
mzlua.db is at 4
  applied           1  t1
  applied           2  t2
  applied           3  t3
  applied           4  t4
4 applied, 0 pending
END
}

@test "going down past the first leaves no row, as golang-migrate does" {
  versions
  mz 0 up 1
  mz 0 down
  db_is 'SELECT count(*) FROM schema_migrations' 0
  mz 0 version
  out_is none
}

@test "dirty, as golang-migrate leaves it, is refused" {
  versions
  migrate_run 1 migrations/000001_t1.up.sql
  migrate_set 2 1
  before=$(digest mzlua.db)
  for command in up 'up 1' down 'down --all' 'goto 3' redo 'up --dry-run'; do
    # shellcheck disable=SC2086
    mz 4 $command
    out_is ''
    err_is <<'END'
mzlua: error: Dirty database version 2. Fix and force version.
hint: golang-migrate stopped in the middle of this migration: look at the \
database, then `mzlua force 2` if it is complete, or `mzlua force V` with the \
version before it if nothing of it is there
nothing was done; mzlua.db is still at 2
END
  done
  mz 0 status
  out_is <<'END'
mzlua.db is at 2, dirty
  applied           1  t1
  applied           2  t2
  pending           3  t3
  pending           4  t4
2 applied, 2 pending
END
  mz 0 version
  out_is '2 (dirty)'
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "dirty on the way down past the first has no version, and is refused" {
  versions
  migrate_open
  migrate_set -1 1
  mz 4 up
  err_is <<'END'
mzlua: error: Dirty database version -1. Fix and force version.
hint: golang-migrate stopped in the middle of this migration: look at the \
database, then `mzlua force -1` if it is complete, or `mzlua force V` with \
the version before it if nothing of it is there
nothing was done; mzlua.db is still without any migration
END
  mz 0 version
  out_is '-1 (dirty)'
  mz 0 force -1
  mz 0 up
  at_version 4
}

@test "schema_migrations of dbmate and Rails is refused" {
  versions
  local hint="hint: \`mzlua adopt\` takes over what dbmate and Rails have \
migrated; else rename that table and set the version by hand: sqlite3 FILE \
'ALTER TABLE schema_migrations RENAME TO old_schema_migrations', then mzlua \
baseline V"
  for create in \
    'CREATE TABLE "schema_migrations" (version varchar(128) primary key)' \
    'CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY)'; do
    rm -f mzlua.db
    sql "$create; CREATE TABLE t1 (a);
      INSERT INTO schema_migrations VALUES ('20240101'), ('20240102')"
    before=$(digest mzlua.db)
    for command in up down status version 'force 1' 'baseline 1'; do
      # shellcheck disable=SC2086
      mz 4 $command
      out_is ''
      sed -n 1,2p "$ERR" | diff -u <(cat <<END
mzlua: error: schema_migrations is not golang-migrate's: one row for each \
version, as dbmate and Rails do
$hint
END
) -
    done
    [ "$(digest mzlua.db)" = "$before" ]
  done
  sql 'ALTER TABLE schema_migrations RENAME TO old_schema_migrations'
  mz 0 baseline 1 --yes
  mz 0 up
  tables 't1 t2 t3 t4'
}

@test "schema_migrations of any other shape is refused" {
  versions
  local cases=(
    'TABLE schema_migrations (version, dirty, extra)' 'it has other columns'
    'TABLE schema_migrations (id, name)' 'it has other columns'
    'VIEW schema_migrations AS SELECT 1 AS version, 0 AS dirty' 'it is a view'
  )
  for ((i = 0; i < ${#cases[@]}; i += 2)); do
    rm -f mzlua.db
    sql "CREATE ${cases[i]}"
    before=$(digest mzlua.db)
    mz 4 up
    head -1 "$ERR" | diff -u <(echo "mzlua: error: schema_migrations is not \
golang-migrate's: ${cases[i + 1]}") -
    [ "$(digest mzlua.db)" = "$before" ]
  done
}

@test "rows that are none of golang-migrate's are refused" {
  versions
  local hint="hint: see what is in it: sqlite3 FILE 'SELECT * FROM \
schema_migrations'; \`mzlua force V\` writes it anew"
  local number='holds a version that is not a number from 0 to '
  number+=9223372036854775807
  local dirty='holds a dirty that is neither 0 nor 1'
  local cases=('(1, 0), (2, 0)' 'has more than one row' '(NULL, 0)' "$number"
    "('1', 0)" '' "('one', 0)" "$number" '(1e300, 0)' "$number"
    "(1, 'true')" "$dirty" '(1, NULL)' "$dirty" '(1, 7)' "$dirty")
  mz 0 up 1
  for ((i = 0; i < ${#cases[@]}; i += 2)); do
    sql "DELETE FROM schema_migrations;
      INSERT INTO schema_migrations VALUES ${cases[i]}"
    if [ -z "${cases[i + 1]}" ]; then # SQLite makes it a number
      mz 0 version
      out_is 1
      continue
    fi
    for command in status version up; do
      mz 4 $command
      out_is ''
      err_is <<END
mzlua: error: schema_migrations ${cases[i + 1]}
$hint
END
    done
  done
}

@test "a table may not be renamed to what is mzlua's own" {
  migration 1_a.up.sql 'CREATE TABLE a (x);'
  mz 0 up
  for name in mzlua_saved MZLUA_x; do
    migration 2_t.up.sql "ALTER TABLE a RENAME TO $name;"
    mz 1 up
    err_is <<'END'
migrations/2_t.up.sql: error: a table has got a name that is mzlua's own: \
schema_migrations, or one that begins with mzlua_
hint: rename it to something else
migration 2 was rolled back; mzlua.db is still at 1
END
    db_is "SELECT name FROM sqlite_schema WHERE name = 'a'" a
  done
}

@test "a history that is somebody else's is refused" {
  migration 1_a.up.sql 'CREATE TABLE a (x);'
  sql 'CREATE TABLE mzlua_history (x);'
  mz 4 status
  err_is "mzlua: error: mzlua_history is not this program's: it has other \
columns"
  mz 4 up
}
