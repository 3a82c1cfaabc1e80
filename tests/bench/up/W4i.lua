-- Insert from an iterator.
return {
  up = function(db)
    local rows, id = db:value("SELECT rows FROM size"), 0
    local function next_row()
      id = id + 1
      if id > rows then return nil end
      return {
        id = id,
        name = "Item number " .. id,
        price = id % 9973 * 0.25,
        qty = id % 97,
        note = id % 4 ~= 0 and "in stock" or nil,
      }
    end
    assert(pcall(db.insert, db, "result", function() end), "not in this build")
    db:insert("item", next_row)
  end,
}
