--- Changing a table: methods of db in Lua.

local around = part("mz.around")
local breaches = part("mz.breaches")
local changes = part("mz.columns")
local create = part("mz.create")
local dependents = part("mz.dependents")
local names = part("mz.names")
local rebuild = part("mz.rebuild")
local remember = part("mz.remember")
local saved = part("mz.saved")

-- In this order, so that what is added can be named by the others.
local order = { "add", "type", "null", "not_null", "default", "collate",
  "unique", "check", "foreign_key", "primary_key", "order", "drop", "strict",
  "without_rowid" }

-- ---- the table --------------------------------------------------------------

local stored_sql = [[
SELECT l.name, l.type, s.sql FROM pragma_table_list AS l
JOIN sqlite_schema AS s ON s.name = l.name COLLATE NOCASE
WHERE l.schema = 'main' AND l.name = ? COLLATE NOCASE
AND s.type IN ('table', 'view')]]

local function is_reserved(name)
  local lower = name:lower()
  return lower:find("^sqlite_") or lower:find("^mzlua_")
    or lower == "schema_migrations"
end

--- What is stored of a table that can be changed.
local function find_table(db, name)
  if type(name) ~= "string" then
    misuse("a table's name must be a string, not a " .. type(name))
  end
  if is_reserved(name) then
    changes.raise("%s belongs to %s", name,
      name:lower():find("^sqlite_") and "SQLite" or "mzlua")
  end
  local stored = db:row(stored_sql, name)
  if not stored then
    if db:has_table(name) or db:value("SELECT count(*) FROM temp.sqlite_schema "
      .. "WHERE name = ? COLLATE NOCASE", name) > 0 then
      changes.raise("%s is not a table of the database file", name)
    end
    misuse("no such table: " .. name .. meant(name, db:tables()))
  elseif stored.type ~= "table" then
    changes.raise("%s is a %s, not a table of its own", stored.name,
      stored.type == "view" and "view" or stored.type .. " table")
  end
  return stored
end

--- Read the table's text, and make sure that it was understood.
local function read(db, stored)
  local function refuse(at)
    changes.raise("the CREATE TABLE of %s cannot be read at %s: use db:rebuild",
      stored.name, at)
  end
  local made, seen = create.parse(stored.sql, refuse), {}
  for _, item in ipairs(made.items) do
    if item.kind == "column" then seen[#seen + 1] = item.name end
  end
  for i, column in ipairs(db:columns(stored.name)) do
    if seen[i] ~= column.name then refuse(column.name) end
  end
  return made
end

-- ---- the changes ------------------------------------------------------------

local state_of = {}
state_of.__index = state_of

function state_of:rebuild() self.needs_rebuild = true end

local function number_of(version)
  local major, minor = version:match("^(%d+)%.?(%d*)")
  return major * 1000 + (tonumber(minor) or 0)
end

local function has_comment(sql)
  for _, token in ipairs(tokens(sql)) do
    if token.kind == "comment" then return true end
  end
  return false
end

--- Note an ALTER TABLE that SQLite has from a version on; without it the table
-- is rebuilt. SQLite would put a comment where it hides what follows.
function state_of:alter(since, format, ...)
  local sql = format:format(...)
  if number_of(self.version) < number_of(since) or has_comment(sql) then
    return self:rebuild()
  end
  self.native[#self.native + 1] =
    ("ALTER TABLE %s %s"):format(quote(self.info.name), sql)
end

function state_of:check(kind, value)
  self.checks[#self.checks + 1] = { kind = kind, value = value }
end

local function objects_of(db, type)
  local list = {}
  for name in db:urows("SELECT name FROM sqlite_schema WHERE type = ? "
    .. "AND sql IS NOT NULL", type) do
    list[#list + 1] = name
  end
  return list
end

--- The answers for indexes, triggers or views, by their names as stored.
local function read_answers(db, given, key)
  if given == nil then return nil end
  if type(given) ~= "table" then
    changes.raise("%s must be a table, not a %s", key, type(given))
  end
  local kind = key == "indexes" and "index" or key:sub(1, -2)
  local known, of_lower, answers = objects_of(db, kind), {}, {}
  for _, name in ipairs(known) do of_lower[name:lower()] = name end
  for name, answer in pairs(given) do
    local stored = of_lower[tostring(name):lower()]
    if not stored then
      changes.raise("%s: there is no %s %s%s", key, kind, tostring(name),
        meant(tostring(name), known))
    elseif answer ~= false and type(answer) ~= "string" then
      changes.raise("%s.%s must be false, to drop it, or a CREATE %s", key,
        name, kind:upper())
    end
    answers[stored] = answer
  end
  return answers
end

-- ---- renaming ---------------------------------------------------------------

--- Do what SQLite renames itself; every view and trigger has to compile.
local function rename(run, sql)
  local ok, err
  dependents.legacy(run.db, false, function()
    ok, err = pcall(run.exec, run, sql)
  end)
  if ok then return end
  local message = type(err) == "table" and err.message or tostring(err)
  local kind, name, why = message:match("error in (%a+) (.-): (.*)$")
  if not kind then error(err, 0) end
  local before = name:match("^(.*) after rename$")
  if before and kind == "table" then
    changes.raise("SQLite cannot rename this column of %s (%s): use db:rebuild",
      before, why)
  end
  if before then
    changes.raise("after the rename %s %s would not compile (%s): say in "
      .. "%ss what becomes of it", kind, before, why, kind)
  end
  changes.raise("SQLite renames only where all views and triggers compile, but "
    .. "%s %s does not (%s): mend or drop it first", kind, name, why)
end

local function read_renames(info, given)
  local list, renamed, taken = {}, {}, {}
  if type(given) ~= "table" then
    changes.raise("rename must be a table such as { old = 'new' }, not a %s",
      type(given))
  end
  for _, old in ipairs(changes.sorted(given)) do
    local new = given[old]
    if type(new) ~= "string" or new == "" then
      changes.raise("rename.%s must be a name", tostring(old))
    end
    local name = names.column(info, old, "db:transform: rename: ")
    list[#list + 1] = { old = name, new = new }
    if renamed[name:lower()] then
      changes.raise("rename: %s is named twice", name)
    elseif taken[new:lower()] then
      changes.raise("rename: two columns would be called %s", new)
    end
    renamed[name:lower()], taken[new:lower()] = new, true
  end
  for _, one in ipairs(list) do
    local other = info.of_lower[one.new:lower()]
    if other and not renamed[other:lower()] then
      changes.raise("rename: %s has a column %s already", info.name, other)
    end
  end
  return list, renamed
end

--- Rename columns; those whose new name another one still has, by way of a
-- name that none has.
local function rename_columns(run, info, given)
  local list, renamed = read_renames(info, given)
  local fulltext = dependents.fulltext(run.db, info, renamed)
  if fulltext then
    changes.raise("rename: %s reads its text from %s by the names of columns: "
      .. "drop it before and make it anew after", fulltext, info.name)
  end
  local format = ("ALTER TABLE %s RENAME COLUMN %%s TO %%s")
    :format(quote(info.name):gsub("%%", "%%%%"))
  local last = {}
  for i, one in ipairs(list) do
    local other = info.of_lower[one.new:lower()]
    if other and other ~= one.old then
      local between = "mz_renamed_" .. i
      while info.of_lower[between] do between = between .. "_" end
      rename(run, format:format(quote(one.old), quote(between)))
      last[#last + 1] = { old = between, new = one.new }
      one.old = one.new
    end
  end
  table.move(last, 1, #last, #list + 1, list)
  for _, one in ipairs(list) do
    if one.old ~= one.new then
      rename(run, format:format(quote(one.old), quote(one.new)))
    end
  end
  for _, one in ipairs(list) do renamed[one.new:lower()] = nil end
  return renamed
end

local function rename_table(run, stored, name)
  if type(name) ~= "string" or name == "" then
    changes.raise("rename_to must be a name")
  elseif is_reserved(name) then
    changes.raise("rename_to: the name %s is reserved", name)
  end
  rename(run, ("ALTER TABLE %s RENAME TO %s"):format(quote(stored.name),
    quote(name)))
  saved.rename_table(run.db, stored.name, name)
  if run.is_real then remember.rename(stored.name, name) end
end

-- ---- doing it ---------------------------------------------------------------

--- Rebuild the table, or alter it where that is all.
local function take_steps(run, state, own_triggers)
  if not state.needs_rebuild then
    for _, sql in ipairs(state.native) do run:exec(sql) end
    return 0
  end
  return run:rebuild(rebuild.plan(run.db,
    rebuild.describe(run.db, state.info.name), {
      create = state.new.sql, copy = state.copy, drop = state.drop_list,
      indexes = state.changes.indexes, triggers = own_triggers }))
end

local function prepare(run, stored, given, renamed, own_triggers)
  local db = run.db
  local state = setmetatable({ db = db, info = names.table(db, stored.name),
    made = read(db, stored), changes = given, renamed = renamed, copy = {},
    drop_list = {}, dropped = {}, native = {},
    checks = {}, version = db:value("SELECT sqlite_version()") }, state_of)
  changes.note_drops(state, given.drop)
  for _, key in ipairs(order) do
    if given[key] ~= nil then changes[key](state, given[key]) end
  end
  if next(own_triggers) or next(given.indexes or {}) then state:rebuild() end
  changes.finish(state)
  if #state.drop_list > 0 then
    dependents.check(db, state.info, state.new, state.drop_list, given)
  end
  breaches.check(state)
  return state
end

local function lower_keys(map)
  local lower = {}
  for key, value in pairs(map) do lower[key:lower()] = value end
  return lower
end

--- The columns whose values the changes may make others.
local function changed_by(state)
  local list, is_listed = {}, {}
  for _, map in ipairs { state.copy, state.changes.type or {} } do
    for name in pairs(map) do
      local column = state.info.of_lower[name:lower()]
      if column and not is_listed[column] then
        list[#list + 1], is_listed[column] = column, true
      end
    end
  end
  return list
end

local function transform(run, table_name, given)
  local db = run.db
  local stored = find_table(db, table_name)
  local own = {}
  for key, value in pairs(given) do own[key] = value end
  given = own
  for _, key in ipairs { "indexes", "triggers", "views" } do
    given[key] = read_answers(db, given[key], key)
  end
  local later, own_triggers =
    around.before(run, stored.name, given, changes.sorted)
  local renamed = {}
  if given.rename ~= nil then
    renamed = rename_columns(run, names.table(db, stored.name), given.rename)
    saved.rename_columns(db, stored.name, lower_keys(given.rename))
    stored = find_table(db, table_name)
  end
  local state = prepare(run, stored, given, renamed, own_triggers)
  local resume = run.is_real
    and remember.suspend(db, stored.name, state.drop_list, changed_by(state))
  local rows = take_steps(run, state, own_triggers)
  if resume then resume() end
  around.after(run, later, changes.sorted)
  if given.rename_to ~= nil then rename_table(run, stored, given.rename_to) end
  return rows
end

return function(methods)
  --- Change a table: its columns, constraints and names.
  -- @param name of the table
  -- @param given the changes, as of mz.TransformChanges
  -- @return rows copied; 0 where ALTER TABLE alone did it
  function methods.transform(db, name, given)
    names.check(given, changes.known, "db:transform")
    local run = { db = db, is_real = true }
    function run.exec(_, sql) db:exec(sql) end
    function run.rebuild(_, plan) return rebuild.run(db, plan) end
    return rebuild.guarded(db, name, function()
      return transform(run, name, given)
    end)
  end

  --- What db:transform would run, without doing it.
  -- @return array of SQL
  function methods.transform_sql(db, name, given)
    names.check(given, changes.known, "db:transform_sql")
    local list = {}
    local run = { db = db }
    function run.exec(_, sql)
      list[#list + 1] = sql
      db:exec(sql)
    end
    function run.rebuild(_, plan)
      table.move(plan.steps, 1, #plan.steps, #list + 1, list)
      return rebuild.run(db, plan)
    end
    local ok, err = dependents.try(db, function()
      rebuild.guarded(db, name, function()
        return transform(run, name, given)
      end)
    end)
    if not ok then error(err, 0) end
    return list
  end
end
