--- db:rebuild: a method of db that is written in Lua.

local names = part("mz.names")
local rebuild = part("mz.rebuild")
local remember = part("mz.remember")

local known = { "copy", "create", "drop", "indexes", "triggers", "views" }

--- Raise for objects that are not of the kind that the key says.
local function check_objects(changes)
  for _, key in ipairs { "indexes", "triggers", "views" } do
    for name, sql in pairs(changes[key] or {}) do
      if type(name) ~= "string"
        or (sql ~= false and type(sql) ~= "string") then
        misuse(("%s takes a table such as { name = false } to drop it, or SQL "
          .. "to make it anew"):format(key))
      end
    end
  end
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
    return rebuild.guarded(db, table, function()
      local info = rebuild.describe(db, table)
      local dropped = spec.drop and names.columns(info, spec.drop, "drop") or {}
      local plan = rebuild.plan(db, info, {
        create = spec.create, copy = spec.copy, drop = dropped,
        indexes = spec.indexes, triggers = spec.triggers, views = spec.views,
      })
      local resume = remember.suspend(db, table, dropped, plan.kept)
      local rows = rebuild.run(db, plan)
      if resume then resume() end
      return rows
    end)
  end
end
