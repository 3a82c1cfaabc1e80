--- The parts of a CREATE TABLE as it is stored; for the program's own Lua.
-- Reads by SQLite's grammar and notes where everything stands, so that what
-- is not changed stays as it was written.

local create = {}

local starts_constraint = {
  AS = true, CHECK = true, COLLATE = true, CONSTRAINT = true, DEFAULT = true,
  DEFERRABLE = true, NOT = true, NULL = true, PRIMARY = true,
  REFERENCES = true, UNIQUE = true,
}

local starts_table_constraint = {
  CHECK = true, CONSTRAINT = true, FOREIGN = true, PRIMARY = true,
  UNIQUE = true,
}

-- Words that name nothing unless they are quoted; see
-- https://www.sqlite.org/lang_keywords.html
local reserved = {}
for word in ([[ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE
  COMMIT CONSTRAINT CREATE DEFAULT DEFERRABLE DELETE DISTINCT DROP ELSE ESCAPE
  EXISTS FOREIGN FROM GROUP HAVING IN INDEX INSERT INTO IS ISNULL JOIN LIMIT NOT
  NOTNULL NULL ON OR ORDER PRIMARY REFERENCES RETURNING SELECT SET TABLE THEN TO
  TRANSACTION UNION UNIQUE UPDATE USING VALUES WHEN WHERE]]):gmatch("%a+") do
  reserved[word] = true
end

--- Whether a word stands where no name can: behind a term, ASC and DESC are the
-- order.
function create.is_keyword(token, before)
  if token.kind ~= "word" then return false end
  if reserved[token.word] then return true end
  return (token.word == "ASC" or token.word == "DESC") and before
    and before.text ~= "(" and before.text ~= ","
end

--- What the token stands for as a name, without its quotes.
local function name_of(token, text)
  if token.kind == "word" then return text end
  local close = text:sub(-1)
  local inner = text:sub(2, -2)
  if close == "]" then return inner end
  return (inner:gsub(close .. close, close))
end

--- The tokens that are not white space or comments, each with its text, what
-- it is as a word, and as a name.
function create.solid(sql)
  local list = {}
  for _, token in ipairs(tokens(sql)) do
    if token.kind ~= "space" and token.kind ~= "comment" then
      token.text = sql:sub(token.from, token.to)
      if token.kind == "word" then token.word = token.text:upper() end
      if token.kind == "word" or token.kind == "quoted"
        or token.kind == "string" then
        token.name = name_of(token, token.text)
      end
      list[#list + 1] = token
    end
  end
  return list
end

-- ---- reading token by token -------------------------------------------------

local reader = {}
reader.__index = reader

--- A reader of the text; refused is called where it cannot be read.
local function new_reader(sql, refused)
  return setmetatable({ sql = sql, list = create.solid(sql), at = 1,
    refused = refused }, reader)
end

function reader:fail()
  local token = self.list[self.at]
  self.refused(token and token.text or "its end")
end

--- Whether the next tokens are these words or operators.
function reader:sees(...)
  for i = 1, select("#", ...) do
    local token, wanted = self.list[self.at + i - 1], select(i, ...)
    if not token or (token.word or token.text) ~= wanted then return false end
  end
  return true
end

--- Pass over these words or operators where they are next.
function reader:accept(...)
  if not self:sees(...) then return false end
  self.at = self.at + select("#", ...)
  return true
end

function reader:expect(...)
  if not self:accept(...) then self:fail() end
end

function reader:name()
  local token = self.list[self.at]
  if not token or not token.name then self:fail() end
  self.at = self.at + 1
  return token.name, token
end

--- Pass over what is in parentheses.
-- @return the place of the tokens of both
function reader:parentheses()
  local first, depth = self.at, 0
  if not self:sees("(") then self:fail() end
  repeat
    local token = self.list[self.at]
    if not token or token.kind == "open" then self:fail() end
    if token.text == "(" then depth = depth + 1 end
    if token.text == ")" then depth = depth - 1 end
    self.at = self.at + 1
  until depth == 0
  return first, self.at - 1
end

--- Where the token before the next one ends.
function reader:stop() return self.list[self.at - 1].to end

--- The text inside of the parentheses, and its tokens.
function reader:inside()
  local first, last = self:parentheses()
  return self.sql:sub(self.list[first].to + 1, self.list[last].from - 1),
    table.move(self.list, first + 1, last - 1, 1, {})
end

--- A list of names in parentheses; each may be followed by COLLATE and so on.
function reader:names()
  local _, list = self:inside()
  local found, depth, is_start = {}, 0, true
  for _, token in ipairs(list) do
    if token.text == "(" then depth = depth + 1 end
    if token.text == ")" then depth = depth - 1 end
    if is_start and token.name then found[#found + 1] = token.name end
    is_start = depth == 0 and token.text == ","
  end
  if is_start then self:fail() end
  return found
end

function reader:conflict()
  if self:accept("ON", "CONFLICT") then self:name() end
end

local function read_action(r)
  if r:accept("SET") or r:accept("NO") then r:name() return end
  r:name() -- CASCADE or RESTRICT
end

local function read_reference(r, part)
  part.reference = r.list[r.at].from
  r:expect("REFERENCES")
  part.parent = r:name()
  part.target = r:sees("(") and r:names() or {}
  while true do
    if r:accept("ON") then
      r:name()
      read_action(r)
    elseif r:accept("MATCH") then
      r:name()
    elseif r:accept("NOT", "DEFERRABLE") or r:accept("DEFERRABLE") then
      if r:accept("INITIALLY") then r:name() end
    else
      return
    end
  end
end

--- The value of a DEFAULT: {text, in_parentheses}.
local function read_default(r, part)
  local from = r.list[r.at] and r.list[r.at].from
  if r:sees("(") then
    part.in_parentheses = true
    r:parentheses()
  else
    if not r:accept("+") then r:accept("-") end
    if not r.list[r.at] then r:fail() end
    r.at = r.at + 1
  end
  part.text = r.sql:sub(from, r:stop())
end

local function read_generated(r, part)
  part.expression, part.tokens = r:inside()
  local token = r.list[r.at]
  if token and (token.word == "STORED" or token.word == "VIRTUAL") then
    part.stored = token.word == "STORED"
    r.at = r.at + 1
  end
end

--- What follows the name of a constraint, and is one of a column.
local function read_column_constraint(r, part)
  if r:accept("DEFAULT") then
    part.kind = "default"
    read_default(r, part)
  elseif r:accept("NOT", "NULL") then
    part.kind = "not null"
    r:conflict()
  elseif r:accept("NULL") then
    part.kind = "null"
    r:conflict()
  elseif r:accept("PRIMARY", "KEY") then
    part.kind = "primary key"
    if not r:accept("ASC") then part.desc = r:accept("DESC") end
    r:conflict()
    part.autoincrement = r:accept("AUTOINCREMENT")
  elseif r:accept("UNIQUE") then
    part.kind = "unique"
    r:conflict()
  elseif r:accept("CHECK") then
    part.kind = "check"
    part.expression, part.tokens = r:inside()
  elseif r:sees("REFERENCES") or r:sees("DEFERRABLE")
    or r:sees("NOT", "DEFERRABLE") then
    part.kind = "foreign key"
    read_reference(r, part)
  elseif r:accept("COLLATE") then
    part.kind = "collate"
    part.collation = r:name()
  elseif r:accept("GENERATED", "ALWAYS", "AS") or r:accept("AS") then
    part.kind = "generated"
    read_generated(r, part)
  else
    r:fail()
  end
end

local function read_table_constraint(r, part)
  if r:accept("PRIMARY", "KEY") or r:accept("UNIQUE") then
    part.kind =
      r.list[r.at - 1].word == "KEY" and "primary key" or "unique"
    part.columns = r:names()
    r:conflict()
  elseif r:accept("CHECK") then
    part.kind = "check"
    part.expression, part.tokens = r:inside()
    r:conflict()
  elseif r:accept("FOREIGN", "KEY") then
    part.kind = "foreign key"
    part.columns = r:names()
    read_reference(r, part)
  else
    r:fail()
  end
end

--- Read what may have a name before it, with read.
local function read_named(r, read)
  local part = { from = r.list[r.at].from }
  while r:accept("CONSTRAINT") do part.name = r:name() end
  if not (r:sees(",") or r:sees(")")) then read(r, part) end
  part.kind = part.kind or "name"
  part.to = r:stop()
  return part
end

--- Whether the next token ends a column's type.
local function ends_type(r)
  local token = r.list[r.at]
  if not token or not token.name then return true end
  return token.word ~= nil and (starts_constraint[token.word]
    or r:sees("GENERATED", "ALWAYS"))
end

local function read_type(r, item)
  local first = r.list[r.at]
  while not ends_type(r) do r.at = r.at + 1 end
  if r.list[r.at] == first then return end
  if r:sees("(") then r:parentheses() end
  item.type = { from = first.from, to = r:stop() }
end

local function read_column(r)
  local item = { kind = "column", from = r.list[r.at].from, parts = {} }
  item.name = r:name()
  item.name_to = r:stop()
  read_type(r, item)
  while not (r:sees(",") or r:sees(")")) do
    if not r.list[r.at] then r:fail() end
    item.parts[#item.parts + 1] = read_named(r, read_column_constraint)
  end
  item.to = r:stop()
  return item
end

local function read_item(r)
  local token = r.list[r.at]
  if token and token.word and starts_table_constraint[token.word] then
    return read_named(r, read_table_constraint)
  end
  return read_column(r)
end

--- What stands between two tokens, split behind the first line.
local function split(sql, from, to)
  local feed = sql:find("\n", from, true)
  if not feed or feed > to then return "", sql:sub(from, to) end
  return sql:sub(from, feed - 1), sql:sub(feed, to)
end

--- Note what stands around the items, so that they can be moved: lead, the
-- item, before, a comma, after; a lead begins on the item's own line.
local function read_items(r, made)
  local lead_from, last = r:stop() + 1, nil
  repeat
    local item = read_item(r)
    if last then
      last.after, item.lead = split(r.sql, lead_from, item.from - 1)
      last.follower = item
    else
      item.lead = r.sql:sub(lead_from, item.from - 1)
    end
    if r:accept(",") then item.comma = r:stop() end
    item.before = item.comma and r.sql:sub(item.to + 1, item.comma - 1) or ""
    lead_from = (item.comma or item.to) + 1
    made.items[#made.items + 1], last = item, item
  until r:accept(")")
  last.after, made.close = split(r.sql, lead_from, r:stop())
end

local function read_options(r, made)
  made.options = {}
  while r.list[r.at] do
    if r:accept("WITHOUT") then
      if r:name():upper() ~= "ROWID" then r:fail() end
      made.options.without_rowid = true
    elseif r:accept("STRICT") then
      made.options.strict = true
    else
      r:fail()
    end
    if not r:accept(",") and r.list[r.at] then r:fail() end
  end
end

--- Read a CREATE TABLE.
-- @param refused function(text) that raises: text cannot be read here
-- @return {sql, head, items, close, options, tail}; an item is a column with
--   its type and parts, or a constraint of the table
function create.parse(sql, refused)
  local r = new_reader(sql, refused)
  local made = { sql = sql, items = {} }
  r:expect("CREATE")
  if not r:accept("TEMP") then r:accept("TEMPORARY") end
  r:expect("TABLE")
  r:accept("IF", "NOT", "EXISTS")
  made.name = r:name()
  if r:accept(".") then made.name = r:name() end
  r:expect("(")
  made.head = sql:sub(1, r:stop())
  read_items(r, made)
  local stop = r:stop()
  read_options(r, made)
  made.tail = sql:sub(stop + 1)
  return made
end

--- The columns that a text such as "a, b" or "(a, b)" names.
function create.names(text, refused)
  local r = new_reader("(" .. text .. "\n)", refused)
  local found = r:names()
  if r.list[r.at] or #found == 0 then r:fail() end
  return found
end

return create
