#!/bin/sh
# The everyday changes in plain SQL and in Lua, up and down on 100,000 rows,
# with an application's edits in between: both must give the same.
# Usage: run.sh [DIR]   the databases are kept in DIR, else they are temporary
set -eu

mzlua=${MZLUA:-mzlua}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dir=${1:-$work}

# Rows and definitions, without what mzlua keeps for itself.
dump() {
  for table in maker product renaming setting; do
    sqlite3 -bail -quote "$1" "SELECT * FROM $table ORDER BY 1"
  done
  sqlite3 -bail "$1" "SELECT sql FROM sqlite_schema
    WHERE tbl_name IN ('maker', 'product', 'renaming', 'setting',
      'product_list') AND sql IS NOT NULL ORDER BY name"
}

for half in sql lua; do
  printf '\n== %s\n' "$half"
  db=$dir/$half.db
  mz() { "$mzlua" -d "$db" -p "$here/$half" "$@"; }
  mz up 1
  sqlite3 -bail "$db" <"$here/data.sql"
  dump "$db" >"$work/$half.before"
  mz up
  sqlite3 -bail "$db" 'SELECT * FROM setting ORDER BY name;
    SELECT "table", "from", "to" FROM pragma_foreign_key_list("product")'
  mz goto 1 --yes
  dump "$db" >"$work/$half.untouched"
  cmp "$work/$half.before" "$work/$half.untouched"
  mz up
  sqlite3 -bail "$db" <"$here/edits.sql"
  mz goto 1 --yes
  dump "$db" >"$work/$half.after"
done

printf '\n== what the edits left, the same in both\n'
cmp "$work/sql.after" "$work/lua.after"
diff -U 0 "$work/lua.before" "$work/lua.after" | grep '^[-+][^-+]' |
  tee "$work/changes"
