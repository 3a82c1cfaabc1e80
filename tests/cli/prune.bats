#!/usr/bin/env bats
# prune.bats - dropping what was saved for rollbacks that will not come.

load support

# Migrations 1 to 3; the last two save what they change.
saving_migrations() {
  migration 1_t.up.sql "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t VALUES (1, 'one'), (2, 'zwei'), (3, NULL);\n"
  for version in 2 3; do
    file migrations/${version}_save.lua <<END
return {
  up = function(db)
    db:remember("t", function() db:exec("UPDATE t SET a = a || '$version'") end)
  end,
  down = function(db) db:restore("t") end,
}
END
  done
}

saved() {
  db_is 'SELECT migration, count(*) FROM mzlua_saved GROUP BY 1'
}

@test "prune drops what was saved for migrations that are not applied" {
  saving_migrations
  mz 0 up
  mz 0 force 2
  mz 0 prune
  out_is 'mzlua.db: dropped what was saved for 1 migration: 2 values, 20 bytes'
  err_is ''
  saved <<'END'
2|2
END
}

@test "prune keeps what a rollback needs, to the last value" {
  saving_migrations
  mz 0 up
  before=$(dump)
  mz 0 prune
  out_is 'mzlua.db: nothing is saved that no rollback needs'
  [ "$(dump)" = "$before" ]
  mz 0 down 2
  db_is 'SELECT * FROM t' <<'END'
1|one
2|zwei
3|
END
}

@test "prune --before V gives up rollbacks below V" {
  saving_migrations
  mz 0 up
  mz 0 prune --before 3
  out_is 'mzlua.db: dropped what was saved for 1 migration: 2 values, 16 bytes'
  saved <<'END'
3|2
END
  mz 0 prune --before 4 --json
  json_is <<'END'
{"command":"prune","database":"mzlua.db","dry_run":false,"migrations":1,\
"values":2,"bytes":20,"exit_status":0}
END
}

@test "prune --dry-run only counts" {
  saving_migrations
  mz 0 up
  before=$(digest mzlua.db)
  mz 0 prune --before 9 --dry-run
  out_is <<'END'
mzlua.db: would drop what was saved for 2 migrations: 4 values, 36 bytes
END
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "prune of a database that has nothing, or is not there" {
  person_migrations
  mz 0 up
  mz 0 prune
  out_is 'mzlua.db: nothing is saved that no rollback needs'
  mz 6 -d gone.db prune
  [ ! -e gone.db ]
}

@test "prune refuses what it does not take" {
  saving_migrations
  mz 0 up
  mz 2 prune 3
  mz 2 prune --before two
  err_is 'mzlua: error: --before takes a version, from 0 up, not "two"'
  mz 2 up --before 3
  err_is "mzlua: error: --before is not for \`mzlua up\`"
}

@test "prune waits for the lock" {
  saving_migrations
  mz 0 up
  hold 'BEGIN IMMEDIATE; SELECT 1;'
  mz 75 prune --before 9 --lock-timeout 0
  let_go
  saved <<'END'
2|2
3|2
END
}

@test "what an earlier up has saved does not count after another one" {
  migration 1_t.up.sql "CREATE TABLE t (id INTEGER PRIMARY KEY, v);
INSERT INTO t VALUES (1, 'first');\n"
  migration 2_up.lua "return {
  up = function(db)
    db:remember('t', function() db:exec(\"UPDATE t SET v = v || '+'\") end)
  end,
  down = function(db) db:exec(\"UPDATE t SET v = 'second'\") end }\n"
  mz 0 up -q
  mz 0 down -q
  mz 0 up -q
  db_is 'SELECT old, new FROM mzlua_saved' 'second|second+'
  sed -i 's/db:exec("UPDATE t SET v = .second."/db:restore("t"/' \
    migrations/2_up.lua
  mz 0 down
  db_is 'SELECT v FROM t' second
}
