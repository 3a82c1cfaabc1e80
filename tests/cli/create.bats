#!/usr/bin/env bats
# create.bats - create writes the next migration's files, from a template.

load support

@test "create writes a pair of files with the first version" {
  rmdir migrations
  mz 0 create 'Add users'
  err_is ''
  out_is <<'END'
migrations/000001_add_users.up.sql
migrations/000001_add_users.down.sql
END
  compare migrations/000001_add_users.up.sql <<'END'
-- Add users: say here what changes, and why.
--
-- The file runs in one transaction, all or nothing; leave BEGIN and COMMIT out.
-- Write statements that may meet their own result:
--
--   CREATE TABLE IF NOT EXISTS setting (
--     id INTEGER PRIMARY KEY,
--     name TEXT NOT NULL UNIQUE,
--     value TEXT
--   );
--   INSERT INTO setting (name, value) VALUES ('theme', 'light')
--     ON CONFLICT (name) DO NOTHING;  -- keeps what users changed
END
  compare migrations/000001_add_users.down.sql <<'END'
-- Add users: undo what the .up.sql did.
--
-- Rows that users added or changed since are theirs: keep them. A column \
that was
-- NOT NULL before and is nullable now comes back with COALESCE: what is there,
-- else the old default:
--
--   INSERT INTO setting_old (id, name, value)
--     SELECT id, name, COALESCE(value, 'light') FROM setting;
--
-- With no statement at all, this file says that there is nothing to undo.

SELECT undo_is_not_written_yet();  -- fails; put the undo here instead
END
  [ ! -e mzlua.db ]
}

@test "create --lua writes one file with both directions" {
  mz 0 create --lua add_users
  out_is migrations/000001_add_users.lua
  compare migrations/000001_add_users.lua <<'END'
-- add_users: say here what changes, and why.
--
-- Each direction runs in one transaction, all or nothing.

---@type mz.Migration
return {
  ---@param db mz.Database
  up = function(db)
    -- db:exec "CREATE TABLE IF NOT EXISTS setting (...)"
    -- db:convert("setting", "value", function(value) return ... end)
  end,

  -- Keep what users changed since: give back an old default only where
  -- nothing else is there: COALESCE(value, 'light').
  -- down = mz.noop says that there is nothing to undo; without a down
  -- the migration is irreversible.
  ---@param db mz.Database
  down = function(db)
    error("undo is not written yet")
  end,
}
END
}

@test "what create writes runs, and its down fails until it is written" {
  mz 0 create one
  mz 0 create --lua two
  mz 0 up
  at_version 2
  mz 1 down
  err_is <<'END'
migrations/000002_two.lua:19: error: undo is not written yet
    19 |     error("undo is not written yet")
migration 2 was rolled back; mzlua.db is still at 2
END
  rm migrations/000002_two.lua
  mz 0 force 1
  mz 1 down
  err_is <<'END'
migrations/000001_one.down.sql:12:8: error: no such function: \
undo_is_not_written_yet
    12 | SELECT undo_is_not_written_yet();  -- fails; put the undo here instead
       |        ^~~~~~~~~~~~~~~~~~~~~~~
migration 1 was rolled back; mzlua.db is still at 1
END
  at_version 1
}

@test "the SQL in the templates' comments runs, twice" {
  mz 0 create one
  sed -n 's/^--   //p' migrations/000001_one.up.sql >example.sql
  for _ in 1 2; do
    sql <example.sql
  done
  db_is 'SELECT name, value FROM setting' 'theme|light'
  sql 'CREATE TABLE setting_old (id, name, value NOT NULL)'
  sql "INSERT INTO setting (name) VALUES ('font')"
  sed -n 's/^--   //p' migrations/000001_one.down.sql >example.sql
  sql <example.sql
  db_is 'SELECT name, value FROM setting_old' <<'END'
theme|light
font|light
END
}

@test "the next version is one more than the highest, of either kind" {
  : >migrations/000041_a.up.sql
  : >migrations/7_b.lua
  : >migrations/000099_not_a_migration.txt
  mz 0 create c
  out_is <<'END'
migrations/000042_c.up.sql
migrations/000042_c.down.sql
END
  : >migrations/9999999_d.up.sql
  mz 0 create e --lua
  out_is migrations/10000000_e.lua
}

@test "create --timestamp writes the time in UTC" {
  before=$(date -u +%Y%m%d%H%M%S)
  TZ=Asia/Tokyo mz 0 create --timestamp --lua now
  version=$(sed -E 's|migrations/([0-9]{14})_now.lua|\1|' "$OUT")
  [ "$version" -ge "$before" ]
  [ "$version" -le "$(date -u +%Y%m%d%H%M%S)" ]
  mz 0 create --lua after
  out_is "migrations/$((version + 1))_after.lua"
}

@test "create --timestamp stays above the highest version" {
  : >migrations/99990101000000_far.up.sql
  mz 0 create --timestamp x --lua
  out_is migrations/99990101000001_x.lua
}

@test "the name: lower case, one _ between words, letters beyond ASCII kept" {
  local cases=(
    'Add  users!' add_users
    '--weird--' weird
    'naïve Größe' naïve_größe
    '100% of %s' 100_of_s
    '../../etc/passwd' etc_passwd
    "it's \"quoted\"" it_s_quoted
  )
  for ((i = 0; i < ${#cases[@]}; i += 2)); do
    rm -f migrations/*
    mz 0 create --lua -- "${cases[i]}"
    out_is "migrations/000001_${cases[i + 1]}.lua"
    [ "$(ls migrations)" = "000001_${cases[i + 1]}.lua" ]
  done
}

@test "a name without a letter or digit, or of two lines, is refused" {
  mz 2 create '!?'
  err_is <<'END'
mzlua: error: "!?" is not a name: one line with a letter or a digit in it
END
  mz 2 create ''
  err_is <<'END'
mzlua: error: "" is not a name: one line with a letter or a digit in it
END
  mz 2 create $'a\nDROP TABLE b;'
  err_is <<'END'
mzlua: error: "a
DROP TABLE b;" is not a name: one line with a letter or a digit in it
END
  [ -z "$(ls migrations)" ]
}

@test "create makes the folder of --path" {
  mz 0 create -p deep/er x --lua
  out_is deep/er/000001_x.lua
  [ -f deep/er/000001_x.lua ]
}

@test "create takes one name" {
  mz 2 create
  err_is <<'END'
mzlua: error: `mzlua create` needs an argument
hint: usage: mzlua create NAME
END
  mz 2 create add users
  err_is <<'END'
mzlua: error: `mzlua create` takes one argument
hint: usage: mzlua create NAME
END
}

@test "there is no version above the highest" {
  : >migrations/9223372036854775807_last.up.sql
  mz 2 create more
  err_is 'mzlua: error: there is no version left'
  [ "$(ls migrations)" = 9223372036854775807_last.up.sql ]
}

@test "create --lua in a fresh folder writes types for the editor" {
  types=$MZLUA_SOURCE/lua/meta/mz.lua
  mz 0 create --lua one
  out_is migrations/000001_one.lua
  err_is 'wrote migrations/.mzlua/mz.lua, types for the editor'
  sed 1,2d migrations/.mzlua/mz.lua | cmp - "$types"
  [ "$(sed -n '2s/.* //p' migrations/.mzlua/mz.lua)" = \
    "$(sha256sum <"$types" | cut -d ' ' -f 1)" ]
  [ "$(sqlite3 :memory: "SELECT json_extract(CAST(readfile(\
    'migrations/.luarc.json') AS TEXT), '\$.\"workspace.library\"[0]')")" = \
    .mzlua ]
  mz 0 create --lua two
  err_is ''
  mz 0 up -q
  mz 0 status
  err_is ''
  out_is <<'END'
mzlua.db is at 2
  applied           1  one
  applied           2  two
2 applied, 0 pending
END
}

@test "create without --lua writes nothing for the editor" {
  mz 0 create one
  [ -z "$(find . -name '.[lm]*')" ]
}

@test "types of another version are written anew, unless they were edited" {
  types=$MZLUA_SOURCE/lua/meta/mz.lua
  mz 0 create --lua one
  { echo '-- of 0.0.1'
    echo "-- sha256 $(echo '---@meta' | sha256sum | cut -d ' ' -f 1)"
    echo '---@meta'; } >migrations/.mzlua/mz.lua
  mz 0 create --lua two
  err_is 'wrote migrations/.mzlua/mz.lua, types for the editor'
  sed 1,2d migrations/.mzlua/mz.lua | cmp - "$types"
  echo '-- mine' >>migrations/.mzlua/mz.lua
  before=$(digest migrations/.mzlua/mz.lua)
  mz 0 create --lua three
  err_is ''
  [ "$(digest migrations/.mzlua/mz.lua)" = "$before" ]
  echo mine >migrations/.mzlua/mz.lua
  mz 0 create --lua four
  compare migrations/.mzlua/mz.lua mine
  rm -r migrations/.mzlua
  mz 0 create --lua five
  [ -f migrations/.mzlua/mz.lua ]
}

@test "a .luarc.json of the project's own stays, and gets no other beside it" {
  for path in migrations/.luarc.json .luarc.json .luarc.jsonc; do
    rm -rf migrations .luarc.json .luarc.jsonc
    mkdir migrations
    echo '{}' >$path
    mz 0 create --lua one
    err_is ''
    compare $path '{}'
    [ "$(find . -name '.[lm]*')" = "./$path" ]
  done
  echo '{"workspace.library": ["migrations/.mzlua"]}' >.luarc.jsonc
  mz 0 create --lua two
  err_is 'wrote migrations/.mzlua/mz.lua, types for the editor'
  [ ! -e migrations/.luarc.json ]
}

@test "a .luarc.json above the working folder is another project's" {
  echo '{}' >../.luarc.json
  mz 0 create --lua one
  rm ../.luarc.json
  [ -f migrations/.luarc.json ]
}

@test "create succeeds where the types cannot be written" {
  mkdir migrations/.luarc.json
  mz 0 create --lua one
  out_is migrations/000001_one.lua
  err_is "there are no types for the editor: $(pwd -P)/migrations/.luarc.json:\
 not a regular file"
}
