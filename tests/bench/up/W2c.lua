-- Normalise a name and fill a NULL in one UPDATE.
return {
  up = function(db)
    local normalise = assert(db.convert and mz.text,
      "not in this build").normalise
    db:convert("item", { "name", "note" }, function(name, note)
      return normalise(name), note or "none"
    end)
  end,
}
