--- Random tables: what they are, as Lua tables, and their text.
--
-- A table is { name, columns, key = list of columns, autoincrement, uniques =
-- lists of columns, checks = lists of two columns, keys = { column, action },
-- strict, without_rowid, indexes, triggers, views }; whatever names a column
-- holds the column itself, so that it follows a new name.

local schema = {}

local TABLES = { "t", "Main table", "table", 'quo"ted', "it's", "ταβλ", "x]y" }

local COLUMNS = { "a", "B", "naïve", "select", 'we"ird', "it's", "x y", "x]y",
  "order", "日本", "c1", "value", "group", "_", "id2", "WHERE", "key", "Ü",
  "desc", "not" }

local TYPES = { "", "INTEGER", "TEXT", "REAL", "NUMERIC", "BLOB", "INT",
  "VARCHAR(20)", "DOUBLE PRECISION", "BOOLEAN" }

local STRICT_TYPES = { "INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY" }

function schema.quote(name) return '"' .. name:gsub('"', '""') .. '"' end
local quote = schema.quote

function schema.quoted(columns)
  local list = {}
  for i, column in ipairs(columns) do list[i] = quote(column.name) end
  return table.concat(list, ", ")
end

function schema.literal(text) return "'" .. text:gsub("'", "''") .. "'" end

-- ---- making one up ----------------------------------------------------------

function schema.type(random, strict)
  return random:pick(strict and STRICT_TYPES or TYPES)
end

--- A literal that a column of the type takes, also in a STRICT table.
function schema.value(random, type)
  if type:find("INT") then return tostring(random:upto(30)) end
  if type == "REAL" or type:find("DOUB") then
    return random:upto(30) .. "." .. random:upto(9)
  end
  if type == "BLOB" then return ("X'%02X00'"):format(random:upto(30)) end
  return random:pick { "'v%d'", "'Ärger %d'", "'it''s %d'", "'%d'" }
    :format(random:upto(30))
end

--- A name that none of the columns has.
function schema.new_name(random, columns)
  while true do
    local name, is_taken = random:pick(COLUMNS), false
    if random:chance(30) then name = name .. random:upto(9) end
    for _, column in ipairs(columns) do
      is_taken = is_taken or column.name:lower() == name:lower()
    end
    if not is_taken then return name end
  end
end

local function new_column(random, spec)
  local type = schema.type(random, spec.strict)
  local column = { name = schema.new_name(random, spec.columns), type = type,
    not_null = random:chance(20), check = random:chance(15),
    unique = random:chance(12),
    collate = random:chance(15) and random:pick { "NOCASE", "RTRIM" } or nil,
    default = random:chance(30) and schema.value(random, type) or nil }
  return column
end

local function add_generated(random, spec)
  local of = random:pick(spec.columns)
  spec.columns[#spec.columns + 1] = {
    name = schema.new_name(random, spec.columns),
    type = spec.strict and "TEXT" or random:pick { "", "TEXT" },
    generated = { of = of, stored = random:chance(50) } }
end

local function add_key(random, spec)
  local first = spec.columns[1]
  local kind = random:upto(spec.without_rowid and 2 or 4)
  if kind == 1 then
    spec.key = { first }
    first.unique = nil
  elseif kind == 2 and #spec.columns > 1 then
    spec.key = { first, spec.columns[2] }
  elseif kind == 3 then
    spec.key = { first }
    first.type, first.default, first.unique = "INTEGER", nil, nil
    first.collate = nil
    spec.autoincrement = random:chance(40)
  elseif spec.without_rowid then
    spec.key = { first }
  end
end

local function add_constraints(random, spec)
  local columns = spec.columns
  if #columns > 2 and random:chance(20) then
    spec.uniques[1] = random:some(columns, 2, 2)
  end
  if #columns > 2 and random:chance(20) then
    spec.checks[1] = random:some(columns, 2, 2)
  end
  if random:chance(30) then
    spec.keys[1] = { column = random:pick(columns),
      action = random:pick { "", " ON DELETE CASCADE", " ON UPDATE SET NULL" } }
  end
end

local function add_indexes(random, spec)
  for i = 1, random:upto(4) - 1 do
    spec.indexes[i] = { name = "index " .. i,
      columns = random:some(spec.columns, 1, 2), unique = random:chance(20),
      lower = random:chance(20), desc = random:chance(30),
      where = random:chance(20) and random:pick(spec.columns) or nil }
  end
end

local function add_users(random, spec)
  for i = 1, random:upto(3) - 1 do
    spec.triggers[i] = { name = "trigger " .. i,
      event = random:pick { "INSERT", "DELETE", "UPDATE" },
      column = random:pick(spec.columns) }
  end
  for i = 1, random:upto(3) - 1 do
    spec.views[i] = { name = "view " .. i,
      columns = random:some(spec.columns, 1, 3) }
  end
end

--- A random table.
function schema.make(random)
  local spec = { name = random:pick(TABLES), columns = {}, uniques = {},
    checks = {}, keys = {}, indexes = {}, triggers = {}, views = {},
    strict = random:chance(25), without_rowid = random:chance(20) }
  for i = 1, random:upto(5) do spec.columns[i] = new_column(random, spec) end
  add_key(random, spec)
  if random:chance(25) then add_generated(random, spec) end
  add_constraints(random, spec)
  add_indexes(random, spec)
  add_users(random, spec)
  return spec
end

-- ---- its text ---------------------------------------------------------------

--- Parts of a text, with white space and comments between.
local function join(random, parts)
  local text = {}
  for i, part in ipairs(parts) do
    text[#text + 1] = part
    if i < #parts then
      text[#text + 1] = random and random:chance(15)
        and random:pick { "\n  ", "  ", " /* a, b */ ", " -- c)\n" } or " "
    end
  end
  return table.concat(text)
end

--- The text of a column's definition.
-- @param random of the spaces between; nil: none but one each
function schema.definition(spec, column, random)
  local parts = { quote(column.name) }
  if column.type ~= "" then parts[1] = parts[1] .. " " .. column.type end
  local function add(text) parts[#parts + 1] = text end
  if spec.key and #spec.key == 1 and spec.key[1] == column then
    add("PRIMARY KEY")
    if spec.autoincrement then add("AUTOINCREMENT") end
  end
  if column.not_null then add("NOT NULL") end
  if column.default then add("DEFAULT " .. column.default) end
  if column.collate then add("COLLATE " .. column.collate) end
  if column.unique then add("UNIQUE") end
  if column.check then
    add(("CHECK (%s IS NOT 'forbidden')"):format(quote(column.name)))
  end
  if column.generated then
    add(("GENERATED ALWAYS AS (%s || '+') %s"):format(
      quote(column.generated.of.name),
      column.generated.stored and "STORED" or "VIRTUAL"))
  end
  local head = table.remove(parts, 1) -- a comment would be part of the type
  return head .. " " .. join(random, parts)
end

--- CREATE TABLE of it under a name.
function schema.create(spec, name, random)
  local items = {}
  for i, column in ipairs(spec.columns) do
    items[i] = schema.definition(spec, column, random)
  end
  local function add(format, ...) items[#items + 1] = format:format(...) end
  if spec.key and #spec.key > 1 then
    add("PRIMARY KEY (%s)", schema.quoted(spec.key))
  end
  for _, list in ipairs(spec.uniques) do
    add("UNIQUE (%s)", schema.quoted(list))
  end
  for _, pair in ipairs(spec.checks) do
    add("CHECK (%s IS NOT 'no' OR %s IS NOT 'no')", quote(pair[1].name),
      quote(pair[2].name))
  end
  for _, key in ipairs(spec.keys) do
    add("FOREIGN KEY (%s) REFERENCES parent (id)%s", quote(key.column.name),
      key.action)
  end
  local options = {}
  if spec.strict then options[1] = "STRICT" end
  if spec.without_rowid then options[#options + 1] = "WITHOUT ROWID" end
  return join(random, { "CREATE TABLE " .. quote(name) .. " (",
    table.concat(items, ",\n"), ")" }) .. table.concat(options, ", ")
end

function schema.create_index(index, name, table_name)
  local list = {}
  for i, column in ipairs(index.columns) do
    list[i] = (index.lower and i == 1 and "lower(%s)" or "%s")
      :format(quote(column.name)) .. (index.desc and " DESC" or "")
  end
  return ("CREATE %sINDEX %s ON %s (%s)%s"):format(
    index.unique and "UNIQUE " or "", quote(name), quote(table_name),
    table.concat(list, ", "), index.where
      and (" WHERE %s IS NOT NULL"):format(quote(index.where.name)) or "")
end

function schema.create_trigger(trigger, table_name)
  local row = trigger.event == "DELETE" and "old" or "new"
  return ("CREATE TRIGGER %s AFTER %s ON %s BEGIN "
    .. "INSERT INTO log VALUES (%s, %s.%s); END"):format(quote(trigger.name),
    trigger.event, quote(table_name), schema.literal(trigger.name), row,
    quote(trigger.column.name))
end

function schema.create_view(view, table_name)
  return ("CREATE VIEW %s AS SELECT %s FROM %s"):format(quote(view.name),
    schema.quoted(view.columns), quote(table_name))
end

return schema
