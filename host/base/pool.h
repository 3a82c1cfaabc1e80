/* pool.h - memory for many small blocks that come and go.
 *
 * Takes pages from the heap and cuts them into blocks, which go to the free
 * list of their size and from there to the next caller; pages go back only
 * when the pool is released. Whoever frees a block says how large it is. */
#ifndef MZ_BASE_POOL_H
#define MZ_BASE_POOL_H

#include <stddef.h>

enum { MZ_POOL_GRAIN = 16, MZ_POOL_LARGEST = 256 }; /* bytes */

/* Starts as zeros. */
struct mz_pool {
  void *free[MZ_POOL_LARGEST / MZ_POOL_GRAIN + 1]; /* by size in grains */
  char *next;                                      /* of the newest page */
  size_t left;                                     /* bytes behind next */
  void *pages;
};

/* Make the old bytes at block, NULL where old is 0, a block of size bytes,
 * which keeps what it held as far as it fits; size 0 frees it. A larger block
 * than MZ_POOL_LARGEST is the heap's. Returns NULL when memory is exhausted,
 * with block as it was; one that shrinks then stays where it is. */
void *mz_pool_resize(struct mz_pool *pool, void *block, size_t old,
                     size_t size);

/* Give back all pages. */
void mz_pool_release(struct mz_pool *pool);

#endif
