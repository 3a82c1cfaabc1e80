#!/usr/bin/env bats
# json.bats - with --json, every command prints one document and nothing else.

# shellcheck disable=SC2016 # backticks in messages
load support

@test "up and down" {
  person_migrations
  mz 0 up 2 --json
  err_is ''
  json_is <<'END'
{"command":"up","database":"mzlua.db","dry_run":false,"steps":[{"version":1,\
"name":"create_person","direction":"up","duration_ms":0,"rows_changed":2},\
{"version":2,"name":"shout","direction":"up","duration_ms":0,\
"rows_changed":2}],"version":2,"exit_status":0}
END
  mz 0 --json down --all
  err_is ''
  json_is <<'END'
{"command":"down","database":"mzlua.db","dry_run":false,"steps":[{"version":2,\
"name":"shout","direction":"down","duration_ms":0,"rows_changed":2},\
{"version":1,"name":"create_person","direction":"down","duration_ms":0,\
"rows_changed":0}],"version":null,"exit_status":0}
END
}

@test "goto, redo and a dry run" {
  person_migrations
  mz 0 goto 1 --json
  json_is <<'END'
{"command":"goto","database":"mzlua.db","dry_run":false,"steps":[{"version":1,\
"name":"create_person","direction":"up","duration_ms":0,"rows_changed":2}],\
"version":1,"exit_status":0}
END
  mz 0 redo --json
  json_is <<'END'
{"command":"redo","database":"mzlua.db","dry_run":false,"steps":[{"version":1,\
"name":"create_person","direction":"down","duration_ms":0,"rows_changed":0},\
{"version":1,"name":"create_person","direction":"up","duration_ms":0,\
"rows_changed":2}],"version":1,"exit_status":0}
END
  mz 3 up 1 --dry-run --exit-code --json
  json_is <<'END'
{"command":"up","database":"mzlua.db","dry_run":true,"steps":[{"version":2,\
"name":"shout","direction":"up","duration_ms":0,"rows_changed":2}],\
"schema":[],"rows":[{"table":"person","before":2,"after":2,"inserted":0,\
"updated":2,"deleted":0,"rebuilt":false}],"version":1,"exit_status":3}
END
  at_version 1
}

@test "nothing to do" {
  person_migrations
  mz 0 up
  mz 0 up --json
  json_is <<'END'
{"command":"up","database":"mzlua.db","dry_run":false,"steps":[],"version":10,\
"exit_status":0}
END
}

@test "status" {
  person_migrations
  mz 0 up
  rm migrations/000002_shout.lua
  migration 5_late.up.sql ''
  migration 11_more.lua 'return { up = mz.noop }'
  mz 0 status --json -q
  json_is <<'END'
{"command":"status","database":"mzlua.db","version":10,"dirty":false,\
"pending":1,"migrations":[{"state":"applied","version":1,\
"name":"create_person","file":"migrations/000001_create_person.up.sql"},\
{"state":"out of order","version":5,"name":"late",\
"file":"migrations/5_late.up.sql"},{"state":"applied","version":10,\
"name":"index_name","file":"migrations/000010_index_name.up.sql"},\
{"state":"pending","version":11,"name":"more",\
"file":"migrations/11_more.lua"},{"state":"missing","version":2,\
"name":"(its file is gone)","file":null}],"exit_status":0}
END
  mz 3 status --json --exit-code
}

@test "version" {
  person_migrations
  mz 0 up 1
  mz 0 version --json
  json_is '{"command":"version","version":1,"dirty":false,"exit_status":0}'
  sql 'UPDATE schema_migrations SET dirty = 1'
  mz 0 version --json
  json_is '{"command":"version","version":1,"dirty":true,"exit_status":0}'
  mz 0 force -1 --json
  json_is '{"command":"force","version":null,"exit_status":0}'
  mz 0 version --json
  json_is '{"command":"version","version":null,"dirty":false,"exit_status":0}'
}

@test "the largest version stays a number" {
  : >mzlua.db
  mz 0 force 9223372036854775807 --json
  json_is '{"command":"force","version":9223372036854775807,"exit_status":0}'
}

@test "create" {
  mz 0 create 'add "users"' --json
  err_is ''
  json_is <<'END'
{"command":"create","files":["migrations/000001_add_users.up.sql",\
"migrations/000001_add_users.down.sql"],"exit_status":0}
END
}

@test "baseline" {
  migration 1_a.up.sql 'CREATE TABLE a (b);'
  sql 'CREATE TABLE a (b)'
  mz 0 baseline 1 --json
  err_is ''
  json_is '{"command":"baseline","difference":"","version":1,"exit_status":0}'
}

@test "help and --version" {
  mz 0 help --json
  mz 0 help up --json
  err_is ''
  "$MZLUA" help up >help.txt
  [ "$(sqlite3 :memory: "SELECT json_extract(readfile('$OUT'), '\$.text') =
    CAST(readfile('help.txt') AS TEXT)")" = 1 ]
  mz 0 --version --json
  [ "$(sqlite3 :memory: "SELECT group_concat(key) FROM
    json_each(CAST(readfile('$OUT') AS TEXT))")" = \
    version,sqlite,lua,exit_status ]
}

@test "an error: its parts, and the steps that were done" {
  person_migrations
  migration 000002_shout.lua 'return { up = "SELECT 1" }'
  migration 000010_index_name.up.sql 'UPDATE person SET nam = 1;'
  mz 1 up --json
  err_is <<'END'
migrations/000010_index_name.up.sql:1:19: error: no such column: nam
     1 | UPDATE person SET nam = 1;
       |                   ^~~  person has: id, name
migration 10 was rolled back; mzlua.db is still at 2
END
  json_is <<'END'
{"command":"up","database":"mzlua.db","dry_run":false,"steps":[{"version":1,\
"name":"create_person","direction":"up","duration_ms":0,"rows_changed":2},\
{"version":2,"name":"shout","direction":"up","duration_ms":0,\
"rows_changed":0}],"error":{"message":"no such column: nam",\
"code":"SQLITE_ERROR","file":"migrations/000010_index_name.up.sql","line":1,\
"column":19,"note":"person has: id, name",\
"state":"migration 10 was rolled back; mzlua.db is still at 2"},\
"exit_status":1}
END
}

@test "an error of the command line, and one before the database is open" {
  mz 2 frob --json
  json_is <<'END'
{"command":"frob","error":{"message":"there is no command \"frob\"",\
"hint":"`mzlua help` lists the commands"},"exit_status":2}
END
  mz 2 --json --frob
  json_is <<'END'
{"error":{"message":"there is no option --frob",\
"hint":"`mzlua help` lists the options"},"exit_status":2}
END
  mz 6 status --json
  json_is <<'END'
{"command":"status","error":{"message":"mzlua.db: no such database",\
"hint":"`mzlua up` makes it; --database names another"},"exit_status":6}
END
}

@test "a constraint's code and rows" {
  migration 1_t.up.sql 'CREATE TABLE t (a UNIQUE);\nINSERT INTO t VALUES (1);'
  migration 2_t.up.sql 'INSERT INTO t VALUES (1);'
  mz 1 up --json
  [ "$(sqlite3 :memory: "SELECT json_extract(readfile('$OUT'),
    '\$.error.code', '\$.error.details')")" = \
    '["SQLITE_CONSTRAINT_UNIQUE","t: a = 1\nis there already: a = 1"]' ]
}
