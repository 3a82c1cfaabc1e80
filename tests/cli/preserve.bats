#!/usr/bin/env bats
# preserve.bats - examples/preserve-user-edits tells what really happens.
# MZLUA is the program; the sqlite3 shell judges.

bats_require_minimum_version 1.5.0

setup() {
  : "${MZLUA:?path of the mzlua program}"
  MZLUA=$(realpath "$MZLUA")
  export MZLUA
  EXAMPLE=$BATS_TEST_DIRNAME/../../examples/preserve-user-edits
  EXAMPLE=$(cd "$EXAMPLE" && pwd)
  cd "$BATS_TEST_TMPDIR" || return
  unset MZLUA_DATABASE MZLUA_PATH DATABASE_URL
}

@test "the README shows what the script prints" {
  "$EXAMPLE/run.sh" </dev/null >printed
  sed 1d printed >actual
  awk '/^```lua/ { lua = 1; next }
    /^```$/ { if (lua) { lua = 0 } else { inside = !inside }; next }
    inside' "$EXAMPLE/README.md" >shown
  diff -u shown actual
}

@test "without edits the rollback is exact, definition included" {
  mz() { "$MZLUA" -d a.db -p "$EXAMPLE/migrations" "$@" </dev/null; }
  mz up 1
  before=$(sqlite3 a.db '.dump profile')
  mz up
  [ "$(sqlite3 a.db '.dump profile')" != "$before" ]
  mz down --yes
  [ "$(sqlite3 a.db '.dump profile')" = "$before" ]
}
