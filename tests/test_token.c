/* SQL cut as SQLite cuts it. Expected tokens are written as a letter for the
 * kind and the text in braces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "sqlite/token.h"

static const char letters[] = {
    [MZ_TOKEN_END] = 'e',       [MZ_TOKEN_SPACE] = 's',
    [MZ_TOKEN_COMMENT] = 'c',   [MZ_TOKEN_WORD] = 'w',
    [MZ_TOKEN_QUOTED] = 'q',    [MZ_TOKEN_STRING] = 't',
    [MZ_TOKEN_NUMBER] = 'n',    [MZ_TOKEN_VARIABLE] = 'v',
    [MZ_TOKEN_SEMICOLON] = ';', [MZ_TOKEN_OPERATOR] = 'o',
    [MZ_TOKEN_OPEN] = '!'};

typedef bool next_function(const char **cursor, const char *end,
                           struct mz_token *token);

/* The tokens of sql, which lies in a block of its exact size, so that a
 * sanitizer sees a byte too many. */
static char *cut(const char *sql, next_function *next) {
  struct mz_buf out = MZ_BUF_INIT;
  struct mz_token token;
  size_t size = strlen(sql);
  char *text = malloc(size ? size : 1);
  const char *cursor = text;
  assert_non_null(text);
  for (size_t i = 0; i < size; i++)
    text[i] = sql[i];
  while (next(&cursor, text + size, &token))
    mz_buf_format(&out, "%c{%.*s}", letters[token.kind], (int)token.size,
                  token.text);
  assert_int_equal(token.kind, MZ_TOKEN_END);
  assert_int_equal(token.size, 0);
  assert_ptr_equal(cursor, text + size);
  free(text);
  return mz_buf_take(&out);
}

static void expect_cut(const char *sql, next_function *next,
                       const char *tokens) {
  char *found = cut(sql, next);
  assert_string_equal(found, tokens);
  free(found);
}

struct pair {
  const char *sql;
  const char *tokens;
};

static const struct pair cases[] = {
    {"", ""},
    {"SELECT 1;", "w{SELECT}s{ }n{1};{;}"},
    {" \t\r\n\f", "s{ \t\r\n\f}"},
    {"a_1$b \xC3\xA9t\xC3\xA9", "w{a_1$b}s{ }w{\xC3\xA9t\xC3\xA9}"},
    /* comments */
    {"a--b;'\nc", "w{a}c{--b;'}s{\n}w{c}"},
    {"a--", "w{a}c{--}"},
    {"a- -b", "w{a}o{-}s{ }o{-}w{b}"},
    {"/* ; ' */x", "c{/* ; ' */}w{x}"},
    {"a/**/b", "w{a}c{/**/}w{b}"},
    {"/*/ x */", "c{/*/ x */}"},
    {"/***/", "c{/***/}"},
    {"/* a */ */", "c{/* a */}s{ }o{*}o{/}"},
    {"/* -- */1", "c{/* -- */}n{1}"},
    {"a/b*c", "w{a}o{/}w{b}o{*}w{c}"},
    /* quotings */
    {"'it''s; --'", "t{'it''s; --'}"},
    {"'a' 'b'", "t{'a'}s{ }t{'b'}"},
    {"''", "t{''}"},
    {"'two\nlines'", "t{'two\nlines'}"},
    {"'back\\'", "t{'back\\'}"},
    {"\"a\"\"b\"", "q{\"a\"\"b\"}"},
    {"`a``b`", "q{`a``b`}"},
    {"[a ;' b]", "q{[a ;' b]}"},
    {"[a]]", "q{[a]}o{]}"},
    {"x'00fF'X''", "t{x'00fF'}t{X''}"},
    {"x '0'", "w{x}s{ }t{'0'}"},
    {"ax'0'", "w{ax}t{'0'}"},
    /* numbers */
    {"12 1.5 .5 5.", "n{12}s{ }n{1.5}s{ }n{.5}s{ }n{5.}"},
    {"1e10 1E+5 2.e-3", "n{1e10}s{ }n{1E+5}s{ }n{2.e-3}"},
    {"0x1F 0x1e-5", "n{0x1F}s{ }n{0x1e}o{-}n{5}"},
    {"1-2+3", "n{1}o{-}n{2}o{+}n{3}"},
    {"1abc", "n{1abc}"},
    {"t.a", "w{t}o{.}w{a}"},
    /* variables */
    {"? ?12 :a @b $c", "v{?}s{ }v{?12}s{ }v{:a}s{ }v{@b}s{ }v{$c}"},
    {": @ $", "o{:}s{ }o{@}s{ }o{$}"},
    {"a:b", "w{a}v{:b}"},
    /* operators */
    {"a>=b||c", "w{a}o{>}o{=}w{b}o{|}o{|}w{c}"},
    {"a->>'$.x'", "w{a}o{-}o{>}o{>}t{'$.x'}"},
    {"(a,b);", "o{(}w{a}o{,}w{b}o{)};{;}"},
};

static void sql_is_cut_as_sqlite_does(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    expect_cut(cases[i].sql, mz_token_next, cases[i].tokens);
}

static const struct pair open_cases[] = {
    {"a 'b", "w{a}s{ }!{'b}"}, {"'", "!{'}"},
    {"'it''s", "!{'it''s}"},   {"'a'''", "t{'a'''}"},
    {"'a''", "!{'a''}"},       {"\"a;\n", "!{\"a;\n}"},
    {"`a", "!{`a}"},           {"[a", "!{[a}"},
    {"x'00", "!{x'00}"},       {"1/* a *", "n{1}!{/* a *}"},
    {"/*", "!{/*}"},           {"/*/", "!{/*/}"},
};

static void what_never_ends_is_open(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof open_cases / sizeof *open_cases; i++)
    expect_cut(open_cases[i].sql, mz_token_next, open_cases[i].tokens);
}

static void solid_tokens_are_neither_space_nor_comment(void **state) {
  (void)state;
  expect_cut("", mz_token_next_solid, "");
  expect_cut(" -- a\n /* b */ ", mz_token_next_solid, "");
  expect_cut("a /* b */ -- c\n ; 'd'", mz_token_next_solid, "w{a};{;}t{'d'}");
  expect_cut(" /* open", mz_token_next_solid, "!{/* open}");
}

static struct mz_token first_token(const char *sql) {
  struct mz_token token;
  (void)mz_token_next(&sql, sql + strlen(sql), &token);
  return token;
}

static const struct {
  const char *sql;
  const char *word;
  bool is;
} comparisons[] = {
    {"begin", "BEGIN", true},
    {"BeGiN;", "begin", true},
    {"beginning", "begin", false},
    {"be", "begin", false},
    {"\"begin\"", "begin", false},
    {"'begin'", "'begin'", false},
    {"1", "1", false},
};

static void word_is_compared_in_any_case(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
    struct mz_token token = first_token(comparisons[i].sql);
    assert_int_equal(mz_token_is(&token, comparisons[i].word),
                     comparisons[i].is);
  }
}

static const struct {
  const char *sql;
  const char *name;
} names[] = {
    {"plain", "plain"},  {"\"a \"\"b\"\" c\"", "a \"b\" c"},
    {"`a``b`", "a`b"},   {"[a \"b\" c]", "a \"b\" c"},
    {"'it''s'", "it's"}, {"\"\"", ""},
    {"''''", "'"},       {"[]", ""},
    {"x'00'", "x'00'"},
};

static void name_is_without_its_quotes(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    struct mz_token token = first_token(names[i].sql);
    char *name = mz_token_name(&token);
    assert_string_equal(name, names[i].name);
    free(name);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sql_is_cut_as_sqlite_does),
      cmocka_unit_test(what_never_ends_is_open),
      cmocka_unit_test(solid_tokens_are_neither_space_nor_comment),
      cmocka_unit_test(word_is_compared_in_any_case),
      cmocka_unit_test(name_is_without_its_quotes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
