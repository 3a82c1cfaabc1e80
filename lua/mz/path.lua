--- mz.path: paths as text, without a look at any file.
-- Its functions take and give paths with "/"; those of mz.path.windows take
-- "/" and "\" and give "\", and know drives ("C:") and shares ("\\host\name").

local function posix_root(path)
  return path:sub(1, 1) == "/" and "/" or ""
end

-- The root and what stands behind it: "C:\", "C:", "\\host\name\", "\" or "".
local function windows_root(path)
  local share, rest = path:match("^\\\\([^\\]+\\[^\\]+)\\*(.*)$")
  if share then return "\\\\" .. share .. "\\", rest end
  local drive, slash
  drive, slash, rest = path:match("^(%a:)(\\?)\\*(.*)$")
  if drive then return drive:upper() .. slash, rest end
  slash, rest = path:match("^(\\)\\*(.*)$")
  if slash then return slash, rest end
  return "", path
end

local flavours = {
  posix = {
    separator = "/",
    clean = function(path) return path end,
    root = function(path)
      local root = posix_root(path)
      return root, (path:sub(#root + 1):gsub("^/+", ""))
    end,
    equal = function(a, b) return a == b end,
  },
  windows = {
    separator = "\\",
    clean = function(path) return (path:gsub("/", "\\")) end,
    root = windows_root,
    equal = function(a, b) return a:lower() == b:lower() end,
  },
}

local function check(path)
  if type(path) ~= "string" then
    misuse("a path is a string, not a " .. type(path))
  end
  return path
end

-- The root of path, and its parts without "." and without "..", as far as
-- that is known.
local function read(flavour, path)
  local root, rest = flavour.root(flavour.clean(check(path)))
  local parts = {}
  for part in rest:gmatch("[^" .. flavour.separator .. "]+") do
    local above = parts[#parts]
    if part == ".." and above and above ~= ".." then
      parts[#parts] = nil
    elseif part ~= "." and not (part == ".." and root ~= "") then
      parts[#parts + 1] = part
    end
  end
  return root, parts
end

local function write(flavour, root, parts)
  local path = root .. table.concat(parts, flavour.separator)
  return path == "" and "." or path
end

local function relative_parts(flavour, from, to)
  local same = 0
  while from[same + 1] and to[same + 1]
    and flavour.equal(from[same + 1], to[same + 1]) do
    same = same + 1
  end
  local parts = {}
  for _ = same + 1, #from do parts[#parts + 1] = ".." end
  for i = same + 1, #to do parts[#parts + 1] = to[i] end
  return parts
end

-- name and extension: "a.tar", ".gz"; a leading dot begins no extension.
local function split_name(name)
  local stem, extension = name:match("^(.+)(%.[^.]*)$")
  if not stem or stem:match("^%.*$") then return name, "" end
  return stem, extension
end

local function make(flavour)
  local path = {}

  --- Whether it begins at a root.
  function path.is_absolute(text)
    local root = flavour.root(flavour.clean(check(text)))
    return root:sub(-1) == flavour.separator
  end

  --- The shortest path for the same: no ".", no doubled separator, ".." only
  -- at the start of a relative path.
  function path.normalize(text)
    return write(flavour, read(flavour, text))
  end

  --- The parts of the normalized path: the root, if any, and the names.
  -- @return array of strings, string root
  function path.parts(text)
    local root, parts = read(flavour, text)
    return parts, root
  end

  --- The paths one behind the other; an absolute one begins anew.
  function path.join(...)
    local joined = ""
    for i = 1, select("#", ...) do
      local part = check((select(i, ...)))
      if joined == "" or path.is_absolute(part) then
        joined = part
      elseif part ~= "" then
        joined = joined .. flavour.separator .. part
      end
    end
    return path.normalize(joined)
  end

  --- The normalized path without its last name.
  function path.dirname(text)
    local root, parts = read(flavour, text)
    parts[#parts] = nil
    return write(flavour, root, parts)
  end

  --- The last name, or "" where there is none.
  function path.basename(text)
    local _, parts = read(flavour, text)
    return parts[#parts] or ""
  end

  --- The last name without its extension, and the extension with its dot.
  -- @return string stem, string extension
  function path.split_extension(text)
    return split_name(path.basename(text))
  end

  --- The path from the folder from to the path to.
  -- @raise where there is none: other roots
  function path.relative(from, to)
    local from_root, from_parts = read(flavour, from)
    local to_root, to_parts = read(flavour, to)
    if not flavour.equal(from_root, to_root) or from_parts[1] == ".." then
      misuse(("there is no relative path from %s to %s"):format(from, to))
    end
    return write(flavour, "", relative_parts(flavour, from_parts, to_parts))
  end

  return path
end

local path = make(flavours.posix)
path.posix = path
path.windows = make(flavours.windows)
return path
