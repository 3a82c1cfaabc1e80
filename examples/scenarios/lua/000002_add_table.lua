return {
  up = function(db)
    db:exec([[CREATE TABLE review (
  id INTEGER PRIMARY KEY,
  product_id INTEGER NOT NULL REFERENCES product (id) ON DELETE CASCADE,
  stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5)
)]])
  end,
  down = function(db)
    db:exec("DROP TABLE review")
  end,
}
