--- UUIDs for media instead of numbers: in media itself, in every table that
-- refers to it, and inside the JSON of playlists, where no foreign key looks.
--
-- The UUIDs are of version 7 and made in the order of the numbers, so media
-- still sort as they were added. Which number became which UUID stays in
-- media_number: down needs it, and the application may use it to answer old
-- links. down numbers media that were added since from the highest number on.
--
-- A column keeps its type for life, so its table is made anew under another
-- name, filled, and takes the place of the old one; foreign keys are off
-- meanwhile and checked at the end. A reference to media that don't exist stops
-- the migration in a table, and stays as it is in a playlist. A view, or a
-- trigger of another table, that names one of the tables has to be dropped
-- before, and made again.

--- Make the table anew with another declaration of a column, and its values.
-- @param was how the column's declaration begins
-- @param becomes how it begins then
-- @param value an expression of SQL
local function redeclare(db, name, column, was, becomes, value)
  local create = db:value(
    "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", name)
  local body, found = create:match("%(.*"):gsub("%f[%w_]" .. was, becomes)
  mz.assert(found == 1, name .. " is not declared as expected: " .. create)
  local others = {} -- indexes and triggers, which go with the table
  for sql in db:urows("SELECT sql FROM sqlite_schema WHERE tbl_name = ? "
    .. "AND type IN ('index', 'trigger') AND sql NOT NULL ORDER BY rowid",
    name) do
    others[#others + 1] = sql
  end
  local columns, values = {}, {}
  for i, each in ipairs(db:columns(name)) do
    columns[i] = each.name
    values[i] = each.name == column and value or each.name
  end
  db:exec(("CREATE TABLE %s_new %s"):format(name, body))
  db:exec(("INSERT INTO %s_new (%s) SELECT %s FROM %s ORDER BY rowid"):format(
    name, table.concat(columns, ", "), table.concat(values, ", "), name))
  db:exec(("DROP TABLE %s"):format(name))
  db:exec(("ALTER TABLE %s_new RENAME TO %s"):format(name, name))
  for _, sql in ipairs(others) do
    db:exec(sql)
  end
end

--- Every column that refers to media, as { table, column }.
local function references(db)
  local found = {}
  for name, column in db:urows [[
    SELECT child.name, key."from"
    FROM sqlite_schema AS child, pragma_foreign_key_list(child.name) AS key
    WHERE child.type = 'table' AND lower(key."table") = 'media']] do
    found[#found + 1] = { name, column }
  end
  return found
end

--- Change the ids inside of playlists.
local function change_items(db, query)
  local new_id = {}
  for old, new in db:urows(query) do
    new_id[old] = new
  end
  db:convert("playlist", "items", function(text)
    return mz.json.update(text, function(items)
      for _, item in ipairs(items) do
        item.media = new_id[item.media] or item.media
      end
    end)
  end)
end

local function up(db)
  db:exec [[
    CREATE TABLE media_number (
      number INTEGER PRIMARY KEY,
      uuid TEXT NOT NULL UNIQUE
    )]]
  db:define("uuid_v7", mz.uuid.v7)
  db:exec [[INSERT INTO media_number (number, uuid)
    SELECT id, uuid_v7() FROM media ORDER BY id]]
  for _, key in ipairs(references(db)) do
    redeclare(db, key[1], key[2], key[2] .. " INTEGER", key[2] .. " TEXT",
      "(SELECT uuid FROM media_number WHERE number = " .. key[2] .. ")")
  end
  redeclare(db, "media", "id", "id INTEGER PRIMARY KEY",
    "id TEXT PRIMARY KEY NOT NULL",
    "(SELECT uuid FROM media_number WHERE number = id)")
  change_items(db, "SELECT number, uuid FROM media_number")
end

local function down(db)
  db:exec [[INSERT INTO media_number (uuid)
    SELECT id FROM media WHERE id NOT IN (SELECT uuid FROM media_number)
    ORDER BY rowid]]
  redeclare(db, "media", "id", "id TEXT PRIMARY KEY NOT NULL",
    "id INTEGER PRIMARY KEY",
    "(SELECT number FROM media_number WHERE uuid = id)")
  for _, key in ipairs(references(db)) do
    redeclare(db, key[1], key[2], key[2] .. " TEXT", key[2] .. " INTEGER",
      "(SELECT number FROM media_number WHERE uuid = " .. key[2] .. ")")
  end
  change_items(db, "SELECT uuid, number FROM media_number")
  db:exec "DROP TABLE media_number"
end

return { up = up, down = down }
