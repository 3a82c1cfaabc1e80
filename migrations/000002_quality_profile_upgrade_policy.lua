--- Upgrades become a choice: a quality profile may have no cutoff, and the
-- shipped profiles no longer upgrade on their own. On the way, the items of a
-- profile get the foreign key that they should have had, on the primary key
-- of quality_definition.
--
-- A profile counts as shipped while every field of it, its id included, is
-- what 000001 inserted. Whatever a user has edited or added stays. down gives
-- back each field that up took, where it still is as up left it: so a profile
-- that got another cutoff since keeps that, and gets its upgrades back.
--
-- The key decides what an item's number means: quality_definition.quality_id
-- before, quality_definition.id afterwards. For the shipped definitions both
-- are the same; for others the numbers (and the cutoffs, which share them) are
-- translated, so that each keeps meaning the same definition. A number that
-- means no definition stays as it is, unless it would mean one afterwards:
-- then up or down stops.
--
-- What down can't restore, because nothing in the database tells it:
-- * "No cutoff" that a user chose: the old table wants a number. It gets the
--   lowest quality among the profile's items, so that the profile is satisfied
--   by any of them; without items the lowest quality there is; without
--   qualities 0, which means none.
-- * Two definitions with one quality_id, which only the new schema allows:
--   down stops and lists them.

local function shipped(id, name, cutoff, upgrade)
  return { id = id, name = name, cutoff_quality_id = cutoff,
    upgrade_allowed = upgrade }
end

local SHIPPED = {
  shipped(1, "Standard Definition", 2, true),
  shipped(2, "High Definition", 8, true),
  shipped(3, "Ultra High Definition", 13, false),
  shipped(4, "Standard Definition", 16, true),
  shipped(5, "High Definition", 23, true),
  shipped(6, "Ultra High Definition", 27, false),
}

-- Cutoffs and items by numbers that mean nothing now, and would afterwards.
local UNCLEAR = [[
  SELECT group_concat(place || ': ' || number, '; ') FROM (
    SELECT 'item of profile ' || profile_id AS place, quality_id AS number
    FROM quality_profile_item
    UNION ALL SELECT 'cutoff of profile ' || id, cutoff_quality_id
    FROM quality_profile)
  WHERE number NOT IN (SELECT $from FROM quality_definition)
    AND number IN (SELECT $to FROM quality_definition)]]

local CUTOFFS = [[
  UPDATE quality_profile SET cutoff_quality_id = definition.$to
  FROM quality_definition AS definition
  WHERE definition.$from = cutoff_quality_id]]

local ITEMS = [[
  CREATE TABLE quality_profile_item (
  profile_id INTEGER NOT NULL
    REFERENCES quality_profile (id) ON DELETE CASCADE,
  quality_id INTEGER NOT NULL
    REFERENCES quality_definition ($to) ON DELETE CASCADE,
  PRIMARY KEY (profile_id, quality_id)
)]]

local ITEM = [[
  coalesce((SELECT $to FROM quality_definition AS definition
    WHERE definition.$from = quality_profile_item.quality_id), quality_id)]]

-- Definitions that share a quality_id.
local SHARED = [[
  SELECT group_concat('id ' || id || ': ' || $to || ' (' || name || ')', '; ')
  FROM quality_definition WHERE $to IN (SELECT $to FROM quality_definition
    GROUP BY $to HAVING count(*) > 1)]]

local NO_CUTOFF = {
  mz.sql [[(SELECT min(quality_id) FROM quality_profile_item
    WHERE profile_id = quality_profile.id)]],
  mz.sql "(SELECT min(quality_id) FROM quality_definition)",
  0,
}

--- Have cutoffs and items mean definitions by another column.
local function renumber(db, from, to)
  local function sql(text)
    return (text:gsub("%$(%a+)", { from = from, to = to }))
  end
  local shared, unclear = db:value(sql(SHARED)), db:value(sql(UNCLEAR))
  mz.assert(not shared, ("quality_definition.%s must be unique again, but "
    .. "several rows share one; renumber or delete first: %s"):format(to,
    shared))
  mz.assert(not unclear, ("no quality_definition has this %s, but another "
    .. "has it as %s, so that the meaning would change; correct or delete "
    .. "first: %s"):format(from, to, unclear))
  db:exec(sql(CUTOFFS))
  db:rebuild("quality_profile_item", { create = sql(ITEMS),
    copy = { quality_id = mz.sql(sql(ITEM)) } })
end

local function up(db)
  db:transform("quality_profile", { null = "cutoff_quality_id" })
  db:remember("quality_profile", function()
    db:update_unmodified("quality_profile", SHIPPED,
      { cutoff_quality_id = mz.null, upgrade_allowed = false })
  end)
  renumber(db, "quality_id", "id")
  db:exec "DROP INDEX IF EXISTS quality_definition_quality_id"
end

local function down(db)
  renumber(db, "id", "quality_id")
  db:exec [[CREATE UNIQUE INDEX quality_definition_quality_id
  ON quality_definition (quality_id)]]
  db:restore("quality_profile")
  db:transform("quality_profile",
    { not_null = { cutoff_quality_id = { fill = NO_CUTOFF } } })
end

return { up = up, down = down }
