/* engine_sql.h - migrations in SQL. */
#ifndef MZ_SCRIPT_ENGINE_SQL_H
#define MZ_SCRIPT_ENGINE_SQL_H

#include "script/engine.h"

extern const struct mz_engine mz_engine_sql;

/* Tell losses of which tables the file for direction says that rows may go. */
void mz_engine_sql_declare(const struct mz_migration *migration,
                           enum mz_direction direction,
                           struct mz_losses *losses);

#endif
