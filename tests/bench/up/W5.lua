-- Put NOT NULL in, filling what is NULL.
return {
  up = function(db)
    assert(db.transform, "not in this build")
    db:transform("item", { not_null = { note = { fill = {
      mz.by("qty", { "one", "two", "three" }), "none",
    } } } })
  end,
}
