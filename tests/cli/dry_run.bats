#!/usr/bin/env bats
# dry_run.bats - --dry-run does everything, and leaves nothing of it.

load support

@test "--dry-run says what up would do, and changes no byte" {
  person_migrations
  mz 0 up 1
  before=$(digest mzlua.db)
  mz 0 up --dry-run
  err_is ''
  out_is <<'END'
would up   000002_shout  (N ms, 2 rows)
would up   000010_index_name  (N ms, 0 rows)
mzlua.db is still at 1
END
  [ "$(digest mzlua.db)" = "$before" ]
  [ "$(ls)" = "$(printf 'migrations\nmzlua.db')" ]
}

@test "--dry-run does not make a database that isn't there" {
  person_migrations
  mz 0 up --dry-run
  out_is <<'END'
would up   000001_create_person  (N ms, 2 rows)
would up   000002_shout  (N ms, 2 rows)
would up   000010_index_name  (N ms, 0 rows)
mzlua.db is still without any migration
END
  err_is ''
  [ "$(ls)" = migrations ]
}

@test "--dry-run with nothing to do says so" {
  person_migrations
  mz 0 up
  before=$(digest mzlua.db)
  mz 0 up --dry-run --exit-code
  out_is 'mzlua.db is at 10: nothing to do'
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "--dry-run of down, goto and redo changes no byte" {
  person_migrations
  mz 0 up
  before=$(digest mzlua.db)
  mz 0 down --dry-run
  out_is <<'END'
would down 000010_index_name  (N ms, 0 rows)
mzlua.db is still at 10
END
  mz 0 goto 1 --dry-run
  out_is <<'END'
would down 000010_index_name  (N ms, 0 rows)
would down 000002_shout  (N ms, 2 rows)
mzlua.db is still at 10
END
  mz 0 redo --dry-run
  out_is <<'END'
would down 000010_index_name  (N ms, 0 rows)
would up   000010_index_name  (N ms, 0 rows)
mzlua.db is still at 10
END
  mz 0 down --all --dry-run
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "--dry-run finds what fails, with the same message" {
  person_migrations
  migration 000010_index_name.up.sql 'CREATE INDEX i ON person (emial);'
  mz 0 up 2
  before=$(digest mzlua.db)
  mz 1 up --dry-run
  out_is ''
  err_is <<'END'
migrations/000010_index_name.up.sql:1:27: error: no such column: emial
     1 | CREATE INDEX i ON person (emial);
       |                           ^~~~~  person has: id, name
migration 10 was rolled back; mzlua.db is still at 2
END
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "--dry-run on a missing database that fails leaves none" {
  person_migrations
  migration 000001_create_person.up.sql 'SELECT 1 FROM nix;'
  mz 1 up --dry-run
  err_is <<'END'
migrations/000001_create_person.up.sql:1:15: error: no such table: nix
     1 | SELECT 1 FROM nix;
       |               ^~~
everything was rolled back
END
  [ ! -e mzlua.db ]
}

@test "up --dry-run --exit-code exits 3 where something is pending" {
  person_migrations
  mz 3 up --dry-run --exit-code
  [ ! -e mzlua.db ]
  mz 0 up --dry-run
  mz 0 up 2
  before=$(digest mzlua.db)
  mz 3 up --dry-run --exit-code -q
  out_is ''
  err_is ''
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "a migration is told of the dry run" {
  migration 1_a.lua 'return { up = function(db)
  mz.notice(tostring(mz.dry_run)) end }'
  mz 0 up --dry-run
  err_is 'notice: true'
  mz 0 up
  err_is 'notice: false'
}
