--- The number of items and the minutes of each playlist, as its items say.
--
-- Only playlists whose figures are wrong are written; playlist_correction
-- holds both, the wrong and the right ones. down brings the wrong figures back
-- where the right ones still stand, and leaves alone what was changed since.
-- An item without a runtime, or whose media are gone, counts no minutes.

local function runtimes(db)
  local minutes_of = {}
  for id, runtime in db:urows "SELECT id, runtime FROM media" do
    minutes_of[id] = runtime
  end
  return minutes_of
end

local function up(db)
  db:exec [[
    CREATE TABLE playlist_correction (
      playlist_id INTEGER PRIMARY KEY
        REFERENCES playlist (id) ON DELETE CASCADE,
      old_item_count INTEGER NOT NULL,
      old_minutes INTEGER NOT NULL,
      item_count INTEGER NOT NULL,
      minutes INTEGER NOT NULL
    )]]
  local minutes_of = runtimes(db)
  local scanned, changed = db:each("playlist", {
    columns = { "items", "item_count", "minutes" },
  }, function(row)
    local items, minutes = mz.json.decode(row.items), 0
    for _, item in ipairs(items) do
      minutes = minutes + (minutes_of[item.media] or 0)
    end
    if row.item_count == #items and row.minutes == minutes then return end
    db:insert("playlist_correction", {
      playlist_id = row.id,
      old_item_count = row.item_count, old_minutes = row.minutes,
      item_count = #items, minutes = minutes,
    })
    return { item_count = #items, minutes = minutes }
  end)
  mz.log("playlists corrected:", changed, "of", scanned)
end

local function down(db)
  local restored = db:exec [[
    UPDATE playlist
    SET item_count = old.old_item_count, minutes = old.old_minutes
    FROM playlist_correction AS old
    WHERE old.playlist_id = playlist.id
      AND old.item_count = playlist.item_count
      AND old.minutes = playlist.minutes]]
  mz.log("playlists with the figures that they had:", restored)
  db:exec "DROP TABLE playlist_correction"
end

return { up = up, down = down }
