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
--- /dev/null
+++ index person_name
@@ -0,0 +1,1 @@
+CREATE INDEX person_name ON person (name)
rows of person: 2 before, 2 after; 0 inserted, 2 updated, 0 deleted
whole table: person is read for the index person_name (2 rows)
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
--- /dev/null
+++ index person_name
@@ -0,0 +1,1 @@
+CREATE INDEX person_name ON person (name)
--- /dev/null
+++ table person
@@ -0,0 +1,1 @@
+CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL)
rows of person: 2, new; 2 inserted, 2 updated, 0 deleted
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
--- index person_name
+++ /dev/null
@@ -1,1 +0,0 @@
-CREATE INDEX person_name ON person (name)
mzlua.db is still at 10
END
  mz 0 goto 1 --dry-run
  out_is <<'END'
would down 000010_index_name  (N ms, 0 rows)
would down 000002_shout  (N ms, 2 rows)
--- index person_name
+++ /dev/null
@@ -1,1 +0,0 @@
-CREATE INDEX person_name ON person (name)
rows of person: 2 before, 2 after; 0 inserted, 2 updated, 0 deleted
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

@test "--dry-run shows each object's difference and each table's rows" {
  migration 1_a.up.sql "CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  name TEXT, -- as shown
  u UNIQUE
);
CREATE TABLE gone (x);
CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE log (n);
CREATE TRIGGER note AFTER DELETE ON w BEGIN INSERT INTO log VALUES (1); END;
CREATE VIRTUAL TABLE f USING fts5 (text);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
INSERT INTO t SELECT i, 'ä' || i, i FROM n;
INSERT INTO w VALUES ('a', 1), ('b', 2), ('c', 3);
INSERT INTO gone SELECT id FROM t;\n"
  migration 2_b.lua "return { up = function(db)
  db:transform('t', { not_null = { name = { fill = '' } } })
  db:exec [[DROP TABLE gone;
    CREATE INDEX wv ON w (v);
    UPDATE w SET v = v + 1;
    DELETE FROM w WHERE k = 'a';
    INSERT OR REPLACE INTO t VALUES (2000, 'new', 7);
    DELETE FROM t WHERE id <= 5;
    INSERT INTO f VALUES ('x');
    CREATE TABLE fresh (x);
    INSERT INTO fresh SELECT 1;
    DELETE FROM fresh]]
end }\n"
  mz 0 up 1
  before=$(digest mzlua.db)
  mz 0 up --dry-run
  sed -i 1d "$OUT"
  out_is <<'SQL'
--- table gone
+++ /dev/null
@@ -1,1 +0,0 @@
-CREATE TABLE gone (x)
--- table t
+++ table t
@@ -1,5 +1,5 @@
-CREATE TABLE t (
+CREATE TABLE "t" (
   id INTEGER PRIMARY KEY,
-  name TEXT, -- as shown
+  name TEXT NOT NULL, -- as shown
   u UNIQUE
 )
--- /dev/null
+++ index wv
@@ -0,0 +1,1 @@
+CREATE INDEX wv ON w (v)
--- /dev/null
+++ table fresh
@@ -0,0 +1,1 @@
+CREATE TABLE fresh (x)
rows of fresh: 0, new; 1 inserted, 0 updated, 1 deleted
rows of gone: 1000 before, dropped
rows of log: 0 before, 1 after; 1 inserted, 0 updated, 0 deleted
rows of t: 1000 before, 995 after; 1 inserted, 0 updated, 6 deleted
rows of w: 3 before, 2 after; 0 inserted, 3 updated, 1 deleted
whole table: t is made anew (995 rows)
whole table: w is read for the index wv (2 rows)
mzlua.db is still at 1
SQL
  [ "$(digest mzlua.db)" = "$before" ]
  mz 0 up --dry-run --json
  compare <(sqlite3 :memory: "SELECT value ->> 'table', value ->> 'before',
    value ->> 'after', value ->> 'inserted', value ->> 'updated',
    value ->> 'deleted', value ->> 'rebuilt'
    FROM json_each(readfile('$OUT'), '\$.rows');
    SELECT value ->> 'type', value ->> 'name', value ->> 'change'
    FROM json_each(readfile('$OUT'), '\$.schema')") <<'END'
fresh||0|1|0|1|0
gone|1000||0|0|0|0
log|0|1|1|0|0|0
t|1000|995|1|0|6|1
w|3|2|0|3|1|0
table|gone|removed
table|t|changed
index|wv|added
table|fresh|added
END
}
