#include "base/pool.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 64 * 1024 };

/* Add a page; what is left of the one before is lost. */
static bool add_page(struct mz_pool *pool) {
  void **page = malloc(PAGE);
  if (!page)
    return false;
  *page = pool->pages;
  pool->pages = page;
  pool->next = (char *)page + MZ_POOL_GRAIN;
  pool->left = PAGE - MZ_POOL_GRAIN;
  return true;
}

/* A block that no free list has. */
static void *cut(struct mz_pool *pool, size_t size) {
  size_t bytes = mz_pool_grains(size) * MZ_POOL_GRAIN;
  void *block = NULL;
  if (pool->left < bytes && !add_page(pool))
    return NULL;
  block = pool->next;
  pool->next += bytes;
  pool->left -= bytes;
  return block;
}

static void *new_block(struct mz_pool *pool, size_t size) {
  void *block = mz_pool_take(pool, size);
  if (block)
    return block;
  return size > MZ_POOL_LARGEST ? malloc(size) : cut(pool, size);
}

static void free_block(struct mz_pool *pool, void *block, size_t size) {
  if (size > MZ_POOL_LARGEST)
    free(block);
  else
    mz_pool_give(pool, block, size);
}

static void *move(struct mz_pool *pool, void *block, size_t old, size_t size) {
  void *moved = new_block(pool, size);
  if (!moved)
    return size < old ? block : NULL;
  memcpy(moved, block, old < size ? old : size);
  free_block(pool, block, old);
  return moved;
}

void *mz_pool_resize(struct mz_pool *pool, void *block, size_t old,
                     size_t size) {
  if (!block)
    return size > 0 ? new_block(pool, size) : NULL;
  if (size == 0) {
    free_block(pool, block, old);
    return NULL;
  }
  if (size > MZ_POOL_LARGEST && old > MZ_POOL_LARGEST)
    return realloc(block, size);
  if (size <= MZ_POOL_LARGEST && mz_pool_grains(old) == mz_pool_grains(size))
    return block;
  return move(pool, block, old, size);
}

void mz_pool_release(struct mz_pool *pool) {
  while (pool->pages) {
    void *page = pool->pages;
    pool->pages = *(void **)page;
    free(page);
  }
  *pool = (struct mz_pool){.pages = NULL};
}
