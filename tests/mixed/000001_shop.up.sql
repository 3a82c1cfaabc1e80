-- Tables with a foreign key, a trigger, a view, an index and rows in them.
CREATE TABLE customer (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE COLLATE NOCASE
);
CREATE TABLE purchase (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
  total INTEGER NOT NULL
);
CREATE INDEX purchase_customer ON purchase (customer_id);
CREATE TABLE journal (entry TEXT NOT NULL);
CREATE TRIGGER purchase_added AFTER INSERT ON purchase BEGIN
  INSERT INTO journal VALUES ('purchase ' || NEW.id || '; ' || NEW.total);
END;
CREATE VIEW spent AS
  SELECT email, sum(total) AS total FROM customer
  JOIN purchase ON customer_id = customer.id GROUP BY email;
INSERT INTO customer VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
INSERT INTO purchase VALUES (1, 1, 300), (2, 1, 200), (3, 2, 50);
