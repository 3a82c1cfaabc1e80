return {
  up = function(db)
    db:remember("setting", function()
      db:update_unmodified("setting", {
        { name = "page", value = "20" },
        { name = "currency", value = "EUR" },
      }, { { value = "50" }, { value = "CHF" } })
    end)
  end,
  down = function(db)
    db:restore("setting")
  end,
}
