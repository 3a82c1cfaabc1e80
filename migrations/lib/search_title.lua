--- search_title.lua - the form of a title that is searched and sorted by:
-- white space collapsed, a leading article moved to the end, letters folded.
--
-- An article counts only in its own language: "Die Hard" and "A bout de
-- souffle" begin with none. English, German and French definite articles and
-- the English indefinite ones are known; "the" is one in every language, since
-- English titles are given everywhere. A title that is nothing but an article
-- stays.

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

--- Letters that have no accent to lose and a usual spelling in ASCII.
local SPELLINGS = {
  ["æ"] = "ae", ["ð"] = "d", ["đ"] = "d", ["ħ"] = "h", ["ı"] = "i",
  ["ł"] = "l", ["ŋ"] = "ng", ["ø"] = "o", ["œ"] = "oe", ["ŧ"] = "t",
  ["þ"] = "th",
}

local function fold(text)
  return (mz.text.fold(text):gsub(utf8.charpattern, SPELLINGS))
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

--- The search form of a title. Without a language it is taken as English. Bytes
-- that are not UTF-8 can't be folded: such a title is only put in lower case.
local function search_title(title, language)
  if not utf8.len(title) then return title:lower() end
  local text = mz.text.squeeze((title:gsub("’", "'")))
  local articles = ARTICLES[language or "en"] or OTHER_ARTICLES
  local article, rest = split_article(text, articles)
  if article then
    text = rest .. ", " .. article
  end
  return fold(text)
end

return search_title
