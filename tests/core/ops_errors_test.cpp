#include <functional>

#include "core/ops.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/core/tensors.h"

using namespace bertlet;

namespace {

struct Wrong {
  std::string want;
  std::function<void()> call;
};

void check(const std::vector<Wrong>& wrongs) {
  for (const Wrong& wrong : wrongs) CHECK_THROWS_WITH(wrong.call(), wrong.want);
}

Tensor zeros(const Shape& shape) { return Array::filled(shape, 0); }

constexpr int64_t huge = int64_t{1} << 40;

}  // namespace

TEST_CASE("operands that do not broadcast") {
  const Tensor a = zeros({2, 3}), b = zeros({2, 4});
  const std::string rest = "[2, 3] and [2, 4] do not broadcast — counted from the end, axis 0 is 3 and 4";
  check({
      {"add: " + rest, [=] { add(a, b); }},
      {"sub: " + rest, [=] { sub(a, b); }},
      {"mul: " + rest, [=] { mul(a, b); }},
      {"div: " + rest, [=] { div(a, b); }},
      {"pow: " + rest, [=] { pow(a, b); }},
      {"where: " + rest, [=] { where(Array::number(1), a, b); }},
      {"add: [0] and [2] do not broadcast — counted from the end, axis 0 is 0 and 2",
       [] { add(zeros({0}), zeros({2})); }},
      {"expand: [2, 3] does not broadcast to [3]", [=] { expand(a, {3}); }},
      {"expand: [2, 3] and [3, 2] do not broadcast — counted from the end, axis 0 is 3 and 2",
       [=] {
         expand(a, {3, 2});
       }},
  });
}

TEST_CASE("axes that are not there") {
  const Tensor a = zeros({2, 3});
  const std::string rest = ": got axis 2, want one of the 2 axes of [2, 3]";
  check({
      {"sum" + rest, [=] { sum(a, 2); }},
      {"sum: got axis -1 twice",
       [=] {
         sum(a, {1, -1});
       }},
      {"mean" + rest, [=] { mean(a, 2); }},
      {"max" + rest, [=] { max(a, 2); }},
      {"softmax" + rest, [=] { softmax(a, 2); }},
      {"log_softmax" + rest, [=] { log_softmax(a, 2); }},
      {"softmax: got axis -1, want one of the 0 axes of []", [] { softmax(Tensor(1)); }},
      {"slice" + rest, [=] { slice(a, 2, 0, 1); }},
      {"concat" + rest,
       [=] {
         concat({a, a}, 2);
       }},
      {"permute" + rest,
       [=] {
         permute(a, {0, 2});
       }},
      {"permute: got axis -2 twice",
       [=] {
         permute(a, {0, -2});
       }},
      {"permute: got 1 axes for [2, 3], want each axis once", [=] { permute(a, {0}); }},
      {"transpose: got [3], want at least two axes", [] { transpose(zeros({3})); }},
  });
}

TEST_CASE("shapes that do not fit") {
  const Tensor a = zeros({2, 3});
  check({
      {"matmul: got [2, 3] and [2, 3], want 3 columns on the left to meet as many rows on the right, not 2",
       [=] { matmul(a, a); }},
      {"matmul: got a single number, want a matrix — mul multiplies by a number", [=] { matmul(a, 2); }},
      {"matmul: [2] and [3] do not broadcast — counted from the end, axis 0 is 2 and 3",
       [] {
         matmul(zeros({2, 1, 1}), zeros({3, 1, 1}));
       }},
      {"reshape: got [4] for [2, 3], want as many elements", [=] { reshape(a, Shape{4}); }},
      {"reshape: the 6 elements of [2, 3] do not divide by the 4 of the axes given",
       [=] {
         reshape(a, {4, -1});
       }},
      {"reshape: the 6 elements of [2, 3] do not divide by the 0 of the axes given",
       [=] {
         reshape(a, {0, -1});
       }},
      {"slice: got 1…4 on axis 1 of [2, 3], want a range within it", [=] { slice(a, 1, 1, 4); }},
      {"slice: got 2…1 on axis 1 of [2, 3], want a range within it", [=] { slice(a, 1, 2, 1); }},
      {"slice: got -4…1 on axis 1 of [2, 3], want a range within it", [=] { slice(a, 1, -4, 1); }},
      {"concat: got no tensors, want at least one", [] { concat(std::span<const Tensor>(), 0); }},
      {"concat: got [2, 2] beside [2, 3], want equal lengths on all axes but 0",
       [=] {
         concat({a, zeros({2, 2})}, 0);
       }},
      {"concat: got [3] beside [2, 3], want equal lengths on all axes but 0",
       [=] {
         concat({a, zeros({3})}, 0);
       }},
  });
}

TEST_CASE("rows that are not there") {
  const Tensor a = zeros({2, 3});
  check({
      {"gather_rows: id 1 is 2, want 0 … 1",
       [=] {
         gather_rows(a, {1, 2});
       }},
      {"gather_rows: id 0 is -1, want 0 … 1", [=] { gather_rows(a, {-1}); }},
      {"gather_rows: got a single number, want a table of rows", [] { gather_rows(1, {0}); }},
      {"scatter_rows: id 1 is 5, want 0 … 4",
       [=] {
         scatter_rows(a, {0, 5}, 5);
       }},
      {"scatter_rows: got 3 ids for [2, 3], want one for each row",
       [=] {
         scatter_rows(a, {0, 1, 2}, 5);
       }},
      {"scatter_rows: got -1 rows, want none or more",
       [=] {
         scatter_rows(a, {0, 1}, -1);
       }},
  });
}

TEST_CASE("nothing to choose from") {
  check({
      {"max: axis 1 of [2, 0] is empty, want at least one element",
       [] {
         max(zeros({2, 0}), 1);
       }},
      {"max: axis 0 of [0] is empty, want at least one element", [] { max(zeros({0})); }},
      {"mean: got [2, 0], want at least one element to average",
       [] {
         mean(zeros({2, 0}), 1);
       }},
      {"mean: got [0], want at least one element to average", [] { mean(zeros({0})); }},
  });
}

TEST_CASE("results larger than memory name the operation") {
  const Tensor a = zeros({huge, 0}), column = zeros({1, 1});
  using Catch::Matchers::StartsWith;
  CHECK_THROWS_WITH(expand(column, {huge, huge}), StartsWith("expand: no memory for [1099511627776, 1099511627776]"));
  CHECK_THROWS_WITH(sum(a, 1), StartsWith("sum: no memory for"));
  CHECK_THROWS_WITH(matmul(a, transpose(a)), StartsWith("matmul: no memory for"));
  CHECK_THROWS_WITH(scatter_rows(zeros({1, 2}), {0}, huge), StartsWith("scatter_rows: no memory for"));
}
