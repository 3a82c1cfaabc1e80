# shellcheck shell=bash
# support.bash - what the tests of the whole program share: a folder of its
# own for each test, mzlua run in it, and what it printed, its exit status and
# the database compared in full. MZLUA is the program; the databases are looked
# at with the sqlite3 shell.

bats_require_minimum_version 1.5.0

setup() {
  : "${MZLUA:?path of the mzlua program}"
  MZLUA=$(realpath "$MZLUA")
  OUT=$BATS_TEST_TMPDIR/out
  ERR=$BATS_TEST_TMPDIR/err
  mkdir -p "$BATS_TEST_TMPDIR/work/migrations"
  cd "$BATS_TEST_TMPDIR/work" || return
  unset MZLUA_DATABASE MZLUA_PATH DATABASE_URL NO_COLOR
}

# Write standard input to the file at $1.
file() {
  mkdir -p "$(dirname "$1")" && cat >"$1"
}

# Write $2 to migrations/$1, with printf's escapes.
migration() {
  printf %b "$2" >"migrations/$1"
}

# Run mzlua, with RUN before it where that is set; it must exit with status $1.
# Durations become N ms, or 0.
mz() {
  local expected=$1 status=0
  shift
  "${RUN[@]}" "$MZLUA" "$@" </dev/null >"$OUT" 2>"$ERR" || status=$?
  sed -i -E -e 's/\([0-9]+ ms, /(N ms, /' \
    -e 's/^( *"duration_ms": )[0-9]+/\10/' "$OUT"
  sed -i -E 's/\(process [0-9]+\)/(process N)/' "$ERR"
  [ "$status" -eq "$expected" ] && return
  echo "exit status $status, not $expected: mzlua $*"
  cat "$OUT" "$ERR"
  return 1
}

# The file at $1 must hold the line $2, nothing where that is empty, or else
# what comes from standard input, where a \ at a line's end joins two.
compare() {
  case $# in
    1) sed -e :a -e '/\\$/N; s/\\\n//; ta' | diff -u --label expected - "$1" ;;
    *) diff -u --label expected <([ -z "$2" ] || printf '%s\n' "$2") "$1" ;;
  esac
}

# What the last mz printed.
out_is() { compare "$OUT" "$@"; }
# shellcheck disable=SC2120 # callers in other files pass one
err_is() { compare "$ERR" "$@"; }

# The last mz must have printed this JSON document, and nothing else.
json_is() {
  compare <(sqlite3 -batch -bail :memory: \
    "SELECT json(CAST(readfile('$OUT') AS TEXT))") "$@"
}

# Run SQL on the test's database as a user's tool would.
sql() {
  sqlite3 -batch -bail "${DB:-mzlua.db}" "$@"
}

# What the query $1 prints must be the line $2, or standard input.
db_is() {
  compare <(sql "$1") "${@:2}"
}

at_version() {
  db_is 'SELECT version, dirty FROM schema_migrations' "$1|0"
}

healthy() {
  db_is 'PRAGMA integrity_check; PRAGMA foreign_key_check' ok
}

# A digest of a file, byte for byte.
digest() {
  sha256sum <"$1"
}

# Everything that the database holds.
dump() {
  sql .dump
}

# Start the sqlite3 shell on the test's database and have it run $1, which
# ends with a row; it stays open until let_go.
hold() {
  coproc SHELL_OPEN { exec sqlite3 -batch -bail "${DB:-mzlua.db}" 2>&1 3>&-; }
  echo "$1" >&"${SHELL_OPEN[1]}"
  read -r <&"${SHELL_OPEN[0]}"
}

let_go() {
  local pid=$SHELL_OPEN_PID
  eval "exec ${SHELL_OPEN[1]}>&-"
  wait "$pid"
}

# Three migrations in SQL, Lua and SQL: 1, 2 and 10.
person_migrations() {
  migration 000001_create_person.up.sql \
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO person VALUES (1, 'ada'), (2, 'grace');\n"
  migration 000001_create_person.down.sql 'DROP TABLE person;\n'
  file migrations/000002_shout.lua <<'END'
local function change(db, fn)
  for id, name in db:urows("SELECT id, name FROM person ORDER BY id") do
    db:exec("UPDATE person SET name = ? WHERE id = ?", fn(name), id)
  end
end

return {
  up = function(db) change(db, string.upper) end,
  down = function(db) change(db, string.lower) end,
}
END
  migration 000010_index_name.up.sql \
    'CREATE INDEX person_name ON person (name);\n'
  migration 000010_index_name.down.sql 'DROP INDEX person_name;\n'
}

# The text $1 as migration 2 must fail with the errors on standard input, in
# which @ is its file, and leave the database as it was.
fails() {
  local before
  before=$(dump)
  migration 2_t.up.sql "$1"
  mz 1 up || return
  out_is '' || return
  # shellcheck disable=SC2119
  { sed 's|@|migrations/2_t.up.sql|' &&
    echo 'migration 2 was rolled back; mzlua.db is still at 1'; } |
    err_is || return
  [ "$(dump)" = "$before" ]
}
