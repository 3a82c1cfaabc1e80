--- Default rows: methods of db that are written in Lua.

local names = part("mz.names")

--- The values of a row of a result as one key of a Lua table.
local function encode(row, count)
  local parts = {}
  for i = 1, count do
    local value = row["id" .. i]
    local text = tostring(value)
    parts[i] = ("%s %d %s"):format(math.type(value) or type(value), #text, text)
  end
  return table.concat(parts, " ")
end

--- The values of the row's key, mz.null for NULL.
local function key_values(row, key, position)
  local values, of_lower = {}, {}
  for name, value in pairs(row) do of_lower[name:lower()] = value end
  for i, name in ipairs(key) do
    values[i] = of_lower[name:lower()]
    if values[i] == nil then
      misuse(("row %d has no %s, which is the key; for NULL give mz.null")
        :format(position, name))
    elseif type(values[i]) == "table" then
      misuse(("row %d: column %s: a table has no SQL value")
        :format(position, name))
    end
  end
  return values
end

local function check_row(info, row, position)
  if type(row) ~= "table" then
    misuse(("row %d must be a table, not a %s"):format(position, type(row)))
  end
  local seen = {}
  for name in pairs(row) do
    local column = names.column(info, name, ("row %d: "):format(position))
    local other = seen[column]
    if other then
      if name < other then name, other = other, name end
      misuse(("row %d names one column twice: %s and %s"):format(position,
        other, name))
    end
    seen[column] = name
  end
end

local function check_list(rows)
  if type(rows) ~= "table" then
    misuse("rows must be a list of tables, not a " .. type(rows))
  end
  local count = 0
  for _ in pairs(rows) do count = count + 1 end
  if count ~= #rows then
    misuse("rows must be a list of tables, one after the other")
  end
end

local function find_sql(info, key)
  return ("SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1"):format(
    names.each(info.id, "%% AS id%#"), quote(info.name),
    names.each(names.quote_all(key), "%% IS ?", " AND "),
    names.each(info.id, "%%"))
end

local function seed(db, info, key, rows)
  local sql = find_sql(info, key)
  local taken = {} -- positions in rows by the row of the table they are
  local inserted = 0
  for position, row in ipairs(rows) do
    local function look(values)
      local found = db:row(sql, table.unpack(values))
      return found and encode(found, #info.id)
    end
    check_row(info, row, position)
    local values = key_values(row, key, position)
    local found = look(values)
    if found and taken[found] then
      misuse(("rows %d and %d have the same %s"):format(taken[found], position,
        table.concat(key, ", ")))
    end
    if not found then
      db:insert(info.name, row)
      inserted = inserted + 1
      found = look(values)
    end
    if found then taken[found] = position end
  end
  return inserted
end

return function(methods)
  --- Insert the rows whose key no row of the table has.
  -- @param table name
  -- @param key name of a column, or a list of names; needs no index
  -- @param rows list of rows
  -- @return how many were inserted
  -- @raise for two rows with one key, a row without it, a column that the
  --   table doesn't have; nothing is inserted then
  function methods.seed(db, table, key, rows)
    local info = names.table(db, table)
    local given = names.list(key, "key")
    names.columns(info, key, "key")
    check_list(rows)
    return db:savepoint(function() return seed(db, info, given, rows) end)
  end
end
