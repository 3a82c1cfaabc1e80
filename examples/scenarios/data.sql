-- A hundred makers, whose numbers are not their ids, and 100,000 products.
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
INSERT INTO maker SELECT i, 1000 + (i * 37) % 100, 'Maker ' || i FROM n;

WITH RECURSIVE n (i) AS (
  SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
INSERT INTO product
SELECT i, printf('sku-%06d', i),
  CASE i % 4 WHEN 0 THEN 'Žluťoučký ' WHEN 1 THEN '寿司 '
    WHEN 2 THEN 'Ünïcode ' ELSE 'O''Brien ' END || i,
  CASE i % 3 WHEN 0 THEN '' ELSE 'note ' || i END,
  1000 + i % 100,
  CASE i % 10 WHEN 0 THEN '2026-01-02' END
FROM n;
