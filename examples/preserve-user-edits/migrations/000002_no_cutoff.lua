--- A profile may have no cutoff, and the shipped ones have none; those that a
-- user has edited stay.
local SHIPPED = {
  { id = 1, name = "SD", cutoff = 480, upgrade = 1 },
  { id = 2, name = "HD", cutoff = 720, upgrade = 1 },
  { id = 3, name = "UHD", cutoff = 2160, upgrade = 0 },
}

return {
  up = function(db)
    db:transform("profile", { null = "cutoff" })
    db:remember("profile", function()
      db:update_unmodified("profile", SHIPPED, {
        cutoff = mz.null, upgrade = 0,
      })
    end)
  end,
  down = function(db)
    db:transform("profile", { not_null = {
      cutoff = { fill = mz.saved(0) },
    } })
    db:restore("profile")
  end,
}
