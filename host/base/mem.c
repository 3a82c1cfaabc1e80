#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>

bool mz_mem_grow(void **array, size_t *capacity, size_t count, size_t item) {
  size_t room = *capacity ? *capacity * 2 : 8;
  void *grown = NULL;
  if (count < *capacity)
    return true;
  if (room > SIZE_MAX / item)
    return false;
  grown = realloc(*array, room * item);
  if (!grown)
    return false;
  *array = grown;
  *capacity = room;
  return true;
}
