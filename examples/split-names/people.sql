-- Five thousand people as an address book collects them: in several scripts,
-- with particles, single names, family name first, too many spaces, no name.

WITH RECURSIVE
  number (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i < 4999),
  given (k, name) AS (
    VALUES (0, 'Ada'), (1, 'José'), (2, 'Søren'), (3, 'Łucja'), (4, 'Ngọc'),
      (5, 'Zoë'), (6, 'Анна'), (7, 'Mary Ann'), (8, 'Jean-Luc'), (9, 'Δήμητρα')
  ),
  family (k, name) AS (
    VALUES (0, 'Lovelace'), (1, 'Núñez'), (2, 'Kierkegaard'), (3, 'Wałęsa'),
      (4, 'Nguyễn'), (5, 'van Gogh'), (6, 'Каренина'), (7, 'O''Brien'),
      (8, 'de la Cruz'), (9, 'Παπαδοπούλου'), (10, 'Smith-Jones')
  )
INSERT INTO person (id, email, full_name)
SELECT i + 1, 'person' || (i + 1) || '@example.com',
  CASE i % 50
    WHEN 10 THEN NULL
    WHEN 20 THEN given.name
    WHEN 30 THEN family.name || ', ' || given.name
    WHEN 40 THEN ' ' || given.name || '  ' || family.name
    WHEN 49 THEN ''
    ELSE given.name || ' ' || family.name
  END
FROM number
JOIN given ON given.k = i / 7 % 10
JOIN family ON family.k = i % 11;
