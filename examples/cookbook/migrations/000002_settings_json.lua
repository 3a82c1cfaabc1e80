--- Settings in JSON get other names and types.
--
-- "pageSize" becomes "page_size" in its place, "50" becomes 50, "tracking"
-- goes. What a text has besides stays as it is: other keys, nulls in lists,
-- ids above 2^53. NULL and {} are not even written.
--
-- down gives back the old text to the letter where the settings are still the
-- ones that up made. Where they were changed since, it turns round what up
-- did: the changes stay, and "tracking" comes back with its old value, but as
-- the last key.

local RENAMED = { pageSize = "page_size", lastSeenId = "last_seen_id" }

--- The number that a text stands for; anything else as it is. "007" stays.
local function to_integer(value)
  local number = type(value) == "string" and math.tointeger(value)
  return number and tostring(number) == value and number or value
end

local function to_text(value)
  return math.type(value) == "integer" and tostring(value) or value
end

--- Change the settings that have another type now.
local function retype(settings, key, fn)
  settings[key] = fn(settings[key])
  if mz.json.is_array(settings.filters) then
    for _, filter in ipairs(settings.filters) do
      if filter.field == "year" then filter.value = fn(filter.value) end
    end
  end
end

local function forward(settings)
  for old, new in pairs(RENAMED) do mz.json.rename(settings, old, new) end
  retype(settings, "page_size", to_integer)
  settings.tracking = nil
end

local function backward(settings)
  for old, new in pairs(RENAMED) do mz.json.rename(settings, new, old) end
  retype(settings, "pageSize", to_text)
end

local function up(db)
  db:exec [[
    CREATE TABLE user_settings_before (
      user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
      settings TEXT NOT NULL
    );
    INSERT INTO user_settings_before
    SELECT id, settings FROM user WHERE settings IS NOT NULL;
  ]]
  local changed, scanned = db:convert("user", "settings", function(text)
    return mz.json.update(text, forward)
  end)
  mz.log(changed, "of", scanned, "settings changed")
end

local function down(db)
  -- A function for SQL, as it needs what stands in another table.
  db:define("settings_before", function(text, before)
    if before and mz.json.update(before, forward) == text then return before end
    return mz.json.update(text, function(settings)
      backward(settings)
      if before then settings.tracking = mz.json.decode(before).tracking end
    end)
  end)
  db:exec [[
    UPDATE user SET settings = settings_before(settings,
      (SELECT settings FROM user_settings_before WHERE user_id = user.id))
    WHERE settings IS NOT NULL;
    DROP TABLE user_settings_before;
  ]]
end

return { up = up, down = down }
