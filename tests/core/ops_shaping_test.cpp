#include "core/ops.h"
#include "tests/catch.h"
#include "tests/core/examples.h"

using namespace bertlet;

TEST_CASE("other shapes") {
  check({
      {"reshape",
       grid(),
       [](auto& x) {
         return reshape(x, {3, -1});
       },
       Array::of({3, 2}, {1, 2, 3, 4, 5, 6}),
       {6, 5, 4, 3, 2, 1},
       {6, 5, 4, 3, 2, 1}},
      {"reshape of one number",
       parameter({1, 1}, {7}),
       [](auto& x) { return reshape(x, Shape{}); },
       Array::number(7),
       {2},
       {2}},
      {"transpose",
       grid(),
       [](auto& x) { return transpose(x); },
       Array::of({3, 2}, {1, 4, 2, 5, 3, 6}),
       {1, 2, 3, 4, 5, 6},
       {1, 3, 5, 2, 4, 6}},
      {"permute",
       parameter({1, 2, 3}, {1, 2, 3, 4, 5, 6}),
       [](auto& x) {
         return permute(x, {2, 0, -2});
       },
       Array::of({3, 1, 2}, {1, 4, 2, 5, 3, 6}),
       {1, 2, 3, 4, 5, 6},
       {1, 3, 5, 2, 4, 6}},
      {"expand",
       parameter({2, 1}, {1, 2}),
       [](auto& x) {
         return expand(x, {2, 2, 2});
       },
       Array::of({2, 2, 2}, {1, 1, 2, 2, 1, 1, 2, 2}),
       {1, 2, 3, 4, 5, 6, 7, 8},
       {14, 22}},
      {"slice of columns",
       grid(),
       [](auto& x) { return slice(x, 1, 1, 3); },
       Array::of({2, 2}, {2, 3, 5, 6}),
       {1, 2, 3, 4},
       {0, 1, 2, 0, 3, 4}},
      {"slice from the end",
       grid(),
       [](auto& x) { return slice(x, -1, -2, -1); },
       Array::of({2, 1}, {2, 5}),
       {1, 2},
       {0, 1, 0, 0, 2, 0}},
      {"slice of nothing",
       grid(),
       [](auto& x) { return slice(x, 0, 1, 1); },
       Array(Shape{0, 3}),
       {},
       {0, 0, 0, 0, 0, 0}},
      {"slice of all",
       grid(),
       [](auto& x) { return slice(x, 0, 0, 2); },
       Array::of({2, 3}, {1, 2, 3, 4, 5, 6}),
       {1, 2, 3, 4, 5, 6},
       {1, 2, 3, 4, 5, 6}},
      {"concat of rows",
       grid(),
       [](auto& x) {
         return concat({x, slice(x, 0, 0, 1)}, 0);
       },
       Array::of({3, 3}, {1, 2, 3, 4, 5, 6, 1, 2, 3}),
       {1, 2, 3, 4, 5, 6, 7, 8, 9},
       {8, 10, 12, 4, 5, 6}},
      {"concat of columns",
       parameter({2, 1}, {1, 2}),
       [](auto& x) {
         return concat({x, constant({2, 2}, {3, 4, 5, 6}), x}, -1);
       },
       Array::of({2, 4}, {1, 3, 4, 1, 2, 5, 6, 2}),
       {1, 2, 3, 4, 5, 6, 7, 8},
       {5, 13}},
      {"concat with an empty part",
       parameter({2}, {1, 2}),
       [](auto& x) {
         return concat({Tensor(Array(Shape{0})), x}, 0);
       },
       Array::of({2}, {1, 2}),
       {3, 4},
       {3, 4}},
  });
}

TEST_CASE("rows by their number, and elements by a mask") {
  const Array mask = Array::of({2, 3}, {1, 0, 0, 0, 0, -2}), row = Array::of({3}, {1, 0, 1});
  check({
      {"gather_rows",
       grid(),
       [](auto& x) {
         return gather_rows(x, {1, 0, 1});
       },
       Array::of({3, 3}, {4, 5, 6, 1, 2, 3, 4, 5, 6}),
       {1, 2, 3, 4, 5, 6, 7, 8, 9},
       {4, 5, 6, 8, 10, 12}},
      {"gather_rows of numbers",
       parameter({3}, {7, 8, 9}),
       [](auto& x) {
         return gather_rows(x, {2, 2});
       },
       Array::of({2}, {9, 9}),
       {1, 2},
       {0, 0, 3}},
      {"gather_rows of none",
       grid(),
       [](auto& x) { return gather_rows(x, {}); },
       Array(Shape{0, 3}),
       {},
       {0, 0, 0, 0, 0, 0}},
      {"scatter_rows",
       grid(),
       [](auto& x) {
         return scatter_rows(x, {2, 2}, 3);
       },
       Array::of({3, 3}, {0, 0, 0, 0, 0, 0, 5, 7, 9}),
       {1, 2, 3, 4, 5, 6, 7, 8, 9},
       {7, 8, 9, 7, 8, 9}},
      {"where",
       grid(),
       [=](auto& x) { return where(mask, x, -x); },
       Array::of({2, 3}, {1, -2, -3, -4, -5, 6}),
       {1, 2, 3, 4, 5, 6},
       {1, -2, -3, -4, -5, 6}},
      {"where with a mask for every row",
       grid(),
       [=](auto& x) { return where(row, x, 0); },
       Array::of({2, 3}, {1, 0, 3, 4, 0, 6}),
       {1, 2, 3, 4, 5, 6},
       {1, 0, 3, 4, 0, 6}},
      {"where between numbers",
       parameter({}, {7}),
       [=](auto& x) { return where(row, x, 0); },
       Array::of({3}, {7, 0, 7}),
       {1, 2, 3},
       {4}},
      {"masked",
       grid(),
       [=](auto& x) { return masked(x, row, -9); },
       Array::of({2, 3}, {-9, 2, -9, -9, 5, -9}),
       {1, 2, 3, 4, 5, 6},
       {0, 2, 0, 0, 5, 0}},
  });
}
