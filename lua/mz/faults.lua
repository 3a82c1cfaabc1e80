--- The rows that a rebuilt table does not take; for the program's own Lua.

local names = part("mz.names")

local faults = {}

local SHOWN = 5

--- A row as messages name it: "item id 3 (price NULL)".
local function describe(db, plan, column, row)
  local parts = {}
  for i, name in ipairs(plan.old.id) do
    parts[i] = ("%s %s"):format((name:gsub('^"(.*)"$', "%1")),
      db:value("SELECT quote(?)", row[i]))
  end
  local text = table.concat(parts, ", ")
  if not column then return text end
  return ("%s (%s %s)"):format(text, column,
    db:value("SELECT substr(quote(?), 1, 40)", row[#plan.old.id + 1]))
end

--- The one column that SQLite's message names, or nil.
local function column_of(plan, message)
  local found = message:match("^[%u ]+ constraint failed: [^,]+%.([^,]+)$")
    or message:match("^cannot store .* column .*%.(.+)$")
  for _, item in ipairs(plan.made.items) do
    if found and item.kind == "column" and item.name == found then
      return item.name
    end
  end
end

--- Copy row by row, and list those that are not taken.
local function find(db, plan, column)
  local list, more = {}, 0
  local ids = names.each(plan.old.id, "%%")
  local has = column and plan.old.of_lower[column:lower()]
  local insert <close> = db:prepare(("INSERT OR ABORT INTO %s (%s) "
    .. "SELECT %s FROM %s WHERE %s"):format(quote(plan.new), plan.into,
    plan.from, quote(plan.old.name),
    names.each(plan.old.id, "%% IS ?", " AND ")))
  local keys = {}
  local next_row = db:urows(("SELECT 1, %s%s FROM %s ORDER BY %s"):format(ids,
    has and ", " .. quote(has) or "", quote(plan.old.name), ids))
  local function try(found, ...)
    if found == nil then return false end
    keys = { ... }
    if not pcall(insert.exec, insert, table.unpack(keys, 1, #plan.old.id)) then
      more = more + 1
      if more <= SHOWN then
        list[more] = describe(db, plan, has and column, keys)
      end
    end
    return true
  end
  while try(next_row()) do end -- the number of columns is not known here
  return list, more
end

local hints = {
  ["NOT NULL"] = "give the column a fill",
  ["UNIQUE"] = "merge or change these rows first (db:duplicates, db:merge)",
  ["CHECK"] = "mend these rows first",
}

--- Raise for err, with which the copy of the plan failed; the new table is
-- there and empty.
function faults.explain(db, plan, err)
  local message = type(err) == "table" and err.message
  if not message or not (message:find(" constraint failed", 1, true)
    or message:find("^cannot store ") or message == "datatype mismatch") then
    error(err, 0)
  end
  local list, count = find(db, plan, column_of(plan, message))
  if count == 0 then error(err, 0) end
  local kind = message:match("^([%u ]+) constraint failed")
  message = message:gsub(plan.new:gsub("%p", "%%%0"),
    (plan.old.name:gsub("%%", "%%%%")))
  local rows = table.concat(list, "; ")
  if count > #list then
    rows = ("%s; and %d more"):format(rows, count - #list)
  end
  misuse(("%s is not changed, as %d row%s would break it: %s: %s; %s"):format(
    plan.old.name, count, count == 1 and "" or "s", message, rows,
    hints[kind] or "change these rows first"))
end

return faults
