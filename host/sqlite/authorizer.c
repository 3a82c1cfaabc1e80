#include "sqlite/authorizer.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Pragmas whose setting lasts no longer than the connection, that a rollback
 * undoes, or that only read. Each migration has a connection of its own. */
static const char *const harmless[] = {
    "analysis_limit",  "application_id",      "automatic_index",
    "cache_size",      "case_sensitive_like", "cell_size_check",
    "count_changes",   "defer_foreign_keys",  "empty_result_callbacks",
    "encoding",        "foreign_key_list",    "full_column_names",
    "index_info",      "index_list",          "index_xinfo",
    "integrity_check", "legacy_alter_table",  "optimize",
    "quick_check",     "recursive_triggers",  "reverse_unordered_selects",
    "secure_delete",   "short_column_names",  "table_info",
    "table_list",      "table_xinfo",         "temp_store",
    "threads",         "user_version",        NULL};

/* What can be set outside of a transaction, and is in the file then. */
static const char *const lasting[] = {"auto_vacuum",
                                      "incremental_vacuum",
                                      "journal_mode",
                                      "journal_size_limit",
                                      "page_size",
                                      "wal_checkpoint",
                                      NULL};

static const struct refusal {
  const char *pragma;
  const char *hint;
} refusals[] = {
    {"journal_mode", "set it once outside of migrations: sqlite3 FILE 'PRAGMA "
                     "journal_mode=WAL', or in a file of its own that says "
                     "-- mzlua: transaction=off"},
    {"auto_vacuum", "it has no effect inside a transaction: set it, with a "
                    "VACUUM after it, in a file of its own that says "
                    "-- mzlua: transaction=off"},
    {"page_size",
     "it has no effect inside a transaction: set it, with a VACUUM "
     "after it, in a file of its own that says "
     "-- mzlua: transaction=off"},
    {"writable_schema", "rebuild the table: create the new one, copy, drop the "
                        "old one, rename the new one"},
    {"synchronous", "remove it: mzlua sets what makes a commit durable"},
    {"busy_timeout", "remove it and use --lock-timeout"},
    {"ignore_check_constraints", "mend the rows that break the CHECK first"},
    {"wal_checkpoint", "remove it: the application's connections checkpoint"},
    {NULL, NULL}};

void mz_authorizer_clear(struct mz_authorizer *authorizer) {
  authorizer->kind = MZ_STATEMENT_PLAIN;
  authorizer->reason[0] = '\0';
  authorizer->hint[0] = '\0';
  if (authorizer->losses)
    authorizer->losses->targeted = false;
}

/* Deny, because of the three parts of a message in a row. */
static int deny(struct mz_authorizer *authorizer, const char *const parts[3],
                const char *hint) {
  (void)snprintf(authorizer->reason, sizeof authorizer->reason, "%s%s%s",
                 parts[0], parts[1], parts[2]);
  (void)snprintf(authorizer->hint, sizeof authorizer->hint, "%s", hint);
  return SQLITE_DENY;
}

static bool is_among(const char *name, const char *const *names) {
  for (; *names; names++)
    if (strcasecmp(name, *names) == 0)
      return true;
  return false;
}

static int refuse_pragma(struct mz_authorizer *authorizer, const char *name) {
  const struct refusal *refusal = refusals;
  while (refusal->pragma && strcasecmp(name, refusal->pragma) != 0)
    refusal++;
  return deny(authorizer,
              (const char *[]){"PRAGMA ", name,
                               " cannot be set inside a migration: it would "
                               "not be rolled back"},
              refusal->pragma ? refusal->hint
                              : "remove it, or set it outside of migrations");
}

/* The pragmas that act without a value. */
static bool acts(const char *name) {
  return strcasecmp(name, "wal_checkpoint") == 0 ||
         strcasecmp(name, "incremental_vacuum") == 0;
}

/* Whether a migration without a transaction may set it: a journal in memory
 * would not outlive a crash. */
static bool is_lasting(const char *name, const char *value) {
  return is_among(name, lasting) &&
         !(value && strcasecmp(name, "journal_mode") == 0 &&
           (strcasecmp(value, "memory") == 0 || strcasecmp(value, "off") == 0));
}

static int decide_pragma(struct mz_authorizer *authorizer, const char *name,
                         const char *value) {
  authorizer->kind = MZ_STATEMENT_PRAGMA;
  if (strcasecmp(name, "foreign_key_check") == 0)
    authorizer->kind = MZ_STATEMENT_FOREIGN_KEY_CHECK;
  else if (strcasecmp(name, "foreign_keys") == 0 && value)
    authorizer->kind = MZ_STATEMENT_FOREIGN_KEYS;
  else if (((value && !is_among(name, harmless)) || acts(name)) &&
           !(authorizer->outside && is_lasting(name, value)))
    return refuse_pragma(authorizer, name);
  return SQLITE_OK;
}

static int note_transaction(struct mz_authorizer *authorizer,
                            const char *operation) {
  if (strcmp(operation, "BEGIN") == 0)
    authorizer->kind = MZ_STATEMENT_BEGIN;
  else if (strcmp(operation, "COMMIT") == 0)
    authorizer->kind = MZ_STATEMENT_COMMIT;
  else
    authorizer->kind = MZ_STATEMENT_ROLLBACK;
  return SQLITE_OK;
}

bool mz_authorizer_is_ledger(const char *name) {
  return name && (strcasecmp(name, "schema_migrations") == 0 ||
                  strncasecmp(name, "mzlua_", 6) == 0);
}

/* The triggers by which db:remember saves what changes. */
static bool is_own_trigger(const char *trigger) {
  return trigger && strncmp(trigger, "mzlua_remember_", 15) == 0;
}

static int decide_trigger(struct mz_authorizer *authorizer, const char *trigger,
                          bool dropped) {
  if (!mz_authorizer_is_ledger(trigger))
    return SQLITE_OK;
  if (dropped && is_own_trigger(trigger))
    return deny(authorizer,
                (const char *[]){"a table cannot be dropped while db:remember "
                                 "sees what changes in it",
                                 "", ""},
                "use db:transform or db:rebuild");
  return deny(authorizer,
              (const char *[]){"the name ", trigger, " is the program's own"},
              "give the trigger another name");
}

static int decide_table(struct mz_authorizer *authorizer, const char *table,
                        const char *trigger) {
  if (!mz_authorizer_is_ledger(table) || is_own_trigger(trigger))
    return SQLITE_OK;
  return deny(
      authorizer,
      (const char *[]){"a migration may not change the table ", table, ""},
      "it is where the program records which migrations ran; "
      "`mzlua force V` sets the version");
}

/* What of the actions that change a table or view, which first names, or
 * second. */
static void note_change(struct mz_traces *traces, int action, const char *first,
                        const char *second) {
  switch (action) {
  case SQLITE_INSERT:
  case SQLITE_UPDATE:
  case SQLITE_DELETE:
    mz_traces_note(traces, first, MZ_TRACE_ROWS);
    break;
  case SQLITE_CREATE_INDEX:
    mz_traces_note(traces, second, MZ_TRACE_ROWS);
    break;
  case SQLITE_CREATE_VIEW:
    mz_traces_note(traces, first, MZ_TRACE_MADE | MZ_TRACE_VIEW);
    break;
  case SQLITE_CREATE_TABLE:
    mz_traces_note(traces, first, MZ_TRACE_MADE);
    break;
  case SQLITE_CREATE_TRIGGER:
    mz_traces_note(traces, second, MZ_TRACE_TRIGGER);
    break;
  case SQLITE_ALTER_TABLE:
    mz_traces_note(traces, second, MZ_TRACE_ALTERED);
    break;
  case SQLITE_DROP_INDEX:
    mz_traces_note(traces, second, MZ_TRACE_DROPPED);
    mz_traces_note(traces, first, MZ_TRACE_DROPPED);
    break;
  default:
    mz_traces_note(traces, first, MZ_TRACE_DROPPED);
  }
}

static bool is_temporary(const char *database) {
  return database && strcasecmp(database, "temp") == 0;
}

static int decide_function(struct mz_authorizer *authorizer,
                           const char *function) {
  if (!function || strcasecmp(function, "fts3_tokenizer") != 0)
    return SQLITE_OK;
  return deny(authorizer,
              (const char *[]){function,
                               "() is not allowed in a migration: it "
                               "takes addresses of memory",
                               ""},
              "only a program can add tokenizers");
}

static bool is_write(int action) {
  return action == SQLITE_INSERT || action == SQLITE_UPDATE ||
         action == SQLITE_DELETE || action == SQLITE_DROP_TABLE;
}

/* Note what action may change; what isn't listed leaves it unknown. */
static void note(struct mz_traces *traces, int action, const char *first,
                 const char *second, const char *database) {
  switch (action) {
  case SQLITE_READ:
  case SQLITE_SELECT:
  case SQLITE_FUNCTION:
  case SQLITE_RECURSIVE:
  case SQLITE_TRANSACTION:
  case SQLITE_DROP_TRIGGER:
  case SQLITE_REINDEX:
    break;
  case SQLITE_INSERT:
  case SQLITE_UPDATE:
  case SQLITE_DELETE:
  case SQLITE_CREATE_INDEX:
  case SQLITE_CREATE_VIEW:
  case SQLITE_CREATE_TABLE:
  case SQLITE_CREATE_TRIGGER:
  case SQLITE_ALTER_TABLE:
  case SQLITE_DROP_INDEX:
  case SQLITE_DROP_VIEW:
  case SQLITE_DROP_TABLE:
    if (!is_temporary(database)) {
      note_change(traces, action, first, second);
      break;
    } /* fall through */
  default:
    traces->unknown = true;
  }
}

int mz_authorizer_decide(void *context, int action, const char *first,
                         const char *second, const char *database,
                         const char *trigger) {
  struct mz_authorizer *authorizer = context;
  bool dropped = false;
  if (!authorizer->guarded)
    return SQLITE_OK;
  if (authorizer->traces)
    note(authorizer->traces, action, first, second, database);
  if (authorizer->losses && is_write(action) && !is_temporary(database))
    mz_losses_note(authorizer->losses, action, first, trigger);
  switch (action) {
  case SQLITE_FUNCTION:
    return decide_function(authorizer, second);
  case SQLITE_TRANSACTION:
    return note_transaction(authorizer, first);
  case SQLITE_SAVEPOINT:
    authorizer->kind = MZ_STATEMENT_SAVEPOINT;
    return SQLITE_OK;
  case SQLITE_PRAGMA:
    return decide_pragma(authorizer, first, second);
  case SQLITE_ATTACH:
  case SQLITE_DETACH:
    return deny(authorizer,
                (const char *[]){action == SQLITE_ATTACH ? "ATTACH" : "DETACH",
                                 " is not allowed inside a migration", ""},
                "a migration works on one database");
  case SQLITE_INSERT:
  case SQLITE_UPDATE:
  case SQLITE_DELETE:
  case SQLITE_CREATE_TABLE:
  case SQLITE_CREATE_TEMP_TABLE: /* it would hide the ledger */
  case SQLITE_CREATE_VIEW:
  case SQLITE_CREATE_TEMP_VIEW:
  case SQLITE_CREATE_VTABLE:
  case SQLITE_DROP_TABLE:
    return decide_table(authorizer, first, trigger);
  case SQLITE_CREATE_TRIGGER:
  case SQLITE_CREATE_TEMP_TRIGGER:
  case SQLITE_DROP_TRIGGER:
  case SQLITE_DROP_TEMP_TRIGGER:
    dropped =
        action == SQLITE_DROP_TRIGGER || action == SQLITE_DROP_TEMP_TRIGGER;
    if (decide_trigger(authorizer, first, dropped) != SQLITE_OK)
      return SQLITE_DENY;
    return decide_table(authorizer, second, trigger);
  case SQLITE_CREATE_INDEX:
  case SQLITE_DROP_INDEX:
  case SQLITE_ALTER_TABLE:
    return decide_table(authorizer, second, trigger);
  default:
    return SQLITE_OK;
  }
}
