--- Upgrades become a choice: a quality profile may have no cutoff, and the
-- shipped profiles no longer upgrade on their own. On the way, the items of a
-- profile get the foreign key that they should have had, on the primary key
-- of quality_definition.
--
-- A profile counts as shipped while every field of it, its id included, is
-- what 000001 inserted. Whatever a user has edited or added stays.
--
-- The key decides what an item's number means: quality_definition.quality_id
-- before, quality_definition.id afterwards. For the shipped definitions both
-- are the same; for others the numbers (and the cutoffs, which share them) are
-- translated, so that each keeps meaning the same definition. A number that
-- means no definition stays as it is.
--
-- What down can't restore, because nothing in the database tells it:
-- * A profile whose shipped cutoff `up` took away and a user then set again
--   keeps upgrade_allowed as it is now: it may have been switched off by hand.
-- * A profile of the ids 1 to 6 without a cutoff that doesn't allow upgrades
--   is what `up` leaves behind. If it was a user who made it so, it becomes
--   the shipped choice again all the same.
-- * "No cutoff" on a user's own profile: the old table wants a number. It gets
--   the lowest quality among the profile's items, so that the profile is
--   satisfied by any of them; without items the lowest quality there is;
--   without qualities 0, which means none.
-- * Two definitions with one quality_id, which only the new schema allows:
--   down stops and lists them.

local SHIPPED = {
  { id = 1, name = "Standard Definition", cutoff = 2, upgrade = 1 },
  { id = 2, name = "High Definition", cutoff = 8, upgrade = 1 },
  { id = 3, name = "Ultra High Definition", cutoff = 13, upgrade = 0 },
  { id = 4, name = "Standard Definition", cutoff = 16, upgrade = 1 },
  { id = 5, name = "High Definition", cutoff = 23, upgrade = 1 },
  { id = 6, name = "Ultra High Definition", cutoff = 27, upgrade = 0 },
}

-- Column lists, as they stand in CREATE TABLE.

local PROFILE_BEFORE = [[
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  cutoff_quality_id INTEGER NOT NULL,
  upgrade_allowed BOOLEAN NOT NULL
]]

local PROFILE_AFTER = [[
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  cutoff_quality_id INTEGER,
  upgrade_allowed BOOLEAN NOT NULL
]]

local ITEM_BEFORE = [[
  profile_id INTEGER NOT NULL
    REFERENCES quality_profile (id) ON DELETE CASCADE,
  quality_id INTEGER NOT NULL
    REFERENCES quality_definition (quality_id) ON DELETE CASCADE,
  PRIMARY KEY (profile_id, quality_id)
]]

local ITEM_AFTER = [[
  profile_id INTEGER NOT NULL
    REFERENCES quality_profile (id) ON DELETE CASCADE,
  quality_id INTEGER NOT NULL
    REFERENCES quality_definition (id) ON DELETE CASCADE,
  PRIMARY KEY (profile_id, quality_id)
]]

-- Rebuilding a table ---------------------------------------------------------

local PROFILE = {
  name = "quality_profile",
  columns = "id, name, cutoff_quality_id, upgrade_allowed",
}

local ITEM = {
  name = "quality_profile_item",
  columns = "profile_id, quality_id",
}

--- Stop if the table has columns that a copy would lose.
local function check_columns(db, spec)
  local names = {}
  for _, column in ipairs(db:columns(spec.name)) do
    names[#names + 1] = column.name
  end
  local actual = table.concat(names, ", ")
  mz.assert(actual == spec.columns, string.format(
    "%s has the columns %s; this migration knows %s, and would lose others",
    spec.name, actual, spec.columns))
end

--- The indexes and triggers of a table, as SQL, oldest first.
local function attachments(db, table_name)
  local statements = {}
  for sql in db:urows([[
    SELECT sql FROM sqlite_schema
    WHERE type IN ('index', 'trigger') AND tbl_name = ? AND sql IS NOT NULL
    ORDER BY rowid]], table_name)
  do
    statements[#statements + 1] = sql
  end
  return statements
end

--- Make a table anew from `body` and fill it from `query`. In legacy mode the
-- rename leaves views, and triggers of other tables, naming this one.
local function rebuild(db, spec, body, query)
  check_columns(db, spec)
  local kept = attachments(db, spec.name)
  local new = spec.name .. "_new"
  db:exec("PRAGMA legacy_alter_table = ON")
  db:exec("CREATE TABLE " .. new .. " (\n" .. body .. ")")
  db:exec("INSERT INTO " .. new .. " (" .. spec.columns .. ") " .. query)
  db:exec("DROP TABLE " .. spec.name)
  db:exec("ALTER TABLE " .. new .. " RENAME TO " .. spec.name)
  db:exec("PRAGMA legacy_alter_table = OFF")
  for _, sql in ipairs(kept) do
    db:exec(sql)
  end
end

-- Translating numbers --------------------------------------------------------

--- Put a definition's columns into SQL text: $from is the one that a number
-- means now, $to the one that it shall mean.
local function with_keys(from, to, sql)
  return (sql:gsub("%$(%a+)", { from = from, to = to }))
end

--- Stop at numbers that mean nothing now and would mean something afterwards.
local function check_numbers(db, from, to)
  local found = {}
  for place, id, number in db:urows(with_keys(from, to, [[
    WITH number (place, id, value) AS (
      SELECT 'item of profile', profile_id, quality_id
      FROM quality_profile_item
      UNION ALL
      SELECT 'cutoff of profile', id, cutoff_quality_id FROM quality_profile
    )
    SELECT place, id, value FROM number
    WHERE value NOT IN (SELECT $from FROM quality_definition)
      AND value IN (SELECT $to FROM quality_definition)
    ORDER BY place, id, value]]))
  do
    found[#found + 1] = string.format("%s %s: %s", place, id, number)
  end
  mz.assert(#found == 0, string.format(
    "no quality_definition has this %s, but another has it as %s, so that "
    .. "the meaning would change; correct or delete first: %s",
    from, to, table.concat(found, "; ")))
end

local function translate_cutoffs(db, from, to)
  db:exec(with_keys(from, to, [[
    UPDATE quality_profile SET cutoff_quality_id = definition.$to
    FROM quality_definition AS definition
    WHERE definition.$from = quality_profile.cutoff_quality_id
      AND definition.$to <> definition.$from]]))
end

local function rebuild_items(db, body, from, to)
  rebuild(db, ITEM, body, with_keys(from, to, [[
    SELECT item.profile_id, COALESCE(definition.$to, item.quality_id)
    FROM quality_profile_item AS item
    LEFT JOIN quality_definition AS definition
      ON definition.$from = item.quality_id
    ORDER BY 1, 2]]))
end

-- Up -------------------------------------------------------------------------

local function clear_shipped_cutoffs(db)
  local update <close> = db:prepare([[
    UPDATE quality_profile SET cutoff_quality_id = NULL, upgrade_allowed = FALSE
    WHERE id IS ? AND name IS ?
      AND cutoff_quality_id IS ? AND upgrade_allowed IS ?]])
  local changed = 0
  for _, profile in ipairs(SHIPPED) do
    changed = changed + update:exec(
      profile.id, profile.name, profile.cutoff, profile.upgrade)
  end
  return changed
end

local function up(db)
  check_numbers(db, "quality_id", "id")
  rebuild(db, PROFILE, PROFILE_AFTER,
    "SELECT " .. PROFILE.columns .. " FROM quality_profile ORDER BY id")
  local changed = clear_shipped_cutoffs(db)
  translate_cutoffs(db, "quality_id", "id")
  rebuild_items(db, ITEM_AFTER, "quality_id", "id")
  db:exec("DROP INDEX IF EXISTS quality_definition_quality_id")
  mz.log("profiles without a cutoff now: " .. changed)
end

-- Down -----------------------------------------------------------------------

--- Stop if two definitions have one quality_id.
local function check_unique(db)
  local found = {}
  for id, quality_id, name in db:urows([[
    SELECT id, quality_id, name FROM quality_definition
    WHERE quality_id IN (
      SELECT quality_id FROM quality_definition
      GROUP BY quality_id HAVING count(*) > 1)
    ORDER BY quality_id, id]])
  do
    found[#found + 1] = string.format("id %s: %s (%s)", id, quality_id, name)
  end
  mz.assert(#found == 0,
    "quality_definition.quality_id must be unique again, but several rows "
    .. "share one; renumber or delete first: " .. table.concat(found, "; "))
end

--- Give the profiles that `up` cleared both fields back; one that allows
-- upgrades was switched on since, and only needs its cutoff.
local function restore_shipped_cutoffs(db)
  local update <close> = db:prepare([[
    UPDATE quality_profile
    SET upgrade_allowed =
          CASE upgrade_allowed WHEN FALSE THEN ? ELSE upgrade_allowed END,
        cutoff_quality_id = ?
    WHERE id = ? AND cutoff_quality_id IS NULL]])
  local changed = 0
  for _, profile in ipairs(SHIPPED) do
    changed = changed
      + update:exec(profile.upgrade, profile.cutoff, profile.id)
  end
  return changed
end

local function down(db)
  check_unique(db)
  check_numbers(db, "id", "quality_id")
  db:exec([[CREATE UNIQUE INDEX quality_definition_quality_id
  ON quality_definition (quality_id)]])
  rebuild_items(db, ITEM_BEFORE, "id", "quality_id")
  translate_cutoffs(db, "id", "quality_id")
  local changed = restore_shipped_cutoffs(db)
  rebuild(db, PROFILE, PROFILE_BEFORE, [[
    SELECT profile.id, profile.name, COALESCE(
        profile.cutoff_quality_id,
        (SELECT min(item.quality_id) FROM quality_profile_item AS item
         WHERE item.profile_id = profile.id),
        (SELECT min(quality_id) FROM quality_definition),
        0),
      profile.upgrade_allowed
    FROM quality_profile AS profile
    ORDER BY profile.id]])
  mz.log("profiles with their shipped cutoff again: " .. changed)
end

return { up = up, down = down }
