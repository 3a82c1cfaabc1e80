--- A given and a family name instead of one text.
--
-- Names are no formal language. "Lovelace, Ada" is turned round, "van Gogh"
-- and "de la Cruz" stay together, a single name is a given name, and in all
-- else the last word is the family name, wrong as this is for many people:
-- that is why they can edit it afterwards.
--
-- down joins both again. For a name that joining would spell in another way
-- ("Lovelace, Ada", two spaces) `up` remembers the old text, and down uses it
-- if the person has not been given another name since.

local PARTICLES = {
  af = true, al = true, da = true, de = true, del = true, den = true,
  der = true, di = true, dos = true, du = true, la = true, ten = true,
  ter = true, van = true, von = true,
}

--- Where the family name begins: at the first particle, else at the last word.
local function family_start(words)
  for i = 2, #words - 1 do
    if PARTICLES[words[i]] then
      return i
    end
  end
  return #words
end

--- Given and family name of a full name; either may be nil.
local function split(full_name)
  local family, given = full_name:match "^%s*(.-)%s*,%s*(.-)%s*$"
  if family and family ~= "" and given ~= "" then
    return given, family
  end
  local words = {}
  for word in full_name:gmatch "%S+" do
    words[#words + 1] = word
  end
  if #words < 2 then
    return words[1], nil
  end
  local start = family_start(words)
  return table.concat(words, " ", 1, start - 1),
    table.concat(words, " ", start)
end

local function join(given, family)
  if given and family then
    return given .. " " .. family
  end
  return given or family
end

--- Read all rows before the first is written: a table should not change while
-- a query walks through it.
local function collect(db, sql)
  local rows = {}
  for row in db:rows(sql) do
    rows[#rows + 1] = row
  end
  return rows
end

local function split_all(db)
  local people = collect(db,
    "SELECT id, full_name FROM person WHERE full_name IS NOT NULL")
  local update <close> = db:prepare(
    "UPDATE person SET given_name = ?, family_name = ? WHERE id = ?")
  local remember <close> = db:prepare("INSERT INTO person_spelling "
    .. "(person_id, full_name, given_name, family_name) VALUES (?, ?, ?, ?)")
  for _, person in ipairs(people) do
    local given, family = split(person.full_name)
    update:exec(given, family, person.id)
    if join(given, family) ~= person.full_name then
      remember:exec(person.id, person.full_name, given, family)
    end
  end
  return #people
end

local function up(db)
  db:exec [[
    ALTER TABLE person ADD COLUMN given_name TEXT;
    ALTER TABLE person ADD COLUMN family_name TEXT;
    CREATE TABLE person_spelling (
      person_id INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
      full_name TEXT NOT NULL,
      given_name TEXT,
      family_name TEXT
    );
  ]]
  mz.log("names split: " .. split_all(db))
  db:exec "ALTER TABLE person DROP COLUMN full_name"
end

local function join_all(db)
  local people = collect(db, "SELECT id, given_name, family_name FROM person")
  local update <close> = db:prepare(
    "UPDATE person SET full_name = ? WHERE id = ?")
  for _, person in ipairs(people) do
    update:exec(join(person.given_name, person.family_name), person.id)
  end
end

local function down(db)
  db:exec "ALTER TABLE person ADD COLUMN full_name TEXT"
  join_all(db)
  local respelled = db:exec [[
    UPDATE person SET full_name = spelling.full_name
    FROM person_spelling AS spelling
    WHERE spelling.person_id = person.id
      AND spelling.given_name IS person.given_name
      AND spelling.family_name IS person.family_name]]
  mz.log("names spelled as they were: " .. respelled)
  db:exec [[
    DROP TABLE person_spelling;
    ALTER TABLE person DROP COLUMN given_name;
    ALTER TABLE person DROP COLUMN family_name;
  ]]
end

return { up = up, down = down }
