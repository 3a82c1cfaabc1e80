#!/usr/bin/env bats
# open.bats - databases that cannot be opened, read or written: exit 6, 7 and
# 75, a message that says why, and the database as it was.

load support

teardown() {
  [ ! -d disk ] || umount disk
}

# Run mzlua without root's right to pass over permissions.
without_rights() {
  [ "$(id -u)" -ne 0 ] && return
  RUN=(setpriv --bounding-set=-all --inh-caps=-all --)
  "${RUN[@]}" true || skip 'capabilities cannot be dropped here'
}

HINT='hint: the folder must be there, and this user must have the right to '
HINT+='read and write it and the file'
READ_ONLY='hint: the file and its folder must be writable for this user'

@test "a missing database is made by up and goto, in a folder that is there" {
  person_migrations
  mz 0 goto 2 -d a.db
  DB=a.db at_version 2
  mz 6 up -d nowhere/a.db
  out_is ''
  err_is <<END
mzlua: error: nowhere/a.db: unable to open database file
$HINT
migration 1 was not begun
END
  [ ! -e nowhere ]
}

@test "a folder, a fifo and a device are no databases" {
  person_migrations
  mkdir folder
  mkfifo fifo
  for name in folder fifo /dev/null; do
    for command in up status version down redo 'baseline 1'; do
      # shellcheck disable=SC2086
      mz 6 -d $name $command
      out_is ''
      err_is "mzlua: error: $name: not a regular file"
    done
    mz 6 -d $name force 1
    err_is <<END
mzlua: error: $name: not a regular file
nothing was done
END
  done
}

@test "a link is followed; a dangling one is not" {
  person_migrations
  mz 0 up 1
  ln -s mzlua.db link.db
  mz 0 up -d link.db
  at_version 10
  [ -L link.db ]
  ln -s nowhere.db dangling.db
  for command in up status; do
    mz 6 -d dangling.db $command
    out_is ''
    err_is <<END
mzlua: error: dangling.db: unable to open database file
$HINT
END
  done
  [ ! -e nowhere.db ]
}

@test "a file that is not a database" {
  person_migrations
  echo 'This is a letter and not a database, whatever it is called.' >mzlua.db
  before=$(digest mzlua.db)
  for command in up status version down 'goto 1' redo 'baseline 1'; do
    # shellcheck disable=SC2086
    mz 6 $command
    out_is ''
    err_is 'mzlua: error: mzlua.db: file is not a database'
  done
  mz 6 force 1
  err_is <<'END'
mzlua: error: mzlua.db: file is not a database
nothing was done
END
  [ "$(digest mzlua.db)" = "$before" ]
}

# Fill a table, and overwrite its first page.
damage() {
  mz 0 up
  migration 11_sum.up.sql \
    'CREATE TABLE b (c);\nSELECT sum(length(name)) FROM person;'
  sql "INSERT INTO person SELECT NULL, hex(randomblob(200)) FROM
    (WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT 200)
    SELECT i FROM c)"
  page=$(sql "SELECT rootpage FROM sqlite_schema WHERE name = 'person'")
  head -c 4096 /dev/zero | tr '\0' '\377' |
    dd of=mzlua.db bs=4096 seek=$((page - 1)) conv=notrunc status=none
}

@test "a damaged page fails the migration that meets it" {
  person_migrations
  damage
  before=$(digest mzlua.db)
  mz 6 up
  out_is ''
  err_is <<'END'
migrations/11_sum.up.sql:2:1: error: mzlua.db: database disk image is malformed
     2 | SELECT sum(length(name)) FROM person;
       | ^
migration 11 was rolled back; mzlua.db is still at 10
END
  [ "$(digest mzlua.db)" = "$before" ]
  mz 0 status
}

@test "a database cut short" {
  person_migrations
  mz 0 up
  truncate -s 6000 mzlua.db
  before=$(digest mzlua.db)
  for command in up down status version; do
    mz 6 $command
    out_is ''
    err_is 'mzlua: error: mzlua.db: database disk image is malformed'
  done
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "a read-only file: reading works, writing is refused" {
  without_rights
  person_migrations
  mz 0 up 2
  chmod 444 mzlua.db
  before=$(digest mzlua.db)
  mz 0 status
  mz 0 version
  out_is 2
  mz 0 goto 2
  for next in 'up 10' 'down 2'; do
    mz 6 "${next% *}"
    out_is ''
    err_is <<END
mzlua: error: mzlua.db: the database is read-only
$READ_ONLY
migration ${next#* } was not begun; mzlua.db is still at 2
END
  done
  mz 6 force 1
  err_is <<END
mzlua: error: mzlua.db: the database is read-only
$READ_ONLY
nothing was done; mzlua.db is at 2
END
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "a file that may not be read" {
  without_rights
  person_migrations
  mz 0 up
  chmod 0 mzlua.db
  for command in up status version; do
    mz 6 $command
    out_is ''
    err_is <<END
mzlua: error: mzlua.db: unable to open database file
$HINT
END
  done
}

@test "a read-only folder: reading works, writing is refused" {
  without_rights
  person_migrations
  mkdir folder
  mz 0 up 2 -d folder/a.db
  chmod 555 folder
  before=$(digest folder/a.db)
  mz 0 version -d folder/a.db
  out_is 2
  mz 6 up -d folder/a.db
  out_is ''
  err_is <<END
migrations/000010_index_name.up.sql:1:1: error: folder/a.db: attempt to write \
a readonly database
     1 | CREATE INDEX person_name ON person (name);
       | ^
$READ_ONLY
migration 10 was rolled back; folder/a.db is still at 2
END
  mz 6 up -d folder/new.db
  err_is <<END
mzlua: error: folder/new.db: unable to open database file
$HINT
migration 1 was not begun
END
  [ "$(digest folder/a.db)" = "$before" ]
  [ "$(ls folder)" = a.db ]
}

# A migration that writes more than a small disk takes.
grow() {
  cat <<'END'
CREATE TABLE big (a);
INSERT INTO big
  WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT 20000)
  SELECT hex(randomblob(50)) FROM c;
END
}

@test "a full disk rolls back, and is tried again with success" {
  mkdir disk
  mount -t tmpfs -o size=128k none disk || { rmdir disk && skip 'no mount'; }
  export DB=disk/a.db
  person_migrations
  grow >migrations/11_grow.up.sql
  mz 0 goto 10 -d disk/a.db
  before=$(dump)
  mz 7 up -d disk/a.db
  out_is ''
  err_is <<'END'
migrations/11_grow.up.sql:2:1: error: disk/a.db: database or disk is full
     2 | INSERT INTO big
       | ^
hint: make room on the disk and run it again
migration 11 was rolled back; disk/a.db is still at 10
END
  [ "$(dump)" = "$before" ]
  healthy
  [ "$(ls disk)" = a.db ]
  mount -o remount,size=16m disk
  mz 0 up -d disk/a.db
  at_version 11
  db_is 'SELECT count(*) FROM big' 20000
}

@test "a disk that is full from the start" {
  mkdir disk
  mount -t tmpfs -o size=4k none disk || { rmdir disk && skip 'no mount'; }
  person_migrations
  : >disk/a.db
  mz 7 up -d disk/a.db
  out_is ''
  grep -q 'disk/a.db is still without any migration$' "$ERR"
  [ ! -s disk/a.db ]
}

not_begun() {
  case $1 in
    down) echo 'migration 1 was not begun' ;;
    up | 'goto 2') echo 'migration 2 was not begun' ;;
    *) echo 'nothing was done' ;;
  esac
}

@test "a locked database: exit 75 after the lock timeout, and nothing done" {
  person_migrations
  mz 0 up 1
  before=$(dump)
  hold "BEGIN IMMEDIATE; SELECT 'locked';"
  for command in up down 'up --single-transaction' 'up --dry-run' \
    'goto 2' redo; do
    # shellcheck disable=SC2086
    mz 75 $command --lock-timeout 0
    out_is ''
    err_is <<END
mzlua: error: mzlua.db: database is locked
  locked by sqlite3 (process N)
hint: another process is using mzlua.db: try again, or wait longer with \
--lock-timeout
$(not_begun "$command"); mzlua.db is still at 1
END
  done
  mz 75 force 2 --lock-timeout=0
  mz 0 status --lock-timeout 0
  mz 0 version --lock-timeout 0
  out_is 1
  let_go
  [ "$(dump)" = "$before" ]
  mz 0 up --lock-timeout 0
  at_version 10
}

@test "an exclusive lock keeps readers out as well" {
  person_migrations
  mz 0 up
  hold "BEGIN EXCLUSIVE; SELECT 'locked';"
  for command in status version up; do
    mz 75 $command --lock-timeout 0
    out_is ''
    err_is <<'END'
mzlua: error: mzlua.db: database is locked
  locked by sqlite3 (process N)
hint: another process is using mzlua.db: try again, or wait longer with \
--lock-timeout
END
  done
  let_go
}

@test "lock_timeout of mzlua.lua holds where no option is given" {
  person_migrations
  mz 0 up 1
  echo 'return { lock_timeout = 0 }' >mzlua.lua
  hold "BEGIN IMMEDIATE; SELECT 'locked';"
  mz 75 up
  let_go
}

@test "a reader that is slow to finish only delays the commit" {
  person_migrations
  mz 0 up 1
  hold 'BEGIN; SELECT count(*) FROM person;'
  mz 75 up --lock-timeout 0
  out_is ''
  err_is <<'END'
mzlua: error: mzlua.db: database is locked
  locked by sqlite3 (process N)
hint: another process is using mzlua.db: try again, or wait longer with \
--lock-timeout
migration 2 was rolled back; mzlua.db is still at 1
END
  "$MZLUA" up </dev/null >"$OUT" 2>"$ERR" 3>&- &
  pid=$!
  let_go
  wait $pid
  at_version 10
}

@test "a URI that SQLite does not take is exit 6" {
  migration 1_a.up.sql 'CREATE TABLE a (x);'
  mz 6 up -d 'file:x.db?vfs=nope'
  err_is <<'END'
mzlua: error: file:x.db?vfs=nope: no such vfs: nope
migration 1 was not begun
END
  mz 6 up -d 'file://host/x.db'
  [ ! -e x.db ]
}

@test "on a terminal it says whom it waits for" {
  person_migrations
  mz 0 up 1
  hold 'BEGIN IMMEDIATE; SELECT 1;'
  script -qec "$MZLUA up --lock-timeout 2" /dev/null >"$OUT" </dev/null || true
  let_go
  grep -qE 'waiting for sqlite3 \(process [0-9]+\), which has locked mzlua.db' \
    "$OUT"
  at_version 1
}
