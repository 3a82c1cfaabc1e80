/* The examples that NIST publishes for FIPS 180-4, those of RFC 1321, and what
 * has NUL bytes and odd lengths, by Python's hashlib and zlib. */
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

static void sha256_is_that_of_the_standard(void **state) {
  char hex[MZ_DIGEST_SIZE];
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mz_digest_sha256(cases[i].text, cases[i].size, hex);
    assert_string_equal(hex, cases[i].hex);
  }
}

static const struct {
  const char *text;
  size_t size;
  const char *md5;
  const char *sha1;
  uint32_t crc32;
} others[] = {
    {"", 0, "d41d8cd98f00b204e9800998ecf8427e",
     "da39a3ee5e6b4b0d3255bfef95601890afd80709", 0x00000000U},
    {"a", 1, "0cc175b9c0f1b6a831c399e269772661",
     "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8", 0xE8B7BE43U},
    {"abc", 3, "900150983cd24fb0d6963f7d28e17f72",
     "a9993e364706816aba3e25717850c26c9cd0d89d", 0x352441C2U},
    {"message digest", 14, "f96b697d7cb7938d525a2f31aaf161d0",
     "c12252ceda8be8994d5fa0290a47231c1d16aae3", 0x20159D7FU},
    {"123456789", 9, "25f9e794323b453885f5181f1b624d0b",
     "f7c3bc1d808e04732adf679965ccc34ca7ae3441", 0xCBF43926U},
    {"J\303\274rgen\000x", 9, "c598c99243ad612fde9cc6262817ebf2",
     "2c76107b75b15f69f1725fd18246a30366088f4d", 0xC3DEE7B5U},
    {"\000\377\000\377\000", 5, "d0cb9287ca8d704f486b318c72db4f33",
     "48aeba6f6b44dbcfd6fb19eb94791943ef505b7b", 0x8B030C9EU},
    {"The quick brown fox jumps over the lazy dog", 43,
     "9e107d9d372bb6826bd81d3542a419d6",
     "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", 0x414FA339U},
};

static void the_others_are_those_of_their_standards(void **state) {
  char hex[MZ_DIGEST_SIZE];
  (void)state;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    mz_digest_md5(others[i].text, others[i].size, hex);
    assert_string_equal(hex, others[i].md5);
    mz_digest_sha1(others[i].text, others[i].size, hex);
    assert_string_equal(hex, others[i].sha1);
    assert_int_equal(mz_digest_crc32(others[i].text, others[i].size),
                     others[i].crc32);
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

/* Every start and length, against bit by bit. */
static void crc32_is_that_of_its_definition(void **state) {
  unsigned char bytes[300];
  (void)state;
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (unsigned char)(i * 167 + i / 3);
  for (size_t size = 0; size < sizeof bytes - 4; size++) {
    uint32_t crc = 0xFFFFFFFFU;
    for (size_t i = 0; i < size * 8; i++) {
      crc ^= (uint32_t)(bytes[size % 4 + i / 8] >> i % 8) & 1U;
      crc = crc & 1U ? crc >> 1 ^ 0xEDB88320U : crc >> 1;
    }
    assert_int_equal(mz_digest_crc32(bytes + size % 4, size), ~crc);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sha256_is_that_of_the_standard),
      cmocka_unit_test(the_others_are_those_of_their_standards),
      cmocka_unit_test(crc32_is_that_of_its_definition),
      cmocka_unit_test(digest_of_a_million_letters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
