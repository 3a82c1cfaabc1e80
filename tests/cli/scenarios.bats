#!/usr/bin/env bats
# scenarios.bats - the everyday changes of examples/scenarios, in SQL and in
# Lua. MZLUA is the program; the sqlite3 shell judges.

bats_require_minimum_version 1.5.0

setup() {
  : "${MZLUA:?path of the mzlua program}"
  MZLUA=$(realpath "$MZLUA")
  export MZLUA
  SCENARIOS=$(cd "$BATS_TEST_DIRNAME/../../examples/scenarios" && pwd)
  cd "$BATS_TEST_TMPDIR" || return
  unset MZLUA_DATABASE MZLUA_PATH DATABASE_URL
}

# What SQL prints about a database must be the text on standard input.
expect() {
  diff -u - <(sqlite3 -bail -batch "$1" "$2")
}

half() {
  "$MZLUA" -d "$1.db" -p "$SCENARIOS/$1" "${@:2}" </dev/null
}

@test "with 100,000 rows and edits both halves leave the same" {
  "$SCENARIOS/run.sh" . </dev/null
  for db in sql.db lua.db; do
    expect "$db" 'PRAGMA integrity_check; PRAGMA foreign_key_check' <<<ok
    expect "$db" 'SELECT count(*), min(maker), max(maker) FROM product' \
      <<<'100000|1000|1099'
    expect "$db" 'SELECT * FROM product WHERE id IN (1, 5, 7, 100001)' <<'END'
1|sku-000001|寿司 1||1001|
5|sku-000005|寿司 deluxe|note 5|1005|
100001|sku-new|Neu||1069|
END
    expect "$db" 'SELECT * FROM setting ORDER BY name' <<'END'
currency|EUR
page|75
tax|19
theme|dark
END
  done
}

@test "both halves have the same columns, indexes, keys and trigger" {
  for name in sql lua; do
    half "$name" up
    expect "$name.db" "
      SELECT \"notnull\" FROM pragma_table_info('product')
      WHERE name = 'note';
      SELECT name, \"unique\", partial FROM pragma_index_list('product')
      ORDER BY name;
      SELECT \"table\", \"to\" FROM pragma_foreign_key_list('product');
      SELECT count(*) FROM pragma_index_list('maker');
      SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'view')
        AND name LIKE 'product%' ORDER BY name" <<'END'
0
product_name|0|0
product_sku|1|0
product_sold_out|0|1
maker|id
0
product_list
product_renamed
END
  done
}

@test "only the Lua half leaves what a user had chosen before" {
  for name in sql lua; do
    half "$name" up 5
    sqlite3 -bail "$name.db" "
      UPDATE setting SET value = '50' WHERE name = 'page';
      INSERT INTO setting VALUES ('theme', 'light')"
    half "$name" up
    half "$name" goto 5 --yes
  done
  expect sql.db "SELECT * FROM setting WHERE name IN ('page', 'theme')" \
    <<<'page|20'
  expect lua.db "SELECT * FROM setting WHERE name IN ('page', 'theme')
    ORDER BY name" <<'END'
page|50
theme|light
END
}
