#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"
#include "cli/commands.h"
#include "cli/editor.h"

static const char up_template[] =
    "-- %s: say here what changes, and why.\n"
    "--\n"
    "-- The file runs in one transaction, all or nothing; leave BEGIN and "
    "COMMIT out.\n"
    "-- Write statements that may meet their own result:\n"
    "--\n"
    "--   CREATE TABLE IF NOT EXISTS setting (\n"
    "--     id INTEGER PRIMARY KEY,\n"
    "--     name TEXT NOT NULL UNIQUE,\n"
    "--     value TEXT\n"
    "--   );\n"
    "--   INSERT INTO setting (name, value) VALUES ('theme', 'light')\n"
    "--     ON CONFLICT (name) DO NOTHING;  -- keeps what users changed\n";

static const char down_template[] =
    "-- %s: undo what the .up.sql did.\n"
    "--\n"
    "-- Rows that users added or changed since are theirs: keep them. A column "
    "that was\n"
    "-- NOT NULL before and is nullable now comes back with COALESCE: what is "
    "there,\n"
    "-- else the old default:\n"
    "--\n"
    "--   INSERT INTO setting_old (id, name, value)\n"
    "--     SELECT id, name, COALESCE(value, 'light') FROM setting;\n"
    "--\n"
    "-- With no statement at all, this file says that there is nothing to "
    "undo.\n"
    "\n"
    "SELECT undo_is_not_written_yet();  -- fails; put the undo here instead\n";

static const char lua_template[] =
    "-- %s: say here what changes, and why.\n"
    "--\n"
    "-- Each direction runs in one transaction, all or nothing.\n"
    "\n"
    "---@type mz.Migration\n"
    "return {\n"
    "  ---@param db mz.Database\n"
    "  up = function(db)\n"
    "    -- db:exec \"CREATE TABLE IF NOT EXISTS setting (...)\"\n"
    "    -- db:convert(\"setting\", \"value\", function(value) return ... "
    "end)\n"
    "  end,\n"
    "\n"
    "  -- Keep what users changed since: give back an old default only where\n"
    "  -- nothing else is there: COALESCE(value, 'light').\n"
    "  -- down = mz.noop says that there is nothing to undo; without a down\n"
    "  -- the migration is irreversible.\n"
    "  ---@param db mz.Database\n"
    "  down = function(db)\n"
    "    error(\"undo is not written yet\")\n"
    "  end,\n"
    "}\n";

/* A file on its way. */
struct file {
  char *path;
  const char *template;
};

static void read_time(char digits[16]) {
  time_t now = time(NULL);
  struct tm utc;
  if (!gmtime_r(&now, &utc) || !strftime(digits, 16, "%Y%m%d%H%M%S", &utc))
    digits[0] = '\0';
}

static enum mz_status next_version(const struct mz_program *program,
                                   int64_t *version, struct mz_error *err) {
  struct mz_source *source = NULL;
  char digits[16] = "";
  enum mz_status status = MZ_OK;
  *version = 1;
  if (mz_fs_exists(program->folder)) {
    status = mz_source_open(&source, program->folder, err);
    if (!status && source->count > 0)
      *version = source->migrations[source->count - 1].version;
    if (!status && source->count > 0 && *version == INT64_MAX)
      status = mz_error_set(err, MZ_EUSAGE, "there is no version left");
    else if (!status && source->count > 0)
      ++*version;
    mz_source_close(source);
  }
  if (program->options.timestamp) {
    int64_t now = 0;
    read_time(digits);
    if (mz_options_number(digits, 0, &now) && now > *version)
      *version = now;
  }
  return status;
}

/* c as it stands in a file's name: letters and digits, in lower case, and
 * whatever isn't ASCII; or a _ instead. */
static char file_character(char c) {
  static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const char *found = strchr(upper, c);
  if (found && c)
    return (char)('a' + (found - upper));
  return strchr("abcdefghijklmnopqrstuvwxyz0123456789", c) || (c & 0x80) ? c
                                                                         : '_';
}

/* The name as files have it, with one _ between two words. */
static char *file_name(const char *name) {
  struct mz_buf out = MZ_BUF_INIT;
  char last = '_';
  for (; *name; name++) {
    char c = file_character(*name);
    if (c != '_' || last != '_')
      mz_buf_add(&out, &c, 1);
    last = c;
  }
  if (out.size > 0 && last == '_')
    out.data[--out.size] = '\0';
  return mz_buf_take(&out);
}

static char *make_path(const struct mz_program *program, int64_t version,
                       const char *name, const char *ending) {
  struct mz_buf file = MZ_BUF_INIT;
  char *path = NULL;
  mz_buf_format(&file, "%06" PRId64 "_%s%s", version, name, ending);
  if (!file.failed)
    path = mz_fs_join(program->folder, file.data);
  mz_buf_release(&file);
  return path;
}

static enum mz_status write_file(const struct file *file, const char *name,
                                 struct mz_error *err) {
  const char *mark = strstr(file->template, "%s");
  struct mz_buf text = MZ_BUF_INIT;
  enum mz_status status = MZ_OK;
  mz_buf_add(&text, file->template, (size_t)(mark - file->template));
  mz_buf_text(&text, name);
  mz_buf_text(&text, mark + 2);
  if (text.failed || !file->path)
    status = mz_error_memory(err);
  else
    status = mz_fs_create(file->path, text.data, err);
  mz_buf_release(&text);
  return status;
}

/* Write all of the files or none. */
static enum mz_status write_files(struct mz_program *program,
                                  const struct file *files, int count,
                                  struct mz_error *err) {
  const char *name = program->options.arguments[0];
  json_t *paths = json_array();
  enum mz_status status = MZ_OK;
  int written = 0;
  while (written < count && !status) {
    status = write_file(&files[written], name, err);
    written += !status;
  }
  for (int i = 0; i < written; i++) {
    if (status)
      (void)unlink(files[i].path);
    else {
      mz_report_answer(&program->report, "%s", files[i].path);
      (void)json_array_append_new(paths, json_string(files[i].path));
    }
  }
  mz_report_set(&program->report, "files", paths);
  return status;
}

static enum mz_status check_name(const char *given, const char *name,
                                 struct mz_error *err) {
  if (*name && !strpbrk(given, "\r\n"))
    return MZ_OK;
  return mz_error_set(err, MZ_EUSAGE,
                      "\"%s\" is not a name: one line with a letter or a "
                      "digit in it",
                      given);
}

enum mz_status mz_cmd_create(struct mz_program *program, struct mz_error *err) {
  struct file files[2] = {{NULL, up_template}, {NULL, down_template}};
  int count = program->options.lua ? 1 : 2;
  int64_t version = 0;
  char *name = NULL;
  enum mz_status status =
      mz_program_check_count(program, 1, 1, "create NAME", err);
  if (!status)
    status = next_version(program, &version, err);
  if (status)
    return status;
  name = file_name(program->options.arguments[0]);
  status = name ? check_name(program->options.arguments[0], name, err)
                : mz_error_memory(err);
  if (!status && program->options.lua) {
    files[0] =
        (struct file){make_path(program, version, name, ".lua"), lua_template};
  } else if (!status) {
    files[0].path = make_path(program, version, name, ".up.sql");
    files[1].path = make_path(program, version, name, ".down.sql");
  }
  if (!status)
    status = write_files(program, files, count, err);
  if (!status && program->options.lua)
    mz_editor_write(program);
  free(files[0].path);
  free(files[1].path);
  free(name);
  return status;
}
