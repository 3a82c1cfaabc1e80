-- Insert row by row.
return {
  up = function(db)
    for id = 1, db:value("SELECT rows FROM size") do
      db:insert("item", {
        id = id,
        name = "Item number " .. id,
        price = id % 9973 * 0.25,
        qty = id % 97,
        note = id % 4 ~= 0 and "in stock" or nil,
      })
    end
  end,
}
