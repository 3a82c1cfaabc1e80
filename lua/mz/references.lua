--- Which columns refer to a table; for the program's own Lua.

local names = part("mz.names")

local references = {}

local declared_sql = [[
SELECT m.name AS child, f.id, f."from", f."to"
FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f
WHERE m.type = 'table' AND f."table" = ? COLLATE NOCASE
ORDER BY m.name, f.id, f.seq]]

local known = { "column", "table", "to" }

--- Complete a reference, whose column names are as their author wrote them.
local function finish(db, info, reference)
  local child = names.table(db, reference.table)
  local to = reference.to
  if #to == 0 then to = info.key end
  if #to ~= #reference.from then
    misuse(("the reference of %s (%s) to %s does not say to which columns: "
      .. "its primary key has %d"):format(child.name,
      table.concat(reference.from, ", "), info.name, #info.key))
  end
  local made = { child = child, from = {}, to = {} }
  for i, name in ipairs(reference.from) do
    made.from[i] = names.column(child, name)
    made.to[i] = names.column(info, to[i])
  end
  made.is_self = child.name:lower() == info.name:lower()
  made.name = child.name .. "." .. table.concat(made.from, ",")
  return made
end

local function read_declared(db, info)
  local list, last = {}, nil
  for row in db:rows(declared_sql, info.name) do
    if not last or last.table ~= row.child or last.id ~= row.id then
      last = { table = row.child, id = row.id, from = {}, to = {} }
      list[#list + 1] = last
    end
    last.from[#last.from + 1] = row.from
    last.to[#last.to + 1] = row.to
  end
  return list
end

local function read_given(given)
  local list = {}
  if given == nil or given == "auto" then return list end
  if type(given) ~= "table" or #given == 0 then
    misuse('references must be "auto" or a list such as '
      .. '{ { table = "child", column = "parent_id" } }')
  end
  for i, one in ipairs(given) do
    names.check(one, known, "references")
    list[i] = {
      table = one.table,
      from = names.list(one.column, "column"),
      to = one.to == nil and {} or names.list(one.to, "to"),
    }
  end
  return list
end

--- What refers to the table: what is declared, and what is given besides.
-- @return array of {child = as of names.table, from = columns, to = columns,
--   is_self, name = "child.column"}
function references.find(db, info, given)
  local list, is_there = {}, {}
  local all = read_declared(db, info)
  for _, one in ipairs(read_given(given)) do all[#all + 1] = one end
  for _, one in ipairs(all) do
    local made = finish(db, info, one)
    local id = made.name .. ">" .. table.concat(made.to, ",")
    if not is_there[id] then list[#list + 1] = made end
    is_there[id] = true
  end
  return list
end

local unique_sql = [[
SELECT l.name AS "index", x.cid, x.name, x.coll AS collation
FROM pragma_index_list(?) AS l, pragma_index_xinfo(l.name) AS x
WHERE l."unique" AND NOT l.partial AND x.key ORDER BY l.name, x.seqno]]

--- What must be unique in the table and has one of the columns in it, but for
-- indexes that are partial or have expressions.
-- @return array of arrays of {name, collation}
function references.unique(db, info, columns)
  local found, of_name = {}, {}
  for row in db:rows(unique_sql, info.name) do
    local list = of_name[row.index]
    if not list then
      list = {}
      of_name[row.index], found[#found + 1] = list, list
    end
    if row.cid < 0 then list.is_computed = true end
    list[#list + 1] = row
  end
  if #info.key == 1 then -- an INTEGER PRIMARY KEY has no index
    found[#found + 1] = { { name = info.key[1], collation = "BINARY" } }
  end
  local wanted, list = {}, {}
  for _, name in ipairs(columns) do wanted[name] = true end
  for _, unique in ipairs(found) do
    local has = false
    for _, column in ipairs(unique) do has = has or wanted[column.name] end
    if has and not unique.is_computed then list[#list + 1] = unique end
  end
  return list
end

return references
