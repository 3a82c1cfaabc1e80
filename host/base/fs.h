/* fs.h - files and folders: read, list, create.
 *
 * Never writes over a file that is there. Messages name the path and the
 * system's reason. */
#ifndef MZ_BASE_FS_H
#define MZ_BASE_FS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Read the regular file at path into *text, which the caller frees and which
 * ends in a NUL byte that *size doesn't count. MZ_EUSAGE when it cannot be
 * read. */
MZ_CHECKED enum mz_status mz_fs_read(const char *path, char **text,
                                     size_t *size, struct mz_error *err);

/* Set *names to the names in the folder at path but "." and "..", in the order
 * of their bytes, ended by NULL; freed by mz_fs_names_free. MZ_EUSAGE when
 * there is no such folder. */
MZ_CHECKED enum mz_status mz_fs_list(const char *path, char ***names,
                                     struct mz_error *err);
void mz_fs_names_free(char **names);

/* The same without folders. */
MZ_CHECKED enum mz_status mz_fs_list_files(const char *path, char ***names,
                                           struct mz_error *err);

/* All names in the folder that is open as fd, which is closed; path is what
 * messages call it. */
MZ_CHECKED enum mz_status mz_fs_list_open(int fd, const char *path,
                                          char ***names, struct mz_error *err);

/* Create the file at path with text, with folders above it as needed. A file
 * that is there is an error, and stays as it is. */
MZ_CHECKED enum mz_status mz_fs_create(const char *path, const char *text,
                                       struct mz_error *err);

/* Give the file at from the name to, in the same folder, for good: the folder
 * is synced. MZ_EUSAGE where there is a file of that name, which stays. */
MZ_CHECKED enum mz_status mz_fs_move(const char *from, const char *to,
                                     struct mz_error *err);

/* Remove the file at path, where there is one and that may be done. */
void mz_fs_remove(const char *path);

/* Whether path is, or leads to, something that is no regular file. */
bool mz_fs_is_special(const char *path);

/* Whether every user may write to the file, or make files in the folder; then
 * *mode has its permission bits. */
bool mz_fs_is_open_to_all(const char *path, unsigned *mode);

bool mz_fs_exists(const char *path);
bool mz_fs_is_folder(const char *path);

/* Whether both paths lead to one file. */
bool mz_fs_is_same(const char *a, const char *b);

/* The bytes that the file at path has; 0 where there is none. */
int64_t mz_fs_size(const char *path);

/* Return folder/name, or name where that is absolute or folder is "" or ".";
 * the caller frees it. NULL when out of memory. */
char *mz_fs_join(const char *folder, const char *name);

/* Return path made absolute by the working folder, without resolving links;
 * the caller frees it. NULL when out of memory. */
char *mz_fs_absolute(const char *path);

#endif
