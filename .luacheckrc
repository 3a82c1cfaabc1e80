std = "lua54"
max_line_length = 80
unused_args = false
exclude_files = { "build", "tests/lua/escapes.lua" }

-- What a migration sees: no files, no processes, no text compiled at run time.
stds.migration = {
  read_globals = {
    "_VERSION", "assert", "error", "getmetatable", "ipairs", "mz", "next",
    "pairs", "pcall", "print", "rawequal", "rawget", "rawlen", "rawset",
    "require", "select", "setmetatable", "tonumber", "tostring", "type",
    "xpcall",
    coroutine = { other_fields = true },
    math = { other_fields = true },
    os = { fields = { "clock", "date", "time" } },
    string = { other_fields = true },
    table = { other_fields = true },
    utf8 = { other_fields = true },
  },
}

-- Lua that is part of the program; the functions are of lua_module.c.
stds.program = { read_globals = {
  "broken", "convert", "convert_prepare", "define_collation",
  "define_function", "each", "meant", "misuse", "own", "part", "quote",
  "tokens", "upsert", "watched",
} }

files["lua/mz"].std = "migration+program"
files["migrations"].std = "migration"
files["examples"].std = "migration"
files["tests/bench/up"].std = "migration"

-- What test_lua_cases.c gives.
stds.case = { read_globals = { "case", "db", "is", "raises", "rows" } }
files["tests/lua/cases"].std = "migration+case"
files["tests/lua/random"].std = "migration"

-- Declarations for the editor: nothing there is used or has a value.
files["lua/meta"] = {
  globals = { "mz" }, ignore = { "211", "212", "221", "241" }
}
