-- mzlua: foreign_keys=on
ALTER TABLE purchase ADD COLUMN currency TEXT NOT NULL DEFAULT 'EUR';
UPDATE purchase SET total = total * 100 WHERE currency = 'EUR';
CREATE TABLE best AS SELECT customer_id, max(total) AS total FROM purchase
  GROUP BY customer_id;
PRAGMA user_version = 4;
