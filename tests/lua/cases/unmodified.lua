--- What db:update_unmodified changes, and what it keeps.

local function make_profiles()
  db:exec([[
    CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE,
      cutoff INT, note);
    INSERT INTO p VALUES (1, 'HD', 720, NULL), (2, 'UHD', 2160, 'x'),
      (3, 'sd', 480, NULL)]])
end

local function all()
  return rows("SELECT id || name || cutoff || quote(note) FROM p")
end

case("every listed column counts, NULL and case too", function()
  make_profiles()
  local changed, kept = db:update_unmodified("p", {
    { id = 1, name = "HD", note = mz.null },
    { id = 2, cutoff = 2160, note = mz.null },
    { id = 3, name = "SD" },
    { id = 4, name = "gone" },
  }, { cutoff = 1 })
  is(changed, 1)
  is(kept, 2)
  is(all(), "1HD1NULL;2UHD2160'x';3sd480NULL")
end)

case("with changes for each, and by a function", function()
  make_profiles()
  db:update_unmodified("p", { { id = 1, cutoff = 720 },
    { id = 2, cutoff = 2160 } }, { { cutoff = 700 }, { note = mz.null } })
  is(all(), "1HD700NULL;2UHD2160NULL;3sd480NULL")
  db:update_unmodified("p", { { id = 1, cutoff = 700 } }, function(original)
    return { cutoff = original.cutoff + 1 }
  end)
  is(all(), "1HD701NULL;2UHD2160NULL;3sd480NULL")
end)

case("found by another key", function()
  make_profiles()
  local changed, kept = db:update_unmodified("p", {
    { name = "HD", cutoff = 720 }, { name = "UHD", cutoff = 1 },
  }, { note = "n" }, { key = "name" })
  is(changed, 1)
  is(kept, 1)
end)

case("wrong uses are errors", function()
  make_profiles()
  local function refuses(message, originals, changes)
    raises(message, db.update_unmodified, db, "p", originals, changes)
  end
  refuses("original 1 lists only the key (id): list the shipped value of "
    .. "every column that a user may have changed",
    { { id = 1 } }, { cutoff = 1 })
  refuses("original 1 has no id, by which its row is found; for NULL give "
    .. "mz.null", { { name = "x" } }, { cutoff = 1 })
  refuses("original 2: p has no column nam; is name meant?",
    { { id = 2, name = "UHD" }, { id = 1, nam = "x" } }, { cutoff = 1 })
  refuses("there are 2 changes for 1 originals",
    { { id = 1, name = "HD" } }, { { cutoff = 1 }, { cutoff = 2 } })
  refuses("changes names no column", { { id = 1, name = "HD" } }, {})
  refuses("db:update_unmodified takes a list of the rows as they were shipped",
    { id = 1 }, {})
  is(all(), "1HD720NULL;2UHD2160'x';3sd480NULL")
end)

case("a table without a key", function()
  db:exec("CREATE TABLE t (a, b)")
  raises("t has no primary key: say by which columns its rows are found, as "
    .. 'in { key = "name" }', db.update_unmodified, db, "t", { { a = 1 } },
    { b = 1 })
end)
