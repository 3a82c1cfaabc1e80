--- Cells of many rows that get other values, each row at once, so that what a
-- row's columns have to be together holds; for the program's own Lua.
-- Which cells is said by "mz todo": column, key, old.

local fill = part("mz.fill")
local names = part("mz.names")
local rebuild = part("mz.rebuild")
local saved = part("mz.saved")

local rewrite = {}

--- SQL of what a column gets in the row that has a key.
-- @param now SQL of what it is; nil where every row has a cell in "mz todo"
local function cell(db, column, key, now)
  local from = ('FROM "mz todo" AS x WHERE x."column" = %s AND x.key = %s')
    :format(fill.literal(db, column), key)
  if not now then return ("(SELECT x.old %s)"):format(from) end
  return ("CASE WHEN EXISTS (SELECT 1 %s) THEN (SELECT x.old %s) ELSE %s END")
    :format(from, from, now)
end

local function columns_to_do(db)
  local list = {}
  for name in db:urows('SELECT DISTINCT "column" FROM "mz todo"') do
    list[#list + 1] = name
  end
  return list
end

local function update(db, info, columns)
  local key, set = saved.key(info, "t."), {}
  for i, column in ipairs(columns) do
    local name = quote(column)
    set[i] = ("%s = %s"):format(name,
      cell(db, column, key, #columns > 1 and "t." .. name or nil))
  end
  db:exec(('UPDATE %s AS t SET %s WHERE %s IN (SELECT key FROM "mz todo")')
    :format(quote(info.name), table.concat(set, ", "), key))
end

-- ---- values that must be unique ---------------------------------------------

local function check_references(db, info)
  if db:value("PRAGMA foreign_keys") == 1 and rebuild.child(db, info) then
    misuse(("rows of %s have each other's values, which must be unique: they "
      .. "have to be taken out and put in again, which foreign keys do not "
      .. "allow while they are enforced; remove foreign_keys = true, as keys "
      .. "are checked before the commit anyway"):format(info.name))
  end
end

--- The names of all that is stored of a row, its rowid too.
local function stored_columns(db, info)
  local list = {}
  for _, column in ipairs(db:columns(info.name)) do
    if not column.generated then list[#list + 1] = column.name end
  end
  local quoted = names.quote_all(list)
  local rowid = not info.alias and not info.without_rowid
    and rebuild.free_rowid(info.columns)
  if rowid then quoted[#quoted + 1] = rowid end
  return list, quoted
end

--- SQL that puts rows of "mz whole" in, of which select says the values.
local function insert(info, quoted, select, ending)
  return ([[
INSERT INTO %s (%s) SELECT %s FROM "mz whole" AS w
WHERE w.key IN (SELECT key FROM "mz todo") ORDER BY w.rowid %s]])
    :format(quote(info.name), table.concat(quoted, ", "),
      table.concat(select, ", "), ending)
end

--- The values of "mz whole" as they were, and as they are to be.
local function values_of(db, list, quoted, columns)
  local is_changed, as_they_were, as_wanted = {}, {}, {}
  for _, column in ipairs(columns) do is_changed[column:lower()] = true end
  for i in ipairs(quoted) do
    local now = "w.c" .. i
    as_they_were[i], as_wanted[i] = now, now
    if list[i] and is_changed[list[i]:lower()] then
      as_wanted[i] = cell(db, list[i], "w.key", now)
    end
  end
  return as_they_were, as_wanted
end

local give_up_sql = [[
DELETE FROM "mz todo" WHERE key NOT IN (SELECT key FROM "mz placed")]]

local place_sql = [[
CREATE TEMP TABLE "mz placed" AS SELECT {key} AS key FROM {table} AS t
WHERE {key} IN (SELECT key FROM "mz todo")]]

--- Take the rows out and put them in with their values; those for which there
-- is no place as they were, until all that are left have one.
local function take_turns(db, info, put_wanted, put_back)
  local name, key = quote(info.name), saved.key(info, "t.")
  local place = place_sql:gsub("{(%a+)}", { key = key, table = name })
  local clear = ('DELETE FROM %s AS t WHERE %s IN (SELECT key FROM "mz todo")')
    :format(name, key)
  repeat
    db:exec(clear)
    db:exec(put_wanted)
    db:exec(place)
    local is_whole = db:value(
      'SELECT count(*) FROM "mz todo" WHERE key NOT IN '
      .. '(SELECT key FROM "mz placed")') == 0
    if not is_whole then
      db:exec(clear)
      db:exec(put_back)
      db:exec(give_up_sql)
    end
    db:exec('DROP TABLE temp."mz placed"')
  until is_whole
end

local function rewrite_whole(db, info, columns)
  check_references(db, info)
  local list, quoted = stored_columns(db, info)
  local as_they_were, as_wanted = values_of(db, list, quoted, columns)
  db:exec(('CREATE TEMP TABLE "mz whole" AS SELECT %s AS key, %s FROM %s AS t '
    .. 'WHERE %s IN (SELECT key FROM "mz todo")'):format(
    saved.key(info, "t."), names.each(quoted, "t.%% AS c%#"),
    quote(info.name), saved.key(info, "t.")))
  take_turns(db, info,
    insert(info, quoted, as_wanted, "ON CONFLICT DO NOTHING"),
    insert(info, quoted, as_they_were, ""))
  db:exec('DROP TABLE temp."mz whole"')
end

--- Write what "mz todo" says; where a value must be unique and another row
-- keeps it, that row's cells are taken out of "mz todo".
function rewrite.run(db, info)
  local columns = columns_to_do(db)
  if #columns == 0 then return end
  local ok, err = pcall(update, db, info, columns)
  if ok then return end
  if type(err) ~= "table" or not tostring(err.message):find("^UNIQUE ") then
    error(err, 0)
  end
  rewrite_whole(db, info, columns)
end

return rewrite
