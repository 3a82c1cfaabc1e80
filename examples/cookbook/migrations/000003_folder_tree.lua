--- Paths become a tree of folders, and each file a name in one of them.
--
-- The root of a path is a folder without a parent: "/", "D:\" or
-- "\\nas\Films\". It ends in the separator of all that is below it, so that
-- nothing else has to be kept to put a path together again.
--
-- down does so, wherever the folders were moved since. A path that is written
-- in another way ("D:/Films//a.mkv") is remembered, and comes back to the
-- letter if it still leads to the same place. A file in a folder that leads to
-- no root has no path: then down stops.

local TREE = [[
  CREATE TABLE folder (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES folder (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    UNIQUE (parent_id, name),
    CHECK (parent_id IS NOT NULL OR name GLOB '*[/\]')
  );
  -- For UNIQUE no NULL is the same as another.
  CREATE UNIQUE INDEX folder_root ON folder (name) WHERE parent_id IS NULL;

  CREATE TABLE media_file_spelling (
    file_id INTEGER PRIMARY KEY REFERENCES media_file (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    normal TEXT NOT NULL
  );

  -- SQLite drops no column that is UNIQUE: make the table anew.
  CREATE TABLE media_file_new (
    id INTEGER PRIMARY KEY,
    media_id INTEGER NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    folder_id INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    size INTEGER NOT NULL, -- bytes
    UNIQUE (folder_id, name)
  );
]]

-- To the letter as in version 1.
local FLAT = [[
  CREATE TABLE media_file_new (
  id INTEGER PRIMARY KEY,
  media_id INTEGER NOT NULL REFERENCES media (id) ON DELETE CASCADE,
  path TEXT NOT NULL UNIQUE, -- of the machine that it came from
  size INTEGER NOT NULL      -- bytes
);
]]

local REPLACE = [[
  DROP TABLE media_file;
  ALTER TABLE media_file_new RENAME TO media_file;
]]

--- The root, the folders and the name of a file.
local function read(path)
  local flavour = path:find "^/" and mz.path.posix or mz.path.windows
  mz.assert(flavour.is_absolute(path), "no way from a root: " .. path)
  local folders, root = flavour.parts(path)
  return root, folders, table.remove(folders)
end

local function write(root, folders, name)
  local separator = root:sub(-1)
  folders[#folders + 1] = name
  return root .. table.concat(folders, separator)
end

--- A function that returns the id of a folder, which it makes if need be.
local function tree(db)
  local roots = { below = {} }
  local function find(parent, name)
    local folder = parent.below[name]
    if not folder then
      local row = { parent_id = parent.id, name = name }
      folder = { id = db:insert("folder", row), below = {} }
      parent.below[name] = folder
    end
    return folder
  end
  return function(root, folders)
    local folder = find(roots, root)
    for _, name in ipairs(folders) do folder = find(folder, name) end
    return folder.id
  end
end

local function up(db)
  db:exec(TREE)
  local folder_id = tree(db)
  local add = db:prepare "INSERT INTO media_file_new VALUES (?, ?, ?, ?, ?)"
  for id, media_id, path, size in
    db:urows "SELECT id, media_id, path, size FROM media_file" do
    local root, folders, name = read(path)
    add:exec(id, media_id, folder_id(root, folders), name, size)
    local normal = write(root, folders, name)
    if normal ~= path then
      db:insert("media_file_spelling",
        { file_id = id, path = path, normal = normal })
    end
  end
  db:exec(REPLACE)
end

local function down(db)
  db:exec(FLAT)
  local count = db:exec [[
    WITH RECURSIVE place (id, path, separator) AS (
      SELECT id, name, substr(name, -1) FROM folder WHERE parent_id IS NULL
      UNION ALL
      SELECT f.id, p.path || f.name || p.separator, p.separator
      FROM place AS p JOIN folder AS f ON f.parent_id = p.id
    )
    INSERT INTO media_file_new (id, media_id, path, size)
    SELECT f.id, f.media_id, coalesce(s.path, p.path || f.name), f.size
    FROM media_file AS f JOIN place AS p ON p.id = f.folder_id
    LEFT JOIN media_file_spelling AS s
      ON s.file_id = f.id AND s.normal = p.path || f.name]]
  local lost = db:value "SELECT count(*) FROM media_file" - count
  mz.assert(lost == 0, lost .. " files are in folders that lead to no root")
  db:exec "DROP TABLE media_file_spelling"
  db:exec(REPLACE)
  db:exec "DROP TABLE folder"
end

return { up = up, down = down }
