/* Growing arrays, and what is left of one that cannot grow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/mem.h"

static bool exhausted;

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_realloc(void *old, size_t size) {
  return exhausted ? NULL : __real_realloc(old, size);
}

static bool add(int **numbers, size_t *capacity, size_t count, int number) {
  void *array = *numbers;
  bool fits = mz_mem_grow(&array, capacity, count, sizeof **numbers);
  *numbers = array;
  if (fits)
    (*numbers)[count] = number;
  return fits;
}

static void array_grows_and_keeps_its_items(void **state) {
  int *numbers = NULL;
  size_t capacity = 0;
  (void)state;
  for (int i = 0; i < 1000; i++) {
    assert_true(add(&numbers, &capacity, (size_t)i, i));
    assert_true(capacity > (size_t)i);
  }
  for (int i = 0; i < 1000; i++)
    assert_int_equal(numbers[i], i);
  free(numbers);
}

static void array_with_room_stays_where_it_is(void **state) {
  int *numbers = NULL;
  const int *before = NULL;
  size_t capacity = 0;
  (void)state;
  assert_true(add(&numbers, &capacity, 0, 1));
  before = numbers;
  exhausted = true;
  assert_true(add(&numbers, &capacity, capacity - 1, 2));
  exhausted = false;
  assert_ptr_equal(numbers, before);
  free(numbers);
}

static void array_that_cannot_grow_stays_as_it_was(void **state) {
  int *numbers = NULL;
  const int *before = NULL;
  size_t capacity = 0;
  size_t full = 0;
  (void)state;
  assert_true(add(&numbers, &capacity, 0, 42));
  before = numbers;
  full = capacity;
  exhausted = true;
  assert_false(add(&numbers, &capacity, full, 43));
  exhausted = false;
  assert_ptr_equal(numbers, before);
  assert_int_equal(capacity, full);
  assert_int_equal(numbers[0], 42);
  free(numbers);
}

/* Twice as many items of this size would be 2^64 bytes, or none at all. */
static void array_larger_than_memory_is_refused(void **state) {
  const size_t full = SIZE_MAX / 16 + 1;
  void *array = NULL;
  size_t capacity = full;
  (void)state;
  assert_false(mz_mem_grow(&array, &capacity, full, 8));
  assert_null(array);
  assert_int_equal(capacity, full);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(array_grows_and_keeps_its_items),
      cmocka_unit_test(array_with_room_stays_where_it_is),
      cmocka_unit_test(array_that_cannot_grow_stays_as_it_was),
      cmocka_unit_test(array_larger_than_memory_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
