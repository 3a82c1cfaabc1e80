-- People, as the first version of an address book keeps them: one text for
-- the whole name, typed as each of them likes it. It may be missing.

CREATE TABLE IF NOT EXISTS person (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  full_name TEXT
);
