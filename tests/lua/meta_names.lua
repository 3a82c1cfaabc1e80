--- Which names lua/meta/mz.lua lists, by class.
-- @param path of the file
-- @return for each class its methods, functions and fields, sorted, joined
--   with spaces
local path = ...

local classes = {} -- sets of names
local of_variable = {} -- the class that a variable stands for
local current

local function add(class, name)
  assert(class and not classes[class][name], name)
  classes[class][name] = true
end

for line in io.lines(path) do
  local class = line:match("^%-%-%-@class (%S+)")
  local field = line:match("^%-%-%-@field ([%w_]+)")
  local variable = line:match("^local (%w+) = {}") or line:match("^(mz) = {}")
  local owner, name = line:match("^function (%w+)[.:]([%w_]+)%(")
  if class then
    current, classes[class] = class, {}
  elseif field then
    add(current, field)
  elseif variable then
    of_variable[variable] = current
  elseif owner then
    add(of_variable[owner], name)
  end
end

local lists = {}
for class, names in pairs(classes) do
  local list = {}
  for name in pairs(names) do list[#list + 1] = name end
  table.sort(list)
  lists[class] = table.concat(list, " ")
end
return lists
