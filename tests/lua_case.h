/* lua_case.h - cases in Lua: the body of an up, and how it is to end.
 *
 * Runs them as the runner does, in a guarded transaction, but without a
 * ledger. A body may use is(got, wanted), which compares types and floats
 * exactly, and raises(message, function, ...), which compares the message of
 * an error object, or the whole of another error as text. */
#ifndef MZ_TESTS_LUA_CASE_H
#define MZ_TESTS_LUA_CASE_H

#include "support.h"

struct lua_case {
  const char *name;  /* a sentence */
  const char *body;  /* of function(db), from line 1 */
  const char *error; /* as of support_error_text, in FILE; NULL: none */
};

/* Run each case on an empty database, with the limits, the interrupt and the
 * log of the options. *state is a struct support. */
void lua_cases_run(void **state, const struct lua_case *cases, size_t count);

/* Check text, a whole file, and run its up; commit, or roll back. checked may
 * be NULL. */
enum mz_status lua_case_file(const struct support *support, const char *text,
                             struct mz_checked *checked, struct mz_error *err);

/* The body as a whole file; the caller frees it. */
char *lua_case_text(const char *body);

/* The error as text, in which the migration's file is called FILE; the caller
 * frees it. */
char *lua_case_error(const struct support *support, const struct mz_error *err);

#define LUA_CASES_RUN(state, cases)                                            \
  lua_cases_run(state, cases, sizeof(cases) / sizeof *(cases))

#endif
