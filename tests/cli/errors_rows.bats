#!/usr/bin/env bats
# errors_rows.bats - a failed constraint or foreign key shows the rows.

load support

# Apply version 1: tables with constraints and three rows.
user_table() {
  migration 1_user.up.sql "CREATE TABLE users (id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE, age INT CHECK (age > 0));
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INT REFERENCES users);
INSERT INTO users VALUES (1, 'a', 5), (2, 'b', 6), (3, 'c', 5);
INSERT INTO orders VALUES (1, 1);\n"
  mz 0 up
}

@test "UNIQUE: the row, and the one that is there" {
  user_table
  fails "INSERT INTO users VALUES (8, 'z', 1), (9, 'b', 7);" <<'END'
@:1:1: error: UNIQUE constraint failed: users.email
     1 | INSERT INTO users VALUES (8, 'z', 1), (9, 'b', 7);
       | ^~~~~~
  users: id = 9, email = 'b', age = 7
  is there already: id = 2, email = 'b', age = 6
END
  fails "UPDATE users SET email = 'a' WHERE id = 3;" <<'END'
@:1:1: error: UNIQUE constraint failed: users.email
     1 | UPDATE users SET email = 'a' WHERE id = 3;
       | ^~~~~~
  users: id = 3, email = 'a', age = 5
  is there already: id = 1, email = 'a', age = 5
END
}

@test "UNIQUE: a key of two columns in a table without rowid" {
  user_table
  fails "CREATE TABLE w (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID;
INSERT INTO w VALUES (1, 'it''s'), (1, 'x');
INSERT INTO w SELECT 1, 'it''s';" <<'END'
@:3:1: error: UNIQUE constraint failed: w.a, w.b
     3 | INSERT INTO w SELECT 1, 'it''s';
       | ^~~~~~
  w: a = 1, b = 'it''s'
  is there already: a = 1, b = 'it''s'
END
}

@test "NOT NULL and CHECK: the row" {
  user_table
  fails 'INSERT INTO users (id) VALUES (9);' <<'END'
@:1:1: error: NOT NULL constraint failed: users.email
     1 | INSERT INTO users (id) VALUES (9);
       | ^~~~~~
  users: id = 9, email = NULL, age = NULL
END
  fails 'UPDATE users SET age = -age WHERE id = 2;' <<'END'
@:1:1: error: CHECK constraint failed: age > 0
     1 | UPDATE users SET age = -age WHERE id = 2;
       | ^~~~~~
  users: id = 2, email = 'b', age = -6
END
}

@test "NOT NULL put back in a rebuild: the row, not the message alone" {
  user_table
  sql 'INSERT INTO users VALUES (4, x'"'00ff'"', NULL)'
  fails "CREATE TABLE new (id INTEGER PRIMARY KEY, age INT NOT NULL);
INSERT INTO new SELECT id, age FROM users;" <<'END'
@:2:1: error: NOT NULL constraint failed: new.age
     2 | INSERT INTO new SELECT id, age FROM users;
       | ^~~~~~
  new: id = 4, age = NULL
END
}

@test "CREATE UNIQUE INDEX: the values that are there twice" {
  user_table
  fails 'CREATE UNIQUE INDEX users_age ON users (age);' <<'END'
@:1:1: error: UNIQUE constraint failed: users.age
     1 | CREATE UNIQUE INDEX users_age ON users (age);
       | ^~~~~~
  users: age = 5 (2 rows)
END
  sql "INSERT INTO users SELECT value, 'u' || value, 10 + value % 7
    FROM generate_series(10, 99)"
  fails 'CREATE UNIQUE INDEX i ON users (age) WHERE age > 9;' <<'END'
@:1:1: error: UNIQUE constraint failed: users.age
     1 | CREATE UNIQUE INDEX i ON users (age) WHERE age > 9;
       | ^~~~~~
  users: age = 10 (13 rows)
  users: age = 11 (13 rows)
  users: age = 12 (12 rows)
  users: age = 13 (13 rows)
  users: age = 14 (13 rows)
END
}

@test "FOREIGN KEY in the check before the commit: five rows at most" {
  user_table
  fails 'INSERT INTO orders VALUES (2, 77);' <<'END'
@: error: 1 foreign key violation
  orders: id = 2, user_id = 77 has no parent in users
hint: insert the missing parents, or delete or repoint these rows in the \
migration; ON DELETE acts only under foreign_keys=on
END
  fails 'DELETE FROM users;\nINSERT INTO orders VALUES (2, 11), (3, 12),
(4, 13), (5, 14), (6, 15);' <<'END'
@: error: 6 foreign key violations
  orders: id = 1, user_id = 1 has no parent in users
  orders: id = 2, user_id = 11 has no parent in users
  orders: id = 3, user_id = 12 has no parent in users
  orders: id = 4, user_id = 13 has no parent in users
  orders: id = 5, user_id = 14 has no parent in users
  ...
hint: insert the missing parents, or delete or repoint these rows in the \
migration; ON DELETE acts only under foreign_keys=on
END
}

@test "FOREIGN KEY enforced by a directive: the row, at once" {
  local hint='hint: insert parents before children, or leave out '
  hint+='foreign_keys=on: the keys are then checked once, before the commit'
  user_table
  fails '-- mzlua: foreign_keys=on\nINSERT INTO orders VALUES (2, 77);' <<END
@:2:1: error: FOREIGN KEY constraint failed
     2 | INSERT INTO orders VALUES (2, 77);
       | ^~~~~~
  orders: id = 2, user_id = 77 has no parent in users
$hint
END
  fails '-- mzlua: foreign_keys=on\nDELETE FROM users;' <<END
@:2:1: error: FOREIGN KEY constraint failed
     2 | DELETE FROM users;
       | ^~~~~~
  orders: id = 1, user_id = 1 has no parent in users
$hint
END
}

@test "a foreign key that no parent can have: what the parent needs" {
  user_table
  fails 'CREATE TABLE p (a);
CREATE TABLE c (b REFERENCES p (a));
INSERT INTO c VALUES (1);' <<'END'
@: error: 1 foreign key violation
  foreign key mismatch - "c" referencing "p"
hint: the parent's columns need a UNIQUE index or must be its PRIMARY KEY
END
}

@test "violations that were there before stop no migration, new ones do" {
  user_table
  sql 'INSERT INTO orders VALUES (2, 55), (3, 55)'
  migration 2_t.up.sql 'CREATE TABLE another (a);'
  mz 0 up
  err_is ''
  at_version 2
  mz 0 force 1
  sql 'DROP TABLE another'
  fails 'INSERT INTO orders VALUES (4, 66), (5, 55);' <<'END'
@: error: 2 foreign key violations
  orders: id = 4, user_id = 66 has no parent in users
  orders: id = 5, user_id = 55 has no parent in users
hint: insert the missing parents, or delete or repoint these rows in the \
migration; ON DELETE acts only under foreign_keys=on
END
}

@test "PRAGMA foreign_key_check in a file fails it when it returns rows" {
  user_table
  fails 'INSERT INTO orders VALUES (2, 77);\nPRAGMA foreign_key_check;' <<'END'
@:2:1: error: the foreign key check of this file found violations
     2 | PRAGMA foreign_key_check;
       | ^~~~~~
  orders: id = 2, user_id = 77 has no parent in users
hint: insert the missing parents, or delete or repoint these rows
END
  fails 'INSERT INTO orders VALUES (11,7),(12,7),(13,7),(14,7),(15,7),(16,7);
PRAGMA foreign_key_check(orders);' <<'END'
@:2:1: error: the foreign key check of this file found violations
     2 | PRAGMA foreign_key_check(orders);
       | ^~~~~~
  orders: id = 11, user_id = 7 has no parent in users
  orders: id = 12, user_id = 7 has no parent in users
  orders: id = 13, user_id = 7 has no parent in users
  orders: id = 14, user_id = 7 has no parent in users
  orders: id = 15, user_id = 7 has no parent in users
  ...
hint: insert the missing parents, or delete or repoint these rows
END
  migration 2_t.up.sql 'PRAGMA foreign_key_check;\nCREATE TABLE another (a);'
  mz 0 up
  at_version 2
}

@test "INSERT OR ROLLBACK and RAISE(ROLLBACK) cannot end the transaction" {
  local hint="hint: use OR ABORT or RAISE(ABORT, ...): a ROLLBACK would end \
the migration's transaction"
  user_table
  fails "CREATE TABLE first (a);
INSERT OR ROLLBACK INTO users VALUES (9, 'a', 1);" <<END
@:2:1: error: UNIQUE constraint failed: users.email
     2 | INSERT OR ROLLBACK INTO users VALUES (9, 'a', 1);
       | ^~~~~~
$hint
END
  fails "CREATE TRIGGER keep BEFORE DELETE ON orders
BEGIN SELECT RAISE(ROLLBACK, 'orders are for ever'); END;
DELETE FROM orders;" <<END
@:3:1: error: orders are for ever
     3 | DELETE FROM orders;
       | ^~~~~~
$hint
END
}

# The lines $1 as an up in Lua must fail with the errors on standard input.
fails_in_lua() {
  migration 2_t.lua "return { up = function(db)
$1
end }"
  mz 1 up || return
  { sed 's|@|migrations/2_t.lua|' &&
    echo 'migration 2 was rolled back; mzlua.db is still at 1'; } |
    err_is || return
  db_is 'SELECT count(*) FROM users' 3
}

@test "Lua: the rows behind the error that ended it" {
  user_table
  fails_in_lua '  pcall(db.insert, db, "users", { id = 7, email = "b" })
  for row in db:rows("SELECT id FROM users WHERE id = 3") do
    db:exec("UPDATE users SET email = ? WHERE id = ?", "a", row.id)
  end' <<'END'
@:4: error: UNIQUE constraint failed: users.email
     4 |     db:exec("UPDATE users SET email = ? WHERE id = ?", "a", row.id)
  in the SQL: UPDATE users SET email = 'a' WHERE id = 3
  users: id = 3, email = 'a', age = 5
  is there already: id = 1, email = 'a', age = 5
END
  fails_in_lua '  db:exec [[DELETE FROM orders;
  INSERT INTO users VALUES (8, '"'z'"', 1), (9, '"'y'"', -7);]]' <<'END'
@:2: error: CHECK constraint failed: age > 0
     2 |   db:exec [[DELETE FROM orders;
  in the SQL: INSERT INTO users VALUES (8, 'z', 1), (9, 'y', -7);
  users: id = 9, email = 'y', age = -7
END
}

@test "Lua: no rows where a savepoint has undone what they collided with" {
  user_table
  fails_in_lua '  db:savepoint(function()
    local new = { { id = 8, email = "é" }, { id = 9, email = "é" } }
    db:insert("users", new)
  end)' <<'END'
@:4: error: UNIQUE constraint failed: users.email
     4 |     db:insert("users", new)
  in the SQL: INSERT INTO "users" ("email", "id") VALUES ('é', 9)
END
}

@test "Lua: no rows where the script has written since, or OR FAIL did" {
  user_table
  fails_in_lua '  local row = { id = 7, email = "b" }
  local _, err = pcall(db.insert, db, "users", row)
  db:exec("UPDATE users SET age = 9")
  error(err)' <<'END'
@:3: error: UNIQUE constraint failed: users.email
     3 |   local _, err = pcall(db.insert, db, "users", row)
  in the SQL: INSERT INTO "users" ("email", "id") VALUES ('b', 7)
END
  fails_in_lua '
  db:exec("INSERT OR FAIL INTO users VALUES (?, 8, 8), (2, 9, 9)", 8)' <<'END'
@:3: error: UNIQUE constraint failed: users.id
     3 |   db:exec("INSERT OR FAIL INTO users VALUES (?, 8, 8), (2, 9, 9)", 8)
  in the SQL: INSERT OR FAIL INTO users VALUES (8, 8, 8), (2, 9, 9)
END
}
