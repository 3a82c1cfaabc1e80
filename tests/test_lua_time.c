/* test_lua_time.c - mz.time, beside SQLite's own functions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/fs.h"
#include "base/zone.h"
#include "lua_case.h"

static void times_are_read(void **state) {
  static const struct lua_case cases[] = {
      {"to seconds, with a fraction where there is one",
       "is(mz.time.parse('2024-02-29 12:34:56'), 1709210096)\n"
       "is(mz.time.parse('2024-02-29 12:34:56.125'), 1709210096.125)\n"
       "is(mz.time.parse('1969-12-31T23:59:59.75Z'), -0.25)\n"
       "is(mz.time.parse('2024-02-29 12:34:56.000'), 1709210096)",
       NULL},
      {"the zone of the text goes before the option",
       "is(mz.time.parse('2024-02-29 14:34:56', { zone = '+02:00' }), "
       "1709210096)\n"
       "is(mz.time.parse('2024-02-29 12:34:56Z', { zone = '+02:00' }), "
       "1709210096)",
       NULL},
      {"by a format",
       "is(mz.time.parse('02/29/24', { format = '%m/%d/%y' }), 1709164800)\n"
       "is(mz.time.parse('29.2.2024 14:34 +0200',\n"
       "  { format = '%d.%m.%Y %H:%M %z', zone = '-01:00' }), 1709210040)",
       NULL},
      {"numbers by a format",
       "local function p(v, f) return mz.time.parse(v, { format = f }) end\n"
       "is(p(1709210096, 'unix'), 1709210096) is(p(1.5, 'unix'), 1.5)\n"
       "is(p('1709210096', 'unix'), 1709210096) is(p(2.0, 'unix'), 2)\n"
       "is(p(1709210096125, 'unix_ms'), 1709210096.125)\n"
       "is(p('-1', 'unix_ms'), -0.001) is(p(1000, 'unix_ms'), 1)\n"
       "is(p(2440587.5, 'julian'), 0)\n"
       "is(p(db:value(\"SELECT julianday('2024-02-29 12:34:56.125')\"), "
       "'julian'), 1709210096.125)",
       NULL},
      {"NULL stays NULL",
       "is(mz.time.parse(nil), nil) assert(mz.time.parse(mz.null) == mz.null)\n"
       "is(mz.time.format(nil), nil)\n"
       "assert(mz.time.format(mz.null, 'rfc3339') == mz.null)",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void times_are_written(void **state) {
  static const struct lua_case cases[] = {
      {"as datetime() does",
       "is(mz.time.format(1709210096), '2024-02-29 12:34:56')\n"
       "is(mz.time.format(-0.25), '1969-12-31 23:59:59.750')\n"
       "is(mz.time.format(0.9996), '1970-01-01 00:00:01')\n"
       "is(mz.time.format(1709210096, nil, { zone = '-03:30' }), "
       "'2024-02-29 09:04:56')",
       NULL},
      {"rfc3339",
       "is(mz.time.format(1709210096, 'rfc3339'), '2024-02-29T12:34:56Z')\n"
       "is(mz.time.format(1709210096.5, 'rfc3339', { zone = '+0530' }), "
       "'2024-02-29T18:04:56.500+05:30')",
       NULL},
      {"by codes",
       "is(mz.time.format(1709210096, '%a, %d %b %Y %H:%M:%S %z'), "
       "'Thu, 29 Feb 2024 12:34:56 +0000')\n"
       "is(mz.time.format(0, 'é%%%j'), 'é%001') is(mz.time.format(0, ''), '')",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void both_agree_with_sqlite(void **state) {
  static const struct lua_case cases[] = {
      {"over all years",
       "local f <close> = db:prepare[[SELECT datetime(?1, 'unixepoch'), "
       "strftime('%Y %m %d %H %M %S %j %s', ?1, 'unixepoch')]]\n"
       "for i = 1, 5000 do\n"
       "  local t = (i * 7919 * 7919 * 8123) % 315569519999 - 62167219200\n"
       "  for text, codes in f:urows(t) do\n"
       "    is(mz.time.format(t), text) is(mz.time.parse(text), t)\n"
       "    is(mz.time.format(t, '%Y %m %d %H %M %S %j %s'), codes)\n"
       "  end\n"
       "end",
       NULL},
      {"at both ends",
       "for _, t in ipairs { -62167219200, 253402300799, -1, 0 } do\n"
       "  is(mz.time.format(t), db:value("
       "\"SELECT datetime(?, 'unixepoch')\", t))\n"
       "end",
       NULL},
      {"fractions",
       "for i = 0, 999 do\n"
       "  local text = ('2024-02-29 12:34:56.%03d'):format(i)\n"
       "  is(mz.time.format(mz.time.parse(text), '%Y-%m-%d %H:%M:%f'), text)\n"
       "  is(db:value(\"SELECT strftime('%Y-%m-%d %H:%M:%f', ?)\", text), "
       "text)\n"
       "end",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void zones_have_summers(void **state) {
  static const struct lua_case cases[] = {
      {"in both directions",
       "local berlin = { zone = 'Europe/Berlin' }\n"
       "is(mz.time.parse('2024-07-01 12:00', berlin), 1719828000)\n"
       "is(mz.time.parse('2024-01-01 12:00', berlin), 1704106800)\n"
       "is(mz.time.parse('2099-07-01 12:00', berlin), 4086583200)\n"
       "is(mz.time.format(1719828000, 'rfc3339', berlin), "
       "'2024-07-01T12:00:00+02:00')",
       NULL},
      {"a time that is shown twice raises, or is chosen",
       "local function p(a) return mz.time.parse('2024-10-27 02:30',\n"
       "  { zone = 'Europe/Berlin', ambiguous = a }) end\n"
       "is(p('earlier'), 1729989000) is(p('later'), 1729992600)\n"
       "raises('\"2024-10-27 02:30\" is shown twice, as clocks are put back: "
       "pass ambiguous = \"earlier\" (2024-10-27T00:30:00Z) or \"later\" "
       "(2024-10-27T01:30:00Z)', p)",
       NULL},
      {"and so does one that never is",
       "local function p(a) return mz.time.parse('2024-03-31 02:30',\n"
       "  { zone = 'Europe/Berlin', ambiguous = a }) end\n"
       "is(p('earlier'), 1711845000) is(p('later'), 1711848600)\n"
       "raises('\"2024-03-31 02:30\" is never shown, as clocks are put "
       "forward: "
       "pass ambiguous = \"earlier\" (2024-03-31T00:30:00Z) or \"later\" "
       "(2024-03-31T01:30:00Z)', p)",
       NULL}};
  if (!mz_fs_is_folder(MZ_ZONE_FOLDER))
    skip();
  LUA_CASES_RUN(state, cases);
}

static void what_is_no_time_raises(void **state) {
  static const struct lua_case cases[] = {
      {"texts",
       "raises('\"tomorrow\" is not a known form of a time: pass format, such "
       "as \"%Y-%m-%d %H:%M:%S\"', mz.time.parse, 'tomorrow')\n"
       "raises('\"01/02/2020\" may have the month or the day first: pass "
       "format, such as \"%m/%d/%Y\" or \"%d/%m/%Y\"', mz.time.parse, "
       "'01/02/2020')\n"
       "raises('\"29.02.24\" is not of the format \"%d.%m.%Y\"', "
       "mz.time.parse, '29.02.24', { format = '%d.%m.%Y' })\n"
       "raises('there is no such day or time: \"2023-02-29\"', mz.time.parse, "
       "'2023-02-29')\n"
       "raises('\"2024-02-29\" is not a known form of a time: pass format, "
       "such as \"%Y-%m-%d %H:%M:%S\"', mz.time.parse, '2024-02-29\\0')\n"
       "raises('\"0000-01-01 00:00+01\" is not in the years 0 to 9999, UTC', "
       "mz.time.parse, '0000-01-01 00:00+01')",
       NULL},
      {"numbers",
       "raises('a number is a time by its format: pass \"unix\", \"unix_ms\" "
       "or "
       "\"julian\"', mz.time.parse, 5)\n"
       "raises('\"0x10\" is no number, as format = \"unix\" wants', "
       "mz.time.parse, '0x10', { format = 'unix' })\n"
       "raises('1e+300 as format = \"julian\" is not in the years 0 to 9999', "
       "mz.time.parse, 1e300, { format = 'julian' })\n"
       "raises('nan as format = \"unix\" is not in the years 0 to 9999', "
       "mz.time.parse, math.abs(0 / 0), { format = 'unix' })\n"
       "raises('1709210096125 as format = \"unix\" is not in the years 0 to "
       "9999', mz.time.parse, 1709210096125, { format = 'unix' })\n"
       "for _, t in ipairs { 1e300, 0 / 0, 253402300800, -62167219201 } do\n"
       "  raises('format takes a time in the years 0 to 9999', mz.time.format,"
       " t)\n"
       "end",
       NULL},
      {"other values",
       "raises('parse takes a text or a number, not a table', mz.time.parse, "
       "{})\n"
       "raises('format takes a number of seconds, not a string', "
       "mz.time.format, '5')\n"
       "raises('a format is a text, not a number', mz.time.format, 5, 5)",
       NULL},
      {"wrong options",
       "raises('there is no %Q in a format: the letters are "
       "YymdeHIMSpbBaAzfjs%', mz.time.format, 0, '%Q')\n"
       "raises('there is no %j in a format: the letters are "
       "YymdeHIMSpbBaAzf%', mz.time.parse, 'x', { format = '%Y %j' })\n"
       "raises('there is no % in a format: the letters are "
       "YymdeHIMSpbBaAzfjs%', mz.time.format, 0, 'a%')\n"
       "raises('the format \"%H:%M\" has no year, month and day', "
       "mz.time.parse, '12:30', { format = '%H:%M' })\n"
       "raises('unknown key \"timezone\" in the options of parse', "
       "mz.time.parse, '2020-01-01', { timezone = 'UTC' })\n"
       "raises('ambiguous must be \"earlier\" or \"later\", not \"first\"', "
       "mz.time.parse, '2020-01-01', { ambiguous = 'first' })\n"
       "raises('the options of format are a table, not a string', "
       "mz.time.format, 0, nil, 'UTC')\n"
       "raises('zone must be a string, not a number', mz.time.format, 0, nil, "
       "{ zone = 2 })",
       NULL},
      {"at the migration's line", "\nmz.time.parse('x')",
       "FILE:2:0: \"x\" is not a known form of a time: pass format, such as "
       "\"%Y-%m-%d %H:%M:%S\"\n"}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(times_are_read, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(times_are_written, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(both_agree_with_sqlite, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(zones_have_summers, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(what_is_no_time_raises, support_setup,
                                      support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
