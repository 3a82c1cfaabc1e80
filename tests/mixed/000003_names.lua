-- Every way in which a script can undo a part of its own work, around rows
-- that must stay.
local function up(db)
  local update <close> = db:prepare("UPDATE customer SET name = ? WHERE id = ?")
  for id, email in db:urows("SELECT id, email FROM customer ORDER BY id") do
    update:exec(email:match("^[^@]+"), id)
  end

  local done = pcall(db.exec, db,
    "INSERT INTO customer (email) VALUES ('eve@example.org'), (?)",
    "ADA@example.org")
  assert(not done, "the address is taken")

  done = pcall(db.savepoint, db, function()
    db:exec("DELETE FROM purchase")
    error("changed my mind")
  end)
  assert(not done)

  db:savepoint(function()
    db:insert("customer", {email = "cleo@example.org", name = "cleo"})
    db:insert("purchase", {customer_id = 3, total = 75})
  end)
end

local function down(db)
  db:exec("DELETE FROM customer WHERE id = ?", 3)
  db:exec("UPDATE customer SET name = ''")
  db:exec("DELETE FROM journal WHERE entry LIKE 'purchase 4;%'")
end

return {up = up, down = down, foreign_keys = true}
