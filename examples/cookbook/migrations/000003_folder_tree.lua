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

  CREATE TEMP TABLE place (file_id INTEGER PRIMARY KEY, folder_id, name);
]]

local IN_FOLDERS = [[
  CREATE TABLE media_file (
    id INTEGER PRIMARY KEY,
    media_id INTEGER NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    folder_id INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    size INTEGER NOT NULL, -- bytes
    UNIQUE (folder_id, name)
  )]]

-- To the letter as in version 1.
local FLAT = [[
CREATE TABLE media_file (
  id INTEGER PRIMARY KEY,
  media_id INTEGER NOT NULL REFERENCES media (id) ON DELETE CASCADE,
  path TEXT NOT NULL UNIQUE, -- of the machine that it came from
  size INTEGER NOT NULL      -- bytes
)]]

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

--- Find the place of each file, as rows of place, and note odd spellings.
local function find_places(db)
  local folder_id = tree(db)
  local place = db:prepare "INSERT INTO place VALUES (?, ?, ?)"
  for id, path in db:urows "SELECT id, path FROM media_file" do
    local root, folders, name = read(path)
    place:exec(id, folder_id(root, folders), name)
    local normal = write(root, folders, name)
    if normal ~= path then
      db:insert("media_file_spelling",
        { file_id = id, path = path, normal = normal })
    end
  end
end

--- What a file's row in place says.
local function of_place(column)
  return mz.sql(("(SELECT %s FROM place WHERE file_id = media_file.id)")
    :format(column))
end

local function up(db)
  db:exec(TREE)
  find_places(db)
  db:rebuild("media_file", { create = IN_FOLDERS, drop = "path",
    copy = { folder_id = of_place "folder_id", name = of_place "name" } })
  db:exec "DROP TABLE place"
end

local function down(db)
  db:exec [[
    CREATE TEMP TABLE place (file_id INTEGER PRIMARY KEY, path);
    WITH RECURSIVE way (id, path, separator) AS (
      SELECT id, name, substr(name, -1) FROM folder WHERE parent_id IS NULL
      UNION ALL
      SELECT f.id, w.path || f.name || w.separator, w.separator
      FROM way AS w JOIN folder AS f ON f.parent_id = w.id
    )
    INSERT INTO place
    SELECT f.id, coalesce(s.path, w.path || f.name)
    FROM media_file AS f JOIN way AS w ON w.id = f.folder_id
    LEFT JOIN media_file_spelling AS s
      ON s.file_id = f.id AND s.normal = w.path || f.name]]
  local lost = db:value [[SELECT count(*) FROM media_file
    WHERE id NOT IN (SELECT file_id FROM place)]]
  mz.assert(lost == 0, lost .. " files are in folders that lead to no root")
  db:rebuild("media_file", { create = FLAT, drop = { "folder_id", "name" },
    copy = { path = of_place "path" } })
  db:exec "DROP TABLE place; DROP TABLE media_file_spelling; DROP TABLE folder"
end

return { up = up, down = down }
