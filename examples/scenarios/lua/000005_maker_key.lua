return {
  up = function(db)
    db:exec([[UPDATE product SET maker = m.id FROM maker AS m
      WHERE m.number = product.maker]])
    db:transform("product", { foreign_key = {
      change = { maker = "maker (id)" } } })
    db:exec("DROP INDEX maker_number")
  end,
  down = function(db)
    db:exec("CREATE UNIQUE INDEX maker_number ON maker (number)")
    db:exec([[UPDATE product SET maker = m.number FROM maker AS m
      WHERE m.id = product.maker]])
    db:transform("product", { foreign_key = {
      change = { maker = "maker (number)" } } })
  end,
}
