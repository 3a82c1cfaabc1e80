/* The command line as a user types it, here parted at spaces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "cli/options.h"
#include "support.h"

/* "_" stands for an empty argument. */
static enum mz_status parse(const char *line, char copy[256],
                            struct mz_options *options, struct mz_error *err) {
  char name[] = "mzlua";
  char *argv[16] = {name};
  int argc = 1;
  (void)snprintf(copy, 256, "%s", line);
  for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
    argv[argc++] = strcmp(word, "_") == 0 ? word + 1 : word;
  optind = 0; /* getopt starts anew, as it does in a new process */
  (void)getopt(1, argv, "-");
  return mz_options_parse(options, argc, argv, err);
}

static void add_flag(struct mz_buf *text, bool flag, const char *name) {
  if (flag)
    mz_buf_format(text, " +%s", name);
}

static char *show(const struct mz_options *options) {
  struct mz_buf text = MZ_BUF_INIT;
  mz_buf_text(&text, options->command ? options->command : "(none)");
  for (int i = 0; i < options->count; i++)
    mz_buf_format(&text, " <%s>", options->arguments[i]);
  if (options->database)
    mz_buf_format(&text, " database=%s", options->database);
  if (options->path)
    mz_buf_format(&text, " path=%s", options->path);
  if (options->lock_timeout != -1)
    mz_buf_format(&text, " lock_timeout=%d", (int)options->lock_timeout);
  for (const char **folder = options->allow_read; *folder; folder++)
    mz_buf_format(&text, " allow_read=%s", *folder);
  add_flag(&text, options->all, "all");
  add_flag(&text, options->allow_out_of_order, "allow_out_of_order");
  add_flag(&text, options->dry_run, "dry_run");
  add_flag(&text, options->exit_code, "exit_code");
  add_flag(&text, options->help, "help");
  add_flag(&text, options->json, "json");
  add_flag(&text, options->lua, "lua");
  add_flag(&text, options->quiet, "quiet");
  add_flag(&text, options->single_transaction, "single_transaction");
  add_flag(&text, options->timestamp, "timestamp");
  add_flag(&text, options->version, "version");
  add_flag(&text, options->yes, "yes");
  return mz_buf_take(&text);
}

static const struct {
  const char *line;
  const char *shown;
} good_lines[] = {
    {"", "(none)"},
    {"up", "up"},
    {"up 3", "up <3>"},
    {"goto 20240229235959", "goto <20240229235959>"},
    {"create a b", "create <a> <b>"},
    /* the database and the folder, in every spelling and place */
    {"-d app.db up", "up database=app.db"},
    {"up -dapp.db", "up database=app.db"},
    {"up --database app.db 1", "up <1> database=app.db"},
    {"--database=a=b.db -p m up", "up database=a=b.db path=m"},
    {"up --path m --path n", "up path=n"},
    {"up -d -", "up database=-"},
    {"up -d --json", "up database=--json"},
    {"up --database _", "up database="},
    {"up --data app.db", "up database=app.db"},
    /* flags */
    {"down --all", "down +all"},
    {"up --allow-out-of-order", "up +allow_out_of_order"},
    {"goto 1 --allow-out-of-order", "goto <1> +allow_out_of_order"},
    {"up --dry-run --exit-code", "up +dry_run +exit_code"},
    {"redo --dry-run", "redo +dry_run"},
    {"status --exit-code --json", "status +exit_code +json"},
    {"create a --lua --timestamp", "create <a> +lua +timestamp"},
    {"-qy up", "up +quiet +yes"},
    {"up --quiet --yes", "up +quiet +yes"},
    {"down 2 --single-transaction", "down <2> +single_transaction"},
    {"-h", "(none) +help"},
    {"up --help", "up +help"},
    {"--version", "(none) +version"},
    {"up --allow-read a 2 --allow-read=b", "up <2> allow_read=a allow_read=b"},
    {"--allow-read /srv redo", "redo allow_read=/srv"},
    {"up --lock-timeout 0", "up lock_timeout=0"},
    {"up --lock-timeout=2147483", "up lock_timeout=2147483000"},
    /* -1 is a version, and -- ends the options */
    {"force -1", "force <-1>"},
    {"-q force -1 -y", "force <-1> +quiet +yes"},
    {"force -- -1", "force <-1>"},
    {"create -- --lua", "create <--lua>"},
    {"create -q -- -q --", "create <-q> <--> +quiet"},
};

static void command_line_is_read_in_any_order(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof good_lines / sizeof *good_lines; i++) {
    struct mz_options options;
    char copy[256];
    char *shown = NULL;
    assert_int_equal(parse(good_lines[i].line, copy, &options, NULL), MZ_OK);
    assert_null(options.arguments[options.count]);
    shown = show(&options);
    assert_string_equal(shown, good_lines[i].shown);
    free(shown);
    free(options.arguments);
    free(options.allow_read);
  }
}

#define LISTS "hint: `mzlua help` lists the options\n"

static const struct {
  const char *line;
  const char *message;
} bad_lines[] = {
    {"up --dryrun", "there is no option --dryrun\nhint: is --dry-run meant?\n"},
    {"--jsno up", "there is no option --jsno\nhint: is --json meant?\n"},
    {"up --frobnicate", "there is no option --frobnicate\n" LISTS},
    {"up -x", "there is no option -x\n" LISTS},
    {"up -qx", "there is no option -qx\n" LISTS},
    {"up -x app.db", "there is no option -x\n" LISTS},
    {"up -2", "there is no option -2\n" LISTS},
    {"up --100%s", "there is no option --100%s\n" LISTS},
    {"up -d", "-d takes a value\n"},
    {"up --database", "--database takes a value\n"},
    {"up --lock-timeout", "--lock-timeout takes a value\n"},
    {"up --lock-timeout x",
     "--lock-timeout takes a whole number of seconds, not \"x\"\n"},
    {"up --lock-timeout -1",
     "--lock-timeout takes a whole number of seconds, not \"-1\"\n"},
    {"up --lock-timeout 1.5",
     "--lock-timeout takes a whole number of seconds, not \"1.5\"\n"},
    {"up --lock-timeout _",
     "--lock-timeout takes a whole number of seconds, not \"\"\n"},
    {"up --lock-timeout 2147484",
     "--lock-timeout takes a whole number of seconds, not \"2147484\"\n"},
    {"up --allow-read", "--allow-read takes a value\n"},
    {"status --allow-read a", "--allow-read is not for `mzlua status`\n"},
    {"up --all", "--all is not for `mzlua up`\n"},
    {"--all up", "--all is not for `mzlua up`\n"},
    {"status --dry-run", "--dry-run is not for `mzlua status`\n"},
    {"down --exit-code", "--exit-code is not for `mzlua down`\n"},
    {"redo --single-transaction",
     "--single-transaction is not for `mzlua redo`\n"},
    {"up --lua", "--lua is not for `mzlua up`\n"},
};

static void wrong_option_is_named(void **state) {
  for (size_t i = 0; i < sizeof bad_lines / sizeof *bad_lines; i++) {
    struct mz_error err = MZ_ERROR_INIT;
    struct mz_options options;
    char copy[256];
    enum mz_status status = parse(bad_lines[i].line, copy, &options, &err);
    support_expect_error(*state, status, MZ_EUSAGE, &err, bad_lines[i].message);
    free(options.arguments);
    free(options.allow_read);
  }
}

/* ---- numbers ------------------------------------------------------------ */

enum { NO_NUMBER = -2 };

static const struct {
  const char *text;
  int64_t least;
  int64_t number;
} numbers[] = {
    {"0", 0, 0},
    {"007", 0, 7},
    {"9223372036854775807", 0, INT64_MAX},
    {"9223372036854775808", 0, NO_NUMBER},
    {"18446744073709551616", 0, NO_NUMBER},
    {"99999999999999999999999999", 0, NO_NUMBER},
    {"0", 1, NO_NUMBER},
    {"1", 1, 1},
    {"-1", 0, NO_NUMBER},
    {"-1", -1, -1},
    {"-2", -1, NO_NUMBER},
    {"5", -1, 5},
    {"", 0, NO_NUMBER},
    {" 1", 0, NO_NUMBER},
    {"1 ", 0, NO_NUMBER},
    {"+1", 0, NO_NUMBER},
    {"1x", 0, NO_NUMBER},
    {"0x1", 0, NO_NUMBER},
    {"1.0", 0, NO_NUMBER},
    {"1e3", 0, NO_NUMBER},
};

static void number_is_whole_and_in_range(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    int64_t number = 0;
    bool is = mz_options_number(numbers[i].text, numbers[i].least, &number);
    if (is != (numbers[i].number != NO_NUMBER))
      fail_msg("\"%s\" from %d", numbers[i].text, (int)numbers[i].least);
    if (is)
      assert_int_equal(number, numbers[i].number);
  }
}

/* ---- help --------------------------------------------------------------- */

static const struct mz_command_text commands[] = {
    {"up", "[N]", "apply pending migrations"},
    {"version", "", "show the version"},
    {NULL, NULL, NULL}};

static bool has_line(const char *text, const char *line) {
  size_t size = strlen(line);
  for (const char *at = text; at; at = strchr(at, '\n')) {
    at += *at == '\n';
    if (strncmp(at, line, size) == 0 && at[size] == '\n')
      return true;
  }
  return false;
}

static void help_lists_every_command_and_option(void **state) {
  char *help = mz_options_help(commands, NULL);
  (void)state;
  assert_true(
      has_line(help, "Usage: mzlua [options] COMMAND [options] [arguments]"));
  assert_true(has_line(help, "  up [N]                  apply pending "
                             "migrations"));
  assert_true(has_line(help, "  version                 show the version"));
  assert_true(has_line(
      help,
      "  --lua                   write one Lua file, and types for editors"));
  assert_true(has_line(help, "  --all                   down to nothing"));
  assert_true(has_line(help, "  -h, --help              show this help"));
  free(help);
}

static void help_of_a_command_has_its_options_only(void **state) {
  char *help = mz_options_help(commands, "up");
  (void)state;
  assert_true(has_line(help, "Usage: mzlua up [options] [N]"));
  assert_true(has_line(help, "apply pending migrations"));
  assert_non_null(strstr(help, "\n  --allow-out-of-order "));
  assert_non_null(strstr(help, "\n  -d, --database FILE "));
  assert_null(strstr(help, "--all "));
  assert_null(strstr(help, "--lua"));
  assert_null(strstr(help, "Commands:"));
  free(help);
  help = mz_options_help(commands, "version");
  assert_true(has_line(help, "Usage: mzlua version [options]"));
  assert_null(strstr(help, "--allow-out-of-order"));
  free(help);
}

static void help_fits_a_terminal(void **state) {
  char *help = mz_options_help(commands, NULL);
  (void)state;
  for (const char *line = help; *line; line += strcspn(line, "\n") + 1) {
    size_t size = strcspn(line, "\n");
    assert_true(size < 80);
    assert_int_equal(line[size], '\n');
    assert_true(size == 0 || line[size - 1] != ' ');
  }
  free(help);
}

#define TEST(name)                                                             \
  cmocka_unit_test_setup_teardown(name, support_setup, support_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(command_line_is_read_in_any_order),
      TEST(wrong_option_is_named),
      TEST(number_is_whole_and_in_range),
      TEST(help_lists_every_command_and_option),
      TEST(help_of_a_command_has_its_options_only),
      TEST(help_fits_a_terminal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
