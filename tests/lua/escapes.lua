--- Ways out of a sandbox of Lua 5.4, one a section: what returns true has got
-- out; an error, or anything else, has not. FOLDER is the folder of the test,
-- in which secret.txt and secret.lua must not be read, and nothing written.

--# libraries: io
return io ~= nil

--# libraries: os.execute
return os.execute ~= nil

--# libraries: os.remove
return os.remove ~= nil

--# libraries: os.rename
return os.rename ~= nil

--# libraries: os.tmpname
return os.tmpname ~= nil

--# libraries: os.getenv
return os.getenv ~= nil

--# libraries: os.exit
return os.exit ~= nil

--# libraries: os.setlocale
return os.setlocale ~= nil

--# libraries: package
return package ~= nil

--# libraries: debug
return debug ~= nil

--# libraries: load
return load ~= nil

--# libraries: loadstring
return loadstring ~= nil

--# libraries: loadfile
return loadfile ~= nil

--# libraries: dofile
return dofile ~= nil

--# libraries: collectgarbage
return collectgarbage ~= nil

--# libraries: warn
return warn ~= nil

--# libraries: through _G
return _G ~= nil and (_G.io or _G.debug or _G.load) ~= nil

--# libraries: through _ENV
return _ENV.io ~= nil or _ENV.load ~= nil

--# libraries: rawget on the environment
return rawget(_ENV, "io") ~= nil or rawget(_ENV, "debug") ~= nil

--# libraries: the metatable of the environment
local meta = getmetatable(_ENV)
return meta ~= nil and type(meta) == "table" and (meta.__index or {}).io ~= nil

--# libraries: every global and what is in it
local wanted = { execute = true, popen = true, dofile = true, loadfile = true,
  loadlib = true, getregistry = true, sethook = true, dump = true }
local seen = {}
local function look(value)
  if type(value) ~= "table" or seen[value] then return false end
  seen[value] = true
  for key, one in next, value do
    if wanted[key] or look(one) then return true end
  end
  return false
end
return look(_ENV) or look(string) or look(mz)

--# libraries: what the string metatable leads to
return getmetatable("").__index.dump ~= nil

--# bytecode: string.dump
return string.dump ~= nil

--# bytecode: a method of a string
return ("").dump ~= nil

--# bytecode: a binary chunk as SQL
db:exec("\27Lua")
return true

--# require: io
return require("io") ~= nil

--# require: os
return require("os") ~= nil

--# require: debug
return require("debug") ~= nil

--# require: package
return require("package") ~= nil

--# require: _G
return require("_G") ~= nil

--# require: ffi
return require("ffi") ~= nil

--# require: a part of the program
return require("mz.rebuild") ~= nil

--# require: up and out
return require("../secret") ~= nil

--# require: two up and out
return require("../../secret") ~= nil

--# require: dots
return require("...secret") ~= nil

--# require: back and forth
return require("lib/../../secret") ~= nil

--# require: backslashes
return require("..\\secret") ~= nil

--# require: an absolute path
return require("FOLDER/secret") ~= nil

--# require: an absolute path with a NUL
return require("FOLDER/secret.lua\0") ~= nil

--# require: a file of the system
return require("/etc/passwd") ~= nil

--# require: a library of C
return require("lib/secret.so") ~= nil

--# require: an empty name
return require("") ~= nil

--# require: a very long name
return require(("a"):rep(100000)) ~= nil

--# require: a table that says it is a name
return require(setmetatable({}, { __tostring = function()
  return "../secret"
end })) ~= nil

--# require: a number
return require(1) ~= nil

--# require: a device
return require("/dev/zero") ~= nil

--# files: mz.fs without permission
return mz.fs.read("FOLDER/secret.txt") ~= nil

--# files: a list of a folder
return mz.fs.list("FOLDER") ~= nil

--# files: whether something is there
return mz.fs.stat("FOLDER/secret.txt") ~= nil

--# files: lines
for line in mz.fs.lines("FOLDER/secret.txt") do return line ~= nil end

--# files: a zone that is a path
return mz.time.parse("2024-01-01 00:00",
  { zone = "../../../etc/passwd" }) ~= nil

--# files: a zone that is an absolute path
return mz.time.parse("2024-01-01 00:00", { zone = "FOLDER/secret.txt" }) ~= nil

--# metatables: that of strings can be changed for the program
local meta = getmetatable("")
meta.__index = function() return function() return "changed" end end
return ("x"):upper() == "changed" and mz.text.lower("X") == "changed"

--# metatables: that of db
return setmetatable(db, {}) ~= nil

--# metatables: what is behind db
local meta = getmetatable(db)
return type(meta) == "table" and meta.__gc ~= nil

--# metatables: collecting db twice
local meta = getmetatable(db)
meta.__gc(db)
meta.__gc(db)
return true

--# metatables: those of a statement
local statement = db:prepare("SELECT 1")
local meta = getmetatable(statement)
return type(meta) == "table" and meta.__gc ~= nil and meta.__gc(statement) == 1

--# metatables: a statement closed in its own loop
local statement = db:prepare("SELECT 1 UNION SELECT 2")
for _ in statement:urows() do statement:close() end

--# metatables: a method on something else
return db.exec({}, "SELECT 1") ~= nil

--# metatables: a method of a statement on db
local statement = db:prepare("SELECT 1")
return statement.exec(db) ~= nil

--# metatables: a method on a file handle that is none
return db.exec(mz.null, "SELECT 1") ~= nil

--# gc: a finaliser that writes after the end
setmetatable({}, { __gc = function() db:exec("DELETE FROM kept") end })

--# gc: a finaliser that raises
setmetatable({}, { __gc = function() error("from a finaliser") end })

--# gc: a finaliser that never ends
setmetatable({}, { __gc = function() while true do end end })
for _ = 1, 1000 do local _ = ("x"):rep(10000) .. _ end

--# gc: a finaliser that makes another
local function again() setmetatable({}, { __gc = again }) end
again()

--# gc: a finaliser that fills memory
setmetatable({}, { __gc = function()
  local list = {}
  while true do list[#list + 1] = ("x"):rep(1000000) .. #list end
end })
error("now")

--# gc: to be closed, and never ending
do
  local guard <close> = setmetatable({}, { __close = function()
    while true do end
  end })
  error("out")
end

--# gc: to be closed, and raising
local guard <close> = setmetatable({}, { __close = function()
  error("from closing")
end })

--# gc: a weak table of statements
local weak = setmetatable({}, { __mode = "v" })
for i = 1, 10000 do weak[i] = db:prepare("SELECT " .. i) end

--# errors: an object whose __tostring raises
error(setmetatable({}, { __tostring = function() error("again") end }))

--# errors: an object whose __tostring never ends
error(setmetatable({}, { __tostring = function() while true do end end }))

--# errors: an object whose __tostring is no text
error(setmetatable({}, { __tostring = function() return {} end }))

--# errors: an object whose __tostring is endless text
error(setmetatable({}, { __tostring = function()
  return ("x"):rep(1 << 40)
end }))

--# errors: an object whose __name lies
error(setmetatable({}, { __name = ("n"):rep(1000000) }))

--# errors: an object whose __index raises
error(setmetatable({}, { __index = function() error("index") end }))

--# errors: nil
error(nil)

--# errors: the program's own object, changed
local ok, err = pcall(db.exec, db, "SELECT nosuch")
err.message = setmetatable({}, { __tostring = function() error("x") end })
error(err)

--# errors: itself as its cause
local err = {}
err.message = err
error(err)

--# errors: a very long one
error(("x"):rep(10000000))

--# errors: control characters
error("\27[2J\27]0;title\7\0\r\n")

--# errors: a handler that raises
xpcall(error, function() error("handler") end, "x")

--# errors: a handler that never ends
xpcall(error, function() while true do end end, "x")

--# errors: handlers in handlers
local function handler() return xpcall(error, handler, "x") end
xpcall(error, handler, "x")

--# time: an endless loop
while true do end

--# time: an endless loop in pcall in an endless loop
while true do pcall(function() while true do end end) end

--# time: in xpcall
while true do
  xpcall(function() while true do end end, function() return 1 end)
end

--# time: in a coroutine
coroutine.wrap(function() while true do end end)()

--# time: in a coroutine that pcalls
coroutine.wrap(function()
  while true do pcall(function() while true do end end) end
end)()

--# time: in many coroutines
while true do coroutine.resume(coroutine.create(function()
  while true do end
end)) end

--# time: closing coroutines
while true do
  local thread = coroutine.create(function()
    local guard <close> = setmetatable({}, { __close = function()
      while true do end
    end })
    coroutine.yield()
  end)
  coroutine.resume(thread)
  coroutine.close(thread)
end

--# time: goto
::again:: goto again

--# time: a numeric loop
for _ = 1, math.huge do end

--# time: tail calls
local function f() return f() end
f()

--# time: a comparison of a sort
table.sort({ 1, 2, 3 }, function() while true do end end)

--# time: an order that is none
local list = {}
for i = 1, 10000 do list[i] = i end
table.sort(list, function() return true end)

--# time: metamethods
local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end })
return t[1] ~= nil

--# time: __index that leads in a circle
local a, b = {}, {}
setmetatable(a, { __index = b })
setmetatable(b, { __index = a })
return a.x ~= nil

--# time: pairs that never ends
for _ in pairs(setmetatable({}, { __pairs = function()
  return function() return 1 end
end })) do end

--# time: a pattern
return (("a"):rep(30000) .. "b"):find((".-"):rep(200) .. "c") ~= nil

--# time: gsub with a function that loops
("x"):gsub(".", function() while true do end end)

--# time: gmatch over what is empty
for _ in ("x"):rep(10000000):gmatch("()") do end

--# time: string.rep of nothing
return ("").rep("", 1 << 62) ~= ""

--# time: string.rep of nothing, apart
return ("").rep("", 1 << 62, "") ~= ""

--# time: a list that says it is long
table.insert(setmetatable({}, { __len = function() return 1 << 60 end }), 1, 1)

--# time: a list that says it is long, and gets shorter
table.remove(setmetatable({}, { __len = function() return 1 << 60 end }), 1)

--# time: a function of SQL
db:define("endless", function() while true do end end)
db:exec("SELECT endless()")

--# time: a collation
db:collation("odd", function() while true do end end)
db:exec("SELECT 'a' UNION SELECT 'b' ORDER BY 1 COLLATE odd")

--# time: an aggregate
db:define("endless", { aggregate = { step = function() while true do end end,
  final = function() end } })
db:exec("SELECT endless(1)")

--# time: rows that never end
for _ in db:rows([[WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1
  FROM n) SELECT i FROM n]]) do end

--# time: SQL that never ends
db:exec([[WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
  SELECT count(*) FROM n]])

--# time: SQL that never ends, in pcall
while true do pcall(db.exec, db, [[WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL
  SELECT i + 1 FROM n) SELECT count(*) FROM n]]) end

--# time: a LIKE
db:exec("SELECT printf('%.*c', 40000, 'a') LIKE '%a%a%a%a%a%a%a%a%a%a%a%a%b'")

--# memory: a list
local list = {}
while true do list[#list + 1] = #list end

--# memory: a list, in pcall
while true do
  pcall(function()
    local list = {}
    while true do list[#list + 1] = {} end
  end)
end

--# memory: string.rep
return #("x"):rep(1 << 33) > 0

--# memory: string.rep with what is between
return #("x"):rep(1 << 30, ("y"):rep(1000)) > 0

--# memory: doubling
local text = "x"
while true do text = text .. text end

--# memory: table.concat
local list = {}
for i = 1, 1000 do list[i] = ("x"):rep(1000000) end
return #table.concat(list) > 0

--# memory: string.format with a width
return #("%99999d"):format(1) > 99

--# memory: string.format of long texts
return #("%s%s"):rep(1000):format(("x"):rep(1 << 26)) > 0

--# memory: string.pack
return #string.pack("!16 i16 s8", 1, ("x"):rep(1 << 30)) > 0

--# memory: upper
return #("x"):rep(1 << 28):upper() > 0

--# memory: gsub that grows
local text = "x"
while true do text = text:gsub("x", "xx") end

--# memory: utf8.char
local codes = {}
for i = 1, 200 do codes[i] = 0x10FFFF end
local text = utf8.char(table.unpack(codes))
while true do text = text .. text end

--# memory: table.unpack
return select("#", table.unpack({}, 1, 1 << 30)) > 0

--# memory: table.move
return #table.move({}, 1, 1 << 40, 2) > 0

--# memory: closures
local f = function() end
while true do
  local g = f
  f = function() return g end
end

--# memory: coroutines
local list = {}
while true do
  list[#list + 1] = coroutine.create(function() coroutine.yield() end)
  coroutine.resume(list[#list])
end

--# memory: mz.blob
local list = {}
while true do list[#list + 1] = mz.blob(("x"):rep(1000000) .. #list) end

--# memory: rows that are all kept
local list = {}
for row in db:rows([[WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1
  FROM n) SELECT i, printf('%.*c', 100000, 'x') AS x FROM n]]) do
  list[#list + 1] = row
end

--# memory: a value of SQL
return #db:value("SELECT zeroblob(90000000)") > 0

--# memory: many values of SQL
local list = {}
while true do list[#list + 1] = db:value("SELECT randomblob(10000000)") end

--# memory: statements
local list = {}
while true do list[#list + 1] = db:prepare("SELECT " .. #list) end

--# memory: JSON
local text = ("[1,"):rep(1) .. ("1,"):rep(20000000) .. "1]"
return mz.json.decode(text) ~= nil

--# memory: mz.text
return #mz.text.fold(("É"):rep(1 << 26)) > 0

--# memory: references of HTML
return #mz.text.unescape_html(
  ("&CounterClockwiseContourIntegral;"):rep(1 << 24)) > 0

--# memory: an aggregate that keeps all
db:define("keep", { aggregate = { step = function(list, value)
  list = list or {}
  list[#list + 1] = ("x"):rep(100000) .. value
  return list
end, final = function(list) return #list end } })
db:exec([[WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
  SELECT keep(i) FROM n]])

--# depth: recursion
local function f() return 1 + f() end
f()

--# depth: recursion in pcall
local function f() return pcall(f) end
f()

--# depth: recursion by __tostring
local t = setmetatable({}, {})
getmetatable(t).__tostring = function() return tostring(t) end
tostring(t)

--# depth: recursion by __concat
local t = setmetatable({}, {})
getmetatable(t).__concat = function(a, b) return a .. b end
return t .. "x" ~= nil

--# depth: recursion by __lt
local t = setmetatable({}, {})
getmetatable(t).__lt = function(a, b) return a < b end
return t < t

--# depth: recursion by gsub
local function f(text) return (text:gsub(".", f)) end
f("x")

--# depth: recursion by sort
local function f() table.sort({ 1, 2, 3 }, f) return true end
f()

--# depth: coroutines in coroutines
local function f() return coroutine.wrap(f)() end
f()

--# depth: coroutines that are closed in coroutines
local function f()
  local guard <close> = setmetatable({}, { __close = f })
  error("x")
end
f()

--# depth: require in a circle
return require("circle") ~= nil

--# depth: savepoints
local function f() db:savepoint(f) end
f()

--# depth: a function of SQL that calls itself
db:define("f", function() return db:value("SELECT f()") end)
db:exec("SELECT f()")

--# depth: JSON
return mz.json.decode(("["):rep(1000000)) ~= nil

--# depth: JSON of a table in itself
local t = {}
t[1] = t
return mz.json.encode(t) ~= nil

--# depth: JSON of deep tables
local t = {}
for _ = 1, 1000000 do t = { t } end
return mz.json.encode(t) ~= nil

--# depth: parentheses in a pattern
return ("x"):find(("("):rep(100000)) ~= nil

--# depth: sets in a pattern
return ("x"):find("[" .. ("%w"):rep(100000)) ~= nil

--# depth: SQL
db:exec("SELECT " .. ("("):rep(100000) .. "1" .. (")"):rep(100000))

--# depth: an expression of SQL
db:exec("SELECT 1" .. (" + 1"):rep(100000))

--# depth: a compound SELECT
db:exec("SELECT 1" .. (" UNION ALL SELECT 1"):rep(100000))

--# depth: triggers that fire each other
db:exec([[CREATE TABLE a (x); CREATE TABLE b (x);
  CREATE TRIGGER at AFTER INSERT ON a BEGIN INSERT INTO b VALUES (new.x); END;
  CREATE TRIGGER bt AFTER INSERT ON b BEGIN INSERT INTO a VALUES (new.x); END;
  PRAGMA recursive_triggers = ON; INSERT INTO a VALUES (1)]])

--# database: another file
db:exec("ATTACH 'FOLDER/other.db' AS other")
return true

--# database: another file by a URI
db:exec("ATTACH 'file:FOLDER/other.db?mode=rwc' AS other")
return true

--# database: another file by an expression
db:exec("ATTACH 'FOLDER/' || 'other.db' AS other")
return true

--# database: another file by a parameter
db:exec("ATTACH ? AS other", "FOLDER/other.db")
return true

--# database: in memory
db:exec("ATTACH ':memory:' AS other")
return true

--# database: VACUUM INTO
db:exec("VACUUM INTO 'FOLDER/other.db'")
return true

--# database: DETACH
db:exec("DETACH main")
return true

--# database: load_extension
db:exec("SELECT load_extension('FOLDER/secret')")
return true

--# database: readfile
return db:value("SELECT readfile('FOLDER/secret.txt')") ~= nil

--# database: writefile
db:exec("SELECT writefile('FOLDER/other.db', 'x')")
return true

--# database: edit
db:exec("SELECT edit('x', 'true')")
return true

--# database: fts3_tokenizer
db:exec("SELECT fts3_tokenizer('simple', x'4141414141414141')")
return true

--# database: fts3_tokenizer with a parameter
db:exec("SELECT FTS3_TOKENIZER('simple', ?)", mz.blob("\1\1\1\1\1\1\1\1"))
return true

--# database: a virtual table of a file
db:exec("CREATE VIRTUAL TABLE temp.t USING csv (filename='FOLDER/secret.txt')")
return true

--# database: the pages of the file
db:exec("UPDATE sqlite_dbpage SET data = zeroblob(4096) WHERE pgno = 1")
return true

--# database: the schema
db:exec("UPDATE sqlite_schema SET sql = 'x'")
return true

--# database: writable_schema
db:exec("PRAGMA writable_schema = ON")
return true

--# database: writable_schema by its function
return db:value("SELECT * FROM pragma_writable_schema(1)") ~= nil

--# database: journal_mode
db:exec("PRAGMA journal_mode = OFF")
return true

--# database: synchronous
db:exec("PRAGMA synchronous = OFF")
return true

--# database: temp_store_directory
db:exec("PRAGMA temp_store_directory = 'FOLDER'")
return true

--# database: trusted_schema
db:exec("PRAGMA trusted_schema = ON")
return true

--# database: locking_mode
db:exec("PRAGMA locking_mode = EXCLUSIVE")
return true

--# database: mmap_size
db:exec("PRAGMA mmap_size = 1000000000")
return true

--# database: hard_heap_limit
db:exec("PRAGMA hard_heap_limit = 1")
return true

--# database: COMMIT
db:exec("COMMIT")
return true

--# database: END behind a comment
db:exec("/* x */ END")
return true

--# database: ROLLBACK
db:exec("ROLLBACK")
return true

--# database: a savepoint of its own
db:exec("SAVEPOINT a")
return true

--# database: RELEASE of the program's savepoint
db:savepoint(function() db:exec("RELEASE mz") end)
return true

--# database: OR ROLLBACK in pcall
db:exec("CREATE TABLE u (a UNIQUE); INSERT INTO u VALUES (1)")
pcall(db.exec, db, "INSERT OR ROLLBACK INTO u VALUES (1)")
db:exec("CREATE TABLE outside (x)")
return true

--# database: RAISE(ROLLBACK) in pcall
db:exec([[CREATE TABLE u (a); CREATE TRIGGER r BEFORE INSERT ON u BEGIN
  SELECT RAISE(ROLLBACK, 'x'); END]])
pcall(db.exec, db, "INSERT INTO u VALUES (1)")
db:exec("CREATE TABLE outside (x)")
return true

--# database: the ledger
db:exec("DELETE FROM schema_migrations")
return true

--# database: the ledger in capitals and quotes
db:exec('INSERT INTO main."SCHEMA_MIGRATIONS" VALUES (9, 0)')
return true

--# database: the ledger by a trigger
db:exec([[CREATE TABLE x (a); CREATE TRIGGER t AFTER INSERT ON x BEGIN
  DELETE FROM schema_migrations; END; INSERT INTO x VALUES (1)]])
return true

--# database: the ledger by a view
db:exec([[CREATE VIEW v AS SELECT * FROM schema_migrations;
  CREATE TRIGGER t INSTEAD OF DELETE ON v BEGIN
    DELETE FROM schema_migrations; END; DELETE FROM v]])
return true

--# database: the ledger by CREATE TABLE AS
db:exec("CREATE TABLE mzlua_history AS SELECT 1")
return true

--# database: the ledger by a rename
db:exec([[CREATE TABLE x (a); ALTER TABLE x RENAME TO mzlua_saved]])
return false

--# database: the ledger by a temporary table
db:exec("CREATE TEMP TABLE schema_migrations (version, dirty)")
return true

--# database: history
db:exec("DROP TABLE mzlua_history")
return true

--# database: a function in the place of SQLite's
db:define("lower", function() return "changed" end)
return db:value("SELECT lower('X')") == "changed" and false

--# database: an index on a function of the migration
db:define("f", function(x) return x end, { deterministic = true })
db:exec("CREATE TABLE i (a); CREATE INDEX ii ON i (f(a))")
return false

--# database: a function that changes the table it is called for
db:define("f", function() db:exec("DELETE FROM kept") return 1 end)
db:exec("UPDATE kept SET a = f()")
return true

--# database: db in a function of SQL
db:define("f", function() return db:value("SELECT count(*) FROM kept") end)
return db:value("SELECT f()") ~= nil

--# database: statements in each other
local a = db:prepare("SELECT a FROM kept")
for _ in a:urows() do for _ in a:urows() do end end

--# database: a blob of the largest size
db:exec("CREATE TABLE b (a); INSERT INTO b VALUES (zeroblob(2147483647))")
return true

--# database: printf of the largest size
db:exec("SELECT printf('%.*c', 20000000, 'x')")

--# database: replace that grows
db:exec([[WITH RECURSIVE n(t) AS (SELECT 'x' UNION ALL
  SELECT replace(t, 'x', 'xxxxxxxxxx') FROM n) SELECT length(t) FROM n]])

--# database: group_concat of much
db:exec([[WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
  SELECT group_concat(printf('%.*c', 1000000, 'x')) FROM n]])

--# database: a file that grows without end
db:exec("CREATE TABLE g (a)")
while true do db:exec("INSERT INTO g VALUES (randomblob(100000))") end

--# program: log with control characters
mz.log("\27[2J\27]0;title\7")

--# program: a notice without end
mz.notice(("x"):rep(1 << 28))

--# program: progress of strange numbers
mz.progress(-1, 0)
mz.progress(1 << 62, 1)
mz.progress(0 / 0, 1 / 0)

--# program: skip in a function of SQL
db:define("f", function() mz.skip("now") end)
db:exec("SELECT f()")

--# program: skip in a coroutine
coroutine.wrap(function() mz.skip("now") end)()
error("went on")

--# program: a yield out of the migration
coroutine.yield(1)
return true

--# program: a yield out of db:each
db:each("kept", {}, function() coroutine.yield(1) end)

--# program: a yield out of a function of SQL
db:define("f", function() coroutine.yield(1) end)
coroutine.wrap(function() db:exec("SELECT f()") end)()

--# program: changing what mz is
mz.version = 99
mz.null = nil
return mz.version == 99 and false

--# program: the next migration's mz
rawset(mz, "assert", function() end)
rawset(string, "format", function() return "changed" end)
rawset(table, "concat", nil)
