--- UUIDs for media instead of numbers: in media itself, in every table that
-- refers to it, and inside the JSON of playlists, where no foreign key looks.
--
-- The UUIDs are of version 7 and made in the order of the numbers, so media
-- still sort as they were added. Which number became which UUID stays in
-- media_number: down needs it, and the application may use it to answer old
-- links. down numbers media that were added since from the highest number on.
--
-- A reference to media that don't exist stops the migration in a table, and
-- stays as it is in a playlist.

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

--- Give a column another type, and for its values those of media_number.
-- @param old, new columns of media_number
local function retype(db, name, column, type, old, new)
  db:transform(name, { type = { [column] = { type,
    using = mz.sql(("(SELECT %s FROM media_number WHERE %s = %s.%s)"):format(
      new, old, name, column)) } } })
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
    retype(db, key[1], key[2], "TEXT", "number", "uuid")
  end
  retype(db, "media", "id", "TEXT", "number", "uuid")
  db:transform("media", { not_null = "id" })
  change_items(db, "SELECT number, uuid FROM media_number")
end

local function down(db)
  db:exec [[INSERT INTO media_number (uuid)
    SELECT id FROM media WHERE id NOT IN (SELECT uuid FROM media_number)
    ORDER BY rowid]]
  db:transform("media", { null = "id" })
  retype(db, "media", "id", "INTEGER", "uuid", "number")
  for _, key in ipairs(references(db)) do
    retype(db, key[1], key[2], "INTEGER", "uuid", "number")
  end
  change_items(db, "SELECT uuid, number FROM media_number")
  db:exec "DROP TABLE media_number"
end

return { up = up, down = down }
