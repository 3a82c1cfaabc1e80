#!/usr/bin/env bats
# drift.bats - files that were edited since they were applied, and those that
# are gone.

load support.bash

@test "status shows files that were edited since, by what they do" {
  person_migrations
  mz 0 up -q
  sed -i 's/^CREATE/-- only a comment\nCREATE  /' \
    migrations/000001_create_person.up.sql
  mz 0 status
  out_is <<'END'
mzlua.db is at 10
  applied           1  create_person
  applied           2  shout
  applied          10  index_name
3 applied, 0 pending
END
  sed -i 's/grace/hopper/' migrations/000001_create_person.up.sql
  sed -i 's/upper/lower/' migrations/000002_shout.lua
  before=$(digest mzlua.db)
  mz 0 status
  out_is <<'END'
mzlua.db is at 10
  drifted           1  create_person
  drifted           2  shout
  applied          10  index_name
3 applied, 0 pending
END
  err_is <<'END'
2 drifted: edited after they were applied; undo the edit, and write a new \
migration
END
  mz 0 status --json
  grep -q '"state": "drifted"' "$OUT"
  echo 'return {' >migrations/000002_shout.lua
  mz 0 status
  grep -q '^  drifted           2  shout$' "$OUT"
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "up warns of them, --strict refuses, redo of the edited one is fine" {
  person_migrations
  mz 0 up -q
  sed -i 's/grace/hopper/' migrations/000001_create_person.up.sql
  mz 0 up
  err_is ''
  mz 4 up --strict
  err_is <<'END'
mzlua: error: migrations/000001_create_person.up.sql was edited after it was \
applied
hint: undo the edit: what is applied is changed by a new migration
nothing was done; mzlua.db is still at 10
END
  migration 11_more.up.sql 'SELECT 1;'
  migration 11_more.down.sql ''
  mz 0 up
  err_is 'warning: migrations/000001_create_person.up.sql was edited after it '\
'was applied'
  sed -i 's/1/2/' migrations/11_more.up.sql
  mz 0 redo
  err_is 'warning: migrations/000001_create_person.up.sql was edited after it '\
'was applied'
  mz 0 status
  grep -q '^  applied          11  more$' "$OUT"
}

@test "what is required counts as well, and what is undone does not" {
  person_migrations
  file migrations/lib/words.lua <<<'return { "a" }'
  migration 11_words.lua 'local words = require "words"
return { up = function(db) mz.log(words[1]) end, down = mz.noop }'
  mz 0 up -q
  echo 'return { "b" }' >migrations/lib/words.lua
  mz 0 status
  grep -q '^  drifted          11  words$' "$OUT"
  mz 0 down
  mz 0 status
  grep -q '^  pending          11  words$' "$OUT"
}

@test "down works when the files are gone, by what the database has kept" {
  person_migrations
  mz 0 up -q
  rm migrations/000010* migrations/000002*
  mz 0 down 2
  out_is <<'END'
down 000010_index_name  (N ms, 0 rows)
down 000002_shout  (N ms, 2 rows)
mzlua.db is at 1
END
  err_is <<'END'
notice: the file of migration 10 (index_name) is gone: its down is the one \
that mzlua.db has kept
notice: the file of migration 2 (shout) is gone: its down is the one that \
mzlua.db has kept
END
  db_is "SELECT name FROM person; SELECT count(*) FROM sqlite_schema
    WHERE type = 'index' AND name LIKE 'person%'" $'ada\ngrace\n0'
}

@test "goto goes down past them, errors name where the text was from" {
  person_migrations
  migration 11_bad.up.sql 'SELECT 1;'
  migration 11_bad.down.sql 'SELECT nosuch;\n'
  mz 0 up -q
  rm migrations/11_bad.*
  mz 1 goto 1
  err_is <<'END'
notice: the file of migration 11 (bad) is gone: its down is the one that \
mzlua.db has kept
mzlua.db: 000011_bad.down.sql:1:8: error: no such column: nosuch
     1 | SELECT nosuch;
       |        ^~~~~~
migration 11 was rolled back; mzlua.db is still at 11
END
  at_version 11
}

@test "what had no down, or was applied by others, cannot go down" {
  person_migrations
  rm migrations/000010_index_name.down.sql
  mz 0 up -q
  rm migrations/000010*
  mz 4 down
  err_is <<'END'
mzlua: error: migration 10 (index_name) is irreversible: it has no down
hint: write its .down.sql; an empty one says that there is nothing to undo
nothing was done; mzlua.db is still at 10
END
  sql 'DROP TABLE mzlua_history'
  mz 4 down
  grep -q 'the database is at version 10, but no file has that version' "$ERR"
}
