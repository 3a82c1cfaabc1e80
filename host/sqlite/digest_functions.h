/* digest_functions.h - the functions of SQL that migrations have beyond
 * SQLite's.
 *
 * md5(x), sha1(x), sha256(x): the digest in lower-case hexadecimal; crc32(x):
 * an integer. TEXT and BLOB by their bytes, numbers by their text, NULL gives
 * NULL. SQLite refuses them in the schema, which outlives the connection. */
#ifndef MZ_SQLITE_DIGEST_FUNCTIONS_H
#define MZ_SQLITE_DIGEST_FUNCTIONS_H

struct sqlite3;

/* What to do where SQLite refuses one: "unsafe use of md5()". */
extern const char mz_digest_functions_hint[];

/* Add them to the connection. Returns SQLite's result code. */
int mz_digest_functions_add(struct sqlite3 *handle);

#endif
