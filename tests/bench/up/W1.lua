-- Read five columns of every row as values, and sum two.
return {
  up = function(db)
    local total, quantity = 0.0, 0
    for _, _, price, qty in db:urows(
      "SELECT id, name, price, qty, note FROM item") do
      total = total + price
      quantity = quantity + qty
    end
    db:exec("INSERT INTO result VALUES (?, ?)", total, quantity)
  end,
}
