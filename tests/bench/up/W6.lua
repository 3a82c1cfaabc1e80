-- Remember what an UPDATE changes.
return {
  up = function(db)
    assert(db.remember, "not in this build")
    db:remember("item", function()
      db:exec("UPDATE item SET name = upper(name) || '!'")
    end)
  end,
}
