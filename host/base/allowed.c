#include "base/allowed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"

static enum mz_status cannot(const char *path, int reason,
                             struct mz_error *err) {
  return mz_error_set(err, MZ_EMIGRATION, "%s: cannot read: %s", path,
                      strerror(reason));
}

/* ---- where a path leads -------------------------------------------------- */

/* Where a path leads to, or the part of it that can be followed; *reason is
 * then why the rest cannot, else 0. NULL when out of memory. */
static char *resolve(const char *path, int *reason) {
  char *part = mz_fs_absolute(path);
  char *resolved = NULL;
  char *slash = NULL;
  *reason = 0;
  while (part && !(resolved = realpath(part, NULL)) && errno != ENOMEM) {
    if (!*reason)
      *reason = errno;
    slash = strrchr(part, '/');
    slash[slash == part] = '\0';
  }
  free(part);
  return resolved;
}

/* The rest of path below folder, both resolved; NULL where it isn't below. */
static const char *below(const char *path, const char *folder) {
  size_t size = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
  if (strncmp(path, folder, size) != 0 || (path[size] && path[size] != '/'))
    return NULL;
  path += size;
  return path + (*path == '/');
}

static enum mz_status refuse(const struct mz_allowed *allowed, const char *path,
                             struct mz_error *err) {
  struct mz_buf names = MZ_BUF_INIT;
  for (const char *const *folder = allowed->folders; *folder; folder++)
    mz_buf_format(&names, "%s%s", names.size ? ", " : "", *folder);
  mz_error_add(&err->hint, "mzlua --allow-read DIR allows another folder");
  (void)mz_error_set(err, MZ_EMIGRATION, "%s: only what is in %s may be read",
                     path, names.failed ? "an allowed folder" : names.data);
  mz_buf_release(&names);
  return MZ_EMIGRATION;
}

/* The folder that something is in, open, and its name there. */
struct place {
  int parent;
  char *rest;       /* below the allowed folder */
  const char *name; /* part of it */
};

static void close_place(struct place *place) {
  if (place->parent >= 0)
    (void)close(place->parent);
  free(place->rest);
}

/* Go from root to the last folder of rest; false with errno. */
static bool walk(struct place *place, const char *root, const char *rest) {
  char *at = place->rest = strdup(*rest ? rest : ".");
  char *slash = NULL;
  place->parent = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  while (at && place->parent >= 0 && (slash = strchr(at, '/'))) {
    int next = -1;
    *slash = '\0';
    next = openat(place->parent, at,
                  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    (void)close(place->parent);
    place->parent = next;
    at = slash + 1;
  }
  place->name = at;
  return at && place->parent >= 0;
}

static enum mz_status find_below(const struct mz_allowed *allowed,
                                 const char *path, const char *resolved,
                                 int *reason, struct place *place,
                                 struct mz_error *err) {
  for (const char *const *folder = allowed->folders; *folder; folder++) {
    char *root = realpath(*folder, NULL);
    const char *rest = root ? below(resolved, root) : NULL;
    if (rest && !*reason && !walk(place, root, rest))
      *reason = errno;
    free(root);
    if (rest)
      return MZ_OK;
  }
  return refuse(allowed, path, err);
}

/* Find the place of path; *reason is why there is none, else 0. */
static enum mz_status find(const struct mz_allowed *allowed, const char *path,
                           int *reason, struct place *place,
                           struct mz_error *err) {
  char *resolved = *path ? resolve(path, reason) : NULL;
  enum mz_status status = MZ_OK;
  if (!*path)
    return mz_error_set(err, MZ_EMIGRATION, "a path cannot be empty");
  if (!resolved)
    return mz_error_memory(err);
  status = find_below(allowed, path, resolved, reason, place, err);
  free(resolved);
  return status;
}

/* ---- what is there ------------------------------------------------------- */

static bool is_missing(int reason) {
  return reason == ENOENT || reason == ENOTDIR;
}

enum mz_status mz_allowed_stat(const struct mz_allowed *allowed,
                               const char *path, struct stat *info, bool *found,
                               struct mz_error *err) {
  struct place place = {.parent = -1, .name = ""};
  int reason = 0;
  enum mz_status status = find(allowed, path, &reason, &place, err);
  if (!status && !reason &&
      fstatat(place.parent, place.name, info, AT_SYMLINK_NOFOLLOW))
    reason = errno;
  close_place(&place);
  if (status)
    return status;
  *found = !reason;
  return reason && !is_missing(reason) ? cannot(path, reason, err) : MZ_OK;
}

static bool is_same(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether info is the database or what SQLite keeps beside it. */
static bool is_database(const char *database, const struct stat *info) {
  static const char *const ends[] = {"", "-journal", "-wal", "-shm"};
  bool same = false;
  for (size_t i = 0; database && !same && i < sizeof ends / sizeof *ends; i++) {
    struct mz_buf path = MZ_BUF_INIT;
    struct stat other;
    mz_buf_format(&path, "%s%s", database, ends[i]);
    same = path.failed || (!stat(path.data, &other) && is_same(info, &other));
    mz_buf_release(&path);
  }
  return same;
}

/* Open what is at place, and make sure that it is what info says. */
static int open_place(const struct place *place, const struct stat *info) {
  struct stat opened;
  int fd = openat(place->parent, place->name,
                  O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0 && (fstat(fd, &opened) || !is_same(info, &opened))) {
    (void)close(fd);
    errno = ESTALE;
    return -1;
  }
  return fd;
}

static enum mz_status open_found(const struct mz_allowed *allowed,
                                 const char *path, bool folder,
                                 const struct place *place, int *fd,
                                 struct mz_error *err) {
  struct stat info;
  if (fstatat(place->parent, place->name, &info, AT_SYMLINK_NOFOLLOW))
    return cannot(path, errno, err);
  if (folder ? !S_ISDIR(info.st_mode) : !S_ISREG(info.st_mode))
    return mz_error_set(err, MZ_EMIGRATION, "%s: not a %s", path,
                        folder ? "folder" : "regular file");
  if (is_database(allowed->database, &info))
    return mz_error_set(err, MZ_EMIGRATION,
                        "%s: the database is read through db alone", path);
  *fd = open_place(place, &info);
  return *fd < 0 ? cannot(path, errno, err) : MZ_OK;
}

enum mz_status mz_allowed_open(const struct mz_allowed *allowed,
                               const char *path, bool folder, int *fd,
                               struct mz_error *err) {
  struct place place = {.parent = -1, .name = ""};
  int reason = 0;
  enum mz_status status = find(allowed, path, &reason, &place, err);
  if (!status && reason)
    status = cannot(path, reason, err);
  if (!status)
    status = open_found(allowed, path, folder, &place, fd, err);
  close_place(&place);
  return status;
}
