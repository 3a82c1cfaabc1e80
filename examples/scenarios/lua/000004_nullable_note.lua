return {
  up = function(db)
    db:transform("product", { null = "note" })
  end,
  down = function(db)
    db:transform("product", { not_null = { note = { fill = "" } } })
  end,
}
