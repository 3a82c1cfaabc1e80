/* isolation.h - what files a run can reach. */
#ifndef MZ_CLI_ISOLATION_H
#define MZ_CLI_ISOLATION_H

#include "cli/program.h"

/* Before the steps run: leave the process the folders of the database, of its
 * backup and of temporary files, and to read, those of migrations, of
 * --allow-read and of the system's clocks and devices. By --isolate: always,
 * where it is MZ_EOPEN that the kernel can't; never; else where it can. */
MZ_CHECKED enum mz_status mz_isolation_begin(const struct mz_program *program,
                                             struct mz_error *err);

#endif
