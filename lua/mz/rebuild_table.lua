--- db:rebuild: a method of db that is written in Lua.

local around = part("mz.around")
local changes = part("mz.changes")
local names = part("mz.names")
local rebuild = part("mz.rebuild")
local remember = part("mz.remember")

local known = { "copy", "create", "drop", "indexes", "triggers", "views" }

--- Raise for objects that are not of the kind that the key says.
local function check_objects(spec)
  for _, key in ipairs { "indexes", "triggers", "views" } do
    for name, sql in pairs(spec[key] or {}) do
      if type(name) ~= "string"
        or (sql ~= false and type(sql) ~= "string") then
        misuse(("%s takes a table such as { name = false } to drop it, or SQL "
          .. "to make it anew"):format(key))
      end
    end
  end
end

local stored_sql = [[
SELECT name FROM sqlite_schema
WHERE type = ? AND name = ? COLLATE NOCASE]]

--- What becomes of the objects that are there, by their names as stored.
-- @param added list, to which the SQL of those is added that are not there yet
local function read_answers(db, kind, given, added)
  local answers = {}
  for _, name in ipairs(changes.sorted(given or {})) do
    local stored = db:value(stored_sql, kind, name)
    if stored then
      answers[stored] = given[name]
    elseif given[name] then
      added[#added + 1] = given[name]
    else
      misuse(("there is no %s %s"):format(kind, name))
    end
  end
  return answers
end

local function make_anew(run, table, spec)
  local db, added = run.db, {}
  local later, own_triggers = around.before(run, table, {
    views = read_answers(db, "view", spec.views, added),
    triggers = read_answers(db, "trigger", spec.triggers, added),
  }, changes.sorted)
  local info = rebuild.describe(db, table)
  local dropped = spec.drop and names.columns(info, spec.drop, "drop") or {}
  local plan = rebuild.plan(db, info, { create = spec.create,
    copy = spec.copy, drop = dropped, indexes = spec.indexes,
    triggers = own_triggers })
  local resume = remember.suspend(db, table, dropped, plan.kept)
  local rows = rebuild.run(db, plan)
  if resume then resume() end
  around.after(run, later, changes.sorted)
  for _, sql in ipairs(added) do db:exec(sql) end
  return rows
end

return function(methods)
  --- Make a table anew by a CREATE TABLE, keeping its rows.
  -- @param table name
  -- @param spec {create, copy, drop, indexes, triggers, views}
  -- @return how many rows were copied
  function methods.rebuild(db, table, spec)
    rebuild.check_table(db, table, "db:rebuild")
    if type(spec) ~= "table" or type(spec.create) ~= "string" then
      misuse("db:rebuild takes a table with create, a CREATE TABLE")
    end
    names.check(spec, known, "db:rebuild")
    check_objects(spec)
    local run = { db = db }
    function run.exec(_, sql) db:exec(sql) end
    return rebuild.guarded(db, table, function()
      return make_anew(run, table, spec)
    end)
  end
end
