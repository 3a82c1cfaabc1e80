#!/usr/bin/env bats
# irreversible.bats - migrations without a down, and those with nothing to undo.

load support

@test "down refuses an SQL migration without a down file" {
  person_migrations
  rm migrations/000010_index_name.down.sql
  mz 0 up
  before=$(digest mzlua.db)
  mz 4 down
  out_is ''
  err_is <<'END'
mzlua: error: migration 10 (index_name) is irreversible: it has no down
hint: write its .down.sql; an empty one says that there is nothing to undo
nothing was done; mzlua.db is still at 10
END
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "down refuses a Lua migration without a down" {
  person_migrations
  migration 000002_shout.lua 'return { up = function(db) end }'
  mz 0 up 2
  mz 4 down
  out_is ''
  err_is <<'END'
mzlua: error: migration 2 (shout) is irreversible: it has no down
hint: write a down, or down = mz.noop if there is nothing to undo
nothing was done; mzlua.db is still at 2
END
  at_version 2
}

@test "an irreversible migration on the way stops the run before its start" {
  person_migrations
  rm migrations/000001_create_person.down.sql
  mz 0 up
  before=$(digest mzlua.db)
  for command in 'down 3' 'down --all'; do
    # shellcheck disable=SC2086
    mz 4 $command
    out_is ''
    err_is <<'END'
mzlua: error: migration 1 (create_person) is irreversible: it has no down
hint: write its .down.sql; an empty one says that there is nothing to undo
nothing was done; mzlua.db is still at 10
END
  done
  [ "$(digest mzlua.db)" = "$before" ]
  mz 0 goto 1
  at_version 1
}

@test "redo of an irreversible migration is refused" {
  person_migrations
  rm migrations/000010_index_name.down.sql
  mz 0 up
  mz 4 redo
  out_is ''
  err_is <<'END'
mzlua: error: migration 10 (index_name) is irreversible: it has no down
hint: write its .down.sql; an empty one says that there is nothing to undo
nothing was done; mzlua.db is still at 10
END
}

@test "an empty down file means that there is nothing to undo" {
  person_migrations
  for text in '' '\n\n' '-- nothing to undo' '/* nothing */\n-- here\n' ';'; do
    migration 000010_index_name.down.sql "$text"
    mz 0 goto 10
    mz 0 down
    out_is <<'END'
down 000010_index_name  (N ms, 0 rows)
mzlua.db is at 2
END
    at_version 2
    sql 'DROP INDEX person_name'
  done
}

@test "down = mz.noop means that there is nothing to undo" {
  migration 1_a.lua \
    'return { up = "CREATE TABLE a (b)", down = mz.noop }'
  mz 0 up
  mz 0 down
  out_is <<'END'
down 000001_a  (N ms, 0 rows)
mzlua.db is without any migration
END
  db_is 'SELECT count(*) FROM schema_migrations' 0
  db_is "SELECT count(*) FROM sqlite_schema WHERE name = 'a'" 1
}

@test "a Lua migration's up and down may be strings of SQL" {
  migration 1_a.lua \
    'return { up = "CREATE TABLE a (b); INSERT INTO a VALUES (1)",
  down = "DROP TABLE a" }'
  mz 0 up
  out_is <<'END'
up   000001_a  (N ms, 1 row)
mzlua.db is at 1
END
  db_is 'SELECT * FROM a' 1
  mz 0 down
  db_is "SELECT count(*) FROM sqlite_schema WHERE name = 'a'" 0
}
