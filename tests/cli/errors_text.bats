#!/usr/bin/env bats
# errors_text.bats - the shape of an error: the excerpt, its mark, and what a
# terminal must never see.

load support

# The text $1 as migration 1 must fail with the errors on standard input, in
# which @ is its file.
fails() {
  migration 1_t.up.sql "$1"
  mz 1 up || return
  out_is '' || return
  { sed 's|@|migrations/1_t.up.sql|' && echo "$ROLLED_BACK"; } | err_is
}

ROLLED_BACK='migration 1 was rolled back; '
ROLLED_BACK+='mzlua.db is still without any migration'

@test "tabs stay tabs before the mark" {
  migration 1_t.up.sql '\tSELECT\t1,\temial;'
  mz 1 up
  printf '%s\n' 'migrations/1_t.up.sql:1:12: error: no such column: emial' \
    $'     1 | \tSELECT\t1,\temial;' $'       | \t      \t  \t^~~~~' \
    "$ROLLED_BACK" | err_is
}

@test "wide and combining characters before the mark count by their width" {
  local accent=$'\xcc\x81'
  fails "SELECT '世界', 'né', 'e$accent', emial;" <<END
@:1:26: error: no such column: emial
     1 | SELECT '世界', 'né', 'e$accent', emial;
       |                           ^~~~~
END
}

@test "a wide name is marked over its width" {
  fails "SELECT 世界;" <<'END'
@:1:8: error: no such column: 世界
     1 | SELECT 世界;
       |        ^~~~
END
}

@test "lines that end in CRLF are shown without the CR" {
  fails 'SELECT 1;\r\nSELECT\r\n  emial;\r\n' <<'END'
@:3:3: error: no such column: emial
     3 |   emial;
       |   ^~~~~
END
}

@test "a line without a newline at its end" {
  fails 'SELECT 1;\nSELECT emial' <<'END'
@:2:8: error: no such column: emial
     2 | SELECT emial
       |        ^~~~~
END
}

@test "of a very long line, what is around the mark" {
  local zeros nines
  zeros=$(printf '%0300d' 0)
  nines=$(printf '%0300d' 0 | tr 0 9)
  fails "SELECT '$zeros', emial, '$nines';" <<END
@:1:312: error: no such column: emial
     1 | ${zeros:0:56}', emial, '${nines:0:93}
       |                                                            ^~~~~
END
}

@test "terminal escapes in a file's text are printed escaped" {
  fails "SELECT '\x1b[31mred\x1b[0m', emial;" <<'END'
@:1:24: error: no such column: emial
     1 | SELECT '\x1B[31mred\x1B[0m', emial;
       |                              ^~~~~
END
}

@test "terminal escapes in names and rows are printed escaped" {
  fails "SELECT * FROM \"\x1b]0;title\x07\";" <<'END'
@:1:15: error: no such table: \x1B]0;title\x07
     1 | SELECT * FROM "\x1B]0;title\x07";
       |               ^~~~~~~~~~~~~~~~~~
END
  fails "CREATE TABLE t (a UNIQUE);
INSERT INTO t VALUES ('\x1b[2J');
INSERT INTO t SELECT a FROM t;" <<'END'
@:3:1: error: UNIQUE constraint failed: t.a
     3 | INSERT INTO t SELECT a FROM t;
       | ^~~~~~
  t: a = '\x1B[2J'
  is there already: a = '\x1B[2J'
END
}

@test "no output has an escape where it is not a terminal" {
  migration 1_t.up.sql 'SELECT emial;'
  mz 1 up
  run ! grep -q $'\x1b' "$OUT" "$ERR"
}

@test "Lua: file, line, the call's frames and the SQL that failed" {
  file migrations/1_t.lua <<'END'
local function load(db, table)
  return db:value("SELECT emial FROM " .. table)
end

local function each(db)
  db:exec("CREATE TABLE users (id, email)")
  local value = load(db, "users")
  return value
end

return { up = each }
END
  mz 1 up
  out_is ''
  err_is <<END
migrations/1_t.lua:2: error: no such column: emial
     2 |   return db:value("SELECT emial FROM " .. table)
       | users has: id, email
  in the SQL: SELECT emial FROM users
  called from: migrations/1_t.lua:7: in the function of line 5
$ROLLED_BACK
END
}

@test "Lua: an error in a required file names that file" {
  file migrations/lib/words.lua <<'END'
local words = {}
function words.count(text)
  return #text.words
end
return words
END
  file migrations/1_t.lua <<'END'
local words = require("words")
return {
  up = function()
    local n = words.count("a b")
    return n
  end,
}
END
  mz 1 up
  err_is <<END
migrations/lib/words.lua:3: error: attempt to get length of a nil value \
(field 'words')
     3 |   return #text.words
  called from: migrations/1_t.lua:4: in the function of line 3
$ROLLED_BACK
END
}

@test "Lua: a syntax error is found before the database is made" {
  migration 1_t.lua 'return {\n  up = function(db)\n    db:exec(\n  end,\n}\n'
  mz 2 up
  out_is ''
  err_is <<'END'
migrations/1_t.lua:4: error: unexpected symbol near 'end'
     4 |   end,
nothing was done
END
  [ ! -e mzlua.db ]
}

@test "Lua: unknown keys and wrong types name the file and the nearest key" {
  local cases=(
    'return { upp = function() end }'
    'unknown key "upp" in a migration; is "up" meant?'
    'return { up = 1 }' 'up must be a function or a string of SQL, not a number'
    'return { up = mz.noop, foreign_keys = "yes" }'
    'foreign_keys must be a boolean, not a string'
    'return { down = mz.noop }' 'a migration needs up'
    'return function() end'
    'a migration returns a table with up and down, not a function'
    'return { up = mz.noop, transaction = false }'
    "transaction = false is not for Lua: write a file of SQL that says \
-- mzlua: transaction=off"
  )
  for ((i = 0; i < ${#cases[@]}; i += 2)); do
    migration 1_t.lua "${cases[i]}"
    mz 2 up
    out_is ''
    err_is <<END
migrations/1_t.lua: error: ${cases[i + 1]}
nothing was done
END
    [ ! -e mzlua.db ]
  done
}
