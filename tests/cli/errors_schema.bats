#!/usr/bin/env bats
# errors_schema.bats - how errors of SQL read: a name that isn't there, syntax,
# ALTER TABLE, and what breaks views and triggers. Each names its place, shows
# the line with a mark, says what state the database is in and what to do.

load support


# Apply version 1, tables to go wrong with.
user_table() {
  migration 1_user.up.sql "CREATE TABLE users (id INTEGER PRIMARY KEY,
  email TEXT UNIQUE, name TEXT, age INT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INT REFERENCES users);
INSERT INTO users VALUES (1, 'a@b', 'ada', 36);\n"
  mz 0 up
}

@test "a column that isn't there: the columns that are" {
  user_table
  fails 'SELECT 1;\nSELECT id, emial FROM users;\n' <<'END'
@:2:12: error: no such column: emial
     2 | SELECT id, emial FROM users;
       |            ^~~~~  users has: id, email, name, age
END
  fails 'UPDATE users SET emial = 1;' <<'END'
@:1:18: error: no such column: emial
     1 | UPDATE users SET emial = 1;
       |                  ^~~~~  users has: id, email, name, age
END
  fails 'INSERT INTO users (id, emial) VALUES (1, 2);' <<'END'
@:1:24: error: table users has no column named emial
     1 | INSERT INTO users (id, emial) VALUES (1, 2);
       |                        ^~~~~  users has: id, email, name, age
END
}

@test "a table that isn't there: the nearest that is" {
  user_table
  fails 'DELETE FROM user;' <<'END'
@:1:13: error: no such table: user
     1 | DELETE FROM user;
       |             ^~~~  is users meant?
END
  fails 'DROP TABLE ordres;' <<'END'
@:1:12: error: no such table: ordres
     1 | DROP TABLE ordres;
       |            ^~~~~~  is orders meant?
END
  fails 'SELECT *\n  FROM elephant;' <<'END'
@:2:8: error: no such table: elephant
     2 |   FROM elephant;
       |        ^~~~~~~~
END
}

@test "the mark stands under the name behind comments and blank lines" {
  user_table
  fails '-- a comment that is long enough to lead the mark astray\n
/* and\n another */ SELECT a FROM users;' <<'END'
@:4:20: error: no such column: a
     4 |  another */ SELECT a FROM users;
       |                    ^  users has: id, email, name, age
END
}

@test "other names that aren't there" {
  user_table
  fails 'SELECT frob(1);' <<'END'
@:1:8: error: no such function: frob
     1 | SELECT frob(1);
       |        ^~~~
END
  fails 'DROP INDEX ix;' <<'END'
@:1:12: error: no such index: ix
     1 | DROP INDEX ix;
       |            ^~
END
  fails 'SELECT users.id FROM orders;' <<'END'
@:1:8: error: no such column: users.id
     1 | SELECT users.id FROM orders;
       |        ^~~~~~~~  users has: id, email, name, age
END
}

@test "syntax errors" {
  user_table
  fails 'SELECT 1;\n\nSELEC 2;' <<'END'
@:3:1: error: near "SELEC": syntax error
     3 | SELEC 2;
       | ^~~~~
END
  fails 'CREATE TABLE a (b,);' <<'END'
@:1:19: error: near ")": syntax error
     1 | CREATE TABLE a (b,);
       |                   ^
END
  fails 'SELECT 1;\nCREATE TABLE a (b' <<'END'
@:2:1: error: incomplete input
     2 | CREATE TABLE a (b
       | ^~~~~~
END
}

@test "what exists already: a hint" {
  user_table
  fails 'CREATE TABLE users (id);' <<'END'
@:1:14: error: table users already exists
     1 | CREATE TABLE users (id);
       |              ^~~~~
hint: use IF NOT EXISTS; if the object came from elsewhere, `mzlua baseline` \
sets the version of a database that was not made by migrations
END
  fails 'ALTER TABLE users ADD COLUMN age INT;' <<'END'
@:1:30: error: duplicate column name: age
     1 | ALTER TABLE users ADD COLUMN age INT;
       |                              ^~~
END
}

@test "ALTER TABLE of other databases: what SQLite knows" {
  local hint="hint: SQLite's ALTER TABLE knows RENAME TO, RENAME COLUMN, ADD \
COLUMN and DROP COLUMN, one at a time; anything else: create the new table, \
copy, drop the old one, rename the new one"
  user_table
  fails 'ALTER TABLE users CHANGE age years INT;' <<END
@:1:19: error: near "CHANGE": syntax error
     1 | ALTER TABLE users CHANGE age years INT;
       |                   ^~~~~~
$hint
END
  fails 'ALTER TABLE users MODIFY age TEXT;' <<END
@:1:19: error: near "MODIFY": syntax error
     1 | ALTER TABLE users MODIFY age TEXT;
       |                   ^~~~~~
$hint
END
  fails 'ALTER TABLE users ADD COLUMN a INT, ADD COLUMN b INT;' <<END
@:1:35: error: near ",": syntax error
     1 | ALTER TABLE users ADD COLUMN a INT, ADD COLUMN b INT;
       |                                   ^
$hint
END
}

@test "ALTER TABLE that SQLite refuses: a hint" {
  user_table
  fails 'ALTER TABLE users ADD COLUMN a TEXT NOT NULL;' <<'END'
@:1:1: error: Cannot add a NOT NULL column with default value NULL
     1 | ALTER TABLE users ADD COLUMN a TEXT NOT NULL;
       | ^~~~~
hint: give it a DEFAULT, or rebuild the table and fill the column
END
  fails 'ALTER TABLE users ADD COLUMN a TEXT UNIQUE;' <<'END'
@:1:1: error: Cannot add a UNIQUE column
     1 | ALTER TABLE users ADD COLUMN a TEXT UNIQUE;
       | ^~~~~
hint: add the column, then CREATE UNIQUE INDEX on it
END
  fails 'ALTER TABLE users ADD COLUMN a DEFAULT (random());' <<'END'
@:1:1: error: Cannot add a column with non-constant default
     1 | ALTER TABLE users ADD COLUMN a DEFAULT (random());
       | ^~~~~
hint: give it a constant default and fill it with UPDATE, or rebuild the table
END
  fails 'ALTER TABLE users ADD COLUMN a INT PRIMARY KEY;' <<'END'
@:1:1: error: Cannot add a PRIMARY KEY column
     1 | ALTER TABLE users ADD COLUMN a INT PRIMARY KEY;
       | ^~~~~
hint: rebuild the table: create the new one, copy, drop the old one, rename \
the new one
END
  fails 'ALTER TABLE users DROP COLUMN email;' <<'END'
@:1:1: error: cannot drop UNIQUE column: "email"
     1 | ALTER TABLE users DROP COLUMN email;
       | ^~~~~
hint: drop what uses it first, or rebuild the table
END
}

@test "a parameter in an SQL file" {
  user_table
  fails 'SELECT 1;\nUPDATE users SET name = :name;' <<'END'
@:2:25: error: :name is a parameter without a value
     2 | UPDATE users SET name = :name;
       |                         ^~~~~
hint: write the value itself, or put a text in single quotes; only Lua can \
give parameters a value
END
  fails 'UPDATE users SET name = ?;' <<'END'
@:1:25: error: ? is a parameter without a value
     1 | UPDATE users SET name = ?;
       |                         ^
hint: write the value itself, or put a text in single quotes; only Lua can \
give parameters a value
END
}

@test "a view or trigger that no longer compiles fails the migration" {
  user_table
  sql 'CREATE VIEW adult AS SELECT name FROM users WHERE age > 17'
  fails 'DROP TABLE users;' <<'END'
@: error: 1 view or trigger does not compile after this migration
  view adult: no such table: main.users
hint: in the same migration, create what it needs, or drop it and create it \
anew after the change
END
  sql 'CREATE TRIGGER ordered AFTER INSERT ON orders
    BEGIN UPDATE users SET age = age + 1; END'
  fails 'PRAGMA legacy_alter_table=ON;
ALTER TABLE users RENAME TO people;' <<'END'
@: error: 2 views or triggers do not compile after this migration
  trigger ordered: no such table: main.users
  view adult: no such table: main.users
hint: in the same migration, create what they need, or drop them and create \
them anew after the change
END
  sql 'DROP VIEW adult'
  fails 'ALTER TABLE users DROP COLUMN age;' <<'END'
@:1:1: error: error in trigger ordered after drop column: no such column: age
     1 | ALTER TABLE users DROP COLUMN age;
       | ^~~~~
hint: drop the trigger before and create it again after
END
}

@test "a view that was broken before stops no migration" {
  user_table
  sql 'CREATE VIEW broken AS SELECT * FROM gone'
  migration 2_t.up.sql 'CREATE TABLE another (a);'
  mz 0 up
  at_version 2
}

@test "ALTER TABLE on a broken view's database names the view" {
  user_table
  sql 'CREATE VIEW broken AS SELECT * FROM gone'
  fails 'ALTER TABLE users RENAME TO people;' <<'END'
@:1:1: error: error in view broken: no such table: main.gone
     1 | ALTER TABLE users RENAME TO people;
       | ^~~~~
hint: drop the view before and create it again after
END
}
