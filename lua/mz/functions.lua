--- Functions of Lua that SQL may call: methods of db.
-- Called once per state with the table of db's methods, which it adds to.

local function_sql =
  "SELECT name FROM pragma_function_list WHERE name = ? COLLATE NOCASE"
local collation_sql =
  "SELECT name FROM pragma_collation_list WHERE name = ? COLLATE NOCASE"

local option_names = { "arguments", "deterministic" }
local most_arguments = 127

local function check_name(method, name)
  if type(name) ~= "string" or name == "" or #name > 255 or name:find("\0") then
    misuse(method .. " takes a name of 1 to 255 bytes")
  end
  if name:lower():find("^mzlua_") then
    misuse("names that begin with mzlua_ are the program's own")
  end
end

local function check_options(options)
  for key in pairs(options) do
    if key ~= "arguments" and key ~= "deterministic" then
      misuse(("define has no option %s%s"):format(tostring(key),
        meant(tostring(key), option_names)))
    end
  end
  local count = options.arguments
  if count ~= nil and (math.type(count) ~= "integer" or count < 0
    or count > most_arguments) then
    misuse(("arguments must be an integer from 0 to %d"):format(most_arguments))
  end
  if type(options.deterministic) ~= "boolean"
    and options.deterministic ~= nil then
    misuse("deterministic must be true or false")
  end
end

--- The function, or the step and the final of an aggregate.
local function parts_of(fn)
  if type(fn) == "function" then return fn end
  if type(fn) ~= "table" or type(fn.step) ~= "function"
    or type(fn.final) ~= "function" then
    misuse("define takes a function, or a table with the functions step and "
      .. "final")
  end
  return fn.step, fn.final
end

return function(methods)
  local functions, collations = {}, {} -- those defined here, by name

  --- Raise where somebody else has the name.
  local function claim(db, own, sql, name, what)
    local key = name:lower()
    local found = not own[key] and db:value(sql, name)
    if found then misuse(("there is a %s %s already"):format(what, found)) end
    own[key] = true
  end

  --- A function that SQL may call until the migration ends.
  -- @param name of the function
  -- @param fn function, or {step, final} for an aggregate
  -- @param options {arguments, deterministic}
  -- @raise where SQLite has a function of that name
  function methods.define(db, name, fn, options)
    check_name("define", name)
    local call, final = parts_of(fn)
    if options ~= nil and type(options) ~= "table" then
      misuse(("the options of define are a table, not a %s")
        :format(type(options)))
    end
    options = options or {}
    check_options(options)
    claim(db, functions, function_sql, name, "function")
    define_function(name, call, final, options.arguments or -1,
      options.deterministic)
  end

  --- An order of texts that SQL may use until the migration ends.
  -- @param name of the collation
  -- @param fn function(a, b): a number below, at or above 0
  -- @raise where SQLite has a collation of that name
  function methods.collation(db, name, fn)
    check_name("collation", name)
    if type(fn) ~= "function" then
      misuse(("collation takes a function, not a %s"):format(type(fn)))
    end
    claim(db, collations, collation_sql, name, "collation")
    define_collation(name, fn)
  end
end
