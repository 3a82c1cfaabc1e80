#!/usr/bin/env bats
# status.bats - where a database is: status and version, which never write.

load support

@test "status lists what is applied and pending" {
  person_migrations
  mz 0 up 2
  before=$(digest mzlua.db)
  mz 0 status
  err_is ''
  out_is <<'END'
mzlua.db is at 2
  applied           1  create_person
  applied           2  shout
  pending          10  index_name
2 applied, 1 pending
END
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "status of a database in which nothing was applied" {
  person_migrations
  : >mzlua.db
  mz 0 status
  out_is <<'END'
mzlua.db is without any migration
  pending           1  create_person
  pending           2  shout
  pending          10  index_name
0 applied, 3 pending
END
  mz 0 version
  out_is none
  [ ! -s mzlua.db ]
}

@test "status --exit-code exits 3 only where something is pending" {
  person_migrations
  mz 0 up 2
  mz 3 status --exit-code
  err_is ''
  mz 3 status --exit-code -q
  out_is ''
  err_is ''
  mz 0 status
  mz 0 up
  mz 0 status --exit-code
}

@test "version prints the version and nothing else" {
  person_migrations
  mz 0 up
  before=$(digest mzlua.db)
  mz 0 version
  out_is 10
  err_is ''
  mz 0 version -q
  out_is 10
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "reading commands never make a database" {
  person_migrations
  for command in status version down redo 'force 1' 'baseline 1'; do
    # shellcheck disable=SC2086
    mz 6 $command
    out_is ''
    sed -n '1,2p' "$ERR" | diff -u <(cat <<'END'
mzlua: error: mzlua.db: no such database
hint: `mzlua up` makes it; --database names another
END
) -
    [ "$(ls)" = migrations ]
  done
}

@test "a file below the version that was never applied is out of order" {
  person_migrations
  mz 0 up
  migration 5_late.up.sql 'CREATE TABLE late (a);'
  migration 5_late.down.sql 'DROP TABLE late;'
  mz 0 status
  out_is <<'END'
mzlua.db is at 10
  applied           1  create_person
  applied           2  shout
  out of order      5  late
  applied          10  index_name
3 applied, 0 pending
END
  err_is <<'END'
1 out of order: below the current version, and never applied; `mzlua up` \
refuses until they get a higher version or --allow-out-of-order
END
  mz 3 status --exit-code -q
  err_is ''
}

@test "up refuses what is out of order, unless it is allowed" {
  person_migrations
  mz 0 up
  migration 5_late.up.sql 'CREATE TABLE late (a);'
  migration 5_late.down.sql 'DROP TABLE late;'
  before=$(digest mzlua.db)
  mz 4 up
  out_is ''
  err_is <<'END'
mzlua: error: migrations/5_late.up.sql is out of order: it was never applied, \
and the database is already at version 10
hint: give it a version above 10, or run it now with --allow-out-of-order
nothing was done; mzlua.db is still at 10
END
  [ "$(digest mzlua.db)" = "$before" ]
  mz 0 up --allow-out-of-order
  out_is <<'END'
up   000005_late  (N ms, 0 rows)
mzlua.db is at 10
END
  at_version 10
  mz 0 up
  out_is 'mzlua.db is at 10: nothing to do'
  mz 0 down 2
  out_is <<'END'
down 000010_index_name  (N ms, 0 rows)
down 000005_late  (N ms, 0 rows)
mzlua.db is at 2
END
}

@test "without history, versions up to the ledger's count as applied" {
  person_migrations
  mz 0 up
  sql 'DROP TABLE mzlua_history'
  mz 0 status
  out_is <<'END'
mzlua.db is at 10
  applied           1  create_person
  applied           2  shout
  applied          10  index_name
3 applied, 0 pending
END
}

@test "a file that is gone is missing" {
  person_migrations
  mz 0 up
  rm migrations/000002_shout.lua
  mz 0 status
  out_is <<'END'
mzlua.db is at 10
  applied           1  create_person
  applied          10  index_name
  missing           2  (its file is gone)
2 applied, 0 pending
END
}

@test "a database newer than the files is refused" {
  person_migrations
  mz 0 up
  rm migrations/000010*
  before=$(digest mzlua.db)
  mz 0 status
  out_is <<'END'
mzlua.db is at 10
  applied           1  create_person
  applied           2  shout
  missing          10  (its file is gone)
2 applied, 0 pending
END
  mz 4 up
  out_is ''
  err_is <<'END'
mzlua: error: the database is at version 10, newer than the newest file (2)
hint: deploy the files that belong to this database
nothing was done; mzlua.db is still at 10
END
  rm migrations/*
  mz 4 up
  err_is <<'END'
mzlua: error: the database is at version 10, but migrations holds no migration
hint: deploy the files that belong to this database
nothing was done; mzlua.db is still at 10
END
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "what -q leaves: the answer of version, notices and errors" {
  person_migrations
  migration 11_say.lua 'return { up = function(db)
  mz.log("a detail")
  mz.notice("look at this") end, down = mz.noop }'
  mz 0 up -q
  out_is ''
  err_is 'notice: look at this'
  mz 0 -q down
  err_is ''
  mz 0 up
  err_is <<'END'
a detail
notice: look at this
END
  mz 2 -q up x
  err_is 'mzlua: error: "x" is not a number of migrations, from 1 up'
}

@test "results come before the error where both go to one file" {
  person_migrations
  migration 000010_index_name.up.sql 'SELECT nix;'
  "$MZLUA" up >log 2>&1 </dev/null && return 1
  sed -E 's/[0-9]+ ms/N ms/' log | diff -u <(cat <<'END'
up   000001_create_person  (N ms, 2 rows)
up   000002_shout  (N ms, 2 rows)
migrations/000010_index_name.up.sql:1:8: error: no such column: nix
     1 | SELECT nix;
       |        ^~~
migration 10 was rolled back; mzlua.db is still at 2
END
) -
}

@test "results that cannot be written are an I/O error" {
  person_migrations
  mz 0 up
  status=0
  "$MZLUA" status >/dev/full 2>"$ERR" || status=$?
  [ "$status" -eq 7 ]
}

# Run mzlua, which fails, with a terminal as its standard output and error.
on_terminal() {
  ! script -qefc "$MZLUA $*" /dev/null </dev/null >"$OUT"
}

@test "colour only on a terminal, and not with NO_COLOR or TERM=dumb" {
  TERM=xterm on_terminal bogus
  grep -q $'\x1b\\[31merror:' "$OUT"
  NO_COLOR=1 TERM=xterm on_terminal bogus
  grep -q 'error: there is no command' "$OUT"
  run grep $'\x1b\\[[0-9;]*m' "$OUT"
  [ "$status" -eq 1 ]
  TERM=dumb on_terminal bogus
  run cat "$OUT"
  [ "$output" = $'mzlua: error: there is no command "bogus"\r
hint: `mzlua help` lists the commands\r' ]
}

@test "status says of tables without a version that up would refuse" {
  person_migrations
  sql 'CREATE TABLE person (id)'
  mz 0 status
  err_is "it has tables, but no migration is recorded in it; \`mzlua up\` \
refuses until \`mzlua baseline V\` has said which version it is at"
}
