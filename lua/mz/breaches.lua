--- Rows that a table with its changes would not allow, found before anything
-- is done; for the program's own Lua.

local changes = part("mz.columns")
local create = part("mz.create")
local edit = part("mz.edit")
local names = part("mz.names")

local SHOWN = 5

local breaches = {}

local function show_row(columns, row)
  local list = {}
  for i, name in ipairs(columns) do list[i] = name .. " = " .. row["c" .. i] end
  return table.concat(list, ", ")
end

--- What to show of a row: what tells it apart, and these columns.
-- @return names, and the SQL of each
local function shown_columns(info, shown)
  local columns, sql, is_there = {}, {}, {}
  local function add(name, text)
    if is_there[name:lower()] then return end
    is_there[name:lower()] = true
    columns[#columns + 1], sql[#sql + 1] = name, text
  end
  for _, name in ipairs(info.key) do add(name, quote(name)) end
  if #info.key == 0 then add(info.id[1], info.id[1]) end
  for _, name in ipairs(shown) do add(name, quote(name)) end
  return columns, sql
end

--- Raise with the rows for which where holds, unless there is none.
-- @param message where {rows} stands for how many
local function raise_rows(state, where, shown, message)
  local info, list = state.info, {}
  local columns, sql = shown_columns(info, shown)
  local from = (" FROM %s WHERE %s"):format(quote(info.name), where)
  local count = state.db:value("SELECT count(*)" .. from)
  if count == 0 then return end
  local query = ("SELECT %s%s ORDER BY %s LIMIT %d"):format(
    names.each(sql, "quote(%%) AS c%#"), from, names.each(sql, "%%"), SHOWN)
  for row in state.db:rows(query) do
    list[#list + 1] = show_row(columns, row)
  end
  local more = count - #list
  message = message:gsub("{rows}", ("%d row%s"):format(count,
    count == 1 and "" or "s"))
  changes.raise("%s: %s%s", message, table.concat(list, "; "),
    more > 0 and (" and %d more"):format(more) or "")
end

--- Whether each of the columns is there already and keeps its values.
local function are_kept(state, list)
  for _, name in ipairs(list) do
    if not state.info.of_lower[name:lower()] or state.copy[name] then
      return false
    end
  end
  return true
end

--- The column, compared as the changed one will be.
local function compared(state, name)
  local given = state.changes.collate or {}
  for column, collation in pairs(given) do
    if column:lower() == name:lower() then
      return quote(name) .. " COLLATE " .. quote(collation == mz.null
        and "BINARY" or collation)
    end
  end
  return quote(name)
end

-- ---- each kind --------------------------------------------------------------

local check = {}

function check.not_null(state, name)
  if not are_kept(state, { name }) then return end
  raise_rows(state, quote(name) .. " IS NULL", { name },
    ("not_null: %s.%s is NULL in {rows}, give it a fill"):format(
      state.info.name, name))
end

local function check_unique(state, list, what)
  if not are_kept(state, list) then return end
  local keys = {}
  for i, name in ipairs(list) do keys[i] = compared(state, name) end
  local joined = table.concat(keys, ", ")
  local where = ("(%s) IN (SELECT %s FROM %s GROUP BY %s HAVING count(*) > 1)")
    :format(joined, table.concat(names.quote_all(list), ", "),
      quote(state.info.name), joined)
  raise_rows(state, where, list, ("%s: the same %s in {rows}, which db:merge "
    .. "can make one"):format(what, table.concat(list, ", ")))
end

function check.unique(state, list) check_unique(state, list, "unique") end

--- SQL that holds where the column's value is not of the type, and would not
-- become so when it is stored.
local function is_other(name, type)
  local column = quote(name)
  local kind = ("typeof(%s)"):format(column)
  local number = ("CAST(%s AS NUMERIC)"):format(column)
  if type == "TEXT" then return kind .. " = 'blob'" end
  if type == "BLOB" then return kind .. " NOT IN ('blob', 'null')" end
  if type == "REAL" then return ("NOT %s = %s"):format(number, column) end
  if type == "INT" or type == "INTEGER" then
    return ("NOT CAST(%s AS INTEGER) = %s"):format(number, column)
  end
end

local function check_type(state, what, name, type)
  local where = are_kept(state, { name }) and is_other(name, type)
  if not where then return end
  raise_rows(state, where, { name }, ("%s: %s.%s is not %s in {rows}"):format(
    what, state.info.name, name, type))
end

function check.primary_key(state, list)
  if not are_kept(state, list) then return end
  local no_value = names.each(names.quote_all(list), "%% IS NULL", " OR ")
  raise_rows(state, no_value, list,
    ("primary_key: NULL stands for %s in {rows}"):format(
      table.concat(list, ", ")))
  check_unique(state, list, "primary_key")
  local item = #list == 1 and not state.new.options.without_rowid
    and edit.column(state.new, list[1])
  if item and changes.type_of(state, item):upper() == "INTEGER" then
    check_type(state, "primary_key", list[1], "INTEGER")
  end
end

--- Whether the text can be asked of the rows as they are; another one speaks
-- of what this call adds.
local function can_ask(state, where)
  return (pcall(state.db.row, state.db, ("EXPLAIN SELECT 1 FROM %s WHERE %s")
    :format(quote(state.info.name), where)))
end

function check.check(state, text)
  local where, shown = ("NOT (%s)"):format(text), {}
  for _, token in ipairs(create.solid(text)) do
    local column = token.name and state.info.of_lower[token.name:lower()]
    if column then shown[#shown + 1] = column end
  end
  if not are_kept(state, shown) or not can_ask(state, where) then return end
  raise_rows(state, where, shown, ("check: %s does not hold in {rows}"):format(
    (text:gsub("%s+", " "):gsub(" $", ""))))
end

function check.strict(state)
  for _, item in ipairs(state.new.items) do
    if item.kind == "column" then
      check_type(state, "strict", item.name,
        changes.type_of(state, item):upper())
    end
  end
end

--- The foreign keys of the new text on these columns.
local function new_keys(state, list)
  local found = {}
  for _, one in ipairs(edit.constraints(state.new, "foreign key")) do
    if edit.same_names(one.columns, list) then found[#found + 1] = one.part end
  end
  return found
end

local function check_key(state, list, key)
  local db, parent = state.db, key.parent
  if not db:has_table(parent) then
    changes.raise("foreign_key: there is no table %s%s", parent,
      meant(parent, db:tables()))
  end
  local info = names.table(db, parent)
  local to = #key.target > 0 and key.target or info.key
  if #to ~= #list then
    changes.raise("foreign_key: (%s) refers to %d column%s of %s",
      table.concat(list, ", "), #to, #to == 1 and "" or "s", parent)
  end
  local same, there = {}, {}
  for i, name in ipairs(list) do
    local column = names.column(info, to[i], "db:transform: foreign_key: ")
    same[i] = ('"mz parent".%s = %s.%s'):format(quote(column),
      quote(state.info.name), quote(name))
    there[i] = quote(name) .. " IS NOT NULL"
  end
  raise_rows(state, ('%s AND NOT EXISTS (SELECT 1 FROM %s AS "mz parent" '
    .. "WHERE %s)"):format(table.concat(there, " AND "), quote(parent),
    table.concat(same, " AND ")), list, ("foreign_key: %s has no parent in %s "
    .. "in {rows}"):format(table.concat(list, ", "), info.name))
end

function check.foreign_key(state, list)
  if not are_kept(state, list) then return end
  for _, key in ipairs(new_keys(state, list)) do check_key(state, list, key) end
end

--- Make the checks that the changes asked for.
function breaches.check(state)
  for _, one in ipairs(state.checks) do check[one.kind](state, one.value) end
end

return breaches
