#!/usr/bin/env bats
# files.bats - which files are migrations, and what may stand in them.

load support

# A migration that makes the table $2 at version $1.
table() {
  migration "$1_$2.up.sql" "CREATE TABLE $2 (a);\n"
}

@test "; in strings, names, comments and triggers ends no statement" {
  file migrations/1_t.up.sql <<'SQL'
CREATE TABLE t (a TEXT DEFAULT 'x;y', "b;c" TEXT); -- no; not here
/* nor; here */ CREATE TABLE log (text);
CREATE TRIGGER noted AFTER INSERT ON t BEGIN
  INSERT INTO log VALUES (CASE WHEN new.a = ';' THEN 'semicolon;' ELSE 'x' END);
  UPDATE log SET text = text || ';'; -- END;
END;
INSERT INTO t VALUES ('it''s; fine', 'a;b');
INSERT INTO t ("b;c") VALUES (';')
SQL
  mz 0 up
  err_is ''
  db_is 'SELECT * FROM t' <<'END'
it's; fine|a;b
x;y|;
END
  db_is 'SELECT * FROM log' <<'END'
x;;
x;
END
}

@test "a BOM, CRLF and no newline at the end" {
  migration 1_a.up.sql "\xef\xbb\xbfCREATE TABLE a (\r\n  b\r\n);\r
INSERT INTO a VALUES ('x\r\ny')"
  mz 0 up
  err_is ''
  db_is "SELECT replace(b, char(13), '<CR>') FROM a" <<'END'
x<CR>
y
END
}

@test "a BOM and CRLF in a Lua file" {
  migration 1_a.lua "\xef\xbb\xbfreturn {\r
  up = 'CREATE TABLE a (b)',\r\n}\r\n"
  mz 0 up
  err_is ''
  db_is "SELECT name FROM sqlite_schema WHERE name = 'a'" a
}

@test "empty and comment-only files, and stray semicolons" {
  local n=0
  for text in '' '\n' '-- only a comment' '/* one */ -- two\n' ';;' \
    '\xef\xbb\xbf' ' \t\r\n'; do
    n=$((n + 1))
    migration "${n}_t.up.sql" "$text"
  done
  mz 0 up
  err_is ''
  at_version $n
}

@test "a NUL byte is an error with its place" {
  migration 1_a.up.sql 'CREATE TABLE a (b);\nSELECT 1;\0DROP TABLE a;\n'
  mz 2 up
  out_is ''
  err_is <<'END'
migrations/1_a.up.sql:2:10: error: the file has a NUL byte
hint: save the file as UTF-8
nothing was done
END
  [ ! -e mzlua.db ]
}

@test "a byte that is not UTF-8 is an error with its place" {
  local cases=('\xff' FF '\xe9t\xe9' E9 '\xc3' C3
    '\xed\xa0\x80' ED '\xc0\xaf' C0)
  for ((i = 0; i < ${#cases[@]}; i += 2)); do
    migration 1_a.up.sql "-- é\nSELECT 'é${cases[i]}';\n"
    mz 2 up
    err_is <<END
migrations/1_a.up.sql:2:10: error: the byte 0x${cases[i + 1]} is not UTF-8
hint: save the file as UTF-8
nothing was done
END
  done
  rm migrations/*
  migration 1_a.lua 'return {\n  up = "\xff" }\n'
  mz 2 up
  err_is <<'END'
migrations/1_a.lua:2:9: error: the byte 0xFF is not UTF-8
hint: save the file as UTF-8
nothing was done
END
}

@test "a text, name or comment without an end is an error with its start" {
  local cases=("SELECT 'abc;" 'this text has no end' 8
    'SELECT "abc;' 'this name has no end' 8
    'SELECT [abc;' 'this name has no end' 8
    'SELECT 1; /* abc' 'this comment has no end' 11
    "SELECT x'00;" 'this text has no end' 8)
  for ((i = 0; i < ${#cases[@]}; i += 3)); do
    local column=${cases[i + 2]}
    migration 1_a.up.sql "SELECT 1;\n${cases[i]}\n-- and more\n"
    mz 2 up
    err_is <<END
migrations/1_a.up.sql:2:$column: error: ${cases[i + 1]}
     2 | ${cases[i]}
       | $(printf "%${column}s" ^)
nothing was done
END
    [ ! -e mzlua.db ]
  done
}

@test "a broken later file is found before the first one runs" {
  table 1 a
  table 2 b
  migration 3_c.up.sql "SELECT 'no end"
  mz 2 up
  out_is ''
  [ ! -e mzlua.db ]
  migration 3_c.up.sql 'SELECT 1;'
  migration 4_d.lua 'return { up = function( end }'
  mz 2 up
  out_is ''
  err_is <<'END'
migrations/4_d.lua:1: error: <name> or '...' expected near 'end'
     1 | return { up = function( end }
nothing was done
END
  [ ! -e mzlua.db ]
  mz 0 up 3
  at_version 3
}

@test "a broken down file is found when up reads it" {
  table 1 a
  migration 1_a.down.sql 'DROP TABLE "a;'
  mz 2 up
  err_is <<'END'
migrations/1_a.down.sql:1:12: error: this name has no end
     1 | DROP TABLE "a;
       |            ^
nothing was done
END
}

@test "listing migrations runs none of their code" {
  migration 1_a.lua 'error("this file was run")'
  : >mzlua.db
  mz 0 status
  out_is <<'END'
mzlua.db is without any migration
  pending           1  a
0 applied, 1 pending
END
}

@test "what golang-migrate's pattern takes and ends in .sql is a migration" {
  table 1 a
  migration 2_b.up..sql 'CREATE TABLE b (a);'
  migration 3_c.up.db.sql 'CREATE TABLE c (a);'
  migration 4_d.down.up.sql 'CREATE TABLE d (a);'
  migration 5_.up.sql 'CREATE TABLE e (a);'
  mz 0 up
  out_is <<'END'
up   000001_a  (N ms, 0 rows)
up   000002_b  (N ms, 0 rows)
up   000003_c  (N ms, 0 rows)
up   000004_d.down  (N ms, 0 rows)
up   000005_  (N ms, 0 rows)
mzlua.db is at 5
END
}

@test "anything else is none, nor are folders" {
  table 1 a
  for name in 2_b.up.sql.bak 2_b.UP.sql 2_b.up.lua 2_b.sql b_2.up.sql \
    .2_b.up.sql 2b.up.sql 2-b.up.sql README.md -2_b.up.sql 2_b.up.sql~ lib; do
    echo 'SELECT nonsense' >"migrations/$name"
  done
  mkdir migrations/3_folder.up.sql
  mkdir migrations/deeper
  echo 'SELECT nonsense' >migrations/deeper/4_c.up.sql
  mz 0 up
  err_is ''
  out_is <<'END'
up   000001_a  (N ms, 0 rows)
mzlua.db is at 1
END
}

@test "one version twice is an error, in every form" {
  local cases=('1_a.up.sql' '01_b.up.sql' '1_a.up.sql' '1_b.lua'
    '1_a.lua' '001_a.lua' '1_a.down.sql' '1_b.down.sql'
    '1_a.down.sql' '1_b.lua' '1_a.up.sql' '1_b.up..sql')
  for ((i = 0; i < ${#cases[@]}; i += 2)); do
    rm -f migrations/*
    : >"migrations/${cases[i]}"
    : >"migrations/${cases[i + 1]}"
    first=$(printf '%s\n' "${cases[@]:i:2}" | LC_ALL=C sort | head -1)
    second=$(printf '%s\n' "${cases[@]:i:2}" | LC_ALL=C sort | tail -1)
    mz 2 up
    out_is ''
    err_is <<END
mzlua: error: version 1 is there twice: migrations/$first and migrations/$second
hint: give one of them another version
END
    [ ! -e mzlua.db ]
  done
}

@test "versions go from 0 to 2^63-1, with gaps" {
  table 0 zero
  table 20240131235959 time
  table 9223372036854775807 last
  mz 0 up
  out_is <<'END'
up   000000_zero  (N ms, 0 rows)
up   20240131235959_time  (N ms, 0 rows)
up   9223372036854775807_last  (N ms, 0 rows)
mzlua.db is at 9223372036854775807
END
  at_version 9223372036854775807
  for name in zero time last; do
    : >"migrations/$(cd migrations && echo *_$name.up.sql | sed 's/up/down/')"
  done
  mz 0 goto 0
  at_version 0
  mz 0 down
  out_is <<'END'
down 000000_zero  (N ms, 0 rows)
mzlua.db is without any migration
END
  mz 0 status
}

@test "a version that is too large is an error, not passed over" {
  for version in 9223372036854775808 18446744073709551616 \
    20240131235959000001; do
    rm -f migrations/*
    table 1 a
    table $version b
    mz 2 up
    err_is <<END
mzlua: error: ${version}_b.up.sql: the version is larger than \
9223372036854775807
hint: rename the file
END
    [ ! -e mzlua.db ]
  done
}

@test "names with spaces, quotes and percent signs" {
  table 1 a
  mv migrations/1_a.up.sql "migrations/1_it's 100%d \"a\" \$HOME.up.sql"
  migration "2_% %s%n.up.sql" 'SELECT nix;'
  mz 1 up
  out_is <<'END'
up   000001_it's 100%d "a" $HOME  (N ms, 0 rows)
END
  err_is <<'END'
migrations/2_% %s%n.up.sql:1:8: error: no such column: nix
     1 | SELECT nix;
       |        ^~~
migration 2 was rolled back; mzlua.db is still at 1
END
  db_is 'SELECT name FROM mzlua_history' "it's 100%d \"a\" \$HOME"
}

@test "a newline or an escape in a name is refused, and not printed" {
  table 1 a
  : >"migrations/2_b"$'\n'"c.up.sql"
  mz 2 up
  err_is <<'END'
mzlua: error: 2_b?c.up.sql: the file's name has a control character
hint: rename the file
END
  rm "migrations/2_b"$'\n'"c.up.sql"
  : >"migrations/2_b"$'\x1b'"[2J.up.sql"
  mz 2 up
  err_is <<'END'
mzlua: error: 2_b?[2J.up.sql: the file's name has a control character
hint: rename the file
END
  [ ! -e mzlua.db ]
}

@test "a folder that isn't there, or is a file" {
  mz 2 -p nowhere up
  err_is <<'END'
mzlua: error: nowhere: cannot open the folder: No such file or directory
END
  : >file
  mz 2 -p file up
  err_is 'mzlua: error: file: cannot open the folder: Not a directory'
  [ ! -e mzlua.db ]
}

@test "a folder without any migration" {
  mz 0 up
  out_is 'mzlua.db is without any migration: nothing to do'
  [ ! -e mzlua.db ]
}

@test "a migration that cannot be read: a fifo, a dangling link" {
  table 1 a
  mkfifo migrations/2_b.up.sql
  mz 2 up
  err_is <<'END'
mzlua: error: migrations/2_b.up.sql: not a regular file
nothing was done
END
  rm migrations/2_b.up.sql
  ln -s nowhere.sql migrations/2_b.up.sql
  mz 2 up
  err_is <<'END'
mzlua: error: migrations/2_b.up.sql: cannot read: No such file or directory
nothing was done
END
  [ ! -e mzlua.db ]
}

@test "a down alone has no up" {
  migration 1_a.down.sql 'DROP TABLE a;'
  mz 2 up
  err_is <<'END'
mzlua: error: migrations/1_a.down.sql: there is no up for version 1
nothing was done
END
}

@test "a file of some megabytes in one statement and in many" {
  { echo 'CREATE TABLE a (b);' &&
    seq -f "INSERT INTO a VALUES ('%.0f;');" 100000; } >migrations/1_many.up.sql
  { printf "INSERT INTO a VALUES ('" && head -c 4000000 /dev/zero | tr '\0' x &&
    echo "');"; } >migrations/2_long.up.sql
  mz 0 up
  db_is 'SELECT count(*), max(length(b)) FROM a' '100001|4000000'
}
