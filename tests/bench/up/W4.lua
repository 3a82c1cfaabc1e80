-- Insert row by row.
return {
  up = function(db)
    local names = {}
    for i = 0, 96 do names[i] = "Item number " .. i .. " of 97" end
    for id = 1, db:value("SELECT rows FROM size") do
      db:insert("item", {
        id = id,
        name = names[id % 97],
        price = id % 9973 * 0.25,
        qty = id % 97,
        note = id % 4 ~= 0 and "in stock" or nil,
      })
    end
  end,
}
