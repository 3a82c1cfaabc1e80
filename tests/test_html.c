/* test_html.c - character references, as the HTML Standard reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/entities.h"
#include "base/html.h"

/* Unescape a copy of the exact size into one of twice that. */
static char *unescape(const char *text) {
  size_t size = strlen(text);
  char *in = malloc(size + !size);
  char *out = malloc(2 * size + 1);
  assert_non_null(in);
  assert_non_null(out);
  memcpy(in, text, size);
  size = mz_html_unescape(in, size, out);
  assert_true(size <= 2 * strlen(text));
  out[size] = '\0';
  free(in);
  return out;
}

static const struct {
  const char *text;
  const char *wanted;
} cases[] = {
    {"", ""},
    {"plain é", "plain é"},
    {"&lt;b&gt; &amp;amp; &quot;&apos;", "<b> &amp; \"'"},
    {"Caf&eacute; &Auml;&szlig; &nbsp;&hellip;", "Café Äß \u00A0…"},
    /* without a semicolon: only where HTML always allowed it, the longest */
    {"&copy2 &notit; &notin; &amp", "©2 ¬it; ∉ &"},
    {"&hellip &Alpha", "&hellip &Alpha"},
    {"&emsp;&emsp13;&sup;&sup1;&sup1", "\u2003\u2004⊃¹¹"},
    /* two characters, the second a mark; longer than their names */
    {"&nGt;&nLt;", "≫\u20D2≪\u20D2"},
    {"&CounterClockwiseContourIntegral;", "∳"},
    {"&fjlig;&zwnj;&ZeroWidthSpace;", "fj\u200C\u200B"},
    {"&#65;&#x42;&#X43&#68 &#0065;", "ABCD A"},
    {"&#128;&#x9F;&#x81;&#8364;", "€Ÿ\xC2\x81€"},
    {"&#x0;&#xD800;&#1114112;&#99999999999999999999;", "\uFFFD\uFFFD\uFFFD"
                                                       "\uFFFD"},
    {"&#1114111;&#x1F3AC;", "\U0010FFFF\U0001F3AC"},
    {"& &; &# &#; &#x; &#xg; &&amp;", "& &; &# &#; &#x; &#xg; &&"},
    {"&nosuchname; &Amp; &lt&gt", "&nosuchname; &Amp; <>"},
    {"&", "&"},
    {"&#", "&#"},
    {"&#x", "&#x"},
};

static void references_become_what_they_stand_for(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *out = unescape(cases[i].text);
    assert_string_equal(out, cases[i].wanted);
    free(out);
  }
}

/* The list holds what the standard says of it, and each of it is found. */
static void every_name_is_found(void **state) {
  int names = 0;
  (void)state;
  for (int i = 0; i < MZ_ENTITY_LINES; i++) {
    const char *at = mz_entities[i];
    while (*at) {
      size_t size = strcspn(at, "& ");
      char text[64];
      char *out = NULL;
      (void)snprintf(text, sizeof text, "&%.*s;", (int)size, at);
      out = unescape(text);
      if (out[0] == '&' ? strcmp(out, "&") != 0 : out[1] && strlen(out) > 6)
        fail_msg("%s became %s", text, out);
      free(out);
      names += at[size] == '&' ? 2 : 1;
      at += size + strcspn(at + size, " ") + 1;
      at += strcspn(at, " ");
      at += *at == ' ';
    }
  }
  assert_int_equal(names, 2231);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(references_become_what_they_stand_for),
      cmocka_unit_test(every_name_is_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
