#!/bin/sh
# Change shipped defaults under a user's edits, and go back exactly.
# Usage: run.sh [FILE]   the database is kept in FILE, else it is temporary
set -eu

mzlua=${MZLUA:-mzlua}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
db=${1:-$work/profiles.db}

say() {
  printf '\n== %s\n' "$*"
}

mz() {
  "$mzlua" -d "$db" -p "$here/migrations" "$@" >/dev/null
}

profiles() {
  sqlite3 -bail "$db" 'SELECT * FROM profile ORDER BY id'
}

say 'version 1: shipped, and a user has edited HD'
mz up 1
sqlite3 -bail "$db" 'UPDATE profile SET cutoff = 1080 WHERE id = 2'
profiles

say 'version 2: no cutoff, but HD is as the user left it'
mz up
profiles

say 'what was saved'
sqlite3 -bail "$db" 'SELECT "table", key, "column", old, new FROM mzlua_saved'

say 'the user lets UHD upgrade, and adds a profile without a cutoff'
sqlite3 -bail "$db" "UPDATE profile SET upgrade = 1 WHERE id = 3;
  INSERT INTO profile VALUES (4, 'Mine', NULL, 1)"
profiles

say 'version 1 again'
mz down --yes
profiles | tee "$work/after"
cat >"$work/expected" <<'END'
1|SD|480|1
2|HD|1080|1
3|UHD|2160|1
4|Mine|0|1
END
cmp "$work/expected" "$work/after"
