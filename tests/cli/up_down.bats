#!/usr/bin/env bats
# up_down.bats - moving a database up and down: up, down, goto and redo.

load support

@test "up applies what is pending, SQL and Lua, in order of number" {
  person_migrations
  mz 0 up
  err_is ''
  out_is <<'END'
up   000001_create_person  (N ms, 2 rows)
up   000002_shout  (N ms, 2 rows)
up   000010_index_name  (N ms, 0 rows)
mzlua.db is at 10
END
  at_version 10
  healthy
  db_is 'SELECT * FROM person' <<'END'
1|ADA
2|GRACE
END
  db_is "SELECT name FROM sqlite_schema WHERE type = 'index'
    AND tbl_name = 'person'" person_name
}

@test "history says what ran, and holds the text that undoes it" {
  person_migrations
  mz 0 up
  mz 0 down
  db_is 'SELECT id, version, name, direction, kind, rows_changed,
    version_before, version_after FROM mzlua_history' <<'END'
1|1|create_person|up|sql|2||1
2|2|shout|up|lua|2|1|2
3|10|index_name|up|sql|0|2|10
4|10|index_name|down|sql|0|10|2
END
  db_is 'SELECT down_text FROM mzlua_history WHERE id IN (1, 3, 4)' <<'END'
DROP TABLE person;

DROP INDEX person_name;


END
  sql 'SELECT down_text FROM mzlua_history WHERE id = 2' |
    diff -u - <(cat migrations/000002_shout.lua && echo)
  db_is "SELECT count(*) FROM mzlua_history WHERE length(checksum) = 64
    AND started_at = strftime('%Y-%m-%dT%H:%M:%SZ', started_at)
    AND duration_ms >= 0 AND tool_version <> ''" 4
}

@test "up without anything pending does nothing, and says so" {
  person_migrations
  mz 0 up
  before=$(digest mzlua.db)
  mz 0 up
  out_is 'mzlua.db is at 10: nothing to do'
  err_is ''
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "up N applies the next N" {
  person_migrations
  mz 0 up 1
  out_is <<'END'
up   000001_create_person  (N ms, 2 rows)
mzlua.db is at 1
END
  at_version 1
  mz 0 up 5
  out_is <<'END'
up   000002_shout  (N ms, 2 rows)
up   000010_index_name  (N ms, 0 rows)
mzlua.db is at 10
END
  at_version 10
}

@test "down undoes one, down N undoes N" {
  person_migrations
  mz 0 up
  mz 0 down
  out_is <<'END'
down 000010_index_name  (N ms, 0 rows)
mzlua.db is at 2
END
  err_is ''
  at_version 2
  mz 0 down 2
  out_is <<'END'
down 000002_shout  (N ms, 2 rows)
down 000001_create_person  (N ms, 0 rows)
mzlua.db is without any migration
END
  db_is 'SELECT count(*) FROM schema_migrations' 0
  db_is "SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'person'" 0
}

@test "down N with more than are applied stops at nothing" {
  person_migrations
  mz 0 up 2
  mz 0 down 7
  out_is <<'END'
down 000002_shout  (N ms, 2 rows)
down 000001_create_person  (N ms, 0 rows)
mzlua.db is without any migration
END
  mz 0 down
  out_is 'mzlua.db is without any migration: nothing to do'
  err_is ''
}

@test "down --all goes to nothing, and up comes back to the same" {
  person_migrations
  mz 0 up
  data=$(sql 'SELECT * FROM person')
  mz 0 down --all
  out_is <<'END'
down 000010_index_name  (N ms, 0 rows)
down 000002_shout  (N ms, 2 rows)
down 000001_create_person  (N ms, 0 rows)
mzlua.db is without any migration
END
  db_is 'SELECT count(*) FROM schema_migrations' 0
  mz 0 up -q
  at_version 10
  [ "$(sql 'SELECT * FROM person')" = "$data" ]
}

@test "down takes a number or --all, not both" {
  person_migrations
  mz 0 up
  before=$(digest mzlua.db)
  mz 2 down --all 2
  out_is ''
  err_is <<'END'
mzlua: error: `mzlua down` takes a number or --all, not both
END
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "goto goes up and down to a version, or stays" {
  person_migrations
  mz 0 goto 2
  out_is <<'END'
up   000001_create_person  (N ms, 2 rows)
up   000002_shout  (N ms, 2 rows)
mzlua.db is at 2
END
  mz 0 goto 2
  out_is 'mzlua.db is at 2: nothing to do'
  mz 0 goto 10
  at_version 10
  mz 0 goto 000001
  out_is <<'END'
down 000010_index_name  (N ms, 0 rows)
down 000002_shout  (N ms, 2 rows)
mzlua.db is at 1
END
  at_version 1
}

@test "goto a version that no file has is refused" {
  person_migrations
  mz 0 up 1
  mz 2 goto 3
  out_is ''
  err_is <<'END'
mzlua: error: migrations has no migration with version 3
hint: `mzlua status` lists the versions; `mzlua down --all` goes below the first
nothing was done; mzlua.db is still at 1
END
  at_version 1
}

@test "redo undoes the last migration and applies it again" {
  person_migrations
  mz 0 up 2
  mz 0 redo
  out_is <<'END'
down 000002_shout  (N ms, 2 rows)
up   000002_shout  (N ms, 2 rows)
mzlua.db is at 2
END
  at_version 2
  db_is 'SELECT group_concat(name) FROM person' ADA,GRACE
}

@test "redo with an up that fails leaves the migration applied" {
  person_migrations
  mz 0 up
  before=$(dump)
  migration 000010_index_name.up.sql 'CREATE INDEX person_name ON nobody (a);'
  mz 1 redo
  out_is ''
  err_is <<'END'
migrations/000010_index_name.up.sql:1:29: error: no such table: main.nobody
     1 | CREATE INDEX person_name ON nobody (a);
       |                             ^~~~~~
everything was rolled back; mzlua.db is still at 10
END
  [ "$(dump)" = "$before" ]
}

@test "redo without an applied migration is refused" {
  person_migrations
  mz 0 up 1
  mz 0 down
  mz 4 redo
  out_is ''
  err_is <<'END'
mzlua: error: there is nothing to redo: no migration is applied
nothing was done; mzlua.db is still without any migration
END
}

@test "a failed migration is rolled back; those before it stay" {
  person_migrations
  migration 000010_index_name.up.sql \
    'CREATE TABLE more (a);\nINSERT INTO more VALUES (1);\nSELECT b FROM more;'
  mz 1 up
  out_is <<'END'
up   000001_create_person  (N ms, 2 rows)
up   000002_shout  (N ms, 2 rows)
END
  err_is <<'END'
migrations/000010_index_name.up.sql:3:8: error: no such column: b
     3 | SELECT b FROM more;
       |        ^  more has: a
migration 10 was rolled back; mzlua.db is still at 2
END
  at_version 2
  db_is "SELECT count(*) FROM sqlite_schema WHERE name = 'more'" 0
  db_is 'SELECT count(*) FROM mzlua_history' 2
  before=$(dump)
  mz 1 up
  [ "$(dump)" = "$before" ]
}

@test "a failed Lua migration is rolled back" {
  person_migrations
  mz 0 up 1
  file migrations/000002_shout.lua <<'END'
return {
  up = function(db)
    db:exec("CREATE TABLE more (a); INSERT INTO more VALUES (1)")
    error("no further")
  end,
}
END
  before=$(dump)
  mz 1 up
  out_is ''
  err_is <<'END'
migrations/000002_shout.lua:4: error: no further
     4 |     error("no further")
migration 2 was rolled back; mzlua.db is still at 1
END
  [ "$(dump)" = "$before" ]
}

@test "--single-transaction rolls back the whole run" {
  person_migrations
  migration 000010_index_name.up.sql 'SELECT nix;'
  mz 1 up --single-transaction
  out_is ''
  err_is <<'END'
migrations/000010_index_name.up.sql:1:8: error: no such column: nix
     1 | SELECT nix;
       |        ^~~
everything was rolled back; mzlua.db is still without any migration
END
  db_is 'SELECT count(*) FROM sqlite_schema' 0
}

@test "--single-transaction commits the whole run, up and down" {
  person_migrations
  mz 0 up --single-transaction
  out_is <<'END'
up   000001_create_person  (N ms, 2 rows)
up   000002_shout  (N ms, 2 rows)
up   000010_index_name  (N ms, 0 rows)
mzlua.db is at 10
END
  at_version 10
  migration 000001_create_person.down.sql 'DROP TABLE persons;'
  before=$(dump)
  mz 1 down --all --single-transaction
  out_is ''
  [ "$(dump)" = "$before" ]
}

@test "--single-transaction refuses migrations that differ in foreign_keys" {
  person_migrations
  migration 000010_index_name.up.sql \
    '-- mzlua: foreign_keys=on\nCREATE INDEX person_name ON person (name);'
  mz 2 up --single-transaction
  out_is ''
  err_is <<'END'
mzlua: error: migrations 1 and 10 cannot be one transaction: only one of them \
enforces foreign keys
hint: run up to the one before, then the rest
nothing was done
END
  [ ! -e mzlua.db ]
}
