--- No two playlists of a user with the same name, as people see names: without
-- case, accents and white space.
--
-- SQLite cannot fold "Été" by itself, so the folded name has a column of its
-- own, which the application fills whenever it writes a name; the index on it
-- is all that is then needed. White space is cleaned, and all but the first of
-- the same name get the next number that is free: where there is a
-- "Favourites (2)" already, it becomes "Favourites (3)".
--
-- down gives back the names that were changed here and not edited since.

--- The first free one of "NAME (2)", "NAME (3)" ..., from number on.
local function next_free(db, user_id, name, number)
  while true do
    local free = mz.text.squeeze(("%s (%d)"):format(name, number))
    local key = mz.text.normalise(free)
    if not db:value("SELECT 1 FROM playlist WHERE user_id = ? AND name_key = ?",
      user_id, key) then
      return free, key, number
    end
    number = number + 1
  end
end

--- Number all but the first of playlists with the same name.
local function number_apart(db, group)
  local number = 1
  for i = 2, group.count do
    local id = group.keys[i]
    local name = db:value("SELECT name FROM playlist WHERE id = ?", id)
    local key
    name, key, number =
      next_free(db, group.values.user_id, name, number + 1)
    db:exec("UPDATE playlist SET name = ?, name_key = ? WHERE id = ?",
      name, key, id)
  end
end

local function up(db)
  db:exec [[
    CREATE TABLE playlist_spelling (
      playlist_id INTEGER PRIMARY KEY
        REFERENCES playlist (id) ON DELETE CASCADE,
      old_name TEXT NOT NULL,
      name TEXT
    );
    INSERT INTO playlist_spelling (playlist_id, old_name)
    SELECT id, name FROM playlist;
    ALTER TABLE playlist ADD COLUMN name_key TEXT;
  ]]
  db:convert("playlist", { "name", "name_key" }, function(name)
    return mz.text.squeeze(name), mz.text.normalise(name)
  end)
  db:exec "CREATE INDEX playlist_name_key ON playlist (user_id, name_key)"
  local same = db:duplicates("playlist", { "user_id", "name_key" })
  for _, group in ipairs(same) do
    number_apart(db, group)
  end
  db:exec [[
    DROP INDEX playlist_name_key;
    CREATE UNIQUE INDEX playlist_name_key ON playlist (user_id, name_key);
    UPDATE playlist_spelling SET name = playlist.name
    FROM playlist WHERE playlist.id = playlist_id;
    DELETE FROM playlist_spelling WHERE name = old_name;
  ]]
  mz.log("playlists renamed:",
    db:value "SELECT count(*) FROM playlist_spelling")
end

local function down(db)
  db:exec [[
    UPDATE playlist SET name = old.old_name
    FROM playlist_spelling AS old
    WHERE old.playlist_id = playlist.id AND old.name = playlist.name;
    DROP TABLE playlist_spelling;
    DROP INDEX playlist_name_key;
    ALTER TABLE playlist DROP COLUMN name_key;
  ]]
end

return { up = up, down = down }
