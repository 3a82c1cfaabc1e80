#!/usr/bin/env bats
# Rows that go from tables which a migration does not name.

load support.bash

# Users with orders, notes that a trigger deletes, and an index of words.
shop() {
  migration 1_shop.up.sql "CREATE TABLE user (id INTEGER PRIMARY KEY, name);
CREATE TABLE \"order\" (id INTEGER PRIMARY KEY,
  user_id REFERENCES user (id) ON DELETE CASCADE);
CREATE TABLE line (id INTEGER PRIMARY KEY,
  order_id REFERENCES \"order\" (id) ON DELETE CASCADE);
CREATE TABLE note (user_id, text);
CREATE TRIGGER forget AFTER DELETE ON user BEGIN
  DELETE FROM note WHERE user_id = old.id;
END;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
INSERT INTO user SELECT i, 'user ' || i FROM n;
INSERT INTO \"order\" SELECT id, id FROM user;
INSERT INTO line SELECT id, id FROM \"order\";
INSERT INTO note SELECT id, 'ä' FROM user WHERE id % 2;\n"
  mz 0 up -q
}

counts() {
  db_is "SELECT (SELECT count(*) FROM user), (SELECT count(*) FROM \"order\"),
    (SELECT count(*) FROM line), (SELECT count(*) FROM note)" "$1"
}

@test "a table that is dropped while keys are enforced keeps its children" {
  shop
  migration 2_rebuild.up.sql "-- mzlua: foreign_keys=on
CREATE TABLE user_new (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO user_new SELECT * FROM user;
DROP TABLE user;
ALTER TABLE user_new RENAME TO user;\n"
  mz 1 up
  err_is <<'END'
migrations/2_rebuild.up.sql: error: rows are lost from tables from which no \
statement of this migration deletes
  order: 100 of 100 rows are gone
  line: 100 of 100 rows are gone
hint: a foreign key action or a trigger deleted them; if that is meant, \
declare it: -- mzlua: deletes=order,line at the top of SQL, or \
deletes = { "order", "line" } in Lua
migration 2 was rolled back; mzlua.db is still at 1
END
  at_version 1
  counts '100|100|100|50'
}

@test "what a trigger and keys delete has to be declared" {
  shop
  migration 2_leave.up.sql "-- mzlua: foreign_keys=on
-- mzlua: deletes=Order , LINE
DELETE FROM user WHERE id > 90;\n"
  mz 1 up
  err_is <<'END'
migrations/2_leave.up.sql: error: rows are lost from a table from which no \
statement of this migration deletes
  note: 5 of 50 rows are gone
hint: a foreign key action or a trigger deleted them; if that is meant, \
declare it: -- mzlua: deletes=note at the top of SQL, or \
deletes = { "note" } in Lua
migration 2 was rolled back; mzlua.db is still at 1
END
  counts '100|100|100|50'
  sed -i '1i -- mzlua: deletes=note' migrations/2_leave.up.sql
  mz 0 up
  counts '90|90|90|45'
}

@test "a migration in Lua is watched, and declares in its table" {
  shop
  migration 2_leave.lua "return { foreign_keys = true,
  up = function(db)
    db:exec('DELETE FROM note')
    pcall(db.exec, db, 'DELETE FROM user WHERE id = ?', 7)
  end }\n"
  mz 1 up
  err_is <<'END'
migrations/2_leave.lua: error: rows are lost from tables from which no \
statement of this migration deletes
  order: 1 of 100 rows are gone
  line: 1 of 100 rows are gone
hint: a foreign key action or a trigger deleted them; if that is meant, \
declare it: -- mzlua: deletes=order,line at the top of SQL, or \
deletes = { "order", "line" } in Lua
migration 2 was rolled back; mzlua.db is still at 1
END
  counts '100|100|100|50'
  sed -i '1s/{/{ deletes = { "order", "LINE" },/' migrations/2_leave.lua
  mz 0 up
  counts '99|99|99|0'
}

@test "what is only moved, or a full-text index, is no loss" {
  shop
  sql "CREATE VIRTUAL TABLE word USING fts5 (name);
    CREATE TRIGGER word_delete AFTER DELETE ON line BEGIN
      DELETE FROM word WHERE rowid = old.id; END;
    INSERT INTO word (rowid, name) SELECT id, 'w' FROM line;
    CREATE TABLE total (user_id PRIMARY KEY, n);
    INSERT INTO total SELECT id, 0 FROM user;
    CREATE TRIGGER total_update AFTER UPDATE ON user BEGIN
      DELETE FROM total WHERE user_id = old.id;
      INSERT INTO total VALUES (new.id, 1); END"
  migration 2_all.up.sql "DELETE FROM line WHERE id < 50;
UPDATE user SET name = 'x';\n"
  mz 0 up
  db_is 'SELECT count(*), sum(n) FROM total' '100|100'
  db_is 'SELECT count(*) FROM word' 51
}

@test "a view whose trigger deletes, and rows that REPLACE replaces" {
  shop
  sql "CREATE VIEW people AS SELECT id FROM user;
    CREATE TRIGGER leave INSTEAD OF DELETE ON people BEGIN
      DELETE FROM \"order\" WHERE user_id = old.id; END"
  migration 2_view.up.sql "DELETE FROM people WHERE id = 1;\n"
  mz 1 up
  grep -q '^  order: 1 of 100 rows are gone$' "$ERR"
  migration 2_view.up.sql "-- mzlua: foreign_keys=on
INSERT OR REPLACE INTO user (id, name) VALUES (1, 'again');\n"
  mz 1 up
  grep -q '^  order: 1 of 100 rows are gone$' "$ERR"
  counts '100|100|100|50'
}

@test "down and --dry-run are watched as well" {
  shop
  migration 2_nothing.up.sql ''
  migration 2_nothing.down.sql "DELETE FROM user WHERE id = 3;\n"
  mz 0 up
  mz 1 down
  grep -q '^  note: 1 of 50 rows are gone$' "$ERR"
  mz 1 down --dry-run
  grep -q '^  note: 1 of 50 rows are gone$' "$ERR"
  counts '100|100|100|50'
}

@test "wrong declarations are errors" {
  shop
  migration 2_a.up.sql "-- mzlua: deletes=\nSELECT 1;\n"
  mz 2 up
  grep -q 'migrations/2_a.up.sql:1:11: error: deletes names no table' "$ERR"
  rm migrations/2_a.up.sql
  migration 2_a.lua "return { up = mz.noop, deletes = 'user' }\n"
  mz 2 up
  grep -q 'deletes must be a table, not a string' "$ERR"
  migration 2_a.lua "return { up = mz.noop, deletes = { 1 } }\n"
  mz 2 up
  grep -q 'deletes must be a list of tables, not of a number' "$ERR"
  counts '100|100|100|50'
}

@test "values that were swapped are not put back while keys are enforced" {
  migration 1_u.up.sql "CREATE TABLE u (id INTEGER PRIMARY KEY, place UNIQUE);
CREATE TABLE child (u REFERENCES u (id) ON DELETE CASCADE);
INSERT INTO u VALUES (1, 1), (2, 2);
INSERT INTO child VALUES (1), (2);\n"
  migration 2_swap.lua "return { foreign_keys = true,
  up = function(db)
    db:remember('u', function()
      db:exec('UPDATE u SET place = -place; UPDATE u SET place = 3 + place')
    end)
  end,
  down = function(db) db:restore('u') end }\n"
  mz 0 up -q
  mz 1 down
  grep -q "2_swap.lua:7: error: rows of u have each other's values" "$ERR"
  db_is 'SELECT id, place FROM u; SELECT count(*) FROM child' \
    $'1|2\n2|1\n2'
  sed -i 's/foreign_keys = true,//' migrations/2_swap.lua
  mz 0 down
  db_is 'SELECT id, place FROM u; SELECT count(*) FROM child' \
    $'1|1\n2|2\n2'
}
