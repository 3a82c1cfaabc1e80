/* diff.h - how one text differs from another, line by line. */
#ifndef MZ_BASE_DIFF_H
#define MZ_BASE_DIFF_H

#include "base/buf.h"

/* Append to out the one hunk of a unified diff with all of the context: a line
 * "@@ -1,n +1,m @@" and each line behind " ", "-" or "+". A NULL text has no
 * line. Texts of over 2,000 lines are shown one after the other. */
void mz_diff_unified(struct mz_buf *out, const char *before, const char *after);

#endif
