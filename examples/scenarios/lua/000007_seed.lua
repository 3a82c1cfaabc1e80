return {
  up = function(db)
    db:remember("setting", function()
      db:exec([[INSERT INTO setting VALUES ('theme', 'light'),
        ('language', 'en') ON CONFLICT DO NOTHING]])
    end)
  end,
  down = function(db)
    db:restore("setting")
  end,
}
