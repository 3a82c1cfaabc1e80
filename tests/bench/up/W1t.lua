-- Read five columns of every row as a table by name, and sum two.
return {
  up = function(db)
    local total, quantity = 0.0, 0
    for row in db:rows("SELECT id, name, price, qty, note FROM item") do
      total = total + row.price
      quantity = quantity + row.qty
    end
    db:exec("INSERT INTO result VALUES (?, ?)", total, quantity)
  end,
}
