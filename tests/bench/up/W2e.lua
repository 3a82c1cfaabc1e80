-- Normalise a name and fill a NULL in pages of rows.
return {
  up = function(db)
    local normalise = assert(db.each and mz.text,
      "not in this build").normalise
    db:each("item", { columns = { "name", "note" } }, function(row)
      return { name = normalise(row.name), note = row.note or "none" }
    end)
  end,
}
