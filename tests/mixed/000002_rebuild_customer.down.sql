DROP VIEW spent;
ALTER TABLE customer DROP COLUMN name;
CREATE VIEW spent AS
  SELECT email, sum(total) AS total FROM customer
  JOIN purchase ON customer_id = customer.id GROUP BY email;
