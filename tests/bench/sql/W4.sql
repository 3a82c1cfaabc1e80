WITH RECURSIVE counter (id) AS (
  SELECT 1 UNION ALL SELECT id + 1 FROM counter, size WHERE id < rows)
INSERT INTO item
SELECT id, 'Item number ' || (id % 97) || ' of 97', id % 9973 * 0.25, id % 97,
  CASE WHEN id % 4 THEN 'in stock' END FROM counter;
