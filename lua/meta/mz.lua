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
---default; NULL is mz.null; one named twice, as a and A, raises. An empty
---table is a list without rows. A function is called for one row after the
---other until it returns nil: for any number of rows, as they need not be in
---memory at once.
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
---The other columns that a row has are set; those that it doesn't have stay,
---or get their default in a new row. A row that is there with these values
---already, to the letter and the type, is not written. Raises where key is no
---unique key of the table.
---@param table string quoted as needed
---@param key string | string[] a column, or the columns of a compound key
---@param rows mz.Row | mz.Row[] | fun(): mz.Row? as for `insert`
---@return integer written rows inserted or changed
function Database:upsert(table, key, rows) end
---Insert default rows where their key is missing; never overwrite one.
---
---     db:seed("profile", "name", {
---       { name = "HD", cutoff = 720 },
---       { name = "UHD", cutoff = 2160, note = mz.null },
---     })
---
---May run again at any time. The key needs no index, though one makes it
---quick; values are compared as the column compares, NULL (mz.null) equals
---NULL. Raises where two rows have one key, a row lacks it, or the table lacks
---a column; then nothing is inserted.
---@param table string
---@param key string | string[] column or columns
---@param rows mz.Row[]
---@return integer inserted
function Database:seed(table, key, rows) end

---Find the rows that are the same in some columns.
---
---     for _, group in ipairs(db:duplicates("user", "email")) do
---       print(group.values.email, group.count, table.concat(group.keys, ", "))
---     end
---     db:duplicates("user", "email", { by = string.lower })
---
---Values are compared as their column compares, its collation included; as for
---UNIQUE, a row with NULL in one of them is like no other. With by, rows are
---the same for which it returns the same value, and one for which it returns
---nil is like no other. Groups come in the order of their first rows, rows in
---that of the rowid, or of the primary key WITHOUT ROWID. All groups are in
---memory at once, and with by each value that it returned.
---@param table string
---@param columns string | string[]
---@param options? mz.DuplicatesOptions
---@return mz.Duplicates[]
function Database:duplicates(table, columns, options) end

---Merge the rows that are the same: keep one, have everything refer to it that
---refers to the others, and delete these.
---
---     local merged = db:merge("movie", { key = { "title", "year" } })
---     mz.notice(merged.deleted, "rows of", merged.groups, "movies merged")
---
---     db:merge("actor", {
---       key = "name",
---       by = function(name) return name:lower():match("^%s*(.-)%s*$") end,
---       merge = function(kept, dropped)
---         return { born = kept.born or dropped.born }
---       end,
---       references = { { table = "photo", column = "actor" } },
---       on_conflict = { movie_actor = "delete" },
---     })
---
---Which rows are the same is as for `db:duplicates`. Every declared foreign key
---to the table is found and followed, of one column or more, to the primary
---key or to others; in the table itself too, where a row that refers to its own
---duplicate comes to refer to itself: mend that with merge. Enforcement may be
---on or off.
---
---Where rows that refer would become the same in what must be unique, it raises
---and names them; so it does where the kept row has NULL in a column by which
---others refer, where rows of other tables would go with the deleted ones, and
---where merge would change a primary key or what is referred to. Then nothing
---was done. Inside a loop over rows it closes the loop: collect the rows first.
---@param table string
---@param options mz.MergeOptions
---@return mz.Merged
function Database:merge(table, options) end

---Give the values of a column other values, all at once.
---
---     db:map("job", "state", { [0] = "new", [1] = "done", [mz.null] = "new" })
---     db:map("user", "plan", { gold = "pro" }, { default = "free" })
---
---Values are the same by type and to the byte, whatever the collation: 1 is not
---"1", "a" not "A", but 1 is 1.0. Only rows whose value changes are written.
---mz.null stands for NULL on both sides. SQLite checks UNIQUE row by row: to
---swap values of a column that must be unique, map them to others first, and
---these in a second call.
---@param table string
---@param column string
---@param values table<mz.Value, mz.Value> new values by old ones
---@param options? mz.MapOptions
---@return integer changed rows
function Database:map(table, column, values, options) end

---Change a table: say what is to be otherwise, and the rest stays as it is.
---
---     db:transform("movie", {
---       rename = { name = "title" },
---       not_null = { title = { fill = "untitled" } },
---       add = { "year INTEGER CHECK (year > 1800)" },
---       type = { rating = "REAL" },
---       foreign_key = { add = { studio_id = "studio ON DELETE SET NULL" } },
---       drop = "old_id",
---       indexes = { movie_old_id = false },
---     })
---
---Renames come first, so that all else names columns as they are called then.
---ALTER TABLE does it where the linked SQLite can; otherwise the table is made
---anew and its rows are copied, once for the whole call. Either way its rows,
---rowids, AUTOINCREMENT, indexes, triggers, and what refers to it are kept, and
---of its CREATE TABLE all that is not named, comments too. A rename is followed
---by indexes, triggers, views, generated columns, CHECKs and foreign keys.
---
---It raises, and then nothing was done: where something depends on a column
---that is dropped, with a list of all that does, unless the call says what
---becomes of each; where rows break a new NOT NULL, UNIQUE, PRIMARY KEY, CHECK,
---foreign key or STRICT, with these rows; for a view, a virtual or shadow table
---and those of SQLite and mzlua. What cannot be said here can be said with
---`db:rebuild`.
---
---Another type stores the values as an INSERT into it would: '007' becomes 7 in
---an INTEGER column, '1.50' becomes 1.5 in a REAL one, and 1 '1' in TEXT. That
---cannot be undone by changing the type back. With using, a fill says what the
---values become: type = { at = { "INTEGER", using = mz.sql"unixepoch(at)" } }.
---@param table string
---@param changes mz.TransformChanges
---@return integer copied rows; 0 where ALTER TABLE alone did it
function Database:transform(table, changes) end

---The statements that `db:transform` would run, as SQL; nothing is changed.
---
---     for _, sql in ipairs(db:transform_sql("movie", { drop = "old_id" })) do
---       mz.log(sql)
---     end
---
---It raises where db:transform would. A fill that is a Lua function stands in
---them as a function that only this migration has.
---@param table string
---@param changes mz.TransformChanges
---@return string[]
function Database:transform_sql(table, changes) end

---Make a table anew by a CREATE TABLE of yours, keeping its rows and all that
---is around it.
---
---     db:rebuild("movie", {
---       create = [[CREATE TABLE movie (
---         id INTEGER PRIMARY KEY,
---         title TEXT NOT NULL, -- as on the poster
---         year INTEGER CHECK (year > 1880))]],
---       copy = { title = { mz.sql"title", mz.sql"file_name", "Untitled" } },
---       drop = "file_name",
---     })
---
---Columns of the same name are copied; a column of the old table that is not in
---the new one must be listed in drop, for its values are lost. Rowids, the mark
---of AUTOINCREMENT, what ANALYZE found, indexes, triggers in their order, views
---and the references of other tables stay. Where a row is not taken it raises
---and shows up to five; where a view or trigger no longer compiles as well, and
---nothing is changed then.
---@param table string
---@param spec mz.Rebuild
---@return integer rows copied
function Database:rebuild(table, spec) end

---Update the rows that still are what was shipped.
---
---     local changed, kept = db:update_unmodified("profile", {
---       { id = 1, name = "HD", cutoff = 720 },
---       { id = 2, name = "UHD", cutoff = 2160 },
---     }, { cutoff = mz.null })
---
---Every column that an original lists must still have exactly that value, NULL
---(mz.null) included; a row that a user has edited is kept. The changes are the
---same for all, a list of them in the order of the originals, or what a
---function of the original returns. An original that lists only the key raises,
---as it says nothing of what users did. Both counts are shown (`mz.notice`).
---@param table string
---@param originals mz.Row[] rows as they were shipped
---@param changes mz.Row | mz.Row[] | fun(original: mz.Row): mz.Row
---@param options? mz.UnmodifiedOptions
---@return integer changed
---@return integer kept rows with that key that are otherwise
function Database:update_unmodified(table, originals, changes, options) end

---Save what a function changes in a table, so that `db:restore` can put it
---back in down.
---
---     up = function(db)
---       db:remember("profile", function()
---         db:exec("UPDATE profile SET cutoff = 1080 WHERE cutoff > 1080")
---       end)
---     end,
---     down = function(db) db:restore("profile") end,
---
---Seen are updates, inserts and deletes, those of triggers and foreign key
---actions included, and what `db:transform` and `db:rebuild` do to values. The
---view mzlua_saved has it as rows: migration, table, key, column, change, old,
---new; `mzlua prune` drops what no rollback needs. The table needs a primary
---key. In the function the table must not be dropped or altered but by
---`db:transform` and `db:rebuild`.
---@generic T
---@param table string
---@param fn fun(): T...
---@return T ... what fn returns
function Database:remember(table, fn) end

---Put back what `db:remember` saved in this migration's up.
---
---     local result = db:restore("profile")
---     mz.log(result.kept, "profiles were edited since")
---
---A value is put back only where it still is what up made of it; what was
---inserted is deleted where it is untouched and nothing refers to it; what was
---deleted is inserted where nothing has taken its place. What users did since
---stays, also where it has taken a value that must be unique. The table's own
---triggers do not run, for what they did is saved as well. Where down takes a
---`db:transform` back, do that first: raises for a value that the column's type
---cannot hold any more. The counts are shown (`mz.notice`).
---@param table string
---@return mz.Restored
function Database:restore(table) end

---@class mz.DuplicatesOptions
---@field by? fun(...: mz.Value?): mz.Value? gets a row's values of the columns,
---nil for NULL, and returns what is compared; may read with db, not write
local DuplicatesOptions = {}

---@class mz.Duplicates
---@field values mz.Row the values of the columns in the first of the rows
---@field count integer
---@field keys (mz.Value | mz.Row)[] for each row its primary key, or its rowid
---where there is none; a table by column for one of more columns
local Duplicates = {}

---@class mz.MergeOptions
---@field key string | string[] the columns in which rows are the same
---@field by? fun(...: mz.Value?): mz.Value? as for `db:duplicates`
---@field keep? "first" | "last" | fun(rows: mz.Row[]): integer | mz.Row which
---row stays; a function returns one of the rows or its place. Default: "first"
---@field merge? fun(kept: mz.Row, dropped: mz.Row): table? called for each row
---that goes; returns the columns of the kept one to change, if any
---@field references? "auto" | mz.Reference[] references that no foreign key
---declares, followed as well
---@field on_conflict? table<string, "delete"> by table that refers: where rows
---of it would become the same, keep the first, if possible one that referred to
---the kept row already, and delete the others
local MergeOptions = {}

---@class mz.Reference
---@field table string
---@field column string | string[]
---@field to? string | string[] the columns referred to; default: primary key
local Reference = {}

---@class mz.Merged
---@field groups integer
---@field deleted integer rows of the table
---@field repointed table<string, integer> rows by "child.column", or
---"child.column,column"
---@field dropped table<string, integer> rows that on_conflict deleted, by table
local Merged = {}

---@class mz.TransformChanges
---@field rename? table<string, string> new names of columns by the old ones;
---all else in the call uses the new ones
---@field drop? string | string[] columns
---@field add? (string | table)[] definitions in SQL, each as text or as
---{ text, fill = what the rows get }
---@field type? table<string, string | table> declared types by column, "" for
---none; { "TEXT", using = what each row gets instead of its value }
---@field null? string | string[] columns that may be NULL from now on
---@field not_null? string | table columns that may not; { c = { fill = ... } }
---says what rows get that are NULL
---@field default? table<string, any> a value, mz.sql"expression", or mz.null
---for none, by column
---@field primary_key? string | string[] | mz.Null its columns; mz.null for none
---@field foreign_key? table { add, change = { ["a, b"] = "parent (x, y) ON
---DELETE CASCADE" }, drop = { "a, b" } }
---@field check? table { add = { "expression", name = "expression" }, drop =
---names or expressions }
---@field unique? table { add, drop = { "a", { "b", "c" } } }
---@field collate? table<string, string | mz.Null> collations by column; mz.null
---for none
---@field order? string[] the columns that come first
---@field strict? boolean
---@field without_rowid? boolean
---@field rename_to? string the table's new name, given to it last
---@field indexes? table<string, string | false> what becomes of those that
---depend on what goes: CREATE INDEX, or false to drop it
---@field triggers? table<string, string | false> the same; of any table
---@field views? table<string, string | false> the same; a view's triggers stay
---with a new one and go with a dropped one
local TransformChanges = {}

---What a row gets: a value; mz.sql, mz.by or mz.saved; a function of the row;
---or a list of these, of which the first that is not NULL counts.
---@alias mz.Fill
---| mz.Value
---| mz.Expression
---| fun(row: mz.Row): mz.Value?
---| mz.Fill[]

---@class mz.Rebuild
---@field create string CREATE TABLE, under the table's own name
---@field copy? table<string, mz.Fill> what new columns get, where that is not
---the old column of the same name; mz.sql reads the old row
---@field drop? string | string[] columns whose values are given up
---@field indexes? table<string, string | false> CREATE INDEX in the place of
---one, or besides; false drops one
---@field triggers? table<string, string | false> the same for triggers
---@field views? table<string, string | false> the same for views
local Rebuild = {}

---@class mz.UnmodifiedOptions
---@field key? string | string[] by which a row is found; absent: the primary
---key
local UnmodifiedOptions = {}

---Numbers of rows.
---@class mz.Restored
---@field restored integer put back as they were
---@field kept integer otherwise than up left them, and left so
---@field gone integer no longer there
local Restored = {}

---Made by mz.sql, mz.by and mz.saved.
---@class mz.Expression
local Expression = {}

---@class mz.MapOptions
---@field default? mz.Value | fun(value: mz.Value?): mz.Value? for values that
---are not in the table; a function that returns nil leaves the value as it is
---@field unmapped? "keep" | "error" without a default: keep them, the default,
---or raise and name them
---@field where? string SQL: only rows for which it is true
---@field params? mz.Value[] | table<string, mz.Value> of where
local MapOptions = {}

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

---Hand each row to a function, and write what that changes.
---
---     local scanned, changed = db:each("movie", {}, function(row)
---       if not row.title then return { title = "Untitled" } end
---       return { title = row.title:gsub("%s+", " ") }
---     end)
---     db:each("file", { columns = { "path" }, where = "size > ?",
---       params = { 0 }, on_error = "skip" }, function(row)
---       return { path = mz.path.normalize(row.path) }
---     end)
---
---The function returns nil, or a table of the columns that change, mz.null for
---NULL; only values that differ are written, 1 and 1.0 and '1' being different.
---It gets a table of its own, and may return that. Other than in `convert` it
---may use db: rows that it deletes are not met later, rows that it changes are
---met as they are, and rows behind the last key that there was at the start are
---not met. The rows come in the order of the key, for any size of the table in
---little memory. An error names the row, as in `movie id 7: bad title`.
---@param table string quoted as needed; not a view or a virtual table
---@param options? mz.EachOptions
---@param fn fun(row: mz.Row): mz.Row?
---@return integer scanned rows that the function was called for
---@return integer changed rows written
---@return integer skipped rows that failed, with `on_error`
function Database:each(table, options, fn) end

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

---@class mz.EachOptions
---@field columns? string | string[] what is read, and can be changed, besides
---the key; absent: all columns
---@field where? string SQL: which rows; absent: all of them
---@field params? table its parameters, a list or by name; NULL is mz.null
---@field key? string | string[] a unique key whose columns are NOT NULL, to go
---by; absent: the primary key or the rowid. It cannot be changed
---@field batch? integer rows read at once; 1000 where absent
---@field on_error? "raise" | "skip" | fun(err: any, row: mz.Row) what to do
---with a row that fails: raise, the default; undo all that was done for it and
---go on; the same, and call a function
---@field label? string for the progress that is shown; absent: the table's name

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

---Its first row; see `db:row`.
---
---     local user = statement:row(17)
---@param ... mz.Parameter
---@return mz.Row? row nil where there is none
function Statement:row(...) end

---The first column of its first row; see `db:value`.
---
---     local name = statement:value(17)
---@param ... mz.Parameter
---@return mz.Value value nil for NULL, and where there is no row
function Statement:value(...) end

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
---@field row string? that `db:each` or `db:convert` was at, as "movie id 7";
---the message begins with it; one that is raised again keeps its row
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
---Digests: `mz.hash.sha256(text)`.
---@field hash mz.hash
---
---Texts of JSON: `mz.json.update(text, function(settings) ... end)`.
---@field json mz.json
---
---Paths as text: `mz.path.dirname("a/b/c.txt")`.
---@field path mz.path
---
---Text as people write it: `mz.text.normalise("  Amélie ")`.
---@field text mz.text
---
---New ids: `mz.uuid.v7()`.
---@field uuid mz.uuid
---
---Times from and to text: `mz.time.parse("2024-02-29T14:34:56+02:00")`.
---@field time mz.time
---
---Files, with --allow-read DIR: `mz.fs.read("data/names.txt")`.
---@field fs mz.fs
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

---Show on a terminal how far long work is: a bar, the rate, the time left.
---
---     for i, path in ipairs(paths) do
---       mz.progress(i, #paths, "reading paths")
---       ...
---     end
---
---May be called for every row: it draws ten times a second at most. Nothing is
---shown with --quiet, with --json or where there is no terminal.
---@param done integer
---@param total? integer without it there is no bar
---@param label? string default: the name of the migration
function mz.progress(done, total, label) end

---End up or down at once, as done: what it did so far is kept, inside of
---`db:savepoint` and `db:each` too, and the reason is told as a notice. A
---statement whose function calls it, as that of `db:convert` does, is undone.
---
---     if not db:has_table("legacy") then mz.skip("no legacy table") end
---
---For a migration that has nothing to do in some databases: it counts as
---applied there. To undo it all, raise an error instead. No pcall stops it, and
---nothing else can be done with the database afterwards.
---@param reason? string
function mz.skip(reason) end

---SQL in the place of a value, for what fills columns and for defaults.
---
---     db:transform("movie", {
---       not_null = { year = { fill = mz.sql"made + 0" } },
---       default = { added = mz.sql"CURRENT_TIMESTAMP" },
---     })
---@param sql string an expression; names are columns of the row
---@return mz.Expression
function mz.sql(sql) end

---A value by what another column has.
---
---     mz.by("quality", { HD = 720, UHD = 2160 }, 480)
---     mz.by({ "kind", "size" }, { tv = { [1] = "small" } })
---@param key string | string[] columns
---@param values table by the column's value; for several columns tables in it
---@param fallback? mz.Fill for the others
---@return mz.Expression
function mz.by(key, values, fallback) end

---What `db:remember` has saved of the row's column in this migration.
---
---     down = function(db)
---       db:transform("movie", {
---         not_null = { year = { fill = mz.saved(0) } },
---       })
---     end
---@param ... mz.Fill for the rows of which nothing was saved
---@return mz.Expression
function mz.saved(...) end

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

---Text as people write it, by the rules of Unicode and quickly.
---
---     db:convert("user", "name", mz.text.squeeze)
---     mz.text.normalise("  Crème\u{A0}Brûlée ")   --> creme brulee
---
---nil gives nil and mz.null gives mz.null, so that a NULL stays NULL. Anything
---else that is not a string raises, a number or a blob too, and so does a
---string that isn't UTF-8, with its first wrong byte (counted from 1).
---@class mz.text
local Text = {}

---The text without the white space around it: Unicode's, a no-break space
---(U+00A0) and the ideographic one (U+3000) included; what has no width, such
---as U+200B, is none.
---@param text string?
---@return string?
function Text.trim(text) end

---The text without white space around it, and with one blank for each run of it
---inside; see `trim`.
---
---     mz.text.squeeze(" John \t Smith\n")   --> John Smith
---@param text string?
---@return string?
function Text.squeeze(text) end

---The text as a search should see it, without case, accents and other ways to
---write the same letters.
---
---     mz.text.fold("Ämélie") == mz.text.fold("AMELIE")
---     mz.text.fold("Straße ﬁ Ёлка Ὀδυσσεύς")   --> strasse fi елка οδυσσευσ
---
---Unicode's full case folding and compatibility forms (NFKC), less the marks
---above, below, attached to and through letters. Marks that make a letter, as
---in か and が or the vowels of Hindi and Thai, stay. A letter that Unicode does
---not take apart stays as well: ø, ł, đ, æ, œ, þ, ð and ı are no o, l, d ...
---@param text string?
---@return string?
function Text.fold(text) end

---The text folded and squeezed, at once: what makes two names the same.
---
---     mz.text.normalise("  John\u{A0} SMITH ")   --> john smith
---@param text string?
---@return string?
function Text.normalise(text) end

---The text in lower case, each character by itself (Unicode's simple mapping).
---To compare, use `fold`.
---
---     mz.text.lower("ÀÉ")   --> àé
---@param text string?
---@return string?
function Text.lower(text) end

---The text in upper case, each character by itself; ß becomes ẞ.
---@param text string?
---@return string?
function Text.upper(text) end

---The text in Unicode's normalization form C: each letter with its accents as
---one character, where there is one.
---
---     mz.text.nfc("e\u{301}") == "é"
---@param text string?
---@return string?
function Text.nfc(text) end

---How many characters (code points) the text has.
---@param text string?
---@return integer?
function Text.length(text) end

---The parts of a text between separators, which are plain text.
---
---     mz.text.split("a, b,,c", ",")   --> { "a", " b", "", "c" }
---     mz.text.split("a, b,,c", ",", { trim = true, empty = false })
---     mz.text.split("key=a=b", "=", { limit = 2 })   --> { "key", "a=b" }
---
---An empty separator raises, and so does an option that isn't there.
---@param text string?
---@param separator string
---@param options? { limit: integer, trim: boolean, empty: boolean } at most
---limit parts, the last with the rest; trim each part; empty = false leaves out
---empty ones
---@return string[]?
function Text.split(text, separator, options) end

---A name for addresses and files: the text folded, its letters and digits, of
---any script, in words between separators.
---
---     mz.text.slug("Ämélie: Le film (2001)")   --> amelie-le-film-2001
---@param text string?
---@param options? { separator: string } default "-"
---@return string? slug "" where there is neither letter nor digit
function Text.slug(text, options) end

---The text with HTML's character references as what they stand for.
---
---     mz.text.unescape_html("Tom &amp; J&eacute;r&#xF4;me") --> Tom & Jérôme
---
---As a browser reads text: all names of HTML 5, a few old ones also without
---semicolon; &#128; to &#159; as windows-1252; U+FFFD for numbers that are no
---character. What is no reference stays as it is, and so do tags.
---@param text string?
---@return string?
function Text.unescape_html(text) end
---Digests of strings and blobs, by their bytes.
---
---     mz.hash.sha256("abc")              --> ba7816bf8f01cfea...
---     mz.hash.crc32(mz.blob("\0\1"))     --> an integer
---
---Anything else raises: give a number as the text that is meant. SQL has the
---same functions while a migration runs, in its files too; there NULL gives
---NULL, and a number is hashed by its text:
---
---     UPDATE image SET digest = sha256(data)
---
---An index, a view or a trigger cannot use them, as the application has none.
---@class mz.hash
local Hash = {}

---@param bytes string | mz.Blob
---@return string digest 32 hexadecimal digits in lower case
function Hash.md5(bytes) end

---@param bytes string | mz.Blob
---@return string digest 40 hexadecimal digits in lower case
function Hash.sha1(bytes) end

---@param bytes string | mz.Blob
---@return string digest 64 hexadecimal digits in lower case
function Hash.sha256(bytes) end

---The checksum of IEEE 802.3, as in gzip and PNG.
---@param bytes string | mz.Blob
---@return integer checksum 0 to 2^32-1
function Hash.crc32(bytes) end

--------------------------------------------------------------------------------

---Texts of JSON as Lua values, and back, without a loss.
---
---     local new = mz.json.update(old, function(settings)
---       mz.json.rename(settings, "minScore", "min_score")
---       settings.limit = math.tointeger(settings.limit)
---       settings.tags[#settings.tags + 1] = "migrated"
---     end)
---
---Arrays and objects are tables that are read, changed and looped over like any
---other. null is `mz.null`, an integer is an integer of 64 bits, any other
---number a float. A table that was decoded remembers whether it is an array or
---an object, also when it is empty, and an object in which order its keys
---stood; `pairs` knows no order, `mz.json.keys` does. Such a table takes no
---other metatable.
---@class mz.json
---
---What stands for null; the same as `mz.null`.
---@field null mz.Null
local Json = {}

---@class mz.JsonOptions
---@field indent? integer spaces a level, 0 to 16; 0, the default: one line
---@field sort? boolean write the keys of objects in the order of their bytes

---The value of a text of JSON.
---
---     mz.json.decode('{"id": 9007199254740993, "tags": [null]}').tags[1]
---     --> mz.null
---
---Raises with line and column, in characters from 1, where the text is not
---JSON, and where something would be lost: a key that stands twice in an
---object, an integer of more than 64 bits, a number too large for a double. So
---do a NUL byte in a key and more than 2048 levels. A blob is no text: give
---`tostring(blob)`.
---@param text string
---@return table | string | number | boolean | mz.Null value
function Json.decode(text) end

---The text of a value.
---
---     mz.json.encode({ 1, 2.0, mz.null, { a = "ü" } })
---     --> [1,2.0,null,{"a":"ü"}]
---
---Without spaces, as SQLite's `json()` writes it. The keys of an object stand
---in the order in which they were decoded; those that are new come after, in
---the order of their bytes. A float has the fewest digits that read as the same
---double, and always a point or an exponent.
---
---A table without a mark is an array where it has items from 1 on, and an
---object where all its keys are strings; an empty one raises, as it could be
---either. What JSON does not know raises with its path, such as `$.tags[2]`
---with indices from 1: NaN, blobs, functions, texts that are not UTF-8, arrays
---with holes or names, objects with keys that are no strings, tables with a
---metatable, tables that contain themselves, more than 2048 levels.
---@param value any
---@param options? mz.JsonOptions
---@return string text
function Json.encode(value, options) end

---The text with a change of its value: for a column of JSON.
---
---     for id, old in db:urows("SELECT id, settings FROM user") do
---       local new = mz.json.update(old, function(settings)
---         settings.theme = nil
---       end)
---       if new ~= old then
---         db:exec("UPDATE user SET settings = ? WHERE id = ?", new, id)
---       end
---     end
---
---The function changes the value, or returns another; nil is none. Where the
---value stays the same, so does the text, to the letter; otherwise it is that
---of `encode`. For nil and mz.null the function is not called.
---@param text string | nil | mz.Null
---@param fn fun(value: any): any
---@return string? text nil for nil and mz.null
function Json.update(text, fn) end

---Give a key of an object another name; its value stays in its place.
---
---     mz.json.rename(settings, "minScore", "min_score")
---
---Raises where the object has a key of the new name.
---@param object table
---@param old string
---@param new string
---@return boolean renamed false where there is no key of the old name
function Json.rename(object, old, new) end

---The keys of an object, in the order in which they are written.
---
---     for _, key in ipairs(mz.json.keys(settings)) do print(key) end
---@param object table
---@return string[]
function Json.keys(object) end

---A table as an array, also when it is empty.
---
---     settings.tags = mz.json.array()
---@param table? table marked and returned; absent: a new one
---@return table
function Json.array(table) end

---A table as an object, also when it is empty.
---
---     settings.limits = mz.json.object()
---@param table? table marked and returned; absent: a new one
---@return table
function Json.object(table) end

---Whether a value would be written as an array.
---
---     mz.json.is_array(mz.json.decode("[]"))   --> true
---     mz.json.is_array({})                     --> false
---@param value any
---@return boolean
function Json.is_array(value) end

--------------------------------------------------------------------------------

---New UUIDs (RFC 9562) as text of 36 characters in lower case, made of random
---bytes from the system.
---
---     db:insert("user", { id = mz.uuid.v7(), name = "Ada" })
---@class mz.uuid
local Uuid = {}

---A random one.
---
---     mz.uuid.v4()   --> 919108f7-52d1-4320-9bac-f847db4148a8
---@return string
function Uuid.v4() end

---One that begins with the time: ids sort in the order in which they are made,
---also those of one millisecond.
---
---     mz.uuid.v7()   --> 017f22e2-79b0-7cc3-98c4-dc0c0c07398f
---@return string
function Uuid.v7() end

---Whether a value is the text of a UUID, of any version and in any case.
---
---     mz.uuid.is("919108F7-52D1-4320-9BAC-F847DB4148A8")   --> true
---@param value any
---@return boolean
function Uuid.is(value) end

--------------------------------------------------------------------------------

---Times from and to text. A time is a number: the seconds since 1970-01-01 UTC,
---as SQLite's unixepoch() gives them; an integer, or a float where there is a
---fraction. nil gives nil and mz.null gives mz.null.
---
---     db:convert("event", "at", function(at)
---       return mz.time.format(mz.time.parse(at, { zone = "Europe/Berlin" }))
---     end)
---
---The calendar is the Gregorian one, for the years 0 to 9999, as in SQLite.
---@class mz.time
local Time = {}

---@class mz.time.Options
---@field zone? string that a text without one is in: "UTC", the default,
---"+02:00", or a name such as "Europe/Berlin", for which the system's tzdata is
---read
---@field format? string how to read the value
---@field ambiguous? "earlier" | "later" which of two times is meant
local TimeOptions = {}

---Read a time.
---
---     mz.time.parse("2024-02-29 12:34:56")   --> 1709210096
---     mz.time.parse("2024-07-01 12:00", { zone = "Europe/Berlin" })
---     mz.time.parse("2/29/24 1:05 PM", { format = "%m/%d/%y %I:%M %p" })
---     mz.time.parse(1709210096125, { format = "unix_ms" }) --> 1709210096.125
---
---Without a format it reads what SQLite writes (YYYY-MM-DD HH:MM:SS.SSS, the
---time or its end may be absent), RFC 3339 and YYYYMMDDTHHMMSSZ, the dates of
---mail and HTTP, and DD.MM.YYYY HH:MM. Other forms need a format, and so does
---01/02/2020, which may mean two days.
---
---A zone in the text counts, else the option, else it is UTC. Where clocks are
---changed, a local time may be shown twice or never: that raises with both
---times, unless ambiguous chooses one. Second 60, a leap second, is the next
---second; a day that isn't there, such as February 30, raises.
---
---The codes of a format are %Y (four digits) %y %m %d %e %H %I %p %M %S (with a
---fraction or not; so is %f) %b %B (month) %a %A (weekday, not compared) in
---English, %z (+02:00, +0200, Z, GMT) and %%; a blank stands for any white
---space. "unix", "unix_ms" and "julian" read numbers, to the millisecond.
---@param value string | number | nil
---@param options? mz.time.Options
---@return number? seconds
function Time.parse(value, options) end

---Write a time.
---
---     mz.time.format(1709210096)   --> 2024-02-29 12:34:56
---     mz.time.format(1709210096, "rfc3339", { zone = "Europe/Berlin" })
---     mz.time.format(1709210096, "%d.%m.%Y")   --> 29.02.2024
---
---Without a format as SQLite's datetime() does, and with .SSS where there is a
---fraction; "rfc3339" likewise. The codes are those of `parse` and %j (day of
---the year) and %s (the seconds since 1970); %f is SS.SSS and %z +0200.
---@param seconds number?
---@param format? string
---@param options? { zone: string } UTC where there is none
---@return string?
function Time.format(seconds, format, options) end

--------------------------------------------------------------------------------

---Files, to read only, and only those below the folders that the command line
---allows: `mzlua up --allow-read data --allow-read /srv/media`.
---
---     for line in mz.fs.lines("data/countries.csv") do
---       local code, name = line:match("^(%u%u);(.*)$")
---       db:insert("country", { code = code, name = name })
---     end
---
---A relative path starts at the folder that mzlua runs in. A path outside
---raises, also where ".." or a symbolic link leads there, and so do pipes and
---devices and the database itself, which is read through `db` alone. For up and
---down only: where the migration's file is merely checked, it raises.
---@class mz.fs
local Fs = {}

---What is at a path.
---
---     local found = mz.fs.stat("data/a.txt")
---     if found then print(found.type, found.size) end
---@param path string
---@return mz.fs.Stat? found nil where there is nothing
function Fs.stat(path) end

---@class mz.fs.Stat
---@field type "file" | "folder" | "other"
---@field size integer bytes
---@field modified integer seconds since 1970 UTC, as for `mz.time`
local Stat = {}

---All bytes of a file, as a string; they count as memory of the migration.
---
---     db:insert("image", { data = mz.blob(mz.fs.read("data/logo.png")) })
---@param path string
---@return string bytes
function Fs.read(path) end

---Loop over the lines of a file, without their ends (LF or CRLF).
---
---     for line in mz.fs.lines("data/names.txt") do print(line) end
---@param path string
---@return fun(): string? next
function Fs.lines(path) end

---The names in a folder, sorted by their bytes, without "." and "..".
---
---     for _, name in ipairs(mz.fs.list("data")) do print(name) end
---@param path string
---@return string[] names
function Fs.list(path) end

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
---@field transaction? boolean true, the default; what cannot be in one is for a
---file of SQL that says `-- mzlua: transaction=off`
---@field foreign_keys? boolean enforce foreign keys while it runs; by default
---they are checked at the end
---@field deletes? string[] tables of which rows may go by triggers and foreign
---key actions; others fail the migration where no statement deletes from them
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
---       backup = true,
---       limits = { memory = "2GB" },
---     }
---@class mz.Settings
---@field database? string a path or URL; default "mzlua.db"
---@field migrations? string a folder; default "migrations"
---@field baseline? mz.Baseline
---@field lock_timeout? integer seconds to wait for a lock; default 15
---@field backup? boolean copy the database before each run, as --backup does;
---default false
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
---     limits = { memory = "512MB", instructions = 10000000000, seconds = 600 }
---@class mz.Limits
---@field memory? integer | string bytes, or such as "512MB" or "2GB"; default
---1 GB; 0: no limit
---@field instructions? integer of Lua's virtual machine, roughly; 0, the
---default: no limit. A limit costs a little speed
---@field seconds? integer that a migration may take; 0, the default: no limit
local Limits = {}
