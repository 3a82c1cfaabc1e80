return {
  up = function(db)
    db:exec([[
CREATE INDEX product_name ON product (name);
CREATE UNIQUE INDEX product_sku ON product (sku);
CREATE INDEX product_sold_out ON product (sold_out_at)
  WHERE sold_out_at IS NOT NULL;]])
  end,
  down = function(db)
    db:exec([[
DROP INDEX product_sold_out;
DROP INDEX product_sku;
DROP INDEX product_name;]])
  end,
}
