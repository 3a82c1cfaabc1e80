--- Names of tables, columns and options, checked; for the program's own Lua.

local names = {}

local kind_sql = [[
SELECT type, wr FROM pragma_table_list
WHERE name = ? COLLATE NOCASE AND schema IN ('main', 'temp')
ORDER BY schema DESC LIMIT 1]]

local function is_name(value)
  return type(value) == "string"
end

--- The name, or the list of names, as a list; what is it called in messages.
function names.list(value, what)
  if is_name(value) then return { value } end
  local list = {}
  for i, name in ipairs(type(value) == "table" and value or list) do
    if not is_name(name) then break end
    list[i] = name
  end
  if #list == 0 or #list < #value then
    misuse(what .. " must be the name of a column or a list of such names")
  end
  return list
end

--- Raise where options has a key that is not among the known ones.
function names.check(options, known, what)
  if type(options) ~= "table" then
    misuse(("%s must be a table, not a %s"):format(what, type(options)))
  end
  for key in pairs(options) do
    local found = false
    for _, name in ipairs(known) do found = found or name == key end
    if not found then
      key = tostring(key)
      misuse(("%s: there is no option %s%s"):format(what, key,
        meant(key, known)))
    end
  end
end

--- The name of the rowid that none of the columns hides, or nil.
local function find_rowid(of_lower)
  for _, name in ipairs { "rowid", "_rowid_", "oid" } do
    if not of_lower[name] then return name end
  end
end

local function sort_key(columns)
  local key = {}
  for _, column in ipairs(columns) do
    if column.pk > 0 then key[column.pk] = column.name end
  end
  return key
end

local collation_sql = [[
SELECT x.name, x.coll
FROM pragma_index_list(?) AS l, pragma_index_xinfo(l.name) AS x
WHERE l.origin = 'pk' AND x.key]]

local function quote_all(list)
  local quoted = {}
  for i, name in ipairs(list) do quoted[i] = quote(name) end
  return quoted
end

--- Whether the column is seen to have the collation; SQLite tells no other way.
local function has_collation(db, table, column, collation)
  local sql = ("EXPLAIN SELECT %s = '' FROM %s"):format(quote(column),
    quote(table))
  for row in db:rows(sql) do
    local used = row.opcode == "Eq" and row.p4 and row.p4:match("^(.*)%-")
    if used and used:lower() == collation:lower() then return true end
  end
  return false
end

--- SQL of a column of a key, compared as the key's index compares it: its own
-- collation may find values the same that the key keeps apart.
-- @param collation of the index; nil for a rowid
function names.compared(db, table, column, collation)
  if not collation or has_collation(db, table, column, collation) then
    return quote(column)
  end
  return quote(column) .. " COLLATE " .. quote(collation)
end

--- SQL of the primary key's columns, compared as its index compares them.
local function key_sql(db, name, key)
  local collations, list = {}, {}
  for column, collation in db:urows(collation_sql, name) do
    collations[column] = collation
  end
  for i, column in ipairs(key) do
    list[i] = names.compared(db, name, column, collations[column])
  end
  return list
end

--- What is to be known of a table.
-- @return {name, columns = names, of_lower = names by name in lower case,
--   key = names of the primary key, id = SQL of the columns that tell its
--   rows apart: the rowid, or the primary key}
-- @raise where there is no such table, or it is a view
function names.table(db, name)
  if not is_name(name) then
    misuse("a table's name must be a string, not a " .. type(name))
  end
  local info = { name = name, columns = {}, of_lower = {} }
  local columns = db:columns(name)
  local kind = db:row(kind_sql, name)
  if kind.type == "view" then misuse(name .. " is a view, not a table") end
  for i, column in ipairs(columns) do
    info.columns[i] = column.name
    info.of_lower[column.name:lower()] = column.name
  end
  info.key = sort_key(columns)
  local rowid = kind.wr == 0 and find_rowid(info.of_lower)
  info.id = rowid and { rowid } or key_sql(db, info.name, info.key)
  if #info.id == 0 then
    misuse(name .. " has no column that tells its rows apart")
  end
  return info
end

--- The column of the table as it is spelt there.
-- @param where "" or the start of the message
-- @raise where there is none, naming the nearest
function names.column(info, name, where)
  local found = is_name(name) and info.of_lower[name:lower()]
  if found then return found end
  name = tostring(name)
  misuse(("%s%s has no column %s%s"):format(where or "", info.name, name,
    meant(name, info.columns)))
end

--- The columns of the table that value, a name or a list, stands for.
function names.columns(info, value, what)
  local list = names.list(value, what)
  for i, name in ipairs(list) do list[i] = names.column(info, name) end
  return list
end

--- For each name of the list the format with % in it replaced by the name
-- quoted, and %# by its number, joined.
function names.each(list, format, separator)
  local parts = {}
  for i, name in ipairs(list) do
    local of = { ["%"] = name, ["#"] = tostring(i) }
    parts[i] = format:gsub("%%(.)", function(c) return of[c] end)
  end
  return table.concat(parts, separator or ", ")
end

names.quote_all = quote_all

return names
