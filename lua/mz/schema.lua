--- Looking at the schema: methods of db that are written in Lua.
-- Called once per state with the table of db's methods, which it adds to.

local columns_sql = [[
SELECT name, type, "notnull" AS not_null, dflt_value AS "default",
       pk, hidden
FROM pragma_table_xinfo(?) ORDER BY cid]]

local tables_sql = [[
SELECT name FROM sqlite_schema
WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND name NOT LIKE 'mzlua\_%' ESCAPE '\' AND name <> 'schema_migrations'
ORDER BY name]]

local has_table_sql = [[
SELECT count(*) FROM sqlite_schema
WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE]]

local function read_columns(db, table)
  local columns = {}
  for row in db:rows(columns_sql, table) do
    row.not_null = row.not_null == 1
    row.generated = row.hidden >= 2
    row.hidden = nil
    columns[#columns + 1] = row
  end
  return columns
end

--- Raise where there is no such table.
local function check_table(db, columns, table)
  if #columns > 0 then return end
  misuse("no such table: " .. table .. meant(table, db:tables()))
end

return function(methods)
  --- The tables of the database, without SQLite's and the ledger's own.
  -- @return array of names, sorted
  function methods.tables(db)
    local names = {}
    for name in db:urows(tables_sql) do names[#names + 1] = name end
    return names
  end

  --- Whether there is a table or view of that name, in any case.
  -- @param name string
  -- @return boolean
  function methods.has_table(db, name)
    return db:value(has_table_sql, name) > 0
  end

  --- The columns of a table or view, in order.
  -- @param table name
  -- @return array of {name, type, not_null, default, pk, generated}: default
  --   is the SQL text or nil; pk is the place in the primary key, from 1, or
  --   0; generated is a boolean
  -- @raise where there is no such table
  function methods.columns(db, table)
    local columns = read_columns(db, table)
    check_table(db, columns, table)
    return columns
  end

  --- Whether a table or view has a column of that name, in any case.
  -- @param table name
  -- @param column name
  -- @return boolean
  -- @raise where there is no such table
  function methods.has_column(db, table, column)
    local columns = read_columns(db, table)
    check_table(db, columns, table)
    for _, found in ipairs(columns) do
      if found.name:lower() == column:lower() then return true end
    end
    return false
  end
end
