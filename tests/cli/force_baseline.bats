#!/usr/bin/env bats
# force_baseline.bats - setting the version without running anything, and
# taking over a database that has tables but no ledger.

load support

# Version 1 makes users and an index, version 2 a view.
shop_migrations() {
  migration 1_users.up.sql "CREATE TABLE users (id INTEGER PRIMARY KEY, name);
CREATE INDEX users_name ON users (name);\n"
  migration 1_users.down.sql 'DROP TABLE users;'
  migration 2_adults.up.sql 'CREATE VIEW adults AS SELECT * FROM users;'
  migration 2_adults.down.sql 'DROP VIEW adults;'
}

# A database as version 1 would make it, by hand.
legacy() {
  sql "CREATE TABLE users (id INTEGER PRIMARY KEY, name); -- by hand
    CREATE INDEX users_name ON users(name);
    INSERT INTO users VALUES (1, 'ada')"
}

@test "force V sets the version and runs nothing" {
  person_migrations
  mz 0 up 1
  mz 0 force 10
  err_is ''
  out_is 'mzlua.db is at 10; nothing was run'
  at_version 10
  db_is "SELECT count(*) FROM sqlite_schema WHERE name = 'person_name'" 0
  db_is 'SELECT version, direction, version_before, version_after
    FROM mzlua_history ORDER BY id DESC LIMIT 1' '10|force|1|10'
  mz 0 up
  out_is 'mzlua.db is at 10: nothing to do'
}

@test "force -1 says that nothing is applied" {
  person_migrations
  mz 0 up
  mz 0 force -1
  out_is 'mzlua.db is without any migration; nothing was run'
  db_is 'SELECT count(*) FROM schema_migrations' 0
  db_is 'SELECT count(*) FROM person' 2
  mz 0 force -- -1
  mz 0 status -q
}

@test "force clears dirty" {
  person_migrations
  mz 0 up 2
  sql 'UPDATE schema_migrations SET version = 10, dirty = 1'
  mz 4 up
  mz 0 force 2
  at_version 2
  mz 0 up
  at_version 10
}

@test "force 0 is a version" {
  : >migrations/0_zero.up.sql
  : >mzlua.db
  mz 0 force 0
  at_version 0
}

@test "force makes the ledger of a database that has none" {
  legacy
  mz 0 force 1
  at_version 1
  db_is 'SELECT * FROM users' '1|ada'
}

@test "force mends a ledger with two rows, NULL or text" {
  person_migrations
  mz 0 up 1
  for rows in "(1, 0), (2, 0)" "(NULL, 0)" "('one', 0)" "(1, 'true')" \
    "(1, NULL)" "(1.5, 0)" "(-7, 0)" "(1, 2)"; do
    sql "DELETE FROM schema_migrations;
      INSERT INTO schema_migrations VALUES $rows"
    before=$(digest mzlua.db)
    mz 4 up
    [ "$(digest mzlua.db)" = "$before" ]
    mz 0 force 1
    at_version 1
  done
}

@test "force takes one version" {
  : >mzlua.db
  local range='a whole number from -1 to 9223372036854775807'
  for text in x 1.0 '' 9223372036854775808 0x1 ' 1'; do
    mz 2 force "$text"
    out_is ''
    err_is "mzlua: error: \"$text\" is not a version: $range"
  done
  mz 2 force
  err_is <<'END'
mzlua: error: `mzlua force` needs an argument
hint: usage: mzlua force V (-1: none)
END
  [ ! -s mzlua.db ]
}

@test "a database with tables but no ledger is not migrated blindly" {
  shop_migrations
  legacy
  before=$(digest mzlua.db)
  for command in up 'goto 2' 'up --dry-run'; do
    # shellcheck disable=SC2086
    mz 4 $command
    out_is ''
    err_is <<'END'
mzlua: error: mzlua.db has tables, but no migration is recorded in it
hint: `mzlua baseline V` says which version it is at; for all such databases, \
set baseline in mzlua.lua
nothing was done; mzlua.db is still without any migration
END
  done
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "baseline V sets the version of a database as migrations make it" {
  shop_migrations
  legacy
  mz 0 baseline 1
  err_is ''
  out_is <<'END'
the schema is what the migrations make
mzlua.db is at 1; nothing was run
END
  at_version 1
  db_is 'SELECT version, direction, version_before, version_after
    FROM mzlua_history' '1|baseline||1'
  mz 0 up
  at_version 2
  db_is 'SELECT * FROM adults' '1|ada'
}

@test "baseline V lists what is different, and does nothing without a yes" {
  shop_migrations
  sql 'CREATE TABLE users (id INTEGER PRIMARY KEY, name, age);
    CREATE TABLE other (a); CREATE VIEW seniors AS SELECT 1;
    CREATE TRIGGER t AFTER INSERT ON other BEGIN SELECT 1; END'
  before=$(digest mzlua.db)
  mz 1 baseline 2
  out_is <<'END'
the schema is not what the migrations make:
missing:   index users_name
different: table users
  migrations: CREATE TABLE users (id INTEGER PRIMARY KEY, name)
  database:   CREATE TABLE users (id INTEGER PRIMARY KEY, name, age)
missing:   view adults
extra:     table other
extra:     trigger t
extra:     view seniors
END
  err_is <<'END'
mzlua: error: mzlua.db differs from what the migrations make; nothing was done
hint: --yes accepts the difference
END
  [ "$(digest mzlua.db)" = "$before" ]
}

@test "baseline --yes accepts the difference, having shown it" {
  shop_migrations
  sql 'CREATE TABLE users (id INTEGER PRIMARY KEY, name)'
  mz 0 baseline 1 --yes
  err_is ''
  out_is <<'END'
the schema is not what the migrations make:
missing:   index users_name
mzlua.db is at 1; nothing was run
END
  at_version 1
}

@test "baseline asks on a terminal" {
  shop_migrations
  sql 'CREATE TABLE users (id INTEGER PRIMARY KEY, name)'
  ! script -qefc "$MZLUA baseline 1" /dev/null <<<n >"$OUT" || return 1
  grep -q 'Set the version all the same? \[y/N\]' "$OUT"
  db_is "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'" 0
  script -qefc "$MZLUA baseline 1" /dev/null <<<y >"$OUT"
  at_version 1
}

@test "baseline of a database that has a version, or to one that isn't there" {
  shop_migrations
  legacy
  mz 2 baseline 3
  err_is 'mzlua: error: migrations has no migration with version 3'
  mz 0 baseline 1
  mz 4 baseline 2
  out_is ''
  err_is <<'END'
mzlua: error: mzlua.db has a version already; `mzlua force V` changes it
END
  at_version 1
}

@test "baseline fails where a migration up to it fails" {
  shop_migrations
  legacy
  migration 1_users.up.sql 'CREATE TABEL users (id);'
  mz 1 baseline 1
  out_is ''
  err_is <<'END'
migrations/1_users.up.sql:1:8: error: near "TABEL": syntax error
     1 | CREATE TABEL users (id);
       |        ^~~~~
END
  db_is "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'" 0
}

# mzlua.lua with a baseline at version 1.
configure() {
  file mzlua.lua <<'END'
return { baseline = { version = 1, when_table = "users" } }
END
}

@test "baseline in mzlua.lua: a database with that table is at that version" {
  shop_migrations
  legacy
  configure
  before=$(digest mzlua.db)
  mz 0 status
  out_is <<'END'
mzlua.db is at 1 by the baseline in mzlua.lua, not yet recorded
  applied           1  users
  pending           2  adults
1 applied, 1 pending
END
  mz 0 up --dry-run
  [ "$(digest mzlua.db)" = "$before" ]
  mz 0 up
  err_is ''
  out_is <<'END'
up   000002_adults  (N ms, 0 rows)
mzlua.db is at 2
END
  at_version 2
  db_is 'SELECT version, direction FROM mzlua_history' <<'END'
1|baseline
2|up
END
  db_is 'SELECT * FROM users' '1|ada'
}

@test "baseline in mzlua.lua is recorded where nothing else is to do" {
  shop_migrations
  rm migrations/2*
  legacy
  configure
  mz 0 up
  out_is 'mzlua.db is at 1: nothing to do'
  at_version 1
}

@test "baseline in mzlua.lua: without that table, all applies, or nothing" {
  shop_migrations
  configure
  mz 0 up
  at_version 2
  DB=other.db sql 'CREATE TABLE something (a)'
  mz 4 -d other.db up
  err_is <<'END'
mzlua: error: other.db has tables, but no migration is recorded in it
hint: `mzlua baseline V` says which version it is at; for all such databases, \
set baseline in mzlua.lua
nothing was done; other.db is still without any migration
END
}

@test "baseline in mzlua.lua is undone with the migration that fails" {
  shop_migrations
  legacy
  configure
  migration 2_adults.up.sql 'SELECT nix;'
  before=$(dump)
  mz 1 up
  err_is <<'END'
migrations/2_adults.up.sql:1:8: error: no such column: nix
     1 | SELECT nix;
       |        ^~~
migration 2 was rolled back; mzlua.db is without any migration
END
  [ "$(dump)" = "$before" ]
}
