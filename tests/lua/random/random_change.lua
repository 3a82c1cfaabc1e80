--- Random changes for db:transform, and what a table is after them.
--
-- A column gets from = the expression of SQL that its rows have of it, where
-- that is not the column of its old name.

local schema = require "random_schema"

local quote = schema.quote

local change = {}

-- ---- what depends on a column -----------------------------------------------

local function is_in(list, column)
  for _, one in ipairs(list or {}) do
    if one == column then return true end
  end
  return false
end

--- Whether something besides the column itself, whose PRIMARY KEY goes with it,
-- names it.
function change.is_used(spec, column)
  if spec.parent_of == column then return true end
  if spec.key and #spec.key > 1 and is_in(spec.key, column) then return true end
  for _, lists in ipairs { spec.uniques, spec.checks } do
    for _, list in ipairs(lists) do
      if is_in(list, column) then return true end
    end
  end
  for _, key in ipairs(spec.keys) do
    if key.column == column then return true end
  end
  for _, index in ipairs(spec.indexes) do
    if is_in(index.columns, column) or index.where == column then
      return true
    end
  end
  for _, one in ipairs(spec.columns) do
    if one.generated and one.generated.of == column then return true end
  end
  for _, trigger in ipairs(spec.triggers) do
    if trigger.column == column then return true end
  end
  for _, view in ipairs(spec.views) do
    if is_in(view.columns, column) then return true end
  end
  return false
end

-- ---- kinds of changes -------------------------------------------------------

-- Each gets the random numbers, the table and the changes so far; it notes the
-- change, makes the table so, and returns true, or does nothing.
local kinds = {}

local function plain(spec)
  local list = {}
  for _, column in ipairs(spec.columns) do
    if not column.generated and not column.is_touched then
      list[#list + 1] = column
    end
  end
  return list
end

--- A stored column that no other change is about.
local function pick(random, spec)
  local list = plain(spec)
  if #list == 0 then return nil end
  local column = random:pick(list)
  column.is_touched = true
  return column
end

function kinds.rename(random, spec, changes)
  local list = plain(spec)
  if #list == 0 then return false end
  changes.rename = {}
  for _, column in ipairs(random:some(list, 1, 2)) do
    local name = schema.new_name(random, spec.columns)
    changes.rename[column.name] = name
    column.name = name
  end
  return true
end

function kinds.drop(random, spec, changes)
  local column = pick(random, spec)
  if not column or #spec.columns < 2 then return false end
  changes.drop, column.is_dropped = column.name, true
  spec.dropped = column
  for i, one in ipairs(spec.columns) do
    if one == column then table.remove(spec.columns, i) break end
  end
  return true
end

function kinds.type(random, spec, changes)
  local column = pick(random, spec)
  if not column or (spec.autoincrement and is_in(spec.key, column)) then
    return false
  end
  column.type = schema.type(random, spec.strict)
  changes.type = { [column.name] = column.type }
  if random:chance(30) then
    local value = schema.value(random, column.type)
    changes.type[column.name] = { column.type, using = mz.sql(
      ("CASE WHEN %s IS NULL THEN NULL ELSE %s END"):format(quote(column.name),
        value)) }
    column.from = ("CASE WHEN %s IS NULL THEN NULL ELSE %s END"):format(
      quote(column.old or column.name), value)
  end
  return true
end

function kinds.null(random, spec, changes)
  local column = pick(random, spec)
  if not column then return false end
  column.not_null = false
  changes.null = random:chance(50) and column.name or { column.name }
  return true
end

function kinds.not_null(random, spec, changes)
  local column = pick(random, spec)
  if not column then return false end
  column.not_null = true
  if random:chance(30) then
    changes.not_null = { column.name }
    return true
  end
  local value = schema.value(random, column.type)
  local fill = mz.sql(value)
  if random:chance(30) then
    local result = spec.value(value)
    fill = function() return result end
  end
  changes.not_null = { [column.name] = { fill = { mz.sql("NULL"), fill } } }
  column.from = ("coalesce(%s, %s)"):format(quote(column.old), value)
  return true
end

function kinds.default(random, spec, changes)
  local column = pick(random, spec)
  if not column then return false end
  if random:chance(30) then
    changes.default, column.default = { [column.name] = mz.null }, nil
  else
    column.default = schema.value(random, column.type)
    changes.default = { [column.name] = spec.value(column.default) }
  end
  return true
end

function kinds.collate(random, spec, changes)
  local column = pick(random, spec)
  if not column then return false end
  column.collate = random:pick { "NOCASE", "RTRIM", "BINARY" }
  changes.collate = { [column.name] = column.collate }
  return true
end

function kinds.add(random, spec, changes)
  local type = schema.type(random, spec.strict)
  local value = schema.value(random, type)
  local column = { name = schema.new_name(random, spec.columns), type = type,
    is_new = true, is_touched = true, from = "NULL" }
  if random:chance(50) then column.default = value end
  if random:chance(30) then column.not_null = true end
  column.from = column.default or "NULL"
  spec.columns[#spec.columns + 1] = column
  local text = schema.definition(spec, column)
  changes.add = { text }
  if random:chance(40) then
    changes.add = { { text, fill = mz.sql(value) } }
    column.from = value
  end
  return true
end

function kinds.unique(random, spec, changes)
  local list = plain(spec)
  if #list == 0 then return false end
  local columns = random:some(list, 1, 2)
  local names = {}
  for i, column in ipairs(columns) do
    names[i] = column.name
    column.is_touched = true
  end
  spec.uniques[#spec.uniques + 1] = columns
  changes.unique = { add = { #names == 1 and names[1] or names } }
  return true
end

function kinds.check(random, spec, changes)
  local list = plain(spec)
  if #list < 2 then return false end
  local pair = random:some(list, 2, 2)
  pair[1].is_touched, pair[2].is_touched = true, true
  spec.checks[#spec.checks + 1] = pair
  changes.check = { add = { ("%s IS NOT 'no' OR %s IS NOT 'no'"):format(
    quote(pair[1].name), quote(pair[2].name)) } }
  return true
end

function kinds.foreign_key(random, spec, changes)
  local key = spec.keys[1]
  if key and random:chance(50) then
    changes.foreign_key = { drop = { quote(key.column.name) } }
    spec.keys[1] = nil
  elseif key then
    key.action = " ON DELETE SET NULL"
    spec.needs_parents = true
    changes.foreign_key = { change = { [quote(key.column.name)] =
      "parent (id) ON DELETE SET NULL" } }
  else
    local column = pick(random, spec)
    if not column then return false end
    spec.keys[1] = { column = column, action = "" }
    spec.needs_parents = true
    changes.foreign_key = { add = { [quote(column.name)] = "parent (id)" } }
  end
  return true
end

function kinds.primary_key(random, spec, changes)
  local list = plain(spec)
  if #list == 0 or spec.autoincrement then return false end
  local columns = random:some(list, 1, 2)
  local names, is_same = {}, spec.key and #spec.key == #columns
  for i, column in ipairs(columns) do
    names[i] = column.name
    column.is_touched = true
    is_same = is_same and spec.key[i] == column
  end
  spec.key, spec.has_new_key = columns, not is_same
  changes.primary_key = #names == 1 and names[1] or names
  return true
end

function kinds.order(random, spec, changes)
  local first = random:some(spec.columns, 1, 3)
  changes.order = {}
  for i, column in ipairs(first) do changes.order[i] = column.name end
  spec.first = first
  return true
end

function kinds.strict(random, spec, changes)
  for _, column in ipairs(spec.columns) do
    if column.type:find("%(") or column.type == "" or column.type == "NUMERIC"
      or column.type == "BOOLEAN" or column.type:find("DOUB") then
      return false
    end
  end
  spec.strict = not spec.strict
  changes.strict = spec.strict
  return random:chance(100)
end

function kinds.without_rowid(_, spec, changes)
  if not spec.key or spec.autoincrement then return false end
  spec.without_rowid = not spec.without_rowid
  changes.without_rowid = spec.without_rowid
  return true
end

function kinds.rename_to(random, spec, changes)
  spec.name = random:pick { "other", "New name", "insert", "ß" }
  changes.rename_to = spec.name
  return true
end

local names = {}
for name in pairs(kinds) do names[#names + 1] = name end
table.sort(names)

--- Whether a column is added under the name of the one that is dropped.
local function is_replaced(spec)
  for _, column in ipairs(spec.columns) do
    if spec.dropped and column.is_new
      and column.name:lower() == spec.dropped.name:lower() then
      return true
    end
  end
  return false
end

--- Columns named in order come first.
local function put_in_order(spec)
  local list, is_first = {}, {}
  for _, column in ipairs(spec.first or {}) do
    spec.is_refused = spec.is_refused or column.is_dropped
    for _, one in ipairs(spec.columns) do
      if one == column then
        list[#list + 1], is_first[column] = column, true
      end
    end
  end
  for _, column in ipairs(spec.columns) do
    if not is_first[column] then list[#list + 1] = column end
  end
  spec.columns = list
end

--- Make up changes and make the table as it is to be.
-- @param spec the table; value is a function that gives what a literal means
-- @return the changes, and whether db:transform has to refuse them
function change.make(random, spec)
  local changes, count = {}, 0
  for _, column in ipairs(spec.columns) do column.old = column.name end
  local wanted = random:some(names, 1, 3)
  for i, name in ipairs(wanted) do -- names are the new ones in all the others
    if name == "rename" then
      table.remove(wanted, i)
      table.insert(wanted, 1, name)
      break
    end
  end
  for _, name in ipairs(wanted) do
    if kinds[name](random, spec, changes) then count = count + 1 end
  end
  put_in_order(spec)
  spec.is_refused = spec.is_refused or is_replaced(spec)
    or spec.dropped and change.is_used(spec, spec.dropped)
  if spec.key and spec.key[1] == spec.dropped then
    spec.key, spec.autoincrement = nil, nil
  end
  return changes, spec.is_refused, count
end

return change
