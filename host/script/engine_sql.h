/* engine_sql.h - migrations in SQL. */
#ifndef MZ_SCRIPT_ENGINE_SQL_H
#define MZ_SCRIPT_ENGINE_SQL_H

#include "script/engine.h"

extern const struct mz_engine mz_engine_sql;

#endif
