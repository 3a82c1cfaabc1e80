/* test_pool.c - small blocks that come, grow, shrink and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/pool.h"

enum { BLOCKS = 500, MOVES = 20000, SIZE_MAX_TRIED = 700 };

struct block {
  unsigned char *bytes;
  size_t size;
};

static bool exhausted;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *__wrap_malloc(size_t size) {
  return exhausted ? NULL : __real_malloc(size);
}

static unsigned next_number(unsigned *seed) {
  *seed = *seed * 1103515245U + 12345U;
  return *seed >> 8;
}

/* Each block is filled with its index. */
static void check_block(const struct block *blocks, size_t index, size_t size) {
  for (size_t i = 0; i < size; i++)
    assert_int_equal(blocks[index].bytes[i], index & 0xFF);
}

static void blocks_keep_what_they_hold_and_never_overlap(void **state) {
  struct mz_pool pool = {.pages = NULL};
  struct block blocks[BLOCKS] = {{.bytes = NULL}};
  unsigned seed = 1;
  (void)state;
  for (size_t i = 0; i < MOVES; i++) {
    size_t index = next_number(&seed) % BLOCKS;
    size_t size = next_number(&seed) % SIZE_MAX_TRIED;
    struct block *block = &blocks[index];
    check_block(blocks, index, block->size);
    block->bytes = mz_pool_resize(&pool, block->bytes, block->size, size);
    check_block(blocks, index, block->size < size ? block->size : size);
    if (size > 0) {
      assert_non_null(block->bytes);
      assert_int_equal((uintptr_t)block->bytes % MZ_POOL_GRAIN, 0);
      memset(block->bytes, (int)(index & 0xFF), size);
    }
    block->size = size;
  }
  for (size_t i = 0; i < BLOCKS; i++) {
    check_block(blocks, i, blocks[i].size);
    (void)mz_pool_resize(&pool, blocks[i].bytes, blocks[i].size, 0);
  }
  mz_pool_release(&pool);
}

static void a_freed_block_is_used_again(void **state) {
  struct mz_pool pool = {.pages = NULL};
  void *first = mz_pool_resize(&pool, NULL, 0, 33);
  (void)state;
  assert_null(mz_pool_resize(&pool, first, 33, 0));
  assert_ptr_equal(mz_pool_resize(&pool, NULL, 0, 48), first);
  assert_ptr_not_equal(mz_pool_resize(&pool, NULL, 0, 48), first);
  mz_pool_release(&pool);
}

static void without_memory_a_block_stays_as_it_was(void **state) {
  struct mz_pool pool = {.pages = NULL};
  char *large = mz_pool_resize(&pool, NULL, 0, 1000);
  (void)state;
  memset(large, 'x', 1000);
  exhausted = true;
  assert_null(mz_pool_resize(&pool, NULL, 0, 16));
  assert_ptr_equal(mz_pool_resize(&pool, large, 1000, 100), large);
  assert_int_equal(large[99], 'x');
  exhausted = false;
  free(large);
  mz_pool_release(&pool);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(blocks_keep_what_they_hold_and_never_overlap),
      cmocka_unit_test(a_freed_block_is_used_again),
      cmocka_unit_test(without_memory_a_block_stays_as_it_was),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
