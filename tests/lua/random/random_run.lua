--- Many cases in a row, and transforms that are wrong on purpose.

local case = require "random_case"
local schema = require "random_schema"

local quote = schema.quote

local run = {}

--- Run the cases of seeds first to last; raises with the first that is wrong.
-- @return how many changes were made, and how many were refused
function run.cases(db, first, last)
  local made = 0
  for seed = first, last do
    if case(db, seed, db.transform) then made = made + 1 end
  end
  return made, last - first + 1 - made
end

-- ---- wrong ones -------------------------------------------------------------

local function first_name(db, type, table_name)
  return db:value([[SELECT name FROM sqlite_schema
    WHERE type = ? AND tbl_name = ? AND sql IS NOT NULL]], type, table_name)
end

local function drop(db, type, table_name)
  local name = first_name(db, type, table_name)
  if name then db:exec(("DROP %s %s"):format(type, quote(name))) end
end

-- What each does to the table after db:transform.
local damages = {
  ["loses an index"] = function(db, name) drop(db, "index", name) end,
  ["loses a trigger"] = function(db, name) drop(db, "trigger", name) end,
  ["loses a view"] = function(db)
    local view = db:value("SELECT name FROM sqlite_schema WHERE type = 'view'")
    if view then db:exec("DROP VIEW " .. quote(view)) end
  end,
  ["loses a row"] = function(db, name)
    local key = db:columns(name)[1].name
    db:exec(("DELETE FROM %s WHERE %s IS (SELECT max(%s) FROM %s)"):format(
      quote(name), quote(key), quote(key), quote(name)))
  end,
  ["changes a value"] = function(db, name)
    for _, column in ipairs(db:columns(name)) do
      if not column.generated then
        pcall(db.exec, db, ("UPDATE %s SET %s = %s || '.'"):format(quote(name),
          quote(column.name), quote(column.name)))
      end
    end
  end,
  ["changes rowids"] = function(db, name)
    pcall(db.exec, db, ("UPDATE %s SET rowid = rowid + 100"):format(
      quote(name)))
  end,
  ["forgets the sequence"] = function(db)
    if db:has_table("sqlite_sequence") then
      db:exec("DELETE FROM sqlite_sequence")
    end
  end,
  ["adds a column"] = function(db, name)
    db:exec(("ALTER TABLE %s ADD COLUMN extra"):format(quote(name)))
  end,
  ["changes another table"] = function(db)
    db:exec("UPDATE parent SET v = 'two'")
  end,
  ["gives a default"] = function(db, name)
    pcall(db.transform, db, name,
      { default = { [db:columns(name)[1].name] = 77 } })
  end,
  ["takes NOT NULL away"] = function(db, name)
    for _, column in ipairs(db:columns(name)) do
      if column.not_null and not column.generated then
        db:transform(name, { null = column.name })
      end
    end
  end,
}

-- Ways to be wrong altogether.
local wrong = {
  ["does nothing"] = function() end,
  ["refuses everything"] = function() error("no") end,
  ["refuses nothing"] = function(db, name, changes)
    pcall(db.transform, db, name, changes)
  end,
  ["leaves something behind"] = function(db, name, changes)
    db:exec("CREATE TABLE IF NOT EXISTS leftover (x)")
    db:transform(name, changes)
  end,
}

for what, damage in pairs(damages) do
  wrong[what] = function(db, name, changes)
    db:transform(name, changes)
    damage(db, changes.rename_to or name)
  end
end

--- Raise for a wrong transform that none of the cases of seeds first to last
-- finds.
function run.wrong(db, first, last)
  for what, transform in pairs(wrong) do
    local is_found = false
    for seed = first, last do
      is_found = is_found or not pcall(case, db, seed, transform)
    end
    if not is_found then error("not found: a transform that " .. what, 0) end
  end
end

return run
