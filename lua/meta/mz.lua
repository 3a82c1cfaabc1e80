---@meta mz

-- What a migration and mzlua.lua may use, for editors that understand LuaLS
-- annotations. Nothing here is run. In a migration:
--
--     ---@type mz.Migration
--     return { up = function(db) ... end }

---@alias mz.Value
---| integer # INTEGER, 64 bits
---| number # REAL, for a Lua float; NaN is refused
---| string # TEXT
---| boolean # INTEGER 0 or 1, on the way in only
---| mz.Blob # BLOB
---| mz.Null # NULL
---| nil # NULL, as a positional parameter or in a row

---A row by column name; a column that is NULL is absent.
---@alias mz.Row table<string, mz.Value>

---What a statement's parameters get: one value for each `?`, or a single
---table for `:name`, `@name` or `$name`.
---
---     db:exec("UPDATE movie SET year = ? WHERE id = ?", nil, 7)
---     db:exec("UPDATE movie SET year = :year", { year = mz.null })
---
---nil counts as a value. In a table each name needs one, mz.null for NULL. A
---missing, extra or misspelt one raises, and so does a table, a function or NaN
---as a value.
---@alias mz.Parameter mz.Value | table<string, mz.Value>

--------------------------------------------------------------------------------

---The database, inside the transaction of the migration.
---
---Values keep their type: INTEGER is an integer, REAL a float, TEXT a string,
---BLOB an `mz.Blob`. Every failure raises an `mz.Error`. SQL is one statement,
---but for `exec` without parameters. BEGIN, COMMIT, ROLLBACK, SAVEPOINT,
---ATTACH, pragmas that outlive a rollback, and changes to `schema_migrations`
---and `mzlua_*` tables are refused.
---@class mz.Database
local Database = {}

---Run SQL.
---
---     local changed = db:exec("UPDATE movie SET title = trim(title)")
---     db:exec("DELETE FROM job WHERE type = ?", "scan")
---     db:exec [[CREATE TABLE a (x); CREATE TABLE b (y);]]
---
---Without parameters it may be many statements; rows that they return are
---dropped.
---@param sql string
---@param ... mz.Parameter
---@return integer changed rows inserted, updated and deleted by the statements
---themselves, without those that triggers and foreign key actions changed
function Database:exec(sql, ...) end

---Loop over the rows of a query as tables.
---
---     for row in db:rows("SELECT id, name FROM user WHERE age > ?", 17) do
---       print(row.id, row.name)
---     end
---
---A loop may be left by `break`, `return` or an error at any time. Two columns
---of the same name raise: name one of them with AS. Changing the schema in the
---loop, or `db:savepoint` in one over INSERT ... RETURNING and its like, closes
---the rows, and the next one raises: collect them first. So does a write that
---could give the loop rows to meet again: an INSERT into the table it reads, an
---UPDATE along the index it reads by. Other updates and deletes are fine.
---@param sql string
---@param ... mz.Parameter
---@return fun(): mz.Row? next
function Database:rows(sql, ...) end

---Loop over the rows of a query as values: the fast way.
---
---     for id, name in db:urows("SELECT id, name FROM user") do
---       print(id, name)
---     end
---
---As nil would end the loop, a first column that is NULL comes as `mz.null`;
---the others come as nil. Otherwise as `rows`.
---@param sql string
---@param ... mz.Parameter
---@return fun(): ... next
function Database:urows(sql, ...) end

---The first row of a query.
---
---     local user = db:row("SELECT * FROM user WHERE id = ?", 7)
---     if user then print(user.name) end
---@param sql string
---@param ... mz.Parameter
---@return mz.Row? row nil where there is none
function Database:row(sql, ...) end

---The first column of the first row of a query.
---
---     local count = db:value("SELECT count(*) FROM user")
---@param sql string
---@param ... mz.Parameter
---@return mz.Value value nil for NULL, and where there is no row
function Database:value(sql, ...) end

---Compile a statement, to run it more than once.
---
---     local update <close> =
---       db:prepare("UPDATE user SET name = ? WHERE id = ?")
---     for id, name in db:urows("SELECT id, name FROM user") do
---       update:exec(name:upper(), id)
---     end
---
---What the other methods are given as text is kept compiled too; this only
---spares finding it again.
---@param sql string
---@return mz.Statement
function Database:prepare(sql) end

---Insert one row, a list of rows, or what a function returns.
---
---     local id = db:insert("user", { name = "Ada", born = mz.null })
---     db:insert("tag", { { name = "a" }, { name = "b" } })
---     db:insert("tag", coroutine.wrap(function()
---       for word in text:gmatch("%a+") do coroutine.yield { name = word } end
---     end))
---
---A row is a table of values by column. A column that is not in it gets its
---default; NULL is mz.null. An empty table is a list without rows. A function
---is called for one row after the other until it returns nil: for any number
---of rows, as they need not be in memory at once.
---@param table string quoted as needed
---@param rows mz.Row | mz.Row[] | fun(): mz.Row?
---@return integer result for one row its rowid, which is of no use for a view
---or a WITHOUT ROWID table; otherwise the number of rows
function Database:insert(table, rows) end

---Insert rows, or update those that are there by their key.
---
---     db:upsert("setting", "name", { name = "theme", value = "dark" })
---     db:upsert("track", { "album", "position" }, rows)
---
---The other columns that a row has are set; those that it doesn't have stay, or
---get their default in a new row. A row that is there with these values already
---is not written. Raises where key is no unique key of the table.
---@param table string quoted as needed
---@param key string | string[] a column, or the columns of a compound key
---@param rows mz.Row | mz.Row[] | fun(): mz.Row? as for `insert`
---@return integer written rows inserted or changed
function Database:upsert(table, key, rows) end

---Call a function whose changes are undone when it raises.
---
---     local ok, err = pcall(db.savepoint, db, function()
---       db:exec("INSERT INTO user (name) VALUES ('Ada')")
---       error("not after all")
---     end)
---
---The error is raised on, as it is. Savepoints may be nested. The function
---cannot yield. In a migration that has changed the schema before, undoing a
---savepoint ends the loops that are reading rows: collect the rows first.
---@generic T
---@param fn fun(db: mz.Database): T...
---@return T ... what fn returns
function Database:savepoint(fn) end

---Change columns by a function, in one UPDATE: the fast way.
---
---     local changed = db:convert("movie", "title", function(title)
---       return title and title:gsub("%s+", " ")
---     end)
---     db:convert("movie", { "width", "height" }, function(width, height)
---       return height, width
---     end, { where = "rotated = ?", params = { 1 } })
---
---The function gets the values of the columns and returns as many, once for
---each row. Only rows in which a value changes are written; 1, 1.0 and '1' are
---not the same. nil is NULL; returning less raises, further values are dropped.
---Inside, db cannot be used. An error names the row, as in
---`movie id 7: bad title`, and nothing is changed.
---@param table string quoted as needed
---@param columns string | string[]
---@param fn fun(...: mz.Value): mz.Value...
---@param options? mz.ConvertOptions
---@return integer changed rows written
---@return integer scanned rows that the function was called for
function Database:convert(table, columns, fn, options) end

---Give SQL a function, until the migration ends.
---
---     db:define("title_case", function(text)
---       return text and text:gsub("%a+", function(word)
---         return word:sub(1, 1):upper() .. word:sub(2):lower()
---       end)
---     end)
---     db:exec("UPDATE movie SET title = title_case(title)")
---
---     db:define("median", {
---       step = function(state, x) state[#state + 1] = x end,
---       final = function(state)
---         table.sort(state)
---         return state[(#state + 1) // 2]
---       end,
---     })
---     db:value("SELECT median(year) FROM movie")
---
---An aggregate's step is called for each row and its final once for each group,
---with a table of that group. NULL comes as nil; nil and mz.null are NULL, and
---a table is refused. An error fails the statement and is raised by it.
---Inside, neither db nor a statement can be used, and coroutine.yield cannot
---leave it. Statements may call it; a view, a trigger or an index may not, as
---they would outlive it. Defining it again replaces it; raises for the name of
---a function that SQLite has.
---@param name string
---@param fn fun(...: mz.Value): mz.Value | mz.Aggregate
---@param options? mz.FunctionOptions
function Database:define(name, fn, options) end

---Give SQL an order of texts, until the migration ends.
---
---     db:collation("by_number", function(a, b)
---       return tonumber(a:match("%d+")) - tonumber(b:match("%d+"))
---     end)
---     for name in db:urows("SELECT name FROM disc ORDER BY name COLLATE " ..
---       "by_number") do print(name) end
---
---It must order the same texts in the same way whenever it is asked. As no
---comparison can fail a statement, an error inside ends the migration, also
---inside pcall. An index or a column with it is refused at the end, unless the
---schema named it before: then the application has a collation of that name.
---@param name string
---@param fn fun(a: string, b: string): number below 0 where a comes first, 0
---where they are equal, above 0 where b comes first
function Database:collation(name, fn) end

---The names of the tables, sorted, without those of SQLite and of mzlua.
---
---     for _, name in ipairs(db:tables()) do print(name) end
---@return string[]
function Database:tables() end

---The columns of a table or view, in order.
---
---     for _, column in ipairs(db:columns("user")) do print(column.name) end
---
---Raises where there is no such table.
---@param table string in any case
---@return mz.Column[]
function Database:columns(table) end

---Whether there is a table or view of that name.
---
---     if not db:has_table("user") then ... end
---@param name string in any case
---@return boolean
function Database:has_table(name) end

---Whether a table or view has a column of that name.
---
---     if not db:has_column("user", "born") then ... end
---
---Raises where there is no such table.
---@param table string in any case
---@param column string in any case
---@return boolean
function Database:has_column(table, column) end

---@class mz.Aggregate
---@field step fun(state: table, ...: mz.Value) called for each row
---@field final fun(state: table): mz.Value called for each group

---@class mz.FunctionOptions
---@field arguments? integer how many it takes, up to 127; absent: any number
---@field deterministic? boolean the same arguments always give the same result,
---so that SQLite may call it less often

---@class mz.ConvertOptions
---@field where? string SQL: which rows; absent: all of them
---@field params? table its parameters, a list or by name; NULL is mz.null

---@class mz.Column
---@field name string
---@field type string as declared; "" where nothing is
---@field not_null boolean
---@field default string? its SQL, such as `'it''s'` or `CURRENT_TIMESTAMP`
---@field pk integer its place in the primary key, from 1; 0 outside of it
---@field generated boolean

--------------------------------------------------------------------------------

---A compiled statement. Parameters are as for `db:exec`.
---
---     local insert <close> = db:prepare("INSERT INTO tag (name) VALUES (?)")
---     for _, name in ipairs(names) do insert:exec(name) end
---
---It may be used again at any time, inside a loop over its own rows too. The
---end of a `<close>` block ends such a loop.
---@class mz.Statement
local Statement = {}

---Run it to its end, dropping the rows that it returns.
---
---     local changed = statement:exec(1, "one")
---@param ... mz.Parameter
---@return integer changed as for `db:exec`
function Statement:exec(...) end

---Loop over its rows as tables; see `db:rows`.
---
---     for row in statement:rows(17) do print(row.name) end
---@param ... mz.Parameter
---@return fun(): mz.Row? next
function Statement:rows(...) end

---Loop over its rows as values; see `db:urows`.
---
---     for id, name in statement:urows(17) do print(id, name) end
---@param ... mz.Parameter
---@return fun(): ... next
function Statement:urows(...) end

---A value of type BLOB: what `mz.blob` makes and a query returns.
---
---     local blob = db:value("SELECT x'00FF'")
---     assert(#blob == 2 and tostring(blob) == "\0\xFF")
---     assert(blob == mz.blob("\0\xFF"))
---
---`#blob` is its size in bytes, `tostring(blob)` its bytes, `==` compares them.
---@class mz.Blob
---@operator len: integer
local Blob = {}

---What stands for NULL where a value must stand: equal to itself alone, and
---true as a condition.
---
---     db:insert("user", { name = "Ada", born = mz.null })
---@class mz.Null
local Null = {}

---What a failing call raises. It prints as `file:line: message`.
---
---     local ok, err = pcall(db.exec, db, "INSERT INTO user (id) VALUES (1)")
---     if not ok and err.code ~= "SQLITE_CONSTRAINT_UNIQUE" then error(err) end
---
---A full disk, an I/O error, a locked database and Ctrl-C end the migration all
---the same: pcall does not return.
---@class mz.Error
---@field code string SQLite's name of the error, such as
---"SQLITE_CONSTRAINT_UNIQUE"; "MZLUA_MISUSE" for a wrong use of the library;
---"MZLUA_ASSERT" from `mz.assert`
---@field message string one line
---@field sql string? the statement, its parameters filled in
---@field file string? of the migration, or of a file that it requires
---@field line integer? from 1
---@field note string? a remark, such as the columns that the table does have
---@field hint string? what to do about it
---@field details string? further lines
local Error = {}

--------------------------------------------------------------------------------

---What every migration may use, without require.
---@class mz
---
---Stands for NULL where a value must stand: in a table of parameters, in a row
---for `db:insert`, and as the first column of `urows`.
---
---     db:insert("user", { name = "Ada", born = mz.null })
---@field null mz.Null
---
---The version of the migration.
---
---     mz.log("migration", mz.version)
---@field version integer
---
---Which way the migration goes.
---
---     if mz.direction == "down" then ... end
---@field direction "up" | "down"
---
---Whether all of it will be rolled back at the end.
---
---     if mz.dry_run then mz.notice("nothing is kept") end
---@field dry_run boolean
---
---Paths as text: `mz.path.dirname("a/b/c.txt")`.
---@field path mz.path
mz = {}

---A value that is stored as a BLOB.
---
---     db:exec("UPDATE user SET key = ?", mz.blob("\0\1\2"))
---@param bytes string
---@return mz.Blob
function mz.blob(bytes) end

---The down of a migration that has nothing to undo.
---
---     return { up = fill, down = mz.noop }
function mz.noop() end

---Tell who watches the run; not shown with --quiet. print does the same.
---
---     mz.log("read", count, "rows")
---@param ... any joined with a space, by tostring
function mz.log(...) end

---Tell something that must be read; shown with --quiet too.
---
---     mz.notice(kept, "rows were edited by the user and are kept")
---@param ... any joined with a space, by tostring
function mz.notice(...) end

---Raise unless a value is true.
---
---     local id = mz.assert(db:value("SELECT max(id) FROM user"), "no users")
---
---A message becomes an `mz.Error`, with the line of the call; anything else
---that is given, such as the error that pcall returned, is raised as it is.
---@generic T
---@param value T
---@param message any "assertion failed" where it is absent
---@param ... any
---@return T value, and the other arguments
function mz.assert(value, message, ...) end

--------------------------------------------------------------------------------

---Paths as text: no file is looked at. The functions of `mz.path` and of
---`mz.path.posix`, which is the same, take and give "/".
---
---     mz.path.join("/srv/media", "Films", "../Series")   --> /srv/media/Series
---     mz.path.windows.normalize([[d:\a\\b/c.txt]])       --> D:\a\b\c.txt
---
---Those of `mz.path.windows` take "/" and "\", give "\", know drives (`C:\`)
---and shares (`\\host\name\`), and compare without regard to case. A path that
---is not a string raises.
---@class mz.path
---@field posix mz.path
---@field windows mz.path only in `mz.path` and `mz.path.posix`
local Path = {}

---Whether the path begins at a root: `/a`, `C:\a`, `\a`; `C:a` doesn't.
---@param path string
---@return boolean
function Path.is_absolute(path) end

---The shortest path for the same, without ".", doubled or trailing separators;
---".." stays only at the start of a relative path.
---
---     mz.path.normalize("a//b/../c/")   --> a/c
---@param path string
---@return string path "." where nothing is left
function Path.normalize(path) end

---The names of a normalized path, and its root.
---
---     mz.path.parts("/srv/media")   --> { "srv", "media" }, "/"
---@param path string
---@return string[] names
---@return string root "" for a relative path
function Path.parts(path) end

---The paths one behind the other, normalized; an absolute one begins anew.
---@param ... string
---@return string path
function Path.join(...) end

---The path without its last name, normalized.
---
---     mz.path.dirname("/srv/media/film.mkv")   --> /srv/media
---@param path string
---@return string path "." where there is none
function Path.dirname(path) end

---The last name of the path.
---
---     mz.path.basename("/srv/media/film.mkv")   --> film.mkv
---@param path string
---@return string name "" where there is none
function Path.basename(path) end

---The last name in front of its extension, and the extension.
---
---     mz.path.split_extension("a/film.cut.mkv")   --> film.cut, .mkv
---@param path string
---@return string stem
---@return string extension with its dot, or ""
function Path.split_extension(path) end

---The way from one folder to a path; raises where there is none.
---
---     mz.path.relative("/srv/media", "/srv/music/a.ogg")   --> ../music/a.ogg
---@param from string
---@param to string
---@return string path
function Path.relative(from, to) end

--------------------------------------------------------------------------------

---What the file of a Lua migration returns. Another key raises.
---
---     return {
---       up = function(db) db:exec("CREATE TABLE tag (name TEXT)") end,
---       down = "DROP TABLE tag",
---     }
---
---The file itself is run whenever it is checked: leave the work to up and down.
---`require` loads `lib/NAME.lua` in the folder of the migrations. What is
---required when the file is run, and not later in up or down, is part of the
---checksum.
---@class mz.Migration
---@field up string | fun(db: mz.Database) SQL, or a function
---@field down? string | fun(db: mz.Database) absent: cannot be undone;
---`mz.noop`: there is nothing to undo
---@field transaction? boolean true, the default: nothing else is possible yet
---@field foreign_keys? boolean enforce foreign keys while it runs; by default
---they are checked at the end
---@field test? table tests of this migration; must be a table, is not run yet
local Migration = {}

---What mzlua.lua returns: a project's settings. Another key raises. What the
---command line and the environment say goes before it.
---
---     return {
---       database = "data/app.db",
---       migrations = "db/migrations",
---       baseline = { version = 1, when_table = "user" },
---       lock_timeout = 60,
---       limits = { memory = "2GB" },
---     }
---@class mz.Settings
---@field database? string a path or URL; default "mzlua.db"
---@field migrations? string a folder; default "migrations"
---@field baseline? mz.Baseline
---@field lock_timeout? integer seconds to wait for a lock; default 15
---@field limits? mz.Limits
local Settings = {}

---A database that was not made by migrations: where it has no version yet, but
---the table, it is at that version.
---
---     baseline = { version = 1, when_table = "user" }
---@class mz.Baseline
---@field version integer 0 and up
---@field when_table string
local Baseline = {}

---What the Lua of one migration may use up.
---
---     limits = { memory = "512MB", instructions = 10000000000 }
---@class mz.Limits
---@field memory? integer | string bytes, or such as "512MB" or "2GB"; default
---1 GB; 0: no limit
---@field instructions? integer of Lua's virtual machine, roughly; 0, the
---default: no limit. A limit costs a little speed
local Limits = {}
