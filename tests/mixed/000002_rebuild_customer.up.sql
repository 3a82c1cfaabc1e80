-- The parent of a cascading foreign key is rebuilt, with the pragmas and the
-- transaction that every guide puts around it.
PRAGMA foreign_keys = OFF;
BEGIN;
DROP VIEW spent;
CREATE TABLE customer_new (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE COLLATE NOCASE,
  name TEXT NOT NULL DEFAULT ''
);
INSERT INTO customer_new (id, email) SELECT id, email FROM customer;
DROP TABLE customer;
ALTER TABLE customer_new RENAME TO customer;
CREATE VIEW spent AS
  SELECT email, name, sum(total) AS total FROM customer
  JOIN purchase ON customer_id = customer.id GROUP BY email;
PRAGMA foreign_key_check;
COMMIT;
PRAGMA foreign_keys = ON;
