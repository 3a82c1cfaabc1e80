--- Keeping what users did: methods of db that are written in Lua.

local names = part("mz.names")
local rebuild = part("mz.rebuild")
local remember = part("mz.remember")
local restore = part("mz.restore")

local known = { "key" }

-- ---- update_unmodified ------------------------------------------------------

--- The row's columns as the table spells them, sorted; values by column.
local function read_row(info, row, what)
  local columns, values = {}, {}
  if type(row) ~= "table" then
    misuse(("%s must be a table by column, not a %s"):format(what, type(row)))
  end
  for name, value in pairs(row) do
    local column = names.column(info, name, what .. ": ")
    if values[column] ~= nil then
      misuse(("%s names the column %s twice"):format(what, column))
    end
    columns[#columns + 1], values[column] = column, value
  end
  table.sort(columns)
  return columns, values
end

local function is_among(list, name)
  for _, one in ipairs(list) do
    if one == name then return true end
  end
  return false
end

--- Raise for an original that compares nothing, or does not say which row.
local function check_original(info, key, columns, values, what)
  local others = 0
  for _, column in ipairs(columns) do
    if not is_among(key, column) then others = others + 1 end
  end
  for _, column in ipairs(key) do
    if values[column] == nil then
      misuse(("%s has no %s, by which its row is found; for NULL give mz.null")
        :format(what, column))
    end
  end
  if others == 0 then
    misuse(("%s lists only the key (%s): list the shipped value of every "
      .. "column that a user may have changed"):format(what,
      table.concat(key, ", ")))
  end
  return info
end

local function collect(columns, values, list)
  for _, column in ipairs(columns) do list[#list + 1] = values[column] end
  return list
end

--- SQL that a column is exactly the value that is given for it.
local function is_exactly(column)
  return ("(%s COLLATE BINARY IS ?)"):format(quote(column))
end

local function each_exactly(columns)
  local list = {}
  for i, column in ipairs(columns) do list[i] = is_exactly(column) end
  return table.concat(list, " AND ")
end

local function update_one(db, info, key, original, change, what)
  local columns, values = read_row(info, original, what)
  check_original(info, key, columns, values, what)
  local set, new = read_row(info, change, "changes")
  if #set == 0 then misuse("changes names no column") end
  local params = collect(columns, values, collect(set, new, {}))
  local changed = db:exec(("UPDATE %s SET %s WHERE %s"):format(
    quote(info.name), names.each(names.quote_all(set), "%% = ?"),
    each_exactly(columns)), table.unpack(params))
  local there = db:value(("SELECT count(*) FROM %s WHERE %s"):format(
    quote(info.name), each_exactly(key)),
    table.unpack(collect(key, values, {})))
  if is_among(set, key[1]) then there = math.max(there, changed) end
  return changed, there - changed
end

local function read_originals(originals)
  if type(originals) ~= "table" or (next(originals) and #originals == 0) then
    misuse("db:update_unmodified takes a list of the rows as they were shipped")
  end
  return originals
end

--- The changes for the original at a place: the same for all, a list in the
-- same order, or what a function of the original returns.
local function change_for(changes, originals, i)
  if type(changes) == "function" then return changes(originals[i]) end
  if type(changes) ~= "table" then
    misuse("changes must be a table by column, a list of them or a function, "
      .. "not a " .. type(changes))
  end
  if #changes == 0 then return changes end
  if #changes ~= #originals then
    misuse(("there are %d changes for %d originals"):format(#changes,
      #originals))
  end
  return changes[i]
end

local function update_unmodified(db, info, key, originals, changes)
  local changed, kept = 0, 0
  for i, original in ipairs(originals) do
    local one, other = update_one(db, info, key, original,
      change_for(changes, originals, i), "original " .. i)
    changed, kept = changed + one, kept + other
  end
  mz.notice(("%s: %d changed, %d kept as edited since"):format(info.name,
    changed, kept))
  return changed, kept
end

-- ---- methods ----------------------------------------------------------------

local function check_function(fn, method)
  if type(fn) ~= "function" then
    misuse(("%s takes a function, not a %s"):format(method, type(fn)))
  end
end

return function(methods)
  --- Update the rows that still are what was shipped, in every listed column.
  -- @param table name
  -- @param originals list of rows as they were shipped
  -- @param changes new values by column; a list of such, one for each
  --   original; or a function of the original
  -- @param options {key = columns by which a row is found; the primary key}
  -- @return how many were changed, and how many are there but were kept
  function methods.update_unmodified(db, table, originals, changes, options)
    rebuild.check_table(db, table, "db:update_unmodified")
    options = options or {}
    names.check(options, known, "db:update_unmodified")
    local info = names.table(db, table)
    local key = options.key and names.columns(info, options.key, "key")
      or info.key
    if #key == 0 then
      misuse(info.name .. " has no primary key: say by which columns its rows "
        .. 'are found, as in { key = "name" }')
    end
    read_originals(originals)
    return db:savepoint(function()
      return update_unmodified(db, info, key, originals, changes)
    end)
  end

  --- Call fn and save what it changes in the table, for db:restore.
  -- @param table name
  -- @param fn function
  -- @return what fn returns
  function methods.remember(db, table, fn)
    rebuild.check_table(db, table, "db:remember")
    check_function(fn, "db:remember")
    return remember.call(db, table, fn)
  end

  --- Put back what db:remember saved in this migration's up, where nobody has
  -- changed it since.
  -- @param table name
  -- @return {restored, kept, gone}: how many rows
  function methods.restore(db, table)
    rebuild.check_table(db, table, "db:restore")
    local result = restore.call(db, table)
    mz.notice(("%s: %d restored, %d kept as edited since, %d gone"):format(
      table, result.restored, result.kept, result.gone))
    return result
  end
end
