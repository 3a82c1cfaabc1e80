DROP INDEX product_sold_out;
DROP INDEX product_sku;
DROP INDEX product_name;
