--- Random choices that a seed repeats: xorshift64, see
-- https://www.jstatsoft.org/article/view/v008i14

local numbers = {}
numbers.__index = numbers

function numbers.open(seed)
  local made = setmetatable({ state = seed * 0x9E3779B97F4A7C15 | 1 }, numbers)
  for _ = 1, 8 do made:upto(2) end
  return made
end

--- An integer from 1 to most.
function numbers:upto(most)
  local state = self.state
  state = state ~ (state << 13)
  state = state ~ (state >> 7)
  state = state ~ (state << 17)
  self.state = state
  return (state >> 12) % most + 1
end

--- True in percent of the cases.
function numbers:chance(percent) return self:upto(100) <= percent end

function numbers:pick(list) return list[self:upto(#list)] end

--- Some of the list, in its order or another, at least least.
function numbers:some(list, least, most)
  local rest, chosen = table.move(list, 1, #list, 1, {}), {}
  for _ = 1, math.min(#list, least + self:upto(most - least + 1) - 1) do
    chosen[#chosen + 1] = table.remove(rest, self:upto(#rest))
  end
  return chosen
end

return numbers
