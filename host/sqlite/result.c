#include "sqlite/result.h"

#include <sqlite3.h>
#include <stddef.h>

static const struct {
  int code;
  enum mz_status status;
} statuses[] = {
    {SQLITE_BUSY, MZ_EBUSY},     {SQLITE_INTERRUPT, MZ_EINTERRUPT},
    {SQLITE_NOMEM, MZ_ENOMEM},   {SQLITE_FULL, MZ_EIO},
    {SQLITE_IOERR, MZ_EIO},      {SQLITE_PROTOCOL, MZ_EBUSY},
    {SQLITE_CANTOPEN, MZ_EOPEN}, {SQLITE_NOTADB, MZ_EOPEN},
    {SQLITE_CORRUPT, MZ_EOPEN},  {SQLITE_PERM, MZ_EOPEN},
    {SQLITE_READONLY, MZ_EOPEN}, {SQLITE_NOLFS, MZ_EIO},
};

/* https://www.sqlite.org/rescode.html */
#define NAME(code)                                                             \
  { code, #code }
static const struct {
  int code;
  const char *name;
} code_names[] = {
    NAME(SQLITE_ABORT),
    NAME(SQLITE_ABORT_ROLLBACK),
    NAME(SQLITE_AUTH),
    NAME(SQLITE_BUSY),
    NAME(SQLITE_BUSY_SNAPSHOT),
    NAME(SQLITE_CANTOPEN),
    NAME(SQLITE_CONSTRAINT),
    NAME(SQLITE_CONSTRAINT_CHECK),
    NAME(SQLITE_CONSTRAINT_DATATYPE),
    NAME(SQLITE_CONSTRAINT_FOREIGNKEY),
    NAME(SQLITE_CONSTRAINT_NOTNULL),
    NAME(SQLITE_CONSTRAINT_PRIMARYKEY),
    NAME(SQLITE_CONSTRAINT_ROWID),
    NAME(SQLITE_CONSTRAINT_TRIGGER),
    NAME(SQLITE_CONSTRAINT_UNIQUE),
    NAME(SQLITE_CORRUPT),
    NAME(SQLITE_FULL),
    NAME(SQLITE_INTERRUPT),
    NAME(SQLITE_IOERR),
    NAME(SQLITE_LOCKED),
    NAME(SQLITE_MISMATCH),
    NAME(SQLITE_MISUSE),
    NAME(SQLITE_NOMEM),
    NAME(SQLITE_NOTADB),
    NAME(SQLITE_PERM),
    NAME(SQLITE_PROTOCOL),
    NAME(SQLITE_RANGE),
    NAME(SQLITE_READONLY),
    NAME(SQLITE_SCHEMA),
    NAME(SQLITE_TOOBIG),
};
#undef NAME

enum mz_status mz_result_status(int code) {
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
    if (statuses[i].code == (code & 0xFF))
      return statuses[i].status;
  return MZ_EMIGRATION;
}

const char *mz_result_name(int code) {
  for (size_t i = 0; i < sizeof code_names / sizeof *code_names; i++)
    if (code_names[i].code == code)
      return code_names[i].name;
  return (code & 0xFF) == code ? "SQLITE_ERROR" : mz_result_name(code & 0xFF);
}
