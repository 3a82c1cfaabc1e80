--- Columns that db:transform adds, drops and orders, and the options of the
-- table; for the program's own Lua.

local changes = part("mz.changes")
local create = part("mz.create")
local edit = part("mz.edit")
local names = part("mz.names")

local raise = changes.raise

--- What the text of an added column defines.
local function read_definition(text)
  local made = create.parse("CREATE TABLE t (" .. text .. "\n)", function(at)
    raise("add: %s is no definition of a column: it cannot be read at %s",
      text, at)
  end)
  local item = made.items[1]
  if #made.items > 1 or item.kind ~= "column" then
    raise("add: %s is no definition of one column", text)
  end
  local type = item.type and made.sql:sub(item.type.from, item.type.to)
  return item, type and type:upper()
end

--- Whether the default is of the type in a STRICT table, of which ADD COLUMN
-- makes sure only for rows to come.
local function is_of_type(state, item, declared)
  local default = edit.part(item, "default")
  if not state.made.options.strict or not default then return true end
  local ok, kind = pcall(state.db.value, state.db,
    ("SELECT upper(typeof(%s))"):format(default.text))
  return ok and (kind == "NULL" or declared == "ANY" or kind == declared
    or kind == "INTEGER" and declared == "INT")
end

--- Whether ADD COLUMN takes the definition whatever rows there are, and does
-- what a rebuild would do.
local function is_addable(item)
  local default = edit.part(item, "default")
  local is_null = not default or default.text:upper() == "NULL"
  local is_plain = is_null or not (default.in_parentheses
    or default.text:upper():find("^CURRENT_"))
  for _, part in ipairs(item.parts) do
    local kind = part.kind
    if kind == "primary key" or kind == "unique" or kind == "check"
      or kind == "generated" or (kind == "not null" and is_null)
      or (kind == "foreign key" and not is_null) then
      return false
    end
  end
  return is_plain
end

--- Raise where rows would have nothing to put into the column.
local function check_value(state, item)
  local default = edit.part(item, "default")
  if not edit.part(item, "not null") or edit.part(item, "generated")
    or (default and default.text:upper() ~= "NULL") then
    return
  end
  local count = state.db:value("SELECT count(*) FROM "
    .. quote(state.info.name))
  if count > 0 then
    raise("add: %s is NOT NULL and has no default, but %s has %d row%s: say "
      .. "fill = what these get", item.name, state.info.name, count,
      count == 1 and "" or "s")
  end
end

local function add_column(state, given)
  local text = given
  if type(given) == "table" then
    names.check(given, { 1, "fill" }, "db:transform: add")
    text = given[1]
  end
  text = changes.check_text(text, "add"):match("^%s*(.-)%s*$")
  local item, declared = read_definition(text)
  local name = item.name
  local same = edit.column(state.made, name)
  if same and state.dropped[name:lower()] ~= same then
    raise("add: %s has a column %s already", state.info.name, name)
  elseif same and not edit.part(item, "generated") then
    raise("add: %s.%s is dropped in this call: change its type and so on, or "
      .. "use db:rebuild", state.info.name, name)
  end
  local value
  if type(given) == "table" then value = given.fill end
  if value == nil then check_value(state, item) end
  state.copy[name] = value
  item.text = text
  edit.add_item(state.made, item)
  if is_addable(item) and value == nil and is_of_type(state, item, declared)
  then
    state:alter("3", "ADD COLUMN %s", text)
  else
    state:rebuild()
  end
  if edit.part(item, "unique") or edit.part(item, "primary key") then
    state:check("unique", { name })
  end
end

function changes.add(state, value)
  if type(value) == "string" then value = { value } end
  if #changes.check_table(value, "add") == 0 and next(value) ~= nil then
    raise("add must be a list of definitions such as { 'c TEXT' }")
  end
  if type(value[1]) == "string" and value.fill ~= nil then
    raise("add: with fill, a definition is a list in the list: "
      .. "{ { 'c TEXT', fill = ... } }")
  end
  for _, given in ipairs(value) do add_column(state, given) end
end

--- Whether DROP COLUMN can take away the column.
local function is_droppable(item)
  for _, part in ipairs(item.parts) do
    local kind = part.kind
    if kind ~= "not null" and kind ~= "null" and kind ~= "default"
      and kind ~= "collate" then
      return false
    end
  end
  return true
end

--- Note which columns are dropped, before the other changes name columns.
function changes.note_drops(state, value)
  local list = value == nil and {} or changes.find_all(state, value, "drop")
  for _, name in ipairs(list) do
    if state.dropped[name:lower()] then
      raise("drop: %s is named twice", name)
    end
    state.dropped[name:lower()] = edit.column(state.made, name)
  end
  if #list > 0 and #list == #state.info.columns and not state.changes.add then
    raise("drop: %s would have no column left", state.info.name)
  end
  state.drop_list = list
end

function changes.drop(state)
  for _, name in ipairs(state.drop_list) do
    local item = state.dropped[name:lower()]
    item.is_dropped = true
    if is_droppable(item) then
      state:alter("3", "DROP COLUMN %s", quote(name))
    else
      state:rebuild()
    end
  end
end

function changes.order(state, value)
  local list, is_there = changes.find_all(state, value, "order"), {}
  for _, name in ipairs(list) do
    if is_there[name] then raise("order: %s is named twice", name) end
    is_there[name] = true
  end
  edit.order(state.made, list)
  state:rebuild()
end

local function set_option(state, name, value)
  if type(value) ~= "boolean" then
    raise("%s must be true or false, not a %s", name, type(value))
  end
  if (state.made.options[name] or false) == value then return end
  edit.set_option(state.made, name, value)
  state:rebuild()
end

local strict_types = { ANY = true, BLOB = true, INT = true, INTEGER = true,
  REAL = true, TEXT = true }

--- The declared type of a column as it will be; item is of state.new.
function changes.type_of(state, item)
  if not item.type then return "" end
  return state.new.sql:sub(item.type.from, item.type.to)
end

--- Raise where a STRICT table would have other types than it may.
local function check_types(state)
  local wrong = {}
  for _, item in ipairs(state.new.items) do
    if item.kind == "column" then
      local type = changes.type_of(state, item)
      if not strict_types[type:upper()] then
        wrong[#wrong + 1] = item.name .. (type == "" and " has no type"
          or " is " .. type)
      end
    end
  end
  if #wrong == 0 then return end
  raise("a STRICT table has columns of the types INT, INTEGER, REAL, TEXT, "
    .. "BLOB and ANY, but %s: say type too", table.concat(wrong, ", "))
end

function changes.strict(state, value)
  set_option(state, "strict", value)
end

function changes.without_rowid(state, value)
  set_option(state, "without_rowid", value)
end

--- What must hold of the whole new text.
function changes.finish(state)
  local sql = edit.text(state.made)
  state.new = create.parse(sql, function(at)
    raise("the changed CREATE TABLE cannot be read at %s: %s", at, sql)
  end)
  local options = state.new.options
  local keys = edit.constraints(state.new, "primary key")
  if options.without_rowid and #keys == 0 then
    raise("%s is WITHOUT ROWID and needs a primary key: say primary_key, or "
      .. "without_rowid = false", state.info.name)
  end
  if options.without_rowid and state.changes.without_rowid then
    state:check("primary_key", keys[1].columns)
  end
  if options.strict and state.needs_rebuild then check_types(state) end
  if options.strict and (state.changes.strict or state.changes.type) then
    state:check("strict")
  end
end

return changes
