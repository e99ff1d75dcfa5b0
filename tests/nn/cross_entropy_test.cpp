#include "core/memory.h"
#include "core/ops.h"
#include "core/random.h"
#include "nn/losses/losses.h"
#include "tests/catch.h"

using namespace bertlet;
using Catch::Matchers::ContainsSubstring;

namespace {

Tensor logits(const Shape& shape) { return Tensor::parameter(normal({.seed = 1}, shape)); }
constexpr auto infinity = std::numeric_limits<real>::infinity();

}  // namespace

TEST_CASE("cross-entropy of two equal logits is log 2", "[losses]") {
  const Tensor x = Tensor::parameter(Array::of({1, 2}, {3, 3}));
  const Tensor loss = cross_entropy(x, {1});
  CHECK(loss.item() == Approx(0.69314718));
  backward(loss);
  CHECK(x.grad()[0] == Approx(0.5));
  CHECK(x.grad()[1] == Approx(-0.5));
}

TEST_CASE("where no row has a label the mean is 0 and so is the gradient", "[losses]") {
  for (const Reduction reduction : {Reduction::mean, Reduction::sum}) {
    const Tensor x = logits({2, 3});
    const Tensor loss = cross_entropy(x, {-100, -100}, {.reduction = reduction});
    CHECK(loss.item() == 0);
    backward(loss);
    for (const real g : x.grad().values()) CHECK(g == 0);
  }
  CHECK(cross_entropy(logits({0, 3}), {}).item() == 0);
}

TEST_CASE("rows without a label get gradient 0 and a loss of 0", "[losses]") {
  const Tensor x = logits({3, 2});
  const Tensor losses = cross_entropy(x, {0, -100, 1}, {.reduction = Reduction::none});
  CHECK(losses.value()[1] == 0);
  backward(losses, Array::filled({3}, 1));
  CHECK(x.grad()[2] == 0);
  CHECK(x.grad()[3] == 0);
  CHECK(x.grad()[4] != 0);
}

TEST_CASE("a bad label is named with its row and the range", "[losses]") {
  CHECK_THROWS_WITH(cross_entropy(logits({3, 2}), {0, 1, 2}), ContainsSubstring("label of row 2 is 2") &&
                                                                  ContainsSubstring("0 … 1") &&
                                                                  ContainsSubstring("-100"));
  CHECK_THROWS_WITH(cross_entropy(logits({1, 2}), {-1}), ContainsSubstring("label of row 0 is -1"));
  CHECK_THROWS_WITH(cross_entropy(logits({3, 2}), {0}), ContainsSubstring("got 1 labels for logits [3, 2]"));
  CHECK_THROWS_WITH(cross_entropy(logits({2, 2, 2}), {0, 0}), ContainsSubstring("want [rows, classes]"));
  CHECK_THROWS_WITH(cross_entropy(logits({1, 2}), {0}, {.weights = Array::filled({3}, 1)}),
                    ContainsSubstring("got class weights [3], want [2]"));
  CHECK_THROWS_WITH(cross_entropy(logits({1, 2}), {0}, {.smoothing = 2}), ContainsSubstring("smoothing"));
}

TEST_CASE("large logits and forbidden classes stay exact", "[losses]") {
  const Tensor x = Tensor::parameter(Array::of({2, 3}, {1e4, 0, -1e4, 2, -infinity, 2}));
  const Tensor losses = cross_entropy(x, {0, 2}, {.reduction = Reduction::none});
  CHECK(losses.value()[0] == 0);
  CHECK(losses.value()[1] == Approx(0.69314718));
  backward(losses, Array::filled({2}, 1));
  CHECK(x.grad()[4] == 0);
  CHECK(x.grad()[5] == Approx(-0.5));
}

TEST_CASE("a NaN among the logits reaches the loss", "[losses]") {
  for (const real other : {real{0}, -infinity}) {
    const Tensor loss = cross_entropy(Array::of({1, 3}, {other, NAN, other}), {0});
    CHECK(std::isnan(loss.item()));
  }
}

TEST_CASE("logits that nobody holds any more become their own gradient", "[losses]") {
  const int64_t rows = 64, classes = 1000, bytes = rows * classes * static_cast<int64_t>(sizeof(real));
  const Tensor x = logits({rows, 8}), decoder = Tensor::parameter(normal({.seed = 2}, {8, classes}));
  const std::vector<int64_t> labels(to_size(rows), 7);
  const auto peak = [&](auto loss_of) {
    reset_peak();
    const MemoryMark mark;
    const int64_t before = memory_use().live;
    backward(loss_of());
    return memory_use().peak - before;
  };
  const auto temporary = [&] { return cross_entropy(matmul(x, decoder), labels); };
  Tensor y;
  const auto held = [&] {
    y = matmul(x, decoder);
    return cross_entropy(y, labels);
  };
  backward(temporary());  // the parameters' gradients are there from here on
  CHECK(peak(temporary) < bytes + bytes / 4);
  CHECK(peak(held) > 2 * bytes);
}

TEST_CASE("logits that somebody holds keep their values, and both ways give the same bits", "[losses]") {
  const Tensor x = logits({3, 5});
  const std::vector<int64_t> labels{4, 0, 2};
  const Tensor held = x * Tensor(2);
  const std::vector<real> before = held.value().values();
  backward(cross_entropy(held, labels));
  CHECK(held.value().values() == before);
  const std::vector<real> first = x.grad().values();
  const_cast<Tensor&>(x).reset_grad();
  backward(cross_entropy(x * Tensor(2), labels));
  CHECK(x.grad().values() == first);
}

TEST_CASE("logits used twice get both gradients", "[losses]") {
  const Tensor x = logits({3, 5});
  const std::vector<int64_t> labels{4, 0, 2};
  const Tensor twice = x * Tensor(2);
  backward(cross_entropy(twice, labels) + cross_entropy(twice, labels));
  const std::vector<real> both = x.grad().values();
  const_cast<Tensor&>(x).reset_grad();
  backward(cross_entropy(x * Tensor(2), labels));
  for (std::size_t i = 0; i < both.size(); ++i) CHECK(both[i] == Approx(2 * x.grad()[static_cast<int64_t>(i)]));
}
