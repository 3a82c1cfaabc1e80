#include "sqlite/token.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool is_word(char c) {
  return isalnum((unsigned char)c) || c == '_' || c == '$' ||
         ((unsigned char)c & 0x80);
}

static const char *skip_while(const char *at, const char *end,
                              bool (*in_class)(char)) {
  while (at < end && in_class(*at))
    at++;
  return at;
}

/* Behind the quote that closes the one at at, or NULL; a doubled one stands
 * for itself, but not in brackets. */
static const char *skip_quoted(const char *at, const char *end) {
  char quote = *at == '[' ? ']' : *at;
  for (at++; at < end; at++) {
    if (*at != quote)
      continue;
    if (quote == ']' || at + 1 == end || at[1] != quote)
      return at + 1;
    at++;
  }
  return NULL;
}

static const char *skip_block_comment(const char *at, const char *end) {
  for (at += 2; at + 1 < end; at++)
    if (at[0] == '*' && at[1] == '/')
      return at + 2;
  return NULL;
}

static const char *skip_line(const char *at, const char *end) {
  const char *feed = memchr(at, '\n', (size_t)(end - at));
  return feed ? feed : end;
}

/* A number with its exponent's sign; letters that stick to it belong to it,
 * as SQLite sees them as one illegal token. */
static const char *skip_number(const char *at, const char *end) {
  const char *start = at;
  while (at < end && (is_word(*at) || *at == '.' ||
                      ((*at == '+' || *at == '-') && at > start &&
                       (at[-1] == 'e' || at[-1] == 'E') &&
                       strncasecmp(start, "0x", 2) != 0)))
    at++;
  return at;
}

static const char *closed(struct mz_token *token, enum mz_token_kind kind,
                          const char *behind, const char *end) {
  token->kind = behind ? kind : MZ_TOKEN_OPEN;
  return behind ? behind : end;
}

static const char *read_word(struct mz_token *token, const char *at,
                             const char *end) {
  if ((*at == 'x' || *at == 'X') && at + 1 < end && at[1] == '\'')
    return closed(token, MZ_TOKEN_STRING, skip_quoted(at + 1, end), end);
  token->kind = MZ_TOKEN_WORD;
  return skip_while(at, end, is_word);
}

static const char *read_operator(struct mz_token *token, const char *at,
                                 const char *end) {
  token->kind = *at == ';' ? MZ_TOKEN_SEMICOLON : MZ_TOKEN_OPERATOR;
  if (!strchr("?:@#$", *at))
    return at + 1;
  if (*at != '?' && (at + 1 == end || !is_word(at[1])))
    return at + 1;
  token->kind = MZ_TOKEN_VARIABLE;
  return skip_while(at + 1, end, is_word);
}

static const char *read_comment(struct mz_token *token, const char *at,
                                const char *end) {
  if (*at == '-')
    return closed(token, MZ_TOKEN_COMMENT, skip_line(at, end), end);
  return closed(token, MZ_TOKEN_COMMENT, skip_block_comment(at, end), end);
}

static bool starts_comment(const char *at, const char *end) {
  return at + 1 < end &&
         ((at[0] == '-' && at[1] == '-') || (at[0] == '/' && at[1] == '*'));
}

static const char *read_token(struct mz_token *token, const char *at,
                              const char *end) {
  if (is_space(*at)) {
    token->kind = MZ_TOKEN_SPACE;
    return skip_while(at, end, is_space);
  }
  if (starts_comment(at, end))
    return read_comment(token, at, end);
  if (*at == '\'')
    return closed(token, MZ_TOKEN_STRING, skip_quoted(at, end), end);
  if (*at == '"' || *at == '`' || *at == '[')
    return closed(token, MZ_TOKEN_QUOTED, skip_quoted(at, end), end);
  if (isdigit((unsigned char)*at) ||
      (*at == '.' && at + 1 < end && isdigit((unsigned char)at[1]))) {
    token->kind = MZ_TOKEN_NUMBER;
    return skip_number(at, end);
  }
  if (is_word(*at) && *at != '$')
    return read_word(token, at, end);
  return read_operator(token, at, end);
}

bool mz_token_next(const char **cursor, const char *end,
                   struct mz_token *token) {
  const char *at = *cursor;
  if (at >= end) {
    *token = (struct mz_token){.kind = MZ_TOKEN_END, .text = end, .size = 0};
    return false;
  }
  token->text = at;
  *cursor = read_token(token, at, end);
  token->size = (size_t)(*cursor - at);
  return true;
}

bool mz_token_next_solid(const char **cursor, const char *end,
                         struct mz_token *token) {
  bool found = false;
  do
    found = mz_token_next(cursor, end, token);
  while (found &&
         (token->kind == MZ_TOKEN_SPACE || token->kind == MZ_TOKEN_COMMENT));
  return found;
}

bool mz_token_is(const struct mz_token *token, const char *word) {
  return token->kind == MZ_TOKEN_WORD && strlen(word) == token->size &&
         strncasecmp(token->text, word, token->size) == 0;
}

static bool is_quoted(const struct mz_token *token) {
  return token->size >= 2 &&
         (token->kind == MZ_TOKEN_QUOTED ||
          (token->kind == MZ_TOKEN_STRING && token->text[0] == '\''));
}

char *mz_token_name(const struct mz_token *token) {
  char *name = malloc(token->size + 1);
  size_t size = 0;
  bool quoted = is_quoted(token);
  char quote = quoted ? token->text[token->size - 1] : '\0';
  if (!name)
    return NULL;
  for (size_t i = quoted; i < token->size - quoted; i++) {
    name[size++] = token->text[i];
    if (quoted && quote != ']' && token->text[i] == quote)
      i++;
  }
  name[size] = '\0';
  return name;
}
