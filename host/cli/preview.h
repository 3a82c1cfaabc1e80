/* preview.h - a dry run's findings, printed. */
#ifndef MZ_CLI_PREVIEW_H
#define MZ_CLI_PREVIEW_H

#include "cli/report.h"
#include "run/preview.h"

/* Print what the run would do to the schema and to rows, and which whole tables
 * it would read or write; put the same into the document. */
void mz_preview_report(struct mz_report *report,
                       const struct mz_preview *preview);

#endif
