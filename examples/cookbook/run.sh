#!/bin/sh
# Apply every recipe to a media server's database, and go back.
# Usage: run.sh [FILE]   the database is kept in FILE, else it is temporary
set -eu

mzlua=${MZLUA:-mzlua}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
db=${1:-$work/media.db}

say() {
  printf '\n== %s\n' "$*"
}

mz() {
  "$mzlua" -d "$db" -p "$here/migrations" "$@"
}

sql() {
  sqlite3 -bail "$db" "$@"
}

# Columns, indexes and rows of everything but the ledger.
dump() {
  sql "SELECT t.name, c.* FROM sqlite_schema AS t
    JOIN pragma_table_info(t.name) AS c
    WHERE t.name NOT LIKE 'mzlua%' AND t.name <> 'schema_migrations'
    ORDER BY t.name, c.cid;
    SELECT sql FROM sqlite_schema WHERE type = 'index' ORDER BY name"
  sql .dump | sed -n '/^INSERT INTO \(mzlua\|schema_migrations\)/!s/^INSERT/&/p' |
    LC_ALL=C sort
}

# Times and playlists, which have the same columns before and afterwards.
show_lists() {
  sql 'SELECT * FROM viewing WHERE id IN (2, 3, 4);
    SELECT user_id, name, items, item_count, minutes FROM playlist
    WHERE user_id = 9 ORDER BY id'
}

say 'a media server, version 1, with tens of thousands of rows'
mz up 1
sql <"$here/data.sql"
dump >"$work/before"
sql "SELECT id, settings FROM user WHERE id IN (1, 4);
  SELECT id, path FROM media_file WHERE id IN (1, 2, 3, 5001);
  SELECT id, name, born, quote(aliases) FROM person WHERE id IN (8, 9);
  SELECT * FROM credit WHERE person_id IN (8, 9)"
show_lists

say 'every recipe'
mz up

say 'settings: keys renamed, numbers as numbers'
sql 'SELECT id, settings FROM user WHERE id IN (1, 4)'

say 'a tree of folders'
sql "WITH RECURSIVE up (file, folder, name, depth) AS (
    SELECT id, folder_id, name, 0 FROM media_file
    WHERE id IN (1, 2, 3, 5001)
    UNION ALL SELECT file, parent_id, folder.name, depth + 1
    FROM up JOIN folder ON folder.id = up.folder
  ) SELECT file, group_concat(name, ' < ')
  FROM (SELECT * FROM up ORDER BY file, depth) GROUP BY file"

say 'one person instead of two, with the credits and the aliases of both'
sql "SELECT id, name, born FROM person WHERE id IN (8, 9);
  SELECT person_id, name FROM person_alias WHERE person_id IN (8, 9)
  ORDER BY place, id;
  SELECT role, count(*) FROM credit WHERE person_id = 8 GROUP BY role"

say 'times in UTC; playlists with other ids, figures and names'
show_lists

say 'back to version 1'
mz goto 1 --yes
dump >"$work/after"
diff -u "$work/before" "$work/after"
say 'every column and every row is as it was, to the letter'
