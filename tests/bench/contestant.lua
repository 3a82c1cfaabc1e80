-- The bench's workloads with other libraries for Lua:
-- contestant.lua luasql|lsqlite3 WORKLOAD FILE
local select_all = "SELECT id, name, price, qty, note FROM item"

local function normalise(name)
  return (name:match("^%s*(.*%S)"):gsub("%s+", " "):lower())
end

-- LuaSQL binds no parameters, so values are written into the SQL.
local function luasql(path)
  local db = assert(require("luasql.sqlite3").sqlite3():connect(path))
  local function execute(...)
    return assert(db:execute(string.format(...)))
  end
  local function quote(text)
    return text and "'" .. text:gsub("'", "''") .. "'" or "NULL"
  end
  return {
    execute = execute,
    close = function() db:close() end,
    values = function()
      local cursor = execute(select_all)
      return function() return cursor:fetch() end
    end,
    names = function()
      local cursor = execute(select_all)
      return function() return cursor:fetch({}, "a") end
    end,
    add_result = function(total, quantity)
      execute("INSERT INTO result VALUES (%.17g, %d)", total, quantity)
    end,
    update = function(name, note, id)
      execute("UPDATE item SET name = %s, note = %s WHERE id = %d",
        quote(name), quote(note), id)
    end,
    insert = function(id, name, price, qty, note)
      execute("INSERT INTO item VALUES (%d, %s, %.17g, %d, %s)", id,
        quote(name), price, qty, quote(note))
    end,
  }
end

local function lsqlite3(path)
  local sqlite3 = require("lsqlite3")
  local db = assert(sqlite3.open(path))
  local kept = {}
  local function write(sql, count, ...)
    local statement = kept[sql] or assert(db:prepare(sql))
    kept[sql] = statement
    for i = 1, count do
      statement:bind(i, (select(i, ...)))
    end
    assert(statement:step() == sqlite3.DONE and statement:reset() == 0)
  end
  return {
    execute = function(sql) assert(db:exec(sql) == sqlite3.OK) end,
    close = function() db:close_vm() db:close() end,
    values = function() return db:urows(select_all) end,
    names = function() return db:nrows(select_all) end,
    add_result = function(total, quantity)
      write("INSERT INTO result VALUES (?, ?)", 2, total, quantity)
    end,
    update = function(name, note, id)
      write("UPDATE item SET name = ?, note = ? WHERE id = ?", 3, name, note,
        id)
    end,
    insert = function(...)
      write("INSERT INTO item VALUES (?, ?, ?, ?, ?)", 5, ...)
    end,
  }
end

local function read_values(db)
  local total, quantity = 0.0, 0
  for _, _, price, qty in db.values() do
    total = total + price
    quantity = quantity + qty
  end
  db.add_result(total, quantity // 1 | 0)
end

local function read_names(db)
  local total, quantity = 0.0, 0
  for row in db.names() do
    total = total + row.price
    quantity = quantity + row.qty
  end
  db.add_result(total, quantity // 1 | 0)
end

local function update(db)
  for id, name, _, _, note in db.values() do
    db.update(normalise(name), note or "none", id)
  end
end

local function insert(db, rows)
  local names = {}
  for i = 0, 96 do names[i] = "Item number " .. i .. " of 97" end
  for id = 1, rows do
    db.insert(id, names[id % 97], id % 9973 * 0.25, id % 97,
      id % 4 ~= 0 and "in stock" or nil)
  end
end

local workloads = {
  W1 = read_values, W1t = read_names, W2 = update, W4 = insert
}

local library, workload, path, rows = table.unpack(arg)
local db = (library == "luasql" and luasql or lsqlite3)(path)
db.execute("BEGIN")
workloads[workload](db, tonumber(rows))
db.execute("COMMIT")
db.close()
