--- Writing many rows: methods of db whose work is done in C.
-- Called once per state with the table of db's methods, which it adds to.

local shared = part("mz.names")

local kind_sql = "SELECT type, wr FROM pragma_table_list(?)"

local unique_sql = [[
SELECT i.name, i.origin, x.name, x.coll
FROM pragma_index_list(?) i, pragma_index_xinfo(i.name) x
WHERE i."unique" AND NOT i.partial AND x.key
ORDER BY i.seq DESC, x.seqno]]

local primary_index_sql =
  "SELECT count(*) FROM pragma_index_list(?) WHERE origin = 'pk'"

local each_options = { batch = "number", columns = "any", key = "any",
  label = "string", on_error = "any", params = "table", where = "string" }
local batch = 1000

local convert_options = { where = "string", params = "table" }

--- What a table is: its name, columns, and whether it has rowids.
-- @param what the method's name, which raises for what isn't a table
local function describe(db, what, name)
  if type(name) ~= "string" then
    misuse(("%s takes the name of a table, not a %s"):format(what, type(name)))
  end
  local described = { name = name, columns = db:columns(name), by_name = {} }
  local found = db:row(kind_sql, name)
  if found and (found.type == "view" or found.type == "virtual") then
    misuse(("%s is a %s: %s needs a table"):format(name,
      found.type == "view" and "view" or "virtual table", what))
  end
  described.without_rowid = found ~= nil and found.wr == 1
  for _, column in ipairs(described.columns) do
    described.by_name[column.name:lower()] = column
  end
  return described
end

local function names_of(columns)
  local names = {}
  for i, column in ipairs(columns) do names[i] = column.name end
  return names
end

--- The column of that name, in any case.
local function find(described, name)
  if type(name) ~= "string" then
    misuse(("the name of a column must be a string, not a %s")
      :format(type(name)))
  end
  return described.by_name[name:lower()]
    or misuse(("%s has no column %s%s"):format(described.name, name,
      meant(name, names_of(described.columns))))
end

--- A name or a list of names as a list of columns.
local function find_all(described, names, what)
  if type(names) == "string" then names = { names } end
  if type(names) ~= "table" or #names == 0 then
    misuse(what .. " must be the name of a column or a list of them")
  end
  local found = {}
  for i, name in ipairs(names) do found[i] = find(described, name) end
  return found
end

--- The primary key's columns, in its order; empty where there is none.
local function primary_key(described)
  local key = {}
  for _, column in ipairs(described.columns) do
    if column.pk > 0 then key[column.pk] = column end
  end
  return key
end

--- The names of a key's columns; compared has, by name, the SQL of each as the
-- key compares it.
local function key_names(db, described, key, collations)
  local names = names_of(key)
  names.compared = {}
  for _, name in ipairs(names) do
    names.compared[name] = shared.compared(db, described.name, name,
      collations and collations[name])
  end
  return names
end

--- Whether two lists have the same columns, in any order.
local function is_same(a, b)
  local left = {}
  for _, column in ipairs(a) do left[column] = true end
  for _, column in ipairs(b) do
    if not left[column] then return false end
    left[column] = nil
  end
  return next(left) == nil
end

--- The keys that no two rows share, as lists of columns.
local function unique_keys(db, described)
  local keys, by_index, primary = {}, {}, primary_key(described)
  if #primary > 0 then keys[1] = primary end
  for index, origin, name, collation in db:urows(unique_sql, described.name) do
    if not by_index[index] then
      by_index[index] = { collations = {} }
      keys[#keys + 1] = by_index[index]
    end
    local key = by_index[index]
    local column = name and described.by_name[name:lower()]
    key.expression = key.expression or not column
    table.insert(key, column)
    if column then key.collations[column.name] = collation end
    if origin == "pk" then primary.collations = key.collations end
  end
  local kept = {}
  for _, key in ipairs(keys) do
    if not key.expression and not (key ~= primary and is_same(key, primary))
    then
      kept[#kept + 1] = key
    end
  end
  return kept
end

local function show_key(key)
  local text = table.concat(names_of(key), ", ")
  return #key == 1 and text or "(" .. text .. ")"
end

--- Raise unless the columns are a unique key of the table.
-- @return the collations of its index by name; nil for a rowid
local function check_unique(db, described, key)
  local shown = {}
  for _, unique in ipairs(unique_keys(db, described)) do
    if is_same(unique, key) then return unique.collations end
    shown[#shown + 1] = show_key(unique)
  end
  return misuse(("%s is no unique key of %s, which has %s"):format(
    show_key(key), described.name,
    #shown > 0 and table.concat(shown, " and ") or "none"))
end

--- The columns that tell a row from others, as names: the primary key where
-- that is the rowid or takes its place, otherwise the rowid.
local function row_key(db, described)
  local primary = primary_key(described)
  if described.without_rowid or #primary == 1
    and db:value(primary_index_sql, described.name) == 0 then
    return key_names(db, described, primary,
      check_unique(db, described, primary))
  end
  for _, name in ipairs { "rowid", "_rowid_", "oid" } do
    if not described.by_name[name] then return { name } end
  end
  return misuse(("the columns rowid, _rowid_ and oid of %s hide its rowid")
    :format(described.name))
end

--- Raise for options that aren't known, or of another type than known says.
local function check_options(method, options, known)
  if type(options) ~= "table" then
    misuse(("the options of %s are a table, not a %s"):format(method,
      type(options)))
  end
  local names = {}
  for name in pairs(known) do names[#names + 1] = name end
  table.sort(names)
  for key, value in pairs(options) do
    local wanted = known[key]
    if not wanted then
      misuse(("%s has no option %s%s"):format(method, tostring(key),
        meant(tostring(key), names)))
    elseif wanted ~= "any" and type(value) ~= wanted then
      misuse(("%s must be a %s, not a %s"):format(key, wanted, type(value)))
    end
  end
end

--- One text for each name, joined: %q is the quoted name, %k the same as a key
-- compares it, %i its number.
local function join(names, form, separator)
  local parts = {}
  for i, name in ipairs(names) do
    parts[i] = form:gsub("%%(%a)", { q = quote(name), i = i, z = i - 1,
      k = names.compared and names.compared[name] or quote(name) })
  end
  return table.concat(parts, separator)
end

--- The UPDATE that sets each row when it has read it; nil where SQLite would
-- collect the rows first.
local function one_pass(db, name, columns, key)
  local sql = ("UPDATE %s SET %s WHERE mzlua_changed(%s, %s)"):format(
    quote(name), join(columns, "%q = mzlua_result(%z)", ", "),
    join(key, "%q", ", "), join(columns, "%q", ", "))
  local collects = false
  for row in db:rows("EXPLAIN " .. sql) do
    collects = collects or row.opcode == "OpenEphemeral"
  end
  return not collects and sql or nil
end

--- The UPDATE of rows that are collected first, with their new values.
local function two_passes(name, columns, key, where)
  local same = {}
  for i, column in ipairs(key) do
    same[i] = ("%s.%s = mzlua_k%d"):format(quote(name),
      key.compared and key.compared[column] or quote(column), i)
  end
  return ([[
WITH mzlua_rows AS MATERIALIZED (SELECT %s, %s FROM %s%s)
UPDATE %s SET %s FROM mzlua_rows WHERE %s AND mzlua_changed(%s, %s)]]):format(
    join(key, "%q AS mzlua_k%i", ", "), join(columns, "%q AS mzlua_c%i", ", "),
    quote(name), where and " WHERE (" .. where .. "\n)" or "", quote(name),
    join(columns, "%q = mzlua_result(%z)", ", "), table.concat(same, " AND "),
    join(key, "mzlua_k%i", ", "), join(columns, "mzlua_c%i", ", "))
end

--- The columns as names, where they can be set.
local function settable(described, names, what)
  local columns, seen = find_all(described, names, what), {}
  for _, column in ipairs(columns) do
    if column.generated then
      misuse(("%s is a generated column: it cannot be set")
        :format(column.name))
    elseif seen[column] then
      misuse(("the column %s is named twice"):format(column.name))
    end
    seen[column] = true
  end
  return names_of(columns)
end

--- The columns of a key that each can go by, and whether they are the rowid.
local function each_key(db, described, wanted)
  if wanted == nil then
    return row_key(db, described), not described.without_rowid
  end
  local key = find_all(described, wanted, "the key")
  local collations = check_unique(db, described, key)
  local own = row_key(db, described)
  for _, column in ipairs(key) do
    if not column.not_null and column.name ~= own[1]
      and not (described.without_rowid and column.pk > 0) then
      misuse(("%s may be NULL: each needs a key that never is")
        :format(column.name))
    end
  end
  return key_names(db, described, key, collations), false
end

--- What each reads: the names, those of the key first, and the number of each
-- column: negative where it can't be set, 0 where it isn't read.
local function each_columns(described, key, wanted)
  local names, index = {}, {}
  for _, column in ipairs(described.columns) do index[column.name] = 0 end
  for i, name in ipairs(key) do
    names[i] = index[name] and name or false
    if index[name] then index[name] = i end
  end
  for _, column in ipairs(wanted == nil and described.columns
    or find_all(described, wanted, "columns")) do
    if index[column.name] == 0 then
      names[#names + 1] = column.name
      index[column.name] = column.generated and -#names or #names
    end
  end
  return names, index
end

--- The query for a page, up to a key and, where behind, from one on.
local function page_sql(described, columns, key, rowid, where, behind)
  local read = {}
  for i, name in ipairs(columns) do read[i] = quote(name or key[i]) end
  local keys = "(" .. join(key, "%k", ", ") .. ")"
  local values = "(" .. join(key, "?", ", ") .. ")"
  return ("SELECT %s FROM %s%s WHERE %s%s%s <= %s ORDER BY %s"):format(
    table.concat(read, ", "), quote(described.name),
    rowid and " NOT INDEXED" or "", where and "(" .. where .. "\n) AND " or "",
    behind and keys .. " > " .. values .. " AND " or "", keys, values,
    join(key, "%k", ", "))
end

--- The greatest key, as a list; nil where there are no rows.
local function last_key(db, described, key)
  local row = db:row(("SELECT %s FROM %s ORDER BY %s LIMIT 1"):format(
    join(key, "%q AS k%i", ", "), quote(described.name),
    join(key, "%k DESC", ", ")))
  local last = row and {}
  for i = 1, row and #key or 0 do last[i] = row["k" .. i] end
  return last
end

local function count_rows(db, described, options)
  local sql = "SELECT count(*) FROM " .. quote(described.name)
    .. (options.where and " WHERE " .. options.where or "")
  local params = options.params or {}
  if #params > 0 then return db:value(sql, table.unpack(params)) end
  if next(params) ~= nil then return db:value(sql, params) end
  return db:value(sql)
end

--- What on_error says, as C wants it.
local function error_action(on_error)
  if on_error == nil or on_error == "raise" then return nil end
  if on_error == "skip" then return true end
  if type(on_error) == "function" then return on_error end
  return misuse("on_error must be \"raise\", \"skip\" or a function")
end

local function check_each(options, fn)
  check_options("each", options, each_options)
  local size = options.batch
  if size and (math.type(size) ~= "integer" or size < 1) then
    misuse("batch must be a positive integer")
  end
  if type(fn) ~= "function" then
    misuse(("each takes a function, not a %s"):format(type(fn)))
  end
end

return function(methods)
  local known = {} -- tables and keys that were found to be so

  --- The key as a list of names, where it is a unique one.
  local function upsert_key(db, name, key)
    local id = type(key) == "string" and type(name) == "string"
      and name .. "\n" .. key
    if id and known[id] then return known[id] end
    local described = describe(db, "upsert", name)
    local columns = find_all(described, key, "the key")
    check_unique(db, described, columns)
    if id then known[id] = names_of(columns) end
    return names_of(columns)
  end

  --- Insert rows, or update those that are there by their key.
  -- @param name of the table
  -- @param key the name of a column or a list of them
  -- @param rows as for insert
  -- @return how many rows were inserted or changed
  -- @raise where key is no unique key of the table
  function methods.upsert(db, name, key, rows)
    return upsert(db, name, upsert_key(db, name, key), rows)
  end

  --- Change columns by a function, in one UPDATE.
  -- @param name of the table
  -- @param columns the name of a column or a list of them
  -- @param fn function of their values that returns as many
  -- @param options {where, params}
  -- @return how many rows were changed, and how many fn was called for
  -- @raise what fn raises, with the row's name
  function methods.convert(db, name, columns, fn, options)
    local described = describe(db, "convert", name)
    local set = settable(described, columns, "what convert changes")
    if type(fn) ~= "function" then
      misuse(("convert takes a function, not a %s"):format(type(fn)))
    end
    options = options == nil and {} or options
    check_options("convert", options, convert_options)
    local key = row_key(db, described)
    convert_prepare()
    local sql = not options.where and one_pass(db, described.name, set, key)
      or two_passes(described.name, set, key, options.where)
    return convert(sql, fn, described.name, key, set, options.params)
  end

  --- Hand each row to a function, and write what that changes.
  -- @param name of the table
  -- @param options {columns, where, params, key, batch, on_error, label}
  -- @param fn function(row) that returns a table of changes or nil
  -- @return how many rows were read, changed and, for on_error, passed over
  -- @raise what fn raises, with the row's name
  function methods.each(db, name, options, fn)
    local described = describe(db, "each", name)
    options = options == nil and {} or options
    check_each(options, fn)
    local on_error = error_action(options.on_error)
    local key, rowid = each_key(db, described, options.key)
    local columns, index = each_columns(described, key, options.columns)
    local last = last_key(db, described, key)
    if not last then return 0, 0, 0 end
    local function build(names)
      return ("UPDATE %s SET %s WHERE %s"):format(quote(described.name),
        join(names, "%q = ?", ", "), join(key, "%k = ?", " AND "))
    end
    return each(page_sql(described, columns, key, rowid, options.where),
      page_sql(described, columns, key, rowid, options.where, true), fn,
      described.name, key, columns, index, build, last, options.params or {},
      on_error, options.label or described.name, options.batch or batch,
      watched() and count_rows(db, described, options) or 0)
  end
end
