-- A product names the primary key of its maker, in child and parent.
-- The new table takes the old one's name; in legacy mode the renaming leaves
-- views and triggers of other tables alone. Indexes and triggers of the table
-- go with the old one and are made again.
PRAGMA legacy_alter_table = ON;

CREATE TABLE "product_new" (
  id INTEGER PRIMARY KEY,
  sku TEXT NOT NULL,
  name TEXT NOT NULL,
  note TEXT,
  maker INTEGER NOT NULL REFERENCES maker (id),
  sold_out_at TEXT
);

INSERT INTO product_new (id, sku, name, note, maker, sold_out_at)
SELECT id, sku, name, note,
  COALESCE((SELECT id FROM maker WHERE number = product.maker), maker), sold_out_at
FROM product;

DROP TABLE product;
ALTER TABLE product_new RENAME TO product;
PRAGMA legacy_alter_table = OFF;

CREATE INDEX product_name ON product (name);
CREATE UNIQUE INDEX product_sku ON product (sku);
CREATE INDEX product_sold_out ON product (sold_out_at)
  WHERE sold_out_at IS NOT NULL;
CREATE TRIGGER product_renamed AFTER UPDATE OF name ON product
BEGIN
  INSERT INTO renaming VALUES (old.id, old.name, new.name);
END;

-- Nothing refers to the number any more.
DROP INDEX maker_number;
