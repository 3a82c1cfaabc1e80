#include "sqlite/digest_functions.h"

#include <sqlite3.h>

#include "base/digest.h"

const char mz_digest_functions_hint[] =
    "md5, sha1, sha256 and crc32 are there while a migration runs and not in "
    "the application: store what they give in a column";

/* The bytes to be hashed; NULL, with the result set, where there are none. */
static const void *bytes_of(struct sqlite3_context *context,
                            struct sqlite3_value *value, size_t *size) {
  int type = sqlite3_value_type(value);
  const void *bytes = NULL;
  if (type == SQLITE_NULL) {
    sqlite3_result_null(context);
    return NULL;
  }
  bytes = type == SQLITE_BLOB ? sqlite3_value_blob(value)
                              : (const void *)sqlite3_value_text(value);
  *size = (size_t)sqlite3_value_bytes(value);
  if (!bytes && type == SQLITE_BLOB && *size == 0)
    return "";
  if (!bytes)
    sqlite3_result_error_nomem(context);
  return bytes;
}

static void hash(struct sqlite3_context *context, int count,
                 struct sqlite3_value **values) {
  const struct mz_digest *digest = sqlite3_user_data(context);
  char hex[MZ_DIGEST_SIZE];
  size_t size = 0;
  const void *bytes = bytes_of(context, values[0], &size);
  (void)count;
  if (!bytes)
    return;
  digest->write(bytes, size, hex);
  sqlite3_result_text(context, hex, -1, SQLITE_TRANSIENT);
}

static void crc32(struct sqlite3_context *context, int count,
                  struct sqlite3_value **values) {
  size_t size = 0;
  const void *bytes = bytes_of(context, values[0], &size);
  (void)count;
  if (bytes)
    sqlite3_result_int64(context, mz_digest_crc32(bytes, size));
}

static int add(struct sqlite3 *handle, const char *name,
               void (*function)(struct sqlite3_context *, int,
                                struct sqlite3_value **),
               const struct mz_digest *digest) {
  union {
    const struct mz_digest *given;
    void *taken; /* what SQLite asks for; hash() takes it as it was given */
  } context = {.given = digest};
  return sqlite3_create_function_v2(
      handle, name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
      context.taken, function, NULL, NULL, NULL);
}

int mz_digest_functions_add(struct sqlite3 *handle) {
  int code = add(handle, "crc32", crc32, NULL);
  for (const struct mz_digest *digest = mz_digests;
       code == SQLITE_OK && digest->name; digest++)
    code = add(handle, digest->name, hash, digest);
  return code;
}
