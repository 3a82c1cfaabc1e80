--- fold.lua - text without the differences that a search should not see:
-- Latin letters become lower-case ASCII, with or without diacritics and in
-- composed or decomposed form. Greek and Cyrillic capitals become lower-case.
--
-- It doesn't know what a language makes of a letter ("ü" is "u" in German
-- too, not "ue"), keeps the accents of Greek and Cyrillic and leaves every
-- other script as it is. Bytes that are not UTF-8 pass through.

-- U+00C0 to U+024F and U+1E00 to U+1EFF, as far as there is an ASCII spelling.
local SPELLINGS = {
  a = "ÀÁÂÃÄÅàáâãäåĀāĂăĄąǍǎǞǟǠǡǺǻȀȁȂȃȦȧḀḁẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặ",
  ae = "ÆæǢǣǼǽ",
  b = "ḂḃḄḅḆḇ",
  c = "ÇçĆćĈĉĊċČčḈḉ",
  d = "ÐðĎďĐđḊḋḌḍḎḏḐḑḒḓ",
  e = "ÈÉÊËèéêëĒēĔĕĖėĘęĚěȄȅȆȇȨȩḔḕḖḗḘḙḚḛḜḝẸẹẺẻẼẽẾếỀềỂểỄễỆệ",
  f = "Ḟḟ",
  g = "ĜĝĞğĠġĢģǤǥǦǧǴǵḠḡ",
  h = "ĤĥĦħȞȟḢḣḤḥḦḧḨḩḪḫẖ",
  i = "ÌÍÎÏìíîïĨĩĪīĬĭĮįİıǏǐȈȉȊȋḬḭḮḯỈỉỊị",
  ij = "Ĳĳ",
  j = "Ĵĵǰ",
  k = "ĶķĸǨǩḰḱḲḳḴḵ",
  l = "ĹĺĻļĽľĿŀŁłḶḷḸḹḺḻḼḽ",
  m = "ḾḿṀṁṂṃ",
  n = "ÑñŃńŅņŇňǸǹṄṅṆṇṈṉṊṋ",
  ng = "Ŋŋ",
  o = "ÒÓÔÕÖØòóôõöøŌōŎŏŐőƠơǑǒǪǫǬǭǾǿȌȍȎȏȪȫȬȭȮȯȰȱṌṍṎṏṐṑṒṓỌọỎỏỐốỒồỔổỖỗỘộỚớỜờ"
    .. "ỞởỠỡỢợ",
  oe = "Œœ",
  p = "ṔṕṖṗ",
  r = "ŔŕŖŗŘřȐȑȒȓṘṙṚṛṜṝṞṟ",
  s = "ŚśŜŝŞşŠšſȘșṠṡṢṣṤṥṦṧṨṩ",
  ss = "ßẞ",
  t = "ŢţŤťŦŧȚțṪṫṬṭṮṯṰṱẗ",
  th = "Þþ",
  u = "ÙÚÛÜùúûüŨũŪūŬŭŮůŰűŲųƯưǓǔǕǖǗǘǙǚǛǜȔȕȖȗṲṳṴṵṶṷṸṹṺṻỤụỦủỨứỪừỬửỮữỰự",
  v = "ṼṽṾṿ",
  w = "ŴŵẀẁẂẃẄẅẆẇẈẉẘ",
  x = "ẊẋẌẍ",
  y = "ÝýÿŶŷŸȲȳẎẏẙỲỳỴỵỶỷỸỹ",
  z = "ŹźŻżŽžẐẑẒẓẔẕ",
}

--- The lower-case form of each character that has another one.
local function folded_characters()
  local folded = {}
  for ascii, letters in pairs(SPELLINGS) do
    for _, code in utf8.codes(letters) do
      folded[utf8.char(code)] = ascii
    end
  end
  local function lower(first, last, distance)
    for code = first, last do
      folded[utf8.char(code)] = utf8.char(code + distance)
    end
  end
  lower(0x41, 0x5A, 32)      -- A to Z
  lower(0x391, 0x3A9, 32)    -- Α to Ω
  lower(0x400, 0x40F, 80)    -- Ѐ to Џ
  lower(0x410, 0x42F, 32)    -- А to Я
  return folded
end

--- The combining marks, U+0300 to U+036F, as a set.
local function combining_marks()
  local marks = {}
  for code = 0x300, 0x36F do
    marks[utf8.char(code)] = true
  end
  return marks
end

local FOLDED = folded_characters()
local MARKS = combining_marks()

--- Fold a text. A combining mark goes only with a Latin letter before it: "й"
-- written in two parts must not become another letter than "й" in one.
local function fold(text)
  local after_latin = false
  return (text:gsub(utf8.charpattern, function(character)
    if MARKS[character] then
      return after_latin and "" or character
    end
    local folded = FOLDED[character] or character
    after_latin = folded:find("^[a-z]") ~= nil
    return folded
  end))
end

return fold
