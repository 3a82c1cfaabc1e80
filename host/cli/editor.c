#include "cli/editor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/fs.h"
#include "script/embedded.h"

#define SETTINGS ".luarc.json"
#define TYPES ".mzlua/mz.lua"
#define DIGEST_MARK "sha256 "

static const char settings[] =
    "{\n"
    "  \"runtime.version\": \"Lua 5.4\",\n"
    "  \"runtime.path\": [\"lib/?.lua\"],\n"
    "  \"runtime.builtin\": { \"io\": \"disable\", \"debug\": \"disable\" },\n"
    "  \"workspace.library\": [\".mzlua\"]\n"
    "}\n";

/* ---- the types ---------------------------------------------------------- */

/* The text of the types file, which the caller frees. */
static char *make_types(void) {
  const struct mz_embedded *file = mz_embedded;
  struct mz_buf text = MZ_BUF_INIT;
  char hex[MZ_DIGEST_SIZE];
  while (strcmp(file->name, "meta.mz") != 0)
    file++;
  mz_digest_sha256(file->text, file->size, hex);
  mz_buf_format(&text,
                "-- Written by mzlua " MZ_VERSION " for editors, and anew by "
                "another version's `mzlua create --lua`\n"
                "-- unless it was edited: " DIGEST_MARK "%s\n",
                hex);
  mz_buf_add(&text, file->text, file->size);
  return mz_buf_take(&text);
}

/* Whether text is as some version wrote it. */
static bool is_unedited(const char *text) {
  const char *mark = strstr(text, DIGEST_MARK);
  const char *body = mark ? strchr(mark, '\n') : NULL;
  char hex[MZ_DIGEST_SIZE];
  if (!body)
    return false;
  mz_digest_sha256(body + 1, strlen(body + 1), hex);
  return strncmp(mark + strlen(DIGEST_MARK), hex, strlen(hex)) == 0;
}

/* Remove the types at path where they are another version's, unedited. */
static enum mz_status remove_old(const char *path, const char *types,
                                 struct mz_error *err) {
  char *text = NULL;
  size_t size = 0;
  enum mz_status status = mz_fs_read(path, &text, &size, err);
  if (!status && strcmp(text, types) != 0 && is_unedited(text))
    (void)unlink(path);
  free(text);
  return status;
}

static enum mz_status write_types(const struct mz_program *program,
                                  struct mz_error *err) {
  char *path = mz_fs_join(program->folder, TYPES);
  char *types = make_types();
  enum mz_status status = MZ_OK;
  if (!path || !types)
    status = mz_error_memory(err);
  else if (mz_fs_exists(path))
    status = remove_old(path, types, err);
  if (!status && !mz_fs_exists(path)) {
    status = mz_fs_create(path, types, err);
    if (!status)
      mz_report_message(&program->report, "wrote %s, types for the editor",
                        path);
  }
  free(types);
  free(path);
  return status;
}

/* ---- the settings ------------------------------------------------------- */

/* Make path that of the folder above; false at the root. */
static bool go_up(char *path) {
  char *slash = strrchr(path, '/');
  if (!slash || !slash[1])
    return false;
  slash[slash == path ? 1 : 0] = '\0';
  return true;
}

/* The path, which the caller frees, of the settings in folder or the nearest
 * folder above it, up to top; NULL for none. */
static char *find_settings(char *folder, const char *top) {
  static const char *const names[] = {SETTINGS, ".luarc.jsonc"};
  do {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
      char *path = mz_fs_join(folder, names[i]);
      if (path && mz_fs_exists(path))
        return path;
      free(path);
    }
  } while (strcmp(folder, top) != 0 && go_up(folder));
  return NULL;
}

/* Write the settings where there are none; set *uses_types to whether those
 * that are there want the types. */
static enum mz_status write_settings(const struct mz_program *program,
                                     bool *uses_types, struct mz_error *err) {
  char *folder = realpath(program->folder, NULL);
  char *top = realpath(".", NULL);
  char *found = folder && top ? find_settings(folder, top) : NULL;
  char *path = mz_fs_join(program->folder, SETTINGS);
  char *text = NULL;
  size_t size = 0;
  enum mz_status status = MZ_OK;
  if (!folder || !top || !path)
    status = mz_error_memory(err);
  else if (found)
    status = mz_fs_read(found, &text, &size, err);
  else
    status = mz_fs_create(path, settings, err);
  *uses_types = !status && (!text || strstr(text, ".mzlua"));
  free(text);
  free(path);
  free(found);
  free(top);
  free(folder);
  return status;
}

void mz_editor_write(const struct mz_program *program) {
  struct mz_error err = MZ_ERROR_INIT;
  bool uses_types = false;
  enum mz_status status = write_settings(program, &uses_types, &err);
  if (!status && uses_types)
    status = write_types(program, &err);
  if (status)
    mz_report_message(&program->report, "there are no types for the editor: %s",
                      err.message ? err.message : "out of memory");
  mz_error_release(&err);
}
