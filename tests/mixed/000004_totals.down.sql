DROP TABLE best;
ALTER TABLE purchase DROP COLUMN currency;
UPDATE purchase SET total = total / 100;
PRAGMA user_version = 0;
