/* token.h - SQL cut into tokens by SQLite's rules.
 *
 * Follows "The Tokenizer" of SQLite's tokenize.c as documented in
 * https://www.sqlite.org/draft/tokenreq.html: comments, the four quotings,
 * blob literals, numbers and variables. Finds where tokens are; what they
 * mean is left to SQLite's parser. */
#ifndef MZ_SQLITE_TOKEN_H
#define MZ_SQLITE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

enum mz_token_kind {
  MZ_TOKEN_END,
  MZ_TOKEN_SPACE,
  MZ_TOKEN_COMMENT,
  MZ_TOKEN_WORD,   /* a keyword or a plain name */
  MZ_TOKEN_QUOTED, /* "name", `name` or [name] */
  MZ_TOKEN_STRING, /* 'text' or x'blob' */
  MZ_TOKEN_NUMBER,
  MZ_TOKEN_VARIABLE, /* ?1, :name, @name, $name */
  MZ_TOKEN_SEMICOLON,
  MZ_TOKEN_OPERATOR, /* anything else, one byte at a time */
  MZ_TOKEN_OPEN      /* a string, name or block comment that never ends */
};

struct mz_token {
  enum mz_token_kind kind;
  const char *text; /* inside the caller's text */
  size_t size;
};

/* Read the token at *cursor, which is below or at end, and move *cursor
 * behind it. Returns false at the end. */
bool mz_token_next(const char **cursor, const char *end,
                   struct mz_token *token);

/* The same, passing over white space and comments. */
bool mz_token_next_solid(const char **cursor, const char *end,
                         struct mz_token *token);

/* Whether token is the given word, in any case. */
bool mz_token_is(const struct mz_token *token, const char *word);

/* The name that a word, a quoted name or a string stands for, without its
 * quotes; the caller frees it. NULL when out of memory. */
char *mz_token_name(const struct mz_token *token);

#endif
