/* mem.h - growing arrays on the heap.
 *
 * Guarantees that a failed call leaves the caller's array as it was. Never
 * aborts: exhaustion is reported, and the caller decides. */
#ifndef MZ_BASE_MEM_H
#define MZ_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

/* Make room in *array, which holds count items of item bytes each and has
 * room for *capacity, for one item more. *array may be NULL. Returns false,
 * with everything unchanged, when memory is exhausted. */
bool mz_mem_grow(void **array, size_t *capacity, size_t count, size_t item);

#endif
