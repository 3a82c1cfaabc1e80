--- What is attached to a table and goes when it is dropped: indexes, triggers,
-- its mark of AUTOINCREMENT, statistics; for the program's own Lua.

local fill = part("mz.fill")

local attached = {}

local objects_sql = [[
SELECT type, name, sql FROM %s
WHERE type IN ('index', 'trigger') AND tbl_name = ? COLLATE NOCASE
  AND name NOT LIKE 'mzlua\_%%' ESCAPE '\' AND sql IS NOT NULL
ORDER BY rowid]]

--- Apply what the call says of objects: false drops one, SQL is the new one.
-- @return statements that make what is to be there
function attached.settle(list, said, kind)
  local statements, rest = {}, {}
  for name, sql in pairs(said or {}) do rest[name:lower()] = { name, sql } end
  for _, object in ipairs(list) do
    local new = rest[object.name:lower()]
    rest[object.name:lower()] = nil
    if not new then statements[#statements + 1] = object.sql
    elseif new[2] then statements[#statements + 1] = new[2] end
  end
  local added = {}
  for _, new in pairs(rest) do
    if not new[2] then
      misuse(("there is no %s %s"):format(kind, new[1]))
    end
    added[#added + 1] = new[2]
  end
  table.sort(added)
  return table.move(added, 1, #added, #statements + 1, statements)
end

function attached.read(db, name)
  local found = { index = {}, trigger = {} }
  for row in db:rows(objects_sql:format("sqlite_schema"), name) do
    table.insert(found[row.type], row)
  end
  for row in db:rows(objects_sql:format("sqlite_temp_schema"), name) do
    row.sql = row.sql:gsub("^%s*[Cc][Rr][Ee][Aa][Tt][Ee]%s+", "CREATE TEMP ", 1)
    table.insert(found[row.type], row)
  end
  return found
end

--- The statements that give the table its mark of AUTOINCREMENT again.
-- @param key the constraint of its primary key, or nil
function attached.sequence(db, old, key)
  if not key or not key.autoincrement or not db:value(
    "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'") then
    return {}
  end
  local mark = db:value("SELECT seq FROM sqlite_sequence WHERE name = ? "
    .. "COLLATE NOCASE", old.name)
  if math.type(mark) ~= "integer" then return {} end
  local name = fill.literal(db, old.name)
  return {
    ("INSERT INTO sqlite_sequence (name, seq) SELECT %s, %d WHERE NOT EXISTS "
      .. "(SELECT 1 FROM sqlite_sequence WHERE name = %s)")
      :format(name, mark, name),
    ("UPDATE sqlite_sequence SET seq = max(seq, %d) WHERE name = %s")
      :format(mark, name),
  }
end

--- What ANALYZE has found, which goes with the table that is dropped.
function attached.statistics(db, old)
  local steps = {}
  if not db:value("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'")
  then
    return steps
  end
  local sql = [[
    SELECT format('INSERT INTO sqlite_stat1 VALUES (%Q, %Q, %Q)', tbl, idx,
      stat) FROM sqlite_stat1 WHERE tbl = ? COLLATE NOCASE ORDER BY rowid]]
  for step in db:urows(sql, old.name) do steps[#steps + 1] = step end
  return steps
end

return attached
