-- A media server as its first version left it: paths as texts, lists in
-- columns, local times, images beside the rows that show them.
CREATE TABLE IF NOT EXISTS "user" (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  zone TEXT NOT NULL, -- of the tz database
  settings TEXT       -- JSON
);

CREATE TABLE IF NOT EXISTS "media" (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  year INTEGER,
  runtime INTEGER -- minutes
);

CREATE TABLE IF NOT EXISTS "media_file" (
  id INTEGER PRIMARY KEY,
  media_id INTEGER NOT NULL REFERENCES media (id) ON DELETE CASCADE,
  path TEXT NOT NULL UNIQUE, -- of the machine that it came from
  size INTEGER NOT NULL      -- bytes
);

CREATE TABLE IF NOT EXISTS "person" (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  born INTEGER,
  aliases TEXT -- "A. Tautou; Audrey T."
);

CREATE TABLE IF NOT EXISTS "credit" (
  id INTEGER PRIMARY KEY,
  media_id INTEGER NOT NULL REFERENCES media (id) ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  UNIQUE (media_id, person_id, role)
);

CREATE TABLE IF NOT EXISTS "artwork" (
  id INTEGER PRIMARY KEY,
  media_id INTEGER NOT NULL REFERENCES media (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  image BLOB
);

CREATE TABLE IF NOT EXISTS "playlist" (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  items TEXT NOT NULL,         -- JSON: [{"media": 7, "note": "..."}, ...]
  item_count INTEGER NOT NULL, -- has drifted from items
  minutes INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS "viewing" (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  media_id INTEGER NOT NULL REFERENCES media (id) ON DELETE CASCADE,
  started_at TEXT NOT NULL -- local time of the user
);

CREATE INDEX IF NOT EXISTS viewing_user_id ON viewing (user_id);
