-- What a user has edited stays.
DELETE FROM setting WHERE (name, value) IN (
  VALUES ('theme', 'light'), ('language', 'en'));
