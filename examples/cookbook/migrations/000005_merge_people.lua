--- People who are there twice, "Zoë Kahn" and "  ZOË KAHN ", become one.
--
-- A name that is only white space is nobody's. Where two people may share a
-- name, have key and same_person look at more than that.
--
-- The first of them stays, with a year of birth that only another one has.
-- Credits and aliases of the others become its own. Where both have the same
-- credit or alias, one is enough: on_conflict says which tables may lose such
-- rows; without it, db:merge raises and shows them.
--
-- What goes or changes is kept beside, and down takes the people apart again:
-- each credit or alias goes back that is still where up put it, and one that
-- was given up comes back if its double is still there. What was added since
-- stays with the person who got it. Who can't come back is told: somebody else
-- has got the number since, or the person was deleted.

local KEPT = [[
  CREATE TABLE person_merged (
    id INTEGER PRIMARY KEY,
    kept_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    kept_born INTEGER, -- before
    name TEXT NOT NULL,
    born INTEGER
  );
  CREATE TABLE credit_merged (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person_merged (id) ON DELETE CASCADE,
    media_id INTEGER NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    dropped INTEGER
  );
  CREATE TABLE person_alias_merged (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person_merged (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    dropped INTEGER
  );
]]

local CHILDREN = {
  { child = "credit", columns = "media_id, role", same = "media_id, role" },
  { child = "person_alias", columns = "place, name", same = "name" },
}

--- What is the same for two names of one person; nil is like no other.
local function same_person(name)
  local normal = mz.text.normalise(name)
  return normal ~= "" and normal or nil
end

--- Run SQL for each child, with {child} and the like filled in.
local function for_children(db, sql)
  for _, values in ipairs(CHILDREN) do
    db:exec((sql:gsub("{(%w+)}", values)))
  end
end

--- Keep what a merge will delete or change.
local function keep(db)
  local add = db:prepare [[
    INSERT INTO person_merged SELECT o.id, k.id, k.born, o.name, o.born
    FROM person AS o, person AS k WHERE o.id = ? AND k.id = ?]]
  local groups = db:duplicates("person", "name", { by = same_person })
  for _, group in ipairs(groups) do
    for i = 2, group.count do add:exec(group.keys[i], group.keys[1]) end
  end
  for_children(db, [[
    INSERT INTO {child}_merged (id, person_id, {columns})
    SELECT id, person_id, {columns} FROM {child}
    WHERE person_id IN (SELECT id FROM person_merged)]])
end

local function up(db)
  db:exec(KEPT)
  keep(db)
  local merged = db:merge("person", {
    key = "name", by = same_person,
    merge = function(kept, dropped)
      return { born = kept.born or dropped.born }
    end,
    on_conflict = { credit = "delete", person_alias = "delete" },
  })
  for_children(db, [[
    UPDATE {child}_merged SET dropped = id NOT IN (SELECT id FROM {child})]])
  mz.log("people merged:", merged.deleted)
  mz.log("credits that became another's:",
    merged.repointed["credit.person_id"])
  mz.log("credits that both had:", merged.dropped.credit or 0)
end

local function down(db)
  local lost = db:exec [[
    DELETE FROM person_merged WHERE id IN (SELECT id FROM person)
      OR kept_id NOT IN (SELECT id FROM person)]]
  if lost > 0 then mz.notice(lost, "merged people can't come back") end
  db:exec [[
    INSERT INTO person (id, name, born)
    SELECT id, name, born FROM person_merged;

    UPDATE person SET born = NULL FROM person_merged AS m
    WHERE person.id = m.kept_id AND m.kept_born IS NULL
      AND person.born = m.born]]
  for_children(db, [[
    INSERT INTO {child} (id, person_id, {columns})
    SELECT CASE WHEN id NOT IN (SELECT id FROM {child}) THEN id END,
      person_id, {columns}
    FROM {child}_merged AS o
    WHERE dropped AND
      ((SELECT kept_id FROM person_merged WHERE id = o.person_id), {same})
        IN (SELECT person_id, {same} FROM {child});

    UPDATE OR IGNORE {child} SET person_id = p.id
    FROM {child}_merged AS o JOIN person_merged AS p ON p.id = o.person_id
    WHERE o.id = {child}.id AND NOT o.dropped AND {child}.person_id = p.kept_id;

    DROP TABLE {child}_merged]])
  db:exec "DROP TABLE person_merged"
end

return { up = up, down = down }
