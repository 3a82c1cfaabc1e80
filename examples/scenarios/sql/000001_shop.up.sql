-- A shop. Its products name their maker by the maker's number, which a later
-- migration corrects to the primary key.

CREATE TABLE "maker" (
  id INTEGER PRIMARY KEY,
  number INTEGER NOT NULL,
  name TEXT NOT NULL
);

CREATE UNIQUE INDEX maker_number ON maker (number);

CREATE TABLE "product" (
  id INTEGER PRIMARY KEY,
  sku TEXT NOT NULL,
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  maker INTEGER NOT NULL REFERENCES maker (number),
  sold_out_at TEXT
);

CREATE TABLE "renaming" (product_id INTEGER, old TEXT, new TEXT);

CREATE TRIGGER product_renamed AFTER UPDATE OF name ON product
BEGIN
  INSERT INTO renaming VALUES (old.id, old.name, new.name);
END;

CREATE VIEW product_list AS SELECT sku, name FROM product;

CREATE TABLE "setting" (name TEXT PRIMARY KEY, value TEXT);

INSERT INTO setting VALUES ('currency', 'EUR'), ('page', '20'), ('tax', '19');
