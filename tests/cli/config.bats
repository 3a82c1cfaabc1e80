#!/usr/bin/env bats
# config.bats - how the database and the folder are named: by option, by
# environment, by URL and in mzlua.lua.

load support

# A database at version $2 in the file $1.
at() {
  DB=$1 sql 'CREATE TABLE schema_migrations (version uint64,dirty bool);' \
    "INSERT INTO schema_migrations VALUES ($2, 0)"
}

@test "the order: option, MZLUA_DATABASE, DATABASE_URL, mzlua.lua, mzlua.db" {
  at option.db 1
  at own.db 2
  at url.db 3
  at config.db 4
  at mzlua.db 5
  mz 0 version
  out_is 5
  echo 'return { database = "config.db" }' >mzlua.lua
  mz 0 version
  out_is 4
  export DATABASE_URL=sqlite3://url.db
  mz 0 version
  out_is 3
  export MZLUA_DATABASE=own.db
  mz 0 version
  out_is 2
  mz 0 version -d option.db
  out_is 1
}

@test "option, MZLUA_PATH, mzlua.lua, migrations: in this order" {
  for folder in option own config migrations; do
    mkdir -p $folder
    : >$folder/1_$folder.up.sql
  done
  : >mzlua.db
  folder_is() {
    mz 0 status "${@:2}"
    [ "$(sed -n 's/.* 1  //p' "$OUT")" = "$1" ]
  }
  folder_is migrations
  echo 'return { migrations = "config" }' >mzlua.lua
  folder_is config
  export MZLUA_PATH=own
  folder_is own
  folder_is option -p option
}

@test "an empty variable is none" {
  at mzlua.db 5
  MZLUA_DATABASE='' DATABASE_URL='' MZLUA_PATH='' mz 0 version
  out_is 5
}

@test "forms of a database's name" {
  at app.db 1
  at 'my app.db' 2
  at '100%.db' 3
  at 'a?b#c.db' 4
  local here=$PWD
  local cases=(
    app.db 1 ./app.db 1 "$here/app.db" 1 sqlite:app.db 1 sqlite3:app.db 1
    sqlite://app.db 1 sqlite3://app.db 1 "sqlite://$here/app.db" 1
    "sqlite3://$here/app.db" 1 "sqlite:$here/app.db" 1
    file:app.db 1 "file://$here/app.db" 1 'file:app.db?mode=ro' 1
    'my app.db' 2 'sqlite:my app.db' 2 'sqlite3://my%20app.db' 2
    'file:my%20app.db' 2
    '100%.db' 3 'sqlite:100%25.db' 3 'sqlite:100%.db' 3
    'a?b#c.db' 4 'sqlite3://a%3Fb#c.db' 4
    'sqlite3://app.db?x-no-tx-wrap=true&_busy_timeout=5000' 1
    'sqlite3://app.db?x-migrations-table=schema_migrations' 1
  )
  for ((i = 0; i < ${#cases[@]}; i += 2)); do
    mz 0 version -d "${cases[i]}"
    out_is "${cases[i + 1]}"
    DATABASE_URL=${cases[i]} mz 0 version
    out_is "${cases[i + 1]}"
  done
  DATABASE_URL='sqlite:my app.db' mz 0 force 7
  out_is 'my app.db is at 7; nothing was run'
}

@test "a plain path is never a URL: % stays %" {
  mz 6 version -d my%20app.db
  err_is <<'END'
mzlua: error: my%20app.db: no such database
hint: `mzlua up` makes it; --database names another
END
}

@test "other databases are refused, without their password" {
  for url in 'postgres://me:secret@host/db' 'mysql://me:secret@host/db' \
    'postgresql://me:secret@host/db'; do
    DATABASE_URL=$url mz 2 up
    out_is ''
    ! grep -q secret "$ERR" || return 1
  done
  err_is <<'END'
mzlua: error: postgresql://...: not an SQLite database
END
}

@test "parameters that would mean another ledger or mode are refused" {
  for parameter in x-migrations-table=versions x-migrations-table=schema \
    mode=memory immutable=1; do
    mz 2 up -d "sqlite3://app.db?$parameter"
    err_is <<END
mzlua: error: the database's URL has a parameter that is not supported: \
$parameter
END
    [ ! -e app.db ]
  done
}

@test "a name that names no file" {
  mz 2 up -d ''
  err_is 'mzlua: error: the database has no name'
  for url in sqlite: sqlite3:// 'sqlite3://?x-no-tx-wrap=true'; do
    mz 2 up -d "$url"
    err_is "mzlua: error: the database's URL names no file"
  done
}

@test "a database in memory is refused, and no file is made of it" {
  person_migrations
  for name in :memory: file::memory: 'file:x?mode=memory'; do
    mz 6 up -d "$name"
    out_is ''
    [ "$(head -1 "$ERR")" = "mzlua: error: $name is a database in memory, \
which cannot be migrated: name a file" ]
  done
  mz 6 up -d sqlite::memory:
  [ "$(ls)" = migrations ]
}

@test "mzlua.lua: unknown keys and wrong types name the file" {
  local cases=(
    'return { databse = "a" }'
    'unknown key "databse" in mzlua.lua; is "database" meant?'
    'return { database = 1 }' 'database must be a string, not a number'
    'return 1' 'the file returns a table of settings, not a number'
    'return { baseline = { version = 1 } }'
    'baseline needs version and when_table'
    'return { baseline = { versoin = 1 } }'
    'unknown key "versoin" in baseline; is "version" meant?'
    'return { lock_timeout = "5" }'
    'lock_timeout must be a number, not a string'
    'return { lock_timeout = -1 }'
    'lock_timeout must be an integer of at least 0'
    'return { limits = { memory = "much" } }'
    'limits.memory must be like "512MB", not "much"'
  )
  for ((i = 0; i < ${#cases[@]}; i += 2)); do
    echo "${cases[i]}" >mzlua.lua
    mz 2 up
    out_is ''
    err_is "mzlua.lua: error: ${cases[i + 1]}"
    [ ! -e mzlua.db ]
  done
}

@test "mzlua.lua: errors of Lua show the line" {
  printf 'return {\n  database = "a"\n  migrations = "b" }\n' >mzlua.lua
  mz 2 up
  err_is <<'END'
mzlua.lua:3: error: '}' expected (to close '{' at line 1) near 'migrations'
     3 |   migrations = "b" }
END
  echo 'return { database = os.getenv("HOME") }' >mzlua.lua
  mz 2 up
  err_is <<'END'
mzlua.lua:1: error: attempt to call a nil value (field 'getenv')
     1 | return { database = os.getenv("HOME") }
END
}

@test "mzlua.lua: limits hold for migrations" {
  local state='migration 1 was rolled back; '
  state+='mzlua.db is still without any migration'
  file mzlua.lua <<'END'
return { limits = { memory = "2MB", instructions = 1000000 } }
END
  : >mzlua.db
  migration 1_a.lua 'return { up = function()
  local t = {} for i = 1, 1e6 do t[i] = ("x"):rep(100) .. i end end }'
  mz 1 up
  err_is <<END
migrations/1_a.lua: error: the migration needs more memory than its limit of \
2000000 bytes
hint: work row by row, or raise limits.memory in mzlua.lua
$state
END
  migration 1_a.lua 'return { up = function()\n  while true do end\nend }'
  mz 1 up
  err_is <<END
migrations/1_a.lua:2: error: the migration ran more instructions than its limit
     2 |   while true do end
$state
END
}
