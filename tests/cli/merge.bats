#!/usr/bin/env bats
# merge.bats - duplicates merged in a migration, whatever enforces keys.

load support

shop() {
  migration 1_shop.up.sql "CREATE TABLE movie (id INTEGER PRIMARY KEY, title);
CREATE TABLE tag (movie_id NOT NULL REFERENCES movie ON DELETE CASCADE, tag,
  UNIQUE (movie_id, tag));
CREATE TABLE part (id INTEGER PRIMARY KEY, of REFERENCES movie ON DELETE \
RESTRICT);
INSERT INTO movie VALUES (1, 'Alien'), (2, 'Alien'), (3, 'Brazil');
INSERT INTO tag VALUES (1, 'a'), (2, 'a'), (2, 'b'), (3, 'a');
INSERT INTO part VALUES (1, 2), (2, 3);\n"
  mz 0 up -q
}

merging() {
  migration 2_merge.lua "return { foreign_keys = $1, up = function(db)
  local merged = db:merge('movie', { key = 'title', $2 })
  print(merged.deleted, merged.repointed['tag.movie_id'])
end, down = mz.noop }\n"
}

@test "children are repointed, never deleted, with keys enforced or not" {
  for enforced in false true; do
    rm -f mzlua.db migrations/*
    shop
    merging $enforced 'on_conflict = { tag = "delete" }'
    mz 0 up
    err_is '1 1'
    db_is 'SELECT * FROM movie ORDER BY id' $'1|Alien\n3|Brazil'
    db_is 'SELECT * FROM tag ORDER BY rowid' $'1|a\n1|b\n3|a'
    db_is 'SELECT * FROM part ORDER BY id' $'1|1\n2|3'
    healthy
  done
}

@test "two rows that would become one fail the migration and are named" {
  shop
  merging false ''
  mz 1 up
  err_is <<'END'
migrations/2_merge.lua:2: error: tag: repointing movie_id would make rows the \
same in movie_id, tag: 1 and 2; on_conflict = { tag = "delete" } deletes the \
second of each
     2 |   local merged = db:merge('movie', { key = 'title',  })
migration 2 was rolled back; mzlua.db is still at 1
END
  at_version 1
  db_is 'SELECT count(*) FROM movie' 3
}

@test "a migration that skips while it merges leaves nothing in the way" {
  shop
  migration 2_skip.lua "return { up = function(db)
  db:merge('movie', { key = 'title', keep = function() mz.skip('later') end })
end }\n"
  migration 3_merge.lua "return { up = function(db)
  print(db:merge('movie', { key = 'id' }).groups)
end }\n"
  mz 0 up --single-transaction
  err_is <<'END'
notice: migration 2 skipped the rest: later
0
END
  db_is 'SELECT count(*) FROM movie' 3
}
