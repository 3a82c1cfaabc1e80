--- Times of viewing in UTC instead of what the user's clock showed.
--
-- Twice a year a clock doesn't tell the time: an hour is shown twice, another
-- never. Nothing in the row says which was meant, so it is decided here, once
-- and where it can be read: of two times the earlier; a time that no clock
-- showed was read off one that had not been put forward yet, so it counts on
-- from before. These rows are listed in viewing_local_time, as are those whose
-- text had another form.
--
-- That table leads down back to the letter. In any other row the local time
-- follows from the one in UTC, in those that came since `up` too; where a user
-- has moved to another zone, it is the local time there. down cannot tell apart
-- the two times of an hour that is shown twice: local time never could.

--- A function that returns the zone of a row's user.
local function zone_finder(db)
  local zones = {}
  for id, zone in db:urows "SELECT id, zone FROM user" do
    zones[id] = zone
  end
  return function(row)
    return mz.assert(zones[row.user_id], "its user does not exist")
  end
end

local function on_clock(time, zone)
  return mz.time.format(time, nil, { zone = zone })
end

--- The time, and why the text cannot be told from it where that is so.
local function read(text, zone)
  local time = mz.time.parse(text, { zone = zone, ambiguous = "earlier" })
  local later = mz.time.parse(text, { zone = zone, ambiguous = "later" })
  local shown = on_clock(time, zone)
  if time == later then
    return time, shown ~= text and "form" or nil
  elseif shown == mz.time.format(mz.time.parse(text)) then
    return time, "twice"
  end
  return later, "never"
end

local function up(db)
  db:exec [[
    CREATE TABLE viewing_local_time (
      viewing_id INTEGER PRIMARY KEY REFERENCES viewing (id) ON DELETE CASCADE,
      reason TEXT NOT NULL, -- twice, never, form
      text TEXT NOT NULL,   -- as it was, in
      zone TEXT NOT NULL,
      utc TEXT NOT NULL     -- as it was read
    )]]
  local zone_of = zone_finder(db)
  db:each("viewing", { columns = { "user_id", "started_at" } }, function(row)
    local text, zone = row.started_at, zone_of(row)
    local time, reason = read(text, zone)
    local utc = mz.time.format(time)
    if reason then
      db:insert("viewing_local_time", { viewing_id = row.id, reason = reason,
        text = text, zone = zone, utc = utc })
    end
    return { started_at = utc }
  end)
  local decided = db:value [[SELECT count(*) FROM viewing_local_time
    WHERE reason <> 'form']]
  if decided > 0 then
    mz.notice("times that no clock can tell, see viewing_local_time:", decided)
  end
end

local function down(db)
  -- What was edited since is converted like the rest.
  db:exec [[
    DELETE FROM viewing_local_time AS old WHERE NOT EXISTS (
      SELECT 1 FROM viewing JOIN user ON user.id = viewing.user_id
      WHERE viewing.id = old.viewing_id
        AND viewing.started_at = old.utc AND user.zone = old.zone);
    UPDATE viewing SET started_at = old.text
    FROM viewing_local_time AS old WHERE old.viewing_id = viewing.id;
  ]]
  local zone_of = zone_finder(db)
  db:each("viewing", {
    columns = { "user_id", "started_at" },
    where = "NOT EXISTS (SELECT 1 FROM viewing_local_time "
      .. "WHERE viewing_id = viewing.id)",
  }, function(row)
    return { started_at = on_clock(mz.time.parse(row.started_at),
      zone_of(row)) }
  end)
  db:exec "DROP TABLE viewing_local_time"
end

return { up = up, down = down }
