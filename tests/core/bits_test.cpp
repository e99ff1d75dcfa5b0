#include <cstring>

#include "core/check/case.h"
#include "core/ops/matmul.h"
#include "core/ops/reduce.h"
#include "core/ops/softmax.h"
#include "core/parallel.h"
#include "core/random.h"
#include "tests/catch.h"

using namespace bertlet;

// The same input gives the same bits with any number of threads.

namespace {

struct Threads {  // this many until the end of the scope
  explicit Threads(int count) { set_threads(count); }
  ~Threads() { set_threads(0); }
};

// The value and all gradients, for a random cotangent.
std::vector<Array> results(const TensorFunction& f, const std::vector<Array>& inputs, int threads) {
  const Threads scope(threads);
  std::vector<Tensor> x;
  for (const Array& input : inputs) x.push_back(Tensor::parameter(input));
  const Tensor y = f(x);
  std::vector<Array> all{y.value()};
  backward(y, normal(Rng{.seed = 5}, y.shape()));
  for (const Tensor& input : x) all.push_back(input.grad());
  return all;
}

bool same_bits(const Array& a, const Array& b) {
  if (a.shape() != b.shape()) return false;
  return a.size() == 0 || std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(real)) == 0;
}

void check(const TensorFunction& f, const std::vector<Array>& inputs) {
  const std::vector<Array> alone = results(f, inputs, 1);
  for (const int threads : {2, 3, 8}) {
    const std::vector<Array> together = results(f, inputs, threads);
    for (std::size_t i = 0; i < alone.size(); ++i) {
      INFO(threads << " threads, result " << i << ": the value, then the gradients");
      CHECK(same_bits(alone[i], together[i]));
    }
  }
}

void check(const TensorFunction& f, const Shape& shape) { check(f, {normal(Rng{.seed = 6}, shape)}); }

}  // namespace

TEST_CASE("every operation gives the same bits with any number of threads", "[bits]") {
  for (const Case& c : core_cases()) {
    const std::vector<Shape>& shapes = c.large.empty() ? c.shapes : c.large;
    INFO(c.operation << " " << fmt::format("{}", fmt::join(shapes, " ")));
    check(c.f, c.draw(shapes));
  }
}

TEST_CASE("sums of any length give the same bits with any number of threads", "[bits]") {
  for (const int64_t n : {1, 127, 16'383, 16'384, 16'385, 262'147, 1'000'003})
    check([](auto& x) { return sum(x[0]); }, Shape{n});
}

TEST_CASE("reductions along any axis give the same bits with any number of threads", "[bits]") {
  for (const Shape& shape : {Shape{3, 50'021, 5}, Shape{50'021, 3}, Shape{2, 40'009}, Shape{257, 1, 259}})
    for (int axis = 0; axis < shape.rank(); ++axis) {
      INFO(fmt::format("axis {} of {}", axis, shape));
      check([axis](auto& x) { return sum(x[0], axis); }, shape);
      check([axis](auto& x) { return mean(x[0], axis); }, shape);
      check([axis](auto& x) { return max(x[0], axis); }, shape);
      check([axis](auto& x) { return softmax(x[0], axis); }, shape);
    }
}

TEST_CASE("products of any shape give the same bits with any number of threads", "[bits]") {
  struct Product {
    Shape a, b;
  };
  const Product products[] = {{{1, 768}, {768, 3072}}, {{16, 768}, {768, 768}},    {{95, 3072}, {3072, 768}},
                              {{513, 33}, {33, 769}},  {{1025, 64}, {64, 64}},     {{7, 130, 64}, {7, 64, 130}},
                              {{768}, {768, 1537}},    {{2, 1, 65, 9}, {3, 9, 17}}};
  for (const auto& [a, b] : products) {
    INFO(fmt::format("{} {}", a, b));
    check([](auto& x) { return matmul(x[0], x[1]); }, {normal(Rng{.seed = 7}, a), normal(Rng{.seed = 8}, b)});
  }
}

TEST_CASE("random numbers have the same bits with any number of threads", "[bits]") {
  const Shape shape{1'000'003};
  const auto draw = [&](int threads) {
    const Threads scope(threads);
    return std::vector{uniform({.seed = 9}, shape), normal({.seed = 9}, shape), truncated_normal({.seed = 9}, shape)};
  };
  const auto alone = draw(1);
  for (const int threads : {2, 3, 8}) {
    const auto together = draw(threads);
    for (std::size_t i = 0; i < alone.size(); ++i) CHECK(same_bits(alone[i], together[i]));
  }
}
