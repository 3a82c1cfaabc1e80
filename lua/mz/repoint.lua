--- Having the rows that refer to a row refer to another one; for db:merge.

local groups = part("mz.groups")
local names = part("mz.names")
local references = part("mz.references")

local fill = groups.fill

local repoint = {}

local SHOWN = 5

--- The temporary table that has for each row that goes, by old1 and so on, the
-- one that stays in its place, by new1 and so on.
repoint.KEYS = '"db:merge keys"'

local KEYS = repoint.KEYS

--- The parts of the statements about one reference: c is the row that refers,
-- o the row it refers to and n the one that stays.
local function parts_of(info, reference)
  local from = names.quote_all(reference.from)
  local to = names.quote_all(reference.to)
  local refers, become, present, missing, set = {}, {}, {}, {}, {}
  for i in ipairs(from) do
    refers[i] = ("o.%s = c.%s"):format(to[i], from[i])
    become[i] = "n." .. to[i]
    present[i] = "c." .. from[i]
    missing[i] = ("n.%s IS NULL"):format(to[i])
    set[i] = ("%s = n.%s"):format(from[i], to[i])
  end
  local is_loser = ("(%s) IN (SELECT %s FROM %s)"):format(
    names.each(info.id, "c.%%"), names.each(info.id, "old%#"), KEYS)
  return {
    child = quote(reference.child.name),
    table = quote(info.name),
    KEYS = KEYS,
    old = names.each(info.id, "o.%% = m.old%#", " AND "),
    new = names.each(info.id, "n.%% = m.new%#", " AND "),
    refers = table.concat(refers, " AND "),
    become = table.concat(become, ", "),
    present = table.concat(present, ", "),
    missing = table.concat(missing, " OR "),
    set = table.concat(set, ", "),
    stays = reference.is_self and "NOT " .. is_loser or "true",
  }
end

local missing_sql = [[
SELECT count(*) FROM {KEYS} AS m JOIN {table} AS o ON {old}
JOIN {table} AS n ON {new} JOIN {child} AS c ON {refers}
WHERE ({missing}) AND {stays}]]

local repoint_sql = [[
UPDATE {child} AS c SET {set}
FROM {KEYS} AS m JOIN {table} AS o ON {old} JOIN {table} AS n ON {new}
WHERE {refers} AND {stays} AND ({become}) IS NOT ({present})]]

--- The rows that would be the same in what must be unique, but for the first
-- of each: one that referred to the row that stays, if there is one.
local conflict_sql = [[
WITH "mz merged"({olds}, {news}) AS (
  SELECT {olds}, {news} FROM {KEYS} UNION SELECT {news}, {news} FROM {KEYS}),
"mz after" AS (
  SELECT {ids_as}, {unique_as}, ({become}) IS NOT ({present}) AS moved
  FROM "mz merged" AS m JOIN {table} AS o ON {old} JOIN {table} AS n ON {new}
  JOIN {child} AS c ON {refers} WHERE {stays})
SELECT {ids}, {firsts} FROM (
  SELECT {ids}, {firsts_as}, row_number() OVER same AS place
  FROM "mz after" WHERE {unique_there}
  WINDOW same AS (PARTITION BY {unique} ORDER BY moved, {ids}))
WHERE place > 1]]

local function conflicts_of(info, reference, unique, values)
  local child, becomes = reference.child, {}
  local made, there, parts = {}, {}, {}
  for i, name in ipairs(reference.from) do becomes[name] = reference.to[i] end
  for i, column in ipairs(unique) do
    local to = becomes[column.name]
    made[i] = ("%s.%s AS u%d"):format(to and "n" or "c",
      quote(to or column.name), i)
    there[i] = ("u%d IS NOT NULL"):format(i)
    parts[i] = ("u%d COLLATE %s"):format(i, quote(column.collation))
  end
  local all = {
    olds = names.each(info.id, "old%#"), news = names.each(info.id, "new%#"),
    ids = names.each(child.id, "id%#"),
    ids_as = names.each(child.id, "c.%% AS id%#"),
    firsts = names.each(child.id, "first%#"),
    firsts_as = names.each(child.id, "first_value(id%#) OVER same AS first%#"),
    unique_as = table.concat(made, ", "),
    unique_there = table.concat(there, " AND "),
    unique = table.concat(parts, ", "),
  }
  return fill(conflict_sql, setmetatable(all, { __index = values }))
end

local function names_of(unique)
  local list = {}
  for i, column in ipairs(unique) do list[i] = column.name end
  return table.concat(list, ", ")
end

local function raise_conflict(db, reference, unique, sql)
  local function shown(format)
    local text = names.each(reference.child.id, format, " || ', ' || ")
    return #reference.child.id == 1 and text or "'(' || " .. text .. " || ')'"
  end
  local list, count = {}, db:value("SELECT count(*) FROM (" .. sql .. ")")
  for first, second in db:urows(("SELECT %s, %s FROM (%s) LIMIT %d"):format(
    shown("quote(first%#)"), shown("quote(id%#)"), sql, SHOWN)) do
    list[#list + 1] = first .. " and " .. second
  end
  local name = reference.child.name
  misuse(('%s: repointing %s would make rows the same in %s: %s%s; '
    .. 'on_conflict = { %s = "delete" } deletes the second of each'):format(
    name, table.concat(reference.from, ", "), names_of(unique),
    table.concat(list, "; "),
    count > #list and ("; and %d more"):format(count - #list) or "", name))
end

local referred_sql = [[
SELECT count(*) FROM {child} AS c JOIN {table} AS o ON {refers}
WHERE ({ids}) IN (SELECT {their_ids} FROM ({doomed}))]]

--- Raise where other rows refer to those that are to be deleted.
local function check_unreferred(db, child, sql)
  for _, reference in ipairs(references.find(db, child)) do
    local values = parts_of(child, reference)
    values.ids = names.each(child.id, "o.%%")
    values.their_ids = names.each(child.id, "id%#")
    values.doomed = sql
    local count = db:value(fill(referred_sql, values))
    if count > 0 then
      misuse(("%d row%s of %s refer%s to rows of %s that on_conflict would "
        .. "delete: merge %s first"):format(count, count == 1 and "" or "s",
        reference.child.name, count == 1 and "s" or "", child.name,
        child.name))
    end
  end
end

--- Delete what repointing would make the same, or raise.
-- @return rows deleted
local function resolve(db, info, reference, values, on_conflict)
  local child, dropped = reference.child, 0
  for _, unique in ipairs(references.unique(db, child, reference.from)) do
    local sql = conflicts_of(info, reference, unique, values)
    if db:value("SELECT EXISTS (" .. sql .. ")") == 1 then
      if on_conflict[child.name:lower()] ~= "delete" then
        raise_conflict(db, reference, unique, sql)
      end
      check_unreferred(db, child, sql)
      dropped = dropped + db:exec(("DELETE FROM %s WHERE (%s) IN "
        .. "(SELECT %s FROM (%s))"):format(values.child,
        names.each(child.id, "%%"), names.each(child.id, "id%#"), sql))
    end
  end
  return dropped
end

--- Have the rows of one reference refer to the rows that stay, and count in
-- result what was repointed and what was dropped.
-- @param on_conflict "delete" by table in lower case
-- @raise for rows that would become the same, unless they are to be deleted
function repoint.reference(db, info, reference, on_conflict, result)
  local values = parts_of(info, reference)
  local count = db:value(fill(missing_sql, values))
  if count > 0 then
    misuse(("%d row%s of %s refer%s to %s (%s) of a row that goes, and the one "
      .. "that stays has none: keep the other"):format(count,
      count == 1 and "" or "s", reference.child.name, count == 1 and "s" or "",
      info.name, table.concat(reference.to, ", ")))
  end
  local dropped = resolve(db, info, reference, values, on_conflict)
  if dropped > 0 then
    local name = reference.child.name
    result.dropped[name] = (result.dropped[name] or 0) + dropped
  end
  result.repointed[reference.name] = (result.repointed[reference.name] or 0)
    + db:exec(fill(repoint_sql, values))
end

return repoint
