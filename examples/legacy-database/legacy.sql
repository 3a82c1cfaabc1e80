-- What an old installation holds: tables and rows, and no version anywhere.
-- The customer that every shop begins with was deleted long ago.

CREATE TABLE customer (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT UNIQUE
);

CREATE TABLE purchase (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  price TEXT NOT NULL
);

INSERT INTO customer (id, name, email) VALUES
  (2, 'Ada Lovelace', 'ada@example.com'),
  (3, 'Søren Kierkegaard', NULL);

INSERT INTO purchase (id, customer_id, price) VALUES
  (1, 2, '12.50'),
  (2, 2, '7,99 €'),
  (3, 3, '€ 1.299,00'),
  (4, 3, '1.299'),
  (5, 3, '3');
