#!/usr/bin/env bats
# adopt.bats - databases that another tool has migrated, and its files.

load support.bash

# A database as $1 leaves it, made by SQL from standard input.
made_by() {
  rm -f mzlua.db
  sql "CREATE TABLE note (id INTEGER PRIMARY KEY, text)"
  sqlite3 -batch -bail mzlua.db
}

# Files for 20240101, 20240102, 20240103, of which the last adds a column.
dbmate_files() {
  file migrations/20240101_note.sql <<'END'
-- migrate:up
CREATE TABLE note (id INTEGER PRIMARY KEY, text);

-- migrate:down
DROP TABLE note;
END
  file migrations/20240102_more.sql <<'END'
-- migrate:up
SELECT 1;
-- migrate:down
SELECT 2;
END
  file migrations/20240103_tag.sql <<'END'
-- What it does.
-- migrate:up
ALTER TABLE note ADD COLUMN tag;

-- migrate:down
ALTER TABLE note DROP COLUMN tag;
END
}

@test "dbmate: its table gets another name, and the rest is applied" {
  dbmate_files
  made_by dbmate <<'END'
CREATE TABLE "schema_migrations" (version varchar(128) primary key);
INSERT INTO schema_migrations VALUES ('20240101'), ('20240102');
END
  before=$(digest mzlua.db)
  mz 2 adopt
  out_is <<'END'
mzlua.db is dbmate's: 2 versions, the highest 20240102
its schema_migrations will be old_schema_migrations
END
  err_is <<'END'
mzlua: error: nothing was done
hint: --yes takes it over
END
  [ "$(digest mzlua.db)" = "$before" ]
  mz 0 adopt --yes
  at_version 20240102
  db_is 'SELECT version FROM old_schema_migrations' $'20240101\n20240102'
  mz 0 status
  out_is <<'END'
mzlua.db is at 20240102
  applied      20240101  note
  applied      20240102  more
  pending      20240103  tag
2 applied, 1 pending
END
  mz 0 up
  db_is "SELECT count(*) FROM pragma_table_info('note') WHERE name = 'tag'" 1
  mz 0 down 2
  at_version 20240101
  mz 0 adopt
  out_is 'mzlua.db has a ledger that this program and golang-migrate share: '\
'there is nothing to adopt'
}

@test "Rails, with a version that was never applied" {
  dbmate_files
  made_by Rails <<'END'
CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY);
CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar);
INSERT INTO schema_migrations VALUES ('20240103'), ('20240101'), ('20230101');
END
  mz 0 adopt -y
  out_is <<'END'
mzlua.db is Rails's: 3 versions, the highest 20240103
its schema_migrations will be old_schema_migrations
mzlua.db is taken over; nothing was run
END
  err_is 'no file in migrations has the version 20230101'
  mz 0 status
  grep -q '^  out of order 20240102  more$' "$OUT"
}

@test "goose: what was undone does not count" {
  made_by goose <<'END'
CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT,
  version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL,
  tstamp TIMESTAMP DEFAULT (datetime('now')));
INSERT INTO goose_db_version (version_id, is_applied)
VALUES (0, 1), (1, 1), (2, 1), (3, 1), (3, 0);
END
  file migrations/00001_note.sql <<'END'
-- +goose Up
SELECT 1;
END
  file migrations/00002_more.sql <<<'-- +goose Up'
  file migrations/00003_trigger.sql <<'SQL'
-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER t AFTER INSERT ON note BEGIN
  UPDATE note SET text = 'new' WHERE id = new.id; SELECT 1;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER t;
SQL
  mz 0 adopt -y --json
  json_is <<'END'
{"command":"adopt","database":"mzlua.db","tool":"goose","versions":[1,2],\
"exit_status":0}
END
  err_is ''
  at_version 2
  mz 0 up
  at_version 3
  sql "INSERT INTO note VALUES (1, 'old')"
  db_is 'SELECT text FROM note' new
  mz 0 down
  at_version 2
}

@test "sqlx, refinery and a counter" {
  made_by sqlx <<'END'
CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT,
  installed_on TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB,
  execution_time BIGINT);
INSERT INTO _sqlx_migrations VALUES (5, 'a', 0, TRUE, x'', 1),
  (6, 'b', 0, TRUE, x'', 1);
END
  mz 0 adopt -y
  at_version 6
  made_by refinery <<'END'
CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY,
  name VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255));
INSERT INTO refinery_schema_history VALUES (1, 'a', '', ''), (2, 'b', '', '');
END
  mz 0 adopt -y
  at_version 2
  made_by counter <<'END'
PRAGMA user_version = 7;
END
  migration 3_a.up.sql 'SELECT 1;'
  mz 0 adopt -y
  out_is <<'END'
mzlua.db counts in PRAGMA user_version: at 7, and all below count as applied
mzlua.db is taken over; nothing was run
END
  at_version 7
  mz 0 status
  grep -q '^  applied           3  a$' "$OUT"
}

@test "what cannot be taken over is refused, and stays as it is" {
  made_by sqlx <<'END'
CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, success BOOLEAN);
INSERT INTO _sqlx_migrations VALUES (5, TRUE), (6, FALSE);
END
  mz 4 adopt -y
  err_is <<'END'
mzlua: error: sqlx has stopped in the middle of version 6: finish or undo \
that with it first
END
  made_by dbmate <<'END'
CREATE TABLE schema_migrations (version varchar(128) primary key);
INSERT INTO schema_migrations VALUES ('one');
END
  mz 4 adopt -y
  err_is 'mzlua: error: dbmate has applied "one", which is not a number that '\
'could be a version'
  made_by nobody </dev/null
  before=$(digest mzlua.db)
  mz 4 adopt -y
  err_is <<'END'
mzlua: error: mzlua.db shows no trace of dbmate, goose, Rails, sqlx or \
refinery, nor a number in PRAGMA user_version
hint: `mzlua baseline V` says which version it is at
END
  [ "$(digest mzlua.db)" = "$before" ]
  rm mzlua.db
  mz 6 adopt -y
  [ ! -e mzlua.db ]
}

@test "files with sections: places, transactions and those without any" {
  file migrations/1_a.sql <<'END'
-- A note on it; nothing runs here: SELECT nonsense;
-- migrate:up
CREATE TABLE a (x);
SELECT nosuch FROM a;
-- migrate:down
DROP TABLE a;
END
  echo 'SELECT 1;' >migrations/2_plain.sql
  mz 1 up
  err_is <<'END'
migrations/1_a.sql:4:8: error: no such column: nosuch
     4 | SELECT nosuch FROM a;
       |        ^~~~~~  a has: x
migration 1 was rolled back; mzlua.db is still without any migration
END
  sed -i 4d migrations/1_a.sql
  file migrations/3_vacuum.sql <<'END'
-- migrate:up transaction:false
VACUUM;
-- migrate:down transaction:false
VACUUM;
END
  file migrations/4_goose.sql <<'END'
-- +goose NO TRANSACTION
-- +goose Up
VACUUM;
END
  mz 0 up
  at_version 4
  mz 4 down
  grep -q 'migration 4 (goose) is irreversible' "$ERR"
  mz 0 force 3
  mz 0 down --all --yes
  db_is "SELECT count(*) FROM sqlite_schema WHERE name = 'a'" 0
  echo >migrations/1_a.up.sql
  mz 2 up
  grep -q 'version 1 is there twice: migrations/1_a.sql and migrations/1_a.up' \
    "$ERR"
}
