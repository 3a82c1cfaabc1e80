--- Saved values that a column cannot hold any more, as it has another type
-- now; for the program's own Lua.

local fill = part("mz.fill")
local saved = part("mz.saved")

local misfits = {}

--- What a column of this declared type makes of the values put in it: "text",
-- "number" or "none"; see
-- https://www.sqlite.org/datatype3.html#determination_of_column_affinity
function misfits.affinity(type)
  type = type:upper()
  local function has(word) return type:find(word, 1, true) ~= nil end
  if type == "ANY" then return "none" end
  if has("INT") then return "number" end
  if has("CHAR") or has("CLOB") or has("TEXT") then return "text" end
  if type == "" or has("BLOB") then return "none" end
  return "number"
end

local changed_types = {
  text = "'integer', 'real'",
  number = "'text'",
}

-- What was put back and is not what it was, also when it is made again what it
-- was. Columns compare by their affinity, expressions do not.
local found_sql = [[
SELECT count(*) AS count, quote(t.{column}) AS now, {shown} AS shown,
  iif(typeof(x.old) = 'real', format('%!.17g', x.old), quote(x.old)) AS old,
  min(x.key)
FROM "mz cells" AS x JOIN {table} AS t ON {key} = x.key
WHERE x."column" = {name} AND typeof(x.old) IN ({types})
AND t.{column} COLLATE BINARY IS +x.old
AND CASE typeof(x.old) WHEN 'text' THEN CAST(t.{column} AS TEXT)
  WHEN 'real' THEN CAST(t.{column} AS REAL)
  ELSE CAST(t.{column} AS INTEGER) END IS NOT +x.old]]

local any_sql = [[
SELECT 1 FROM "mz cells" WHERE "column" = {name}
AND typeof(old) IN ({types}) LIMIT 1]]

local function raise(info, column, found)
  local one = found.count == 1
  misuse(("%d value%s of %s.%s cannot be put back in a column of type %s, as "
    .. "%s would become %s (%s of the row %s would be %s): change its type "
    .. "back before db:restore"):format(found.count, one and "" or "s",
    info.name, column.name, column.type, one and "it" or "they",
    one and "another" or "others", found.old, found.shown, found.now))
end

--- Raise where what "mz cells" says was before is not there, as the column's
-- type does not hold it.
function misfits.check(db, info, column)
  local values = { table = quote(info.name), column = quote(column.name),
    name = fill.literal(db, column.name), key = saved.key(info, "t."),
    types = changed_types[misfits.affinity(column.type)],
    shown = #info.key == 1 and "quote(min(x.key))" or "min(x.key)" }
  if not values.types then return end
  local any = any_sql:gsub("{(%a+)}", values)
  if not db:value(any) then return end
  local found = db:row((found_sql:gsub("{(%a+)}", values)))
  if found.count > 0 then raise(info, column, found) end
end

return misfits
