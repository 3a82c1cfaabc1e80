--- Tables that are made anew, and what fills them.

-- ---- what is around a table stays -------------------------------------------

--- A table with everything around it.
-- @return a CREATE TABLE of it in another order
local function make_rich()
  db:exec([[
    CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT,
      n TEXT COLLATE NOCASE DEFAULT 'it''s', g AS (n || '!'), v);
    CREATE TABLE b (x REFERENCES a (id) ON DELETE CASCADE);
    CREATE TABLE log (t);
    CREATE INDEX ai2 ON a (v DESC) WHERE v > 0;
    CREATE UNIQUE INDEX ai1 ON a (lower(n));
    CREATE TRIGGER t2 AFTER DELETE ON a BEGIN
      INSERT INTO log VALUES ('d' || old.id); END;
    CREATE TRIGGER t1 AFTER INSERT ON b BEGIN
      UPDATE a SET v = 1 WHERE id = new.x; END;
    CREATE VIEW va AS SELECT id, n FROM a;
    CREATE VIEW vv AS SELECT * FROM va;
    INSERT INTO a (id, n, v) VALUES (1, 'ä', 9007199254740993),
      (7, NULL, x'00'), (9, 'z', 2.5);
    DELETE FROM a WHERE id = 9;
    DELETE FROM log;
    INSERT INTO b VALUES (7);
    UPDATE a SET v = x'00' WHERE id = 7;
    ANALYZE]])
  return "CREATE TABLE a (v, id INTEGER PRIMARY KEY AUTOINCREMENT, "
    .. "g AS (n || '!'), n TEXT COLLATE NOCASE DEFAULT 'it''s')"
end

case("rows, rowids, the mark of AUTOINCREMENT and statistics", function()
  local make = make_rich()
  local statistics = [[SELECT idx || stat FROM sqlite_stat1 WHERE tbl = 'a'
    ORDER BY 1]]
  local before = rows(statistics)
  is(db:rebuild("a", { create = make }), 2)
  is(rows("SELECT id || quote(n) || quote(v) || quote(g) FROM a"),
    "1'ä'9007199254740993'ä!';7NULLX'00'NULL")
  is(db:insert("a", { n = "next" }), 10)
  db:exec("DELETE FROM a WHERE id = 10")
  is(rows(statistics), before)
  db:exec("DELETE FROM a")
  db:rebuild("a", { create = make })
  is(db:insert("a", { n = "next" }), 11)
end)

case("indexes, triggers and views, in their order", function()
  local make = make_rich()
  local texts = [[SELECT type || name || sql FROM sqlite_schema
    WHERE tbl_name IN ('a', 'b', 'va', 'vv') AND name <> 'a' ORDER BY name]]
  local order = [[SELECT name FROM sqlite_schema
    WHERE type IN ('index', 'trigger') AND tbl_name = 'a' ORDER BY rowid]]
  local before, placed = rows(texts), rows(order)
  db:exec([[CREATE TEMP TRIGGER tt AFTER UPDATE ON a BEGIN
    INSERT INTO log VALUES ('temp'); END]])
  db:rebuild("a", { create = make })
  is(rows(texts), before)
  is(rows(order), placed)
  db:exec([[UPDATE a SET n = 'b' WHERE id = 7; DELETE FROM a WHERE id = 7]])
  is(rows("SELECT t FROM log"), "temp;d7")
  is(rows("SELECT n FROM vv"), "ä")
end)

case("rowids of a table without a key", function()
  db:exec([[CREATE TABLE r (rowid TEXT, x);
    INSERT INTO r (_rowid_, rowid, x) VALUES (5, 'five', 1), (9, 'nine', 2)]])
  db:rebuild("r", { create = "CREATE TABLE r (x, rowid TEXT, y DEFAULT 3)" })
  is(rows("SELECT _rowid_ || rowid || x || y FROM r"), "5five13;9nine23")
  local hidden = "CREATE TABLE h (rowid, _rowid_, oid)"
  db:exec(hidden)
  raises("h has no column that tells its rows apart",
    db.rebuild, db, "h", { create = hidden })
end)

case("with and without rowid, STRICT", function()
  db:exec([[CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
    INSERT INTO w VALUES ('b', 1), ('a', '2')]])
  db:rebuild("w", { create =
    "CREATE TABLE w (k TEXT PRIMARY KEY, v INT) STRICT" })
  is(rows("SELECT k || typeof(v) FROM w ORDER BY k"), "ainteger;binteger")
  db:rebuild("w", { create =
    "CREATE TABLE w (k TEXT PRIMARY KEY, v ANY) STRICT, WITHOUT ROWID" })
  is(rows("SELECT k || v FROM w"), "a2;b1")
end)

case("references to itself, and a name that is taken", function()
  db:exec([[
    CREATE TABLE s (id INTEGER PRIMARY KEY, up INT REFERENCES s (id));
    CREATE TABLE s_new (x);
    INSERT INTO s VALUES (1, NULL), (2, 1)]])
  db:rebuild("s", { create = "CREATE TABLE s (id INTEGER PRIMARY KEY, "
    .. "up INT REFERENCES s (id) ON DELETE CASCADE)" })
  is(rows("SELECT sql FROM sqlite_schema ORDER BY name"),
    'CREATE TABLE "s" (id INTEGER PRIMARY KEY, up INT REFERENCES s (id) '
    .. "ON DELETE CASCADE);CREATE TABLE s_new (x)")
  is(rows([[SELECT "table" FROM pragma_foreign_key_list('s')]]), "s")
end)

case("views that are made anew keep their triggers", function()
  db:exec([[
    CREATE TABLE t (id INTEGER PRIMARY KEY, a, b);
    CREATE TABLE other (x);
    CREATE VIEW v AS SELECT id, a, b FROM t;
    CREATE VIEW w AS SELECT id, b FROM t;
    CREATE TRIGGER vi INSTEAD OF INSERT ON v BEGIN
      INSERT INTO t (id, a) VALUES (new.id, new.a); END;
    CREATE TRIGGER wi INSTEAD OF INSERT ON w BEGIN SELECT 1; END;
    CREATE TRIGGER o AFTER INSERT ON other BEGIN
      INSERT INTO t (b) VALUES (new.x); END;
    INSERT INTO t VALUES (1, 'a', 'b')]])
  db:rebuild("t", {
    create = "CREATE TABLE t (id INTEGER PRIMARY KEY, a)",
    drop = "b",
    views = { V = "CREATE VIEW v AS SELECT id, a FROM t", w = false,
      new = "CREATE VIEW new AS SELECT a FROM t" },
    triggers = { O = [[CREATE TRIGGER o AFTER INSERT ON other BEGIN
      INSERT INTO t (a) VALUES (new.x); END]] },
  })
  is(rows("SELECT name FROM sqlite_schema ORDER BY name"),
    "new;o;other;t;v;vi")
  db:exec("INSERT INTO v (id, a) VALUES (5, 'by v')")
  db:exec("INSERT INTO other VALUES ('by other')")
  is(rows("SELECT id || a FROM v"), "1a;5by v;6by other")
  raises("there is no trigger nope", db.rebuild, db, "t",
    { create = "CREATE TABLE t (id, a)", triggers = { nope = false } })
  raises("there is no view nope", db.rebuild, db, "t",
    { create = "CREATE TABLE t (id, a)", views = { nope = false } })
end)

-- ---- nothing is lost without a word -----------------------------------------

case("a column that is not in the new table", function()
  db:exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)")
  raises("t.b is not in the new table: list it in drop, or say in copy where "
    .. "its values go", db.rebuild, db, "t",
    { create = "CREATE TABLE t (id INTEGER PRIMARY KEY, a)" })
end)

case("rows that the new table would pass over", function()
  db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, a);
    INSERT INTO t VALUES (1, 'x'), (2, 'x'), (3, NULL)]])
  raises("t is not changed, as 1 row would break it: UNIQUE constraint failed: "
    .. "t.a: id 2 (a 'x'); merge or change these rows first (db:duplicates, "
    .. "db:merge)", db.rebuild, db, "t", { create = "CREATE TABLE t (id "
    .. "INTEGER PRIMARY KEY, a UNIQUE ON CONFLICT IGNORE)" })
  raises("t is not changed, as 1 row would break it: NOT NULL constraint "
    .. "failed: t.a: id 3 (a NULL); give the column a fill", db.rebuild, db,
    "t", { create = "CREATE TABLE t (id INTEGER PRIMARY KEY, "
      .. "a NOT NULL ON CONFLICT REPLACE DEFAULT 'y')" })
  is(rows("SELECT id || quote(a) FROM t"), "1'x';2'x';3NULL")
end)

case("at most five of many are shown", function()
  db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, a);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9)
    INSERT INTO t SELECT i, i FROM n]])
  raises("t is not changed, as 8 rows would break it: CHECK constraint failed: "
    .. "a > 8: id 1; id 2; id 3; id 4; id 5; and 3 more; mend these rows first",
    db.rebuild, db, "t",
    { create = "CREATE TABLE t (id INTEGER PRIMARY KEY, a CHECK (a > 8))" })
end)

case("legacy_alter_table is as it was, also after an error", function()
  local make = make_rich()
  pcall(db.rebuild, db, "a", { create =
    "CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT, v, g AS (nope))" })
  is(db:value("PRAGMA legacy_alter_table"), 0)
  db:exec("PRAGMA legacy_alter_table = ON")
  db:rebuild("a", { create = make })
  is(db:value("PRAGMA legacy_alter_table"), 1)
end)

-- ---- a fill is one expression -----------------------------------------------

case("a fill of every kind", function()
  db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, k, n, v);
    WITH RECURSIVE i(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM i WHERE x < 8)
    INSERT INTO t (id, k, n) SELECT x, 'k' || x, x % 2 FROM i;
    UPDATE t SET k = NULL WHERE id = 8;
    UPDATE t SET v = 'own' WHERE id = 1]])
  local many = {}
  for i = 1, 200 do many[i] = "many" .. i end
  db:transform("t", { not_null = { v = { fill = {
    mz.by("k", { k2 = "two", [mz.null] = "none" }),
    mz.by({ "k", "n" }, { k3 = { [1] = "three and 1", [0] = "no" } }),
    function(row) if row.id == 4 then return row.k .. " of Lua" end end,
    mz.sql"CASE id WHEN 5 THEN k || ' of SQL' END",
    mz.by("id", many),
  } } } })
  is(rows("SELECT v FROM t"),
    "own;two;three and 1;k4 of Lua;k5 of SQL;many6;many7;none")
end)

case("values keep their type", function()
  db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, v);
    INSERT INTO t (id) VALUES (1), (2), (3), (4), (5), (6)]])
  db:transform("t", { not_null = { v = { fill = mz.by("id", {
    9007199254740993, 2.0, mz.blob("\0x"), "it's\0nul", "ä", 0.1,
  }) } } })
  is(rows("SELECT typeof(v) || hex(v) FROM t WHERE id BETWEEN 3 AND 5"),
    "blob0078;text69742773006E756C;textC3A4")
  is(db:value("SELECT v FROM t WHERE id = 1"), 9007199254740993)
  is(db:value("SELECT v FROM t WHERE id = 2"), 2.0)
  is(db:value("SELECT v FROM t WHERE id = 6"), 0.1)
end)

case("wrong uses are errors", function()
  db:exec("CREATE TABLE t (id INTEGER PRIMARY KEY, v)")
  raises("mz.sql takes an expression of SQL", mz.sql, " ")
  raises("mz.by takes a table of values, not a nil", mz.by, "id")
  raises("t has no column idd; is id meant?", db.transform, db, "t",
    { not_null = { v = { fill = mz.by("idd", {}) } } })
end)

-- ---- types with using -------------------------------------------------------

case("a type with what its values become", function()
  db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT, u UNIQUE);
    CREATE INDEX ta ON t (at);
    INSERT INTO t VALUES (1, '2024-07-01 12:00:00', 1), (2, NULL, 2)]])
  db:transform("t", {
    type = { AT = { "INTEGER", using = mz.sql"unixepoch(at)" },
      u = { "TEXT", using = function(row) return "u" .. row.u end } },
    not_null = { at = { fill = 0 } } })
  is(rows("SELECT at || ' ' || typeof(at) || u FROM t"),
    "1719835200 integeru1;0 integeru2")
  is(rows("SELECT type FROM pragma_table_info('t')"), "INTEGER;INTEGER;TEXT")
  raises("db:transform: type.at must be a string, \"\" for no type, not a nil",
    db.transform, db, "t", { type = { at = { using = 1 } } })
  raises("db:transform: type.at: there is no option us", db.transform,
    db, "t", { type = { at = { "TEXT", us = 1 } } })
end)

case("rows that what a type makes of them would break", function()
  db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, a NOT NULL, u UNIQUE);
    INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2)]])
  raises("t is not changed, as 1 row would break it: NOT NULL constraint "
    .. "failed: t.a: id 2 (a 'y'); give the column a fill", db.transform, db,
    "t", { type = { a = { "INT", using = mz.by("a", { x = 1 }) } } })
  is(rows("SELECT a FROM t"), "x;y")
end)

case("a key that is not INTEGER, where it is no rowid", function()
  db:exec([[CREATE TABLE t (a INTEGER, b); INSERT INTO t VALUES ('x', 1)]])
  raises("db:transform: primary_key: t.a is not INTEGER in 1 row: rowid = 1, "
    .. "a = 'x'", db.transform, db, "t", { primary_key = "a" })
  db:transform("t", { primary_key = "a", without_rowid = true })
  is(rows("SELECT a || b FROM t"), "x1")
end)

case("words of SQL are no columns, and columns may be such words", function()
  db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, "where", "desc", "NOT", a);
    CREATE INDEX ta ON t (a DESC) WHERE a IS NOT NULL;
    CREATE INDEX td ON t ("desc")]])
  db:transform("t", { drop = { "where", "not" } })
  raises("t.desc cannot be dropped, for there is: index td; say in this call "
    .. "what becomes of each", db.transform, db, "t", { drop = "desc" })
  db:transform("t", { drop = "desc", indexes = { td = false } })
  is(rows("SELECT name FROM sqlite_schema"), "t;ta")
end)

case("a rename that SQLite may be unable to do", function()
  db:exec("CREATE TABLE t (a INTEGER PRIMARY KEY, b, UNIQUE (a, b)) "
    .. "WITHOUT ROWID")
  local ok, err = pcall(db.transform, db, "t", { rename = { a = "z" } })
  local wanted = ok and "z;b" or "a;b"
  is(rows("SELECT name FROM pragma_table_info('t')"), wanted)
  is(ok or err.message, ok or "db:transform: SQLite cannot rename this column "
    .. "of t (no such column: a): use db:rebuild")
end)

case("a default that a STRICT column does not take", function()
  db:exec("CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT; "
    .. "INSERT INTO t VALUES (1)")
  pcall(db.transform, db, "t", { add = "n INT DEFAULT 'text'" })
  is(rows("SELECT name FROM pragma_table_info('t')"), "id")
  db:transform("t", { add = "n INT DEFAULT 7" })
  is(rows("SELECT typeof(n) FROM t"), "integer")
  is(db:value("PRAGMA integrity_check"), "ok")
end)

case("a column called rowid whose users would read the real one", function()
  db:exec([[CREATE TABLE t (id INTEGER PRIMARY KEY, rowid TEXT);
    INSERT INTO t VALUES (1, 'one');
    CREATE VIEW v AS SELECT rowid FROM t]])
  raises("t.rowid cannot be dropped, for there is: view v; say in this call "
    .. "what becomes of each", db.transform, db, "t", { drop = "rowid" })
  is(rows("SELECT rowid FROM v"), "one")
end)
