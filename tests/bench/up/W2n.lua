-- Normalise a name with mz.text and fill a NULL, row by row.
return {
  up = function(db)
    local normalise = assert(mz.text, "not in this build").normalise
    local update <close> = db:prepare(
      "UPDATE item SET name = ?, note = ? WHERE id = ?")
    for id, name, note in db:urows("SELECT id, name, note FROM item") do
      update:exec(normalise(name), note or "none", id)
    end
  end,
}
