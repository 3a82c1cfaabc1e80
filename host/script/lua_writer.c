#include "script/lua_writer.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>
#include <strings.h>

#include "script/lua_error.h"
#include "script/lua_statement.h"
#include "script/lua_value.h"

enum { TABLE = MZ_WRITER_TABLE, KEY = MZ_WRITER_KEY, NAME = MZ_WRITER_NAME };
enum { KEPT = MZ_WRITER_KEPT, ROW = MZ_WRITER_ROW, NAMES = ROW + 1 };

/* SQLite has no table with more columns; and how many writers are kept for
 * one table. */
enum { COLUMNS_MAX = 2000, WRITERS_MAX = 64 };

static const char store_key = 0; /* names the store in the registry */

/* A name is held by the row, and by the writer made for it. */
struct name {
  const char *text;
  size_t size;
};

/* The columns of a row, in the order in which lua_next() gives them, mostly
 * the same for rows that were made in one place. */
struct row {
  int number; /* for errors, from 1; 0: it is the only one */
  int count;
  struct name names[COLUMNS_MAX];
  struct mz_value values[COLUMNS_MAX];
};

struct column {
  struct name name;
  int parameter;
};

/* A userdata whose values are the statement, the names of its columns, and
 * the next writer for the same table. */
struct writer {
  struct mz_lua_statement *used;
  const struct writer *next;
  int kept; /* this one and those after it */
  int count;
  struct column columns[];
};

enum { STATEMENT = 1, HELD = 2, NEXT = 3, VALUES = 3 };

/* ---- the statement ------------------------------------------------------- */

/* Add the name, a string at index. */
static void add_quoted(lua_State *lua, luaL_Buffer *sql, int index) {
  size_t size = 0;
  const char *name = lua_tolstring(lua, index, &size);
  luaL_addchar(sql, '"');
  for (size_t i = 0; i < size; i++) {
    if (name[i] == '"')
      luaL_addchar(sql, '"');
    luaL_addchar(sql, name[i]);
  }
  luaL_addchar(sql, '"');
}

/* Add the string i of the array at index, out of the buffer's way. */
static void add_name(lua_State *lua, luaL_Buffer *sql, int index,
                     lua_Integer i) {
  lua_rawgeti(lua, index, i);
  lua_insert(lua, NAMES + 1);
  add_quoted(lua, sql, NAMES + 1);
  lua_remove(lua, NAMES + 1);
}

static void add_names(lua_State *lua, luaL_Buffer *sql, int index) {
  lua_Integer count = (lua_Integer)lua_rawlen(lua, index);
  for (lua_Integer i = 1; i <= count; i++) {
    luaL_addstring(sql, i == 1 ? " (" : ", ");
    add_name(lua, sql, index, i);
  }
  luaL_addchar(sql, ')');
}

/* Whether the string i of NAMES is a column of the key, in any case. */
static bool is_key(lua_State *lua, lua_Integer i) {
  lua_Integer count = (lua_Integer)lua_rawlen(lua, KEY);
  bool found = false;
  lua_rawgeti(lua, NAMES, i);
  for (lua_Integer k = 1; k <= count && !found; k++) {
    lua_rawgeti(lua, KEY, k);
    found = strcasecmp(lua_tostring(lua, -1), lua_tostring(lua, -2)) == 0;
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  return found;
}

/* The table's name in an upsert, lest it be called excluded. */
#define ALIAS "\"mz table\""

/* Add that the column i is another than it was, to the letter. A type of its
 * own counts where the column keeps it: compared with a text, an untyped
 * column is text as well, and 1 isn't 1.0, while a number's column is not. */
static void add_differs(lua_State *lua, luaL_Buffer *sql, lua_Integer i) {
  static const char *const parts[] = {
      "(" ALIAS ".",           " COLLATE BINARY IS NOT excluded.",
      " OR typeof(" ALIAS ".", ") <> typeof(excluded.",
      ") AND " ALIAS ".",      " COLLATE BINARY IS NOT CAST(excluded."};
  for (size_t part = 0; part < sizeof parts / sizeof *parts; part++) {
    luaL_addstring(sql, parts[part]);
    add_name(lua, sql, NAMES, i);
  }
  luaL_addstring(sql, " AS TEXT))");
}

/* Add "SET a = excluded.a WHERE a differs" for what isn't in the key; where
 * nothing is left there is nothing to do. */
static void add_conflict(lua_State *lua, luaL_Buffer *sql, const bool *in_key,
                         lua_Integer count) {
  const char *before = " DO UPDATE SET ";
  for (lua_Integer i = 1; i <= count; i++) {
    if (in_key[i])
      continue;
    luaL_addstring(sql, before);
    add_name(lua, sql, NAMES, i);
    luaL_addstring(sql, " = excluded.");
    add_name(lua, sql, NAMES, i);
    before = ", ";
  }
  if (before[0] == ' ') {
    luaL_addstring(sql, " DO NOTHING");
    return;
  }
  before = " WHERE ";
  for (lua_Integer i = 1; i <= count; i++) {
    if (in_key[i])
      continue;
    luaL_addstring(sql, before);
    add_differs(lua, sql, i);
    before = " OR ";
  }
}

/* Push how an error calls the row. */
static const char *push_row_name(lua_State *lua, const struct row *row) {
  if (row->number > 0)
    return lua_pushfstring(lua, "row %d", row->number);
  return lua_pushliteral(lua, "a row");
}

/* Raise where two names of NAMES are one column, in another case. */
static void check_names(lua_State *lua, const struct row *row) {
  int first = lua_gettop(lua) + 1;
  for (int i = 1; i <= row->count; i++) {
    lua_rawgeti(lua, NAMES, i);
    for (int k = 1; k < i; k++) {
      const char *name = lua_tostring(lua, first);
      const char *other = NULL;
      lua_rawgeti(lua, NAMES, k);
      other = lua_tostring(lua, -1);
      if (strcasecmp(name, other) == 0)
        mz_lua_error_misuse(lua, "%s names one column twice: %s and %s",
                            push_row_name(lua, row), other, name);
      lua_settop(lua, first);
    }
    lua_settop(lua, first - 1);
  }
}

/* Push an array of which columns of NAMES are in the key, from 1. */
static const bool *push_in_key(lua_State *lua, const struct row *row) {
  lua_Integer count = row->count;
  lua_Integer keys = (lua_Integer)lua_rawlen(lua, KEY);
  lua_Integer found = 0;
  bool *in_key = lua_newuserdatauv(lua, (size_t)count + 1, 0);
  for (lua_Integer i = 1; i <= count; i++) {
    in_key[i] = is_key(lua, i);
    found += in_key[i];
  }
  if (found != keys)
    mz_lua_error_misuse(lua, "%s needs a value for each column of the key",
                        push_row_name(lua, row));
  return in_key;
}

/* Push the SQL for the columns in NAMES. */
static void push_sql(lua_State *lua, const struct row *row) {
  lua_Integer count = row->count;
  const bool *in_key = lua_isnil(lua, KEY) ? NULL : push_in_key(lua, row);
  luaL_Buffer sql;
  luaL_buffinit(lua, &sql);
  luaL_addstring(&sql, "INSERT INTO ");
  add_quoted(lua, &sql, TABLE);
  if (in_key)
    luaL_addstring(&sql, " AS " ALIAS);
  if (count == 0)
    luaL_addstring(&sql, " DEFAULT VALUES");
  else
    add_names(lua, &sql, NAMES);
  for (lua_Integer i = 1; i <= count; i++)
    luaL_addstring(&sql, i == 1 ? " VALUES (?" : ", ?");
  if (count > 0)
    luaL_addchar(&sql, ')');
  if (in_key) {
    luaL_addstring(&sql, " ON CONFLICT");
    add_names(lua, &sql, KEY);
    add_conflict(lua, &sql, in_key, count);
  }
  luaL_pushresult(&sql);
}

/* ---- a writer for the columns of a row ----------------------------------- */

/* Push the columns of the row, sorted, so that rows with the same columns
 * share a statement. */
static void push_names(lua_State *lua, const struct row *row) {
  lua_createtable(lua, row->count, 0);
  for (int i = 0; i < row->count; i++) {
    lua_pushlstring(lua, row->names[i].text, row->names[i].size);
    lua_rawseti(lua, NAMES, i + 1);
  }
  lua_getfield(lua, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(lua, -1, LUA_TABLIBNAME);
  lua_getfield(lua, -1, "sort");
  lua_pushvalue(lua, NAMES);
  lua_call(lua, 1, 0);
  lua_pop(lua, 2);
}

static bool is_same(const struct name *a, const struct name *b) {
  return a->text == b->text ||
         (a->size == b->size && memcmp(a->text, b->text, a->size) == 0);
}

/* Note the columns, whose names stand sorted in NAMES, in the order of the
 * row. The names of NAMES outlive the row; a short one is the same object as
 * the row's. */
static void note_columns(lua_State *lua, const struct row *row,
                         struct writer *made) {
  for (int parameter = 1; parameter <= row->count; parameter++) {
    struct column column = {.parameter = parameter};
    int i = 0;
    lua_rawgeti(lua, NAMES, parameter);
    column.name.text = lua_tolstring(lua, -1, &column.name.size);
    while (!is_same(&column.name, &row->names[i]))
      i++;
    made->columns[i] = column;
    lua_pop(lua, 1);
  }
}

/* Have the writer at KEPT come before those that are in the store. */
static void link_writer(lua_State *lua, struct writer *made) {
  const struct writer *next = NULL;
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &store_key);
  lua_pushvalue(lua, NAME);
  lua_rawget(lua, -2);
  next = lua_touserdata(lua, -1);
  if (next && next->kept < WRITERS_MAX) {
    made->next = next;
    made->kept += next->kept;
    lua_setiuservalue(lua, KEPT, NEXT);
  } else
    lua_pop(lua, 1);
  lua_pushvalue(lua, NAME);
  lua_pushvalue(lua, KEPT);
  lua_rawset(lua, -3);
  lua_pop(lua, 1);
}

/* Put a writer for the row into KEPT and the store. */
static const struct writer *make(lua_State *lua, const struct row *row) {
  struct writer *made = lua_newuserdatauv(
      lua, sizeof *made + (size_t)row->count * sizeof(struct column), VALUES);
  made->next = NULL;
  made->kept = 1;
  made->count = row->count;
  lua_replace(lua, KEPT);
  push_names(lua, row);
  check_names(lua, row);
  push_sql(lua, row);
  made->used = mz_lua_statement_get(lua, lua_gettop(lua));
  lua_setiuservalue(lua, KEPT, STATEMENT);
  note_columns(lua, row, made);
  lua_pushvalue(lua, NAMES);
  lua_setiuservalue(lua, KEPT, HELD);
  link_writer(lua, made);
  lua_settop(lua, ROW);
  return made;
}

/* ---- writing ------------------------------------------------------------- */

/* The parameter for the name, expected to be column i of the writer; 0: it
 * has no such column. */
static int find_parameter(const struct writer *writer, const struct name *name,
                          int i) {
  if (name->text == writer->columns[i].name.text)
    return writer->columns[i].parameter;
  for (int k = 0; k < writer->count; k++)
    if (is_same(&writer->columns[k].name, name))
      return writer->columns[k].parameter;
  return 0;
}

/* Whether the writer has exactly the columns of the row. */
static bool fits(const struct writer *writer, const struct row *row) {
  if (writer->count != row->count || !writer->used->cursor.statement ||
      writer->used->cursor.busy)
    return false;
  for (int i = 0; i < row->count; i++)
    if (find_parameter(writer, &row->names[i], i) == 0)
      return false;
  return true;
}

/* The writer for the row: one of those after KEPT, or of the store, or a new
 * one. */
static const struct writer *find(lua_State *lua, const struct row *row) {
  const struct writer *writer = NULL;
  if (lua_isnil(lua, KEPT)) {
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &store_key);
    lua_pushvalue(lua, NAME);
    lua_rawget(lua, -2);
    lua_replace(lua, KEPT);
    lua_pop(lua, 1);
  }
  writer = lua_touserdata(lua, KEPT);
  while (writer && !fits(writer, row))
    writer = writer->next;
  return writer ? writer : make(lua, row);
}

/* Read the name and the value at the top into column i of the row. */
static void read_column(lua_State *lua, struct row *row, int i) {
  const char *reason = NULL;
  if (lua_type(lua, -2) != LUA_TSTRING)
    mz_lua_error_misuse(lua, "a row has the names of columns as keys, not a %s",
                        luaL_typename(lua, -2));
  if (i == COLUMNS_MAX)
    mz_lua_error_misuse(lua, "a row has more than %d columns", COLUMNS_MAX);
  row->names[i].text = lua_tolstring(lua, -2, &row->names[i].size);
  reason = mz_lua_value_get(lua, -1, &row->values[i]);
  if (reason)
    mz_lua_error_misuse(lua, "column %s: %s", row->names[i].text, reason);
}

static void read_row(lua_State *lua, struct row *row) {
  row->count = 0;
  for (lua_pushnil(lua); lua_next(lua, ROW); lua_pop(lua, 1))
    read_column(lua, row, row->count++);
}

static void bind_row(lua_State *lua, const struct writer *writer,
                     const struct row *row) {
  struct mz_error *err = mz_lua_error_slot(lua);
  for (int i = 0; i < row->count; i++)
    if (mz_statement_bind(writer->used->cursor.statement,
                          find_parameter(writer, &row->names[i], i),
                          &row->values[i], false, err))
      mz_lua_error_raise(lua);
}

int64_t mz_lua_writer_write(lua_State *lua, int number) {
  const struct writer *writer = NULL;
  struct row row;
  row.number = number;
  read_row(lua, &row);
  writer = find(lua, &row);
  bind_row(lua, writer, &row);
  while (mz_lua_statement_step(lua, writer->used))
    ;
  return writer->used->cursor.statement->changes;
}

void mz_lua_writer_open(lua_State *lua) {
  lua_newtable(lua);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &store_key);
}
