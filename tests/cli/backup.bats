#!/usr/bin/env bats
# backup.bats - a copy before a run, and the way back.

load support

# A database at 1 with rows of every kind, in the journal mode $1, and with
# free pages and rowids that a VACUUM would give up.
filled() {
  person_migrations
  mz 0 up 1
  sql "PRAGMA journal_mode = $1; CREATE TABLE odd (a, b BLOB);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < 5000)
    INSERT INTO odd SELECT CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 'zoë 🎬'
      WHEN 2 THEN 9007199254740993 ELSE i / 8.0 END, zeroblob(i % 97) FROM n;
    DELETE FROM odd WHERE rowid % 3 = 0" >/dev/null
}

content() {
  DB=$1 sql 'SELECT rowid, quote(a), quote(b) FROM odd; SELECT * FROM person;
    SELECT * FROM schema_migrations; PRAGMA integrity_check' | cksum
}

# A digest of all but what SQLite counts in the header of each file.
pages() {
  tail -c +101 "$1" | sha256sum
}

@test "--backup copies the database as the run finds it, and says where" {
  filled delete
  before=$(pages mzlua.db)
  mz 0 up --backup=kept.bak
  out_is <<'END'
backup: kept.bak
up   000002_shout  (N ms, 2 rows)
up   000010_index_name  (N ms, 0 rows)
mzlua.db is at 10
END
  err_is ''
  [ "$(pages kept.bak)" = "$before" ]
  [ "$(ls)" = "$(printf 'kept.bak\nmigrations\nmzlua.db')" ]
}

@test "--backup alone writes a file beside the database, with the time" {
  filled delete
  mkdir data
  mv mzlua.db data/app.db
  before=$(pages data/app.db)
  mz 0 -d data/app.db up --backup
  name=$(sed -n 's/^backup: //p' "$OUT")
  [[ $name =~ ^data/app\.db\.[0-9]{8}T[0-9]{6}Z\.bak$ ]]
  [ "$(pages "$name")" = "$before" ]
}

@test "--backup=FOLDER writes into it" {
  filled delete
  mkdir kept
  mz 0 up --backup=kept
  [[ $(ls kept) =~ ^mzlua\.db\.[0-9]{8}T[0-9]{6}Z\.bak$ ]]
}

@test "what is in a WAL is in the backup" {
  filled wal
  hold "INSERT INTO odd VALUES ('in the WAL', NULL); SELECT 1;"
  wanted=$(content mzlua.db)
  mz 0 up --backup=kept.bak
  let_go
  [ "$(content kept.bak)" = "$wanted" ]
  [ "$(ls kept*)" = kept.bak ]
}

@test "a run with nothing to do, and a dry run, make no backup" {
  filled delete
  mz 0 up --dry-run --backup=kept.bak
  mz 0 up
  mz 0 up --backup=kept.bak
  out_is 'mzlua.db is at 10: nothing to do'
  [ ! -e kept.bak ]
}

@test "a database that isn't there needs no backup" {
  person_migrations
  mz 0 up --backup=kept.bak
  at_version 10
  [ ! -e kept.bak ]
}

@test "backup = true in mzlua.lua is the rule" {
  filled delete
  echo 'return { backup = true }' >mzlua.lua
  mz 0 up
  [ "$(find . -name 'mzlua.db.*.bak' | wc -l)" -eq 1 ]
}

@test "a backup never takes the place of a file" {
  filled delete
  echo precious >kept.bak
  before=$(digest mzlua.db)
  mz 2 up --backup=kept.bak
  out_is ''
  err_is <<'END'
mzlua: error: kept.bak: there is such a file already
hint: name another file, or move this one away
migration 2 was rolled back; mzlua.db is still at 1
END
  [ "$(cat kept.bak)" = precious ]
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "where the backup cannot be written nothing is run" {
  filled delete
  before=$(digest mzlua.db)
  mz 6 up --backup=missing/kept.bak
  out_is ''
  grep -q '^mzlua: error: missing/kept.bak.partial: ' "$ERR"
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "a backup that fails or is interrupted is not there, and nothing is run" {
  filled delete
  sql "INSERT INTO odd SELECT NULL, zeroblob(5000) FROM odd LIMIT 3000"
  before=$(digest mzlua.db)
  RUN=(env ASAN_OPTIONS=detect_leaks=0 strace -f -o /dev/null -e trace=pwrite64
    -e inject=pwrite64:error=ENOSPC:when=5)
  mz 7 up --backup=kept.bak
  out_is ''
  err_is <<'END'
mzlua: error: kept.bak.partial: database or disk is full
hint: make room on the disk and run it again
migration 2 was rolled back; mzlua.db is still at 1
END
  RUN=(env ASAN_OPTIONS=detect_leaks=0 strace -f -o /dev/null -e trace=pwrite64
    -e inject=pwrite64:signal=SIGINT:when=5)
  mz 130 up --backup=kept.bak
  out_is ''
  [ "$(ls)" = "$(printf 'migrations\nmzlua.db')" ]
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "the backup of a run that was killed does not look like one" {
  filled delete
  sql "INSERT INTO odd SELECT randomblob(400000), NULL FROM person, person"
  RUN=(strace -f -o /dev/null -e trace=pwrite64
    -e inject=pwrite64:signal=SIGKILL:when=20)
  mz 137 up --backup=kept.bak
  [ ! -e kept.bak ]
  RUN=()
  mz 0 up --backup=kept.bak
  at_version 10
  [ "$(ls)" = "$(printf 'kept.bak\nmigrations\nmzlua.db')" ]
}

@test "restore puts a backup back, after verifying it" {
  filled delete
  wanted=$(content mzlua.db)
  mz 0 up --backup=kept.bak
  sql "DELETE FROM odd"
  mz 0 restore kept.bak --yes
  err_is 'kept.bak is sound and at 1'
  out_is 'mzlua.db is at 1, as in kept.bak'
  [ "$(content mzlua.db)" = "$wanted" ]
  mz 0 up
  at_version 10
}

@test "restore with a WAL and readers at work" {
  filled wal
  wanted=$(content mzlua.db)
  mz 0 up --backup=kept.bak
  sql "DELETE FROM odd"
  hold "BEGIN; SELECT count(*) FROM odd;"
  mz 0 restore kept.bak -y
  let_go
  [ "$(content mzlua.db)" = "$wanted" ]
}

@test "restore makes a database that isn't there" {
  filled delete
  mz 0 up --backup=kept.bak
  mz 0 -d new.db restore kept.bak
  out_is 'new.db is at 1, as in kept.bak'
  [ "$(pages new.db)" = "$(pages kept.bak)" ]
}

@test "restore does not replace what is there without being told" {
  filled delete
  mz 0 up --backup=kept.bak
  before=$(digest mzlua.db)
  mz 2 restore kept.bak
  err_is <<'END'
kept.bak is sound and at 1
mzlua: error: mzlua.db is there; nothing was done
hint: --yes replaces what is in it
END
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "restore asks on a terminal" {
  filled delete
  mz 0 up --backup=kept.bak
  printf 'n\n' | script -qec "$MZLUA restore kept.bak" /dev/null >"$OUT" || true
  grep -q 'Replace everything in the database by it? \[y/N\]' "$OUT"
  at_version 10
  printf 'y\n' | script -qec "$MZLUA restore kept.bak" /dev/null >"$OUT"
  at_version 1
}

@test "restore with --json" {
  filled delete
  mz 0 up --backup=kept.bak
  mz 0 restore kept.bak -y --json
  json_is <<'END'
{"command":"restore","database":"mzlua.db","version":1,"exit_status":0}
END
}

# restore FILE must fail with status $2 and the message $3 and leave all.
refuses() {
  local before
  before=$(digest mzlua.db)
  mz "$2" restore "$1" --yes || return
  { echo "mzlua: error: $1$3" && echo 'nothing was restored'; } | err_is ||
    return
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "restore refuses what is no sound database" {
  filled delete
  mz 0 up --backup=kept.bak
  : >empty.bak
  refuses empty.bak 6 ': an empty file, not a database'
  head -c 9000 /dev/zero >zero.bak
  refuses zero.bak 6 ': file is not a database'
  refuses gone.bak 6 ': no such file'
  refuses migrations 6 ': not a regular file'
  refuses mzlua.db 2 ' is the database itself'
  head -c -4096 kept.bak >short.bak
  before=$(digest mzlua.db)
  mz 6 restore short.bak --yes
  [ "$(digest mzlua.db)" = "$before" ]
  cp kept.bak torn.bak
  dd if=/dev/urandom of=torn.bak bs=4096 seek=12 count=4 conv=notrunc \
    status=none
  mz 6 restore torn.bak --yes
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "restore of other pages into a WAL says what to do" {
  filled wal
  DB=small.bak sql 'PRAGMA page_size = 1024; CREATE TABLE t (a)'
  mz 2 restore small.bak --yes
  err_is <<'END'
small.bak is sound and without any migration
mzlua: error: mzlua.db has pages of 4096 bytes and a WAL, which cannot take \
the pages of 1024 bytes of small.bak
hint: stop what uses it, then: sqlite3 mzlua.db 'PRAGMA journal_mode=DELETE'
nothing was restored; mzlua.db is still at 1
END
}

@test "restore waits for a lock, then says who is in the way" {
  filled delete
  mz 0 up --backup=kept.bak
  hold "BEGIN IMMEDIATE; SELECT 1;"
  mz 75 restore kept.bak -y --lock-timeout 0
  let_go
  err_is <<'END'
kept.bak is sound and at 1
mzlua: error: mzlua.db: database is locked
  locked by sqlite3 (process N)
hint: another process is using mzlua.db: try again, or wait longer with \
--lock-timeout
nothing was restored; mzlua.db is still at 10
END
  at_version 10
}

@test "a restore that is killed at any write leaves the old or the new" {
  filled delete
  new=$(content mzlua.db)
  mz 0 up --backup=kept.bak
  sql "DELETE FROM odd"
  old=$(content mzlua.db)
  cp mzlua.db old.db
  seen=0
  for n in 1 2 3 5 9 17 33 50 70 90 120; do
    cp old.db mzlua.db
    # shellcheck disable=SC2034 # of support.bash
    RUN=(strace -f -o /dev/null -e trace=pwrite64
      -e "inject=pwrite64:signal=SIGKILL:when=$n")
    mz 137 restore kept.bak -y || break
    is=$(content mzlua.db)
    [ "$is" = "$old" ] || [ "$is" = "$new" ]
    seen=$((seen + 1))
  done
  [ "$seen" -ge 5 ]
}
