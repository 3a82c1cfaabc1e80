#!/usr/bin/env bats
# signals.bats - SIGINT, SIGTERM and SIGHUP at a time that is known: they roll
# back and say so, in the message and in the exit status.

load support

# A database at 1, and a second migration from standard input.
second_migration() {
  migration 1_make.up.sql 'CREATE TABLE kept (id INTEGER PRIMARY KEY);
INSERT INTO kept VALUES (1), (2);\n'
  mz 0 up 1
  BEFORE=$(dump)
  file "migrations/$1"
}

# Start `mzlua up` in the background; what it says on stderr can be read from
# file descriptor 8.
start() {
  rm -f log
  mkfifo log
  exec 8<>log
  "$MZLUA" up "$@" >"$OUT" 2>log </dev/null 3>&- 8<&- &
  PID=$!
  exec 9<log 8<&-
}

heard() {
  local line
  read -r line <&9
  [ "$line" = "$1" ]
}

# Wait for the program, which must exit with $1; the rest of what it has said
# is then in $ERR.
ended() {
  local status=0
  cat <&9 >"$ERR"
  wait "$PID" || status=$?
  exec 9<&-
  [ "$status" -eq "$1" ]
}

unchanged() {
  [ "$(dump)" = "$BEFORE" ]
  healthy
  at_version 1
}

# The processor time that the program has used, in ticks.
ticks() {
  local -a stat
  read -r -a stat <"/proc/$PID/stat"
  echo "${stat[13]}"
}

# Wait until the program has worked for a while: it is in its endless task.
works() {
  local enough=$(($(ticks) + 20))
  until [ "$(ticks)" -ge "$enough" ]; do :; done
}

# The program has opened the database for writing.
has_opened() {
  local name
  for name in "/proc/$PID/fd/"*; do
    if [ "$(readlink "$name")" = "$PWD/mzlua.db" ] &&
      grep -q '^flags:.*2$' "/proc/$PID/fdinfo/${name##*/}"; then
      return
    fi
  done 2>/dev/null
  return 1
}

ENDED='mzlua: interrupted; what was not committed will be rolled back when '
ENDED+='the database is next opened'

# Signals with the exit status that each one leads to.
SIGNALS='INT:130 TERM:143 HUP:129'

@test "a signal during a long statement of an SQL migration" {
  second_migration 2_long.up.sql <<'END'
CREATE TABLE number AS WITH RECURSIVE n (i) AS
  (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;
END
  for signal in $SIGNALS; do
    start
    until [ -e mzlua.db-journal ]; do :; done
    kill -s "${signal%:*}" "$PID"
    ended "${signal#*:}"
    out_is ''
    err_is <<'END'
migrations/2_long.up.sql:1:1: error: interrupted
     1 | CREATE TABLE number AS WITH RECURSIVE n (i) AS
       | ^
migration 2 was rolled back; mzlua.db is still at 1
END
    unchanged
  done
}

@test "a signal during a long statement in Lua, in a pcall" {
  second_migration 2_long.lua <<'END'
local mz = require("mz")
return {
  up = function(db)
    db:exec("DELETE FROM kept")
    mz.log("counting")
    pcall(db.value, db, [[WITH RECURSIVE n (i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n]])
    mz.log("going on")
  end,
}
END
  for signal in $SIGNALS; do
    start
    heard counting
    kill -s "${signal%:*}" "$PID"
    ended "${signal#*:}"
    out_is ''
    err_is <<'END'
migrations/2_long.lua: error: interrupted
migration 2 was rolled back; mzlua.db is still at 1
END
    unchanged
  done
}

@test "a signal during an endless loop in Lua" {
  second_migration 2_loop.lua <<'END'
local mz = require("mz")
return {
  up = function(db)
    db:exec("DELETE FROM kept")
    mz.log("looping")
    while true do end
  end,
}
END
  for signal in $SIGNALS; do
    start
    heard looping
    kill -s "${signal%:*}" "$PID"
    ended "${signal#*:}"
    out_is ''
    err_is <<'END'
migrations/2_loop.lua: error: interrupted
migration 2 was rolled back; mzlua.db is still at 1
END
    unchanged
  done
}

@test "a signal during an endless loop that catches errors" {
  second_migration 2_loop.lua <<'END'
local mz = require("mz")
return {
  up = function(db)
    db:exec("DELETE FROM kept")
    mz.log("looping")
    while true do
      pcall(function() while true do end end)
    end
  end,
}
END
  start
  heard looping
  kill -s TERM "$PID"
  ended 143
  err_is <<'END'
migrations/2_loop.lua: error: interrupted
migration 2 was rolled back; mzlua.db is still at 1
END
  unchanged
}

@test "a signal while waiting for a lock" {
  second_migration 2_more.up.sql <<<'INSERT INTO kept VALUES (3);'
  for signal in $SIGNALS; do
    hold "BEGIN IMMEDIATE; SELECT 'locked';"
    start --lock-timeout 600
    until has_opened; do :; done
    kill -s "${signal%:*}" "$PID"
    ended "${signal#*:}"
    out_is ''
    err_is <<'END'
mzlua: error: interrupted
migration 2 was not begun; mzlua.db is still at 1
END
    let_go
    unchanged
  done
}

@test "a signal during a pattern that has no end, in a pcall" {
  second_migration 2_pattern.lua <<'END'
local mz = require("mz")
return {
  up = function(db)
    db:exec("DELETE FROM kept")
    mz.log("matching")
    pcall(string.find, ("a"):rep(60), ("a*"):rep(30) .. "b")
    mz.log("going on")
  end,
}
END
  for signal in $SIGNALS; do
    start
    heard matching
    works
    kill -s "${signal%:*}" "$PID"
    ended "${signal#*:}"
    out_is ''
    err_is <<'END'
migrations/2_pattern.lua: error: interrupted
migration 2 was rolled back; mzlua.db is still at 1
END
    unchanged
  done
}

@test "a second signal ends at once what cannot be interrupted" {
  second_migration 2_search.lua <<'END'
local mz = require("mz")
return {
  up = function(db)
    db:exec("DELETE FROM kept")
    mz.log("searching")
    db:value("SELECT instr(zeroblob(300000000), ?)",
      mz.blob(("\0"):rep(20000) .. "\1"))
  end,
}
END
  start
  heard searching
  works
  kill -s INT "$PID"
  until grep -q '^ShdPnd:[[:space:]]*0*$' "/proc/$PID/status"; do :; done
  kill -s INT "$PID"
  ended 130
  err_is "$ENDED"
  unchanged
}

@test "what cannot be interrupted is ended after a while as well" {
  second_migration 2_search.lua <<'END'
local mz = require("mz")
return {
  up = function(db)
    db:exec("DELETE FROM kept")
    mz.log("searching")
    db:value("SELECT instr(zeroblob(300000000), ?)",
      mz.blob(("\0"):rep(20000) .. "\1"))
  end,
}
END
  start
  heard searching
  works
  kill -s HUP "$PID"
  ended 129
  err_is "$ENDED"
  unchanged
}

@test "a migration that takes too long is rolled back, pcall or not" {
  second_migration 2_slow.lua <<'END'
return { up = function(db)
  db:exec "INSERT INTO kept VALUES (3)"
  while true do pcall(function() while true do pcall(error) end end) end
end }
END
  mz 1 up --timeout 1
  err_is <<'END'
migrations/2_slow.lua: error: interrupted
hint: the migration took longer than the 1 s that --timeout or limits.seconds \
allows
migration 2 was rolled back; mzlua.db is still at 1
END
  unchanged
  rm migrations/2_slow.lua
  migration 2_slow.up.sql 'INSERT INTO kept VALUES (3);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
SELECT count(*) FROM n;'
  echo 'return { limits = { seconds = 1 } }' >mzlua.lua
  mz 1 up
  grep -q '^migrations/2_slow.up.sql:2:1: error: interrupted$' "$ERR"
  unchanged
}

@test "each migration has its own time, and waiting for a lock is none" {
  second_migration 2_more.up.sql <<<'INSERT INTO kept VALUES (3);'
  hold 'BEGIN IMMEDIATE; SELECT 1;'
  mz 75 up --timeout 1 --lock-timeout 2
  let_go
  mz 0 up --timeout 0
  at_version 2
  mz 2 up --timeout 1.5
  err_is 'mzlua: error: --timeout takes a whole number of seconds, not "1.5"'
}
