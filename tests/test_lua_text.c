/* test_lua_text.c - mz.text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void texts_are_changed(void **state) {
  static const struct lua_case cases[] = {
      {"blanks",
       "is(mz.text.trim(' \\u{A0}a  b\\u{3000}'), 'a  b')\n"
       "is(mz.text.squeeze(' a \\u{2003}\\tb '), 'a b')\n"
       "is(mz.text.squeeze('a\\u{200B} b'), 'a\\u{200B} b')",
       NULL},
      {"case",
       "is(mz.text.lower('ÀÉ Straße'), 'àé straße')\n"
       "is(mz.text.upper('àé λς'), 'ÀÉ ΛΣ')",
       NULL},
      {"folding",
       "is(mz.text.fold('  Ämélie ŁÓDŹ  Straße'), '  amelie łodz  strasse')\n"
       "is(mz.text.fold('  The A '), '  the a ')\n"
       "is(mz.text.normalise(' \\u{A0}Ämélie   POULAIN\\n'), 'amelie "
       "poulain')\n"
       "is(mz.text.normalise('  The  A '), 'the a')\n"
       "is(mz.text.nfc('e\\u{301}'), 'é') is(mz.text.nfc('e'), 'e')",
       NULL},
      {"long ones too",
       "local long = (' Äé ﬁ'):rep(20000)\n"
       "is(mz.text.normalise(long), ('ae fi '):rep(20000):sub(1, -2))\n"
       "is(mz.text.upper(('a'):rep(70000)), ('A'):rep(70000))\n"
       "is(mz.text.slug(('Ä!'):rep(9999)), ('a-'):rep(9999):sub(1, -2))",
       NULL},
      {"NUL is a character",
       "is(mz.text.fold('É\\0É '), 'e\\0e ') is(mz.text.length('é\\0'), 2)",
       NULL},
      {"length",
       "is(mz.text.length(''), 0) is(mz.text.length('é\\u{1F3AC}x'), 3)", NULL},
      {"HTML",
       "is(mz.text.unescape_html('Tom &amp; J&eacute;r&ocirc;me &#x26; &x;'),\n"
       "  'Tom & Jérôme & &x;')",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void slugs_keep_letters_and_digits(void **state) {
  static const struct lua_case cases[] = {
      {"of any script",
       "is(mz.text.slug('  Ämélie: Le film (2001)!'), 'amelie-le-film-2001')\n"
       "is(mz.text.slug('千と千尋 の'), '千と千尋-の') is(mz.text.slug('?!'), "
       "'')",
       NULL},
      {"with another separator",
       "is(mz.text.slug('A b', { separator = '_' }), 'a_b')\n"
       "is(mz.text.slug('A b', { separator = '' }), 'ab')\n"
       "is(mz.text.slug('A b', { separator = '·' }), 'a·b')\n"
       "is(mz.text.slug('A b', {}), 'a-b') is(mz.text.slug('a'), 'a')",
       NULL},
      {"a wrong option",
       "raises([[unknown key \"seperator\" in the options of slug; is "
       "\"separator\" meant?]], mz.text.slug, 'a', { seperator = '_' })\n"
       "raises('separator must be a string, not a number', mz.text.slug, 'a',\n"
       "  { separator = 1 })\n"
       "raises('the options of slug are a table, not a string', mz.text.slug,\n"
       "  'a', '-')",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void texts_are_split_at_plain_text(void **state) {
  static const struct lua_case cases[] = {
      {"nothing is dropped",
       "local function s(...) return table.concat(mz.text.split(...), '|') "
       "end\n"
       "is(s('a,b,,c,', ','), 'a|b||c|') is(s('', ','), '')\n"
       "is(#mz.text.split('', ','), 1) is(s('a.b', '.'), 'a|b')\n"
       "is(s('a => b=>c', '=>'), 'a | b|c') is(s('aaa', 'aa'), '|a')\n"
       "is(s('a', 'ab'), 'a') is(s('é·ß', '·'), 'é|ß')",
       NULL},
      {"as the options say",
       "local function s(...) return table.concat(mz.text.split(...), '|') "
       "end\n"
       "is(s(' a , b ,, ', ',', { trim = true }), 'a|b||')\n"
       "is(s(' a , b ,, ', ',', { trim = true, empty = false }), 'a|b')\n"
       "is(s('a=b=c', '=', { limit = 2 }), 'a|b=c')\n"
       "is(s('a=b', '=', { limit = 1 }), 'a=b')\n"
       "is(s(',,a,b', ',', { limit = 2, empty = false }), 'a|b')\n"
       "is(#mz.text.split(' ', ',', { trim = true, empty = false }), 0)",
       NULL},
      {"wrong uses",
       "raises('split takes a separator, not an empty text', mz.text.split,\n"
       "  'a', '')\n"
       "raises('split takes a text, not a nil', mz.text.split, 'a')\n"
       "raises('limit must be an integer of at least 1', mz.text.split, 'a',\n"
       "  ',', { limit = 0 })\n"
       "raises([[unknown key \"max\" in the options of split]], "
       "mz.text.split,\n"
       "  'a', ',', { max = 1 })",
       NULL}};
  LUA_CASES_RUN(state, cases);
}

static void nothing_stays_nothing_and_what_is_no_text_raises(void **state) {
  static const struct lua_case cases[] = {
      {"NULL stays NULL",
       "for name, f in pairs(mz.text) do\n"
       "  is(f(nil, ','), nil) assert(f(mz.null, ',') == mz.null, name)\n"
       "end",
       NULL},
      {"numbers, blobs and the like raise",
       "raises('trim takes a text, not a number', mz.text.trim, 1)\n"
       "raises('fold takes a text, not a blob', mz.text.fold, mz.blob('a'))\n"
       "raises('slug takes a text, not a boolean', mz.text.slug, true)\n"
       "raises('length takes a text, not a table', mz.text.length, {})\n"
       "raises('nfc takes a text, not a userdata', mz.text.nfc, db)\n"
       "raises('upper takes a text, not a nil', mz.text.upper)",
       NULL},
      {"so does what isn't UTF-8, with the byte",
       "for name, f in pairs(mz.text) do\n"
       "  raises(name .. ' takes UTF-8, and byte 4 of the text is not', f,\n"
       "    'abc\\xFFd', ',')\n"
       "end\n"
       "raises('split takes UTF-8, and byte 1 of the text is not',\n"
       "  mz.text.split, 'a', '\\xFF')",
       NULL},
      {"at the migration's line", "\nmz.text.lower(1.5)",
       "FILE:2:0: lower takes a text, not a number\n"}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(texts_are_changed, support_setup,
                                      support_teardown),
      cmocka_unit_test_setup_teardown(slugs_keep_letters_and_digits,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(texts_are_split_at_plain_text,
                                      support_setup, support_teardown),
      cmocka_unit_test_setup_teardown(
          nothing_stays_nothing_and_what_is_no_text_raises, support_setup,
          support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
