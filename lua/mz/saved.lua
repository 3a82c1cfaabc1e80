--- Where db:remember keeps what it saves; for the program's own Lua.
-- The view mzlua_saved shows it as rows: migration, table, key, column,
-- change, old, new.

local fill = part("mz.fill")
local names = part("mz.names")

local unpack = table.unpack

local saved = {}

local shape = {
  mzlua_saved_set = [[
CREATE TABLE mzlua_saved_set (
  id INTEGER PRIMARY KEY,
  migration INTEGER NOT NULL,
  "table" TEXT NOT NULL,
  "column" TEXT NOT NULL,
  change TEXT NOT NULL
)]],
  mzlua_saved_value = [[
CREATE TABLE mzlua_saved_value (
  id INTEGER PRIMARY KEY,
  set_id INTEGER NOT NULL,
  key,
  old,
  new
)]],
  mzlua_saved = [[
CREATE VIEW mzlua_saved AS
SELECT s.migration, s."table", v.key, s."column", s.change, v.old, v.new
FROM mzlua_saved_value AS v JOIN mzlua_saved_set AS s ON s.id = v.set_id
ORDER BY v.id]],
}

local order = { "mzlua_saved_set", "mzlua_saved_value", "mzlua_saved" }

local stored_sql = "SELECT sql FROM sqlite_schema WHERE name = ? COLLATE NOCASE"

--- Whether there is anything saved; raises where it is not as it should be.
function saved.exists(db)
  local count = 0
  for _, name in ipairs(order) do
    local sql = db:value(stored_sql, name)
    if sql and sql ~= shape[name] then
      misuse(name .. " is not this program's: it has another shape")
    end
    if sql then count = count + 1 end
  end
  return count == #order
end

--- Make what is missing of it.
function saved.create(db)
  if saved.exists(db) then return end
  for _, name in ipairs(order) do
    if not db:value(stored_sql, name) then own(shape[name]) end
  end
end

local function same_set(alias)
  return ('%smigration = %d AND %s"table" = ? COLLATE NOCASE'):format(alias,
    mz.version, alias)
end

--- The number of the set for a column of a table and a kind of change.
function saved.set(db, table, column, change)
  local find = ('SELECT id FROM mzlua_saved_set WHERE %s AND "column" = ? '
    .. 'COLLATE NOCASE AND change = ?'):format(same_set(""))
  local id = db:value(find, table, column, change)
  if id then return id end
  own('INSERT INTO mzlua_saved_set (migration, "table", "column", change) '
    .. "VALUES (?, ?, ?, ?)", mz.version, table, column, change)
  return db:value(find, table, column, change)
end

--- Forget what this migration has saved, of one table or of all.
function saved.forget(db, table)
  if not saved.exists(db) then return end
  local where, params = "migration = " .. mz.version, {}
  if table then where, params = same_set(""), { table } end
  own("DELETE FROM mzlua_saved_value WHERE set_id IN "
    .. "(SELECT id FROM mzlua_saved_set WHERE " .. where .. ")",
    unpack(params))
  own("DELETE FROM mzlua_saved_set WHERE " .. where,
    unpack(params))
end

--- SQL of what this migration has saved of a table, oldest first, with its
-- name as a literal: id, key, column, change, old, new.
function saved.events(db, table)
  return ([[
SELECT v.id, v.key, s."column", s.change, v.old, v.new
FROM mzlua_saved_value AS v JOIN mzlua_saved_set AS s ON s.id = v.set_id
WHERE s.migration = %d AND s."table" = %s COLLATE NOCASE]]):format(mz.version,
    fill.literal(db, table))
end

-- quote() ends at a NUL of text, and a blob has X before it.
local key_text = "iif(typeof({}) = 'text' AND instr({}, char(0)), 'CAST(' "
  .. "|| quote(CAST({} AS BLOB)) || ' AS TEXT)', quote({}))"

--- SQL of the key of a row of the table, as it is saved: the value of one
-- column, or the text of several as SQL. Without the column's affinity and
-- collation, which would keep indexes of keys from being used and mix keys up.
-- @param alias of the row, with its dot, or ""
function saved.key(info, alias)
  local parts = {}
  for i, name in ipairs(names.quote_all(info.key)) do
    parts[i] = alias .. name
  end
  if #parts == 1 then return "+" .. parts[1] .. " COLLATE BINARY" end
  for i, name in ipairs(parts) do
    parts[i] = key_text:gsub("{}", (name:gsub("%%", "%%%%")))
  end
  return table.concat(parts, " || ', ' || ")
end

--- SQL of what a row had in the column before this migration changed it.
-- @param scope of fill.open
function saved.expression(scope, column)
  local db, info = scope.db, scope.info
  if not saved.exists(db) or #info.key == 0 then return "NULL" end
  scope.tables = scope.tables + 1
  local name = ('temp."mz fill %d"'):format(scope.tables)
  table.move({
    ("DROP TABLE IF EXISTS %s"):format(name),
    ("CREATE TABLE %s AS SELECT key, old, min(id) FROM (%s) "
      .. 'WHERE "column" = %s COLLATE NOCASE AND change <> \'insert\' '
      .. "GROUP BY key"):format(name, saved.events(db, info.name),
      fill.literal(db, column)),
    ('CREATE INDEX temp."mz filled %d" ON "mz fill %d" (key)')
      :format(scope.tables, scope.tables),
  }, 1, 3, #scope.before + 1, scope.before)
  scope.after[#scope.after + 1] = "DROP TABLE " .. name
  return ("(SELECT old FROM %s WHERE key = %s)"):format(name,
    saved.key(info, quote(info.name) .. "."))
end

--- Have what this migration has saved follow the names of a table's columns.
-- @param columns new names by old ones in lower case
function saved.rename_columns(db, table, columns)
  if next(columns) == nil or not saved.exists(db) then return end
  local list = {}
  for id, column in db:urows(('SELECT id, "column" FROM mzlua_saved_set '
    .. "WHERE %s"):format(same_set("")), table) do
    list[id] = columns[column:lower()]
  end
  for id, new in pairs(list) do
    own('UPDATE mzlua_saved_set SET "column" = ? WHERE id = ?', new, id)
  end
end

--- Have it follow the name of a table.
function saved.rename_table(db, old, new)
  if not saved.exists(db) then return end
  own(('UPDATE mzlua_saved_set SET "table" = ? WHERE %s')
    :format(same_set("")), new, old)
end

return saved
