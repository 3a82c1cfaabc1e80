#!/usr/bin/env bats
# trust.bats - files that somebody else may have written.

load support

end='may be written by every user'
end="$end (mode 0666), who then decides what runs on the database"

@test "a file that every user may write is warned of, and run" {
  person_migrations
  chmod 666 migrations/000002_shout.lua
  mz 0 up -q
  err_is "warning: migrations/000002_shout.lua $end"
  at_version 10
}

@test "--strict takes it for an error" {
  person_migrations
  chmod 666 migrations/000002_shout.lua
  mz 2 up --strict
  err_is <<END
mzlua: error: migrations/000002_shout.lua $end
hint: chmod o-w
nothing was done
END
  [ ! -e mzlua.db ]
}

@test "only what is about to run is looked at" {
  person_migrations
  chmod 666 migrations/000002_shout.lua
  mz 0 up 1 --strict
  mz 0 status
  err_is ''
}

@test "a folder that every user may write to" {
  person_migrations
  chmod 777 migrations
  mz 0 up 1
  err_is "warning: migrations ${end/0666/0777}"
  mz 2 up --strict
}

@test "a link that leaves the folder" {
  person_migrations
  mv migrations/000002_shout.lua .
  ln -s ../000002_shout.lua migrations/
  mz 0 up
  err_is <<'END'
warning: migrations/000002_shout.lua is a link that leads out of the folder
END
  mz 0 down
  mz 2 redo --strict
  err_is <<'END'
mzlua: error: migrations/000002_shout.lua is a link that leads out of the \
folder
hint: put the file itself there
nothing was done; mzlua.db is still at 2
END
}

@test "a link within the folder, and a folder that is one, are fine" {
  person_migrations
  mkdir migrations/old
  mv migrations/000002_shout.lua migrations/old
  ln -s old/000002_shout.lua migrations/
  mv migrations elsewhere
  ln -s elsewhere migrations
  mz 0 up --strict
  err_is ''
}
