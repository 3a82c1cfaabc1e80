#!/usr/bin/env bats
# progress.bats - a bar on a terminal, and only there; a migration that skips
# its rest.

load support

counting() {
  file migrations/1_count.lua <<'END'
return { up = function(db)
  mz.progress(1, 3, "users\27]0;x\7")
  mz.notice("a third")
  mz.progress(3, 3, "users\27]0;x\7")
end, down = mz.noop }
END
}

# Run mzlua with a terminal of 60 columns as its standard output and error.
on_terminal() {
  TERM=xterm script -qefc "stty cols 60; $MZLUA $*" /dev/null </dev/null \
    >"$OUT"
}

@test "a bar on a terminal, gone before anything else is printed" {
  counting
  on_terminal up
  tr '\r' '\n' <"$OUT" | sed 's/\x1b\[K/<K>/; s/([0-9]* ms/(N ms/' >lines
  compare lines <<'END'

<K>up 1 count ...
<K>users\x1B]0;x\x07  [#########-------------------]   33 %
<K>notice: a third


<K>
<K>up   000001_count  (N ms, 0 rows)

mzlua.db is at 1

END
}

@test "no bar with -q, --json or without a terminal" {
  counting
  for option in -q --json; do
    on_terminal up "$option"
    run grep $'users\|\x1b' "$OUT"
    [ "$status" -eq 1 ]
    mz 0 down
  done
  mz 0 up
  err_is 'notice: a third'
}

# How often the rows of each are looked at by its `where`.
watching() {
  file migrations/1_watch.lua <<'END'
return { up = function(db)
  local looked = 0
  db:define("look", function() looked = looked + 1 return true end)
  db:exec("CREATE TABLE IF NOT EXISTS n (id INTEGER PRIMARY KEY)")
  db:exec("INSERT OR IGNORE INTO n VALUES (1), (2), (3)")
  db:each("n", { where = "look()" }, function() end)
  mz.notice("looked " .. looked)
end, down = mz.noop }
END
}

@test "rows are counted beforehand only where somebody watches" {
  watching
  on_terminal up
  grep 'notice: looked 6' "$OUT"
  for option in -q --json; do
    mz 0 down
    on_terminal up "$option"
    grep 'notice: looked 3' "$OUT"
  done
  mz 0 down
  mz 0 up
  err_is 'notice: looked 3'
}

@test "skip ends a migration as done, with a notice" {
  file migrations/7_old.lua <<'END'
return {
  up = function(db)
    db:exec("CREATE TABLE new (id INTEGER PRIMARY KEY)")
    if not db:has_table("legacy") then mz.skip("no legacy table") end
    db:exec("INSERT INTO new SELECT id FROM legacy")
  end,
  down = function(db) db:exec("DROP TABLE new") mz.skip() end,
}
END
  mz 0 up -q
  err_is 'notice: migration 7 skipped the rest: no legacy table'
  at_version 7
  db_is "SELECT name, direction FROM mzlua_history" 'old|up'
  db_is "SELECT count(*) FROM new" 0
  mz 0 down --json
  err_is 'notice: migration 7 skipped the rest'
  json_is <<'END'
{"command":"down","database":"mzlua.db","dry_run":false,"steps":[{"version":7,\
"name":"old","direction":"down","duration_ms":0,"rows_changed":0}],\
"version":null,"exit_status":0}
END
}
