--- search_title.lua - the form of a title that is searched and sorted by:
-- white space collapsed, a leading article moved to the end, letters folded.
--
-- An article counts only in its own language: "Die Hard" and "A bout de
-- souffle" begin with none. English, German and French definite articles and
-- the English indefinite ones are known; "the" is one in every language, since
-- English titles are given everywhere. A title that is nothing but an article
-- stays.

local fold = require "fold"

local function set(words)
  local members = {}
  for word in words:gmatch("%S+") do
    members[word] = true
  end
  return members
end

--- By ISO 639-1 code. One that ends in an apostrophe stands without a space.
local ARTICLES = {
  en = set "the a an",
  de = set "the der die das",
  fr = set "the le la les l'",
}
local OTHER_ARTICLES = set "the"

--- What is written as a plain space or apostrophe. The spaces are those of
-- Unicode: no-break, the widths of U+2000 to U+200A, line and paragraph
-- separator and so on.
local PLAIN = { [utf8.char(0x2019)] = "'" }
for _, code in ipairs {
  0x85, 0xA0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006,
  0x2007, 0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
} do
  PLAIN[utf8.char(code)] = " "
end

local function squeeze(title)
  local plain = title:gsub(utf8.charpattern, PLAIN)
  return (plain:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

--- The leading article and the rest, or nil. Compared before folding, as the
-- French "À" is a preposition.
local function split_article(title, articles)
  for _, pattern in ipairs { "^(%S+) (.+)$", "^(%a+') ?(.+)$" } do
    local word, rest = title:match(pattern)
    if word and articles[word:lower()] then
      return word, rest
    end
  end
end

--- The search form of a title. Without a language it is taken as English.
local function search_title(title, language)
  local text = squeeze(title)
  local articles = ARTICLES[language or "en"] or OTHER_ARTICLES
  local article, rest = split_article(text, articles)
  if article then
    text = rest .. ", " .. article
  end
  return fold(text)
end

return search_title
