#include <functional>
#include <string>

#include "core/ops.h"
#include "core/random.h"
#include "tests/catch.h"
#include "tests/fuzz/plain.h"

using namespace bertlet;

// Tensors of many blocks, tiles and runs, beside the same computed one element at a time.

namespace {

using Tensors = const std::vector<Tensor>&;
using Plains = const std::vector<plain::Numbers>&;
using plain::Fold;

struct Large {
  const char* name;
  std::vector<Shape> shapes;
  std::function<Tensor(Tensors)> ours;
  std::function<plain::Numbers(Plains)> want;
  int degree = 1;  // f(t x) = t^degree f(x), so that the gradients, weighed with x, add up to degree · dy · f(x)
};

plain::Numbers numbers(const Array& array) {
  const std::vector<real> values = array.values();
  return {array.shape(), {values.begin(), values.end()}};
}

double dot(const Array& a, const Array& b) {
  double total = 0;
  for (int64_t i = 0; i < a.size(); ++i) total += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return total;
}

// Relative where numbers are large. Sums of twenty thousand numbers of size 1 pass through 100 on their way to a result
// that may be near 0, which leaves some 1e-5 in float.
constexpr double tolerance = sizeof(real) == 8 ? 1e-10 : 1e-4;

void compare(const Tensor& got, const plain::Numbers& want) {
  REQUIRE(got.shape() == want.shape);
  double worst = 0;
  for (int64_t i = 0; i < got.value().size(); ++i) {
    const double wanted = want.values[to_size(i)];
    worst = std::max(worst, std::abs(static_cast<double>(got.value()[i]) - wanted) / (1 + std::abs(wanted)));
  }
  CHECK(worst < tolerance);
}

void check(const Large& large) {
  std::vector<Tensor> x;
  std::vector<plain::Numbers> plains;
  for (const Shape& shape : large.shapes) {
    x.push_back(Tensor::parameter(normal(Rng{.seed = 4, .site = static_cast<std::uint32_t>(x.size())}, shape)));
    plains.push_back(numbers(x.back().value()));
  }
  const Tensor y = large.ours(x);
  compare(y, large.want(plains));
  if (large.degree == 0) return;
  const Array dy = normal(Rng{.seed = 5}, y.shape());
  backward(y, dy);
  double weighed = 0, size = 1;
  for (const Tensor& input : x) {
    weighed += dot(input.grad(), input.value());
    size += std::sqrt(dot(input.grad(), input.grad()));
  }
  CHECK(std::abs(weighed - large.degree * dot(dy, y.value())) < tolerance * size);
}

void check(const std::vector<Large>& all) {
  for (const Large& large : all) {
    INFO(large.name);
    check(large);
  }
}

}  // namespace

TEST_CASE("large reductions") {
  const Shape shape{3, 20'021, 5};
  std::vector<Large> all = {
      {"sum of all",
       {shape},
       [](Tensors x) { return sum(x[0]); },
       [](Plains x) {
         return reduce(x[0], {0, 1, 2}, false, Fold::sum);
       }},
      {"sum of outer axes",
       {shape},
       [](Tensors x) {
         return sum(x[0], {0, 2});
       },
       [](Plains x) {
         return reduce(x[0], {0, 2}, false, Fold::sum);
       }},
      {"maximum of all",
       {shape},
       [](Tensors x) { return max(x[0]); },
       [](Plains x) {
         return reduce(x[0], {0, 1, 2}, false, Fold::max);
       }},
  };
  for (int axis = 0; axis < 3; ++axis) {
    all.push_back({"sum",
                   {shape},
                   [=](Tensors x) { return sum(x[0], axis); },
                   [=](Plains x) { return reduce(x[0], {axis}, false, Fold::sum); }});
    all.push_back({"mean",
                   {shape},
                   [=](Tensors x) { return mean(x[0], axis, Keep::yes); },
                   [=](Plains x) { return reduce(x[0], {axis}, true, Fold::mean); }});
    all.push_back({"max",
                   {shape},
                   [=](Tensors x) { return max(x[0], axis); },
                   [=](Plains x) { return reduce(x[0], {axis}, false, Fold::max); }});
    all.push_back({"softmax",
                   {shape},
                   [=](Tensors x) { return softmax(x[0], axis); },
                   [=](Plains x) { return softmax(x[0], axis, false); },
                   0});
  }
  check(all);
}

TEST_CASE("a sum counts every element once") {
  for (const int64_t n : {16'383, 16'384, 16'385, 262'147, 1'000'003})
    CHECK(sum(Array::filled({n}, 1)).item() == static_cast<real>(n));
}

TEST_CASE("large permutations") {
  const std::vector<std::vector<int>> orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (const std::vector<int>& order : orders)
    for (const Shape& shape : {Shape{33, 65, 97}, Shape{2, 300, 64}, Shape{70, 3, 200}})
      check({"permute",
             {shape},
             [&](Tensors x) { return permute(x[0], std::span<const int>(order)); },
             [&](Plains x) { return plain::permute(x[0], order); }});
  const std::vector<int> heads = {0, 2, 1, 3};
  check({"permute heads",
         {{5, 40, 3, 70}},
         [&](Tensors x) { return permute(x[0], std::span<const int>(heads)); },
         [&](Plains x) { return plain::permute(x[0], heads); }});
}

TEST_CASE("large parts") {
  std::vector<Large> all;
  for (int axis = 0; axis < 3; ++axis) {
    all.push_back({"slice",
                   {{40, 100, 50}},
                   [=](Tensors x) { return slice(x[0], axis, 7, -5); },
                   [=](Plains x) { return plain::slice(x[0], axis, 7, -5); }});
    const Shape shape{30, 100, 40};
    all.push_back({"concat",
                   {shape, shape.with(axis, 5), shape},
                   [=](Tensors x) { return concat(std::span(x), axis); },
                   [=](Plains x) { return plain::concat(x, axis); }});
  }
  check(all);
}

TEST_CASE("large broadcasts") {
  const Shape wide{50, 30, 70};
  check({
      {"expand",
       {{1, 30, 1}},
       [=](Tensors x) { return expand(x[0], wide); },
       [=](Plains x) { return plain::expand(x[0], wide); }},
      {"add",
       {wide, {30, 1}},
       [](Tensors x) { return x[0] + x[1]; },
       [](Plains x) { return combine(x[0], x[1], std::plus{}); }},
      {"sub",
       {{50, 1, 1}, {70}},
       [](Tensors x) { return x[0] - x[1]; },
       [](Plains x) { return combine(x[0], x[1], std::minus{}); }},
      {"mul",
       {{50, 1, 70}, {30, 1}},
       [](Tensors x) { return x[0] * x[1]; },
       [](Plains x) { return combine(x[0], x[1], std::multiplies{}); },
       2},
      {"mul of long runs",
       {{3, 40'000}, {3, 1}},
       [](Tensors x) { return x[0] * x[1]; },
       [](Plains x) { return combine(x[0], x[1], std::multiplies{}); },
       2},
  });
  Array mask = normal(Rng{.seed = 7}, {30, 70});
  for (int64_t i = 0; i < mask.size(); ++i) mask[i] = mask[i] > 0;
  check({"where",
         {wide, {70}},
         [=](Tensors x) { return where(mask, x[0], x[1]); },
         [=](Plains x) { return plain::where(numbers(mask), x[0], x[1]); }});
}

TEST_CASE("many rows") {
  const std::vector<int64_t> ids = integers(Rng{.seed = 6}, 1000, 300);
  check({
      {"gather_rows",
       {{300, 170}},
       [=](Tensors x) { return gather_rows(x[0], ids); },
       [=](Plains x) { return plain::gather_rows(x[0], ids); }},
      {"scatter_rows",
       {{1000, 170}},
       [=](Tensors x) { return scatter_rows(x[0], ids, 300); },
       [=](Plains x) { return plain::scatter_rows(x[0], ids, 300); }},
  });
}

TEST_CASE("large products") {
  for (const auto& [a, b] : {std::pair<Shape, Shape>{{130, 57}, {57, 800}},
                             {{530, 9}, {9, 40}},
                             {{6, 50, 40}, {6, 40, 30}},
                             {{7, 1, 33, 17}, {5, 17, 9}},
                             {{60, 1, 300}, {300, 50}},
                             {{900}, {900, 70}}})
    check({"matmul",
           {a, b},
           [](Tensors x) { return matmul(x[0], x[1]); },
           [](Plains x) { return plain::matmul(x[0], x[1], false, false); },
           2});
  check({"matmul",
         {{57, 130}, {600, 57}},
         [](Tensors x) { return matmul(x[0], x[1], {.transpose_a = true, .transpose_b = true}); },
         [](Plains x) { return plain::matmul(x[0], x[1], true, true); },
         2});
}
