#!/bin/sh
# Split the names of five thousand people, edit some, and go back.
# Usage: run.sh [FILE]   the database is kept in FILE, else it is temporary
set -eu

mzlua=${MZLUA:-mzlua}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
db=${1:-$work/people.db}

say() {
  printf '\n== %s\n' "$*"
}

mz() {
  "$mzlua" -d "$db" -p "$here/migrations" "$@"
}

full_names() {
  sqlite3 "$db" 'SELECT id, quote(full_name) FROM person ORDER BY id'
}

say 'an address book, version 1, with five thousand people'
mz up 1
sqlite3 -bail "$db" <"$here/people.sql"
full_names >"$work/before"
sed -n '6p;11p;21p;31p;41p;50p' "$work/before"

say 'version 2: a given and a family name'
mz up
sqlite3 "$db" 'SELECT id, quote(given_name), quote(family_name) FROM person
  WHERE id IN (6, 11, 21, 31, 41, 50)'

say 'somebody marries, gets a name, is put right, leaves, arrives'
sqlite3 -bail "$db" <<'END'
UPDATE person SET family_name = 'Byron' WHERE id = 1;
UPDATE person SET given_name = 'Grace', family_name = 'Hopper' WHERE id = 11;
UPDATE person SET given_name = 'Maryann' WHERE id = 1031;
DELETE FROM person WHERE id = 3;
INSERT INTO person (id, email, given_name)
VALUES (5001, 'person5001@example.com', 'Björk');
END

say 'back to version 1: what differs from the beginning'
mz down --yes
full_names >"$work/after"
diff -U 0 "$work/before" "$work/after" | grep '^[-+][0-9]' |
  tee "$work/changes"

cat >"$work/expected" <<'END'
-1|'Ada Lovelace'
+1|'Ada Byron'
-3|'Ada Kierkegaard'
-11|NULL
+11|'Grace Hopper'
-1031|'O''Brien, Mary Ann'
+1031|'Maryann O''Brien'
+5001|'Björk'
END
cmp "$work/expected" "$work/changes"
say 'everything else is as it was, to the letter'
