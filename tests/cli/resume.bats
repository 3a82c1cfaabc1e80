#!/usr/bin/env bats
# Migrations without a transaction: transaction=off, exit 5, resume.

load support.bash

# A table of 1,000 rows, and what can only be done outside of a transaction.
notes() {
  migration 1_note.up.sql "CREATE TABLE note (id INTEGER PRIMARY KEY, text);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
INSERT INTO note SELECT i, 'Nötiz ' || i FROM n;\n"
  mz 0 up -q
  file migrations/2_compact.up.sql <<'SQL'
-- mzlua: transaction=off
PRAGMA page_size = 8192;
DELETE FROM note WHERE id % 2;
VACUUM; -- a comment behind it
CREATE TABLE word (text);
CREATE TRIGGER words AFTER INSERT ON note BEGIN
  INSERT INTO word VALUES (new.text); SELECT 'a;b';
END;
INSERT INTO note VALUES (2000, 'last');
-- nothing more
SQL
  migration 2_compact.down.sql "-- mzlua: transaction=off
DROP TRIGGER words;
DROP TABLE word;
VACUUM main;\n"
}

compacted() {
  db_is "SELECT count(*), max(id) FROM note; SELECT * FROM word;
    SELECT version, direction FROM mzlua_history
    WHERE version = 2; PRAGMA page_size;
    SELECT count(*) FROM sqlite_schema WHERE name = 'mzlua_unfinished'" \
    $'501|2000\nlast\n2|up\n8192\n0'
  at_version 2
  healthy
}

@test "each statement commits by itself, up and down" {
  notes
  mz 0 up
  out_is <<'END'
up   000002_compact  (N ms, 502 rows)
mzlua.db is at 2
END
  compacted
  mz 0 down
  at_version 1
  db_is "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'word%'" 0
}

@test "a failure stops it, status shows what is next, resume goes on" {
  notes
  sed -i 's/note VALUES (2000/nota VALUES (2000/' migrations/2_compact.up.sql
  mz 5 up
  err_is <<'END'
migrations/2_compact.up.sql:9:13: error: no such table: nota
     9 | INSERT INTO nota VALUES (2000, 'last');
       |             ^~~~  is note meant?
migration 2 stopped before statement 6; what ran before stays, and mzlua.db \
is marked dirty: `mzlua resume` goes on, also with that statement mended in \
its file; `mzlua force V` gives it up
END
  db_is 'SELECT version, dirty FROM schema_migrations' '2|1'
  mz 0 status
  out_is <<'END'
mzlua.db is at 2, dirty
  applied           1  note
  unfinished        2  compact
1 applied, 0 pending
END
  err_is <<'END'
migration 2 (up) runs without a transaction and has not ended; statement 6 is \
next
migrations/2_compact.up.sql:9: INSERT INTO nota VALUES (2000, 'last');
END
  mz 4 up
  err_is <<'END'
mzlua: error: migration 2, which runs without a transaction, has not ended: \
statement 6 is next
hint: `mzlua status` shows what is next, `mzlua resume` goes on, unless \
another process is at work on it
nothing was done; mzlua.db is still at 2
END
  mz 5 resume
  sed -i 's/nota/note/' migrations/2_compact.up.sql
  mz 0 resume
  out_is <<'END'
up   000002_compact  (N ms, 2 rows)
mzlua.db is at 2
END
  compacted
  mz 4 resume
  err_is 'mzlua: error: there is nothing to resume: no migration without a '\
'transaction has stopped on its way'
}

@test "where the first statement fails, nothing was done" {
  notes
  migration 2_compact.up.sql "-- mzlua: transaction=off
INSERT INTO note VALUES (1, 'taken');
VACUUM;\n"
  mz 1 up
  err_is <<'END'
migrations/2_compact.up.sql:2:1: error: UNIQUE constraint failed: note.id
     2 | INSERT INTO note VALUES (1, 'taken');
       | ^~~~~~
nothing of migration 2 was done; mzlua.db is still at 1
END
  at_version 1
  db_is "SELECT count(*) FROM mzlua_history" 1
  mz 4 resume
}

@test "what has run must not be edited, force gives up" {
  notes
  sed -i 's/note VALUES (2000/nota VALUES (2000/' migrations/2_compact.up.sql
  mz 5 up
  sed -i 's/id % 2/id % 3/' migrations/2_compact.up.sql
  mz 4 resume
  err_is <<'END'
mzlua: error: migrations/2_compact.up.sql: what stands before statement 6 has \
run, and was edited since
hint: undo the edit, or finish by hand and say so with `mzlua force V`
END
  rm migrations/2_*
  mz 4 resume
  mz 0 force 2
  at_version 2
  db_is "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'mzlua_unf%'" 0
}

@test "what would not hold, or be undone, is refused" {
  notes
  local text
  for text in 'VACUUM INTO "x.db"' 'BEGIN' 'SAVEPOINT a' 'ROLLBACK' \
    'PRAGMA journal_mode = MEMORY' 'PRAGMA journal_mode = off' \
    'PRAGMA synchronous = OFF' 'ATTACH "x.db" AS x' \
    'PRAGMA writable_schema = ON' 'DELETE FROM schema_migrations' \
    'DROP TABLE mzlua_unfinished'; do
    migration 2_compact.up.sql "-- mzlua: transaction=off\n$text;\n"
    mz 1 up
    at_version 1
  done
  [ ! -e x.db ]
  migration 2_compact.up.sql "-- mzlua: transaction=off
PRAGMA journal_mode = WAL;\nINSERT OR ROLLBACK INTO note VALUES (2, 'x');\n"
  mz 5 up
  db_is 'PRAGMA journal_mode' wal
  mz 0 force 1
  rm migrations/2_compact.*
  migration 2_compact.lua "return { up = 'VACUUM', transaction = false }\n"
  mz 2 up
  grep -q 'transaction = false is not for Lua: write a file of SQL' "$ERR"
}

@test "it cannot be part of one transaction" {
  notes
  mz 2 up --dry-run
  err_is <<'END'
mzlua: error: migration 2 runs without a transaction (transaction=off), so \
that it cannot be part of one
hint: try it on a copy: mzlua up -d COPY
nothing was done; mzlua.db is still at 1
END
  mz 2 up --single-transaction
  mz 0 up -q
  mz 2 redo
}

@test "what is wrong at the end is told, and the migration stays unfinished" {
  notes
  migration 2_compact.up.sql "-- mzlua: transaction=off
VACUUM;
CREATE TABLE child (note_id REFERENCES note (id));
INSERT INTO child VALUES (-1);\n"
  mz 5 up
  grep -q 'foreign key violation' "$ERR"
  grep -q 'migration 2 stopped before statement 4' "$ERR"
  sql 'DELETE FROM child'
  mz 0 resume
  at_version 2
}

@test "killed at any write, resume or up completes it" {
  notes
  local n=0 status=137 before
  before=$(digest mzlua.db)
  cp mzlua.db start.db
  while [ "$status" -eq 137 ]; do
    n=$((n + 5))
    cp start.db mzlua.db
    rm -f mzlua.db-journal mzlua.db-wal mzlua.db-shm
    status=0
    ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null \
      -e trace=pwrite64,fdatasync,unlink,ftruncate \
      -e inject=pwrite64,fdatasync,unlink,ftruncate:signal=KILL:when="$n" \
      "$MZLUA" up -q </dev/null >/dev/null 2>&1 || status=$?
    [ "$status" -eq 137 ] || break
    if [ "$(sql 'SELECT max(dirty) FROM schema_migrations')" = 1 ]; then
      mz 0 resume
    else
      mz 0 up
    fi
    compacted
  done
  [ "$status" -eq 0 ]
  [ "$n" -gt 50 ]
  [ "$before" = "$(digest start.db)" ]
}
