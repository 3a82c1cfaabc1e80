--- Prices as numbers. Over the years they were typed as "12.50", "12,50 €" and
-- "1.299"; from now on there is a column to count with. The text stays, so
-- that down only has to drop the column.

--- A price in cents, or nil where the text isn't one. A point or comma before
-- exactly two last digits divides cents; any other groups thousands.
local function cents(price)
  local digits = price:gsub("€", ""):gsub("[%s$]", "")
  if not digits:find "^%d[%d.,]*$" then
    return nil
  end
  local whole, fraction = digits:match "^(.*)[.,](%d%d)$"
  local number = (whole or digits):gsub("[.,]", "") .. (fraction or "00")
  return math.tointeger(tonumber(number))
end

--- The purchases with their cents; stops if a price can't be read.
local function read_prices(db)
  local purchases, unreadable = {}, {}
  for id, price in db:urows "SELECT id, price FROM purchase ORDER BY id" do
    local value = cents(price)
    purchases[#purchases + 1] = { id = id, cents = value }
    if not value then
      unreadable[#unreadable + 1] = id .. ": " .. price
    end
  end
  mz.assert(#unreadable == 0,
    "purchases without a readable price: " .. table.concat(unreadable, "; "))
  return purchases
end

local function up(db)
  db:exec "ALTER TABLE purchase ADD COLUMN cents INTEGER"
  local purchases = read_prices(db)
  local update <close> = db:prepare "UPDATE purchase SET cents = ? WHERE id = ?"
  for _, purchase in ipairs(purchases) do
    update:exec(purchase.cents, purchase.id)
  end
end

local function down(db)
  db:exec "ALTER TABLE purchase DROP COLUMN cents"
end

return { up = up, down = down }
