-- The shop as it was before it had migrations: what a new installation starts
-- from, and what an old one has already.

CREATE TABLE IF NOT EXISTS customer (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT UNIQUE
);

CREATE TABLE IF NOT EXISTS purchase (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  price TEXT NOT NULL
);

-- Somebody to try things out with.
INSERT INTO customer (id, name) VALUES (1, 'Example Customer')
ON CONFLICT DO NOTHING;
