#!/usr/bin/env bats
# options.bats - the command line: options, commands and help.

load support

@test "without arguments, a hint" {
  mz 2
  out_is ''
  err_is <<'END'
mzlua: error: no command was given
hint: `mzlua help` lists the commands
END
}

@test "an unknown command: the nearest one" {
  mz 2 statsu
  err_is <<'END'
mzlua: error: there is no command "statsu"
hint: is `mzlua status` meant?
END
  mz 2 xyzzy
  err_is <<'END'
mzlua: error: there is no command "xyzzy"
hint: `mzlua help` lists the commands
END
  mz 2 help ubaseline
  err_is <<'END'
mzlua: error: there is no command "ubaseline"
hint: is `mzlua baseline` meant?
END
}

@test "an unknown option: the nearest one" {
  mz 2 --databse x.db up
  err_is <<'END'
mzlua: error: there is no option --databse
hint: is --database meant?
END
  mz 2 up --frobnicate
  err_is <<'END'
mzlua: error: there is no option --frobnicate
hint: `mzlua help` lists the options
END
  mz 2 -x up
  err_is <<'END'
mzlua: error: there is no option -x
hint: `mzlua help` lists the options
END
  [ -z "$(ls migrations)" ] && [ "$(ls)" = migrations ]
}

@test "an option without its value" {
  for option in -d -p --database --path --lock-timeout; do
    mz 2 up $option
    err_is "mzlua: error: $option takes a value"
  done
}

@test "an option that is not for the command" {
  local cases=(up --all up --lua up --timestamp status --dry-run
    down --exit-code create --single-transaction version --allow-out-of-order)
  for ((i = 0; i < ${#cases[@]}; i += 2)); do
    mz 2 "${cases[i]}" "${cases[i + 1]}"
    out_is ''
    err_is "mzlua: error: ${cases[i + 1]} is not for \`mzlua ${cases[i]}\`"
  done
}

@test "--lock-timeout takes whole seconds" {
  for text in x -1 1.5 '' 99999999999999999999; do
    mz 2 up --lock-timeout="$text"
    err_is <<END
mzlua: error: --lock-timeout takes a whole number of seconds, not "$text"
END
  done
}

@test "options stand in any order, long, short and joined" {
  person_migrations
  mkdir elsewhere
  mv migrations/* elsewhere
  for command in '-p elsewhere -d x.db status' 'status -d x.db -p elsewhere' \
    '--path=elsewhere status --database=x.db' '-pelsewhere -qdx.db status' \
    'status --database x.db --path elsewhere --' \
    '-d x.db -p elsewhere -- status'; do
    DB=x.db sql 'VACUUM'
    # shellcheck disable=SC2086
    mz 0 $command
    err_is ''
  done
  [ ! -e mzlua.db ]
}

@test "the last of an option given twice counts" {
  person_migrations
  mz 0 -d a.db up -d b.db
  [ ! -e a.db ] && [ -e b.db ]
}

@test "-- ends the options" {
  mz 0 create --lua -- --all
  out_is migrations/000001_all.lua
  mz 2 -- up --all
  err_is 'mzlua: error: "--all" is not a number of migrations, from 1 up'
}

@test "numbers of migrations" {
  person_migrations
  for text in 0 -1 x 1.5 '' 18446744073709551616; do
    for command in up down; do
      mz 2 $command -- "$text"
      err_is "mzlua: error: \"$text\" is not a number of migrations, from 1 up"
    done
  done
  for text in x -1 '' 9223372036854775808; do
    mz 2 goto -- "$text"
    err_is <<END
mzlua: error: "$text" is not a version: a whole number from 0 to \
9223372036854775807
END
  done
  [ ! -e mzlua.db ]
}

@test "arguments too many or too few" {
  local cases=('up 1 2' 'takes one argument' 'up [N]'
    'down 1 2' 'takes one argument' 'down [N] or down --all'
    'goto' 'needs an argument' 'goto V'
    'goto 1 2' 'takes one argument' 'goto V'
    'redo 1' 'takes no arguments' 'redo'
    'status 1' 'takes no arguments' 'status'
    'version 1' 'takes no arguments' 'version'
    'baseline' 'needs an argument' 'baseline V'
    'baseline 1 2' 'takes one argument' 'baseline V')
  for ((i = 0; i < ${#cases[@]}; i += 3)); do
    # shellcheck disable=SC2086
    mz 2 ${cases[i]}
    err_is <<END
mzlua: error: \`mzlua ${cases[i]%% *}\` ${cases[i + 1]}
hint: usage: mzlua ${cases[i + 2]}
END
  done
}

@test "help lists the commands and options" {
  mz 0 help
  err_is ''
  out_is <<'END'
Usage: mzlua [options] COMMAND [options] [arguments]

Runs migrations in SQL and Lua on an SQLite database.

Commands:
  up [N]                  apply pending migrations, or the next N
  down [N]                undo the last migration, or the last N
  goto V                  go up or down to version V
  redo                    undo the last migration and apply it again, in one
                          transaction
  status                  list migrations: applied, drifted, pending, out of
                          order, missing
  version                 print the version of the database
  create NAME             write the next migration's files from a template
  resume                  go on with a migration without a transaction that
                          has stopped
  force V                 set the version without running anything (-1: none)
  restore FILE            replace what is in the database by a backup, after
                          verifying that; asks first
  prune                   drop what db:remember saved for rollbacks that will
                          not come
  adopt                   take over a database that dbmate, goose, Rails,
                          sqlx, refinery or a counter in PRAGMA user_version
                          has migrated; shows first
  baseline V              set the version of a database that has tables but no
                          version, showing first how it differs
  help [COMMAND]          show help, for one command or all

Options:
  -d, --database FILE     the database: a path, sqlite:PATH, sqlite3://PATH or
                          file:URI (else MZLUA_DATABASE, DATABASE_URL,
                          mzlua.lua, mzlua.db)
  -p, --path DIR          the folder of migrations (else MZLUA_PATH,
                          mzlua.lua, migrations)
  --all                   down to nothing
  --allow-out-of-order    also run files below the current version that were
                          never applied
  --allow-read DIR        let Lua migrations read the files in this folder
                          (mz.fs); may be repeated
  --backup[=PATH]         copy the database first, to this file or folder
                          (else beside it, as DATABASE.TIME.bak)
  --before V              also what was saved for the migrations below this
                          version
  --dry-run               run everything in one transaction and roll it back
  --exit-code             exit 3 when migrations are pending (up: with
                          --dry-run)
  --isolate[=WHEN]        reach no other files, programs or networks while
                          running: always, never, or auto, where the kernel
                          can (the default)
  --lock-timeout SECONDS  how long to wait for a locked database (default 15)
  --lua                   write one Lua file, and types for editors
  --single-transaction    run all the steps in one transaction
  --strict                take warnings for errors
  --timeout SECONDS       how long a migration may take (default: no limit)
  --timestamp             the version is the time, YYYYMMDDhhmmss in UTC
  --json                  print one JSON document on standard output
  -q, --quiet             print errors and notices only
  -y, --yes               answer every question with yes
  -h, --help              show this help
  --version               show the program's version

Exit status: 0 done; 1 a migration failed, rolled back; 2 usage;
3 pending (--exit-code); 4 history; 5 a migration without a transaction
stopped on its way (resume); 6 cannot open; 7 I/O error; 8 outcome
unknown; 75 locked, try again; 129, 130, 143 interrupted.
END
  cp "$OUT" help
  mz 0 --help
  out_is <help
  mz 0 -h
  out_is <help
}

@test "help of a command has its arguments and its options only" {
  local cases=(up 'up [options] [N]' down 'down [options] [N]'
    goto 'goto [options] V' redo 'redo [options]' status 'status [options]'
    version 'version [options]' create 'create [options] NAME'
    force 'force [options] V' baseline 'baseline [options] V')
  for ((i = 0; i < ${#cases[@]}; i += 2)); do
    mz 0 help "${cases[i]}"
    err_is ''
    [ "$(head -1 "$OUT")" = "Usage: mzlua ${cases[i + 1]}" ]
    cp "$OUT" help
    mz 0 "${cases[i]}" --help
    out_is <help
    # Each option that is listed is taken, each other one is not.
    for option in all allow-out-of-order dry-run exit-code lua \
      single-transaction timestamp; do
      status=0
      "$MZLUA" "${cases[i]}" --$option a b c 2>"$ERR" || status=$?
      [ "$status" -eq 2 ]
      if grep -q -- "  --$option " help; then
        ! grep -q 'is not for' "$ERR" || return 1
      else
        grep -q "^mzlua: error: --$option is not for" "$ERR"
      fi
    done
  done
}

@test "help needs no database, no folder and no sound mzlua.lua" {
  rmdir migrations
  echo 'return nonsense(' >mzlua.lua
  mz 0 help
  mz 0 up --help
  mz 0 --version
}

@test "--version says which program and libraries" {
  mz 0 --version
  err_is ''
  local number='[0-9]+\.[0-9]+\.[0-9]+'
  grep -Eqx "mzlua $number \(SQLite $number, Lua $number\)" "$OUT"
  [ "$(wc -l <"$OUT")" -eq 1 ]
}
