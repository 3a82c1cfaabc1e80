--- Other values for the values of a column: methods of db in Lua.

local names = part("mz.names")

local MOST = 16000 -- pairs of parameters that one statement takes
local SHOWN = 5

local known = { "default", "params", "unmapped", "where" }

--- What stands for a value in a Lua table: itself, but for a BLOB, of which
-- there may be many that are equal, its bytes.
local function key_of(value)
  if type(value) == "userdata" and value ~= mz.null then
    return "blob", tostring(value)
  end
  return "value", value
end

local function new_index() return { blob = {}, value = {} } end

local function read_mapping(mapping)
  if type(mapping) ~= "table" then
    misuse("the values must be a table of new values by old ones, not a " ..
      type(mapping))
  end
  local index = new_index()
  for old, new in pairs(mapping) do
    local kind, key = key_of(old)
    index[kind][key] = new
  end
  return index
end

local function describe(db, value)
  return db:value("SELECT quote(?)", value)
end

local function raise_unmapped(db, list)
  for place, one in ipairs(list) do one.place = place end
  table.sort(list, function(a, b)
    if a.count ~= b.count then return a.count > b.count end
    return a.place < b.place
  end)
  local shown = {}
  for i = 1, math.min(#list, SHOWN) do
    shown[i] = ("%s (%d row%s)"):format(describe(db, list[i].value),
      list[i].count, list[i].count == 1 and "" or "s")
  end
  local more = #list - #shown
  misuse(("values without a new one: %s%s"):format(table.concat(shown, ", "),
    more > 0 and (" and %d more"):format(more) or ""))
end

local function rows_of(options)
  if options.where == nil then
    if options.params ~= nil then misuse("params belong to a where") end
    return "", {}
  end
  if type(options.where) ~= "string" then
    misuse("where must be a string of SQL, not a " .. type(options.where))
  end
  local params = options.params or {}
  if type(params) ~= "table" then
    misuse("params must be a list of values or a table by name, not a " ..
      type(params))
  end
  return " WHERE (" .. options.where .. "\n)", params
end

--- The arguments for a statement with these parameters.
local function spread(params)
  if next(params) ~= nil and #params == 0 then return params end
  return table.unpack(params)
end

--- Pairs of what is there and what it becomes, where that is another value.
local function find_pairs(db, column, rows, index, options)
  local sql = ("SELECT value, count(*) FROM (SELECT %s COLLATE BINARY AS value "
    .. "FROM %s) GROUP BY value ORDER BY value"):format(quote(column), rows.sql)
  local default, changes, unmapped = options.default, {}, {}
  for value, count in db:urows(sql, spread(rows.params)) do
    local kind, key = key_of(value)
    local new = index[kind][key]
    if new == nil then
      unmapped[#unmapped + 1] = { value = value, count = count }
    elseif new ~= value then
      changes[#changes + 1] = { value, new }
    end
  end
  if options.unmapped == "error" and #unmapped > 0 then
    raise_unmapped(db, unmapped)
  end
  for _, one in ipairs(default ~= nil and unmapped or {}) do
    local new = default
    if type(default) == "function" then
      local given = one.value
      if given == mz.null then given = nil end
      new = default(given)
    end
    if new ~= nil and new ~= one.value then
      changes[#changes + 1] = { one.value, new }
    end
  end
  return changes
end

-- The rows first, so that the parameters of where have the first numbers; names
-- that no table has, for a CTE would hide it. + is to keep the column's
-- affinity out, so that SQLite makes an index of the pairs.
local update = [[
WITH "mz rows" AS (SELECT %s, %s AS "mz value" FROM %s),
"mz mapped"("mz old", "mz new") AS (VALUES %s)
UPDATE %s AS t SET %s = changed."mz new" FROM (
  SELECT r.*, mapped."mz new"
  FROM "mz rows" AS r CROSS JOIN "mz mapped" AS mapped
  WHERE +r."mz value" COLLATE BINARY IS mapped."mz old"
  AND r."mz value" COLLATE BINARY IS NOT mapped."mz new") AS changed
WHERE %s]]

--- How the names of our own parameters begin where those of where have names;
-- nil where they have not.
local function find_prefix(rows)
  if #rows.params > 0 or next(rows.params) == nil then return nil end
  local prefix = "mz_"
  while rows.sql:find(prefix, 1, true) do prefix = prefix .. "_" end
  return prefix
end

local function update_sql(info, column, rows, changes)
  local prefix, values = find_prefix(rows), {}
  for i in ipairs(changes) do
    values[i] = prefix and ("(:%sold%d, :%snew%d)"):format(prefix, i, prefix, i)
      or "(?, ?)"
  end
  return update:format(names.each(info.id, '%% AS "mz id%#"'), quote(column),
    rows.sql, table.concat(values, ", "), quote(info.name), quote(column),
    names.each(info.id, 't.%% = changed."mz id%#"', " AND "))
end

local function update_params(rows, changes)
  local prefix, params = find_prefix(rows), {}
  for name, value in pairs(rows.params) do params[name] = value end
  for i, pair in ipairs(changes) do
    if prefix then
      params[prefix .. "old" .. i], params[prefix .. "new" .. i] =
        pair[1], pair[2]
    else
      params[#params + 1], params[#params + 2] = pair[1], pair[2]
    end
  end
  if prefix then return params end
  return table.unpack(params)
end

local function check_options(options)
  names.check(options, known, "db:map")
  local unmapped = options.unmapped
  if unmapped ~= nil and unmapped ~= "keep" and unmapped ~= "error" then
    misuse('unmapped must be "keep" or "error", not ' .. tostring(unmapped))
  end
  if unmapped ~= nil and options.default ~= nil then
    misuse("default leaves nothing unmapped: give one of the two")
  end
end

return function(methods)
  --- Give the values of a column other values.
  -- @param table name
  -- @param column name
  -- @param mapping new values by old ones; mz.null stands for NULL
  -- @param options {default = value or function(value), unmapped = "keep" or
  --   "error", where = SQL, params = its parameters}
  -- @return rows changed
  function methods.map(db, table, column, mapping, options)
    options = options or {}
    check_options(options)
    local info = names.table(db, table)
    column = names.column(info, column)
    local where, params = rows_of(options)
    local rows = { sql = quote(info.name) .. where, params = params }
    local changes =
      find_pairs(db, column, rows, read_mapping(mapping), options)
    if #changes == 0 then return 0 end
    if #changes > MOST then
      misuse(("%d values change, and one db:map takes %d: use db:convert")
        :format(#changes, MOST))
    end
    return db:exec(update_sql(info, column, rows, changes),
      update_params(rows, changes))
  end
end
