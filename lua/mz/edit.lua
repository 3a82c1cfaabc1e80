--- Changing the text of a CREATE TABLE that create.parse has read; for the
-- program's own Lua. Each function notes an edit, and edit.text makes them.

local edit = {}

-- ---- finding ----------------------------------------------------------------

--- The column of that name, in any case, or nil.
function edit.column(made, name)
  for i, item in ipairs(made.items) do
    if item.kind == "column" and not item.is_dropped
      and item.name:lower() == name:lower() then
      return item, i
    end
  end
end

--- Whether both lists hold the same names, in any case.
function edit.same_names(a, b)
  if #a ~= #b then return false end
  for i, name in ipairs(a) do
    if name:lower() ~= b[i]:lower() then return false end
  end
  return true
end

--- Each constraint of a kind, of a column or of the table.
-- @return array of {part, item, columns, of_table}
function edit.constraints(made, kind)
  local found = {}
  for _, item in ipairs(made.items) do
    if item.kind == kind and not item.is_dropped then
      found[#found + 1] = { part = item, item = item, columns = item.columns,
        of_table = true }
    end
    local parts = not item.is_dropped and item.parts
    for _, part in ipairs(parts or {}) do
      if part.kind == kind and not part.is_dropped then
        found[#found + 1] = { part = part, item = item,
          columns = { item.name } }
      end
    end
  end
  return found
end

--- The last constraint of a kind that a column has, or nil.
function edit.part(item, kind)
  local found
  for _, part in ipairs(item.parts) do
    if part.kind == kind then found = part end
  end
  return found
end

--- The text without white space and comments, words in upper case.
function edit.plain(solid_of, text)
  local list = {}
  for i, token in ipairs(solid_of(text)) do
    list[i] = token.word or token.text
  end
  return table.concat(list, " ")
end

-- ---- changing ---------------------------------------------------------------

local function note(item, from, to, text)
  item.edits = item.edits or {}
  table.insert(item.edits, { from = from, to = to, text = text })
end

--- Take a span away, and the blanks before it unless they end a comment.
local function remove_span(made, item, from, to)
  local blank = made.sql:sub(1, from - 1):match("()[ \t\r\n]+$")
  local line = blank and made.sql:sub(1, blank - 1):match("[^\n]*$")
  if blank and not line:find("--", 1, true) then from = blank end
  note(item, from, to, "")
end

local function remove_part(made, item, part)
  if part.is_dropped then return end
  if item.text then
    misuse(item.name .. " is added in this call: say it in its definition")
  end
  part.is_dropped = true
  remove_span(made, item, part.from, part.to)
end

--- Take away a constraint that edit.constraints found.
function edit.remove(made, found)
  if found.of_table then
    found.item.is_dropped = true
  else
    remove_part(made, found.item, found.part)
  end
end

function edit.remove_kind(made, item, kind)
  for _, part in ipairs(item.parts) do
    if part.kind == kind then remove_part(made, item, part) end
  end
end

--- Add a constraint to a column, behind its type.
function edit.add_part(item, text)
  if item.text then
    misuse(item.name .. " is added in this call: say it in its definition")
  end
  local at = item.type and item.type.to or item.name_to
  note(item, at + 1, at, " " .. text)
end

--- Put text, or nothing where it is nil, in the place of a column's
-- constraint of that kind.
function edit.set_part(made, item, kind, text)
  local part = item.parts and edit.part(item, kind)
  if part and text and not part.name then
    note(item, part.from, part.to, text)
  else
    if item.parts then edit.remove_kind(made, item, kind) end
    if text then edit.add_part(item, text) end
  end
end

--- Put another reference in the place of a foreign key's.
function edit.set_reference(found, text)
  note(found.item, found.part.reference, found.part.to, "REFERENCES " .. text)
end

function edit.set_type(made, item, type)
  if item.type and type == "" then
    remove_span(made, item, item.type.from, item.type.to)
  elseif item.type then
    note(item, item.type.from, item.type.to, type)
  elseif type ~= "" then
    note(item, item.name_to + 1, item.name_to, " " .. type)
  end
end

--- Add an item's text: a column behind the last one, else at the end.
function edit.add_item(made, item)
  local at = #made.items + 1
  if item.kind == "column" then
    at = 1
    while made.items[at] and made.items[at].kind == "column" do at = at + 1 end
  end
  item.lead, item.before, item.after = nil, "", ""
  table.insert(made.items, at, item)
end

function edit.add_constraint(made, text)
  edit.add_item(made, { kind = "new", text = text })
end

--- Put the columns of the list first.
function edit.order(made, list)
  local first, rest = {}, {}
  for i, name in ipairs(list) do first[i] = edit.column(made, name) end
  local is_first, leads = {}, {}
  for _, item in ipairs(first) do is_first[item] = true end
  for i, item in ipairs(made.items) do
    leads[i] = item.lead
    if not is_first[item] then rest[#rest + 1] = item end
  end
  table.move(rest, 1, #rest, #first + 1, first)
  for i, item in ipairs(first) do
    local both = (item.lead or "") .. (leads[i] or "")
    if not both:find("%S") then item.lead = leads[i] end
  end
  made.items = first
end

--- Set strict or without_rowid.
function edit.set_option(made, name, value)
  if (made.options[name] or false) == value then return end
  made.options[name] = value
  local word = name == "strict" and "STRICT" or "WITHOUT ROWID"
  local other = name == "strict" and "without_rowid" or "strict"
  if value then
    made.tail = made.tail .. (made.options[other] and ", " or " ") .. word
  else
    word = name == "strict" and "WITHOUT ROWID" or "STRICT"
    made.tail = made.options[other] and " " .. word or ""
  end
end

-- ---- the text ---------------------------------------------------------------

--- A blank where the text and what follows it would be read as one word.
local function gap(sql, text, at)
  local is_word = text:find("[%w_\"'`%]]$") and sql:find("^[%w_\"'`%[]", at)
  return is_word and " " or ""
end

--- The item with its edits, which are in any order but do not overlap; what is
-- added at a place comes before what is taken away from there.
local function item_text(made, item)
  if item.text then return item.text end
  local edits, list, at = item.edits or {}, {}, item.from
  for i, one in ipairs(edits) do one.place = i end
  table.sort(edits, function(a, b)
    if a.from ~= b.from then return a.from < b.from end
    local a_adds, b_adds = a.to < a.from, b.to < b.from
    if a_adds ~= b_adds then return a_adds end
    return a.place < b.place
  end)
  for _, one in ipairs(edits) do
    list[#list + 1] = made.sql:sub(at, one.from - 1)
    at = one.to + 1
    list[#list + 1] = one.text .. gap(made.sql, one.text, at)
  end
  list[#list + 1] = made.sql:sub(at, item.to)
  return table.concat(list)
end

--- The lead of an item that is new, as those of the others are.
local function usual_lead(made)
  local lead = made.items[2] and made.items[2].lead
  if not lead then lead = made.items[1].lead end
  if not lead or lead:find("%S") then return " " end
  return lead == "" and " " or lead
end

--- Add text to list, on a line of its own behind a comment.
local function append(list, text, is_open)
  if text == "" then return is_open end
  if is_open and not text:find("^\n") then list[#list + 1] = "\n" end
  list[#list + 1] = text
  return (text:match("[^\n]*$"):find("--", 1, true)) ~= nil
end

--- The whole text with all edits; the name as it was written.
function edit.text(made)
  local list, items, lead = { made.head }, {}, usual_lead(made)
  for _, item in ipairs(made.items) do
    if not item.is_dropped then items[#items + 1] = item end
  end
  local is_open = false
  for i, item in ipairs(items) do
    local next_item = items[i + 1]
    local own = item.lead or (i > 1 and lead or "")
    is_open = append(list, own, is_open)
    is_open = append(list, item_text(made, item), is_open)
    if next_item and not item.comma and item.follower ~= next_item then
      is_open = append(list, ",", is_open)
      is_open = append(list, item.before .. item.after, is_open)
    else
      is_open = append(list, item.before, is_open)
      if next_item and item.comma then
        is_open = append(list, ",", is_open)
      end
      is_open = append(list, item.after, is_open)
    end
  end
  append(list, made.close, is_open)
  list[#list + 1] = made.tail
  return table.concat(list)
end

return edit
