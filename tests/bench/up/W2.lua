-- Normalise a name with Lua's patterns and fill a NULL, row by row.
local function normalise(name)
  return (name:match("^%s*(.*%S)"):gsub("%s+", " "):lower())
end

return {
  up = function(db)
    local update <close> = db:prepare(
      "UPDATE item SET name = ?, note = ? WHERE id = ?")
    for id, name, note in db:urows("SELECT id, name, note FROM item") do
      update:exec(normalise(name), note or "none", id)
    end
  end,
}
