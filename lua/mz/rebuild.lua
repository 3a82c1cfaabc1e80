--- A table made anew around its rows; for the program's own Lua.
-- By the order of https://www.sqlite.org/lang_altertable.html#otheralter:
-- create the new one, copy, drop the old one, rename the new one.

local attached = part("mz.attached")
local create = part("mz.create")
local faults = part("mz.faults")
local fill = part("mz.fill")
local names = part("mz.names")

local rebuild = {}

local kind_sql = [[
SELECT type, wr FROM pragma_table_list
WHERE schema = 'main' AND name = ? COLLATE NOCASE]]

--- Raise where the table is one that cannot be changed, naming what it is.
-- @param what the method, for messages
function rebuild.check_table(db, name, what)
  if type(name) ~= "string" then
    misuse(what .. " takes the name of a table, not a " .. type(name))
  end
  local lower = name:lower()
  local kind = db:row(kind_sql, name)
  if not kind then
    misuse(("no such table: %s%s"):format(name, meant(name, db:tables())))
  end
  local reason = kind.type ~= "table"
      and ("%s is a %s%s"):format(name, kind.type,
        kind.type == "view" and "" or " table")
    or (lower:find("^sqlite_") and name .. " is SQLite's own")
    or ((lower:find("^mzlua_") or lower == "schema_migrations")
      and name .. " is the program's own")
  if reason then misuse(("%s: %s cannot change it"):format(reason, what)) end
end

local children_sql = [[
SELECT DISTINCT m.name FROM sqlite_schema AS m,
  pragma_foreign_key_list(m.name) AS f
WHERE m.type = 'table' AND f."table" = ? COLLATE NOCASE ORDER BY 1 LIMIT 1]]

--- The first table that refers to the table, or nil.
function rebuild.child(db, info) return db:value(children_sql, info.name) end

--- With enforcement, DROP TABLE deletes the rows, and what refers to them.
local function check_enforcement(db, info)
  if db:value("PRAGMA foreign_keys") ~= 1 then return end
  local child = rebuild.child(db, info)
  if child then
    misuse(("%s cannot be made anew while foreign keys are enforced: its rows "
      .. "would be dropped, and %s refers to them; remove foreign_keys = true, "
      .. "as keys are checked before the commit anyway")
      :format(info.name, child))
  end
end

-- ---- what to copy -----------------------------------------------------------

local function set_of(list)
  local set = {}
  for _, name in ipairs(list) do set[name:lower()] = true end
  return set
end

--- The name of the rowid that no column of the list hides, or nil.
function rebuild.free_rowid(columns)
  local hidden = set_of(columns)
  for _, name in ipairs { "rowid", "_rowid_", "oid" } do
    if not hidden[name] then return name end
  end
end

--- The column's constraint of that kind, or nil.
local function part_of(item, kind)
  for _, found in ipairs(item.parts) do
    if found.kind == kind then return found end
  end
end

--- The columns of the new table that get a value, and all of them.
local function new_columns(made)
  local stored, all = {}, {}
  for _, item in ipairs(made.items) do
    if item.kind == "column" then
      all[#all + 1] = item.name
      if not part_of(item, "generated") then
        stored[#stored + 1] = item.name
      end
    end
  end
  return stored, all
end

--- The columns of the primary key, and the constraint that says so.
local function primary_key(made)
  for _, item in ipairs(made.items) do
    if item.kind == "primary key" then return item.columns, item end
    local found = item.kind == "column" and part_of(item, "primary key")
    if found then return { item.name }, found end
  end
  return {}
end

--- The column that is another name of the rowid, or nil.
local function rowid_alias(made)
  local key, constraint = primary_key(made)
  if made.options.without_rowid or #key ~= 1 or constraint.desc then
    return nil
  end
  for _, item in ipairs(made.items) do
    local is_key = item.kind == "column"
      and item.name:lower() == key[1]:lower()
    local type = is_key and item.type
      and made.sql:sub(item.type.from, item.type.to)
    if type and type:upper() == "INTEGER" then return item.name end
  end
end

local function parse(sql, what)
  return create.parse(sql, function(text)
    misuse(("%s cannot be read at %s"):format(what, text))
  end)
end

--- Add the rowid to the copy, unless a column is another name of it.
local function add_rowid(old, made, all, into, from)
  if old.without_rowid or made.options.without_rowid
    or rowid_alias(made) then
    return
  end
  local of_old, of_new = rebuild.free_rowid(old.columns),
    rebuild.free_rowid(all)
  if old.alias then of_old = quote(old.alias) end
  if not of_old or not of_new then
    misuse(("%s has columns that are called rowid, _rowid_ and oid, so that "
      .. "its rowids cannot be kept: give it an INTEGER PRIMARY KEY")
      :format(old.name))
  end
  table.insert(into, 1, of_new)
  table.insert(from, 1, of_old)
end

--- Raise for a column whose values would be lost without a word.
local function check_lost(old, spec, stored)
  local kept, declared = set_of(stored), set_of(spec.drop or {})
  for _, column in ipairs(old.columns) do
    local lower = column:lower()
    if not old.is_generated[lower] and not kept[lower]
      and not declared[lower] and not (spec.uses or {})[lower] then
      misuse(("%s.%s is not in the new table: list it in drop, or say in copy "
        .. "where its values go"):format(old.name, column))
    end
  end
end

local function copy_of(spec, column)
  for name, value in pairs(spec.copy or {}) do
    if name:lower() == column:lower() then return value end
  end
end

--- The columns that both tables have, whose values may become others.
local function kept_columns(old, made)
  local list = {}
  for _, column in ipairs((new_columns(made))) do
    local name = old.of_lower[column:lower()]
    if name and not old.is_generated[name:lower()] then
      list[#list + 1] = name
    end
  end
  return list
end

--- The columns that are written and the expressions that are read.
local function plan_copy(old, made, spec, scope)
  local stored, all = new_columns(made)
  local into, from, has = {}, {}, set_of(old.columns)
  check_lost(old, spec, stored)
  for _, column in ipairs(stored) do
    local given = copy_of(spec, column)
    if given ~= nil then
      into[#into + 1] = quote(column)
      from[#from + 1] = fill.sql(scope, column, given)
    elseif has[column:lower()] then
      into[#into + 1], from[#from + 1] = quote(column), quote(column)
    end
  end
  add_rowid(old, made, all, into, from)
  return table.concat(into, ", "), table.concat(from, ", ")
end

-- ---- the plan ---------------------------------------------------------------

local taken_sql = [[
SELECT count(*) FROM (SELECT name FROM sqlite_schema
  UNION ALL SELECT name FROM sqlite_temp_schema)
WHERE name = ? COLLATE NOCASE]]

--- A name that nothing has.
local function free_name(db, name)
  local found, number = name .. "_new", 1
  while db:value(taken_sql, found) > 0 do
    number = number + 1
    found = ("%s_new%d"):format(name, number)
  end
  return found
end

--- The column by which rowids are read: the primary key of one column that no
-- index has; nil where there is none.
local function find_alias(db, info)
  if info.without_rowid or #info.key ~= 1 then return nil end
  local indexed = db:value("SELECT count(*) FROM pragma_index_list(?) "
    .. "WHERE origin = 'pk'", info.name)
  return indexed == 0 and info.key[1] or nil
end

--- What is to be known of the table as it is.
function rebuild.describe(db, name)
  local info = names.table(db, name)
  info.name = db:value("SELECT name FROM sqlite_schema WHERE type = 'table' "
    .. "AND name = ? COLLATE NOCASE", name)
  info.without_rowid = db:row(kind_sql, name).wr == 1
  info.is_generated = {}
  for _, column in ipairs(db:columns(name)) do
    info.is_generated[column.name:lower()] = column.generated or nil
  end
  info.sql = db:value("SELECT sql FROM sqlite_schema WHERE type = 'table' "
    .. "AND name = ? COLLATE NOCASE", name)
  info.alias = find_alias(db, info)
  if info.alias then info.id = { quote(info.alias) } end
  return info
end

--- The CREATE TABLE under another name, which stands before the parenthesis.
local function named(made, name)
  local list = create.solid(made.head)
  local token = list[#list - 1]
  return made.sql:sub(1, token.from - 1) .. quote(name)
    .. made.sql:sub(token.to + 1)
end

local function append(list, more)
  table.move(more, 1, #more, #list + 1, list)
end

--- The statements that make a table anew; changes nothing.
-- @param old of rebuild.describe
-- @param spec {create = the new CREATE TABLE, copy = fills by new column, drop
--   = names whose loss is declared, uses = set of names in lower case that copy
--   reads, indexes, triggers = SQL or false by name}
-- @return {steps = array of SQL, copy = the place of the copy in it, into,
--   from, new = the name while it is made}
function rebuild.plan(db, old, spec)
  local made = parse(spec.create, "the new CREATE TABLE of " .. old.name)
  if made.name:lower() ~= old.name:lower() then
    misuse(("the CREATE TABLE is of %s, not of %s"):format(made.name, old.name))
  end
  check_enforcement(db, old)
  local scope = fill.open(db, old)
  local plan = { new = free_name(db, old.name), made = made, old = old }
  plan.into, plan.from = plan_copy(old, made, spec, scope)
  plan.kept = kept_columns(old, made)
  local objects = attached.read(db, old.name)
  local steps = scope.before
  steps[#steps + 1] = named(made, plan.new)
  plan.copy = #steps + 1
  steps[plan.copy] = ("INSERT OR ABORT INTO %s (%s) SELECT %s FROM %s"):format(
    quote(plan.new), plan.into, plan.from, quote(old.name))
  local _, key = primary_key(made)
  local after = attached.sequence(db, old, key)
  append(after, attached.settle(objects.index, spec.indexes, "index"))
  append(after, attached.statistics(db, old))
  append(after, attached.settle(objects.trigger, spec.triggers, "trigger"))
  steps[#steps + 1] = "DROP TABLE " .. quote(old.name)
  steps[#steps + 1] = "PRAGMA legacy_alter_table = ON"
  steps[#steps + 1] = ("ALTER TABLE %s RENAME TO %s"):format(quote(plan.new),
    quote(old.name))
  if db:value("PRAGMA legacy_alter_table") == 0 then
    steps[#steps + 1] = "PRAGMA legacy_alter_table = OFF"
  end
  append(steps, after)
  append(steps, scope.after)
  plan.steps = steps
  return plan
end

-- ---- running it -------------------------------------------------------------

--- Raise where views or triggers no longer compile that did before.
local function check_broken(before, name)
  local known, lines = {}, {}
  for _, object in ipairs(before) do
    known[object.type .. object.name] = true
  end
  for _, object in ipairs(broken()) do
    if not known[object.type .. object.name] then
      lines[#lines + 1] = ("%s %s (%s)"):format(object.type, object.name,
        object.message)
    end
  end
  if #lines > 0 then
    misuse(("%s would no longer compile after this change of %s; say in views "
      .. "or triggers what becomes of it"):format(table.concat(lines, ", "),
      name))
  end
end

--- Take the steps of a plan.
-- @return rows copied
function rebuild.run(db, plan)
  local rows = 0
  for i, step in ipairs(plan.steps) do
    if i == plan.copy then
      local ok, result = pcall(db.exec, db, step)
      if not ok then faults.explain(db, plan, result) end
      rows = result
    else
      db:exec(step)
    end
  end
  return rows
end

--- Run what fn does in a savepoint, after which the schema must be as sound
-- as before, and legacy_alter_table as it was, also after an error.
-- @return what fn returns
function rebuild.guarded(db, name, fn)
  local legacy = db:value("PRAGMA legacy_alter_table")
  local before = broken()
  local ok, result = pcall(db.savepoint, db, function()
    local made = fn()
    check_broken(before, name)
    return made
  end)
  if db:value("PRAGMA legacy_alter_table") ~= legacy then
    db:exec("PRAGMA legacy_alter_table = " .. legacy)
  end
  if not ok then error(result, 0) end
  return result
end

return rebuild
