#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

static enum mz_status cannot(const char *verb, const char *path,
                             struct mz_error *err) {
  return mz_error_set(err, MZ_EUSAGE, "%s: cannot %s: %s", path, verb,
                      strerror(errno));
}

static enum mz_status read_all(int fd, const char *path, struct mz_buf *buf,
                               struct mz_error *err) {
  char chunk[65536];
  ssize_t got = 0;
  do {
    got = read(fd, chunk, sizeof chunk);
    if (got > 0)
      mz_buf_add(buf, chunk, (size_t)got);
  } while (got > 0 || (got < 0 && errno == EINTR));
  return got < 0 ? cannot("read", path, err) : MZ_OK;
}

/* Open path without waiting for the other end of a pipe. */
static enum mz_status open_regular(const char *path, int *fd,
                                   struct mz_error *err) {
  struct stat info;
  *fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (*fd < 0 || fstat(*fd, &info))
    return cannot("read", path, err);
  if (!S_ISREG(info.st_mode))
    return mz_error_set(err, MZ_EUSAGE, "%s: not a regular file", path);
  return MZ_OK;
}

enum mz_status mz_fs_read(const char *path, char **text, size_t *size,
                          struct mz_error *err) {
  struct mz_buf buf = MZ_BUF_INIT;
  int fd = -1;
  enum mz_status status = open_regular(path, &fd, err);
  if (!status)
    status = read_all(fd, path, &buf, err);
  if (fd >= 0)
    (void)close(fd);
  if (!status) {
    *size = buf.size;
    *text = mz_buf_take(&buf);
    if (!*text)
      status = mz_error_memory(err);
  }
  mz_buf_release(&buf);
  return status;
}

/* Add a copy of name to *names, keeping the NULL at its end. */
static bool add_name(char ***names, size_t *count, size_t *capacity,
                     const char *name) {
  void *array = *names;
  char *copy = NULL;
  if (!mz_mem_grow(&array, capacity, *count + 1, sizeof **names))
    return false;
  *names = array;
  copy = strdup(name);
  (*names)[*count] = copy;
  (*names)[*count + 1] = NULL;
  *count += copy ? 1 : 0;
  return copy;
}

/* What the folder itself knows saves a look at each file. */
static bool is_folder(DIR *folder, const struct dirent *entry) {
  struct stat info;
  if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
    return entry->d_type == DT_DIR;
  return !fstatat(dirfd(folder), entry->d_name, &info, 0) &&
         S_ISDIR(info.st_mode);
}

static bool is_wanted(DIR *folder, const struct dirent *entry, bool files) {
  if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
    return false;
  return !files || !is_folder(folder, entry);
}

static enum mz_status list_names(DIR *folder, const char *path, bool files,
                                 char ***names, struct mz_error *err) {
  size_t count = 0;
  size_t capacity = 0;
  const struct dirent *entry = NULL;
  *names = calloc(1, sizeof **names);
  if (!*names)
    return mz_error_memory(err);
  capacity = 1;
  for (errno = 0; (entry = readdir(folder)); errno = 0) {
    if (!is_wanted(folder, entry, files))
      continue;
    if (!add_name(names, &count, &capacity, entry->d_name))
      return mz_error_memory(err);
  }
  return errno ? cannot("read", path, err) : MZ_OK;
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum mz_status list_open(int fd, const char *path, bool files,
                                char ***names, struct mz_error *err) {
  DIR *folder = fdopendir(fd);
  char **list = NULL;
  size_t count = 0;
  enum mz_status status = MZ_OK;
  if (!folder) {
    (void)close(fd);
    return cannot("open the folder", path, err);
  }
  status = list_names(folder, path, files, &list, err);
  (void)closedir(folder);
  if (status) {
    mz_fs_names_free(list);
    return status;
  }
  while (list[count])
    count++;
  qsort(list, count, sizeof *list, compare_names);
  *names = list;
  return MZ_OK;
}

static enum mz_status list(const char *path, bool files, char ***names,
                           struct mz_error *err) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return cannot("open the folder", path, err);
  return list_open(fd, path, files, names, err);
}

enum mz_status mz_fs_list(const char *path, char ***names,
                          struct mz_error *err) {
  return list(path, false, names, err);
}

enum mz_status mz_fs_list_files(const char *path, char ***names,
                                struct mz_error *err) {
  return list(path, true, names, err);
}

enum mz_status mz_fs_list_open(int fd, const char *path, char ***names,
                               struct mz_error *err) {
  return list_open(fd, path, false, names, err);
}

void mz_fs_names_free(char **names) {
  for (char **name = names; name && *name; name++)
    free(*name);
  free(names);
}

static enum mz_status write_all(int fd, const char *path, const char *text,
                                struct mz_error *err) {
  size_t size = strlen(text);
  while (size > 0) {
    ssize_t put = write(fd, text, size);
    if (put < 0 && errno != EINTR)
      return cannot("write", path, err);
    text += put > 0 ? put : 0;
    size -= put > 0 ? (size_t)put : 0;
  }
  return MZ_OK;
}

static enum mz_status make_folders(const char *path, struct mz_error *err) {
  char *copy = strdup(path);
  enum mz_status status = copy ? MZ_OK : mz_error_memory(err);
  char *slash = copy ? strchr(copy + 1, '/') : NULL;
  for (; slash && !status; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    if (mkdir(copy, 0777) && errno != EEXIST)
      status = cannot("create the folder", copy, err);
    *slash = '/';
  }
  free(copy);
  return status;
}

enum mz_status mz_fs_create(const char *path, const char *text,
                            struct mz_error *err) {
  enum mz_status status = make_folders(path, err);
  int fd = -1;
  if (status)
    return status;
  fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0)
    return cannot("create", path, err);
  status = write_all(fd, path, text, err);
  if (close(fd) && !status)
    status = cannot("write", path, err);
  if (status)
    (void)unlink(path);
  return status;
}

/* Have the names in the folder of path survive a loss of power. */
static enum mz_status sync_folder(const char *path, struct mz_error *err) {
  const char *slash = strrchr(path, '/');
  char *folder =
      slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
  int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  enum mz_status status = MZ_OK;
  if (!folder)
    return mz_error_memory(err);
  if (fd < 0 || (fsync(fd) && errno != EINVAL)) /* not every system can */
    status = cannot("sync", folder, err);
  if (fd >= 0)
    (void)close(fd);
  free(folder);
  return status;
}

enum mz_status mz_fs_move(const char *from, const char *to,
                          struct mz_error *err) {
  if (link(from, to)) {
    if (errno == EEXIST || mz_fs_exists(to))
      return cannot("create", to, err);
    if (rename(from, to)) /* where the file system has no links */
      return cannot("create", to, err);
  } else
    mz_fs_remove(from);
  return sync_folder(to, err);
}

void mz_fs_remove(const char *path) { (void)unlink(path); }

bool mz_fs_exists(const char *path) {
  struct stat info;
  return !lstat(path, &info);
}

bool mz_fs_is_special(const char *path) {
  struct stat info;
  return !stat(path, &info) && !S_ISREG(info.st_mode);
}

bool mz_fs_is_open_to_all(const char *path, unsigned *mode) {
  struct stat info;
  if (stat(path, &info))
    return false;
  *mode = (unsigned)info.st_mode & 07777U;
  return info.st_mode & S_IWOTH;
}

bool mz_fs_is_folder(const char *path) {
  struct stat info;
  return !stat(path, &info) && S_ISDIR(info.st_mode);
}

bool mz_fs_is_same(const char *a, const char *b) {
  struct stat x;
  struct stat y;
  return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev &&
         x.st_ino == y.st_ino;
}

int64_t mz_fs_size(const char *path) {
  struct stat info;
  return stat(path, &info) ? 0 : (int64_t)info.st_size;
}

char *mz_fs_join(const char *folder, const char *name) {
  struct mz_buf path = MZ_BUF_INIT;
  size_t size = strlen(folder);
  if (name[0] != '/' && size > 0 && strcmp(folder, ".") != 0) {
    mz_buf_add(&path, folder, size);
    if (folder[size - 1] != '/')
      mz_buf_text(&path, "/");
  }
  mz_buf_text(&path, name);
  return mz_buf_take(&path);
}

char *mz_fs_absolute(const char *path) {
  char *folder = NULL;
  char *joined = NULL;
  if (path[0] == '/')
    return strdup(path);
  folder = getcwd(NULL, 0);
  if (folder)
    joined = mz_fs_join(folder, path);
  free(folder);
  return joined;
}
