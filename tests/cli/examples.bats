#!/usr/bin/env bats
# examples.bats - every example runs, and leaves the database that it promises.
# MZLUA is the program; the databases are looked at with the sqlite3 shell.

bats_require_minimum_version 1.5.0

setup() {
  : "${MZLUA:?path of the mzlua program}"
  MZLUA=$(realpath "$MZLUA")
  export MZLUA
  EXAMPLES=$(cd "$BATS_TEST_DIRNAME/../../examples" && pwd)
  cd "$BATS_TEST_TMPDIR" || return
  unset MZLUA_DATABASE MZLUA_PATH DATABASE_URL
}

# What SQL prints about a database must be the text on standard input.
expect() {
  diff -u - <(sqlite3 -bail -batch "$1" "$2")
}

healthy() {
  expect "$1" 'PRAGMA integrity_check; PRAGMA foreign_key_check' <<<ok
}

@test "each example has a README" {
  for example in "$EXAMPLES"/*/; do
    [ -s "$example/README.md" ]
  done
}

@test "an example succeeds, works on a copy and leaves its folder as it was" {
  before=$(cd "$EXAMPLES" && find . -type f -exec cksum {} + | sort)
  for example in "$EXAMPLES"/*/; do
    (cd "$example" && ./run.sh </dev/null)
  done
  after=$(cd "$EXAMPLES" && find . -type f -exec cksum {} + | sort)
  [ "$before" = "$after" ]
}

@test "an example fails with a program that does nothing" {
  for example in "$EXAMPLES"/*/; do
    if MZLUA=$(command -v true) "$example/run.sh" </dev/null; then
      return 1
    fi
  done
}

@test "split-names ends at version 1 with the names joined" {
  "$EXAMPLES/split-names/run.sh" people.db </dev/null
  healthy people.db
  expect people.db 'SELECT * FROM schema_migrations' <<<'1|0'
  expect people.db "SELECT name FROM pragma_table_info('person')" <<'END'
id
email
full_name
END
  expect people.db 'SELECT count(*), count(full_name) FROM person' \
    <<<'5000|4901'
  expect people.db 'SELECT id, quote(full_name) FROM person
    WHERE id IN (1, 2, 6, 11, 21, 31, 41, 50, 61, 5001)' <<'END'
1|'Ada Byron'
2|'Ada Núñez'
6|'Ada van Gogh'
11|'Grace Hopper'
21|'Søren'
31|'de la Cruz, Ngọc'
41|' Zoë  O''Brien'
50|''
61|NULL
5001|'Björk'
END
}

@test "split-names splits particles, commas, single and missing names" {
  cp "$EXAMPLES/split-names/people.sql" .
  mz() { "$MZLUA" -d people.db -p "$EXAMPLES/split-names/migrations" "$@"; }
  mz up 1 </dev/null
  sqlite3 -bail people.db <people.sql
  sqlite3 -bail people.db "INSERT INTO person (id, email, full_name) VALUES
    (6001, 'a', 'Ludwig van Beethoven'), (6002, 'b', 'Lovelace , Ada'),
    (6003, 'c', 'von Neumann'), (6004, 'd', 'Ana Maria de la Cruz Gil'),
    (6005, 'e', ','), (6006, 'f', '  '), (6007, 'g', NULL),
    (6008, 'h', 'Vincent van');"
  mz up </dev/null
  healthy people.db
  expect people.db 'SELECT id, quote(given_name), quote(family_name)
    FROM person WHERE id > 6000' <<'END'
6001|'Ludwig'|'van Beethoven'
6002|'Ada'|'Lovelace'
6003|'von'|'Neumann'
6004|'Ana Maria'|'de la Cruz Gil'
6005|','|NULL
6006|NULL|NULL
6007|NULL|NULL
6008|'Vincent'|'van'
END
  mz down </dev/null
  healthy people.db
  expect people.db 'SELECT id, quote(full_name)
    FROM person WHERE id IN (6002, 6006, 6007)' <<'END'
6002|'Lovelace , Ada'
6006|'  '
6007|NULL
END
}

@test "legacy-database ends at version 3 with the old rows" {
  "$EXAMPLES/legacy-database/run.sh" "$BATS_TEST_TMPDIR" </dev/null
  for db in shop.db new.db; do
    healthy "$db"
    expect "$db" 'SELECT * FROM schema_migrations' <<<'3|0'
    expect "$db" "SELECT name FROM sqlite_schema
      WHERE type = 'index' AND name = 'purchase_customer_id'" \
      <<<purchase_customer_id
  done
  expect shop.db 'SELECT id, customer_id, price, cents FROM purchase' <<'END'
1|2|12.50|1250
2|2|7,99 €|799
3|3|€ 1.299,00|129900
4|3|1.299|129900
5|3|3|300
END
  expect shop.db 'SELECT name FROM customer ORDER BY id' <<'END'
Ada Lovelace
Søren Kierkegaard
END
  expect new.db 'SELECT count(*) FROM purchase' <<<0
}

@test "legacy-database stops at a price that it can't read" {
  cp -R "$EXAMPLES"/legacy-database/* .
  sqlite3 -bail shop.db <legacy.sql
  sqlite3 shop.db "INSERT INTO purchase VALUES (6, 2, 'a favour')"
  run -1 "$MZLUA" up </dev/null
  [[ $output == *'6: a favour'* ]]
  expect shop.db 'SELECT * FROM schema_migrations' <<<'2|0'
  expect shop.db "SELECT count(*) FROM pragma_table_info('purchase')" <<<3
}
