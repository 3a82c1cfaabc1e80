-- Insert from an iterator, which fills one table again and again.
return {
  up = function(db)
    local rows, id = db:value("SELECT rows FROM size"), 0
    local names, row = {}, {}
    for i = 0, 96 do names[i] = "Item number " .. i .. " of 97" end
    db:insert("item", function()
      id = id + 1
      if id > rows then return nil end
      row.id = id
      row.name = names[id % 97]
      row.price = id % 9973 * 0.25
      row.qty = id % 97
      row.note = id % 4 ~= 0 and "in stock" or nil
      return row
    end)
  end,
}
