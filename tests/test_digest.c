/* SHA-256 of the examples that NIST publishes for FIPS 180-4, and of what
 * has NUL bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/digest.h"

static const struct {
  const char *text;
  size_t size;
  const char *hex;
} cases[] = {
    {"", 0,
     "e3b0c44298fc1c149afbf4c8996fb924"
     "27ae41e4649b934ca495991b7852b855"},
    {"abc", 3,
     "ba7816bf8f01cfea414140de5dae2223"
     "b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
     "248d6a61d20638b8e5c026930c3e6039"
     "a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
     "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     112,
     "cf5b16a778af8380036ce59e7b049237"
     "0b249b11e8f07a51afac45037afee9d1"},
    {"\0", 1,
     "6e340b9cffb37a989ca544e6bb780a2c"
     "78901d3fb33738768511a30617afa01d"},
    {"abc\0def", 7,
     "516a5e926ce20c5f4d80f00e1a01abdf"
     "14986def6588d6abeed9fce090bc660c"},
};

static void digests_are_those_of_the_standard(void **state) {
  char hex[MZ_DIGEST_SIZE];
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mz_digest_sha256(cases[i].text, cases[i].size, hex);
    assert_string_equal(hex, cases[i].hex);
  }
}

static void digest_of_a_million_letters(void **state) {
  char *text = malloc(1000000);
  char hex[MZ_DIGEST_SIZE];
  (void)state;
  assert_non_null(text);
  memset(text, 'a', 1000000);
  mz_digest_sha256(text, 1000000, hex);
  assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67"
                           "f1809a48a497200e046d39ccc7112cd0");
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(digests_are_those_of_the_standard),
      cmocka_unit_test(digest_of_a_million_letters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
