/* editor.h - what an editor needs to complete db: and mz. in migrations.
 *
 * Writes .luarc.json, which lua-language-server reads, and the types that it
 * points at, .mzlua/mz.lua, into the folder of migrations. Never changes a
 * file that somebody else wrote or edited. */
#ifndef MZ_CLI_EDITOR_H
#define MZ_CLI_EDITOR_H

#include "cli/program.h"

/* Write both where neither the folder nor one above it, up to the working
 * folder, has a .luarc.json. Where there is one that names .mzlua, write the
 * types where they are missing, and anew where they are another version's.
 * Tells what was written, and that it could not be: that is no error. */
void mz_editor_write(const struct mz_program *program);

#endif
