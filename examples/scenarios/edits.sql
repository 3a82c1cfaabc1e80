-- What an application does between up and down.
UPDATE product SET note = NULL WHERE id IN (1, 2);
UPDATE product SET name = '寿司 deluxe' WHERE id = 5;
DELETE FROM product WHERE id = 7;
INSERT INTO product VALUES (100001, 'sku-new', 'Neu', NULL, 37, NULL);
INSERT INTO review VALUES (1, 5, 4);
UPDATE setting SET value = '75' WHERE name = 'page';
UPDATE setting SET value = 'dark' WHERE name = 'theme';
