--- A list in a column, "A. Tautou; Audrey T.", becomes rows of a table.
--
-- down joins them again, in their order. A text that joining would spell in
-- another way is remembered ("", which is not NULL, "A;B", "A; A"), and comes
-- back where the aliases are still the ones that up made of it. An alias that
-- got a ";" of its own since is joined as it is, with a notice: the text can't
-- tell that it was one.

local TABLES = [[
  CREATE TABLE person_alias (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    place INTEGER NOT NULL, -- in the list, from 1
    name TEXT NOT NULL,
    UNIQUE (person_id, name)
  );
  -- Without a foreign key, as this tells of person as it was: where people
  -- are merged, db:merge would have it tell of somebody else.
  CREATE TABLE person_alias_spelling (
    person_id INTEGER PRIMARY KEY,
    aliases TEXT NOT NULL,
    joined TEXT
  );
]]

-- The lists as down joins them, of those who have aliases.
local JOINED = [[
  WITH joined (person_id, aliases) AS (
    SELECT DISTINCT person_id, group_concat(name, '; ') OVER (
      PARTITION BY person_id ORDER BY place, id
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    FROM person_alias
  )
]]

--- One row for each alias of each person.
local function read(db)
  return coroutine.wrap(function()
    for id, aliases in db:urows "SELECT id, aliases FROM person" do
      local names =
        mz.text.split(aliases or "", ";", { trim = true, empty = false })
      for place, name in ipairs(names) do
        coroutine.yield { person_id = id, place = place, name = name }
      end
    end
  end)
end

local function up(db)
  db:exec(TABLES)
  -- An alias that stands twice in a list is one: hence no db:insert.
  db:upsert("person_alias", { "person_id", "name" }, read(db))
  mz.log("aliases:", db:value "SELECT count(*) FROM person_alias")
  db:exec(JOINED .. [[
    INSERT INTO person_alias_spelling
    SELECT person.id, person.aliases, joined.aliases
    FROM person LEFT JOIN joined ON joined.person_id = person.id
    WHERE person.aliases <> joined.aliases
      OR person.aliases IS NOT NULL AND joined.aliases IS NULL]])
  db:exec "ALTER TABLE person DROP COLUMN aliases"
end

local function down(db)
  local unclear = db:value
    "SELECT count(*) FROM person_alias WHERE instr(name, ';')"
  if unclear > 0 then
    mz.notice(unclear, "aliases hold a ; and will be read as more than one")
  end
  db:exec "ALTER TABLE person ADD COLUMN aliases TEXT"
  db:exec(JOINED .. [[
    UPDATE person SET aliases = joined.aliases FROM joined
    WHERE joined.person_id = person.id]])
  db:exec [[
    UPDATE person SET aliases = spelling.aliases
    FROM person_alias_spelling AS spelling
    WHERE spelling.person_id = person.id
      AND spelling.joined IS person.aliases;
    DROP TABLE person_alias_spelling;
    DROP TABLE person_alias;
  ]]
end

return { up = up, down = down }
