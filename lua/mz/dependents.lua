--- What depends on columns that are to be dropped; for the program's own Lua.

local create = part("mz.create")
local edit = part("mz.edit")

local dependents = {}

-- ---- in one table's own text ------------------------------------------------

--- Whether the token at i stands for a column of that name, where only the
-- columns of one table can stand.
local function is_column(list, i, lower)
  local token, before, after = list[i], list[i - 1], list[i + 1]
  if not token.name or token.kind == "string" then return false end
  if token.name:lower() ~= lower or create.is_keyword(token, before) then
    return false
  end
  if before and before.word == "COLLATE" then return false end
  if after and (after.text == "." or after.text == "(") then return false end
  local is_type = before and before.word == "AS" and after
    and (after.text == ")" or after.kind == "word")
  return not is_type
end

--- The first of the columns, by name in lower case, that the tokens name.
local function find_column(list, columns)
  for i, token in ipairs(list) do
    local lower = token.name and token.name:lower()
    if lower and columns[lower] and is_column(list, i, lower) then
      return columns[lower]
    end
  end
end

local function find_listed(list, columns)
  for _, name in ipairs(list) do
    if columns[name:lower()] then return columns[name:lower()] end
  end
end

local function one_line(text)
  return (text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

--- What of the table's own text names one of the columns, and take it out of
-- the text, so that the others can be tried without.
local function find_in_text(made, columns, add)
  for _, kind in ipairs { "primary key", "unique", "foreign key" } do
    for _, found in ipairs(edit.constraints(made, kind)) do
      local name = found.of_table and find_listed(found.columns, columns)
      if name then
        add(name, ("the %s (%s)"):format(kind:upper(),
          table.concat(found.columns, ", ")))
        edit.remove(made, found)
      end
    end
  end
  for _, kind in ipairs { "check", "generated" } do
    for _, found in ipairs(edit.constraints(made, kind)) do
      local name = find_column(found.part.tokens, columns)
      if name then edit.remove(made, found) end
      if name and kind == "check" then
        add(name, ("the CHECK (%s)"):format(one_line(found.part.expression)))
      elseif name then
        add(name, "the generated column " .. found.item.name)
      end
    end
  end
end

-- ---- indexes and references -------------------------------------------------

local indexes_sql = [[
SELECT name, sql FROM sqlite_schema
WHERE type = 'index' AND tbl_name = ? COLLATE NOCASE AND sql IS NOT NULL
ORDER BY rowid]]

--- The tokens behind ON and the table's name.
local function index_tokens(sql)
  local list = create.solid(sql)
  local at = 1
  while list[at] and list[at].text ~= "(" do at = at + 1 end
  return table.move(list, at, #list, 1, {})
end

local function find_indexes(db, info, columns, add)
  for name, sql in db:urows(indexes_sql, info.name) do
    local found = find_column(index_tokens(sql), columns)
    if found then add(found, "index " .. name, "indexes", name) end
  end
end

local keys_sql = [[
SELECT m.name AS child, f."from" AS source, coalesce(f."to", (
  SELECT x.name FROM pragma_table_xinfo(f."table") AS x
  WHERE x.pk = f.seq + 1)) AS target
FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f
WHERE m.type = 'table' AND f."table" = ?1 COLLATE NOCASE
ORDER BY m.rowid, f.id, f.seq]]

--- References of all tables; those of this one as its new text has them.
local function find_references(db, info, made, columns, add)
  for child, source, target in db:urows(keys_sql, info.name) do
    local found = columns[tostring(target):lower()]
    if found and child:lower() ~= info.name:lower() then
      add(found, ("the foreign key %s.%s, to be changed there first")
        :format(child, source))
    end
  end
  for _, own in ipairs(edit.constraints(made, "foreign key")) do
    if own.part.parent:lower() == info.name:lower() then
      local to = #own.part.target > 0 and own.part.target or info.key
      local found = find_listed(to, columns)
      if found then
        add(found, ("the foreign key %s.%s"):format(info.name,
          table.concat(own.columns, ", ")))
      end
    end
  end
end

local virtual_sql = [[
SELECT name, sql FROM sqlite_schema
WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%' ORDER BY rowid]]

--- Whether the text of a full-text index says content = the table.
local function reads_from(sql, table_name)
  local list = create.solid(sql)
  for i, token in ipairs(list) do
    local from = list[i + 2]
    if token.word == "CONTENT" and list[i + 1] and list[i + 1].text == "="
      and from and from.name
      and from.name:lower() == table_name:lower() then
      return true
    end
  end
  return false
end

--- The full-text index that reads one of the columns from the table, or nil,
-- and the column.
-- @param columns anything by their names in lower case
function dependents.fulltext(db, info, columns)
  for name, sql in db:urows(virtual_sql) do
    local is_on = reads_from(sql, info.name)
    for _, column in ipairs(is_on and db:columns(name) or {}) do
      if columns[column.name:lower()] then return name, column.name end
    end
  end
end

-- ---- views and triggers -----------------------------------------------------

local objects_sql = [[
SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema
WHERE type IN ('view', 'trigger') ORDER BY rowid]]

--- A text for each "name" in it that may be a column: with that one in a
-- quoting that never stands for a string.
local function variants(sql, columns)
  local texts = {}
  for _, token in ipairs(create.solid(sql)) do
    local is_meant = token.kind == "quoted" and token.text:sub(1, 1) == '"'
      and columns[token.name:lower()]
    if is_meant then
      texts[#texts + 1] = sql:sub(1, token.from - 1) .. "`" ..
        token.name:gsub("`", "``") .. "`" .. sql:sub(token.to + 1)
    end
  end
  return texts
end

local undone = {}

--- Call fn in a savepoint that is undone whatever happens.
-- @return whether it raised nothing, and what it raised
function dependents.try(db, fn)
  local ok, err = pcall(db.savepoint, db, function()
    fn()
    error(undone)
  end)
  if not ok and err ~= undone then return false, err end
  return true
end

local try = dependents.try

local function compiles(db, sql)
  return (pcall(db.row, db, "EXPLAIN " .. sql))
end

local function events_of(db, name)
  local set = {}
  for _, column in ipairs(db:columns(name)) do
    if not column.generated then
      set[#set + 1] = quote(column.name) .. " = " .. quote(column.name)
    end
  end
  name = quote(name)
  return { "DELETE FROM " .. name, "INSERT INTO " .. name ..
    " DEFAULT VALUES", "UPDATE " .. name .. " SET " ..
    table.concat(set, ", ") }
end

--- Which statements compile with the object made of this text.
local function probe(db, object, text)
  local result = {}
  try(db, function()
    if object.type == "view" then
      db:exec("DROP VIEW " .. quote(object.name))
      db:exec(text)
      result[1] = compiles(db, "SELECT * FROM " .. quote(object.name))
    else
      db:exec(text)
      for i, sql in ipairs(events_of(db, object.table)) do
        result[i] = compiles(db, sql)
      end
    end
  end)
  return result
end

--- Try the texts of each object; which objects do not compile is in broken.
local function probe_all(db, objects)
  local results = { broken = {} }
  for _, one in ipairs(broken()) do
    results.broken[one.type .. " " .. one.name] = true
  end
  for _, object in ipairs(objects.has_texts and objects or {}) do
    if object.type == "trigger" then
      db:exec("DROP TRIGGER IF EXISTS " .. quote(object.name))
    end
  end
  for i, object in ipairs(objects) do
    results[i] = {}
    for j, text in ipairs(object.texts) do
      results[i][j] = probe(db, object, text)
    end
  end
  return results
end

--- Whether the object compiled before in some way and does not after.
local function is_worse(before, after, object, i)
  local id = object.type .. " " .. object.name
  if after.broken[id] and not before.broken[id] then return true end
  for j, result in ipairs(before[i]) do
    for k = 1, 3 do
      if result[k] and not after[i][j][k] then return true end
    end
  end
  return false
end

--- The column of UPDATE OF, which SQLite does not look for.
local function find_update_of(object, info, columns)
  if object.type ~= "trigger"
    or object.table:lower() ~= info.name:lower() then
    return nil
  end
  local list, at = create.solid(object.sql), 1
  while list[at] and not (list[at].word == "UPDATE" and list[at + 1]
    and list[at + 1].word == "OF") do
    if list[at].word == "ON" then return nil end
    at = at + 1
  end
  at = at + 2
  while list[at] and list[at].word ~= "ON" do
    local name = list[at].name
    if name and columns[name:lower()] then return columns[name:lower()] end
    at = at + 1
  end
end

--- Call fn with legacy_alter_table on or off, and put it back.
function dependents.legacy(db, on, fn)
  local before = db:value("PRAGMA legacy_alter_table")
  db:exec("PRAGMA legacy_alter_table = " .. (on and 1 or 0))
  local ok, err = pcall(fn)
  db:exec("PRAGMA legacy_alter_table = " .. before)
  if not ok then error(err, 0) end
end

--- Put an empty table with the new columns in the table's place.
local function put_shell(db, info, sql)
  dependents.legacy(db, true, function()
    db:exec(("ALTER TABLE %s RENAME TO %s"):format(quote(info.name),
      quote("mz shell of " .. info.name)))
  end)
  db:exec(sql)
end

local function has_answer(changes, key, name)
  for given in pairs(key and changes[key] or {}) do
    if given:lower() == name:lower() then return true end
  end
  return false
end

local function read_objects(db, columns)
  local objects = {}
  for row in db:rows(objects_sql) do
    row.texts = variants(row.sql, columns)
    objects.has_texts = objects.has_texts or #row.texts > 0
    objects[#objects + 1] = row
  end
  return objects
end

--- Put the table's own triggers on the one that is in its place.
local function move_triggers(db, info, objects)
  for _, object in ipairs(objects) do
    if object.type == "trigger"
      and object.table:lower() == info.name:lower() then
      db:exec("DROP TRIGGER " .. quote(object.name))
      db:exec(object.sql)
    end
  end
end

--- Take away triggers that have an answer; return the other objects.
local function drop_answered(db, objects, changes)
  local others = { has_texts = objects.has_texts }
  for _, object in ipairs(objects) do
    if object.type == "trigger"
      and has_answer(changes, "triggers", object.name) then
      db:exec("DROP TRIGGER IF EXISTS " .. quote(object.name))
    else
      others[#others + 1] = object
    end
  end
  return others
end

local function find_compiled(db, info, sql, columns, first, changes, add)
  local all, objects, before, after = read_objects(db, columns)
  if #all == 0 then return end
  try(db, function()
    objects = drop_answered(db, all, changes)
    before = probe_all(db, objects)
  end)
  local ok, err = try(db, function()
    drop_answered(db, all, changes)
    put_shell(db, info, sql)
    move_triggers(db, info, objects)
    after = probe_all(db, objects)
  end)
  if not ok then error(err, 0) end
  local rowids = {} -- without the column, its name means the rowid
  for _, name in ipairs { "rowid", "_rowid_", "oid" } do
    rowids[name] = columns[name]
  end
  for i, object in ipairs(objects) do
    local found = find_update_of(object, info, columns)
      or find_column(create.solid(object.sql), rowids)
    if not found and is_worse(before, after, object, i) then
      found = find_column(create.solid(object.sql), columns) or first
    end
    if found then
      add(found, object.type .. " " .. object.name, object.type .. "s",
        object.name)
    end
  end
end

--- Raise where anything depends on a column that is dropped, and the changes
-- do not say what becomes of it.
-- @param made the new text of the table, read
-- @param dropped names of columns
function dependents.check(db, info, made, dropped, changes)
  local columns, list, wanted = {}, {}, {}
  for _, name in ipairs(dropped) do columns[name:lower()] = name end
  local function add(column, text, key, name)
    if has_answer(changes, key, name or "") then return end
    list[#list + 1] = text
    wanted[column] = true
  end
  find_references(db, info, made, columns, add)
  local fulltext, column = dependents.fulltext(db, info, columns)
  if fulltext then
    add(columns[column:lower()], "the full-text index " .. fulltext ..
      ", to be dropped first")
  end
  find_in_text(made, columns, add)
  find_indexes(db, info, columns, add)
  local sql = edit.text(made)
  if try(db, function() put_shell(db, info, sql) end) then
    find_compiled(db, info, sql, columns, dropped[1], changes, add)
  end
  if #list == 0 then return end
  local of = {}
  for _, name in ipairs(dropped) do
    if wanted[name] then of[#of + 1] = info.name .. "." .. name end
  end
  misuse(("%s cannot be dropped, for there %s: %s; say in this call what "
    .. "becomes of each"):format(table.concat(of, ", "),
    #list == 1 and "is" or "are", table.concat(list, ", ")))
end

return dependents
