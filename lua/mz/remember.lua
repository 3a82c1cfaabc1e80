--- Saving what a function changes in a table; for the program's own Lua.
-- By temporary triggers, which cost a third of what SQLite's sessions cost
-- and see what other triggers and foreign key actions do.

local misfits = part("mz.misfits")
local names = part("mz.names")
local rebuild = part("mz.rebuild")
local saved = part("mz.saved")

local pack, unpack = table.pack, table.unpack

local remember = {}

local active = {} -- recorders by table in lower case
local is_cleared = false -- what an earlier run of this migration has saved

-- ---- what a trigger says ----------------------------------------------------

--- Whether a column of this type keeps 1 and 1.0 apart.
function remember.is_untyped(type) return misfits.affinity(type) == "none" end

local function differs(column)
  local name = quote(column.name)
  local sql = ("OLD.%s COLLATE BINARY IS NOT NEW.%s"):format(name, name)
  if not remember.is_untyped(column.type) then return sql end
  return ("(%s OR typeof(OLD.%s) <> typeof(NEW.%s))"):format(sql, name, name)
end

--- SQL that the key of a row has changed; of one column not by 1 and 1.0, which
-- find the same row.
local function differing_key(recorder)
  local info, list = recorder.info, {}
  if #info.key == 1 then
    return names.each(names.quote_all(info.key),
      "OLD.%% COLLATE BINARY IS NOT NEW.%%")
  end
  local is_key = {}
  for _, name in ipairs(info.key) do is_key[name] = true end
  for _, column in ipairs(recorder.columns) do
    if is_key[column.name] then list[#list + 1] = differs(column) end
  end
  return table.concat(list, " OR ")
end

--- The rows of VALUES for all columns, of OLD or NEW.
local function all_values(recorder, change, row)
  local rows, key = {}, saved.key(recorder.info, row .. ".")
  for i, column in ipairs(recorder.columns) do
    local value = row .. "." .. quote(column.name)
    rows[i] = ("(%d, %s, %s, %s)"):format(
      saved.set(recorder.db, recorder.info.name, column.name, change), key,
      row == "OLD" and value or "NULL", row == "NEW" and value or "NULL")
  end
  return table.concat(rows, ", ")
end

local into = "INSERT INTO mzlua_saved_value (set_id, key, old, new) VALUES "

local function add(recorder, event, condition, body)
  local name = ("mzlua_remember_%d_%d"):format(recorder.number,
    recorder.triggers + 1)
  recorder.triggers = recorder.triggers + 1
  own(("CREATE TEMP TRIGGER %s AFTER %s ON main.%s%s BEGIN %s; END"):format(
    name, event, quote(recorder.info.name),
    condition and " WHEN " .. condition or "", body))
end

--- Refuse rows without a key, which SQLite allows in a PRIMARY KEY.
local function add_key_check(recorder)
  local info = recorder.info
  if info.alias or info.without_rowid then return end
  local why = recorder.db:value("SELECT quote(?)", ("a row of %s has NULL in "
    .. "its primary key, so that db:remember cannot tell it from others")
    :format(info.name))
  for event, row in pairs { INSERT = "NEW", DELETE = "OLD", UPDATE = "NEW" } do
    add(recorder, event, names.each(names.quote_all(info.key),
      row .. ".%% IS NULL", " OR "), ("SELECT RAISE(ABORT, %s)"):format(why))
  end
end

--- When the key may have changed: what sets the rowid by another name does not
-- call the triggers of the column that stands for it.
local function key_event(info)
  if info.alias then return "UPDATE" end
  return "UPDATE OF " .. names.each(names.quote_all(info.key), "%%")
end

local function start(recorder)
  local info = recorder.info
  recorder.triggers = 0
  add_key_check(recorder)
  add(recorder, "INSERT", nil, into .. all_values(recorder, "insert", "NEW"))
  add(recorder, "DELETE", nil, into .. all_values(recorder, "delete", "OLD"))
  add(recorder, key_event(info), differing_key(recorder),
    into .. all_values(recorder, "delete", "OLD") .. "; "
    .. into .. all_values(recorder, "insert", "NEW"))
  for _, column in ipairs(recorder.columns) do
    local name = quote(column.name)
    local set = saved.set(recorder.db, info.name, column.name, "update")
    add(recorder, "UPDATE OF " .. name,
      ("NOT (%s) AND %s"):format(differing_key(recorder), differs(column)),
      into .. ("(%d, %s, OLD.%s, NEW.%s)"):format(set, saved.key(info, "OLD."),
        name, name))
  end
end

local count_sql = [[
SELECT count(*) FROM sqlite_temp_schema
WHERE type = 'trigger' AND name LIKE 'mzlua\_remember\_' || ? || '\_%'
  ESCAPE '\']]

local function stop(recorder)
  local db = recorder.db
  if db:value(count_sql, recorder.number) ~= recorder.triggers then
    misuse(recorder.info.name .. " was dropped or made anew inside "
      .. "db:remember: use db:transform or db:rebuild")
  end
  for i = 1, recorder.triggers do
    own(("DROP TRIGGER temp.mzlua_remember_%d_%d"):format(recorder.number, i))
  end
end

-- ---- the table while it is recorded -----------------------------------------

local numbers = 0

local function describe(db, table)
  local info = rebuild.describe(db, table)
  if #info.key == 0 then
    misuse(info.name .. " has no primary key: its rowids may change, so that "
      .. "db:remember cannot find its rows again")
  end
  local columns = {}
  for _, column in ipairs(db:columns(info.name)) do
    if not column.generated then columns[#columns + 1] = column end
  end
  return info, columns
end

local function open(db, table)
  local info, columns = describe(db, table)
  numbers = numbers + 1
  return { db = db, info = info, columns = columns, number = numbers }
end

local foreign_triggers = [[
SELECT (SELECT count(*) FROM sqlite_schema WHERE type = 'trigger')
  + (SELECT count(*) FROM sqlite_temp_schema WHERE type = 'trigger'
    AND name NOT LIKE 'mzlua\_%' ESCAPE '\')]]

local function count_rows(recorder)
  return recorder.db:value("SELECT count(*) FROM "
    .. quote(recorder.info.name))
end

--- Have INSERT OR REPLACE tell the triggers what it deletes, where that
-- changes nothing else; otherwise the rows are counted afterwards.
local function watch_replace(recorder)
  local db = recorder.db
  recorder.recursive = db:value("PRAGMA recursive_triggers")
  if recorder.recursive == 1 then return end
  if db:value(foreign_triggers) == 0 then
    db:exec("PRAGMA recursive_triggers = ON")
  else
    recorder.rows = count_rows(recorder)
    recorder.last = db:value("SELECT max(id) FROM mzlua_saved_value") or 0
  end
end

local seen_sql = [[
SELECT count(DISTINCT CASE change WHEN 'insert' THEN v.id END)
  - count(DISTINCT CASE change WHEN 'delete' THEN v.id END)
FROM mzlua_saved_value AS v JOIN mzlua_saved_set AS s ON s.id = v.set_id
WHERE v.id > ? AND s."table" = ? COLLATE NOCASE]]

local function check_replaced(recorder)
  if not recorder.rows then return end
  local seen = recorder.db:value(seen_sql, recorder.last, recorder.info.name)
  if count_rows(recorder) - recorder.rows ~= seen // #recorder.columns then
    misuse(("rows of %s were replaced (INSERT OR REPLACE), of which "
      .. "db:remember sees nothing while the schema has triggers: use "
      .. "db:upsert"):format(recorder.info.name))
  end
end

--- Call fn and save what it changes in the table.
-- @return what fn returns
function remember.call(db, table, fn)
  local recorder = open(db, table)
  local key = recorder.info.name:lower()
  if active[key] then
    misuse(recorder.info.name .. " is being remembered already")
  end
  saved.create(db)
  if not is_cleared and mz.direction == "up" then saved.forget(db) end
  is_cleared = true
  active[key] = recorder
  watch_replace(recorder)
  local results = pack(pcall(db.savepoint, db, function()
    start(recorder)
    local returned = pack(fn())
    check_replaced(recorder)
    stop(recorder)
    return unpack(returned, 1, returned.n)
  end))
  active[recorder.info.name:lower()] = nil
  if recorder.recursive == 0 then
    db:exec("PRAGMA recursive_triggers = OFF")
  end
  if not results[1] then error(results[2], 0) end
  return unpack(results, 2, results.n)
end

-- ---- while the table is changed ---------------------------------------------

--- Note the values of columns, to see afterwards which have changed.
local function note(recorder, watched)
  local quoted = names.quote_all(watched)
  recorder.db:exec(('CREATE TEMP TABLE "mz noted %d" AS SELECT %s AS key%s '
    .. "FROM %s"):format(recorder.number, saved.key(recorder.info, ""),
    #watched > 0 and ", " .. names.each(quoted, "%% AS c%#") or "",
    quote(recorder.info.name)))
end

local save_sql = [[
INSERT INTO mzlua_saved_value (set_id, key, old, new)
SELECT %d, x.key, x.c%d, t.%s FROM %s AS x JOIN %s AS t ON %s = x.key
WHERE t.%s COLLATE BINARY IS NOT x.c%d OR typeof(t.%s) <> typeof(x.c%d)]]

local function save_noted(recorder, watched)
  local info = recorder.info
  local noted = ('temp."mz noted %d"'):format(recorder.number)
  for i, column in ipairs(watched) do
    local name = quote(column)
    own(save_sql:format(saved.set(recorder.db, info.name, column, "update"), i,
      name, noted, quote(info.name), saved.key(info, "t."), name, i, name, i))
  end
  recorder.db:exec("DROP TABLE " .. noted)
end

--- Stop recording while a table is changed, and save what goes with the
-- columns that are dropped.
-- @param dropped, watched names of columns; of the watched ones what the
--   change makes of their values is saved
-- @return a function that goes on afterwards; nil where nothing is recorded
function remember.suspend(db, table, dropped, watched)
  local recorder = active[table:lower()]
  if not recorder then return nil end
  local info = recorder.info
  stop(recorder)
  for _, column in ipairs(dropped) do
    own(("INSERT INTO mzlua_saved_value (set_id, key, old) "
      .. "SELECT %d, %s, %s FROM %s"):format(
      saved.set(db, info.name, column, "drop"), saved.key(info, ""),
      quote(column), quote(info.name)))
  end
  note(recorder, watched)
  return function()
    recorder.info, recorder.columns = describe(db, info.name)
    save_noted(recorder, watched)
    start(recorder)
  end
end

--- Go on under the table's new name.
function remember.rename(old, new)
  local recorder = active[old:lower()]
  if not recorder then return end
  active[old:lower()], active[new:lower()] = nil, recorder
  recorder.info.name = new
end

return remember
