#include "cli/database_url.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Behind "sqlite:", "sqlite://" or the same with sqlite3; NULL for others. */
static const char *skip_scheme(const char *url) {
  const char *rest = NULL;
  if (strncmp(url, "sqlite:", 7) == 0)
    rest = url + 7;
  else if (strncmp(url, "sqlite3:", 8) == 0)
    rest = url + 8;
  if (rest && strncmp(rest, "//", 2) == 0)
    rest += 2;
  return rest;
}

static int hex_value(char c) {
  if (isdigit((unsigned char)c))
    return c - '0';
  return tolower((unsigned char)c) - 'a' + 10;
}

/* Undo percent-encoding (RFC 3986, section 2.1) in place. */
static void decode(char *text) {
  char *to = text;
  for (; *text; text++) {
    if (text[0] == '%' && isxdigit((unsigned char)text[1]) &&
        isxdigit((unsigned char)text[2])) {
      *to++ = (char)(hex_value(text[1]) * 16 + hex_value(text[2]));
      text += 2;
    } else
      *to++ = *text;
  }
  *to = '\0';
}

/* Whether the size bytes at parameter name another ledger table than ours. */
static bool is_other_table(const char *parameter, size_t size) {
  static const char key[] = "x-migrations-table=";
  static const char table[] = "schema_migrations";
  size_t start = sizeof key - 1;
  return strncmp(parameter, key, start) == 0 && size > start &&
         (size - start != sizeof table - 1 ||
          strncmp(parameter + start, table, size - start) != 0);
}

/* What golang-migrate and its driver take may stand there; it changes how
 * they connect, and the defaults here are meant to replace it. But another
 * ledger table or mode would be another meaning. */
static enum mz_status check_parameters(const char *query,
                                       struct mz_error *err) {
  while (*query) {
    size_t size = strcspn(query, "&");
    bool driver = query[0] == '_' || strncmp(query, "x-", 2) == 0 ||
                  strncmp(query, "cache=", 6) == 0;
    if (!driver || is_other_table(query, size))
      return mz_error_set(err, MZ_EUSAGE,
                          "the database's URL has a parameter that is not "
                          "supported: %.*s",
                          (int)size, query);
    query += size;
    query += *query == '&';
  }
  return MZ_OK;
}

/* The length of the scheme that url starts with: letters, then "://". */
static size_t scheme_size(const char *url) {
  const char *at = url;
  while (isalnum((unsigned char)*at) || *at == '+' || *at == '-')
    at++;
  return strncmp(at, "://", 3) == 0 ? (size_t)(at - url) : 0;
}

static enum mz_status parse_sqlite(const char *rest, char **path,
                                   struct mz_error *err) {
  size_t size = strcspn(rest, "?");
  enum mz_status status = MZ_OK;
  if (rest[size] == '?')
    status = check_parameters(rest + size + 1, err);
  if (status)
    return status;
  if (size == 0)
    return mz_error_set(err, MZ_EUSAGE, "the database's URL names no file");
  if (strstr(rest, "%00"))
    return mz_error_set(err, MZ_EUSAGE, "the database's URL has a NUL byte");
  *path = strndup(rest, size);
  if (!*path)
    return mz_error_memory(err);
  decode(*path);
  return MZ_OK;
}

enum mz_status mz_database_url_parse(const char *url, char **path,
                                     struct mz_error *err) {
  const char *rest = skip_scheme(url);
  size_t scheme = scheme_size(url);
  if (rest)
    return parse_sqlite(rest, path, err);
  if (scheme > 0 && strncmp(url, "file:", 5) != 0) /* may hold a password */
    return mz_error_set(err, MZ_EUSAGE, "%.*s://...: not an SQLite database",
                        (int)scheme, url);
  if (!*url)
    return mz_error_set(err, MZ_EUSAGE, "the database has no name");
  *path = strdup(url);
  return *path ? MZ_OK : mz_error_memory(err);
}
