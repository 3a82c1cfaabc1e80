#!/usr/bin/env bats
# transactions.bats - what SQL files say about transactions, foreign keys and
# pragmas, and what a migration may not touch.

load support

# Apply version 1: a parent and two children that cascade.
family() {
  migration 1_family.up.sql "CREATE TABLE parent (id INTEGER PRIMARY KEY, a);
CREATE TABLE child (id INTEGER PRIMARY KEY,
  parent_id INT REFERENCES parent ON DELETE CASCADE);
INSERT INTO parent VALUES (1, 'x'), (2, 'y');
INSERT INTO child VALUES (1, 1), (2, 2), (3, 2);\n"
  mz 0 up
}

# The text $1 as migration 2 must succeed without a word.
succeeds() {
  migration 2_t.up.sql "$1"
  mz 0 up && err_is '' && at_version 2 && healthy
}

NO_TRANSACTION='hint: remove it: mzlua runs each migration in one transaction; '
NO_TRANSACTION+='one BEGIN ... COMMIT around the whole file is fine'

@test "one BEGIN ... COMMIT around a file is skipped" {
  family
  succeeds '-- as other tools want it\nBEGIN TRANSACTION;
CREATE TABLE a (b);\nINSERT INTO a VALUES (1);\nCOMMIT;\n'
  db_is 'SELECT * FROM a' 1
}

@test "pragmas may stand outside of BEGIN ... COMMIT, which may say END" {
  family
  succeeds 'PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;
CREATE TABLE a (b);\nEND;\nPRAGMA foreign_keys = ON;\nPRAGMA user_version = 7;'
  db_is 'PRAGMA user_version' 7
}

@test "a failure inside of BEGIN ... COMMIT rolls everything back" {
  family
  fails 'BEGIN;\nCREATE TABLE a (b);\nCOMMIT;\nPRAGMA foreign_keys=ON;
SELECT 1;' <<'END'
@:5:1: error: a statement stands behind COMMIT
     5 | SELECT 1;
       | ^~~~~~
hint: remove BEGIN and COMMIT: mzlua runs each migration in one transaction
END
}

@test "BEGIN without COMMIT is refused" {
  family
  fails 'BEGIN;\nCREATE TABLE a (b);' <<'END'
@:1:1: error: BEGIN has no COMMIT
     1 | BEGIN;
       | ^~~~~
hint: remove BEGIN: mzlua runs each migration in one transaction
END
}

@test "any other transaction statement is refused with its line" {
  family
  fails 'CREATE TABLE a (b);\nCOMMIT;\nCREATE TABLE c (d);' <<END
@:2:1: error: a migration may not begin or end a transaction
     2 | COMMIT;
       | ^~~~~~
$NO_TRANSACTION
END
  fails 'CREATE TABLE a (b);\n  BEGIN;\nCOMMIT;' <<END
@:2:3: error: a migration may not begin or end a transaction
     2 |   BEGIN;
       |   ^~~~~
$NO_TRANSACTION
END
  fails 'BEGIN;\nCREATE TABLE a (b);\nROLLBACK;' <<END
@:3:1: error: a migration may not begin or end a transaction
     3 | ROLLBACK;
       | ^~~~~~~~
$NO_TRANSACTION
END
  fails 'BEGIN;\nCOMMIT;\nBEGIN;\nCOMMIT;' <<END
@:3:1: error: a migration may not begin or end a transaction
     3 | BEGIN;
       | ^~~~~
$NO_TRANSACTION
END
  fails 'CREATE TABLE a (b); END TRANSACTION;' <<END
@:1:21: error: a migration may not begin or end a transaction
     1 | CREATE TABLE a (b); END TRANSACTION;
       |                     ^~~
$NO_TRANSACTION
END
}

@test "SAVEPOINT is refused" {
  family
  fails 'SAVEPOINT here;' <<'END'
@:1:1: error: a migration may not use SAVEPOINT
     1 | SAVEPOINT here;
       | ^~~~~~~~~
hint: remove it, or write the migration in Lua and use db:savepoint()
END
}

@test "rebuilding a parent with foreign_keys = OFF ... ON keeps its children" {
  family
  succeeds "PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE new_parent (id INTEGER PRIMARY KEY, a TEXT NOT NULL);
INSERT INTO new_parent SELECT id, a FROM parent;
DROP TABLE parent;
ALTER TABLE new_parent RENAME TO parent;
PRAGMA foreign_key_check;
COMMIT;
PRAGMA foreign_keys=ON;"
  db_is 'SELECT id, parent_id FROM child' <<'END'
1|1
2|2
3|2
END
}

@test "rebuilding a parent without a word about foreign keys keeps them too" {
  family
  succeeds "CREATE TABLE new_parent (id INTEGER PRIMARY KEY, a TEXT NOT NULL);
INSERT INTO new_parent SELECT id, a FROM parent;
DROP TABLE parent;
ALTER TABLE new_parent RENAME TO parent;"
  db_is 'SELECT count(*) FROM child' 3
}

@test "foreign_keys = OFF does not hide what the check before commit finds" {
  family
  fails 'PRAGMA foreign_keys=OFF;\nDELETE FROM parent WHERE id = 1;
PRAGMA foreign_keys=ON;' <<'END'
@: error: 1 foreign key violation
  child: id = 1, parent_id = 1 has no parent in parent
hint: insert the missing parents, or delete or repoint these rows in the \
migration; ON DELETE acts only under foreign_keys=on
END
}

@test "a violation that was there stays an old one under a new name" {
  family
  sqlite3 mzlua.db 'INSERT INTO child (id, parent_id) VALUES (9, 99)'
  cat >migrations/2_t.up.sql <<'END'
ALTER TABLE child RENAME TO kid;
ALTER TABLE kid RENAME COLUMN parent_id TO parent_number;
END
  mz 0 up
  db_is 'SELECT parent_number FROM kid WHERE id = 9' 99
}

@test "foreign_keys=on as a directive enforces them: children cascade" {
  family
  succeeds '-- mzlua: foreign_keys=on\n-- mzlua: deletes=child
    DELETE FROM parent WHERE id = 2;'
  db_is 'SELECT id FROM child' 1
}

@test "pragmas that outlive a rollback are refused, with what to do instead" {
  local cases=(
    'journal_mode = WAL' "set it once outside of migrations: \
sqlite3 FILE 'PRAGMA journal_mode=WAL', or in a file of its own that says \
-- mzlua: transaction=off"
    'synchronous = OFF' 'remove it: mzlua sets what makes a commit durable'
    'writable_schema = ON' "rebuild the table: create the new one, copy, \
drop the old one, rename the new one"
    'trusted_schema = OFF' 'remove it, or set it outside of migrations'
    'busy_timeout = 5' 'remove it and use --lock-timeout'
    'ignore_check_constraints = ON' 'mend the rows that break the CHECK first'
    'auto_vacuum = FULL' "it has no effect inside a transaction: set it, \
with a VACUUM after it, in a file of its own that says \
-- mzlua: transaction=off"
    'locking_mode = EXCLUSIVE' 'remove it, or set it outside of migrations'
  )
  family
  for ((i = 0; i < ${#cases[@]}; i += 2)); do
    fails "CREATE TABLE a (b);\nPRAGMA ${cases[i]};" <<END
@:2:1: error: PRAGMA ${cases[i]%% *} cannot be set inside a migration: it \
would not be rolled back
     2 | PRAGMA ${cases[i]};
       | ^~~~~~
hint: ${cases[i + 1]}
END
  done
}

@test "pragmas that read, user_version and application_id are fine" {
  family
  succeeds 'PRAGMA journal_mode;\nPRAGMA synchronous;
PRAGMA table_info(parent);\nPRAGMA integrity_check;
PRAGMA user_version = 5;\nPRAGMA application_id = 77;
PRAGMA legacy_alter_table = ON;\nPRAGMA defer_foreign_keys = ON;'
  db_is 'PRAGMA user_version; PRAGMA application_id;
    PRAGMA legacy_alter_table' \
    $'5\n77\n0'
}

@test "VACUUM is refused with a hint" {
  family
  fails 'VACUUM;' <<'END'
@:1:1: error: cannot VACUUM from within a transaction
     1 | VACUUM;
       | ^~~~~~
hint: VACUUM cannot run inside a transaction: put it in a file of SQL that \
says -- mzlua: transaction=off
END
}

@test "ATTACH and DETACH are refused, and make no file" {
  family
  fails "ATTACH 'other.db' AS other;" <<'END'
@:1:1: error: ATTACH is not allowed inside a migration
     1 | ATTACH 'other.db' AS other;
       | ^~~~~~
hint: a migration works on one database
END
  [ ! -e other.db ]
}

@test "the ledger is not for migrations to write" {
  local hint="hint: it is where the program records which migrations ran; \
\`mzlua force V\` sets the version"
  family
  for sql in 'UPDATE schema_migrations SET version = 9' \
    'DELETE FROM schema_migrations' 'DROP TABLE schema_migrations' \
    "INSERT INTO Schema_Migrations VALUES (3, 0)" \
    'ALTER TABLE schema_migrations RENAME TO old' \
    'CREATE INDEX i ON schema_migrations (dirty)'; do
    fails "$sql;" <<END
@:1:1: error: a migration may not change the table schema_migrations
     1 | $sql;
       | $(printf '%s' "${sql%% *}" | sed 's/./~/g; s/~/^/')
$hint
END
  done
  fails 'DELETE FROM mzlua_history;' <<END
@:1:1: error: a migration may not change the table mzlua_history
     1 | DELETE FROM mzlua_history;
       | ^~~~~~
$hint
END
  succeeds 'CREATE TABLE was AS SELECT * FROM schema_migrations;'
  db_is 'SELECT * FROM was' '1|0'
}

@test "a directive that isn't there, or says neither on nor off" {
  family
  migration 2_t.up.sql '-- mzlua: forein_keys=on\nSELECT 1;'
  mz 2 up
  err_is <<'END'
migrations/2_t.up.sql:1:11: error: there is no directive "forein_keys"
     1 | -- mzlua: forein_keys=on
       |           ^~~~~~~~~~~
hint: is foreign_keys meant?
nothing was done; mzlua.db is still at 1
END
  migration 2_t.up.sql '-- why\n-- mzlua: foreign_keys=yes\nSELECT 1;'
  mz 2 up
  err_is <<'END'
migrations/2_t.up.sql:2:11: error: foreign_keys is on or off, not "yes"
     2 | -- mzlua: foreign_keys=yes
       |           ^~~~~~~~~~~~
nothing was done; mzlua.db is still at 1
END
  at_version 1
}
