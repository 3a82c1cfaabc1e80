--- What SQLite says of a table and what it does, as lines of text in which the
-- table's own name does not count.

local schema = require "random_schema"

local quote = schema.quote

local look = {}

local function lines_of(db, sql, ...)
  local list = {}
  for line in db:urows(sql, ...) do list[#list + 1] = line end
  return list
end

-- ---- what it is -------------------------------------------------------------

local columns_sql = [[
SELECT format('%d %Q %Q notnull=%d %Q pk=%d hidden=%d', cid, name, type,
  "notnull", dflt_value, pk, hidden) FROM pragma_table_xinfo(?)]]

local keys_sql = [[
SELECT format('key %d %Q %Q %Q %Q %Q', seq, "table", "from", "to", on_update,
  on_delete) FROM pragma_foreign_key_list(?) ORDER BY 1]]

-- An index that was created has its name; the others have those of their table.
local indexes_sql = [[
SELECT format('index %s unique=%d %s partial=%d', iif(l.origin = 'c', l.name,
    ''), l."unique", l.origin, l.partial)
  || (SELECT group_concat(format(' %d %Q %Q %d', cid, name, coll, desc))
    FROM pragma_index_xinfo(l.name) WHERE key ORDER BY seqno)
FROM pragma_index_list(?) AS l ORDER BY 1]]

local kind_sql = [[
SELECT format('%s wr=%d strict=%d', type, wr, strict) FROM pragma_table_list
WHERE schema = 'main' AND name = ?]]

--- Lines that tell what the table is.
function look.shape(db, name)
  local list = {}
  for _, sql in ipairs { kind_sql, columns_sql, keys_sql, indexes_sql } do
    for _, line in ipairs(lines_of(db, sql, name)) do list[#list + 1] = line end
  end
  return table.concat(list, "\n")
end

--- Every row of it with every value and type, and rowids where it has any.
function look.rows(db, name, has_rowid)
  local parts = { has_rowid and "rowid || ': '" or "''" }
  for _, column in ipairs(db:columns(name)) do
    parts[#parts + 1] = ("quote(%s)"):format(quote(column.name))
  end
  local list = lines_of(db, ("SELECT %s FROM %s"):format(
    table.concat(parts, " || ' ' || "), quote(name)))
  table.sort(list)
  return table.concat(list, "\n")
end

-- ---- what it does -----------------------------------------------------------

--- Run sql in a savepoint that is undone; what came of it.
local function try(db, sql, after)
  local result
  pcall(db.savepoint, db, function()
    local ok, err = pcall(db.exec, db, sql)
    result = ok and "ok " .. after() or tostring(err.message)
    error("undo")
  end)
  return result
end

--- What comes of changes that its constraints, defaults, collations and
-- conversions decide.
function look.behaviour(db, name, has_rowid)
  local list, stored = {}, {}
  local function probe(sql)
    local came = try(db, sql:gsub("{t}", (quote(name):gsub("%%", "%%%%"))),
      function() return look.rows(db, name, has_rowid) end)
    came = came:gsub((name .. "."):gsub("%p", "%%%0"), "TABLE.")
      :gsub("^UNIQUE .*", "UNIQUE") -- which is found first is not said
    list[#list + 1] = sql .. " -> " .. came
  end
  for _, column in ipairs(db:columns(name)) do
    if not column.generated then stored[#stored + 1] = quote(column.name) end
  end
  for _, column in ipairs(stored) do
    for _, value in ipairs { "NULL", "'forbidden'", "'no'", "7", "'07'",
      column .. " || ''", "lower(" .. column .. ")" } do
      probe(("UPDATE {t} SET %s = %s"):format(column, value))
    end
  end
  local all = table.concat(stored, ", ")
  probe("INSERT INTO {t} DEFAULT VALUES")
  probe(("INSERT INTO {t} (%s) SELECT %s FROM {t}"):format(all, all))
  return table.concat(list, "\n")
end

-- ---- everything else --------------------------------------------------------

--- Everything in the database but the tables in the set: texts and rows.
function look.others(db, without)
  local list = {}
  for row in db:rows([[SELECT type, name, tbl_name, sql FROM sqlite_schema
    WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name]]) do
    if not without[row.name] and not without[row.tbl_name] then
      list[#list + 1] = ("%s %s %s"):format(row.type, row.name, row.sql)
      if row.type == "table" then
        list[#list + 1] = look.rows(db, row.name, false)
      end
    end
  end
  return table.concat(list, "\n")
end

return look
