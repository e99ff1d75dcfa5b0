#include "tests/bits.h"

#include "core/ops.h"

using namespace bertlet;

namespace {

void check(const TensorFunction& f, const Shape& shape) { check_bits(f, {normal(Rng{.seed = 6}, shape)}); }

}  // namespace

TEST_CASE("every operation gives the same bits with any number of threads", "[bits]") {
  for (const Case& c : core_cases()) {
    INFO(c.text());
    check_bits(c.f, bits_inputs(c));
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
    check_bits([](auto& x) { return matmul(x[0], x[1]); }, {normal(Rng{.seed = 7}, a), normal(Rng{.seed = 8}, b)});
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
