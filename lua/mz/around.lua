--- What db:transform and db:rebuild are told of views, and of triggers that are
-- not the table's own; for the program's own Lua.

local around = {}

local triggers_sql = [[
SELECT name, sql FROM sqlite_schema
WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE ORDER BY rowid]]

local foreign_sql = [[
SELECT name, tbl_name AS "on" FROM sqlite_schema
WHERE type = 'trigger' ORDER BY rowid]]

--- The triggers of a view or table of which the call says nothing.
local function kept_triggers(db, on, answers)
  local list = {}
  for row in db:rows(triggers_sql, on) do
    if answers[row.name] == nil then list[#list + 1] = row.sql end
  end
  return list
end

--- Put a view or what stands for it in the place of a view, with its triggers.
local function replace(run, view, sql, answers)
  local triggers = kept_triggers(run.db, view, answers)
  run:exec("DROP VIEW " .. quote(view))
  run:exec(sql)
  for _, trigger in ipairs(triggers) do run:exec(trigger) end
end

--- A view of the same columns that reads no table: a rename follows into its
-- triggers, and nothing of it can break.
local function stand_in(db, view)
  local ok, columns = pcall(db.columns, db, view)
  if not ok then columns = { { name = "x" } } end
  local list = {}
  for i, column in ipairs(columns) do
    list[i] = "NULL AS " .. quote(column.name)
  end
  return ("CREATE VIEW %s AS SELECT %s"):format(quote(view),
    table.concat(list, ", "))
end

--- Take away what the call gives anew or drops, before all else.
-- @param given changes, whose answers have the names as stored
-- @return what around.after needs, and the answers for the table's own triggers
function around.before(run, name, given, sorted)
  local views, triggers = given.views or {}, given.triggers or {}
  local own, later = {}, {}
  for _, view in ipairs(sorted(views)) do
    if views[view] then
      replace(run, view, stand_in(run.db, view), triggers)
    else
      run:exec("DROP VIEW " .. quote(view))
    end
  end
  for row in run.db:rows(foreign_sql) do
    local answer = triggers[row.name]
    if row.on:lower() == name:lower() then
      own[row.name] = answer
    elseif answer ~= nil then
      later[#later + 1] = row.name
    end
  end
  for _, trigger in ipairs(later) do
    run:exec("DROP TRIGGER " .. quote(trigger))
  end
  local texts = {}
  for _, trigger in ipairs(sorted(triggers)) do
    if own[trigger] == nil then texts[#texts + 1] = triggers[trigger] or nil end
  end
  return { views = views, answers = triggers, triggers = texts }, own
end

--- Make what the call gives anew, once the table is as it is to be.
function around.after(run, made, sorted)
  for _, view in ipairs(sorted(made.views)) do
    local sql = made.views[view]
    if sql then replace(run, view, sql, made.answers) end
  end
  for _, sql in ipairs(made.triggers) do run:exec(sql) end
end

return around
