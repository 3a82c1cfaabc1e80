#!/bin/sh
# Bring a database from before there were migrations up to date.
# Usage: run.sh [DIRECTORY]   the databases are kept there, else temporary
set -eu
unset MZLUA_DATABASE MZLUA_PATH DATABASE_URL

mzlua=$(command -v "${MZLUA:-mzlua}") || {
  echo 'mzlua is not on the path: set MZLUA' >&2
  exit 127
}
case $mzlua in
/*) ;;
*) mzlua=$PWD/$mzlua ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "${1:-$work}"
cp -R "$here/mzlua.lua" "$here/migrations" .

say() {
  printf '\n== %s\n' "$*"
}

check() {
  [ "$1" = "$2" ] || {
    printf 'expected %s, got %s\n' "$2" "$1" >&2
    exit 1
  }
}

# Tables and indexes but the ledger's.
schema() {
  sqlite3 "$1" "SELECT type, name, sql FROM sqlite_schema
    WHERE tbl_name IN ('customer', 'purchase') ORDER BY type, name"
}

say 'an old shop: tables and rows, but no version'
sqlite3 -bail shop.db <"$here/legacy.sql"
"$mzlua" status

say 'up: it counts as version 1, and the rest is applied'
"$mzlua" up
"$mzlua" status
sqlite3 shop.db 'SELECT id, price, cents FROM purchase'

say 'the same command on a new shop begins with version 1'
"$mzlua" -d new.db up

check "$(sqlite3 shop.db 'SELECT version, dirty FROM schema_migrations')" '3|0'
check "$(sqlite3 shop.db 'SELECT count(*), sum(cents) FROM purchase')" \
  '5|262149'
check "$(sqlite3 shop.db 'SELECT min(id), count(*) FROM customer')" '2|2'
check "$(sqlite3 new.db 'SELECT min(id), count(*) FROM customer')" '1|1'
check "$(schema shop.db)" "$(schema new.db)"
say 'one schema, the old rows are all there, and no deleted one is back'
