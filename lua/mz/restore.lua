--- Putting back what db:remember has saved, where nobody has changed it since;
-- for the program's own Lua.

local fill = part("mz.fill")
local rebuild = part("mz.rebuild")
local misfits = part("mz.misfits")
local references = part("mz.references")
local remember = part("mz.remember")
local rewrite = part("mz.rewrite")
local saved = part("mz.saved")

local restore = {}

local template = part("mz.groups").fill

-- ---- what the changes come to -----------------------------------------------

-- Of each row whether it was there before the first change and after the last
-- one; of each cell what it was before the first and after the last.
local net_sql = {
  [[CREATE TEMP TABLE "mz rows" AS
WITH e AS MATERIALIZED ({events}),
a AS (SELECT key, change, min(id) FROM e WHERE change <> 'drop' GROUP BY key),
z AS (SELECT key, change, max(id) FROM e WHERE change <> 'drop' GROUP BY key)
SELECT a.key, a.change <> 'insert' AS was, z.change <> 'delete' AS is_there,
  0 AS present, 0 AS restored, 0 AS kept
FROM a JOIN z ON z.key = a.key]],
  [[CREATE UNIQUE INDEX temp."mz rows key" ON "mz rows" (key)]],
  [[CREATE TEMP TABLE "mz cells" ("column" TEXT COLLATE NOCASE, key, old,
  new)]],
  [[INSERT INTO "mz cells"
WITH e AS MATERIALIZED ({events}),
a AS (SELECT key, "column", old, min(id) FROM e WHERE change <> 'drop'
  GROUP BY key, "column"),
z AS (SELECT key, "column", new, max(id) FROM e WHERE change <> 'drop'
  GROUP BY key, "column")
SELECT a."column", a.key, a.old, z.new
FROM a JOIN z ON z.key = a.key AND z."column" = a."column"]],
  [[CREATE INDEX temp."mz cells key" ON "mz cells" (key, "column")]],
  [[UPDATE "mz rows" SET present = 1
WHERE key IN (SELECT {key} FROM {table} AS t)]],
}

local done_sql = { 'DROP TABLE temp."mz cells"', 'DROP TABLE temp."mz rows"' }

local function run(db, work, list)
  for _, sql in ipairs(list) do db:exec(template(sql, work.values)) end
end

--- SQL that a column of t is what x has in the column new or old; as it would
-- be in the column now, where that had another type then.
local function same(column, which)
  local name = quote(column.name)
  local sql = ("t.%s COLLATE BINARY IS +x.%s"):format(name, which)
  if not remember.is_untyped(column.type) then return sql end
  return ("(%s AND typeof(t.%s) = typeof(x.%s))"):format(sql, name, which)
end

--- The columns of the table of which something is saved.
local function saved_columns(db, info)
  local list, is_saved = {}, {}
  for name in db:urows('SELECT DISTINCT "column" FROM "mz cells"') do
    is_saved[name:lower()] = true
  end
  for _, column in ipairs(db:columns(info.name)) do
    if is_saved[column.name:lower()] and not column.generated then
      list[#list + 1] = column
    end
  end
  return list
end

local function for_column(db, work, column, sql)
  local values = setmetatable({
    column = quote(column.name),
    name = fill.literal(db, column.name),
    same_new = same(column, "new"),
    same_old = same(column, "old"),
  }, { __index = work.values })
  return db:exec((template(sql, values)))
end

-- ---- rows that were there and are -------------------------------------------

-- What is to be written is settled before anything is. The table is read once
-- from end to end, and what is saved of its rows is found by its index.
local choose_sql = [[
INSERT INTO "mz todo" SELECT x."column", x.key, x.old
FROM {table} AS t CROSS JOIN "mz cells" AS x ON x.key = {key}
JOIN "mz rows" AS r ON r.key = x.key
WHERE x."column" = {name} AND r.was AND r.is_there
AND {same_new} AND NOT {same_old}]]

local keep_sql = [[
UPDATE "mz rows" SET kept = 1 WHERE key IN (
  SELECT x.key FROM {table} AS t CROSS JOIN "mz cells" AS x ON x.key = {key}
  JOIN "mz rows" AS r ON r.key = x.key
  WHERE x."column" = {name} AND r.was AND r.is_there
  AND NOT {same_new} AND NOT {same_old})]]

local function choose(db, work)
  db:exec([[
    CREATE TEMP TABLE "mz todo" ("column" TEXT COLLATE NOCASE, key, old);
    CREATE INDEX temp."mz todo key" ON "mz todo" ("column", key)]])
  for _, column in ipairs(work.columns) do
    for_column(db, work, column, keep_sql)
    for_column(db, work, column, choose_sql)
  end
end

-- A row for which another one has taken the place is kept, as one that was
-- edited.
local written_sql = {
  [[UPDATE "mz rows" SET kept = 1 WHERE key IN (SELECT key FROM "mz chosen")
AND key NOT IN (SELECT key FROM "mz todo")]],
  [[UPDATE "mz rows" SET restored = 1
WHERE key IN (SELECT key FROM "mz todo")]],
  [[DROP TABLE temp."mz chosen"]],
  [[DROP TABLE temp."mz todo"]],
}

local function write(db, work)
  db:exec('CREATE TEMP TABLE "mz chosen" AS '
    .. 'SELECT DISTINCT key FROM "mz todo"')
  rewrite.run(db, work.info)
  run(db, work, written_sql)
end

-- ---- rows that were inserted or deleted -------------------------------------

--- SQL that no row of another table refers to t.
local function unreferenced(db, info)
  local list = { "1" }
  for _, reference in ipairs(references.find(db, info, "auto")) do
    if not reference.is_self then
      local same_key = {}
      for i, name in ipairs(reference.from) do
        same_key[i] = ("c.%s = t.%s"):format(quote(name),
          quote(reference.to[i]))
      end
      list[#list + 1] = ("NOT EXISTS (SELECT 1 FROM %s AS c WHERE %s)")
        :format(quote(reference.child.name), table.concat(same_key, " AND "))
    end
  end
  return table.concat(list, " AND ")
end

local mark_inserted = [[
UPDATE "mz rows" SET restored = 1 WHERE NOT was AND is_there AND key IN (
  SELECT {key} FROM {table} AS t WHERE {key} IN (
    SELECT key FROM "mz rows" WHERE NOT was AND is_there)
  AND {unreferenced} AND NOT EXISTS (SELECT 1 FROM "mz cells" AS x
    WHERE x.key = {key} AND ({changed})))]]

local delete_inserted = [[
DELETE FROM {table} AS t
WHERE {key} IN (SELECT key FROM "mz rows" WHERE restored AND NOT was)]]

local keep_inserted = [[
UPDATE "mz rows" SET kept = 1
WHERE present AND NOT was AND is_there AND NOT restored]]

local function take_back(db, work)
  local changed = { "0" }
  for _, column in ipairs(work.columns) do
    changed[#changed + 1] = ('(x."column" = %s AND NOT %s)')
      :format(fill.literal(db, column.name), same(column, "new"))
  end
  work.values.changed = table.concat(changed, " OR ")
  work.values.unreferenced = unreferenced(db, work.info)
  run(db, work, { mark_inserted, keep_inserted, delete_inserted })
end

local insert_deleted = [[
INSERT INTO {table} ({columns}) SELECT {cells}
FROM "mz rows" AS r WHERE r.was AND NOT r.is_there AND NOT r.present
ON CONFLICT DO NOTHING]]

local mark_deleted = {
  [[UPDATE "mz rows" SET restored = 1 WHERE was AND NOT is_there
AND NOT present AND key IN (SELECT {key} FROM {table} AS t)]],
  [[UPDATE "mz rows" SET kept = 1
WHERE was AND NOT is_there AND NOT restored]],
}

--- Insert what was deleted, where nothing has taken its place: its key, or
-- what else must be unique.
local function bring_back(db, work)
  local cells, list = {}, {}
  for i, column in ipairs(work.columns) do
    list[i] = quote(column.name)
    cells[i] = ('(SELECT x.old FROM "mz cells" AS x WHERE x.key = r.key AND '
      .. 'x."column" = %s)'):format(
      fill.literal(db, column.name))
  end
  if #list == 0 then return end
  work.values.columns = table.concat(list, ", ")
  work.values.cells = table.concat(cells, ", ")
  run(db, work, { insert_deleted })
  run(db, work, mark_deleted)
end

-- ---- columns that were dropped ----------------------------------------------

-- A row's cell is put back where the column, made again, has nothing better.
local dropped_sql = {
  [[CREATE TEMP TABLE "mz dropped" AS SELECT key, old, min(id) FROM ({events})
WHERE change = 'drop' AND "column" = {name} COLLATE NOCASE GROUP BY key]],
  [[CREATE INDEX temp."mz dropped key" ON "mz dropped" (key)]],
  [[DELETE FROM "mz dropped" WHERE key NOT IN (
  SELECT {key} FROM {table} AS t
  WHERE t.{column} IS NULL OR t.{column} IS ({default}))]],
  [[UPDATE {table} AS t SET {column} = (
  SELECT x.old FROM "mz dropped" AS x WHERE x.key = {key})
WHERE {key} IN (SELECT key FROM "mz dropped")]],
  [[INSERT INTO "mz rows" SELECT key, 1, 1, 1, 1, 0 FROM "mz dropped" WHERE true
ON CONFLICT (key) DO UPDATE SET restored = 1]],
  [[DROP TABLE temp."mz dropped"]],
}

local is_dropped_sql = [[
SELECT count(*) FROM ({events})
WHERE change = 'drop' AND "column" = {name} COLLATE NOCASE]]

local function give_dropped(db, work)
  for _, column in ipairs(db:columns(work.info.name)) do
    work.values.default = column.default or "NULL"
    work.values.name = fill.literal(db, column.name)
    work.values.column = quote(column.name)
    if not column.generated
      and db:value(template(is_dropped_sql, work.values)) > 0 then
      run(db, work, dropped_sql)
    end
  end
end

-- ---- db:restore -------------------------------------------------------------

local triggers_sql = [[
SELECT name, sql FROM sqlite_schema
WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE ORDER BY rowid]]

--- Call fn without the triggers of the table: what they did was saved as well.
local function without_triggers(db, name, fn)
  local list = {}
  for row in db:rows(triggers_sql, name) do list[#list + 1] = row end
  for _, trigger in ipairs(list) do
    db:exec("DROP TRIGGER " .. quote(trigger.name))
  end
  fn()
  for _, trigger in ipairs(list) do db:exec(trigger.sql) end
end

local counts_sql = [[
SELECT coalesce(sum(restored AND NOT kept), 0) AS restored,
  coalesce(sum(kept), 0) AS kept,
  coalesce(sum(is_there AND NOT present), 0) AS gone
FROM "mz rows"]]


local function open(db, table)
  local info = rebuild.describe(db, table)
  if #info.key == 0 then
    misuse(info.name .. " has no primary key, so that nothing of it is saved")
  end
  return { info = info, values = { table = quote(info.name),
    key = saved.key(info, "t."), events = saved.events(db, info.name) } }
end

local function put_back(db, work)
  run(db, work, net_sql)
  work.columns = saved_columns(db, work.info)
  without_triggers(db, work.info.name, function()
    choose(db, work)
    take_back(db, work)
    write(db, work)
    bring_back(db, work)
    give_dropped(db, work)
  end)
  for _, column in ipairs(work.columns) do
    misfits.check(db, work.info, column)
  end
  local result = db:row(counts_sql)
  run(db, work, done_sql)
  saved.forget(db, work.info.name)
  return result
end

--- Put back what this migration has saved of the table.
-- @return {restored, kept, gone}: how many rows
function restore.call(db, table)
  local work = open(db, table)
  if not saved.exists(db) then return { restored = 0, kept = 0, gone = 0 } end
  return db:savepoint(function() return put_back(db, work) end)
end

return restore
