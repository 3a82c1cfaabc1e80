DROP VIEW spent;
DROP TABLE journal;
DROP TABLE purchase;
DROP TABLE customer;
