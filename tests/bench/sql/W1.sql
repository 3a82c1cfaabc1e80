INSERT INTO result
SELECT sum(price), sum(qty) FROM (SELECT id, name, price, qty, note FROM item);
