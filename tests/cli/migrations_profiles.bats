#!/usr/bin/env bats
# migrations_profiles.bats - 000002 on databases that users have edited: what
# is theirs stays, up and down, and what can't go back is said.

bats_require_minimum_version 1.5.0
load library

@test "shipped profiles lose their cutoff and their upgrades" {
  mz up 2
  at_version 2
  healthy
  profiles <<'END'
1|Standard Definition||0
2|High Definition||0
3|Ultra High Definition||0
4|Standard Definition||0
5|High Definition||0
6|Ultra High Definition||0
END
  expect "SELECT [notnull] FROM pragma_table_info('quality_profile')
    WHERE name = 'cutoff_quality_id'" <<<0
}

@test "the items refer to the primary key afterwards" {
  mz up 1
  expect "SELECT [table], [from], [to], on_delete
    FROM pragma_foreign_key_list('quality_profile_item') ORDER BY id" <<'END'
quality_definition|quality_id|quality_id|CASCADE
quality_profile|profile_id|id|CASCADE
END
  mz up 1
  expect "SELECT [table], [from], [to], on_delete
    FROM pragma_foreign_key_list('quality_profile_item') ORDER BY id" <<'END'
quality_definition|quality_id|id|CASCADE
quality_profile|profile_id|id|CASCADE
END
  expect "SELECT count(*) FROM pragma_index_list('quality_definition')" <<<0
  expect 'SELECT count(*) FROM quality_profile_item' <<<27
}

@test "a profile with any edited field keeps all of them" {
  mz up 1
  sql "
    UPDATE quality_profile SET name = 'SD' WHERE id = 1;
    UPDATE quality_profile SET cutoff_quality_id = 7 WHERE id = 2;
    UPDATE quality_profile SET upgrade_allowed = 1 WHERE id = 3;
    UPDATE quality_profile SET id = 9 WHERE id = 4;
    UPDATE quality_profile_item SET profile_id = 9 WHERE profile_id = 4;
    INSERT INTO quality_profile VALUES (7, 'High Definition', 8, 1);"
  mz up 1
  profiles <<'END'
1|SD|2|1
2|High Definition|7|1
3|Ultra High Definition|13|1
5|High Definition||0
6|Ultra High Definition||0
7|High Definition|8|1
9|Standard Definition|16|1
END
}

@test "the rows around the profiles survive, up and down" {
  mz up 1
  fill_library
  before=$(snapshot)
  mz up 1
  healthy
  mz down
  healthy
  at_version 1
  [ "$(snapshot)" = "$before" ]
}

@test "all three down and up again give the same, edited rows included" {
  mz up 1
  fill_library
  sql "
    UPDATE quality_profile SET name = 'SD' WHERE id = 1;
    UPDATE quality_profile SET cutoff_quality_id = 7 WHERE id = 2;
    INSERT INTO quality_definition VALUES (40, 70, 'Own', 5, 1, 9, 'movie');
    INSERT INTO quality_profile VALUES (7, 'Own', 70, 1);
    INSERT INTO quality_profile_item VALUES (7, 70), (7, 3);"
  first=$(snapshot)
  mz up
  healthy
  last=$(snapshot)
  mz goto 1
  healthy
  [ "$(snapshot)" = "$first" ]
  mz up
  healthy
  [ "$(snapshot)" = "$last" ]
}

@test "own definitions keep their items and cutoffs" {
  mz up 1
  sql "
    INSERT INTO quality_definition VALUES (40, 70, 'Low', 5, 1, 9, 'movie');
    INSERT INTO quality_definition VALUES (70, 40, 'High', 5, 1, 9, 'movie');
    INSERT INTO quality_profile VALUES (7, 'Own', 40, 1);
    INSERT INTO quality_profile_item VALUES (7, 40), (7, 70);"
  mz up 1
  healthy
  expect 'SELECT d.name FROM quality_profile p JOIN quality_definition d
    ON d.id = p.cutoff_quality_id WHERE p.id = 7' <<<High
  expect 'SELECT i.quality_id, d.name FROM quality_profile_item i
    JOIN quality_definition d ON d.id = i.quality_id
    WHERE i.profile_id = 7 ORDER BY 1' <<'END'
40|Low
70|High
END
}

@test "an item that was added meanwhile keeps its definition on the way back" {
  mz up 2
  sql "
    INSERT INTO quality_definition VALUES (40, 70, 'Own', 5, 1, 9, 'movie');
    INSERT INTO quality_profile VALUES (7, 'Own', 40, 1);
    INSERT INTO quality_profile_item VALUES (7, 40), (2, 40);"
  mz down
  healthy
  expect 'SELECT * FROM quality_profile WHERE id = 7' <<<'7|Own|70|1'
  expect 'SELECT profile_id FROM quality_profile_item
    WHERE quality_id = 70 ORDER BY 1' <<'END'
2
7
END
}

@test "a number that would change its meaning stops up" {
  mz up 1
  sql "
    INSERT INTO quality_definition VALUES (40, 70, 'Own', 5, 1, 9, 'movie');
    INSERT INTO quality_profile VALUES (7, 'Own', 40, 1);"
  before=$(snapshot)
  run -1 mz up
  at_version 1
  [ "$(snapshot)" = "$before" ]
}

@test "broken references from before neither stop up nor get lost" {
  mz up 1
  sql "INSERT INTO quality_profile VALUES (7, 'Own', 98, 1);
    INSERT INTO quality_profile_item VALUES (7, 99);"
  before=$(snapshot)
  mz up 1
  expect 'SELECT * FROM quality_profile WHERE id = 7' <<<'7|Own|98|1'
  expect 'SELECT * FROM quality_profile_item WHERE profile_id = 7' <<<'7|99'
  mz down
  [ "$(snapshot)" = "$before" ]
}

@test "down gives back what up took and keeps what came after" {
  mz up 2
  sql "
    UPDATE quality_profile SET name = 'SD' WHERE id = 1;
    UPDATE quality_profile SET cutoff_quality_id = 5 WHERE id = 2;
    UPDATE quality_profile SET upgrade_allowed = 1 WHERE id = 3;
    UPDATE quality_profile
    SET cutoff_quality_id = 15, upgrade_allowed = 1 WHERE id = 4;"
  mz down
  healthy
  profiles <<'END'
1|SD|2|1
2|High Definition|5|1
3|Ultra High Definition|13|1
4|Standard Definition|15|1
5|High Definition|23|1
6|Ultra High Definition|27|0
END
  expect "SELECT [notnull] FROM pragma_table_info('quality_profile')
    WHERE name = 'cutoff_quality_id'" <<<1
}

@test "an own profile without a cutoff gets its lowest quality" {
  mz up 2
  sql "
    INSERT INTO quality_definition VALUES (40, 70, 'Own', 5, 1, 9, 'movie');
    INSERT INTO quality_profile VALUES (7, 'Some', NULL, 1);
    INSERT INTO quality_profile_item VALUES (7, 22), (7, 20), (7, 40);
    INSERT INTO quality_profile VALUES (8, 'None', NULL, 0);"
  mz down
  healthy
  expect 'SELECT * FROM quality_profile WHERE id > 6 ORDER BY id' <<'END'
7|Some|20|1
8|None|1|0
END
}

@test "a profile without a cutoff gets 0 where there are no qualities" {
  mz up 2
  sql "DELETE FROM quality_profile_item; DELETE FROM quality_definition;
    INSERT INTO quality_profile VALUES (7, 'Own', NULL, 1);"
  mz down
  expect 'SELECT * FROM quality_profile WHERE id = 7' <<<'7|Own|0|1'
}

@test "deleted rows stay deleted, up and down" {
  mz up 1
  sql -cmd 'PRAGMA foreign_keys = ON' 'DELETE FROM quality_profile WHERE id = 3;
    DELETE FROM quality_definition WHERE id = 8'
  before=$(snapshot)
  mz up 1
  mz down
  [ "$(snapshot)" = "$before" ]
  expect 'SELECT count(*) FROM quality_profile_item' <<<21
}

@test "definitions that share a quality_id stop down, and are listed" {
  mz up 2
  sql "INSERT INTO quality_definition
    VALUES (40, 8, 'Bluray-1080p-x265', 5, 1, 9, 'movie')"
  before=$(snapshot)
  run -1 mz down
  [[ $output == *'Bluray-1080p-x265'* ]]
  [[ $output != *'UNIQUE constraint'* ]]
  at_version 2
  [ "$(snapshot)" = "$before" ]
}

@test "own indexes, triggers and views on the tables survive" {
  mz up 1
  sql "
    CREATE INDEX own_index ON quality_profile (name COLLATE NOCASE DESC);
    CREATE VIEW own_view AS SELECT name FROM quality_profile;
    CREATE VIEW own_view_on_view AS SELECT name FROM own_view;
    CREATE TABLE own_log (id INTEGER PRIMARY KEY, what INTEGER);
    CREATE TRIGGER own_trigger AFTER INSERT ON quality_profile_item
    BEGIN INSERT INTO own_log (what) VALUES (NEW.quality_id); END;
    CREATE TRIGGER own_trigger_elsewhere AFTER DELETE ON movie
    BEGIN UPDATE quality_profile SET name = 'gone' WHERE id = OLD.id; END;"
  before=$(snapshot)
  mz up 1
  expect 'SELECT count(*) FROM own_log' <<<0
  sql "INSERT INTO quality_profile_item VALUES (1, 3)"
  expect 'SELECT what FROM own_log' <<<3
  expect 'SELECT count(*) FROM own_view_on_view' <<<6
  sql "DELETE FROM quality_profile_item WHERE profile_id = 1 AND quality_id = 3;
    DELETE FROM own_log"
  mz down
  [ "$(snapshot)" = "$before" ]
}

@test "a profile without a cutoff that up did not clear is not made shipped" {
  mz up 1
  sql "UPDATE quality_profile SET cutoff_quality_id = 1 WHERE id = 1"
  mz up 1
  sql "UPDATE quality_profile
    SET cutoff_quality_id = NULL, upgrade_allowed = 0 WHERE id = 1"
  mz down
  expect 'SELECT * FROM quality_profile WHERE id = 1' \
    <<<'1|Standard Definition|1|0'
}

@test "an own column of the profiles survives, up and down" {
  mz up 1
  sql "ALTER TABLE quality_profile ADD COLUMN note TEXT DEFAULT 'höher';
    UPDATE quality_profile SET note = NULL WHERE id = 2"
  before=$(snapshot)
  mz up 1
  expect 'SELECT id, note FROM quality_profile WHERE id < 3' <<'END'
1|höher
2|
END
  mz down
  [ "$(snapshot)" = "$before" ]
}

@test "a column that a rebuild would lose stops up" {
  mz up 1
  sql "ALTER TABLE quality_profile_item ADD COLUMN note TEXT"
  before=$(snapshot)
  run -1 mz up
  [[ $output == *quality_profile_item.note* ]]
  at_version 1
  [ "$(snapshot)" = "$before" ]
}
