#include "core/array.h"

#include <cstdint>

#include "core/memory.h"
#include "core/ops.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/core/tensors.h"

using namespace bertlet;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("copies of an array share memory, clones do not") {
  Array a = Array::of({2, 3}, {1, 2, 3, 4, 5, 6});
  Array same = a, clone = a.clone();
  a[0] = 9;
  CHECK(same.values() == Values{9, 2, 3, 4, 5, 6});
  CHECK(clone.values() == Values{1, 2, 3, 4, 5, 6});
  CHECK(a.shares_memory(same));
  CHECK_FALSE(a.shares_memory(clone));
}

TEST_CASE("rows of an array are an array on the same memory") {
  Array a = Array::of({3, 2}, {1, 2, 3, 4, 5, 6});
  Array part = a.rows(1, 3);
  CHECK(part.shape() == Shape{2, 2});
  CHECK(part.values() == Values{3, 4, 5, 6});
  part[0] = 7;
  CHECK(a[2] == 7);
  CHECK(part.rows(1, 2).values() == Values{5, 6});
  CHECK(a.rows(3, 3).shape() == Shape{0, 2});
  CHECK_THROWS_WITH(a.rows(2, 4), ContainsSubstring("rows: got 2…4, want a range within [3, 2]"));
  CHECK_THROWS_AS(a.rows(2, 1), Error);
  CHECK_THROWS_AS(a.rows(-1, 1), Error);
  CHECK_THROWS_WITH(Array::number(1).rows(0, 1), ContainsSubstring("rows: got a single number"));
}

TEST_CASE("an array takes another shape of as many elements") {
  const Array a = Array::of({2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(a.shaped({6}).shares_memory(a));
  CHECK(a.shaped({3, 2}).shape() == Shape{3, 2});
  CHECK_THROWS_WITH(a.shaped({4}), "reshape: got [4] for [2, 3], want as many elements");
}

TEST_CASE("memory is held until the last holder lets go") {
  const MemoryMark mark;
  Array row;
  {
    const Array a = Array::filled({100, 100}, 1);
    CHECK(a.sole_holder());
    row = a.rows(4, 5);
    CHECK_FALSE(a.sole_holder());
  }
  CHECK(row.sole_holder());
  CHECK(row.values() == Values(100, 1));
  CHECK(mark.live() >= 10'000 * int64_t{sizeof(real)});
  row = {};
  CHECK(mark.live() == 0);
}

TEST_CASE("an array starts at 64 bytes unless it is tiny") {
  for (const int64_t size : {17, 64, 1000, 100'000}) {
    const Array a(Shape{size});
    CHECK(reinterpret_cast<std::uintptr_t>(a.data()) % 64 == 0);
  }
}

TEST_CASE("an array without memory is false and empty") {
  const Array none;
  CHECK_FALSE(none);
  CHECK(none.size() == 0);
  CHECK(none.values().empty());
  CHECK_FALSE(none.sole_holder());
  CHECK_FALSE(none.shares_memory(none));
  const Array empty(Shape{0, 3});
  CHECK(empty);
  CHECK(empty.size() == 0);
}

TEST_CASE("arrays are made of as many values as they have elements") {
  CHECK(Array::number(3).shape() == Shape{});
  CHECK(Array::filled({2}, 4).values() == Values{4, 4});
  CHECK_THROWS_WITH(Array::of({2, 2}, {1, 2, 3}), "Array::of: got 3 values, want 4 for [2, 2]");
}

TEST_CASE("an array larger than memory names who wanted it") {
  constexpr int64_t huge = int64_t{1} << 40;
  CHECK_THROWS_WITH(Array({huge}, "someone"), ContainsSubstring("someone: no memory for [1099511627776]"));
  CHECK_THROWS_WITH(Array({huge, huge}), ContainsSubstring("Array: no memory for [1099511627776, 1099511627776]"));
  CHECK_THROWS_AS(Array::filled({huge, 3}, 1), Error);
}

TEST_CASE("the largest number of a row is found, the first of equal ones") {
  CHECK(argmax(std::vector<real>{3, 7, 7, -1}) == 1);
  CHECK(argmax_of_rows(Array::of({3, 2}, {1, 2, 5, 5, 0, -1})) == std::vector<int64_t>{1, 0, 0});
}
