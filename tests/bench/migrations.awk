# migrations.awk - COUNT small migrations into FOLDER, and SCRIPT.up and
# SCRIPT.down: the same statements for the sqlite3 shell, in the same
# transactions and with the same ledger.

function up_of(i) {
  if (i % 50 == 6)
    return "CREATE VIEW v" i " AS SELECT id, name FROM t" i - 1 ";"
  if (i % 50 == 7)
    return "CREATE TRIGGER g" i " AFTER UPDATE ON t" i - 2 \
      " BEGIN SELECT new.name; END;"
  if (i % 5 == 0)
    return "CREATE TABLE t" i " (id INTEGER PRIMARY KEY, name TEXT NOT NULL" \
      (i > 5 ? ", parent INTEGER REFERENCES t" i - 5 " (id)" : "") ");"
  if (i % 5 == 1)
    return "CREATE INDEX i" i " ON t" table_of(i) " (name);"
  if (i % 5 == 2)
    return "ALTER TABLE t" table_of(i) " ADD COLUMN note TEXT;"
  if (i % 5 == 3)
    return "INSERT INTO t" table_of(i) " (id, name) VALUES (1, 'Zoë');"
  return "UPDATE t" table_of(i) " SET name = 'Anna' WHERE id = 1;"
}

function down_of(i) {
  if (i % 50 == 6)
    return "DROP VIEW v" i ";"
  if (i % 50 == 7)
    return "DROP TRIGGER g" i ";"
  if (i % 5 == 0)
    return "DROP TABLE t" i ";"
  if (i % 5 == 1)
    return "DROP INDEX i" i ";"
  if (i % 5 == 2)
    return "ALTER TABLE t" table_of(i) " DROP COLUMN note;"
  if (i % 5 == 3)
    return "DELETE FROM t" table_of(i) ";"
  return "UPDATE t" table_of(i) " SET name = 'Zoë' WHERE id = 1;"
}

function table_of(i) { return i - i % 5 }

function quote(text) {
  gsub(/'/, "''", text)
  return "'" text "'"
}

function transaction(body, i, direction, before, after, down) {
  return "BEGIN IMMEDIATE;\n" body "\nDELETE FROM schema_migrations;\n" \
    (after < 5 ? "" : "INSERT INTO schema_migrations (version, dirty) " \
      "VALUES (" after ", 0);\n") \
    "INSERT INTO mzlua_history (version, name, direction, kind, checksum, " \
    "started_at, duration_ms, rows_changed, version_before, version_after, " \
    "tool_version, down_text) VALUES (" i ", 'step', '" direction \
    "', 'sql', hex(zeroblob(32)), datetime(), 0, 0, " before ", " after \
    ", '0.1.0', " (down ? quote(down) : "NULL") ");\nCOMMIT;"
}

BEGIN {
  print "PRAGMA synchronous=EXTRA;\n" \
    "CREATE TABLE schema_migrations (version uint64,dirty bool);\n" \
    "CREATE UNIQUE INDEX version_unique ON schema_migrations (version);\n" \
    "CREATE TABLE mzlua_history (id INTEGER PRIMARY KEY, version, name, " \
    "direction, kind, checksum, started_at, duration_ms, rows_changed, " \
    "version_before, version_after, tool_version, down_text);" \
    > (SCRIPT ".up")
  print "PRAGMA synchronous=EXTRA;" > (SCRIPT ".down")
  for (i = 5; i < COUNT + 5; i++) {
    file = sprintf("%s/%06d_step", FOLDER, i)
    print up_of(i) > (file ".up.sql")
    print down_of(i) > (file ".down.sql")
    close(file ".up.sql")
    close(file ".down.sql")
    print transaction(up_of(i), i, "up", i - 1, i, down_of(i)) \
      > (SCRIPT ".up")
  }
  for (i = COUNT + 4; i >= 5; i--)
    print transaction(down_of(i), i, "down", i, i - 1, "") \
      > (SCRIPT ".down")
}
