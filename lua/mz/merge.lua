--- Rows that are there more than once: methods of db that are written in Lua.

local groups = part("mz.groups")
local names = part("mz.names")
local references = part("mz.references")
local repoint = part("mz.repoint")

local fill = groups.fill

local ROWS = '"db:merge rows"' -- a temporary table of the rows in groups
local KEYS = repoint.KEYS

local known_duplicates = { "by" }
local known = { "by", "keep", "key", "merge", "on_conflict", "references" }

-- ---- duplicates -------------------------------------------------------------

local duplicates_sql = [[
SELECT d.g, d.size, {columns}
FROM ({same}) AS d JOIN {table} AS t ON {same_row} ORDER BY d.g, d.place]]

local function add_row(list, last, key, columns, g, size, ...)
  local group = list[#list]
  if g ~= last then
    group = { values = {}, count = size, keys = {} }
    list[#list + 1] = group
    for i, name in ipairs(columns) do
      group.values[name] = select(#key + i, ...)
    end
  end
  local value = (...)
  if #key > 1 then
    value = {}
    for i, name in ipairs(key) do value[name] = select(i, ...) end
  elseif value == nil then
    value = mz.null
  end
  group.keys[#group.keys + 1] = value
  return g
end

local function find_duplicates(db, info, columns, by)
  local key = #info.key > 0 and info.key or { "rowid" }
  local shown = #info.key > 0 and names.quote_all(info.key) or info.id
  local same, params = groups.sql(db, info, columns, by)
  local sql = fill(duplicates_sql, {
    columns = names.each(shown, "t.%%") .. ", "
      .. names.each(names.quote_all(columns), "t.%%"),
    same = same,
    table = quote(info.name),
    same_row = names.each(info.id, "t.%% = d.id%#", " AND "),
  })
  local list, last = {}, nil
  local next_row = params and db:urows(sql, params) or db:urows(sql)
  local function step(g, ...)
    if g == nil then return false end
    last = add_row(list, last, key, columns, g, ...)
    return true
  end
  while step(next_row()) do end -- the number of columns is not known here
  return list
end

-- ---- which rows stay --------------------------------------------------------

local groups_sql = [[
SELECT d.g AS "mz group", {ids}, t.*
FROM {ROWS} AS d JOIN {table} AS t ON {same_row} ORDER BY d.g, d.place]]

--- Call fn(g, rows, ids) for each group of rows; ids has their keys.
local function each_group(db, info, fn)
  local sql = fill(groups_sql, {
    ids = names.each(info.id, 'd.id%# AS "mz id%#"'),
    ROWS = ROWS,
    table = quote(info.name),
    same_row = names.each(info.id, "t.%% = d.id%#", " AND "),
  })
  local g, rows, ids
  for row in db:rows(sql) do
    if row["mz group"] ~= g then
      if g then fn(g, rows, ids) end
      g, rows, ids = row["mz group"], {}, {}
    end
    local id = {}
    row["mz group"] = nil
    for i in ipairs(info.id) do
      id[i], row["mz id" .. i] = row["mz id" .. i], nil
    end
    rows[#rows + 1], ids[#ids + 1] = row, id
  end
  if g then fn(g, rows, ids) end
end

local function choose(keep, rows)
  if keep == nil or keep == "first" then return 1 end
  if keep == "last" then return #rows end
  local chosen = keep(rows)
  for i, row in ipairs(rows) do
    if chosen == i or rawequal(chosen, row) then return i end
  end
  misuse(("keep must return one of the %d rows or its place among them, not %s")
    :format(#rows, tostring(chosen)))
end

--- Raise where a merged row would change what other rows refer to.
local function check_change(info, fixed, kept, name, value)
  local column = names.column(info, name, "merge: ")
  if value == mz.null then value = nil end
  if fixed[column] and value ~= kept[column] then
    misuse(("merge may not change %s.%s, by which rows are found")
      :format(info.name, column))
  end
  return column
end

--- What merge makes of the kept row, dropping the others; nil for nothing.
local function combine(info, fixed, merge, rows, place)
  local kept, changes = rows[place], {}
  for i, row in ipairs(rows) do
    local changed = i ~= place and merge(kept, row) or {}
    if type(changed) ~= "table" then
      misuse("merge must return a table of changed columns or nil, not a " ..
        type(changed))
    end
    for name, value in pairs(changed) do
      local column = check_change(info, fixed, kept, name, value)
      changes[column] = value
      if value == mz.null then value = nil end
      kept[column] = value
    end
  end
  return next(changes) and changes
end

--- Ask keep and merge about each group.
-- @return a JSON array of {group, place of the row to keep}; a list of {id,
--   changes} of the kept rows
local function ask(db, info, fixed, options)
  local places, changed = {}, {}
  each_group(db, info, function(g, rows, ids)
    local place = choose(options.keep, rows)
    places[#places + 1] = ("[%d,%d]"):format(g, place)
    local changes = options.merge
      and combine(info, fixed, options.merge, rows, place)
    if changes then
      changed[#changed + 1] = { id = ids[place], changes = changes }
    end
  end)
  return "[" .. table.concat(places, ",") .. "]", changed
end

local keys_sql = [[
CREATE TEMP TABLE {KEYS} AS
WITH kept(g, place) AS MATERIALIZED ({kept})
SELECT {old}, {new} FROM {ROWS} AS o JOIN kept USING (g)
JOIN {ROWS} AS n ON n.g = o.g AND n.place = kept.place
WHERE o.place <> kept.place]]

local asked = [[
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]')
FROM json_each(?)]]

--- Make the two tables.
-- @return what merge changed
local function make_tables(db, info, columns, fixed, options)
  local same, params = groups.sql(db, info, columns, options.by)
  local sql = ("CREATE TEMP TABLE %s AS %s"):format(ROWS, same)
  local places, changed
  -- What keep or merge left where it ended the migration by mz.skip.
  db:exec(("DROP TABLE IF EXISTS temp.%s; DROP TABLE IF EXISTS temp.%s")
    :format(KEYS, ROWS))
  if params then db:exec(sql, params) else db:exec(sql) end
  db:exec(('CREATE INDEX temp."db:merge places" ON %s (g, place)'):format(ROWS))
  local values = {
    KEYS = KEYS, ROWS = ROWS,
    old = names.each(info.id, "o.id%# AS old%#"),
    new = names.each(info.id, "n.id%# AS new%#"),
  }
  if type(options.keep) == "function" or options.merge then
    places, changed = ask(db, info, fixed, options)
    values.kept = asked
    db:exec(fill(keys_sql, values), places)
  else
    values.kept = ("SELECT DISTINCT g, %s FROM %s"):format(
      options.keep == "last" and "size" or "1", ROWS)
    db:exec(fill(keys_sql, values))
  end
  db:exec(('CREATE INDEX temp."db:merge old" ON %s (%s)'):format(KEYS,
    names.each(info.id, "old%#")))
  return changed or {}
end

-- ---- merge ------------------------------------------------------------------

local function count_rows(db, list)
  local counts = {}
  for _, reference in ipairs(list) do
    local name = reference.child.name
    if not reference.is_self and not counts[name] then
      counts[name] = db:value("SELECT count(*) FROM " .. quote(name))
    end
  end
  return counts
end

--- Delete the rows that go; nothing else may go with them.
local function delete(db, info, list)
  local before = count_rows(db, list)
  local wanted = db:value("SELECT count(*) FROM " .. KEYS)
  local rows = ("FROM %s WHERE (%s) IN (SELECT %s FROM %s)"):format(
    quote(info.name), names.each(info.id, "%%"),
    names.each(info.id, "old%#"), KEYS)
  db:exec("DELETE " .. rows)
  local after = count_rows(db, list)
  for name, count in pairs(before) do
    if after[name] ~= count then
      misuse(("deleting from %s took %d rows of %s with it"):format(info.name,
        count - after[name], name))
    end
  end
  local left = db:value("SELECT count(*) " .. rows) -- a cascade deletes too
  if left > 0 then
    misuse(("%d of %d rows of %s could not be deleted"):format(left, wanted,
      info.name))
  end
  return wanted
end

local function change(db, info, changed)
  local id = names.each(info.id, "%% = ?", " AND ")
  for _, one in ipairs(changed) do
    local set, values = {}, {}
    for name, value in pairs(one.changes) do
      set[#set + 1] = quote(name) .. " = ?"
      values[#values + 1] = value
    end
    table.move(one.id, 1, #one.id, #values + 1, values)
    db:exec(("UPDATE %s SET %s WHERE %s"):format(quote(info.name),
      table.concat(set, ", "), id), table.unpack(values))
  end
end

--- The columns by which rows of the table are found.
local function find_fixed(info, list)
  local fixed = {}
  for _, name in ipairs(info.key) do fixed[name] = true end
  for _, reference in ipairs(list) do
    for _, name in ipairs(reference.to) do fixed[name] = true end
  end
  return fixed
end

local function merge(db, info, columns, list, options, on_conflict)
  local result = { repointed = {}, dropped = {} }
  local changed =
    make_tables(db, info, columns, find_fixed(info, list), options)
  result.groups = db:value("SELECT count(DISTINCT g) FROM " .. ROWS)
  for _, reference in ipairs(list) do
    repoint.reference(db, info, reference, on_conflict, result)
  end
  result.deleted = delete(db, info, list)
  change(db, info, changed)
  db:exec(("DROP TABLE %s; DROP TABLE %s"):format(KEYS, ROWS))
  return result
end

local function check_options(options)
  local keep = options.keep
  names.check(options, known, "db:merge")
  groups.check_by(options.by)
  if keep ~= nil and keep ~= "first" and keep ~= "last"
    and type(keep) ~= "function" then
    misuse('keep must be "first", "last" or a function, not ' .. tostring(keep))
  end
  if options.merge ~= nil and type(options.merge) ~= "function" then
    misuse("merge must be a function, not a " .. type(options.merge))
  end
end

--- What to do by table in lower case.
local function read_on_conflict(given, list)
  local children, is_child, lower = {}, {}, {}
  for i, reference in ipairs(list) do
    children[i] = reference.child.name
    is_child[children[i]:lower()] = true
  end
  if given ~= nil and type(given) ~= "table" then
    misuse('on_conflict must be a table such as { child = "delete" }, not a '
      .. type(given))
  end
  for name, action in pairs(given or {}) do
    name = tostring(name)
    if not is_child[name:lower()] then
      misuse(("on_conflict: no table %s refers to the merged one%s")
        :format(name, meant(name, children)))
    elseif action ~= "delete" then
      misuse(('on_conflict: %s must be "delete", not %s'):format(name,
        tostring(action)))
    end
    lower[name:lower()] = action
  end
  return lower
end

return function(methods)
  --- The groups of rows that are the same in these columns.
  -- @param table name
  -- @param columns name or list of names
  -- @param options {by = function of their values}
  -- @return array of {values, count, keys}
  function methods.duplicates(db, table, columns, options)
    options = options or {}
    names.check(options, known_duplicates, "db:duplicates")
    groups.check_by(options.by)
    local info = names.table(db, table)
    columns = names.columns(info, columns, "columns")
    return find_duplicates(db, info, columns, options.by)
  end

  --- Make one row of each group of rows that are the same.
  -- @param table name
  -- @param options {key = columns, by, keep, merge, references, on_conflict}
  -- @return {groups, deleted, repointed, dropped}
  function methods.merge(db, table, options)
    if type(options) ~= "table" then
      misuse("db:merge takes a table with a key, not a " .. type(options))
    end
    check_options(options)
    local info = names.table(db, table)
    local columns = names.columns(info, options.key, "key")
    local list = references.find(db, info, options.references)
    local on_conflict = read_on_conflict(options.on_conflict, list)
    return db:savepoint(function()
      return merge(db, info, columns, list, options, on_conflict)
    end)
  end
end
