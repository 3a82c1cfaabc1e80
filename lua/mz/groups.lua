--- Rows that are the same by some columns, or by a function of them; for the
-- program's own Lua.

local names = part("mz.names")

local groups = {}

--- Raise where what by returned cannot be compared.
local function check_value(value, place)
  local kind = math.type(value) or type(value)
  if kind == "table" or kind == "function" or kind == "thread" then
    misuse(("by must return a value to compare, not a %s (row %d)")
      :format(kind, place))
  elseif value ~= value then
    misuse(("by must return a value to compare, not NaN (row %d)")
      :format(place))
  end
end

--- What is another text after anything was written.
local function writes(db)
  return db:value("SELECT total_changes() || ' ' || schema_version "
    .. "FROM pragma_schema_version")
end

--- For each row that shares what by returns with another one: its place among
-- all rows and that of the first of them, as a JSON array of arrays.
local function find_by(db, info, columns, by)
  local sql = ("SELECT 1, %s FROM %s ORDER BY %s"):format(
    names.each(names.quote_all(columns), "%%"), quote(info.name),
    names.each(info.id, "%%"))
  local first = { blob = {}, value = {} }
  local pairs_found, is_listed, place = {}, {}, 0
  local before = writes(db)
  local function add(from, to)
    pairs_found[#pairs_found + 1] = ("[%d,%d]"):format(from, to)
  end
  local function take(value)
    place = place + 1
    if value == nil or value == mz.null then return end
    check_value(value, place)
    local is_blob = type(value) == "userdata"
    local known = first[is_blob and "blob" or "value"]
    if is_blob then value = tostring(value) end
    local same = known[value]
    if not same then
      known[value] = place
      return
    end
    if not is_listed[same] then add(same, same) end
    is_listed[same] = true
    add(place, same)
  end
  local function call(_, ...) take((by(...))) end
  local next_row = db:urows(sql)
  local function step(found, ...)
    if found == nil then return false end
    call(found, ...)
    return true
  end
  while step(next_row()) do end -- the number of columns is not known here
  if writes(db) ~= before then -- the places may be those of other rows now
    misuse("by may read with db, but not write")
  end
  return "[" .. table.concat(pairs_found, ",") .. "]"
end

local same_columns = [[
SELECT n, g, {ids} FROM (
  SELECT n, min(n) OVER same AS g, count(*) OVER same AS size, {ids}
  FROM (
    SELECT row_number() OVER (ORDER BY {id}) AS n, {id_as}, {keys_as}
    FROM {table} WHERE {keys_there})
  WINDOW same AS (PARTITION BY {keys}))
WHERE size > 1]]

local same_by = [[
SELECT n, g, {ids} FROM (
  SELECT row_number() OVER (ORDER BY {id}) AS n, {id_as} FROM {table})
JOIN (
  SELECT json_extract(value, '$[0]') AS m, json_extract(value, '$[1]') AS g
  FROM json_each(?)) ON n = m]]

local placed = [[
SELECT g, row_number() OVER (PARTITION BY g ORDER BY n) AS place,
  count(*) OVER (PARTITION BY g) AS size, {ids}
FROM ({same})]]

--- Replace {name} in text.
function groups.fill(text, values)
  return (text:gsub("{([%a_]+)}", values))
end

--- The query for the rows of the table that are the same as another one.
-- @return SQL with the columns g, the group; place in it, in the order of the
--   primary key or rowid; size; id1 and so on, and the query's parameters
function groups.sql(db, info, columns, by)
  local quoted = names.quote_all(columns)
  local values = {
    table = quote(info.name),
    id = names.each(info.id, "%%"),
    ids = names.each(info.id, "id%#"),
    id_as = names.each(info.id, "%% AS id%#"),
    keys = names.each(quoted, "key%#"),
    keys_as = names.each(quoted, "%% AS key%#"),
    keys_there = names.each(quoted, "%% IS NOT NULL", " AND "),
  }
  values.same = groups.fill(by and same_by or same_columns, values)
  local sql = groups.fill(placed, values)
  if by then return sql, find_by(db, info, columns, by) end
  return sql
end

--- Raise where by is not a function.
function groups.check_by(by)
  if by ~= nil and type(by) ~= "function" then
    misuse("by must be a function, not a " .. type(by))
  end
end

return groups
