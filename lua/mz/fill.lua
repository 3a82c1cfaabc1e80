--- What a row gets where it has no value: mz.sql, mz.by, mz.saved, functions,
-- and chains of them, as one SQL expression; for the program's own Lua.

local names = part("mz.names")

local fill = {}

local kinds = setmetatable({}, { __mode = "k" }) -- of what is made below

local MOST = 64 -- values of mz.by in one CASE; more go into a table

--- SQL that stands for a value, to the bit.
function fill.literal(db, value)
  if type(value) == "string" and value:find("\0", 1, true) then
    return ("CAST(%s AS TEXT)"):format(db:value("SELECT quote(?)",
      mz.blob(value)))
  end
  return db:value("SELECT quote(?)", value)
end

local function make(kind, made)
  kinds[made] = kind
  return made
end

--- Whether the value was made by mz.sql, and its SQL.
function fill.is_sql(value)
  return kinds[value] == "sql" and value.sql
end

-- ---- what migrations call ---------------------------------------------------

fill.constructors = {
  --- SQL in the place of a value.
  -- @param sql an expression
  sql = function(sql)
    if type(sql) ~= "string" or not sql:find("%S") then
      misuse("mz.sql takes an expression of SQL")
    end
    return make("sql", { sql = sql })
  end,

  --- A value by what another column has.
  -- @param key name of a column, or a list of names
  -- @param values table of values by the column's; for a list, tables in it
  -- @param fallback a fill for the others
  by = function(key, values, fallback)
    if type(values) ~= "table" then
      misuse("mz.by takes a table of values, not a " .. type(values))
    end
    return make("by",
      { key = names.list(key, "key"), values = values, fallback = fallback })
  end,

  --- What db:remember has saved for the row and column.
  -- @param ... fills for the rows of which nothing was saved
  saved = function(...)
    return make("saved", { fallbacks = table.pack(...) })
  end,
}

-- ---- as SQL -----------------------------------------------------------------

local to_sql

--- Flatten the values of mz.by into {values of the key ..., result}.
local function flatten(values, depth, path, list)
  for key, value in pairs(values) do
    local here = table.move(path, 1, #path, 1, {})
    here[#here + 1] = key
    if depth > 1 then
      if type(value) ~= "table" then
        misuse("mz.by: a key of several columns takes a table in the table")
      end
      flatten(value, depth - 1, here, list)
    else
      here[#here + 1] = value
      list[#list + 1] = here
    end
  end
  return list
end

local function case_of(scope, columns, list)
  local parts = { "CASE" }
  for _, one in ipairs(list) do
    local same = {}
    for i, column in ipairs(columns) do
      same[i] = ("%s IS %s"):format(column, fill.literal(scope.db, one[i]))
    end
    parts[#parts + 1] = ("WHEN %s THEN %s"):format(table.concat(same, " AND "),
      to_sql(scope, one[#columns + 1]))
  end
  parts[#parts + 1] = "END"
  return table.concat(parts, " ")
end

--- Put the values into a temporary table, to be found by its index.
local function lookup_in(scope, columns, list)
  scope.tables = scope.tables + 1
  local name = ('temp."mz fill %d"'):format(scope.tables)
  local keys = names.each(columns, "k%#")
  local rows = {}
  for _, one in ipairs(list) do
    local values = {}
    for i in ipairs(columns) do values[i] = fill.literal(scope.db, one[i]) end
    values[#values + 1] = to_sql(scope, one[#columns + 1])
    rows[#rows + 1] = "(" .. table.concat(values, ", ") .. ")"
  end
  local steps = scope.before
  steps[#steps + 1] = ("DROP TABLE IF EXISTS %s"):format(name)
  steps[#steps + 1] = ("CREATE TABLE %s (%s, v, UNIQUE (%s))"):format(name,
    keys, keys)
  for first = 1, #rows, 500 do
    steps[#steps + 1] = ("INSERT INTO %s VALUES %s"):format(name,
      table.concat(rows, ", ", first, math.min(first + 499, #rows)))
  end
  scope.after[#scope.after + 1] = "DROP TABLE " .. name
  return ("(SELECT v FROM %s WHERE %s)"):format(name,
    names.each(columns, "k%# IS %%", " AND "))
end

local function by_to_sql(scope, by)
  local columns = names.columns(scope.info, by.key, "key of mz.by")
  local quoted = names.quote_all(columns)
  local list = flatten(by.values, #columns, {}, {})
  local found = "NULL"
  if #list > MOST then
    found = lookup_in(scope, quoted, list)
  elseif #list > 0 then
    found = case_of(scope, quoted, list)
  end
  if by.fallback == nil then return found end
  return ("COALESCE(%s, %s)"):format(found, to_sql(scope, by.fallback))
end

--- A function of SQL that calls fn with the row as a table.
local function function_to_sql(scope, fn)
  local columns = scope.info.columns
  if #columns > 127 then
    misuse(("a function cannot fill a table of %d columns, but of 127 at "
      .. "most: use mz.sql"):format(#columns))
  end
  fill.functions = (fill.functions or 0) + 1
  local name = ("mzfill_%d"):format(fill.functions)
  define_function(name, function(...)
    local row = {}
    for i, column in ipairs(columns) do row[column] = select(i, ...) end
    local result = fn(row)
    if result == mz.null then return nil end
    return result
  end, nil, -1, false)
  return ("%s(%s)"):format(name, names.each(names.quote_all(columns), "%%"))
end

local function chain_to_sql(scope, list, count)
  local parts = {}
  for i = 1, count do parts[i] = to_sql(scope, list[i]) end
  if #parts == 0 then return "NULL" end
  return #parts == 1 and parts[1]
    or ("COALESCE(%s)"):format(table.concat(parts, ", "))
end

local function saved_to_sql(scope, saved)
  local found = part("mz.saved").expression(scope.db, scope.info, scope.column)
  local rest = chain_to_sql(scope, saved.fallbacks, saved.fallbacks.n)
  return ("COALESCE(%s, %s)"):format(found, rest)
end

function to_sql(scope, value)
  local kind = kinds[value]
  if kind == "sql" then return "(" .. value.sql .. ")" end
  if kind == "by" then return by_to_sql(scope, value) end
  if kind == "saved" then return saved_to_sql(scope, value) end
  if type(value) == "function" then return function_to_sql(scope, value) end
  if type(value) == "table" then return chain_to_sql(scope, value, #value) end
  return fill.literal(scope.db, value)
end

--- What fills need besides their expressions.
-- @return {before = statements, after = statements}, to be given to fill.sql
function fill.open(db, info)
  return { db = db, info = info, before = {}, after = {}, tables = 0 }
end

--- The SQL expression of a fill for the column of a row of the table.
-- @param scope of fill.open
-- @param column name, for mz.saved
-- @param value a fill
function fill.sql(scope, column, value)
  scope.column = column
  return to_sql(scope, value)
end

return fill
