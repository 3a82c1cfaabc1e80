--- One case: a random table with all around it, random changes, and whether
-- db:transform does what they say.
--
-- What is expected is a table that is made afresh from the description, filled
-- by an INSERT, and looked at in the same way.

local change = require "random_change"
local look = require "random_look"
local numbers = require "random_numbers"
local schema = require "random_schema"

local quote = schema.quote

local EXPECTED = "expected of it"
local ORPHANS = "rows have no parent"

-- ---- before -----------------------------------------------------------------

local VALUES = { "NULL", "1", "2", "'1'", "'x'", "'X'", "' x '", "1.5", "2.0",
  "x'00ff'", "'ä'", "''", "'it''s'", "9007199254740993", "-1" }

local function fill_table(db, random, spec)
  local stored = {}
  for _, column in ipairs(spec.columns) do
    if not column.generated then stored[#stored + 1] = column end
  end
  for _ = 1, random:upto(9) - 1 do
    local values = {}
    for i, column in ipairs(stored) do
      values[i] = random:chance(50) and schema.value(random, column.type)
        or random:pick(VALUES)
    end
    local insert = ("INSERT OR IGNORE INTO %s (%s) VALUES (%s)"):format(
      quote(spec.name), schema.quoted(stored), table.concat(values, ", "))
    pcall(db.exec, db, insert) -- a STRICT table does not ignore types
  end
end

local function make_table(db, random, spec)
  db:exec([[CREATE TABLE parent (id INTEGER PRIMARY KEY, v);
    INSERT INTO parent VALUES (1, 'one'); CREATE TABLE log (who, value)]])
  db:exec(schema.create(spec, spec.name, random))
  fill_table(db, random, spec)
  local list = {}
  for _, index in ipairs(spec.indexes) do
    local sql = schema.create_index(index, index.name, spec.name)
    if pcall(db.exec, db, sql) then list[#list + 1] = index end
  end
  spec.indexes = list
  for _, trigger in ipairs(spec.triggers) do
    db:exec(schema.create_trigger(trigger, spec.name))
  end
  for _, view in ipairs(spec.views) do
    db:exec(schema.create_view(view, spec.name))
  end
  if spec.key and #spec.key == 1 and not spec.without_rowid then
    db:exec(("CREATE TABLE child (x REFERENCES %s (%s))"):format(
      quote(spec.name), quote(spec.key[1].name)))
    spec.parent_of = spec.key[1]
  end
end

-- ---- what is expected -------------------------------------------------------

local function is_alias(spec)
  return spec.key and #spec.key == 1 and not spec.without_rowid
    and spec.key[1].type == "INTEGER"
end

--- Raise where a new key would have NULL, which db:transform does not allow.
local function check_key(db, spec, was)
  for _, column in ipairs(spec.has_new_key and spec.key or {}) do
    if db:value(("SELECT count(*) FROM %s WHERE (%s) IS NULL"):format(
      quote(was.name), column.from or quote(column.old))) > 0 then
      error({ message = "NULL in a key" }, 0)
    end
  end
end

--- Make the table that is expected, from the one as it was.
local function make_expected(db, spec, was)
  check_key(db, spec, was)
  db:exec(schema.create(spec, EXPECTED))
  local into, from = {}, {}
  for _, column in ipairs(spec.columns) do
    if not column.generated then
      into[#into + 1] = quote(column.name)
      from[#from + 1] = column.from or quote(column.old)
    end
  end
  if not spec.without_rowid and not was.without_rowid and not is_alias(spec)
  then
    into[#into + 1], from[#from + 1] = "rowid", "rowid"
  end
  db:exec(("INSERT INTO %s (%s) SELECT %s FROM %s"):format(quote(EXPECTED),
    table.concat(into, ", "), table.concat(from, ", "), quote(was.name)))
  if spec.autoincrement then
    db:exec("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", was.sequence,
      EXPECTED)
  end
  if spec.needs_parents and db:value(
    "SELECT count(*) FROM pragma_foreign_key_check(?)", EXPECTED) > 0 then
    error({ message = ORPHANS }, 0)
  end
  for _, index in ipairs(spec.indexes) do
    db:exec(schema.create_index(index, "expected " .. index.name, EXPECTED))
  end
end

--- Whether SQLite itself does the renames: not always, where a key of a table
-- without rowid is in a UNIQUE as well.
local function can_rename(db, name, renames)
  return select(2, pcall(db.savepoint, db, function()
    local function rename(old, new)
      if not pcall(db.exec, db, ("ALTER TABLE %s RENAME %s TO %s"):format(
        quote(name), quote(old), quote(new))) then
        error("no", 0)
      end
    end
    local between = {} -- two columns may change their names
    for old, new in pairs(renames or {}) do
      between[new] = "between " .. new
      rename(old, between[new])
    end
    for new, old in pairs(between) do rename(old, new) end
    error("yes", 0)
  end)) == "yes"
end

--- What the expected table says and does, or nil and why it cannot be.
local function expect(db, spec, was, changes)
  local expected, why
  local has_rowid = not spec.without_rowid
  if not can_rename(db, was.name, changes.rename) then
    return nil, "SQLite cannot rename it"
  end
  local ok, err = pcall(db.savepoint, db, function()
    make_expected(db, spec, was)
    expected = {
      shape = look.shape(db, EXPECTED):gsub("index expected ", "index "),
      rows = look.rows(db, EXPECTED, has_rowid),
      behaviour = look.behaviour(db, EXPECTED, has_rowid) }
    error("undo")
  end)
  if not expected then why = tostring(err.message) end
  return expected, why, ok
end

-- ---- afterwards -------------------------------------------------------------

local function differ(what, got, wanted)
  if got ~= wanted then
    error(("%s:\n%s\ninstead of:\n%s"):format(what, got, wanted), 0)
  end
end

--- Each trigger and view still does what it did.
local function check_users(db, spec)
  for _, trigger in ipairs(spec.triggers) do
    differ("trigger " .. trigger.name, db:value([[SELECT count(*)
      FROM sqlite_schema WHERE type = 'trigger' AND name = ?
      AND tbl_name = ?]], trigger.name, spec.name), 1)
  end
  local count = db:value("SELECT count(*) FROM " .. quote(spec.name))
  db:exec("DELETE FROM log")
  local first
  for _, column in ipairs(spec.columns) do
    if not column.generated then first = first or quote(column.name) end
  end
  db:exec(("UPDATE %s SET %s = %s; DELETE FROM %s"):format(quote(spec.name),
    first, first, quote(spec.name)))
  for _, trigger in ipairs(spec.triggers) do
    differ("runs of " .. trigger.name, db:value(
      "SELECT count(*) FROM log WHERE who = ?", trigger.name),
      trigger.event == "INSERT" and 0 or count)
  end
end

local function check_views(db, spec)
  for _, view in ipairs(spec.views) do
    local wanted = {}
    for i, column in ipairs(view.columns) do
      wanted[i] = ("quote(%s)"):format(quote(column.name))
    end
    local got = {}
    for i, column in ipairs(db:columns(view.name)) do
      got[i] = ("quote(%s)"):format(quote(column.name))
    end
    local function rows(columns, from)
      return db:value(("SELECT group_concat(x, '; ') FROM (SELECT %s AS x "
        .. "FROM %s ORDER BY 1)"):format(table.concat(columns, " || "), from))
    end
    differ("view " .. view.name, rows(got, quote(view.name)),
      rows(wanted, quote(spec.name)))
  end
end

local function check_child(db, spec)
  if not spec.parent_of then return end
  differ("the child's reference", db:value([[SELECT "table" || '.' || "to"
    FROM pragma_foreign_key_list('child')]]),
    spec.name .. "." .. spec.parent_of.name)
end

local function sequence(db, name)
  if not db:has_table("sqlite_sequence") then return 0 end
  return db:value("SELECT seq FROM sqlite_sequence WHERE name = ?", name) or 0
end

local function check(db, spec, expected, before)
  local has_rowid = not spec.without_rowid
  differ("shape", look.shape(db, spec.name), expected.shape)
  differ("rows", look.rows(db, spec.name, has_rowid), expected.rows)
  differ("others", look.others(db, before.names), before.others)
  if spec.autoincrement then
    differ("sequence", sequence(db, spec.name), before.sequence)
  end
  check_child(db, spec)
  check_views(db, spec)
  differ("behaviour", look.behaviour(db, spec.name, has_rowid),
    expected.behaviour)
  check_users(db, spec)
  differ("integrity", db:value("PRAGMA integrity_check"), "ok")
end

-- ---- a case -----------------------------------------------------------------

local function show(value)
  if type(value) == "string" then return ("%q"):format(value) end
  if type(value) == "userdata" then return "a blob" end
  if type(value) ~= "table" then return tostring(value) end
  local list = {}
  for key, one in pairs(value) do
    list[#list + 1] = ("[%s] = %s"):format(show(key), show(one))
  end
  table.sort(list)
  return "{ " .. table.concat(list, ", ") .. " }"
end

local function everything(db)
  local list = {}
  for sql in db:urows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL "
    .. "ORDER BY rowid") do
    list[#list + 1] = sql .. ";"
  end
  return table.concat(list, "\n")
end

--- What is not to change: all but the table and what names it.
local function names_of(spec)
  local names = { log = true, child = true }
  names[spec.name] = true
  for _, view in ipairs(spec.views) do names[view.name] = true end
  return names
end

local function has_filled_key(spec)
  for _, key in ipairs(spec.keys) do
    if key.column.from then return true end
  end
  return false
end

local function attempt(db, random, transform)
  local spec = schema.make(random)
  function spec.value(literal) return db:value("SELECT " .. literal) end
  make_table(db, random, spec)
  local was = { name = spec.name, without_rowid = spec.without_rowid,
    sequence = sequence(db, spec.name) }
  local before = { names = names_of(spec), sequence = was.sequence,
    text = everything(db), all = look.others(db, {}) }
  local changes, is_refused = change.make(random, spec)
  before.names[spec.name] = true
  before.others = look.others(db, before.names)
  local expected, why
  if not is_refused then
    expected, why = expect(db, spec, was, changes)
  end
  local ok, err = pcall(transform, db, was.name, changes)
  local problem
  if ok and why == ORPHANS and has_filled_key(spec) then
    return ok -- the end of the migration checks what is filled
  elseif ok and not expected then
    problem = "was not refused: " .. tostring(why or "something depends on it")
  elseif not ok and expected then
    problem = "was refused: " .. tostring(err.message or err)
  elseif ok then
    local fine, found = pcall(check, db, spec, expected, before)
    problem = not fine and tostring(found) or nil
  else
    differ("left behind", look.others(db, {}), before.all)
  end
  if problem then
    error(("%s\n%s\n%s"):format(before.text, show(changes), problem), 0)
  end
  return ok
end

--- Run the case of a seed in a savepoint that is undone.
-- @param transform db.transform, or one that is wrong, to try this test
-- @return whether the changes were made; raises where they were made wrong
return function(db, seed, transform)
  local ok, err, is_done
  pcall(db.savepoint, db, function()
    ok, err = pcall(attempt, db, numbers.open(seed), transform)
    is_done = ok and err
    error("undo")
  end)
  if not ok then
    error(("case %d\n%s"):format(seed, tostring(err.message or err)), 0)
  end
  return is_done
end
