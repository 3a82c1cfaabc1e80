DROP VIEW product_list;
DROP TABLE setting;
DROP TABLE renaming;
DROP TABLE product;
DROP TABLE maker;
