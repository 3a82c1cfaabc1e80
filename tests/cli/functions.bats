#!/usr/bin/env bats
# functions.bats - the functions of SQL that a migration has beyond SQLite's.

load support

@test "md5, sha1, sha256 and crc32 in a file of SQL" {
  migration 1_t.up.sql "CREATE TABLE t (a, b);
INSERT INTO t SELECT md5('abc'), crc32(x'313233343536373839');
INSERT INTO t SELECT sha1('abc'), sha256(NULL);\n"
  mz 0 up
  db_is 'SELECT a, b FROM t' <<'END'
900150983cd24fb0d6963f7d28e17f72|3421780262
a9993e364706816aba3e25717850c26c9cd0d89d|
END
}

@test "an index, a view or a trigger of theirs would break the application" {
  migration 1_t.up.sql 'CREATE TABLE t (a);'
  mz 0 up
  fails 'CREATE INDEX t_a ON t (md5(a));' <<'END'
@:1:24: error: unsafe use of md5()
     1 | CREATE INDEX t_a ON t (md5(a));
       |                        ^~~
hint: md5, sha1, sha256 and crc32 are there while a migration runs and not in \
the application: store what they give in a column
END
  fails 'CREATE VIEW v AS SELECT sha1(a) FROM t;' <<'END'
migrations/2_t.up.sql: error: 1 view or trigger does not compile after this \
migration
  view v: unsafe use of sha1()
hint: md5, sha1, sha256 and crc32 are there while a migration runs and not in \
the application: store what they give in a column
END
  fails 'CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT crc32(new.a); END;' \
    <<'END'
migrations/2_t.up.sql: error: 1 view or trigger does not compile after this \
migration
  trigger r: unsafe use of crc32()
hint: md5, sha1, sha256 and crc32 are there while a migration runs and not in \
the application: store what they give in a column
END
}
