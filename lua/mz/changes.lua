--- The changes of db:transform, read and made in the text of the table; for
-- the program's own Lua.
-- A state is {db, info = of the table, made = its text with the edits, changes,
-- copy = fills by column, drop_list, dropped = items by name in lower case,
-- renamed = new names by old ones in lower case, native = ALTER statements,
-- checks = what the rows must be looked at for, version of SQLite,
-- needs_rebuild, new = the new text, read}; its methods are in transform.lua.

local create = part("mz.create")
local edit = part("mz.edit")
local fill = part("mz.fill")
local names = part("mz.names")

local changes = {}

changes.known = { "add", "check", "collate", "default", "drop", "foreign_key",
  "indexes", "not_null", "null", "order", "primary_key", "rename", "rename_to",
  "strict", "triggers", "type", "unique", "views", "without_rowid" }

-- ---- reading ----------------------------------------------------------------

local function raise(...) misuse("db:transform: " .. string.format(...)) end
changes.raise = raise

--- A table's keys, sorted: pairs has no order.
function changes.sorted(given)
  local list = {}
  for key in pairs(given) do list[#list + 1] = key end
  table.sort(list, function(a, b) return tostring(a) < tostring(b) end)
  return list
end
local sorted = changes.sorted

local function check_table(value, what)
  if type(value) ~= "table" then
    raise("%s must be a table, not a %s", what, type(value))
  end
  return value
end

local function check_text(value, what)
  if type(value) ~= "string" or not value:find("%S") then
    raise("%s must be SQL, not %s", what, type(value) == "string" and
      "an empty string" or "a " .. type(value))
  end
  return value
end

local function columns_of(made)
  local list = {}
  for _, item in ipairs(made.items) do
    if item.kind == "column" and not item.is_dropped then
      list[#list + 1] = item.name
    end
  end
  return list
end

--- The column's item; raises where there is none by that name, now.
-- @param is_dropping whether it may be one that the call drops
local function find(state, name, what, is_dropping)
  if type(name) ~= "string" then
    raise("%s: the name of a column must be a string, not a %s", what,
      type(name))
  end
  local item, lower = edit.column(state.made, name), name:lower()
  local is_gone = item and not is_dropping and state.dropped[lower] == item
  if item and not is_gone then return item end
  local table_name = state.info.name
  if state.renamed[lower] then
    raise("%s: %s.%s is called %s in this call, as renames come first", what,
      table_name, name, state.renamed[lower])
  elseif is_gone then
    raise("%s: %s.%s is dropped in this call", what, table_name, name)
  end
  raise("%s: %s has no column %s%s", what, table_name, name,
    meant(name, columns_of(state.made)))
end

--- A name or a list of names, each as it is spelt in the table.
local function find_all(state, value, what, is_dropping)
  local list = {}
  for i, name in ipairs(names.list(value, "db:transform: " .. what)) do
    list[i] = find(state, name, what, is_dropping).name
  end
  return list
end

--- SQL of a value as a literal, or of an expression in parentheses.
local function literal(state, value, what)
  local sql = fill.is_sql(value)
  if sql then return "(" .. sql .. ")" end
  if type(value) == "function" or type(value) == "table" then
    raise('%s must be a value or mz.sql"expression"', what)
  end
  sql = fill.literal(state.db, value)
  return sql:find("^CAST") and "(" .. sql .. ")" or sql
end

--- A text such as "a, b" as names of columns.
local function split_names(state, text, what, is_dropping)
  if type(text) ~= "string" then
    raise("%s: columns must be a string such as 'a, b', not a %s", what,
      type(text))
  end
  local list = create.names(text, function()
    raise("%s: %s is no list of columns", what, text)
  end)
  for i, name in ipairs(list) do
    list[i] = find(state, name, what, is_dropping).name
  end
  return list
end

local function quoted_list(list)
  return table.concat(names.quote_all(list), ", ")
end

-- ---- what becomes of columns ------------------------------------------------

function changes.null(state, value)
  for _, name in ipairs(find_all(state, value, "null")) do
    local item = edit.column(state.made, name)
    if edit.part(item, "not null") then
      edit.remove_kind(state.made, item, "not null")
      state:alter("3.53", "ALTER COLUMN %s DROP NOT NULL", quote(name))
    end
  end
end

--- What the column gets already or holds, or else what is given for it.
local function chain(state, name, given)
  local now = state.copy[name]
  if now == nil then now = mz.sql(quote(name)) end
  return { now, given }
end

local function set_not_null(state, name, given)
  local item = find(state, name, "not_null")
  if given ~= nil then
    names.check(given, { "fill" }, "db:transform: not_null." .. name)
    if given.fill ~= nil then
      state.copy[item.name] = chain(state, item.name, given.fill)
      state:rebuild()
    end
  end
  if item.parts and edit.part(item, "not null") then return end
  if item.parts then edit.remove_kind(state.made, item, "null") end
  edit.add_part(item, "NOT NULL")
  state:alter("3.53", "ALTER COLUMN %s SET NOT NULL", quote(item.name))
  state:check("not_null", item.name)
end

function changes.not_null(state, value)
  if type(value) == "string" then value = { value } end
  for _, key in ipairs(sorted(check_table(value, "not_null"))) do
    if math.type(key) then set_not_null(state, value[key])
    else set_not_null(state, key, value[key]) end
  end
end

function changes.default(state, value)
  for _, name in ipairs(sorted(check_table(value, "default"))) do
    local item, given = find(state, name, "default"), value[name]
    local text = given ~= mz.null
      and "DEFAULT " .. literal(state, given, "default." .. name) or nil
    edit.set_part(state.made, item, "default", text)
    state:rebuild()
  end
end

local function set_type(state, name, given)
  local item, text = find(state, name, "type"), given
  if type(given) == "table" then
    names.check(given, { 1, "using" }, "db:transform: type." .. name)
    text, state.copy[item.name] = given[1], given.using
  end
  if type(text) ~= "string" then
    raise('type.%s must be a string, "" for no type, not a %s', name,
      type(text))
  end
  if item.text then
    raise("type: %s is added in this call: say it in its definition", name)
  end
  edit.set_type(state.made, item, text)
  state:rebuild()
end

function changes.type(state, value)
  for _, name in ipairs(sorted(check_table(value, "type"))) do
    set_type(state, name, value[name])
  end
end

local is_usual = { BINARY = true, NOCASE = true, RTRIM = true }

function changes.collate(state, value)
  for _, name in ipairs(sorted(check_table(value, "collate"))) do
    local item, given = find(state, name, "collate"), value[name]
    if given ~= mz.null and type(given) ~= "string" then
      raise("collate.%s must be the name of a collation or mz.null, not a %s",
        name, type(given))
    end
    local text = given ~= mz.null and "COLLATE " ..
      (is_usual[given:upper()] and given or quote(given)) or nil
    edit.set_part(state.made, item, "collate", text)
    state:rebuild()
  end
end

-- ---- constraints ------------------------------------------------------------

--- Take away the constraints of a kind that are on just these columns.
local function remove_found(state, kind, wanted, what)
  local shown, is_found = {}, false
  for _, one in ipairs(edit.constraints(state.made, kind)) do
    local list = table.concat(one.columns, ", ")
    shown[#shown + 1] = list
    if edit.same_names(one.columns, wanted) then
      edit.remove(state.made, one)
      is_found = true
    end
  end
  if is_found then return state:rebuild() end
  raise("%s: %s has none on %s; %s", what, state.info.name,
    table.concat(wanted, ", "), #shown == 0 and "it has none at all"
    or "there are those on " .. table.concat(shown, "; "))
end

local function listed(state, value, what, is_dropping)
  local list = {}
  if type(value) == "string" then value = { value } end
  for i, one in ipairs(check_table(value, what)) do
    list[i] = find_all(state, one, what, is_dropping)
  end
  return list
end

function changes.unique(state, value)
  names.check(value, { "add", "drop" }, "db:transform: unique")
  for _, list in ipairs(value.drop and listed(state, value.drop,
    "unique.drop", true) or {}) do
    remove_found(state, "unique", list, "unique.drop")
  end
  for _, list in ipairs(value.add and listed(state, value.add,
    "unique.add") or {}) do
    edit.add_constraint(state.made, ("UNIQUE (%s)"):format(quoted_list(list)))
    state:rebuild()
    state:check("unique", list)
  end
end

function changes.primary_key(state, value)
  local list = value ~= mz.null and find_all(state, value, "primary_key") or {}
  local found = edit.constraints(state.made, "primary key")
  if found[1] and edit.same_names(found[1].columns, list) then return end
  for _, one in ipairs(found) do edit.remove(state.made, one) end
  local item = #list == 1 and edit.column(state.made, list[1])
  if item and item.parts and not item.text then
    edit.add_part(item, "PRIMARY KEY")
  elseif #list > 0 then
    edit.add_constraint(state.made,
      ("PRIMARY KEY (%s)"):format(quoted_list(list)))
  end
  state:rebuild()
  if #list > 0 then state:check("primary_key", list) end
end

local function check_reference(value, what)
  check_text(value, what)
  return (value:gsub("^%s*[Rr][Ee][Ff][Ee][Rr][Ee][Nn][Cc][Ee][Ss]%s+", ""))
end

local function change_keys(state, given)
  for _, key in ipairs(sorted(check_table(given, "foreign_key.change"))) do
    local what, is_found = "foreign_key.change", false
    local list = split_names(state, key, what)
    for _, one in ipairs(edit.constraints(state.made, "foreign key")) do
      if edit.same_names(one.columns, list) then
        edit.set_reference(one, check_reference(given[key], what))
        is_found = true
      end
    end
    if not is_found then
      raise("%s: %s has no foreign key on %s: add it", what, state.info.name,
        table.concat(list, ", "))
    end
    state:rebuild()
    state:check("foreign_key", list)
  end
end

function changes.foreign_key(state, value)
  names.check(value, { "add", "change", "drop" }, "db:transform: foreign_key")
  local drop = value.drop or {}
  if type(drop) == "string" then drop = { drop } end
  for _, key in ipairs(check_table(drop, "foreign_key.drop")) do
    remove_found(state, "foreign key",
      split_names(state, key, "foreign_key.drop", true), "foreign_key.drop")
  end
  change_keys(state, value.change or {})
  local add = check_table(value.add or {}, "foreign_key.add")
  for _, key in ipairs(sorted(add)) do
    local list = split_names(state, key, "foreign_key.add")
    edit.add_constraint(state.made, ("FOREIGN KEY (%s) REFERENCES %s"):format(
      quoted_list(list), check_reference(add[key], "foreign_key.add")))
    state:rebuild()
    state:check("foreign_key", list)
  end
end

local function drop_check(state, given)
  check_text(given, "check.drop")
  local plain, shown, is_found = edit.plain(create.solid, given), {}, false
  for _, one in ipairs(edit.constraints(state.made, "check")) do
    local name, text = one.part.name, one.part.expression
    shown[#shown + 1] = name or text
    if (name and name:lower() == given:lower())
      or edit.plain(create.solid, text) == plain then
      edit.remove(state.made, one)
      is_found = true
      if name then state:alter("3.53", "DROP CONSTRAINT %s", quote(name))
      else state:rebuild() end
    end
  end
  if is_found then return end
  raise("check.drop: %s has no CHECK %s; %s", state.info.name, given,
    #shown == 0 and "it has none at all"
    or "it has " .. table.concat(shown, "; "))
end

function changes.check(state, value)
  names.check(value, { "add", "drop" }, "db:transform: check")
  local drop = value.drop or {}
  if type(drop) == "string" then drop = { drop } end
  for _, given in ipairs(check_table(drop, "check.drop")) do
    drop_check(state, given)
  end
  local add = value.add or {}
  if type(add) == "string" then add = { add } end
  for _, key in ipairs(sorted(check_table(add, "check.add"))) do
    local text = check_text(add[key], "check.add")
    if text:find("--", 1, true) then text = text .. "\n" end
    local sql = ("CHECK (%s)"):format(text)
    if type(key) == "string" then
      sql = "CONSTRAINT " .. quote(key) .. " " .. sql
    end
    edit.add_constraint(state.made, sql)
    state:alter("3.53", "ADD %s", sql)
    state:check("check", text)
  end
end

changes.find_all, changes.check_table = find_all, check_table
changes.check_text = check_text
return changes
