/* test_lua_hash.c - mz.hash; the digests are Python's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lua_case.h"

static void strings_and_blobs_are_hashed(void **state) {
  static const struct lua_case cases[] = {
      {"a string",
       "local h = mz.hash\n"
       "is(h.md5('J\\u{fc}rgen\\0x'), 'c598c99243ad612fde9cc6262817ebf2')\n"
       "is(h.sha1('J\\u{fc}rgen\\0x'), "
       "'2c76107b75b15f69f1725fd18246a30366088f4d')\n"
       "is(h.sha256('J\\u{fc}rgen\\0x'), '12c76acdd15ab241704f117e478235cb"
       "a74b05b0674a32d311cf4cf2d24a81b0')\n"
       "is(h.crc32('J\\u{fc}rgen\\0x'), 3286165429)",
       NULL},
      {"a blob",
       "local h = mz.hash\n"
       "is(h.md5(mz.blob('')), 'd41d8cd98f00b204e9800998ecf8427e')\n"
       "is(h.md5(mz.blob('abc')), '900150983cd24fb0d6963f7d28e17f72')\n"
       "is(h.crc32(mz.blob('123456789')), 3421780262)",
       NULL},
      {"nothing else",
       "local h = mz.hash\n"
       "raises('mz.hash.md5 takes a string or a blob, not nil', h.md5, nil)\n"
       "raises('mz.hash.sha1 takes a string or a blob, not mz.null', h.sha1, "
       "mz.null)\n"
       "raises('mz.hash.sha256 takes a string or a blob, not a number', "
       "h.sha256, 1)\n"
       "raises('mz.hash.crc32 takes a string or a blob, not a table', h.crc32, "
       "{})\n"
       "raises('mz.hash.crc32 takes a string or a blob, not a boolean', "
       "h.crc32, true)\n"
       "raises('mz.hash.crc32 takes a string or a blob, not nothing', "
       "h.crc32)\n"
       "raises('mz.hash.crc32 takes a string or a blob, not an object', "
       "h.crc32, db)",
       NULL},
      {"in SQL the same",
       "db:exec('CREATE TABLE t (a)')\n"
       "db:insert('t', { { a = 'abc' }, { a = mz.blob('abc') } })\n"
       "for a, digest in db:urows('SELECT a, sha256(a) FROM t') do\n"
       "  is(digest, mz.hash.sha256(a))\n"
       "end",
       NULL},
      {"an index of it is refused",
       "db:exec('CREATE TABLE t (a)')\n"
       "db:exec('CREATE INDEX t_a ON t (md5(a))')",
       "FILE:2:0: unsafe use of md5()\n"
       "hint: md5, sha1, sha256 and crc32 are there while a migration runs and "
       "not in the application: store what they give in a column\n"
       "sql: CREATE INDEX t_a ON t (md5(a))\n"}};
  LUA_CASES_RUN(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(strings_and_blobs_are_hashed,
                                      support_setup, support_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
