#!/usr/bin/env bats
# read.bats - files that a migration reads: --allow-read and mz.fs.

load support

setup_file() {
  export READ='return { up = function(db)
  db:exec("CREATE TABLE country (code TEXT, name TEXT)")
  for line in mz.fs.lines(PATH) do
    local code, name = line:match("^(%u%u);(.*)$")
    db:insert("country", { code = code, name = name })
  end
end }'
}

# A migration that reads $1.
reading() {
  migration 1_countries.lua "${READ/PATH/\"$1\"}"
}

@test "a migration reads what it is allowed to" {
  file data/countries.csv <<'END'
DE;Deutschland
CC;Côte de Cuivre
END
  reading data/countries.csv
  mz 0 up --allow-read data
  [ "$(sqlite3 mzlua.db 'SELECT group_concat(code || name) FROM country')" = \
    'DEDeutschland,CCCôte de Cuivre' ]
}

@test "without the option nothing is read, and nothing is changed" {
  reading data/countries.csv
  mz 1 up
  err_is <<'END'
migrations/1_countries.lua:3: error: mz.fs.lines reads only what is allowed: \
run mzlua with --allow-read DIR
     3 |   for line in mz.fs.lines("data/countries.csv") do
migration 1 was rolled back; mzlua.db is still without any migration
END
}

@test "a link that leads out of the folder" {
  mkdir data other
  file secret/passwords <<<'XX;x'
  ln -s ../secret data/in
  reading data/in/passwords
  mz 1 up --allow-read other --allow-read data
  err_is <<'END'
migrations/1_countries.lua:3: error: data/in/passwords: only what is in \
other, data may be read
     3 |   for line in mz.fs.lines("data/in/passwords") do
hint: mzlua --allow-read DIR allows another folder
migration 1 was rolled back; mzlua.db is still without any migration
END
}

@test "an allowed folder that isn't there" {
  mz 2 up --allow-read nosuch
  err_is <<'END'
mzlua: error: --allow-read takes a folder, and "nosuch" is none
END
  [ ! -e mzlua.db ]
}

@test "the database is not read as a file" {
  reading mzlua.db
  mz 1 up --allow-read .
  grep -F 'mzlua.db: the database is read through db alone' "$ERR"
}

@test "baseline, which runs the migrations elsewhere, needs it too" {
  file data/countries.csv <<<'DE;Deutschland'
  reading data/countries.csv
  sqlite3 app.db 'CREATE TABLE country (code TEXT, name TEXT)'
  mz 1 -d app.db baseline 1
  mz 2 -d app.db baseline 1 --allow-read nosuch
  mz 0 -d app.db baseline 1 --allow-read data
  out_is <<'END'
the schema is what the migrations make
app.db is at 1; nothing was run
END
}
