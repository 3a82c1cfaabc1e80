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

static inline size_t mz_pool_grains(size_t size) {
  return (size + MZ_POOL_GRAIN - 1) / MZ_POOL_GRAIN;
}

/* A block of size bytes from its free list; NULL where mz_pool_resize() must
 * make one. What most requests come to is inline here and below. */
static inline void *mz_pool_take(struct mz_pool *pool, size_t size) {
  void **list =
      size <= MZ_POOL_LARGEST ? &pool->free[mz_pool_grains(size)] : NULL;
  void **block = list ? *list : NULL;
  if (block)
    *list = *block;
  return block;
}

/* Free a block of size bytes, up to MZ_POOL_LARGEST of them. */
static inline void mz_pool_give(struct mz_pool *pool, void *block,
                                size_t size) {
  void **list = &pool->free[mz_pool_grains(size)];
  *(void **)block = *list;
  *list = block;
}

/* Make the old bytes at block, NULL where old is 0, a block of size bytes,
 * which keeps what it held as far as it fits; size 0 frees it. A larger block
 * than MZ_POOL_LARGEST is the heap's. Returns NULL when memory is exhausted,
 * with block as it was; one that shrinks then stays where it is. */
void *mz_pool_resize(struct mz_pool *pool, void *block, size_t old,
                     size_t size);

/* Give back all pages. */
void mz_pool_release(struct mz_pool *pool);

#endif
