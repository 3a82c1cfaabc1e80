#!/usr/bin/env bats
# isolate.bats - a run that reaches only what it needs, where the kernel can.

load support.bash

isolated() {
  grep -q 'landlock_restrict_self([0-9]*, 0) *= 0' trace
}

# Run with what the program asks the kernel in the file trace.
traced() {
  RUN=(env ASAN_OPTIONS=detect_leaks=0
    strace -f -o trace -e trace=landlock_restrict_self)
  mz "$@"
  # shellcheck disable=SC2034 # of support.bash
  RUN=()
}

possible() {
  traced 0 up 1 --isolate=auto
  isolated || skip 'this kernel has no Landlock'
}

@test "a run is isolated, unless it has nothing to do or is told not to" {
  person_migrations
  possible
  traced 0 up 1 --isolate=never
  ! isolated || return 1
  traced 0 up --isolate
  isolated
  traced 0 up
  ! isolated || return 1
  at_version 10
}

@test "everything that a run needs is reached" {
  person_migrations
  possible
  mkdir -p data elsewhere backups bin
  mv mzlua.db elsewhere/real.db
  ln -s ../elsewhere/real.db data/app.db
  sqlite3 data/app.db 'PRAGMA journal_mode = WAL' >/dev/null
  echo 'a text' >data/names.txt
  file migrations/lib/words.lua <<<'return { "word" }'
  migration 11_all.lua "local function up(db)
  mz.assert(require('words')[1] == 'word')
  mz.assert(mz.fs.read('data/names.txt') == 'a text\\\\n')
  mz.assert(mz.time.parse('2024-07-01 12:00', { zone = 'Europe/Berlin' })
    == 1719828000)
  db:exec [[CREATE TABLE big AS WITH RECURSIVE n(i) AS
    (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
    SELECT i, randomblob(100) AS b FROM n]]
  db:exec 'CREATE INDEX bb ON big (b, i)'
end
return { up = up }\n"
  mz 0 up -d data/app.db --isolate --allow-read data --backup=backups
  [ -n "$(ls backups)" ]
  DB=elsewhere/real.db at_version 11
  DB=elsewhere/real.db healthy
}

@test "a wrong value, and what cannot be isolated" {
  person_migrations
  mz 2 up --isolate=sometimes
  err_is 'mzlua: error: --isolate is always, never or auto, not "sometimes"'
  mz 6 up -d file:mzlua.db --isolate
  err_is <<'END'
mzlua: error: the run cannot be isolated: the database is named by a URI
hint: without --isolate it is done where it can be
END
  mz 0 up -d file:mzlua.db
}
